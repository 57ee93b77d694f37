//! A commit that was answered survives a loss of power. No test can pull the plug, so what SQLite promises it for is looked at.

use super::desk;

/// `FULL`: the log is synced with every commit. With `NORMAL` (1) the last commits may be gone after a loss of power, and with them pages
/// whose checkpoint was told to be safe.
#[tokio::test]
async fn the_writer_waits_for_the_disk() {
    let (store, _dir, _) = desk();
    let pragmas = store
        .writer
        .write("reading pragmas", false, |work| {
            let number = |name: &str| work.conn.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
            let mode: String = work.conn.pragma_query_value(None, "journal_mode", |row| row.get(0))?;
            Ok((mode, number("synchronous")?))
        })
        .await
        .unwrap();
    assert_eq!(pragmas, ("wal".to_owned(), 2));
}
