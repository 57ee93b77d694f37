//! People and places.

use jiff::Timestamp;
use rusqlite::Connection;
use sales_model::{Person, Place};

use super::{
    error::{Fault, Run},
    time,
    writer::Work,
};
use crate::Counts;

/// Notes people and places, new or changed.
pub(super) fn put(work: &mut Work<'_>, people: &[(String, String)], places: &[(String, String)]) -> Run<()> {
    let mut changed = 0;
    if !people.is_empty() {
        let mut upsert = work.conn.prepare_cached(
            "INSERT INTO person (key, json) VALUES (?1, ?2)
             ON CONFLICT (key) DO UPDATE SET json = excluded.json WHERE json <> excluded.json",
        )?;
        for person in people {
            changed += upsert.execute([&person.0, &person.1])?;
        }
    }
    for (key, json) in places {
        let id = work.place(key)?;
        changed += work.conn.prepare_cached("UPDATE place SET json = ?2 WHERE id = ?1 AND json IS NOT ?2")?.execute((id, json))?;
    }
    if changed > 0 {
        let sql = "INSERT INTO kv (name, value) VALUES (?1, '1') ON CONFLICT DO UPDATE SET value = value + 1";
        work.conn.prepare_cached(sql)?.execute([crate::CATALOGUE])?;
    }
    Ok(())
}

/// All people, sorted by key.
pub(super) fn people(conn: &Connection) -> Run<Vec<Person>> {
    let mut select = conn.prepare_cached("SELECT json FROM person ORDER BY key")?;
    let mut rows = select.query([])?;
    let mut people = Vec::new();
    while let Some(row) = rows.next()? {
        people.push(serde_json::from_str(row.get_ref(0)?.as_str().map_err(Fault::damaged)?).map_err(Fault::damaged)?);
    }
    Ok(people)
}

/// All places, sorted by key; one of which only records are known has the vendor's id for its name.
pub(super) fn places(conn: &Connection) -> Run<Vec<Place>> {
    let mut select = conn.prepare_cached("SELECT key, json FROM place ORDER BY key")?;
    let mut rows = select.query([])?;
    let mut places = Vec::new();
    while let Some(row) = rows.next()? {
        places.push(match row.get_ref(1)?.as_str_or_null().map_err(Fault::damaged)? {
            Some(json) => serde_json::from_str(json).map_err(Fault::damaged)?,
            None => {
                let key: String = row.get(0)?;
                let name = key.rsplit_once(':').map_or(key.as_str(), |(_, id)| id).to_owned();
                Place { key, name, ..Place::default() }
            }
        });
    }
    Ok(places)
}

/// When the newest live record of each place was said, sorted by place.
pub(super) fn newest(conn: &Connection) -> Run<Vec<(String, Timestamp)>> {
    let mut select = conn.prepare_cached("SELECT key, newest FROM place WHERE newest IS NOT NULL ORDER BY key")?;
    let rows = select.query_map([], |r| Ok((r.get(0)?, time::from_micros(1, r.get(1)?)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Counts, kept up with each page.
pub(super) fn counts(conn: &Connection) -> Run<Counts> {
    let sql = "SELECT coalesce(sum(live), 0), coalesce(sum(versions), 0), count(*), (SELECT count(*) FROM chunk),
                 (SELECT count(*) FROM person) FROM place";
    let number = |r: &rusqlite::Row<'_>, i| -> rusqlite::Result<u64> { Ok(r.get::<_, i64>(i)?.try_into().unwrap_or(0)) };
    Ok(conn.prepare_cached(sql)?.query_row([], |r| {
        Ok(Counts { records: number(r, 0)?, versions: number(r, 1)?, places: number(r, 2)?, chunks: number(r, 3)?, people: number(r, 4)? })
    })?)
}
