//! Whom places and conversations belong to, and what nobody could decide.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Connection, OptionalExtension, params};
use sales_model::{Attribution, Doubt, Rule, Scope};

use super::{
    change::{Changes, mark},
    error::{Fault, Run},
    prepare::Page,
    writer::Work,
};

/// What a scope is given; one of both is empty.
#[derive(Default)]
struct Given<'a> {
    owners: Vec<&'a Attribution>,
    doubt: Option<&'a Doubt>,
}

/// A scope in columns: place and conversation, '' for the whole place.
fn columns(scope: &Scope) -> (&str, &str) {
    match scope {
        Scope::Place { place } => (place, ""),
        Scope::Thread { place, thread } => (place, thread),
    }
}

fn by_scope<'a>(attributions: &'a [Attribution], doubts: &'a [Doubt]) -> BTreeMap<&'a Scope, Given<'a>> {
    let mut scopes: BTreeMap<&Scope, Given<'_>> = BTreeMap::new();
    for doubt in doubts {
        scopes.entry(&doubt.scope).or_default().doubt = Some(doubt);
    }
    for attribution in attributions {
        let given = scopes.entry(&attribution.scope).or_default();
        given.owners.push(attribution);
        given.doubt = None;
    }
    scopes
}

/// Attributions and doubts of a page: each scope named gets exactly what the page says.
pub(super) fn put_page(work: &mut Work<'_>, page: &Page, changes: &mut Changes) -> Run<()> {
    let mut scopes = by_scope(&page.rest.attribution, &page.rest.doubts);
    for scope in &page.rest.decided {
        scopes.entry(scope).or_default();
    }
    for (scope, given) in scopes {
        let (key, thread) = columns(scope);
        let place = work.place(key)?;
        if put(work.conn, place, thread, &given)? {
            for unit in units(work.conn, place, thread)? {
                changes.dirty(unit);
            }
        }
    }
    Ok(())
}

/// Replaces what stands on places and on the conversations in them: what is not named is taken back, so that a customer who lost a domain,
/// or is no more, keeps nothing.
///
/// Between the caller's look and this write, another process's page may have decided a conversation that the caller has not seen. It is
/// taken back here too: nothing tells it from one that lost its reason. The caller makes up for it; see `Attributor::all` in the engine.
pub(super) fn put_places(work: &mut Work<'_>, places: &[String], attributions: &[Attribution], doubts: &[Doubt]) -> Run<()> {
    let mut listed: Vec<Scope> = Vec::new();
    for place in places {
        listed.push(Scope::Place { place: place.clone() });
        if let Some(id) = work.known_place(place)? {
            let threads = threads(work.conn, id)?.into_iter();
            listed.extend(threads.map(|thread| Scope::Thread { place: place.clone(), thread }));
        }
    }
    let mut scopes = by_scope(attributions, doubts);
    for scope in &listed {
        scopes.entry(scope).or_default();
    }
    let mut dirty = BTreeSet::new();
    for (scope, given) in scopes {
        let (key, thread) = columns(scope);
        // Nothing said about a place that is not known either: nothing to note.
        let place = match work.known_place(key)? {
            None if given.owners.is_empty() && given.doubt.is_none() => continue,
            _ => work.place(key)?,
        };
        if put(work.conn, place, thread, &given)? {
            dirty.extend(units(work.conn, place, thread)?);
        }
    }
    mark(work, &dirty.into_iter().collect::<Vec<_>>())
}

/// Conversations of a place of which something is noted on their own.
fn threads(conn: &Connection, place: i64) -> Run<Vec<String>> {
    let sql = "SELECT thread FROM attribution WHERE place = ?1 AND thread <> ''
               UNION SELECT thread FROM doubt WHERE place = ?1 AND thread <> ''";
    let mut select = conn.prepare_cached(sql)?;
    let rows = select.query_map([place], |r| r.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Makes a scope's rows what is given; true if its owners changed.
fn put(conn: &Connection, place: i64, thread: &str, given: &Given<'_>) -> Run<bool> {
    let mut select =
        conn.prepare_cached("SELECT customer, rule, reason FROM attribution WHERE place = ?1 AND thread = ?2 ORDER BY customer, rule")?;
    let rows = select.query_map((place, thread), |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))?;
    let old: BTreeSet<(String, String, String)> = rows.collect::<rusqlite::Result<_>>()?;
    let mut new = BTreeSet::new();
    for owner in &given.owners {
        new.insert((owner.customer.as_str().to_owned(), rule_name(owner.rule)?, owner.reason.clone()));
    }
    if old != new {
        conn.prepare_cached("DELETE FROM attribution WHERE place = ?1 AND thread = ?2")?.execute((place, thread))?;
        let mut insert = conn.prepare_cached(
            "INSERT INTO attribution (place, thread, customer, rule, reason) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT DO UPDATE SET reason = excluded.reason",
        )?;
        for (customer, rule, reason) in &new {
            insert.execute(params![place, thread, customer, rule, reason])?;
        }
    }
    let old_doubt: Option<String> = conn
        .prepare_cached("SELECT json FROM doubt WHERE place = ?1 AND thread = ?2")?
        .query_row((place, thread), |r| r.get(0))
        .optional()?;
    let new_doubt = given.doubt.map(serde_json::to_string).transpose().map_err(Fault::damaged)?;
    if old_doubt != new_doubt {
        conn.prepare_cached("DELETE FROM doubt WHERE place = ?1 AND thread = ?2")?.execute((place, thread))?;
        if let Some(json) = new_doubt {
            conn.prepare_cached("INSERT INTO doubt (place, thread, json) VALUES (?1, ?2, ?3)")?.execute((place, thread, json))?;
        }
    }
    let owners = |set: &BTreeSet<(String, String, String)>| set.iter().map(|(customer, ..)| customer.clone()).collect::<BTreeSet<_>>();
    Ok(owners(&old) != owners(&new))
}

/// Units of a place, or of one of its conversations.
fn units(conn: &Connection, place: i64, thread: &str) -> Run<Vec<i64>> {
    let sql = if thread.is_empty() {
        "SELECT id FROM unit WHERE place = ?1 AND ?2 = ''"
    } else {
        "SELECT DISTINCT unit FROM record INDEXED BY record_order WHERE place = ?1 AND thread = ?2"
    };
    let mut select = conn.prepare_cached(sql)?;
    let ids = select.query_map((place, thread), |r| r.get(0))?;
    Ok(ids.collect::<rusqlite::Result<_>>()?)
}

fn rule_name(rule: Rule) -> Run<String> {
    match serde_json::to_value(rule).map_err(Fault::damaged)? {
        serde_json::Value::String(name) => Ok(name),
        other => Err(Fault::damaged(other)),
    }
}

/// All attributions, sorted.
pub(super) fn attributions(conn: &Connection) -> Run<Vec<Attribution>> {
    let sql = "SELECT p.key, a.thread, a.customer, a.rule, a.reason FROM attribution a JOIN place p ON p.id = a.place";
    let mut select = conn.prepare_cached(sql)?;
    let mut rows = select.query([])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        let (place, thread): (String, String) = (row.get(0)?, row.get(1)?);
        let scope = if thread.is_empty() { Scope::Place { place } } else { Scope::Thread { place, thread } };
        let rule: String = row.get(3)?;
        all.push(Attribution {
            scope,
            customer: row.get::<_, String>(2)?.parse().map_err(Fault::damaged)?,
            rule: serde_json::from_value(rule.into()).map_err(Fault::damaged)?,
            reason: row.get(4)?,
        });
    }
    all.sort();
    Ok(all)
}

/// The review list, sorted.
pub(super) fn doubts(conn: &Connection) -> Run<Vec<Doubt>> {
    let mut select = conn.prepare_cached("SELECT json FROM doubt")?;
    let mut rows = select.query([])?;
    let mut all: Vec<Doubt> = Vec::new();
    while let Some(row) = rows.next()? {
        all.push(serde_json::from_str(row.get_ref(0)?.as_str().map_err(Fault::damaged)?).map_err(Fault::damaged)?);
    }
    all.sort();
    Ok(all)
}
