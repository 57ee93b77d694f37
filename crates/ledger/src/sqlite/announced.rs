//! What the program is about to put into files, noted before it does.

use rusqlite::{CachedStatement, Connection, ToSql};
use sales_model::{ContentHash, CustomerId};

use super::error::{Fault, Run};
use crate::{Announced, Words};

/// Notes it, and gives for each file what may stand there and is the program's own.
pub(super) fn announce(conn: &Connection, files: &[Announced]) -> Run<Vec<Vec<ContentHash>>> {
    let mut note = conn.prepare_cached("INSERT INTO announced (customer, path, hash) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING")?;
    let mut last = conn.prepare_cached("SELECT hash FROM file WHERE customer = ?1 AND path = ?2 AND hash IS NOT NULL")?;
    let mut noted = conn.prepare_cached("SELECT hash FROM announced WHERE customer = ?1 AND path = ?2")?;
    let mut own = Vec::with_capacity(files.len());
    for file in files {
        if let Some(hash) = file.hash {
            note.execute((file.customer.as_str(), &file.path, hash.0))?;
        }
        let mut hashes = hashes(&mut last, file)?;
        hashes.extend(self::hashes(&mut noted, file)?);
        own.push(hashes);
    }
    Ok(own)
}

fn hashes(select: &mut CachedStatement<'_>, file: &Announced) -> Run<Vec<ContentHash>> {
    let key: [&dyn ToSql; 2] = [&file.customer.as_str(), &file.path];
    Ok(select.query_map(key, |r| r.get(0).map(ContentHash))?.collect::<rusqlite::Result<_>>()?)
}

/// It stands in the path table now.
pub(super) fn recorded(conn: &Connection, customer: &CustomerId, path: &str, hash: ContentHash) -> Run<()> {
    let sql = "DELETE FROM announced WHERE customer = ?1 AND path = ?2 AND hash = ?3";
    conn.prepare_cached(sql)?.execute((customer.as_str(), path, hash.0))?;
    Ok(())
}

/// All of it, sorted.
pub(super) fn all(conn: &Connection) -> Run<Vec<Announced>> {
    let mut select = conn.prepare_cached("SELECT customer, path, hash FROM announced ORDER BY customer, path, hash")?;
    let mut rows = select.query([])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        let customer = row.get_ref(0)?.as_str().map_err(Fault::damaged)?.parse().map_err(Fault::damaged)?;
        all.push(Announced { customer, path: row.get(1)?, hash: Some(ContentHash(row.get(2)?)) });
    }
    Ok(all)
}

/// Notes what was found in files, and that nothing is announced any more.
pub(super) fn settle(conn: &Connection, found: &[Announced]) -> Run<()> {
    let mut last = conn.prepare_cached("UPDATE file SET hash = ?3 WHERE customer = ?1 AND path = ?2")?;
    for file in found {
        last.execute((file.customer.as_str(), &file.path, file.hash.map(|h| h.0)))?;
    }
    conn.execute("DELETE FROM announced", [])?;
    Ok(())
}

/// Takes out what says one of the words, and what is in the folder of a customer that is to be forgotten.
pub(super) fn forget(conn: &Connection, customer: Option<&CustomerId>, words: &Words) -> Run<()> {
    let gone = all(conn)?.into_iter().filter(|a| Some(&a.customer) == customer || words.are_in(&a.path));
    for file in gone {
        conn.prepare_cached("DELETE FROM announced WHERE customer = ?1 AND path = ?2")?.execute((file.customer.as_str(), file.path))?;
    }
    Ok(())
}
