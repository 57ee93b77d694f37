//! What the ledger has of the records of a page, found in two index scans.

use rusqlite::{Connection, Row as SqlRow};
use sales_model::{ContentHash, RecordState};

use super::{error::Run, prepare::Row};

/// Where raw bytes stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Span {
    pub(super) chunk: i64,
    pub(super) start: i64,
    pub(super) size: i64,
}

/// A stored record without its body.
#[derive(Debug, Clone)]
pub(super) struct Known {
    pub(super) id: i64,
    pub(super) unit: i64,
    pub(super) at: i64,
    pub(super) state: RecordState,
    pub(super) partial: bool,
    pub(super) version: i64,
    pub(super) hash: ContentHash,
    pub(super) span: Option<Span>,
    pub(super) thread: String,
    /// The vendor's id, written out for first records too.
    pub(super) native: String,
}

/// Selects what [`Known::read`] reads.
macro_rules! select_known {
    ($rest:literal) => {
        concat!("SELECT id, unit, at, state, partial, version, hash, chunk, start, size, thread, native FROM record ", $rest)
    };
}
pub(super) use select_known;

impl Known {
    pub(super) fn read(r: &SqlRow<'_>) -> rusqlite::Result<Self> {
        let thread: String = r.get(10)?;
        let native = r.get_ref(11)?.as_str()?;
        let native = if native.is_empty() { thread.clone() } else { native.to_owned() };
        Ok(Known {
            id: r.get(0)?,
            unit: r.get(1)?,
            at: r.get(2)?,
            state: state(r.get(3)?),
            partial: r.get(4)?,
            version: r.get(5)?,
            hash: ContentHash(r.get(6)?),
            span: span(r, 7)?,
            thread,
            native,
        })
    }

    pub(super) fn is_first(&self) -> bool {
        self.thread == self.native
    }

    /// As [`sales_model::Record::is_part`].
    pub(super) fn is_part(&self) -> bool {
        self.native.strip_prefix(self.thread.as_str()).is_some_and(|rest| rest.starts_with('/'))
    }
}

/// Three columns from `column` on.
pub(super) fn span(r: &SqlRow<'_>, column: usize) -> rusqlite::Result<Option<Span>> {
    match r.get(column)? {
        Some(chunk) => Ok(Some(Span { chunk, start: r.get(column + 1)?, size: r.get(column + 2)? })),
        None => Ok(None),
    }
}

/// The state's number in columns.
pub(super) fn number(state: RecordState) -> i64 {
    match state {
        RecordState::Live => 0,
        RecordState::Stub => 1,
        RecordState::Deleted => 2,
    }
}

/// Back from [`number`].
pub(super) fn state(number: i64) -> RecordState {
    match number {
        0 => RecordState::Live,
        1 => RecordState::Stub,
        _ => RecordState::Deleted,
    }
}

/// What is to be done with an incoming record.
pub(super) enum Verdict<'a> {
    /// Not stored.
    New,
    /// Stored exactly so.
    Same,
    /// Not to be stored: it lacks what is there, or says that something unknown is gone.
    Unwanted,
    /// Something differs: the bodies have to be compared.
    Look(&'a Known),
}

impl<'a> Verdict<'a> {
    /// `thread`: the conversation that the incoming record stands in.
    pub(super) fn of(known: Option<&'a Known>, row: &Row, thread: &str) -> Self {
        let new = &row.record;
        let Some(old) = known else {
            return if new.state == RecordState::Deleted { Verdict::Unwanted } else { Verdict::New };
        };
        // What lacks fields replaces only what lacks fields too. A deletion was told by a complete reading, so it is not undone by a
        // partial one either (a search index lags behind).
        if new.partial && !(old.partial && old.state == RecordState::Live) {
            return Verdict::Unwanted;
        }
        if new.state == RecordState::Deleted {
            return if old.state == RecordState::Deleted { Verdict::Unwanted } else { Verdict::Look(old) };
        }
        let same = old.hash == row.hash && old.state == new.state && old.partial == new.partial && old.thread == thread;
        if same { Verdict::Same } else { Verdict::Look(old) }
    }
}

/// Finds a record in what [`load`] gave.
pub(super) fn find<'a>(known: &'a [Known], native: &str) -> Option<&'a Known> {
    known.binary_search_by(|k| k.native.as_str().cmp(native)).ok().and_then(|i| known.get(i))
}

/// Below this, single look-ups are cheaper than scans of ranges.
const FEW: usize = 6;

/// The stored records with the identities of `rows` (of one place, sorted by `native`), sorted by `native`. Others may be among them.
///
/// Identity is (place, native) whatever the thread: a reply may have been seen as a first record before.
pub(super) fn load(conn: &Connection, place: i64, rows: &[Row]) -> Run<Vec<Known>> {
    let mut known = Vec::new();
    if let ([first, ..], [.., last]) = (rows, rows)
        && rows.len() > FEW
    {
        let (from, to) = (first.record.native.as_str(), last.record.native.as_str());
        if scan(conn, place, from, to, rows.len() * 4, &mut known)? {
            known.sort_unstable_by(|a, b| a.native.cmp(&b.native));
            return Ok(known);
        }
        known.clear();
    }
    for row in rows {
        known.extend(one(conn, place, &row.record.native)?);
    }
    Ok(known)
}

/// One record by its identity.
pub(super) fn one(conn: &Connection, place: i64, native: &str) -> Run<Option<Known>> {
    use rusqlite::OptionalExtension as _;
    let first = select_known!("INDEXED BY record_order WHERE place = ?1 AND thread = ?2 AND native = ''");
    if let Some(first) = conn.prepare_cached(first)?.query_row((place, native), Known::read).optional()? {
        return Ok(Some(first));
    }
    let reply = select_known!("INDEXED BY record_reply WHERE place = ?1 AND native = ?2 AND native <> ''");
    Ok(conn.prepare_cached(reply)?.query_row((place, native), Known::read).optional()?)
}

/// First records and replies whose ids lie in the range; false if there are more than `limit`, far more than the page has.
fn scan(conn: &Connection, place: i64, from: &str, to: &str, limit: usize, known: &mut Vec<Known>) -> Run<bool> {
    let firsts = select_known!("INDEXED BY record_order WHERE place = ?1 AND thread >= ?2 AND thread <= ?3 AND native = ''");
    let replies = select_known!("INDEXED BY record_reply WHERE place = ?1 AND native >= ?2 AND native <= ?3 AND native <> ''");
    for sql in [firsts, replies] {
        let mut statement = conn.prepare_cached(sql)?;
        let mut found = statement.query((place, from, to))?;
        while let Some(row) = found.next()? {
            if known.len() >= limit {
                return Ok(false);
            }
            known.push(Known::read(row)?);
        }
    }
    Ok(true)
}
