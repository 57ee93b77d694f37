//! What is gone at the vendor: told, or missing from a range that was read completely.

use std::collections::BTreeSet;

use rusqlite::{OptionalExtension, params};
use sales_model::{RecordState, StreamKey};

use super::{
    change::Changes,
    conversation::Seat,
    error::Run,
    known::{Known, number, one, select_known},
    page::supersede,
    prepare::{Page, Row},
    signs, time,
    writer::Work,
};
use crate::{CoveredRange, CoveredTime};

/// The body of a record of which nothing is left to say.
pub(in crate::sqlite) const BLANK: &str = r#"{"t":""}"#;

/// What has to be looked at after the records of a page are in.
#[derive(Default)]
pub(super) struct Removal {
    gone: Vec<(i64, String)>,
    /// Conversations with a new live reply: a deleted first record shows as a stub again.
    raised: BTreeSet<(i64, String)>,
    /// Conversations that lost a reply: with the last one, a stub goes too.
    lowered: BTreeSet<(i64, String)>,
}

impl Removal {
    pub(super) fn gone_record(&mut self, place: i64, native: &str) {
        self.gone.push((place, native.to_owned()));
    }

    /// A record of the page stands in its conversation.
    pub(super) fn replied(&mut self, place: i64, row: &Row, seat: &Seat<'_>) {
        if row.record.state == RecordState::Live && !seat.is_first(row) && !row.record.is_part() {
            self.raised.insert((place, seat.thread.clone().into_owned()));
        }
    }

    /// A record stood in a conversation, and may no longer.
    pub(super) fn left(&mut self, place: i64, known: &Known) {
        if known.state == RecordState::Live && !known.is_first() {
            self.lowered.insert((place, known.thread.clone()));
        }
    }

    /// Marks what is gone; gives how many records are now deleted or stubs, and how many conversations have to be looked at again.
    pub(super) fn run(mut self, work: &mut Work<'_>, page: &Page, stream: i64, changes: &mut Changes) -> Run<(u64, u64)> {
        let at = page.rest.at.map(time::micros);
        let mut count = 0;
        let mut firsts = Vec::new();
        let mut unseen = Vec::new();
        // Replies before first records, so that these know whether somebody still answers them.
        for range in &page.rest.covered {
            let Some(place) = work.known_place(&range.place)? else { continue };
            unseen.extend(fallen_silent(work, page, place, range)?.into_iter().map(|thread| (place, &range.place, thread)));
            for known in missing(work, page, place, range)? {
                if known.is_first() {
                    unseen.push((place, &range.place, known.thread.clone()));
                    firsts.push((place, known));
                } else {
                    count += self.reply(work, place, &known, at, changes)?;
                }
            }
        }
        for time in &page.rest.covered_time {
            let Some(place) = work.known_place(&time.place)? else { continue };
            for known in absent(work, page, place, stream, time)? {
                firsts.push((place, known));
            }
        }
        for gone in &page.rest.gone {
            let Some(place) = work.known_place(&gone.place)? else { continue };
            match &gone.thread {
                Some(thread) => {
                    let sql = select_known!("INDEXED BY record_order WHERE place = ?1 AND thread = ?2 AND state = 0");
                    for known in all(work, sql, params![place, thread])? {
                        if known.is_first() {
                            firsts.push((place, known));
                        } else if known.is_part() {
                            bury(work, place, &known, RecordState::Deleted, at, changes)?;
                        } else {
                            count += self.reply(work, place, &known, at, changes)?;
                        }
                    }
                }
                None => self.gone.push((place, gone.native.clone())),
            }
        }
        for (place, native) in std::mem::take(&mut self.gone) {
            match one(work.conn, place, &native)? {
                Some(known) if known.is_first() => firsts.push((place, known)),
                Some(known) => count += self.reply(work, place, &known, at, changes)?,
                None => {}
            }
        }
        let mut seen = BTreeSet::new();
        for (place, known) in firsts {
            if seen.insert(known.id) {
                count += first(work, place, &known, at, changes)?;
            }
        }
        let mut due = 0;
        for (place, key, thread) in unseen {
            if answered(work, place, &thread)? {
                due += due_again(work, page, key, &thread)?;
            }
        }
        for (place, thread) in &self.raised {
            flip(work, *place, thread, RecordState::Deleted, RecordState::Stub, changes)?;
        }
        for (place, thread) in &self.lowered {
            if !answered(work, *place, thread)? {
                flip(work, *place, thread, RecordState::Stub, RecordState::Deleted, changes)?;
            }
        }
        Ok((count, due))
    }

    fn reply(&mut self, work: &mut Work<'_>, place: i64, known: &Known, at: Option<i64>, changes: &mut Changes) -> Run<u64> {
        self.lowered.insert((place, known.thread.clone()));
        signs::drop(work.conn, known.id)?;
        bury(work, place, known, RecordState::Deleted, at, changes)
    }
}

fn first(work: &mut Work<'_>, place: i64, known: &Known, at: Option<i64>, changes: &mut Changes) -> Run<u64> {
    // Its parts go with it, and are not counted.
    let sql = select_known!("INDEXED BY record_order WHERE place = ?1 AND thread = ?2 AND native GLOB ?2 || '/*' AND state = 0");
    for part in all(work, sql, params![place, known.thread])? {
        bury(work, place, &part, RecordState::Deleted, at, changes)?;
    }
    signs::drop(work.conn, known.id)?;
    let to = if answered(work, place, &known.thread)? { RecordState::Stub } else { RecordState::Deleted };
    bury(work, place, known, to, at, changes)
}

/// Nothing tells whether the replies of a conversation are still there: the work that looks at them is due again.
fn due_again(work: &mut Work<'_>, page: &Page, place: &str, thread: &str) -> Run<u64> {
    let Some(list) = page.rest.replies else { return Ok(0) };
    // The list of a place is that of the vendor's id in its key.
    let partition = place.split_once(':').map_or(place, |(_, id)| id).to_owned();
    let stream = work.stream(&StreamKey { account: page.key.account.clone(), stream: list.into(), partition })?;
    work.conn
        .prepare_cached("INSERT INTO work (stream, item, seen) VALUES (?1, ?2, '') ON CONFLICT DO UPDATE SET done = NULL")?
        .execute((stream, thread))?;
    Ok(1)
}

/// Conversations in the range whose first record the page holds without any word of replies, although there were some: the last of them
/// is gone, and nothing else tells so.
fn fallen_silent(work: &Work<'_>, page: &Page, place: i64, range: &CoveredRange) -> Run<Vec<String>> {
    if range.thread.is_some() || page.rest.replies.is_none() {
        return Ok(Vec::new());
    }
    let sql = "SELECT DISTINCT thread FROM record INDEXED BY record_order
               WHERE place = ?1 AND thread >= ?2 AND thread <= ?3 AND native <> '' AND state = 0";
    let mut select = work.conn.prepare_cached(sql)?;
    let rows = select.query_map((place, &range.from, &range.to), |r| r.get::<_, String>(0))?;
    let answered: BTreeSet<&str> = page.rest.work.iter().map(|w| w.item.as_str()).collect();
    let mut silent = Vec::new();
    for thread in rows {
        let thread = thread?;
        if page.has(&range.place, &thread) && !answered.contains(thread.as_str()) {
            silent.push(thread);
        }
    }
    Ok(silent)
}

/// First records in the time that the stream brought and the page does not hold.
fn absent(work: &Work<'_>, page: &Page, place: i64, stream: i64, time: &CoveredTime) -> Run<Vec<Known>> {
    let sql = select_known!(
        "WHERE id IN (SELECT s.record FROM sign s JOIN record r ON r.id = s.record JOIN chunk c ON c.id = r.chunk
         WHERE s.place = ?1 AND s.at >= ?2 AND s.at < ?3 AND c.stream = ?4) AND state = 0 ORDER BY thread"
    );
    let mut known = all(work, sql, params![place, time::micros(time.from), time::micros(time.to), stream])?;
    let unread = |k: &Known| page.rest.unread.iter().any(|(place, native)| *place == time.place && *native == k.native);
    known.retain(|k| !page.has(&time.place, &k.native) && !unread(k));
    Ok(known)
}

/// Records in the range that the page does not hold: live ones, and stubs of first records.
fn missing(work: &Work<'_>, page: &Page, place: i64, range: &CoveredRange) -> Run<Vec<Known>> {
    let mut known = match &range.thread {
        None => {
            let sql =
                select_known!("INDEXED BY record_order WHERE place = ?1 AND thread >= ?2 AND thread <= ?3 AND native = '' AND state < 2");
            all(work, sql, params![place, range.from, range.to])?
        }
        Some(thread) => {
            let sql = select_known!(
                "INDEXED BY record_order WHERE place = ?1 AND thread = ?4 AND native >= ?2 AND native <= ?3 AND native <> ''
                 AND state = 0"
            );
            all(work, sql, params![place, range.from, range.to, thread])?
        }
    };
    let unread = |k: &Known| page.rest.unread.iter().any(|(place, native)| *place == range.place && *native == k.native);
    known.retain(|k| !page.has(&range.place, &k.native) && !unread(k));
    Ok(known)
}

fn all(work: &Work<'_>, sql: &str, values: &[&dyn rusqlite::ToSql]) -> Run<Vec<Known>> {
    let mut select = work.conn.prepare_cached(sql)?;
    let rows = select.query_map(values, Known::read)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Whether a conversation has a live reply.
fn answered(work: &Work<'_>, place: i64, thread: &str) -> Run<bool> {
    let sql = "SELECT 1 FROM record INDEXED BY record_order WHERE place = ?1 AND thread = ?2 AND native > '' AND state = 0
               AND instr(native, '/') = 0";
    Ok(work.conn.prepare_cached(sql)?.exists((place, thread))?)
}

/// Takes a record's content away; it stays in the history only. Gives 1 if something changed.
fn bury(work: &mut Work<'_>, place: i64, known: &Known, to: RecordState, at: Option<i64>, changes: &mut Changes) -> Run<u64> {
    // Read again: an earlier range or deletion of this page may have been about the same record.
    let sql = "SELECT state FROM record WHERE id = ?1";
    let state: i64 = work.conn.prepare_cached(sql)?.query_row([known.id], |r| r.get(0))?;
    if state == number(to) || state == number(RecordState::Deleted) {
        return Ok(0);
    }
    if state != number(RecordState::Live) {
        work.conn.prepare_cached("UPDATE record SET state = ?2 WHERE id = ?1")?.execute((known.id, number(to)))?;
        changes.dirty(known.unit);
        return Ok(1);
    }
    supersede(work.conn, known, at)?;
    work.conn
        .prepare_cached(
            "UPDATE record SET state = ?2, partial = 0, version = version + 1, hash = zeroblob(16), chunk = NULL, start = NULL,
               size = NULL, body = ?3 WHERE id = ?1",
        )?
        .execute(params![known.id, number(to), BLANK])?;
    work.fulltext.drop(known.id);
    changes.went(place, known.at);
    changes.version(place);
    changes.dirty(known.unit);
    Ok(1)
}

/// Changes how the content-less first record of a conversation is shown.
fn flip(work: &Work<'_>, place: i64, thread: &str, from: RecordState, to: RecordState, changes: &mut Changes) -> Run<()> {
    let sql = "UPDATE record SET state = ?4 WHERE place = ?1 AND thread = ?2 AND native = '' AND state = ?3 RETURNING unit";
    let values = params![place, thread, number(from), number(to)];
    let unit: Option<i64> = work.conn.prepare_cached(sql)?.query_row(values, |r| r.get(0)).optional()?;
    if let Some(unit) = unit {
        changes.dirty(unit);
    }
    Ok(())
}
