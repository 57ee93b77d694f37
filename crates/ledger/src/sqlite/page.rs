//! One page, applied inside the writer's transaction.

use std::{collections::BTreeSet, sync::Arc};

use rusqlite::{Connection, params};
use sales_model::RecordState;

use super::{
    change::Changes,
    chunk::{self, Pack, place_of},
    conversation::{self, Seat},
    copies,
    error::Run,
    known::{Known, Span, Verdict, find, load, number},
    prepare::{Page, Row},
    read_time, removal, scopes, signs, subject, time, work_list as list,
    writer::Work,
};
use crate::{Committed, Outcome, StoreError};

/// What happens to one record.
struct Step<'a> {
    place: i64,
    unit: i64,
    row: usize,
    seat: &'a Seat<'a>,
    what: What,
}

enum What {
    New,
    /// Only the raw item, the thread or the unit differs.
    Adjust(Known),
    /// What it says differs.
    Version(Known),
    /// The raw item says that it is deleted.
    Gone,
}

/// Applies a page: everything or, with an error, nothing that outlives the savepoint around it.
pub(super) fn apply(work: &mut Work<'_>, page: &Arc<Page>) -> Run<Outcome> {
    let stream = fence(work, page)?;
    read_time::add(work.conn, stream, &page.rest.read)?;
    super::catalogue::put(work, &page.people, &page.places)?;
    let mut counts = Committed::default();
    let mut changes = Changes::default();
    let mut touched = conversation::Touched::default();
    let seats = conversation::seats(work, &page.rows, &mut changes, &mut touched)?;
    let steps = decide(work, page, &seats, &mut counts)?;
    let spans = store_raws(work.conn, page, stream, &steps)?;
    let mut removal = removal::Removal::default();
    let mut back = BTreeSet::new();
    for step in &steps {
        let Some(row) = page.rows.get(step.row) else { continue };
        match &step.what {
            What::New => {
                let id = insert(work.conn, page, row, step, place_of(&spans, row.raw))?;
                if row.record.is_part() {
                    counts.parts += 1;
                } else {
                    counts.new += 1;
                    signs::put(work.conn, id, step.place, &row.record)?;
                }
                subject::put(work.conn, id, step.place, row)?;
                changes.version(step.place);
                changes.dirty(step.unit);
                if row.record.state == RecordState::Live {
                    changes.came(step.place, time::micros(row.record.at));
                    work.fulltext.add(id, page, step.row, step.place);
                    removal.replied(step.place, row, step.seat);
                }
            }
            What::Adjust(known) => {
                counts.unchanged += u64::from(!row.record.is_part());
                if known.hash != row.hash {
                    swap_raw(work.conn, page, row, known, raw_of(work.conn, row, known, &spans)?)?;
                }
                if known.unit != step.unit || known.thread != *step.seat.thread {
                    let sql = "UPDATE record SET unit = ?2, thread = ?3, native = ?4 WHERE id = ?1";
                    let values = params![known.id, step.unit, step.seat.thread, step.seat.native_column(row)];
                    work.conn.prepare_cached(sql)?.execute(values)?;
                    changes.dirty(known.unit);
                    changes.dirty(step.unit);
                    removal.left(step.place, known);
                    removal.replied(step.place, row, step.seat);
                }
            }
            What::Version(known) => {
                supersede(work.conn, known, page.rest.at.map(time::micros))?;
                update(work.conn, page, row, step, known, raw_of(work.conn, row, known, &spans)?)?;
                signs::put(work.conn, known.id, step.place, &row.record)?;
                changes.version(step.place);
                changes.dirty(known.unit);
                changes.dirty(step.unit);
                let at = time::micros(row.record.at);
                let changed = if row.record.is_part() { &mut counts.parts } else { &mut counts.changed };
                match (known.state == RecordState::Live, row.record.state == RecordState::Live) {
                    (true, true) => {
                        *changed += 1;
                        if known.at != at {
                            changes.shifted(step.place, known.at, at);
                        }
                        work.fulltext.replace(known.id, page, step.row, step.place);
                    }
                    (false, true) => {
                        *changed += 1;
                        if step.seat.is_first(row) {
                            back.insert(row.record.native.clone());
                        }
                        changes.came(step.place, at);
                        work.fulltext.add(known.id, page, step.row, step.place);
                    }
                    (true, false) => {
                        counts.gone += 1;
                        changes.went(step.place, known.at);
                        work.fulltext.drop(known.id);
                    }
                    (false, false) => *changed += 1,
                }
                removal.left(step.place, known);
                removal.replied(step.place, row, step.seat);
            }
            What::Gone => removal.gone_record(step.place, &row.record.native),
        }
    }
    copies::put(work, page, stream, &mut changes, &mut removal)?;
    let (gone, due) = removal.run(work, page, stream, &mut changes)?;
    counts.gone += gone;
    counts.due = due;
    list::put(work, page, stream, &back)?;
    scopes::put_page(work, page, &mut changes)?;
    changes.write(work)?;
    Ok(Outcome { counts, conversations: touched.names.into_iter().collect() })
}

/// Refuses a page whose lease is no longer the stream's; notes the checkpoint.
fn fence(work: &mut Work<'_>, page: &Page) -> Run<i64> {
    let stream = work.stream(&page.key)?;
    let next = page.rest.next.as_ref().map(|c| c.0.as_str());
    let sql = "SELECT generation, owner_pid IS NOT NULL, checkpoint IS NOT ?2, gaps IS NOT ?3 FROM stream WHERE id = ?1";
    let (generation, held, moved, gaps): (i64, bool, bool, bool) =
        work.conn.prepare_cached(sql)?.query_row(params![stream, next, page.gaps], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?)))?;
    if !held || u64::try_from(generation) != Ok(page.generation) {
        return Err(StoreError::Fenced(page.key.clone()).into());
    }
    if (moved && next.is_some()) || (gaps && page.gaps.is_some()) {
        let sql = "UPDATE stream SET checkpoint = coalesce(?2, checkpoint), gaps = coalesce(?3, gaps) WHERE id = ?1";
        work.conn.prepare_cached(sql)?.execute(params![stream, next, page.gaps])?;
    }
    Ok(stream)
}

fn decide<'a>(work: &mut Work<'_>, page: &Page, seats: &'a [Seat<'a>], counts: &mut Committed) -> Run<Vec<Step<'a>>> {
    let mut steps = Vec::new();
    for group in &page.groups {
        let rows = page.rows.get(group.rows.clone()).unwrap_or_default();
        let place = work.place(&group.place)?;
        let known = load(work.conn, place, rows)?;
        let mut last: Option<(&Arc<str>, i64)> = None;
        for (row, at) in rows.iter().zip(group.rows.clone()) {
            let Some(seat) = seats.get(at) else { continue };
            let unit = match last {
                Some((name, id)) if name == &seat.unit => id,
                _ => work.unit(place, &seat.unit)?,
            };
            last = Some((&seat.unit, unit));
            let what = match Verdict::of(find(&known, &row.record.native), row, &seat.thread) {
                Verdict::New => What::New,
                Verdict::Look(old) if page.rest.undated && is_older(work.conn, row, old)? => {
                    counts.unchanged += u64::from(!row.record.is_part());
                    continue;
                }
                // Its like never changes: another copy, with other marks of its way, says nothing new.
                Verdict::Look(old) if row.joins.is_some() && old.state == RecordState::Live && !old.partial => {
                    counts.unchanged += 1;
                    continue;
                }
                Verdict::Look(_) if row.record.state == RecordState::Deleted => What::Gone,
                Verdict::Look(old) if differs(work.conn, page, row, old)? => What::Version(old.clone()),
                Verdict::Look(old) => What::Adjust(old.clone()),
                Verdict::Same => match find(&known, &row.record.native) {
                    Some(old) if old.unit != unit => What::Adjust(old.clone()),
                    _ => {
                        counts.unchanged += u64::from(!row.record.is_part());
                        continue;
                    }
                },
                Verdict::Unwanted => {
                    counts.unchanged += u64::from(!row.record.is_part());
                    continue;
                }
            };
            steps.push(Step { place, unit, row: at, seat, what });
        }
    }
    Ok(steps)
}

/// Whether a record of unknown age says nothing later than what is stored: only an edit tells that it does, and a deletion is final.
fn is_older(conn: &Connection, row: &Row, old: &Known) -> Run<bool> {
    if old.partial || row.record.state != RecordState::Live {
        return Ok(false);
    }
    if old.state != RecordState::Live {
        return Ok(true);
    }
    let mut select = conn.prepare_cached("SELECT body FROM record WHERE id = ?1")?;
    let body: String = select.query_row([old.id], |r| r.get(0))?;
    Ok(row.record.edited <= super::read::parse(&body)?.edited)
}

/// Whether a record means something else now, or is known better.
fn differs(conn: &Connection, page: &Page, row: &Row, old: &Known) -> Run<bool> {
    let new = &row.record;
    if old.state != new.state || old.partial != new.partial || old.at != time::micros(new.at) {
        return Ok(true);
    }
    let mut select = conn.prepare_cached("SELECT body IS NOT ?2 FROM record WHERE id = ?1")?;
    Ok(select.query_row((old.id, page.body(row)), |r| r.get(0))?)
}

/// Stores the raw items that are new, and only those.
fn store_raws(conn: &Connection, page: &Page, stream: i64, steps: &[Step<'_>]) -> Run<Vec<(u32, Span)>> {
    let mut wanted = Vec::new();
    for step in steps {
        let Some(row) = page.rows.get(step.row) else { continue };
        match &step.what {
            What::New => wanted.push(row.raw),
            What::Adjust(old) | What::Version(old) if old.hash != row.hash && chunk::earlier(conn, old.id, row.hash)?.is_none() => {
                wanted.push(row.raw);
            }
            What::Version(old) if old.hash == row.hash && old.span.is_none() => wanted.push(row.raw),
            What::Adjust(_) | What::Version(_) | What::Gone => {}
        }
    }
    let mut loose = Vec::new();
    for &raw in &page.loose {
        if let Some((_, hash)) = page.raws.get(raw as usize)
            && !loose.iter().any(|(_, other)| other == hash)
            && !chunk::has_item(conn, *hash)?
        {
            loose.push((raw, *hash));
        }
    }
    wanted.extend(loose.iter().map(|(raw, _)| *raw));
    wanted.retain(|raw| page.raws.get(*raw as usize).is_some_and(|(raw, _)| !raw.body.is_empty()));
    wanted.sort_unstable();
    wanted.dedup();
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let spans = match &page.pack {
        Some(pack) if pack.wanted == wanted => pack.store(conn, stream)?,
        // The ledger changed after the page was made ready.
        _ => Pack::new(&page.raws, wanted)?.store(conn, stream)?,
    };
    for (raw, hash) in loose {
        if let Some(span) = place_of(&spans, raw) {
            chunk::put_item(conn, hash, span)?;
        }
    }
    Ok(spans)
}

/// Where the raw bytes of a stored record's new version stand.
fn raw_of(conn: &Connection, row: &Row, old: &Known, spans: &[(u32, Span)]) -> Run<Option<Span>> {
    if old.hash == row.hash && old.span.is_some() {
        return Ok(old.span);
    }
    Ok(chunk::earlier(conn, old.id, row.hash)?.or_else(|| place_of(spans, row.raw)))
}

fn insert(conn: &Connection, page: &Page, row: &Row, step: &Step<'_>, span: Option<Span>) -> Run<i64> {
    let new = &row.record;
    let mut insert = conn.prepare_cached(
        "INSERT INTO record (place, unit, at, state, partial, version, hash, chunk, start, size, thread, native, body, withheld)
         VALUES (?1, ?2, ?3, ?4, ?5, 1, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
    )?;
    Ok(insert.insert(params![
        step.place,
        step.unit,
        time::micros(new.at),
        number(new.state),
        new.partial,
        row.hash.0,
        span.map(|s| s.chunk),
        span.map(|s| s.start),
        span.map(|s| s.size),
        step.seat.thread,
        step.seat.native_column(row),
        page.body(row),
        page.withholds(row),
    ])?)
}

fn update(conn: &Connection, page: &Page, row: &Row, step: &Step<'_>, old: &Known, span: Option<Span>) -> Run<()> {
    let new = &row.record;
    let mut update = conn.prepare_cached(
        "UPDATE record SET unit = ?2, at = ?3, state = ?4, partial = ?5, version = version + 1, hash = ?6, chunk = ?7, start = ?8,
           size = ?9, thread = ?10, native = ?11, body = ?12, withheld = ?13 WHERE id = ?1",
    )?;
    update.execute(params![
        old.id,
        step.unit,
        time::micros(new.at),
        number(new.state),
        new.partial,
        row.hash.0,
        span.map(|s| s.chunk),
        span.map(|s| s.start),
        span.map(|s| s.size),
        step.seat.thread,
        step.seat.native_column(row),
        page.body(row),
        page.withholds(row),
    ])?;
    Ok(())
}

/// Copies the current version to the history.
pub(super) fn supersede(conn: &Connection, old: &Known, at: Option<i64>) -> Run<()> {
    // An entry of the same version and bytes is there when only the raw item had differed for a while.
    conn.prepare_cached(
        "INSERT INTO record_version (record, version, hash, at, state, partial, chunk, start, size, superseded, body)
         SELECT id, version, hash, at, state, partial, chunk, start, size, ?2, body FROM record WHERE id = ?1
         ON CONFLICT DO UPDATE SET body = excluded.body, superseded = excluded.superseded",
    )?
    .execute(params![old.id, at])?;
    Ok(())
}

/// Same meaning, other bytes: the old bytes go to the history without a body, so that bytes that alternate are stored once each.
fn swap_raw(conn: &Connection, page: &Page, row: &Row, old: &Known, span: Option<Span>) -> Run<()> {
    conn.prepare_cached("DELETE FROM record_version WHERE record = ?1 AND hash = ?2 AND body IS NULL")?
        .execute(params![old.id, row.hash.0])?;
    if let Some(gone) = old.span {
        conn.prepare_cached(
            "INSERT INTO record_version (record, version, hash, at, state, partial, chunk, start, size)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT DO NOTHING",
        )?
        .execute(params![
            old.id,
            old.version,
            old.hash.0,
            old.at,
            number(old.state),
            old.partial,
            gone.chunk,
            gone.start,
            gone.size
        ])?;
    }
    conn.prepare_cached("UPDATE record SET hash = ?2, chunk = ?3, start = ?4, size = ?5, withheld = ?6 WHERE id = ?1")?
        .execute(params![old.id, row.hash.0, span.map(|s| s.chunk), span.map(|s| s.start), span.map(|s| s.size), page.withholds(row)])?;
    Ok(())
}
