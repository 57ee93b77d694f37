//! Records as they stand.

use std::{collections::BTreeSet, sync::Arc};

use rusqlite::{Connection, OptionalExtension, Row as SqlRow};
use sales_model::{ContentHash, Detail, Record, RecordId};
use serde::Deserialize;

use super::{
    chunk, copies,
    error::{Fault, Run},
    known::{Known, one, state},
    time,
    work_list::stream_key,
};
use crate::{Listed, Range, StoredRecord};

/// Columns that [`stored`] reads, from a given one on.
macro_rules! select_stored {
    ($rest:literal) => {
        concat!("SELECT thread, native, at, state, partial, version, hash, body FROM record ", $rest)
    };
}

/// A record from its columns.
fn stored(r: &SqlRow<'_>, place: &Arc<str>) -> Run<StoredRecord> {
    let body = r.get_ref(7)?.as_str().map_err(Fault::damaged)?;
    let mut record = parse(body)?;
    record.place = Arc::clone(place);
    record.thread = r.get(0)?;
    record.native = r.get(1)?;
    if record.native.is_empty() {
        record.native.clone_from(&record.thread);
    }
    record.at = time::from_micros(2, r.get(2)?)?;
    record.state = state(r.get(3)?);
    record.partial = r.get(4)?;
    Ok(StoredRecord { record, version: r.get(5)?, hash: ContentHash(r.get(6)?) })
}

/// A record's JSON; what stands in columns is not in it.
pub(super) fn parse(body: &str) -> Run<Record> {
    serde_json::from_str(body).map_err(|e| Fault::damaged(format_args!("a record's body cannot be read: {e}")))
}

/// Live whole records, by their rows.
pub(super) fn listed(conn: &Connection, after: i64, limit: usize) -> Run<Vec<Listed>> {
    let sql = "SELECT s.source, s.account, s.stream, s.part, r.id, p.key, r.thread, r.native, r.at FROM record r
               JOIN place p ON p.id = r.place LEFT JOIN chunk c ON c.id = r.chunk LEFT JOIN stream s ON s.id = c.stream
               WHERE r.id > ?1 AND r.state = 0 AND r.partial = 0 ORDER BY r.id LIMIT ?2";
    let mut select = conn.prepare_cached(sql)?;
    let mut rows = select.query((after, i64::try_from(limit).unwrap_or(i64::MAX)))?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        let told = row.get_ref(0)? != rusqlite::types::ValueRef::Null;
        let (thread, mut native): (String, String) = (row.get(6)?, row.get(7)?);
        if native.is_empty() {
            native.clone_from(&thread);
        }
        all.push(Listed {
            position: row.get(4)?,
            place: row.get(5)?,
            thread,
            native,
            at: time::from_micros(8, row.get(8)?)?,
            stream: told.then(|| stream_key(row, 0)).transpose()?,
        });
    }
    Ok(all)
}

/// A place's id.
pub(super) fn place_id(conn: &Connection, key: &str) -> Run<Option<i64>> {
    Ok(conn.prepare_cached("SELECT id FROM place WHERE key = ?1")?.query_row([key], |r| r.get(0)).optional()?)
}

/// The live records and stubs of ranges.
pub(super) fn ranges(conn: &Connection, ranges: &[Range]) -> Run<Vec<Vec<StoredRecord>>> {
    ranges.iter().map(|range| one_range(conn, range)).collect()
}

fn one_range(conn: &Connection, range: &Range) -> Run<Vec<StoredRecord>> {
    let mut records = Vec::new();
    let Some(place) = place_id(conn, &range.place)? else { return Ok(records) };
    let sql = select_stored!(
        "INDEXED BY record_order WHERE place = ?1 AND thread >= ?2 AND (?3 = '' OR thread < ?3) AND state < 2 ORDER BY thread, native"
    );
    let bounded =
        select_stored!("INDEXED BY record_order WHERE place = ?1 AND thread >= ?2 AND thread < ?3 AND state < 2 ORDER BY thread, native");
    let mut select = conn.prepare_cached(if range.to.is_empty() { sql } else { bounded })?;
    let mut rows = select.query((place, &range.from, &range.to))?;
    while let Some(row) = rows.next()? {
        let mut stored = stored(row, &range.place)?;
        label(conn, place, &mut stored.record)?;
        records.push(stored);
    }
    // First records have an empty id in the index: before all replies, also before one whose id is less than theirs.
    if !records.is_sorted_by(|a, b| key(a) <= key(b)) {
        records.sort_by(|a, b| key(a).cmp(&key(b)));
    }
    Ok(records)
}

/// Puts the labels of a mail's copies on it: they change without the mail.
fn label(conn: &Connection, place: i64, record: &mut Record) -> Run<()> {
    if let Some(Detail::Mail(mail)) = record.detail.as_deref_mut() {
        mail.labels.extend(copies::labels(conn, place, &record.native)?);
        mail.labels.sort();
        mail.labels.dedup();
    }
    Ok(())
}

fn key(stored: &StoredRecord) -> (&str, &str) {
    (&stored.record.thread, &stored.record.native)
}

fn find(conn: &Connection, id: &RecordId) -> Run<Option<(Arc<str>, Known)>> {
    let Some((place, native)) = id.parts() else { return Ok(None) };
    let Some(place_id) = place_id(conn, place)? else { return Ok(None) };
    Ok(one(conn, place_id, native)?.map(|known| (place.into(), known)))
}

/// A record by its row.
pub(super) fn by_row(conn: &Connection, place: &Arc<str>, row: i64) -> Run<Option<StoredRecord>> {
    let mut select = conn.prepare_cached(select_stored!("WHERE id = ?1"))?;
    let mut rows = select.query([row])?;
    let Some(mut found) = rows.next()?.map(|r| stored(r, place)).transpose()? else { return Ok(None) };
    if let Some(id) = place_id(conn, place)? {
        label(conn, id, &mut found.record)?;
    }
    Ok(Some(found))
}

/// One record with its history, newest first.
pub(super) fn record(conn: &Connection, id: &RecordId) -> Run<Vec<StoredRecord>> {
    let Some((place, known)) = find(conn, id)? else { return Ok(Vec::new()) };
    let mut versions: Vec<StoredRecord> = by_row(conn, &place, known.id)?.into_iter().collect();
    let sql = "SELECT r.thread, r.native, v.at, v.state, v.partial, v.version, v.hash, v.body FROM record_version v
               JOIN record r ON r.id = v.record WHERE v.record = ?1 AND v.body IS NOT NULL ORDER BY v.version DESC";
    let mut select = conn.prepare_cached(sql)?;
    let mut rows = select.query([known.id])?;
    while let Some(row) = rows.next()? {
        versions.push(stored(row, &place)?);
    }
    Ok(versions)
}

/// The raw bytes behind a record's current version.
pub(super) fn raw(conn: &Connection, id: &RecordId) -> Run<Option<Vec<u8>>> {
    match find(conn, id)?.and_then(|(_, known)| known.span) {
        Some(span) => chunk::fetch(conn, span).map(Some),
        None => Ok(None),
    }
}

/// Keys of the authors of conversations, sorted.
pub(super) fn authors(conn: &Connection, place: &str, threads: &[String]) -> Run<Vec<(String, Vec<String>)>> {
    /// The one field of a body that is asked for.
    #[derive(Deserialize)]
    struct Author {
        a: Option<String>,
    }
    let place = place_id(conn, place)?;
    let author = |body: rusqlite::types::ValueRef<'_>| -> Run<Option<String>> {
        let body: Author = serde_json::from_str(body.as_str().map_err(Fault::damaged)?).map_err(Fault::damaged)?;
        Ok(body.a)
    };
    if threads.is_empty() {
        let sql = "SELECT thread, body FROM record INDEXED BY record_order WHERE place = ?1 AND state = 0 ORDER BY thread";
        let mut select = conn.prepare_cached(sql)?;
        let mut rows = select.query([place])?;
        let mut all: Vec<(String, BTreeSet<String>)> = Vec::new();
        while let Some(row) = rows.next()? {
            let thread = row.get_ref(0)?.as_str().map_err(Fault::damaged)?;
            if all.last().is_none_or(|(last, _)| last != thread) {
                all.push((thread.to_owned(), BTreeSet::new()));
            }
            if let (Some((_, authors)), Some(who)) = (all.last_mut(), author(row.get_ref(1)?)?) {
                authors.insert(who);
            }
        }
        return Ok(all.into_iter().map(|(thread, authors)| (thread, authors.into_iter().collect())).collect());
    }
    let sql = "SELECT body FROM record INDEXED BY record_order WHERE place = ?1 AND thread = ?2 AND state = 0";
    let mut select = conn.prepare_cached(sql)?;
    let mut all = Vec::with_capacity(threads.len());
    for thread in threads {
        let mut authors = BTreeSet::new();
        let mut rows = select.query((place, thread))?;
        while let Some(row) = rows.next()? {
            authors.extend(author(row.get_ref(0)?)?);
        }
        all.push((thread.clone(), authors.into_iter().collect()));
    }
    Ok(all)
}
