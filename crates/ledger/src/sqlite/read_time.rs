//! Which times a stream has read completely.

use std::collections::BTreeMap;

use rusqlite::Connection;
use sales_model::{Stretch, Stretches};

use super::{error::Run, time};

/// Stretches of one stream at most. Of more the shortest are forgotten: then less counts as read, never more.
const MOST: usize = 64;

/// Adds what a page read.
pub(super) fn add(conn: &Connection, stream: i64, read: &[Stretch]) -> Run<()> {
    // As they will stand in the columns: what touches there is one.
    let stored = |at| time::from_micros(0, time::micros(at));
    let read = read.iter().map(|one| Ok(Stretch::new(stored(one.from)?, stored(one.to)?))).collect::<Run<Vec<_>>>()?;
    if read.iter().all(Stretch::is_empty) {
        return Ok(());
    }
    let known = of(conn, stream)?;
    if read.iter().all(|one| known.covers(*one)) {
        return Ok(());
    }
    let mut now = known.clone();
    now.extend(read);
    now.at_most(MOST);
    let (old, new) = (known.as_slice(), now.as_slice());
    let mut delete = conn.prepare_cached("DELETE FROM read_time WHERE stream = ?1 AND start = ?2")?;
    for gone in old.iter().filter(|s| new.binary_search(s).is_err()) {
        delete.execute((stream, time::micros(gone.from)))?;
    }
    let mut insert = conn.prepare_cached("INSERT INTO read_time (stream, start, end) VALUES (?1, ?2, ?3)")?;
    for came in new.iter().filter(|s| old.binary_search(s).is_err()) {
        insert.execute((stream, time::micros(came.from), time::micros(came.to)))?;
    }
    Ok(())
}

fn of(conn: &Connection, stream: i64) -> Run<Stretches> {
    let mut select = conn.prepare_cached("SELECT start, end FROM read_time WHERE stream = ?1")?;
    let rows = select.query_map([stream], |r| Ok(Stretch::new(time::from_micros(0, r.get(0)?)?, time::from_micros(1, r.get(1)?)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Those of all streams, by stream.
pub(super) fn all(conn: &Connection) -> Run<BTreeMap<i64, Vec<Stretch>>> {
    let mut select = conn.prepare_cached("SELECT stream, start, end FROM read_time")?;
    let mut rows = select.query([])?;
    let mut all: BTreeMap<i64, Vec<Stretch>> = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let one = Stretch::new(time::from_micros(1, row.get(1)?)?, time::from_micros(2, row.get(2)?)?);
        all.entry(row.get(0)?).or_default().push(one);
    }
    Ok(all)
}
