//! What tells whose calls and notes are, kept beside their records.

use rusqlite::{Connection, OptionalExtension, params};
use sales_model::{Record, RecordId, RecordState};

use super::{
    error::{Fault, Run},
    read::place_id,
    time,
};
use crate::{RecordSigns, Weight};

/// Notes a record's signs, or that it has none any more.
pub(super) fn put(conn: &Connection, row: i64, place: i64, record: &Record) -> Run<()> {
    let live = record.state == RecordState::Live;
    if live && record.detail.is_none() {
        return Ok(());
    }
    let signs = record.detail.as_ref().filter(|_| live).and_then(|detail| detail.signs());
    match signs {
        Some(signs) => {
            let json = serde_json::to_string(&signs).map_err(Fault::damaged)?;
            conn.prepare_cached(
                "INSERT INTO sign (record, place, at, json) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT DO UPDATE SET at = excluded.at, json = excluded.json",
            )?
            .execute(params![row, place, time::micros(record.at), json])?;
        }
        None => drop(conn, row)?,
    }
    Ok(())
}

/// A record is gone.
pub(super) fn drop(conn: &Connection, row: i64) -> Run<()> {
    conn.prepare_cached("DELETE FROM sign WHERE record = ?1")?.execute([row])?;
    Ok(())
}

/// Of some conversations.
pub(super) fn of_threads(conn: &Connection, place: &str, threads: &[String]) -> Run<Vec<RecordSigns>> {
    let Some(place) = place_id(conn, place)? else { return Ok(Vec::new()) };
    let sql = "SELECT r.native, r.thread, s.json FROM record r INDEXED BY record_order JOIN sign s ON s.record = r.id WHERE r.place = ?1 AND r.thread = ?2
               ORDER BY r.native";
    let mut select = conn.prepare_cached(sql)?;
    let mut all = Vec::new();
    for thread in threads {
        let mut rows = select.query(params![place, thread])?;
        while let Some(row) = rows.next()? {
            all.push(signs(row)?);
        }
    }
    Ok(all)
}

/// By conversation, sorted.
pub(super) fn of_place(conn: &Connection, place: &str) -> Run<Vec<RecordSigns>> {
    let Some(place) = place_id(conn, place)? else { return Ok(Vec::new()) };
    let sql = "SELECT r.native, r.thread, s.json FROM sign s JOIN record r ON r.id = s.record WHERE s.place = ?1
               ORDER BY r.thread, r.native";
    let mut select = conn.prepare_cached(sql)?;
    let mut rows = select.query([place])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        all.push(signs(row)?);
    }
    Ok(all)
}

/// Native, thread and JSON of a row. A conversation's first record has its native as the thread only.
fn signs(row: &rusqlite::Row<'_>) -> Run<RecordSigns> {
    let (native, thread): (String, String) = (row.get(0)?, row.get(1)?);
    let signs = serde_json::from_str(row.get_ref(2)?.as_str().map_err(Fault::damaged)?).map_err(Fault::damaged)?;
    Ok(RecordSigns { native: if native.is_empty() { thread.clone() } else { native }, thread, signs })
}

/// What each conversation holds.
pub(super) fn weights(conn: &Connection, place: &str) -> Run<Vec<Weight>> {
    let Some(place) = place_id(conn, place)? else { return Ok(Vec::new()) };
    let sql =
        "SELECT thread, native, at, partial FROM record INDEXED BY record_order WHERE place = ?1 AND state = 0 ORDER BY thread, native";
    let mut select = conn.prepare_cached(sql)?;
    let mut rows = select.query([place])?;
    let mut all: Vec<Weight> = Vec::new();
    while let Some(row) = rows.next()? {
        let (thread, native, at, partial): (String, String, i64, bool) = (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
        if native.strip_prefix(thread.as_str()).is_some_and(|rest| rest.starts_with('/')) {
            continue;
        }
        let native = if native.is_empty() { thread.clone() } else { native };
        let at = time::from_micros(2, at)?;
        match all.last_mut().filter(|last| last.thread == thread) {
            Some(last) => {
                last.records.push(native);
                last.partial += u64::from(partial);
                last.first = last.first.min(at);
            }
            None => all.push(Weight { thread, records: vec![native], partial: u64::from(partial), first: at }),
        }
    }
    Ok(all)
}

/// The record whose page has this in its address.
pub(super) fn by_page(conn: &Connection, place: &str, page: &str) -> Run<Option<RecordId>> {
    let Some(id) = place_id(conn, place)? else { return Ok(None) };
    let sql = "SELECT r.thread FROM sign s JOIN record r ON r.id = s.record
               WHERE s.place = ?1 AND instr(s.json ->> '$.page', ?2) > 0 ORDER BY r.thread LIMIT 1";
    let thread: Option<String> = conn.prepare_cached(sql)?.query_row((id, page), |r| r.get(0)).optional()?;
    Ok(thread.filter(|_| !page.is_empty()).map(|thread| RecordId::new(place, &thread)))
}
