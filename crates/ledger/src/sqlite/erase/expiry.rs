//! What is too old.

use jiff::Timestamp;
use rusqlite::{Connection, params};

use super::{doomed::COLUMNS, rows};
use crate::{
    Erased, Expiry,
    sqlite::{error::Run, removal::BLANK, time},
};

/// Chooses the records that are too old. A beginning whose words are gone already stays while somebody still answers it.
pub(super) fn choose(conn: &Connection, expiry: &Expiry) -> Run<()> {
    let sql = format!(
        "INSERT OR IGNORE INTO temp.doomed SELECT {COLUMNS} FROM main.record
         WHERE place IN (SELECT id FROM main.place WHERE key = ?1 OR substr(key, 1, length(?1) + 1) = ?1 || ':') AND at < ?2
           AND NOT (native = '' AND state = 1 AND hash = zeroblob(16) AND version = 1 AND EXISTS (
             SELECT 1 FROM main.record r INDEXED BY record_order WHERE r.place = record.place AND r.thread = record.thread
               AND r.native > '' AND r.state = 0 AND r.at >= ?2))
         ORDER BY at LIMIT ?3"
    );
    for (places, before) in &expiry.before {
        let most = i64::try_from(expiry.most).unwrap_or(i64::MAX);
        conn.prepare_cached(&sql)?.execute(params![places, time::micros(*before), most])?;
    }
    Ok(())
}

/// Empties the versions of records that are deleted at their vendor, as long as that is known.
pub(super) fn empty_deleted(conn: &Connection, before: Timestamp, erased: &mut Erased) -> Run<()> {
    let old = "coalesce(superseded, at) < ?2 AND record IN (
                 SELECT r.id FROM main.record r WHERE r.state > 0 AND NOT EXISTS (
                   SELECT 1 FROM main.record_version w WHERE w.record = r.id AND coalesce(w.superseded, w.at) >= ?2))";
    empty(conn, old, params![BLANK, time::micros(before)], erased)
}

/// The same of those in a conversation that stays: nobody can tell any more whose they were.
pub(super) fn empty_deleted_in(conn: &Connection, place: i64, thread: &str, erased: &mut Erased) -> Run<()> {
    let inside = "record IN (SELECT id FROM main.record INDEXED BY record_order WHERE place = ?2 AND thread = ?3 AND state = 2)";
    empty(conn, inside, params![BLANK, place, thread], erased)
}

/// Empties versions. The first value is what an empty one holds.
fn empty(conn: &Connection, which: &str, values: &[&dyn rusqlite::ToSql], erased: &mut Erased) -> Run<()> {
    let gone = format!("(chunk IS NOT NULL OR body <> ?1) AND {which}");
    let chunks =
        format!("INSERT OR IGNORE INTO temp.touched_chunk SELECT chunk FROM main.record_version WHERE chunk IS NOT NULL AND {gone}");
    conn.prepare_cached(&chunks)?.execute(values)?;
    let empty = format!(
        "UPDATE record_version SET chunk = NULL, start = NULL, size = NULL, body = CASE WHEN body IS NULL THEN NULL ELSE ?1 END WHERE {gone}"
    );
    erased.add("deleted versions", rows(conn, &empty, values)?);
    Ok(())
}
