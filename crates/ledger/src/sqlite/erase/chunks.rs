//! Raw bytes: chunks hold the items of a page, so those that stay are packed again without those that go.

use std::collections::BTreeMap;

use rusqlite::{Connection, params};

use super::rows;
use crate::{
    Erased, Words,
    sqlite::{
        chunk::{ZSTD, cut, pack, unpack},
        error::{Fault, Run},
        known::Span,
    },
};

/// Notes the chunks that hold something of what goes.
pub(super) fn remember(conn: &Connection) -> Run<()> {
    conn.execute(
        "INSERT OR IGNORE INTO temp.touched_chunk
         SELECT chunk FROM main.record WHERE id IN (SELECT id FROM temp.doomed) AND chunk IS NOT NULL
         UNION SELECT chunk FROM main.record_version WHERE record IN (SELECT id FROM temp.doomed) AND chunk IS NOT NULL",
        [],
    )?;
    Ok(())
}

/// Who refers to a stretch of a chunk.
enum Holder {
    Record(i64),
    Version(i64, i64, [u8; 16]),
    Item([u8; 16]),
}

/// By chunk: every stretch that is still referred to.
type Kept = BTreeMap<i64, Vec<(Span, Holder)>>;

/// Packs the chunks again.
pub(super) fn rewrite(conn: &Connection, words: &Words, erased: &mut Erased) -> Run<()> {
    items(conn, words, erased)?;
    let mut kept = kept(conn)?;
    let mut touched = conn.prepare("SELECT id FROM temp.touched_chunk ORDER BY id")?;
    let touched: Vec<i64> = touched.query_map([], |r| r.get(0))?.collect::<rusqlite::Result<_>>()?;
    for id in touched {
        let holders = kept.remove(&id).unwrap_or_default();
        if holders.is_empty() {
            erased.add("raw chunks", rows(conn, "DELETE FROM chunk WHERE id = ?1", [id])?);
            continue;
        }
        let (codec, size, body): (i64, i64, Vec<u8>) = conn
            .prepare_cached("SELECT codec, size, body FROM chunk WHERE id = ?1")?
            .query_row([id], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))?;
        let old = unpack(codec, size, &body)?;
        let mut new = Vec::with_capacity(old.len());
        // By where they stood: several may refer to the same stretch.
        let mut moved: BTreeMap<(i64, i64), i64> = BTreeMap::new();
        for (span, holder) in holders {
            let start = match moved.get(&(span.start, span.size)) {
                Some(start) => *start,
                None => {
                    let start = new.len() as i64;
                    new.extend_from_slice(cut(&old, span).ok_or_else(|| Fault::damaged(format_args!("raw chunk {id} is too short")))?);
                    moved.insert((span.start, span.size), start);
                    start
                }
            };
            point(conn, &holder, start)?;
        }
        conn.prepare_cached("UPDATE chunk SET codec = ?2, size = ?3, body = ?4 WHERE id = ?1")?.execute(params![
            id,
            ZSTD,
            new.len() as i64,
            pack(&new)?
        ])?;
        erased.add("raw chunks", 1);
    }
    Ok(())
}

fn point(conn: &Connection, holder: &Holder, start: i64) -> Run<()> {
    match holder {
        Holder::Record(id) => conn.prepare_cached("UPDATE record SET start = ?2 WHERE id = ?1")?.execute([*id, start])?,
        Holder::Version(id, version, hash) => conn
            .prepare_cached("UPDATE record_version SET start = ?4 WHERE record = ?1 AND version = ?2 AND hash = ?3")?
            .execute(params![id, version, hash, start])?,
        Holder::Item(hash) => conn.prepare_cached("UPDATE item SET start = ?2 WHERE hash = ?1")?.execute(params![hash, start])?,
    };
    Ok(())
}

fn kept(conn: &Connection) -> Run<Kept> {
    let mut kept = Kept::new();
    let touched = "chunk IN (SELECT id FROM temp.touched_chunk)";
    let span = |r: &rusqlite::Row<'_>| -> rusqlite::Result<Span> { Ok(Span { chunk: r.get(0)?, start: r.get(1)?, size: r.get(2)? }) };
    let mut put = |sql: &str, holder: &dyn Fn(&rusqlite::Row<'_>) -> rusqlite::Result<Holder>| -> Run<()> {
        let mut select = conn.prepare(&format!("{sql} WHERE {touched}"))?;
        let mut all = select.query([])?;
        while let Some(row) = all.next()? {
            let span = span(row)?;
            kept.entry(span.chunk).or_default().push((span, holder(row)?));
        }
        Ok(())
    };
    put("SELECT chunk, start, size, id FROM record", &|r| Ok(Holder::Record(r.get(3)?)))?;
    put("SELECT chunk, start, size, record, version, hash FROM record_version", &|r| Ok(Holder::Version(r.get(3)?, r.get(4)?, r.get(5)?)))?;
    put("SELECT chunk, start, size, hash FROM item", &|r| Ok(Holder::Item(r.get(3)?)))?;
    Ok(kept)
}

/// Items that no record came from: those that say one of the words, and those of streams of places that go.
fn items(conn: &Connection, words: &Words, erased: &mut Erased) -> Run<()> {
    let mut select = conn.prepare(
        "SELECT i.hash, i.chunk, i.start, i.size, EXISTS (
           SELECT 1 FROM stream s JOIN temp.gone_place g ON g.source = s.source AND g.part = s.part WHERE s.id = c.stream)
         FROM item i JOIN chunk c ON c.id = i.chunk ORDER BY i.chunk",
    )?;
    let mut all = select.query([])?;
    let mut open: Option<(i64, Vec<u8>)> = None;
    let mut gone: Vec<([u8; 16], i64)> = Vec::new();
    while let Some(row) = all.next()? {
        let span = Span { chunk: row.get(1)?, start: row.get(2)?, size: row.get(3)? };
        if open.as_ref().is_none_or(|(id, _)| *id != span.chunk) {
            let bytes = conn
                .prepare_cached("SELECT codec, size, body FROM chunk WHERE id = ?1")?
                .query_row([span.chunk], |r| Ok((r.get(0)?, r.get(1)?, r.get::<_, Vec<u8>>(2)?)))
                .map_err(Fault::from)
                .and_then(|(codec, size, body)| unpack(codec, size, &body))?;
            open = Some((span.chunk, bytes));
        }
        let text = open.as_ref().and_then(|(_, bytes)| cut(bytes, span)).map(String::from_utf8_lossy).unwrap_or_default();
        if row.get(4)? || words.are_in(&text) {
            gone.push((row.get(0)?, span.chunk));
        }
    }
    for (hash, chunk) in gone {
        erased.add("raw items", rows(conn, "DELETE FROM item WHERE hash = ?1", [hash])?);
        rows(conn, "INSERT OR IGNORE INTO temp.touched_chunk VALUES (?1)", [chunk])?;
    }
    Ok(())
}
