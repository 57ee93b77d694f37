//! What must not come back.

use std::collections::HashSet;

use rusqlite::{Connection, OptionalExtension, params};
use sales_model::RecordId;

use super::{COUNT, grow, rows};
use crate::{
    Erasure, Subject, Suppressions,
    sqlite::{
        error::{Fault, Run},
        project,
        writer::Work,
    },
};

/// Name of the small value that holds the key, in hexadecimal.
const KEY: &str = "suppression.key";

/// The list.
pub(in crate::sqlite) fn load(conn: &Connection) -> Run<Suppressions> {
    let Some(key) = project::get(conn, KEY)? else { return Ok(Suppressions::default()) };
    let key = parse(&key).ok_or_else(|| Fault::damaged("the key of the suppressions is none"))?;
    let gather = |sql: &str| -> Run<HashSet<[u8; 16]>> {
        let mut select = conn.prepare(sql)?;
        let all = select.query_map([], |r| r.get(0))?;
        Ok(all.collect::<rusqlite::Result<_>>()?)
    };
    let hashes = gather("SELECT DISTINCT hash FROM suppression")?;
    let open = gather("SELECT DISTINCT s.hash FROM suppression s JOIN erasure e ON e.id = s.erasure WHERE e.open = 1 AND s.known = 1")?;
    let words: i64 = conn.query_row("SELECT coalesce(max(words), 0) FROM erasure", [], |r| r.get(0))?;
    Ok(Suppressions::new(key, hashes, open, usize::try_from(words).unwrap_or(0)))
}

fn parse(hex: &str) -> Option<[u8; 32]> {
    let mut key = [0; 32];
    for (n, byte) in key.iter_mut().enumerate() {
        *byte = u8::from_str_radix(hex.get(2 * n..2 * n + 2)?, 16).ok()?;
    }
    Some(key)
}

/// Notes an erasure and what it keeps away: its subjects, the records chosen, places, and what it names beside them.
pub(super) fn note(conn: &Connection, erasure: &Erasure) -> Run<()> {
    // It appears in no result, so the database may draw it.
    conn.execute("INSERT INTO kv (name, value) VALUES (?1, lower(hex(randomblob(32)))) ON CONFLICT DO NOTHING", [KEY])?;
    let list = load(conn)?;
    let names = erasure.suppress.iter().filter(|(subject, _)| *subject == Subject::Name);
    let words = names.map(|(_, name)| name.split(' ').count()).max().unwrap_or(0);
    let sql = "INSERT INTO erasure (at, open, words) VALUES (?1, 1, ?2)";
    let id = conn.prepare_cached(sql)?.insert(params![erasure.at.to_string(), i64::try_from(words).unwrap_or(0)])?;
    let mut put = conn.prepare_cached(
        "INSERT INTO suppression (hash, erasure, known) VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET known = max(known, excluded.known)",
    )?;
    for (subject, text) in &erasure.subjects {
        put.execute(params![list.hash(*subject, text), id, 1])?;
    }
    for (subject, text) in &erasure.suppress {
        put.execute(params![list.hash(*subject, text), id, 0])?;
    }
    for key in &erasure.places {
        put.execute(params![list.hash(Subject::Place, key), id, 0])?;
    }
    for (place, thread) in &erasure.conversations {
        put.execute(params![list.hash(Subject::Conversation, &RecordId::new(place, thread).0), id, 0])?;
    }
    let mut doomed = conn.prepare(
        "SELECT p.key || ':' || d.native FROM temp.doomed d JOIN place p ON p.id = d.place
         WHERE d.place NOT IN (SELECT id FROM temp.gone_place)",
    )?;
    let mut doomed = doomed.query([])?;
    while let Some(row) = doomed.next()? {
        let record = row.get_ref(0)?.as_str().map_err(Fault::damaged)?;
        put.execute(params![list.hash(Subject::Record, record), id, 0])?;
    }
    Ok(())
}

/// Adds to the erasure that was noted last.
pub(super) fn also(conn: &Connection, subject: Subject, text: &str) -> Run<()> {
    let hash = load_key(conn)?.hash(subject, text);
    conn.prepare_cached(
        "INSERT INTO suppression (hash, erasure, known) SELECT ?1, max(id), 0 FROM erasure WHERE true ON CONFLICT DO NOTHING",
    )?
    .execute([hash])?;
    Ok(())
}

fn load_key(conn: &Connection) -> Run<Suppressions> {
    let key = project::get(conn, KEY)?.and_then(|k| parse(&k)).ok_or_else(|| Fault::damaged("the suppressions have no key"))?;
    Ok(Suppressions::new(key, HashSet::new(), HashSet::new(), 0))
}

/// Lifts every erasure that is known by one of the subjects; gives how many there were.
pub(in crate::sqlite) fn lift(work: &mut Work<'_>, subjects: &[(Subject, String)]) -> Run<u64> {
    let conn = work.conn;
    if project::get(conn, KEY)?.is_none() {
        return Ok(0);
    }
    let list = load_key(conn)?;
    let mut lifted = 0;
    for (subject, text) in subjects {
        let sql = "SELECT erasure FROM suppression WHERE hash = ?1 AND known = 1";
        while let Some(id) = conn.prepare_cached(sql)?.query_row([list.hash(*subject, text)], |r| r.get::<_, i64>(0)).optional()? {
            rows(conn, "DELETE FROM suppression WHERE erasure = ?1", [id])?;
            lifted += rows(conn, "DELETE FROM erasure WHERE id = ?1", [id])?;
        }
    }
    if lifted > 0 {
        grow(conn, COUNT)?;
    }
    Ok(lifted)
}
