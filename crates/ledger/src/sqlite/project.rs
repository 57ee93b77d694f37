//! What the files owe the ledger: dirty units, the path table, findings, stale contexts.

use rusqlite::{Connection, OptionalExtension, Row as SqlRow, params};
use sales_model::{ContentHash, CustomerId};

use super::{
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

/// Marks all units, or those of one place.
pub(super) fn touch(work: &mut Work<'_>, place: Option<&str>) -> Run<()> {
    let mark = work.next_mark()?;
    match place {
        Some(key) => {
            if let Some(place) = work.known_place(key)? {
                work.conn.prepare_cached("UPDATE unit SET mark = ?1 WHERE place = ?2")?.execute((mark, place))?;
            }
        }
        None => {
            work.conn.prepare_cached("UPDATE unit SET mark = ?1")?.execute([mark])?;
        }
    }
    Ok(())
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

/// What a projection changed; all of it or nothing.
pub(super) fn projected(work: &mut Work<'_>, change: &Projected) -> Run<()> {
    let conn = work.conn;
    let mut remove = conn.prepare_cached("DELETE FROM file WHERE customer = ?1 AND path = ?2")?;
    for (customer, path) in &change.removed {
        remove.execute((customer.as_str(), path))?;
    }
    // No conflict clause for the path: two units on one path would be a mistake of the projection, and must not pass in silence.
    let mut put = conn.prepare_cached(
        "INSERT INTO file (place, unit, customer, path, hash) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (place, unit, customer) DO UPDATE SET path = excluded.path, hash = excluded.hash",
    )?;
    for entry in &change.files {
        put.execute(params![entry.place, entry.unit, entry.customer.as_str(), entry.path, entry.hash.map(|h| h.0)])?;
    }
    for unit in &change.findings {
        put_findings(conn, unit)?;
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

fn put_findings(conn: &Connection, unit: &UnitFindings) -> Run<()> {
    let key = (unit.customer.as_str(), &unit.place, &unit.unit);
    if unit.findings.is_empty() && unit.digest.is_empty() {
        conn.prepare_cached("DELETE FROM finding WHERE customer = ?1 AND place = ?2 AND unit = ?3")?.execute(key)?;
        return Ok(());
    }
    let findings = serde_json::to_string(&unit.findings).map_err(Fault::damaged)?;
    conn.prepare_cached(
        "INSERT INTO finding (customer, place, unit, rules, findings, digest) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT DO UPDATE SET rules = excluded.rules, findings = excluded.findings, digest = excluded.digest",
    )?
    .execute(params![key.0, key.1, key.2, unit.rules, findings, unit.digest])?;
    Ok(())
}

/// A customer's findings, sorted by place and unit.
pub(super) fn findings(conn: &Connection, customer: &CustomerId) -> Run<Vec<UnitFindings>> {
    let sql = "SELECT place, unit, rules, findings, digest FROM finding WHERE customer = ?1 ORDER BY place, unit";
    let mut select = conn.prepare_cached(sql)?;
    let mut rows = select.query([customer.as_str()])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        all.push(UnitFindings {
            customer: customer.clone(),
            place: row.get(0)?,
            unit: row.get(1)?,
            rules: row.get(2)?,
            findings: serde_json::from_str(row.get_ref(3)?.as_str().map_err(Fault::damaged)?).map_err(Fault::damaged)?,
            digest: row.get(4)?,
        });
    }
    Ok(all)
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
pub(super) fn refreshed(work: &mut Work<'_>, customer: &CustomerId) -> Run<()> {
    work.conn.prepare_cached("DELETE FROM stale WHERE customer = ?1")?.execute([customer.as_str()])?;
    Ok(())
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
