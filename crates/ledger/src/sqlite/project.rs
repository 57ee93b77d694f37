//! What the files owe the ledger: dirty units, the path table, findings, stale contexts.

use rusqlite::{Connection, OptionalExtension, Row as SqlRow, params};
use sales_model::{ContentHash, CustomerId, Finding};

use super::{
    announced,
    chunk::{ZSTD, pack, unpack},
    error::{Fault, Run},
    writer::Work,
};
use crate::{Dirty, FileEntry, Projected, UnitFindings};

/// Dirty units, oldest mark first.
pub(super) fn dirty(conn: &Connection, place: Option<&str>, limit: usize) -> Run<Vec<Dirty>> {
    let sql = match place {
        Some(_) => {
            "SELECT p.key, u.name, u.mark FROM place p JOIN unit u ON u.place = p.id
             WHERE p.key = ?1 AND u.mark IS NOT NULL ORDER BY u.mark, u.id LIMIT ?2"
        }
        None => {
            "SELECT p.key, u.name, u.mark FROM unit u INDEXED BY unit_dirty JOIN place p ON p.id = u.place
             WHERE u.mark IS NOT NULL AND ?1 IS NULL ORDER BY u.mark, u.id LIMIT ?2"
        }
    };
    let mut select = conn.prepare_cached(sql)?;
    let rows = select.query_map((place, i64::try_from(limit).unwrap_or(i64::MAX)), |r| {
        Ok(Dirty { place: r.get::<_, String>(0)?.into(), unit: r.get::<_, String>(1)?.into(), mark: r.get(2)? })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Marks all units, or those of some places, and keeps what they are marked for. A file whose unit has no records any more is one of them.
pub(super) fn touch(work: &mut Work<'_>, places: Option<&[String]>, notes: &[(String, String)]) -> Run<()> {
    let mark = work.next_mark()?;
    let files = "INSERT INTO unit (place, name) SELECT p.id, f.unit FROM file f JOIN place p ON p.key = f.place
                 WHERE ?1 IS NULL OR p.id = ?1 ON CONFLICT DO NOTHING";
    match places {
        Some(places) => {
            for key in places {
                if let Some(place) = work.known_place(key)? {
                    work.conn.prepare_cached(files)?.execute([place])?;
                    work.conn.prepare_cached("UPDATE unit SET mark = ?1 WHERE place = ?2")?.execute((mark, place))?;
                }
            }
        }
        None => {
            work.conn.prepare_cached(files)?.execute([None::<i64>])?;
            work.conn.prepare_cached("UPDATE unit SET mark = ?1")?.execute([mark])?;
        }
    }
    notes.iter().try_for_each(|(name, value)| set(work, name, value))
}

/// All units, sorted by place and name.
pub(super) fn units(conn: &Connection) -> Run<Vec<Dirty>> {
    let sql = "SELECT p.key, u.name FROM unit u JOIN place p ON p.id = u.place ORDER BY p.key, u.name";
    let mut select = conn.prepare_cached(sql)?;
    let rows =
        select.query_map([], |r| Ok(Dirty { place: r.get::<_, String>(0)?.into(), unit: r.get::<_, String>(1)?.into(), mark: 0 }))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn file(r: &SqlRow<'_>) -> Run<FileEntry> {
    Ok(FileEntry {
        customer: customer(r.get_ref(2)?.as_str().map_err(Fault::damaged)?)?,
        place: r.get(0)?,
        unit: r.get(1)?,
        path: r.get(3)?,
        hash: r.get::<_, Option<[u8; 16]>>(4)?.map(ContentHash),
    })
}

fn customer(id: &str) -> Run<CustomerId> {
    id.parse().map_err(Fault::damaged)
}

/// The path table, sorted.
pub(super) fn files(conn: &Connection, customer: Option<&CustomerId>) -> Run<Vec<FileEntry>> {
    let mut files = Vec::new();
    let sql = match customer {
        Some(_) => "SELECT place, unit, customer, path, hash FROM file WHERE customer = ?1",
        None => "SELECT place, unit, customer, path, hash FROM file WHERE ?1 IS NULL",
    };
    let mut select = conn.prepare_cached(sql)?;
    let mut rows = select.query([customer.map(CustomerId::as_str)])?;
    while let Some(row) = rows.next()? {
        files.push(file(row)?);
    }
    files.sort();
    Ok(files)
}

/// The path table's entries for units, sorted.
pub(super) fn files_of(conn: &Connection, units: &[Dirty]) -> Run<Vec<FileEntry>> {
    let mut files = Vec::new();
    let mut select = conn.prepare_cached("SELECT place, unit, customer, path, hash FROM file WHERE place = ?1 AND unit = ?2")?;
    for unit in units {
        let mut rows = select.query((&*unit.place, &*unit.unit))?;
        while let Some(row) = rows.next()? {
            files.push(file(row)?);
        }
    }
    files.sort();
    files.dedup();
    Ok(files)
}

/// Paths that units had where they have no file now, sorted.
pub(super) fn past_paths(conn: &Connection) -> Run<Vec<FileEntry>> {
    let mut paths = Vec::new();
    let mut select = conn.prepare_cached("SELECT place, unit, customer, path, NULL FROM past_path")?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        paths.push(file(row)?);
    }
    paths.sort();
    Ok(paths)
}

/// Lets units stand for one customer where they stand, or stood, for another, unless they have a path there already.
pub(super) fn carry_paths(work: &mut Work<'_>, carries: &[(CustomerId, CustomerId)], notes: &[(String, String)]) -> Run<()> {
    let mut carry = work.conn.prepare_cached(
        "INSERT INTO past_path (customer, place, unit, path)
         SELECT ?2, o.place, o.unit, o.path
         FROM (SELECT place, unit, path FROM file WHERE customer = ?1 UNION ALL SELECT place, unit, path FROM past_path WHERE customer = ?1) o
         WHERE NOT EXISTS (SELECT 1 FROM file f WHERE f.place = o.place AND f.unit = o.unit AND f.customer = ?2)
         ON CONFLICT DO NOTHING",
    )?;
    for (from, to) in carries {
        carry.execute((from.as_str(), to.as_str()))?;
    }
    drop(carry);
    notes.iter().try_for_each(|(name, value)| set(work, name, value))
}

/// What a projection changed; all of it or nothing.
pub(super) fn projected(work: &mut Work<'_>, change: &Projected, findings: &[Packed]) -> Run<()> {
    let conn = work.conn;
    let mut keep = conn.prepare_cached(
        "INSERT INTO past_path (customer, place, unit, path) SELECT customer, place, unit, path FROM file WHERE customer = ?1 AND path = ?2
         ON CONFLICT (customer, place, unit) DO UPDATE SET path = excluded.path",
    )?;
    let mut remove = conn.prepare_cached("DELETE FROM file WHERE customer = ?1 AND path = ?2")?;
    for (customer, path) in &change.removed {
        if !change.forget {
            keep.execute((customer.as_str(), path))?;
        }
        remove.execute((customer.as_str(), path))?;
    }
    // No conflict clause for the path: two units on one path would be a mistake of the projection, and must not pass in silence.
    let mut put = conn.prepare_cached(
        "INSERT INTO file (place, unit, customer, path, hash) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (place, unit, customer) DO UPDATE SET path = excluded.path, hash = excluded.hash",
    )?;
    // In another time zone a file's day may be one that no record was marked for.
    let mut unit = conn.prepare_cached("INSERT INTO unit (place, name) VALUES (?1, ?2) ON CONFLICT DO NOTHING")?;
    let mut back = conn.prepare_cached("DELETE FROM past_path WHERE customer = ?1 AND place = ?2 AND unit = ?3")?;
    for entry in &change.files {
        if let Some(place) = work.known_place(&entry.place)? {
            unit.execute((place, &entry.unit))?;
        }
        put.execute(params![entry.place, entry.unit, entry.customer.as_str(), entry.path, entry.hash.map(|h| h.0)])?;
        back.execute((entry.customer.as_str(), &entry.place, &entry.unit))?;
        if let Some(hash) = entry.hash {
            announced::recorded(conn, &entry.customer, &entry.path, hash)?;
        }
    }
    for unit in findings {
        unit.put(conn)?;
    }
    let mut clear = conn.prepare_cached("UPDATE unit SET mark = NULL WHERE place = ?1 AND name = ?2 AND mark <= ?3")?;
    for unit in &change.cleared {
        if let Some(place) = work.known_place(&unit.place)? {
            clear.execute((place, &*unit.unit, unit.mark))?;
        }
    }
    let mut stale = conn.prepare_cached("INSERT INTO stale (customer) VALUES (?1) ON CONFLICT DO NOTHING")?;
    for customer in &change.stale {
        stale.execute([customer.as_str()])?;
    }
    Ok(())
}

/// A unit's findings and digest, ready to be stored; made outside the writer's thread.
pub(super) struct Packed {
    unit: UnitFindings,
    size: i64,
    /// `None`: there is nothing to say of the unit any more.
    body: Option<Vec<u8>>,
}

impl Packed {
    pub(super) fn new(mut unit: UnitFindings) -> Run<Self> {
        let (findings, digest) = (std::mem::take(&mut unit.findings), std::mem::take(&mut unit.digest));
        if findings.is_empty() && digest.is_empty() {
            return Ok(Packed { unit, size: 0, body: None });
        }
        let mut text = serde_json::to_string(&findings).map_err(Fault::damaged)?;
        text.push('\n');
        text.push_str(&digest);
        Ok(Packed { unit, size: text.len() as i64, body: Some(pack(text.as_bytes())?) })
    }

    fn put(&self, conn: &Connection) -> Run<()> {
        let (customer, place, unit) = (self.unit.customer.as_str(), &self.unit.place, &self.unit.unit);
        let Some(body) = &self.body else {
            let sql = "DELETE FROM finding WHERE customer = ?1 AND place = ?2 AND unit = ?3";
            conn.prepare_cached(sql)?.execute((customer, place, unit))?;
            return Ok(());
        };
        conn.prepare_cached(
            "INSERT INTO finding (customer, place, unit, rules, size, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
             ON CONFLICT DO UPDATE SET rules = excluded.rules, size = excluded.size, body = excluded.body",
        )?
        .execute(params![customer, place, unit, self.unit.rules, self.size, body])?;
        Ok(())
    }
}

/// A customer's findings, sorted by place and unit.
pub(super) fn findings(conn: &Connection, customer: &CustomerId, after: (&str, &str), limit: usize) -> Run<Vec<UnitFindings>> {
    let sql = "SELECT place, unit, rules, size, body FROM finding WHERE customer = ?1 AND (place, unit) > (?2, ?3)
               ORDER BY place, unit LIMIT ?4";
    let mut select = conn.prepare_cached(sql)?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut rows = select.query((customer.as_str(), after.0, after.1, limit))?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        let (findings, digest) = unpack_findings(row.get(3)?, row.get_ref(4)?.as_blob().map_err(Fault::damaged)?)?;
        all.push(UnitFindings { customer: customer.clone(), place: row.get(0)?, unit: row.get(1)?, rules: row.get(2)?, findings, digest });
    }
    Ok(all)
}

/// A unit's findings and digest from their columns.
pub(super) fn unpack_findings(size: i64, body: &[u8]) -> Run<(Vec<Finding>, String)> {
    let text = String::from_utf8(unpack(ZSTD, size, body)?).map_err(Fault::damaged)?;
    // JSON on one line has no line end in it.
    let (findings, digest) = text.split_once('\n').ok_or_else(|| Fault::damaged("findings without a digest"))?;
    Ok((serde_json::from_str(findings).map_err(Fault::damaged)?, digest.to_owned()))
}

/// Customers whose context is stale, sorted.
pub(super) fn stale(conn: &Connection) -> Run<Vec<CustomerId>> {
    let mut select = conn.prepare_cached("SELECT customer FROM stale ORDER BY customer")?;
    let mut rows = select.query([])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        all.push(customer(row.get_ref(0)?.as_str().map_err(Fault::damaged)?)?);
    }
    Ok(all)
}

/// A context was made.
pub(super) fn refreshed(work: &mut Work<'_>, customer: &CustomerId, notes: &[(String, String)]) -> Run<()> {
    work.conn.prepare_cached("DELETE FROM stale WHERE customer = ?1")?.execute([customer.as_str()])?;
    notes.iter().try_for_each(|(name, value)| set(work, name, value))
}

/// A small value.
pub(super) fn get(conn: &Connection, name: &str) -> Run<Option<String>> {
    Ok(conn.prepare_cached("SELECT value FROM kv WHERE name = ?1")?.query_row([name], |r| r.get(0)).optional()?)
}

/// Keeps a small value.
pub(super) fn set(work: &mut Work<'_>, name: &str, value: &str) -> Run<()> {
    let sql = "INSERT INTO kv (name, value) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = excluded.value WHERE value <> excluded.value";
    work.conn.prepare_cached(sql)?.execute((name, value))?;
    Ok(())
}
