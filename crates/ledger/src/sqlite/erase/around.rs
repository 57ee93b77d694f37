//! What was noted on the way: audit details, results of jobs, small values, failures, work lists, states of streams.

use rusqlite::{Connection, Row, params, types::ValueRef};
use serde_json::Value;

use super::{COUNT, rows};
use crate::{
    CATALOGUE, Erased, WRITTEN, Words,
    sqlite::{
        audit,
        error::{Fault, Run},
    },
};

/// Small values that say nothing of anybody but ourselves.
const OWN: &[&str] = &[audit::HEAD, CATALOGUE, COUNT, "own_teams", "suppression.key"];

/// Takes out what says one of the words.
pub(super) fn forget(conn: &Connection, words: &Words, erased: &mut Erased) -> Run<()> {
    // The chain rests on digests: it stands without the details.
    for seq in found(conn, words, "SELECT seq, detail FROM audit_detail")? {
        erased.add("audit details", rows(conn, "DELETE FROM audit_detail WHERE seq = ?1", [seq])?);
    }
    for id in found(conn, words, "SELECT id, result FROM job")? {
        erased.add("job results", rows(conn, "UPDATE job SET result = '' WHERE id = ?1", [id])?);
    }
    for name in found(conn, words, "SELECT name, name || ' ' || value FROM kv")? {
        let keeps = |n: &str| OWN.contains(&n) || ["identity/", WRITTEN].iter().any(|own| n.starts_with(own));
        let own = matches!(&name, rusqlite::types::Value::Text(n) if keeps(n));
        if !own {
            erased.add("values", rows(conn, "DELETE FROM kv WHERE name = ?1", [name])?);
        }
    }
    let of_place = "stream IN (SELECT s.id FROM stream s JOIN temp.gone_place g ON g.source = s.source AND g.part = s.part)";
    rows(conn, &format!("DELETE FROM work WHERE {of_place}"), [])?;
    // What was read there is not here any more.
    rows(conn, &format!("DELETE FROM read_time WHERE {of_place}"), [])?;
    rows(conn, "DELETE FROM work WHERE item IN (SELECT native FROM temp.doomed UNION SELECT thread FROM temp.doomed)", [])?;
    erased.add("failures", rows(conn, &format!("DELETE FROM failure WHERE {of_place}"), [])?);
    for rowid in found(conn, words, "SELECT stream || ' ' || item, item || ' ' || reason FROM failure")? {
        erased.add("failures", rows(conn, "DELETE FROM failure WHERE stream || ' ' || item = ?1", [rowid])?);
    }
    streams(conn, words)
}

/// The first column of the rows whose second one says one of the words.
fn found(conn: &Connection, words: &Words, sql: &str) -> Run<Vec<rusqlite::types::Value>> {
    let mut select = conn.prepare(sql)?;
    let mut all = select.query([])?;
    let mut found = Vec::new();
    while let Some(row) = all.next()? {
        let says = match row.get_ref(1)? {
            ValueRef::Text(text) => words.are_in(&String::from_utf8_lossy(text)),
            _ => false,
        };
        if says {
            found.push(row.get(0)?);
        }
    }
    Ok(found)
}

/// What may say a word in a stream's row.
struct Stream {
    id: i64,
    part: String,
    checkpoint: Option<String>,
    error: Option<String>,
    gaps: String,
}

/// States of streams: words go out of checkpoints, errors and gaps; a stream that is called by one of them (an imported file) gets a number.
fn streams(conn: &Connection, words: &Words) -> Run<()> {
    rows(
        conn,
        "UPDATE stream SET checkpoint = NULL, finished = NULL, error = NULL, gaps = '[]'
         WHERE EXISTS (SELECT 1 FROM temp.gone_place g WHERE g.source = stream.source AND g.part = stream.part)",
        [],
    )?;
    let all: Vec<Stream> = {
        let mut select = conn.prepare("SELECT id, part, checkpoint, error, gaps FROM stream")?;
        let stream = |r: &Row<'_>| Ok(Stream { id: r.get(0)?, part: r.get(1)?, checkpoint: r.get(2)?, error: r.get(3)?, gaps: r.get(4)? });
        select.query_map([], stream)?.collect::<rusqlite::Result<_>>()?
    };
    for Stream { id, part, checkpoint, error, gaps } in all {
        if words.are_in(&part) {
            // A channel's id tells nothing, and its stream is found again by it.
            let own = "UPDATE stream SET part = 'erased ' || id WHERE id = ?1 AND NOT EXISTS (
                         SELECT 1 FROM temp.gone_place g WHERE g.source = stream.source AND g.part = stream.part)";
            rows(conn, own, [id])?;
        }
        if error.is_some_and(|e| words.are_in(&e)) {
            rows(conn, "UPDATE stream SET error = NULL WHERE id = ?1", [id])?;
        }
        if words.are_in(&gaps) {
            rows(conn, "UPDATE stream SET gaps = '[]' WHERE id = ?1", [id])?;
        }
        if let Some(text) = checkpoint.filter(|c| words.are_in(c)) {
            let mut value: Value = serde_json::from_str(&text).map_err(Fault::damaged)?;
            prune(&mut value, words);
            rows(conn, "UPDATE stream SET checkpoint = ?2 WHERE id = ?1", params![id, value.to_string()])?;
        }
    }
    Ok(())
}

/// Takes keys and list entries out that say one of the words.
fn prune(value: &mut Value, words: &Words) {
    match value {
        Value::Object(map) => {
            map.retain(|key, _| !words.are_in(key));
            map.values_mut().for_each(|v| prune(v, words));
        }
        Value::Array(list) => {
            list.retain(|v| !v.as_str().is_some_and(|text| words.are_in(text)));
            list.iter_mut().for_each(|v| prune(v, words));
        }
        _ => {}
    }
}

/// Ends every lease but that for writing files: what others made ready before now is refused.
pub(super) fn fence(conn: &Connection) -> Run<()> {
    rows(
        conn,
        "UPDATE stream SET generation = generation + 1, owner_pid = NULL, owner_started = NULL, lease_until = NULL
         WHERE owner_pid IS NOT NULL AND stream <> 'project'",
        [],
    )?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Words, prune};

    #[test]
    fn a_checkpoint_loses_only_what_says_a_word() {
        let mut value =
            json!({"v": 1, "covered": {"acme.dev": 5, "globex.example": 6}, "load": {"terms": ["acme.dev", "x.example"], "next": "p1"}});
        prune(&mut value, &Words::new(["acme.dev"]));
        assert_eq!(value, json!({"v": 1, "covered": {"globex.example": 6}, "load": {"terms": ["x.example"], "next": "p1"}}));
    }
}
