//! Which records are one conversation, where their vendor does not say it for good.
//!
//! A conversation is a set of keys; a record joins all that it has a key of, and they become one. Its name is the least of the names that
//! its records bring, so whatever the order in which records arrive, the same ones have the same name.

use std::{borrow::Cow, collections::BTreeSet, sync::Arc};

use rusqlite::{Connection, OptionalExtension, params};
use sha2::{Digest, Sha256};

use super::{change::Changes, error::Run, prepare::Row, writer::Work};
use crate::Joins;

/// Where a record stands: its conversation and the unit of files.
pub(super) struct Seat<'a> {
    pub(super) thread: Cow<'a, str>,
    pub(super) unit: Arc<str>,
}

impl Seat<'_> {
    pub(super) fn is_first(&self, row: &Row) -> bool {
        *self.thread == *row.record.native
    }

    /// The vendor id as the column `native` has it.
    pub(super) fn native_column<'r>(&self, row: &'r Row) -> &'r str {
        if self.is_first(row) { "" } else { &row.record.native }
    }
}

/// What happened to the conversations of a page.
#[derive(Default)]
pub(super) struct Touched {
    /// (place, name) of those that records of the page are in.
    pub(super) names: BTreeSet<(Arc<str>, String)>,
}

/// Gives every row its seat, in the order of the rows; joins conversations that a row brings together.
pub(super) fn seats<'a>(work: &mut Work<'_>, rows: &'a [Row], changes: &mut Changes, touched: &mut Touched) -> Run<Vec<Seat<'a>>> {
    let mut found = Vec::with_capacity(rows.len());
    for row in rows {
        found.push(match &row.joins {
            None => None,
            Some(joins) => {
                let place = work.place(&row.record.place)?;
                join(work, place, joins, changes)?;
                Some(place)
            }
        });
    }
    let mut seats = Vec::with_capacity(rows.len());
    for (row, found) in rows.iter().zip(found) {
        seats.push(match (found, &row.joins) {
            // A later row may have brought its conversation together with another.
            (Some(place), Some(joins)) => {
                let name = name_of(work.conn, place, joins.keys.first().map_or("", String::as_str))?;
                touched.names.insert((row.record.place.clone(), name.clone()));
                Seat { unit: Arc::from(name.as_str()), thread: Cow::Owned(name) }
            }
            _ => Seat { thread: Cow::Borrowed(&row.record.thread), unit: row.unit.clone() },
        });
    }
    Ok(seats)
}

pub(super) fn digest(key: &str) -> [u8; 12] {
    let mut out = [0; 12];
    out.copy_from_slice(Sha256::digest(key.as_bytes()).get(..12).unwrap_or(&[0; 12]));
    out
}

fn conversation(conn: &Connection, place: i64, key: &str) -> Run<Option<(i64, String)>> {
    let sql = "SELECT c.id, c.name FROM conversation_key k JOIN conversation c ON c.id = k.conversation WHERE k.place = ?1 AND k.key = ?2";
    Ok(conn.prepare_cached(sql)?.query_row(params![place, digest(key)], |r| Ok((r.get(0)?, r.get(1)?))).optional()?)
}

fn name_of(conn: &Connection, place: i64, key: &str) -> Run<String> {
    Ok(conversation(conn, place, key)?.map(|(_, name)| name).unwrap_or_default())
}

/// Makes one conversation of all that have one of the keys.
fn join(work: &mut Work<'_>, place: i64, joins: &Joins, changes: &mut Changes) -> Run<()> {
    let mut known: BTreeSet<(String, i64)> = BTreeSet::new();
    for key in &joins.keys {
        known.extend(conversation(work.conn, place, key)?.map(|(id, name)| (name, id)));
    }
    let least = known.first().cloned();
    let id = match least {
        None => {
            let sql = "INSERT INTO conversation (place, name) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET name = excluded.name RETURNING id";
            work.conn.prepare_cached(sql)?.query_row(params![place, joins.root], |r| r.get(0))?
        }
        Some((name, id)) => {
            for other in known.iter().skip(1) {
                merge(work, place, (name.clone(), id), other.clone(), changes)?;
            }
            if joins.root < name {
                // Nobody else has that name: it would be known by the key that it stands for.
                work.conn.prepare_cached("UPDATE conversation SET name = ?2 WHERE id = ?1")?.execute(params![id, joins.root])?;
                rename(work, place, &name, &joins.root, changes)?;
            }
            id
        }
    };
    let mut insert =
        work.conn.prepare_cached("INSERT INTO conversation_key (place, key, conversation) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING")?;
    for key in &joins.keys {
        insert.execute(params![place, digest(key), id])?;
    }
    Ok(())
}

/// Makes one conversation of two; it keeps the lesser name.
pub(super) fn merge(work: &mut Work<'_>, place: i64, one: (String, i64), other: (String, i64), changes: &mut Changes) -> Run<()> {
    let ((name, id), (lost, merged)) = if one <= other { (one, other) } else { (other, one) };
    work.conn.prepare_cached("UPDATE conversation_key SET conversation = ?2 WHERE conversation = ?1")?.execute([merged, id])?;
    work.conn.prepare_cached("DELETE FROM conversation WHERE id = ?1")?.execute([merged])?;
    rename(work, place, &lost, &name, changes)
}

/// The records of a conversation go by another name; whose it was is decided again.
fn rename(work: &mut Work<'_>, place: i64, from: &str, to: &str, changes: &mut Changes) -> Run<()> {
    let old = work.unit(place, &Arc::from(from))?;
    let new = work.unit(place, &Arc::from(to))?;
    let sql = "UPDATE record SET thread = ?3, unit = ?4 WHERE place = ?1 AND thread = ?2";
    if work.conn.prepare_cached(sql)?.execute(params![place, from, to, new])? > 0 {
        changes.dirty(old);
        changes.dirty(new);
    }
    for table in ["attribution", "doubt"] {
        work.conn.prepare_cached(&format!("DELETE FROM {table} WHERE place = ?1 AND thread = ?2"))?.execute(params![place, from])?;
    }
    Ok(())
}

/// Names of the conversations that have one of the keys, for each list of keys, sorted.
pub(super) fn named(conn: &Connection, place: &str, lists: &[Vec<String>]) -> Run<Vec<Vec<String>>> {
    let Some(place) = super::read::place_id(conn, place)? else { return Ok(vec![Vec::new(); lists.len()]) };
    let mut all = Vec::with_capacity(lists.len());
    for keys in lists {
        let mut names = BTreeSet::new();
        for key in keys {
            names.extend(conversation(conn, place, key)?.map(|(_, name)| name));
        }
        all.push(names.into_iter().collect());
    }
    Ok(all)
}
