//! Forgetting: one transaction takes everything out, and [`scrub`] rewrites the file so that its bytes are gone too.
//!
//! Every stream's lease is ended with it: a page that another process made ready before is refused, and whoever takes a stream afterwards
//! knows what must not come back.

mod around;
mod catalogue;
mod chunks;
mod derived;
mod doomed;
mod expiry;
mod mask;
mod scrub;
mod suppress;

use rusqlite::Connection;

pub(super) use self::{
    scrub::scrub,
    suppress::{lift, load},
};
use super::{error::Run, writer::Work};
pub(super) use crate::ERASURES as COUNT;
use crate::{CATALOGUE, Erased, Erasure};

/// Erases; with [`Erasure::dry_run`] everything is put back.
pub(super) fn erase(work: &mut Work<'_>, erasure: &Erasure) -> Run<Erased> {
    let conn = work.conn;
    conn.execute_batch("SAVEPOINT erase")?;
    let mut erased = Erased::default();
    doomed::choose(conn, erasure)?;
    let known = mask::sweep(work, erasure, &mut erased)?;
    doomed::with_parts(conn)?;
    if erasure.expiry.is_none() {
        suppress::note(conn, erasure)?;
        around::fence(conn)?;
    }
    chunks::remember(conn)?;
    if let Some(before) = erasure.expiry.as_ref().and_then(|e| e.deleted) {
        expiry::empty_deleted(conn, before, &mut erased)?;
    }
    for (place, thread) in &erasure.shared {
        if let Some(place) = super::read::place_id(conn, place)? {
            expiry::empty_deleted_in(conn, place, thread, &mut erased)?;
        }
    }
    doomed::delete(conn, &mut erased)?;
    let words = catalogue::forget(conn, erasure, &known, &mut erased)?;
    derived::forget(work, erasure, &words, &mut erased)?;
    around::forget(conn, &words, &mut erased)?;
    chunks::rewrite(conn, &words, &mut erased)?;
    catalogue::settle(conn)?;
    if erasure.expiry.is_none() || !erased.counts.is_empty() {
        [COUNT, CATALOGUE].into_iter().try_for_each(|name| grow(conn, name))?;
    }
    if erasure.dry_run {
        conn.execute_batch("ROLLBACK TO erase")?;
    } else {
        // Rows of pages in the same transaction that are still to be put into the index.
        let mut gone = conn.prepare("SELECT id FROM temp.doomed UNION SELECT id FROM temp.masked")?;
        let gone = gone.query_map([], |r| r.get(0))?.collect::<rusqlite::Result<_>>()?;
        work.fulltext.forget(&gone);
    }
    conn.execute_batch("RELEASE erase")?;
    work.ids.clear();
    Ok(erased)
}

/// Makes a counter one higher.
fn grow(conn: &Connection, name: &str) -> Run<()> {
    let sql = "INSERT INTO kv (name, value) VALUES (?1, '1') ON CONFLICT DO UPDATE SET value = value + 1";
    conn.prepare_cached(sql)?.execute([name])?;
    Ok(())
}

/// How many rows a statement changed.
fn rows(conn: &Connection, sql: &str, values: impl rusqlite::Params) -> Run<u64> {
    Ok(conn.prepare_cached(sql)?.execute(values)? as u64)
}
