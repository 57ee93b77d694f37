//! A page made ready outside the writer's thread: bodies as JSON, raw items packed, everything in the order of the index.

use std::{collections::BTreeSet, ops::Range, sync::Arc};

use rusqlite::{Connection, OptionalExtension};
use sales_model::{ContentHash, RawItem, Record, RecordState, StreamKey, Text};

use super::{
    chunk::Pack,
    error::{Fault, Run},
    known::{Known, Verdict, find, load},
};
use crate::{Joins, Lease, PageCommit, StoreError};

/// A record on its way in.
pub(super) struct Row {
    pub(super) record: Record,
    pub(super) raw: u32,
    pub(super) hash: ContentHash,
    pub(super) unit: Arc<str>,
    pub(super) search: String,
    pub(super) joins: Option<Joins>,
    body: Range<usize>,
}

/// The records of one place, by their positions in [`Page::rows`].
pub(super) struct Group {
    pub(super) place: Arc<str>,
    pub(super) rows: Range<usize>,
}

/// One page, ready to be written.
pub(super) struct Page {
    pub(super) key: StreamKey,
    pub(super) generation: u64,
    /// Sorted by (place, native), each once.
    pub(super) rows: Vec<Row>,
    pub(super) groups: Vec<Group>,
    bodies: String,
    pub(super) raws: Vec<(RawItem, ContentHash)>,
    /// Raw items that no record came from.
    pub(super) loose: Vec<u32>,
    /// The raw items that will be new, as far as could be seen from here.
    pub(super) pack: Option<Pack>,
    /// (key, JSON).
    pub(super) people: Vec<(String, String)>,
    pub(super) places: Vec<(String, String)>,
    pub(super) gaps: Option<String>,
    /// All that needs no preparation; `raws`, `records`, `people` and `places` are empty.
    pub(super) rest: PageCommit,
}

impl Page {
    /// A record's JSON.
    pub(super) fn body(&self, row: &Row) -> &str {
        self.bodies.get(row.body.clone()).unwrap_or_default()
    }

    /// Whether a record's raw item is not to be kept: it has no bytes.
    pub(super) fn withholds(&self, row: &Row) -> bool {
        self.raws.get(row.raw as usize).is_some_and(|(raw, _)| raw.body.is_empty())
    }

    /// Whether the page holds the record.
    pub(super) fn has(&self, place: &str, native: &str) -> bool {
        self.rows.binary_search_by(|row| (&*row.record.place, row.record.native.as_str()).cmp(&(place, native))).is_ok()
    }
}

/// Makes a page ready; `conn` is used to see what is stored already.
pub(super) fn prepare(conn: &Connection, lease: &Lease, mut page: PageCommit) -> Run<Page> {
    let raws = std::mem::take(&mut page.raws);
    let mut used = vec![false; raws.len()];
    let mut rows = Vec::with_capacity(page.records.len());
    for new in std::mem::take(&mut page.records) {
        let mut record = new.record;
        let Some((used, (_, hash))) = used.get_mut(new.raw as usize).zip(raws.get(new.raw as usize)) else {
            let why = format!("{} refers to raw item {} of {}", record.id(), new.raw, raws.len());
            return Err(StoreError::Other { what: "writing a page".into(), why }.into());
        };
        *used = true;
        if record.native.is_empty() {
            page.failures.push((format!("a record of {}", record.place), "it has no id".into()));
            continue;
        }
        if record.thread.is_empty() {
            record.thread.clone_from(&record.native);
        }
        let mut search = new.search;
        if record.state != RecordState::Live {
            blank(&mut record);
            search = String::new();
        }
        rows.push(Row {
            record,
            raw: new.raw,
            hash: *hash,
            unit: new.unit,
            search,
            joins: new.joins.filter(|j| !j.keys.is_empty()),
            body: 0..0,
        });
    }
    rows.sort_by(|a, b| identity(a).cmp(&identity(b)));
    // The same record twice: a whole one beats a partial one, else the later one stands.
    rows.dedup_by(|later, kept| {
        let same = identity(later) == identity(kept);
        if same && (kept.record.partial || !later.record.partial) {
            std::mem::swap(later, kept);
        }
        same
    });
    let mut page = Page {
        key: lease.key.clone(),
        generation: lease.generation,
        groups: groups(&rows),
        bodies: String::new(),
        loose: (0..).zip(&used).filter(|(_, used)| !**used).map(|(i, _)| i).collect(),
        rows,
        raws,
        pack: None,
        people: std::mem::take(&mut page.people).into_iter().map(|p| json(&p).map(|json| (p.key, json))).collect::<Run<_>>()?,
        places: std::mem::take(&mut page.places).into_iter().map(|p| json(&p).map(|json| (p.key, json))).collect::<Run<_>>()?,
        gaps: page.gaps.take().map(|g| json(&g)).transpose()?,
        rest: page,
    };
    let mut bodies = Vec::with_capacity(page.rows.len() * 320);
    for row in &mut page.rows {
        let start = bodies.len();
        serde_json::to_writer(&mut bodies, &row.record).map_err(Fault::damaged)?;
        row.body = start..bodies.len();
    }
    page.bodies = String::from_utf8(bodies).map_err(Fault::damaged)?;
    let wanted = wanted(conn, &page)?;
    if !wanted.is_empty() {
        page.pack = Some(Pack::new(&page.raws, wanted)?);
    }
    Ok(page)
}

fn identity(row: &Row) -> (&str, &str) {
    (&row.record.place, &row.record.native)
}

fn json(value: &impl serde::Serialize) -> Run<String> {
    serde_json::to_string(value).map_err(Fault::damaged)
}

/// Leaves of a record only where it stood and when: what is said of a deleted one.
pub(super) fn blank(record: &mut Record) {
    record.author = None;
    record.author_name = None;
    record.bot = false;
    record.text = Text::default();
    record.activity = false;
    record.edited = None;
    record.reactions.clear();
    record.files.clear();
    record.team = None;
    record.detail = None;
}

fn groups(rows: &[Row]) -> Vec<Group> {
    let mut start = 0;
    rows.chunk_by(|a, b| a.record.place == b.record.place)
        .filter_map(|group| {
            let rows = start..start + group.len();
            start = rows.end;
            group.first().map(|row| Group { place: Arc::clone(&row.record.place), rows })
        })
        .collect()
}

/// Raw items that are not stored yet, in ascending order.
fn wanted(conn: &Connection, page: &Page) -> Run<Vec<u32>> {
    let mut wanted = Vec::new();
    for group in &page.groups {
        let rows = page.rows.get(group.rows.clone()).unwrap_or_default();
        let place: Option<i64> =
            conn.prepare_cached("SELECT id FROM place WHERE key = ?1")?.query_row([&*group.place], |r| r.get(0)).optional()?;
        let known: Vec<Known> = match place {
            Some(place) => load(conn, place, rows)?,
            None => Vec::new(),
        };
        for row in rows {
            match Verdict::of(find(&known, &row.record.native), row, &row.record.thread) {
                Verdict::New => wanted.push(row.raw),
                Verdict::Look(known) if known.hash != row.hash => wanted.push(row.raw),
                Verdict::Look(_) | Verdict::Same | Verdict::Unwanted => {}
            }
        }
    }
    let mut seen = BTreeSet::new();
    for &raw in &page.loose {
        if let Some((_, hash)) = page.raws.get(raw as usize)
            && seen.insert(*hash)
            && !super::chunk::has_item(conn, *hash)?
        {
            wanted.push(raw);
        }
    }
    wanted.sort_unstable();
    wanted.dedup();
    wanted.retain(|raw| page.raws.get(*raw as usize).is_some_and(|(raw, _)| !raw.body.is_empty()));
    Ok(wanted)
}
