//! Which records go, and their rows.

use rusqlite::{Connection, params};
use sales_model::RecordId;

use super::rows;
use crate::{
    Erased, Erasure,
    sqlite::{error::Run, read::place_id, removal::BLANK},
};

/// Gathers the records of places and conversations. `native` is written out for first records too.
pub(super) fn choose(conn: &Connection, erasure: &Erasure) -> Run<()> {
    conn.execute_batch(
        "CREATE TEMP TABLE IF NOT EXISTS doomed (id INTEGER PRIMARY KEY, place INTEGER, unit INTEGER, thread TEXT, native TEXT);
         CREATE TEMP TABLE IF NOT EXISTS masked (id INTEGER PRIMARY KEY, unit INTEGER);
         CREATE TEMP TABLE IF NOT EXISTS gone_place (id INTEGER PRIMARY KEY, key TEXT, source TEXT, part TEXT);
         CREATE TEMP TABLE IF NOT EXISTS touched_chunk (id INTEGER PRIMARY KEY);
         DELETE FROM temp.doomed; DELETE FROM temp.masked; DELETE FROM temp.gone_place; DELETE FROM temp.touched_chunk;",
    )?;
    for key in &erasure.places {
        let Some(place) = place_id(conn, key)? else { continue };
        let (source, part) = key.split_once(':').unwrap_or((key, ""));
        conn.prepare_cached("INSERT OR IGNORE INTO temp.gone_place VALUES (?1, ?2, ?3, ?4)")?.execute(params![place, key, source, part])?;
        add(conn, "place = ?1 AND ?2 = ''", place, "")?;
    }
    for (key, thread) in &erasure.conversations {
        if let Some(place) = place_id(conn, key)? {
            add(conn, "place = ?1 AND thread = ?2", place, thread)?;
        }
    }
    for (key, native) in erasure.records.iter().filter_map(RecordId::parts) {
        if let Some(place) = place_id(conn, key)? {
            add(conn, "place = ?1 AND (native = ?2 OR native = '' AND thread = ?2)", place, native)?;
        }
    }
    if let Some(expiry) = &erasure.expiry {
        super::expiry::choose(conn, expiry)?;
    }
    Ok(())
}

fn add(conn: &Connection, which: &str, place: i64, thread: &str) -> Run<()> {
    let sql = format!("INSERT OR IGNORE INTO temp.doomed SELECT {COLUMNS} FROM main.record WHERE {which}");
    conn.prepare_cached(&sql)?.execute(params![place, thread])?;
    Ok(())
}

/// Columns of [`choose`]'s table.
pub(super) const COLUMNS: &str = "id, place, unit, thread, CASE native WHEN '' THEN thread ELSE native END";

/// Adds one record.
pub(super) fn add_one(conn: &Connection, id: i64) -> Run<()> {
    conn.prepare_cached(&format!("INSERT OR IGNORE INTO temp.doomed SELECT {COLUMNS} FROM main.record WHERE id = ?1"))?.execute([id])?;
    Ok(())
}

/// With a call or note its parts go.
pub(super) fn with_parts(conn: &Connection) -> Run<()> {
    conn.execute(
        "INSERT OR IGNORE INTO temp.doomed SELECT r.id, r.place, r.unit, r.thread, r.native FROM temp.doomed d
         CROSS JOIN main.record r INDEXED BY record_order ON r.place = d.place AND r.thread = d.thread
         WHERE d.native = d.thread AND r.native GLOB '?*/*' AND substr(r.native, 1, length(d.thread) + 1) = d.thread || '/'",
        [],
    )?;
    Ok(())
}

/// Takes them out of the tables. A first record that others answered leaves a stub, so that their conversation has a beginning.
pub(super) fn delete(conn: &Connection, erased: &mut Erased) -> Run<()> {
    for (what, table, column) in [("versions", "record_version", "record"), ("signs", "sign", "record"), ("subjects", "subject", "record")]
    {
        erased.add(what, rows(conn, &format!("DELETE FROM {table} WHERE {column} IN (SELECT id FROM temp.doomed)"), [])?);
    }
    let copies = "DELETE FROM copy WHERE EXISTS (SELECT 1 FROM temp.doomed d WHERE d.place = copy.place AND d.native = copy.native)";
    conn.execute("CREATE INDEX IF NOT EXISTS temp.doomed_native ON doomed (place, native)", [])?;
    erased.add("copies", rows(conn, copies, [])?);
    let live = "SELECT id FROM temp.doomed WHERE id IN (SELECT id FROM search_docsize)";
    erased.add("search rows", rows(conn, &format!("DELETE FROM search WHERE rowid IN ({live})"), [])?);
    let keys = "DELETE FROM conversation_key WHERE conversation IN (
                  SELECT c.id FROM conversation c JOIN temp.doomed d ON d.place = c.place AND d.thread = c.name)
                AND conversation NOT IN (SELECT c.id FROM conversation c JOIN record r INDEXED BY record_order
                  ON r.place = c.place AND r.thread = c.name WHERE r.id NOT IN (SELECT id FROM temp.doomed))";
    erased.add("conversation keys", rows(conn, keys, [])?);
    rows(conn, "DELETE FROM conversation WHERE id NOT IN (SELECT conversation FROM conversation_key)", [])?;
    let answered = "SELECT d.id FROM temp.doomed d WHERE d.native = d.thread AND EXISTS (
                      SELECT 1 FROM main.record r INDEXED BY record_order WHERE r.place = d.place AND r.thread = d.thread AND r.native > ''
                      AND r.state = 0 AND instr(r.native, '/') = 0 AND r.id NOT IN (SELECT id FROM temp.doomed))";
    let stub = format!(
        "UPDATE record SET state = 1, partial = 0, version = 1, hash = zeroblob(16), chunk = NULL, start = NULL, size = NULL, body = ?1,
           withheld = 0 WHERE id IN ({answered})"
    );
    let stubs = rows(conn, &stub, [BLANK])?;
    let gone = rows(conn, &format!("DELETE FROM record WHERE id IN (SELECT id FROM temp.doomed) AND id NOT IN ({answered})"), [])?;
    erased.add("records", gone + stubs);
    Ok(())
}
