//! Replies that name no ancestor: they find their conversation by its subject, once everything that a run brings is there.

use jiff::SignedDuration;
use rusqlite::{Connection, OptionalExtension, params};

use super::{
    change::Changes,
    conversation::{digest, merge},
    error::Run,
    known::one,
    prepare::Row,
    time,
    writer::Work,
};
use crate::Orphan;

/// Notes a new record's subject.
pub(super) fn put(conn: &Connection, record: i64, place: i64, row: &Row) -> Run<()> {
    let Some(joins) = row.joins.as_ref().filter(|j| !j.subject.is_empty()) else { return Ok(()) };
    conn.prepare_cached("INSERT INTO subject (place, base, record, orphan) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING")?
        .execute(params![place, digest(&joins.subject), record, joins.orphan])?;
    Ok(())
}

pub(super) fn orphans(conn: &Connection, place: &str, gap: SignedDuration) -> Run<Vec<Orphan>> {
    let Some(place) = super::read::place_id(conn, place)? else { return Ok(Vec::new()) };
    let gap = i64::try_from(gap.as_micros()).unwrap_or(i64::MAX);
    let sql = "SELECT r.native, r.thread, r.at, o.thread, o.at FROM subject s INDEXED BY subject_orphan
               JOIN record r ON r.id = s.record
               JOIN subject t ON t.place = s.place AND t.base = s.base AND t.record <> s.record
               JOIN record o ON o.id = t.record
               WHERE s.place = ?1 AND s.orphan = 1 AND r.state = 0 AND o.state = 0 AND o.thread <> r.thread AND abs(o.at - r.at) <= ?2
               ORDER BY r.native, o.thread, o.at";
    let mut select = conn.prepare_cached(sql)?;
    let mut rows = select.query(params![place, gap])?;
    let mut all: Vec<Orphan> = Vec::new();
    while let Some(row) = rows.next()? {
        let native: String = row.get(0)?;
        let like = (row.get(3)?, time::from_micros(4, row.get(4)?)?);
        match all.last_mut() {
            Some(last) if last.native == native => last.like.push(like),
            _ => all.push(Orphan { native, thread: row.get(1)?, at: time::from_micros(2, row.get(2)?)?, like: vec![like] }),
        }
    }
    Ok(all)
}

pub(super) fn unite(work: &mut Work<'_>, place: &str, orphans: &[(String, String)]) -> Run<()> {
    let Some(place) = work.known_place(place)? else { return Ok(()) };
    let mut changes = Changes::default();
    for (native, thread) in orphans {
        let Some(known) = one(work.conn, place, native)? else { continue };
        let id = |name: &str| -> Run<Option<i64>> {
            let sql = "SELECT id FROM conversation WHERE place = ?1 AND name = ?2";
            Ok(work.conn.prepare_cached(sql)?.query_row(params![place, name], |r| r.get(0)).optional()?)
        };
        let (Some(own), Some(other)) = (id(&known.thread)?, id(thread)?) else { continue };
        if own != other {
            merge(work, place, (known.thread.clone(), own), (thread.clone(), other), &mut changes)?;
        }
        work.conn.prepare_cached("UPDATE subject SET orphan = 0 WHERE record = ?1 AND orphan = 1")?.execute([known.id])?;
    }
    changes.write(work)
}
