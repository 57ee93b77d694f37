//! Copies of records that streams hold at their vendors.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Connection, OptionalExtension, params};
use sales_model::{CustomerId, RecordState, StreamKey};

use super::{
    change::Changes,
    error::{Fault, Run},
    known::one,
    prepare::Page,
    removal::Removal,
    writer::Work,
};

/// Notes the copies of a page and those that are no more; the records of the page are in.
pub(super) fn put(work: &mut Work<'_>, page: &Page, stream: i64, changes: &mut Changes, removal: &mut Removal) -> Run<()> {
    for copy in &page.rest.held {
        let place = work.place(&copy.place)?;
        let labels = serde_json::to_string(&copy.labels).map_err(Fault::damaged)?;
        let sql = "SELECT place, native, labels FROM copy WHERE stream = ?1 AND item = ?2";
        let old: Option<(i64, String, String)> =
            work.conn.prepare_cached(sql)?.query_row(params![stream, copy.item], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?))).optional()?;
        // A copy never becomes one of another record: told by the name that two share, it stays with the one that it is of.
        let native = match &old {
            Some((p, own, _)) if *p == place && own.rsplit_once('~').is_some_and(|(shared, _)| shared == copy.native) => own,
            _ => &copy.native,
        };
        if old.as_ref().is_some_and(|(p, n, l)| *p == place && n == native && *l == labels) {
            continue;
        }
        work.conn
            .prepare_cached(
                "INSERT INTO copy (stream, item, place, native, labels) VALUES (?1, ?2, ?3, ?4, ?5)
                 ON CONFLICT DO UPDATE SET place = excluded.place, native = excluded.native, labels = excluded.labels",
            )?
            .execute(params![stream, copy.item, place, native, labels])?;
        touch(work.conn, place, native, changes)?;
        if let Some((place, native, _)) = old.as_ref().filter(|(p, n, _)| *p != place || n != native) {
            left(work.conn, *place, native, changes, removal)?;
        }
    }
    let absent = absent(work.conn, page, stream)?;
    for item in page.rest.dropped.iter().chain(&absent) {
        let sql = "DELETE FROM copy WHERE stream = ?1 AND item = ?2 RETURNING place, native";
        let gone: Option<(i64, String)> =
            work.conn.prepare_cached(sql)?.query_row(params![stream, item], |r| Ok((r.get(0)?, r.get(1)?))).optional()?;
        if let Some((place, native)) = gone {
            left(work.conn, place, &native, changes, removal)?;
        }
    }
    for partition in &page.rest.retired {
        let key = StreamKey { partition: partition.clone(), ..page.key.clone() };
        let retired = work.stream(&key)?;
        if retired == stream {
            continue;
        }
        let mut gone = BTreeSet::new();
        {
            let mut delete = work.conn.prepare_cached("DELETE FROM copy WHERE stream = ?1 RETURNING place, native")?;
            let mut rows = delete.query([retired])?;
            while let Some(row) = rows.next()? {
                gone.insert((row.get::<_, i64>(0)?, row.get::<_, String>(1)?));
            }
        }
        for (place, native) in gone {
            left(work.conn, place, &native, changes, removal)?;
        }
    }
    Ok(())
}

/// Copies that the stream held before this page and holds no more.
fn absent(conn: &Connection, page: &Page, stream: i64) -> Run<Vec<String>> {
    let Some(present) = &page.rest.present else { return Ok(Vec::new()) };
    let fresh: BTreeSet<&str> = page.rest.held.iter().map(|h| h.item.as_str()).collect();
    let mut select = conn.prepare_cached("SELECT item FROM copy WHERE stream = ?1")?;
    let mut rows = select.query([stream])?;
    let mut absent = Vec::new();
    while let Some(row) = rows.next()? {
        let item = row.get_ref(0)?.as_str().map_err(Fault::damaged)?;
        if !present.contains(item) && !fresh.contains(item) {
            absent.push(item.to_owned());
        }
    }
    Ok(absent)
}

/// A copy went: with the last one its record goes, else its labels are others.
fn left(conn: &Connection, place: i64, native: &str, changes: &mut Changes, removal: &mut Removal) -> Run<()> {
    if conn.prepare_cached("SELECT 1 FROM copy WHERE place = ?1 AND native = ?2")?.exists(params![place, native])? {
        touch(conn, place, native, changes)
    } else {
        removal.gone_record(place, native);
        Ok(())
    }
}

fn touch(conn: &Connection, place: i64, native: &str, changes: &mut Changes) -> Run<()> {
    if let Some(known) = one(conn, place, native)? {
        changes.dirty(known.unit);
    }
    Ok(())
}

/// The labels of all copies of a record, sorted.
pub(super) fn labels(conn: &Connection, place: i64, native: &str) -> Run<Vec<String>> {
    let mut select = conn.prepare_cached("SELECT labels FROM copy WHERE place = ?1 AND native = ?2")?;
    let mut rows = select.query(params![place, native])?;
    let mut all = BTreeSet::new();
    while let Some(row) = rows.next()? {
        let labels: Vec<String> = serde_json::from_str(row.get_ref(0)?.as_str().map_err(Fault::damaged)?).map_err(Fault::damaged)?;
        all.extend(labels);
    }
    Ok(all.into_iter().collect())
}

/// Those of the records that are live, and whether they are whole.
pub(super) fn live(conn: &Connection, place: &str, natives: &[String]) -> Run<BTreeMap<String, bool>> {
    let mut there = BTreeMap::new();
    let Some(place) = super::read::place_id(conn, place)? else { return Ok(there) };
    for native in natives {
        if let Some(known) = one(conn, place, native)?.filter(|k| k.state == RecordState::Live) {
            there.insert(native.clone(), !known.partial);
        }
    }
    Ok(there)
}

/// Copies of partial records that belong to somebody, and of records that are gone although a copy is there.
pub(super) fn lacking(conn: &Connection, place: &str) -> Run<Vec<(StreamKey, String)>> {
    let Some(place) = super::read::place_id(conn, place)? else { return Ok(Vec::new()) };
    // CROSS JOIN keeps SQLite to this order of tables: from few records, or by an index from each copy; the other way round it compares each
    // copy with each record.
    let sql = "SELECT s.source, s.account, s.stream, s.part, c.item FROM record r
               CROSS JOIN copy c ON c.place = r.place AND c.native = CASE r.native WHEN '' THEN r.thread ELSE r.native END
               JOIN stream s ON s.id = c.stream
               WHERE r.place = ?1 AND r.partial = 1 AND r.state = 0
                 AND EXISTS (SELECT 1 FROM attribution a WHERE a.place = r.place AND a.thread = r.thread)
               UNION
               SELECT s.source, s.account, s.stream, s.part, c.item FROM copy c
               CROSS JOIN record r ON r.place = c.place AND r.thread = c.native AND r.native = '' AND r.state = 2
               JOIN stream s ON s.id = c.stream
               WHERE c.place = ?1
               UNION
               SELECT s.source, s.account, s.stream, s.part, c.item FROM copy c
               CROSS JOIN record r ON r.place = c.place AND r.native = c.native AND r.native <> '' AND r.state = 2
               JOIN stream s ON s.id = c.stream
               WHERE c.place = ?1";
    let mut select = conn.prepare_cached(sql)?;
    let mut rows = select.query([place])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        all.push((super::work_list::stream_key(row, 0)?, row.get(4)?));
    }
    all.sort();
    Ok(all)
}

/// How many partial records belong to each customer.
pub(super) fn partial(conn: &Connection, place: &str) -> Run<Vec<(CustomerId, u64)>> {
    let Some(place) = super::read::place_id(conn, place)? else { return Ok(Vec::new()) };
    // Each record once, whatever rules gave it to the customer.
    let sql = "SELECT a.customer, count(DISTINCT r.id) FROM record r CROSS JOIN attribution a ON a.place = r.place AND a.thread = r.thread
               WHERE r.place = ?1 AND r.partial = 1 AND r.state = 0 GROUP BY a.customer";
    let mut select = conn.prepare_cached(sql)?;
    let mut rows = select.query([place])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        let customer = row.get_ref(0)?.as_str().map_err(Fault::damaged)?.parse().map_err(Fault::damaged)?;
        all.push((customer, row.get::<_, i64>(1)?.try_into().unwrap_or(0)));
    }
    Ok(all)
}

/// Who holds copies of a record.
pub(super) fn held(conn: &Connection, place: &str, native: &str) -> Run<Vec<(StreamKey, String)>> {
    let Some(place) = super::read::place_id(conn, place)? else { return Ok(Vec::new()) };
    let sql = "SELECT s.source, s.account, s.stream, s.part, c.item FROM copy c JOIN stream s ON s.id = c.stream
               WHERE c.place = ?1 AND c.native = ?2";
    let mut select = conn.prepare_cached(sql)?;
    let mut rows = select.query(params![place, native])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        all.push((super::work_list::stream_key(row, 0)?, row.get(4)?));
    }
    all.sort();
    Ok(all)
}
