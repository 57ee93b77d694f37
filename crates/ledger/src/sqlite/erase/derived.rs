//! What was made of records: owners, doubts, findings, paths, units.

use rusqlite::params;
use sales_model::Doubt;

use super::rows;
use crate::{
    Erased, Erasure, WRITTEN, Words,
    sqlite::{
        announced, change,
        error::{Fault, Run},
        writer::Work,
    },
};

/// Takes out what tells of the customer, of conversations that are no more, and what says one of the words. Whose the rest is is decided
/// again, and its files are compared again.
pub(super) fn forget(work: &mut Work<'_>, erasure: &Erasure, words: &Words, erased: &mut Erased) -> Run<()> {
    let conn = work.conn;
    if let Some(customer) = &erasure.customer {
        let of = [customer.as_str()];
        erased.add("attributions", rows(conn, "DELETE FROM attribution WHERE customer = ?1", of)?);
        erased.add("findings", rows(conn, "DELETE FROM finding WHERE customer = ?1", of)?);
        erased.add("paths", rows(conn, "DELETE FROM file WHERE customer = ?1", of)?);
        rows(conn, "DELETE FROM stale WHERE customer = ?1", of)?;
        rows(conn, "DELETE FROM kv WHERE name = ?1", [format!("{WRITTEN}{customer}")])?;
    }
    past_paths(work, erasure, words)?;
    announced::forget(conn, erasure.customer.as_ref(), words)?;
    for (what, table) in [("attributions", "attribution"), ("doubts", "doubt")] {
        let orphaned = format!(
            "DELETE FROM {table} WHERE place IN (SELECT id FROM temp.gone_place) OR (thread <> ''
               AND EXISTS (SELECT 1 FROM temp.doomed d WHERE d.place = {table}.place)
               AND NOT EXISTS (SELECT 1 FROM record r INDEXED BY record_order WHERE r.place = {table}.place AND r.thread = {table}.thread))"
        );
        erased.add(what, rows(conn, &orphaned, [])?);
    }
    doubts(work, erasure, words, erased)?;
    reasons(work, words)?;
    units(work)
}

/// Paths that units had: they are named by topics.
fn past_paths(work: &Work<'_>, erasure: &Erasure, words: &Words) -> Run<()> {
    let mut gone = Vec::new();
    let mut select = work.conn.prepare("SELECT customer, place, unit, path FROM past_path")?;
    let mut all = select.query([])?;
    while let Some(row) = all.next()? {
        let (customer, path): (String, String) = (row.get(0)?, row.get(3)?);
        if erasure.customer.as_ref().is_some_and(|own| own.as_str() == customer) || words.are_in(&path) {
            gone.push((customer, row.get::<_, String>(1)?, row.get::<_, String>(2)?));
        }
    }
    for (customer, place, unit) in gone {
        let sql = "DELETE FROM past_path WHERE customer = ?1 AND place = ?2 AND unit = ?3";
        rows(work.conn, sql, params![customer, place, unit])?;
    }
    Ok(())
}

/// Doubts about the customer, or in words of what goes.
fn doubts(work: &Work<'_>, erasure: &Erasure, words: &Words, erased: &mut Erased) -> Run<()> {
    let mut gone = Vec::new();
    let mut select = work.conn.prepare("SELECT place, thread, json FROM doubt")?;
    let mut all = select.query([])?;
    while let Some(row) = all.next()? {
        let json = row.get_ref(2)?.as_str().map_err(Fault::damaged)?;
        let doubt: Doubt = serde_json::from_str(json).map_err(Fault::damaged)?;
        if doubt.candidates.iter().any(|c| Some(&c.customer) == erasure.customer.as_ref()) || words.are_in(json) {
            gone.push((row.get::<_, i64>(0)?, row.get::<_, String>(1)?));
        }
    }
    for (place, thread) in gone {
        erased.add("doubts", rows(work.conn, "DELETE FROM doubt WHERE place = ?1 AND thread = ?2", params![place, thread])?);
    }
    Ok(())
}

/// Reasons of attributions that stay: they are found again when all is decided anew.
fn reasons(work: &Work<'_>, words: &Words) -> Run<()> {
    let mut gone = Vec::new();
    let mut select = work.conn.prepare("SELECT DISTINCT reason FROM attribution")?;
    let mut all = select.query([])?;
    while let Some(row) = all.next()? {
        let reason = row.get_ref(0)?.as_str().map_err(Fault::damaged)?;
        if words.are_in(reason) {
            gone.push(reason.to_owned());
        }
    }
    for reason in gone {
        rows(work.conn, "UPDATE attribution SET reason = '' WHERE reason = ?1", [reason])?;
    }
    Ok(())
}

/// Units that hold nothing any more go; those that hold less are looked at again.
fn units(work: &mut Work<'_>) -> Run<()> {
    let conn = work.conn;
    conn.execute_batch(
        "CREATE TEMP TABLE IF NOT EXISTS used_unit (id INTEGER PRIMARY KEY);
         DELETE FROM temp.used_unit;
         INSERT OR IGNORE INTO temp.used_unit SELECT unit FROM main.record;
         INSERT OR IGNORE INTO temp.used_unit SELECT u.id FROM main.file f JOIN main.place p ON p.key = f.place
           JOIN main.unit u ON u.place = p.id AND u.name = f.unit;",
    )?;
    let empty = "DELETE FROM unit WHERE (id IN (SELECT unit FROM temp.doomed) OR place IN (SELECT id FROM temp.gone_place))
                 AND id NOT IN (SELECT id FROM temp.used_unit)";
    rows(conn, empty, [])?;
    let mut rest = conn.prepare("SELECT DISTINCT unit FROM temp.doomed WHERE unit IN (SELECT id FROM unit)")?;
    let rest: Vec<i64> = rest.query_map([], |r| r.get(0))?.collect::<rusqlite::Result<_>>()?;
    change::mark(work, &rest)
}
