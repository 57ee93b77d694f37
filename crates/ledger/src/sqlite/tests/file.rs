//! The file itself: who may read it, versions, full and read-only disks.

use std::{fs, io::Write, path::Path, sync::Arc};

use rusqlite::Connection;

use super::{desk, page, problems, take, texts};
use crate::{
    OpenOptions, SqliteStore, Store, StoreError,
    sqlite::{pool::Pool, schema, writer::Writer},
};

#[tokio::test]
async fn only_its_owner_may_read_it() {
    use std::os::unix::fs::PermissionsExt;
    let (store, dir, path) = desk();
    store.commit(&take(&store, "C1").await, page("slack:C1", 0..3, "m")).await.unwrap();
    for entry in fs::read_dir(dir.path()).unwrap() {
        let entry = entry.unwrap();
        // The lock file is empty.
        let open = entry.metadata().unwrap().len() > 0 && entry.metadata().unwrap().permissions().mode() & 0o077 != 0;
        assert!(!open, "{:?}", entry.path());
    }
    assert!(path.with_file_name("ledger.sqlite-wal").exists());
    drop(store);
    // Closed in order: everything is in the one file.
    assert!(!path.with_file_name("ledger.sqlite-wal").exists());
    let store = SqliteStore::open(&path, OpenOptions::default()).unwrap();
    assert_eq!(texts(&store, "slack:C1").await, ["m 0", "m 1", "m 2"]);
}

#[tokio::test]
async fn a_newer_schema_is_refused() {
    let (store, _dir, path) = desk();
    drop(store);
    let conn = Connection::open(&path).unwrap();
    conn.pragma_update(None, "user_version", 99).unwrap();
    drop(conn);
    let error = SqliteStore::open(&path, OpenOptions::default()).unwrap_err();
    assert!(matches!(error, StoreError::TooNew { found: 99, known: 8, .. }), "{error:?}");
}

/// What an older ledger read counts as read from where its checkpoints say that it began.
#[tokio::test]
async fn what_an_older_ledger_read_counts_as_read() {
    let (store, _dir, path) = desk();
    drop(store);
    let conn = Connection::open(&path).unwrap();
    conn.execute_batch("DROP TABLE read_time; DROP TABLE account; PRAGMA user_version = 7").unwrap();
    let add = "INSERT INTO stream (source, account, stream, part, checkpoint, finished) VALUES (?1, 'default', ?2, '', ?3, ?4)";
    let day = Some("2024-03-15T12:00:00.5Z");
    for (source, stream, checkpoint, finished) in [
        ("email", "mailbox", Some("{}"), day),
        ("gong", "calls", Some(r#"{"v":1,"bottom":"2023-03-15T12:00:00Z"}"#), day),
        ("gong", "transcripts", Some("{}"), day),
        ("granola", "notes", Some(r#"{"v":1,"whole":["2024-03-15T12:00:00Z","2022-03-15T12:00:00Z"]}"#), day),
        ("slack", "catalogue", Some("{}"), day),
        ("slack", "history", Some(r#"{"v":1,"bottom":"1647345600.000000"}"#), day),
    ] {
        conn.execute(add, (source, stream, checkpoint, finished)).unwrap();
    }
    // Never read to its end; without a checkpoint; with one that nobody can read.
    for (part, checkpoint, finished) in [("a", Some("{}"), None), ("b", None, day), ("c", Some("{"), day)] {
        conn.execute(&add.replace("''", &format!("'{part}'")), ("slack", "history", checkpoint, finished)).unwrap();
    }
    drop(conn);
    let store = SqliteStore::open(&path, OpenOptions::default()).unwrap();
    let all = store.streams().await.unwrap();
    let read: Vec<_> = all.iter().flat_map(|s| s.read.as_slice().iter().map(|r| format!("{} {} {}", s.key, r.from, r.to))).collect();
    assert_eq!(
        read,
        [
            "email:default/mailbox 1970-01-01T00:00:00Z 2024-03-15T12:00:00Z",
            "gong:default/calls 2023-03-15T12:00:00Z 2024-03-15T12:00:00Z",
            "granola:default/notes 2022-03-15T12:00:00Z 2024-03-15T12:00:00Z",
            "slack:default/history 2022-03-15T12:00:00Z 2024-03-15T12:00:00Z",
        ]
    );
    assert_eq!(problems(&store).await, Vec::<String>::new());
}

#[test]
fn what_is_no_ledger_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("ledger.sqlite");
    let text = "this is not a database, and longer than the header of one, which has 100 bytes; ".repeat(3);
    fs::File::create(&path).unwrap().write_all(text.as_bytes()).unwrap();
    let error = SqliteStore::open(&path, OpenOptions::default()).unwrap_err();
    assert!(matches!(error, StoreError::Damaged(_)), "{error:?}");
    let error = SqliteStore::open(&dir.path().join("none/ledger.sqlite"), OpenOptions::default()).unwrap_err();
    assert!(matches!(&error, StoreError::Other { what, .. } if what.contains("none/ledger.sqlite")), "{error:?}");
}

#[tokio::test]
async fn many_may_open_a_new_one_at_once() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("ledger.sqlite");
    let open = |path: &Path| SqliteStore::open(path, OpenOptions::default());
    let opened: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(|| open(&path))).collect();
        threads.into_iter().map(|t| t.join().unwrap()).collect()
    });
    for store in &opened {
        assert!(store.is_ok(), "{store:?}");
    }
    let store = opened.into_iter().next().unwrap().unwrap();
    store.commit(&take(&store, "C1").await, page("slack:C1", 0..3, "m")).await.unwrap();
    assert_eq!(problems(&store).await, Vec::<String>::new());
}

/// A store whose connection was changed before it began to write.
fn tweaked(path: &Path, pragma: &str) -> SqliteStore {
    let conn = schema::open(path).unwrap();
    conn.execute_batch(pragma).unwrap();
    SqliteStore { pool: Arc::new(Pool::new(path.to_owned())), writer: Writer::start(conn, None).unwrap() }
}

#[tokio::test]
async fn a_full_disk_is_told_and_nothing_is_half_written() {
    let (store, _dir, path) = desk();
    store.commit(&take(&store, "C1").await, page("slack:C1", 0..100, "before")).await.unwrap();
    drop(store);
    let pages: u32 = Connection::open(&path).unwrap().query_row("PRAGMA page_count", [], |r| r.get(0)).unwrap();
    let store = tweaked(&path, &format!("PRAGMA max_page_count = {}", pages + 20));
    let lease = take(&store, "C1").await;
    let large = page("slack:C1", 0..2_000, &"much ".repeat(60));
    let error = store.commit(&lease, large).await.unwrap_err();
    assert!(matches!(&error, StoreError::Full { what } if what == "writing a page"), "{error:?}");
    assert_eq!(store.counts().await.unwrap().versions, 100);
    // What fits is still taken.
    assert_eq!(store.commit(&lease, page("slack:C1", 99..103, "before")).await.unwrap().counts.new, 3);
    assert_eq!(store.search("before", None, 1_000).await.unwrap().len(), 103);
    assert_eq!(problems(&store).await, Vec::<String>::new());
}

#[tokio::test]
async fn what_cannot_be_written_is_told() {
    let (store, _dir, path) = desk();
    let lease = take(&store, "C1").await;
    store.commit(&lease, page("slack:C1", 0..3, "m")).await.unwrap();
    drop(store);
    let store = tweaked(&path, "PRAGMA query_only = 1");
    let error = store.commit(&lease, page("slack:C1", 3..4, "m")).await.unwrap_err();
    assert!(matches!(error, StoreError::ReadOnly { .. }), "{error:?}");
    assert_eq!(texts(&store, "slack:C1").await.len(), 3);
}

#[tokio::test]
async fn one_page_is_one_piece_of_the_index() {
    let (store, _dir, path) = desk();
    let lease = take(&store, "C1").await;
    let segments =
        || -> u32 { Connection::open(&path).unwrap().query_row("SELECT count(DISTINCT segid) FROM search_idx", [], |r| r.get(0)).unwrap() };
    store.commit(&lease, page("slack:C1", 0..200, "first")).await.unwrap();
    assert_eq!(segments(), 1);
    // Old rows changed, deleted and new ones between them (few: above a tenth, FTS5 merges): the index still gets all of it at once.
    let mut mixed = page("slack:C1", 195..300, "second");
    mixed.gone.push(crate::GoneItem { place: "slack:C1".into(), thread: None, native: "1700000050.000100".into() });
    store.commit(&lease, mixed).await.unwrap();
    assert_eq!(segments(), 2);
    assert_eq!(problems(&store).await, Vec::<String>::new());
}
