//! People and places, and the words by which the rest is found that tells of them.

use std::collections::BTreeSet;

use rusqlite::{Connection, params};
use sales_model::{Person, Place};

use super::{mask::Named, rows, suppress};
use crate::{
    Erased, Erasure, Subject, Words,
    sqlite::error::{Fault, Run},
};

/// Takes out the people who go; gives the words of everything that goes.
pub(super) fn forget(conn: &Connection, erasure: &Erasure, named: &Named, erased: &mut Erased) -> Run<Words> {
    let mut words = erasure.words.clone();
    let mut going: BTreeSet<&String> = erasure.people.iter().chain(erasure.outsiders.intersection(&named.inside)).collect();
    if erasure.mask.is_none() {
        going.retain(|key| !named.outside.contains(*key));
    }
    for key in going {
        let json: Vec<String> = {
            let mut delete = conn.prepare_cached("DELETE FROM person WHERE key = ?1 RETURNING json")?;
            delete.query_map([key], |r| r.get(0))?.collect::<rusqlite::Result<_>>()?
        };
        suppress::also(conn, Subject::Person, key)?;
        words.insert(bare(key).to_owned());
        for json in json {
            let person: Person = serde_json::from_str(&json).map_err(Fault::damaged)?;
            if let Some(email) = &person.email {
                suppress::also(conn, Subject::Address, email)?;
                words.insert(email.clone());
            }
            // A first name alone says too little.
            words.extend(Some(person.name.clone()).filter(|n| n.contains(char::is_whitespace)));
            erased.people.push(person);
        }
    }
    erased.add("people", erased.people.len() as u64);
    let mut places = conn.prepare("SELECT g.key, p.json FROM temp.gone_place g JOIN place p ON p.id = g.id")?;
    let mut places = places.query([])?;
    while let Some(row) = places.next()? {
        words.insert(bare(row.get_ref(0)?.as_str().map_err(Fault::damaged)?).to_owned());
        if let Some(json) = row.get_ref(1)?.as_str_or_null().map_err(Fault::damaged)? {
            let place: Place = serde_json::from_str(json).map_err(Fault::damaged)?;
            words.extend([place.name, place.topic]);
        }
    }
    if let Some(mask) = &erasure.mask {
        let all: Vec<(i64, String)> = {
            let mut select = conn.prepare("SELECT id, json FROM place WHERE json IS NOT NULL")?;
            select.query_map([], |r| Ok((r.get(0)?, r.get(1)?)))?.collect::<rusqlite::Result<_>>()?
        };
        for (id, json) in all {
            let mut place: Place = serde_json::from_str(&json).map_err(Fault::damaged)?;
            let texts = place.previous_names.iter_mut().chain([&mut place.name, &mut place.topic]);
            let mut changed = false;
            for text in texts {
                if let Some(masked) = mask.text(text) {
                    *text = masked;
                    changed = true;
                }
            }
            if changed {
                let json = serde_json::to_string(&place).map_err(Fault::damaged)?;
                conn.prepare_cached("UPDATE place SET json = ?2 WHERE id = ?1")?.execute(params![id, json])?;
                erased.add("masked places", 1);
            }
        }
    }
    Ok(Words::new(words))
}

/// A key without its source.
fn bare(key: &str) -> &str {
    key.split_once(':').map_or(key, |(_, id)| id)
}

/// Takes out the places that go, and counts again what stands in the others.
pub(super) fn settle(conn: &Connection) -> Run<()> {
    rows(conn, "DELETE FROM place WHERE id IN (SELECT id FROM temp.gone_place)", [])?;
    let touched = "SELECT place FROM temp.doomed";
    let count = format!(
        "UPDATE place SET live = c.live, versions = c.versions, newest = c.newest FROM (
           SELECT p.id, coalesce(sum(r.state = 0), 0) AS live, coalesce(sum(r.version), 0) AS versions,
             max(CASE WHEN r.state = 0 THEN r.at END) AS newest
           FROM place p LEFT JOIN record r ON r.place = p.id WHERE p.id IN ({touched}) GROUP BY p.id) c WHERE c.id = place.id"
    );
    rows(conn, &count, [])?;
    Ok(())
}
