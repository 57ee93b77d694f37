//! Questions to the full-text index.

use std::{fmt::Write as _, sync::Arc};

use rusqlite::Connection;

use super::{
    error::Run,
    read::{by_row, place_id},
};
use crate::Hit;

/// More words than this narrow nothing any more.
const MOST_WORDS: usize = 32;

/// The records with all words, best first.
pub(super) fn search(conn: &Connection, query: &str, places: Option<&[String]>, limit: usize) -> Run<Vec<Hit>> {
    let mut hits = Vec::new();
    let Some(mut expression) = words(query) else { return Ok(hits) };
    if let Some(places) = places {
        let mut tags = String::new();
        for key in places {
            if let Some(id) = place_id(conn, key)? {
                let _ = write!(tags, "{}p{id}", if tags.is_empty() { "" } else { " OR " });
            }
        }
        if tags.is_empty() {
            return Ok(hits);
        }
        // The filter stands inside the index: `rowid IN (...)` costs hundreds of times more.
        expression = format!("{expression} AND tag : ({tags})");
    }
    let sql = "SELECT s.rowid, s.rank, p.key FROM search s JOIN record r ON r.id = s.rowid JOIN place p ON p.id = r.place
               WHERE s.search MATCH ?1 AND s.rank MATCH 'bm25(1.0, 0.0)' ORDER BY s.rank LIMIT ?2";
    let mut select = conn.prepare_cached(sql)?;
    let mut rows = select.query((expression, i64::try_from(limit).unwrap_or(i64::MAX)))?;
    while let Some(row) = rows.next()? {
        let place: Arc<str> = row.get::<_, String>(2)?.into();
        if let Some(stored) = by_row(conn, &place, row.get(0)?)? {
            hits.push(Hit { record: stored.record, rank: row.get(1)? });
        }
    }
    Ok(hits)
}

/// What people type, as an expression of the index: words, "phrases in quotes", beginnings*. `None` if there is nothing to look for.
fn words(query: &str) -> Option<String> {
    let mut terms = Vec::new();
    for (index, part) in query.split('"').enumerate() {
        if index % 2 == 1 {
            terms.extend(term(part, false));
        } else {
            terms.extend(part.split_whitespace().filter_map(|word| match word.strip_suffix('*') {
                Some(beginning) => term(beginning, true),
                None => term(word, false),
            }));
        }
    }
    terms.truncate(MOST_WORDS);
    if terms.is_empty() { None } else { Some(format!("text : ({})", terms.join(" AND "))) }
}

/// A string of the index's language; nothing of what is typed has a meaning in it. `None` without a letter or digit.
fn term(words: &str, prefix: bool) -> Option<String> {
    let words: String = words.chars().map(|c| if c.is_control() || c == '"' { ' ' } else { c }).collect();
    words.chars().any(char::is_alphanumeric).then(|| format!("\"{words}\"{}", if prefix { " *" } else { "" }))
}
