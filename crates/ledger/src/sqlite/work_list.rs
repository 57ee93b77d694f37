//! Work lists, and items that could not be read.

use std::collections::BTreeSet;

use jiff::Timestamp;
use rusqlite::{Connection, params};
use sales_model::{AccountKey, Source, StreamKey, WorkItem};

use super::{
    error::{Fault, Run},
    prepare::Page,
    time,
    writer::Work,
};

/// Notes a page's work and failures.
///
/// `back`: records that were deleted and are there again; what was done for them is to be done again.
pub(super) fn put(work: &mut Work<'_>, page: &Page, stream: i64, back: &BTreeSet<String>) -> Run<()> {
    for item in &page.rest.work {
        let list = work.stream(&list_of(&page.key.account, item))?;
        work.conn
            .prepare_cached(
                "INSERT INTO work (stream, item, seen, due, tries) VALUES (?1, ?2, ?3, ?4, ?5)
                 ON CONFLICT DO UPDATE SET seen = excluded.seen, due = excluded.due, tries = excluded.tries WHERE seen <> excluded.seen",
            )?
            .execute(params![list, item.item, item.marker, item.due.map(time::micros), item.tries])?;
        if back.contains(&item.item) {
            let again = "UPDATE work SET done = NULL, due = NULL, tries = 0 WHERE stream = ?1 AND item = ?2";
            work.conn.prepare_cached(again)?.execute((list, &item.item))?;
        }
    }
    for item in &page.rest.done {
        let list = work.stream(&list_of(&page.key.account, item))?;
        work.conn
            .prepare_cached(
                "INSERT INTO work (stream, item, seen, done) VALUES (?1, ?2, ?3, ?3)
                 ON CONFLICT DO UPDATE SET done = excluded.done WHERE done IS NOT excluded.done",
            )?
            .execute(params![list, item.item, item.marker])?;
    }
    for item in &page.rest.postponed {
        let list = work.stream(&list_of(&page.key.account, item))?;
        // Seen in another state meanwhile: that is due when it was said to be.
        work.conn
            .prepare_cached("UPDATE work SET due = ?4, tries = ?5 WHERE stream = ?1 AND item = ?2 AND seen = ?3")?
            .execute(params![list, item.item, item.marker, item.due.map(time::micros), item.tries])?;
    }
    // What was unreadable and is a record now is no failure any more, whichever stream could not read it.
    if work.conn.prepare_cached("SELECT 1 FROM failure")?.exists([])? {
        let mut delete = work.conn.prepare_cached("DELETE FROM failure WHERE item = ?1")?;
        for row in &page.rows {
            delete.execute([row.record.id().0])?;
        }
    }
    for (item, reason) in &page.rest.failures {
        work.conn
            .prepare_cached(
                "INSERT INTO failure (stream, item, reason) VALUES (?1, ?2, ?3)
                 ON CONFLICT DO UPDATE SET reason = excluded.reason WHERE reason <> excluded.reason",
            )?
            .execute(params![stream, item, reason])?;
    }
    Ok(())
}

fn list_of(account: &AccountKey, item: &WorkItem) -> StreamKey {
    StreamKey { account: account.clone(), stream: item.stream.clone(), partition: item.partition.clone() }
}

/// The newest items of a list that are due at `now`.
pub(super) fn pending(conn: &Connection, key: &StreamKey, now: Timestamp, limit: usize) -> Run<Vec<WorkItem>> {
    let sql = "SELECT w.item, w.seen, w.due, w.tries FROM work w JOIN stream s ON s.id = w.stream
               WHERE s.source = ?1 AND s.account = ?2 AND s.stream = ?3 AND s.part = ?4 AND w.seen IS NOT w.done
                 AND (w.due IS NULL OR w.due <= ?6)
               ORDER BY w.item DESC LIMIT ?5";
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let values = params![key.account.source.as_str(), key.account.name, key.stream, key.partition, limit, time::micros(now)];
    let mut select = conn.prepare_cached(sql)?;
    let mut rows = select.query(values)?;
    let mut items = Vec::new();
    while let Some(r) = rows.next()? {
        let due = r.get::<_, Option<i64>>(2)?.map(|at| time::from_micros(2, at)).transpose()?;
        let (item, marker, tries) = (r.get(0)?, r.get(1)?, r.get(3)?);
        items.push(WorkItem { stream: key.stream.clone(), partition: key.partition.clone(), item, marker, due, tries });
    }
    Ok(items)
}

/// All items that could not be read.
pub(super) fn failures(conn: &Connection) -> Run<Vec<(StreamKey, String, String)>> {
    let sql = "SELECT s.source, s.account, s.stream, s.part, f.item, f.reason FROM failure f JOIN stream s ON s.id = f.stream
               ORDER BY s.source, s.account, s.stream, s.part, f.item";
    let mut select = conn.prepare_cached(sql)?;
    let mut rows = select.query([])?;
    let mut failures = Vec::new();
    while let Some(row) = rows.next()? {
        failures.push((stream_key(row, 0)?, row.get(4)?, row.get(5)?));
    }
    Ok(failures)
}

/// A stream's key from four columns.
pub(super) fn stream_key(row: &rusqlite::Row<'_>, column: usize) -> Run<StreamKey> {
    let source: Source = row.get_ref(column)?.as_str().map_err(Fault::damaged)?.parse().map_err(Fault::damaged)?;
    let account = AccountKey { source, name: row.get(column + 1)? };
    Ok(StreamKey { account, stream: row.get(column + 2)?, partition: row.get(column + 3)? })
}
