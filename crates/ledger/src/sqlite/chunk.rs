//! Raw items, packed page by page.

use rusqlite::{Connection, OptionalExtension, params};
use sales_model::{ContentHash, RawItem, RawKind, Route};

use super::{
    error::{Fault, Run},
    known::Span,
};

/// The packing in column `codec`.
pub(super) const ZSTD: i64 = 1;
/// zstd's level: higher ones take twice the time for 1 % less.
const LEVEL: i32 = 1;
/// No chunk of ours is larger when unpacked; a damaged size must not ask for all memory.
const LARGEST: i64 = 1 << 30;

/// Raw items packed and ready to be stored.
pub(super) struct Pack {
    /// Which ones, ascending.
    pub(super) wanted: Vec<u32>,
    parts: Vec<Part>,
}

/// One chunk: items of one kind and route.
struct Part {
    kind: RawKind,
    route: Route,
    fetched: String,
    size: i64,
    body: Vec<u8>,
    /// (raw item, start, size).
    spans: Vec<(u32, i64, i64)>,
}

impl Pack {
    /// Packs the items `wanted`.
    pub(super) fn new(raws: &[(RawItem, ContentHash)], wanted: Vec<u32>) -> Run<Self> {
        let mut open: Vec<(Part, Vec<u8>)> = Vec::new();
        for &index in &wanted {
            let Some((raw, _)) = raws.get(index as usize) else { continue };
            let fits = |p: &Part| p.kind == raw.kind && p.route == raw.route;
            let at = match open.iter().position(|(part, bytes)| fits(part) && (bytes.len() + raw.body.len()) < LARGEST as usize) {
                Some(at) => at,
                None => {
                    let (kind, route, fetched) = (raw.kind, raw.route, raw.fetched_at.to_string());
                    open.push((Part { kind, route, fetched, size: 0, body: Vec::new(), spans: Vec::new() }, Vec::new()));
                    open.len() - 1
                }
            };
            if let Some((part, bytes)) = open.get_mut(at) {
                part.spans.push((index, bytes.len() as i64, raw.body.len() as i64));
                bytes.extend_from_slice(&raw.body);
            }
        }
        let parts = open.into_iter().map(|(mut part, bytes)| {
            part.size = bytes.len() as i64;
            part.body = pack(&bytes)?;
            Ok(part)
        });
        Ok(Pack { parts: parts.collect::<Run<_>>()?, wanted })
    }

    /// Stores it; gives where each item stands, sorted by item.
    pub(super) fn store(&self, conn: &Connection, stream: i64) -> Run<Vec<(u32, Span)>> {
        let mut insert =
            conn.prepare_cached("INSERT INTO chunk (stream, kind, route, fetched, codec, size, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")?;
        let mut spans = Vec::with_capacity(self.wanted.len());
        for part in &self.parts {
            let chunk = insert.insert(params![stream, part.kind, route(part.route), part.fetched, ZSTD, part.size, part.body])?;
            spans.extend(part.spans.iter().map(|&(raw, start, size)| (raw, Span { chunk, start, size })));
        }
        spans.sort_unstable_by_key(|(raw, _)| *raw);
        Ok(spans)
    }
}

fn route(route: Route) -> &'static str {
    match route {
        Route::Direct => "direct",
        Route::Mcp => "mcp",
        Route::Web => "web",
        Route::Import => "import",
        Route::Simulated => "simulated",
    }
}

/// Where an item stands in what [`Pack::store`] gave.
pub(super) fn place_of(spans: &[(u32, Span)], raw: u32) -> Option<Span> {
    spans.binary_search_by_key(&raw, |(index, _)| *index).ok().and_then(|i| spans.get(i)).map(|(_, span)| *span)
}

/// Packs bytes.
pub(super) fn pack(bytes: &[u8]) -> Run<Vec<u8>> {
    zstd::bulk::compress(bytes, LEVEL).map_err(Fault::damaged)
}

/// Unpacks a chunk as read from its columns.
pub(super) fn unpack(codec: i64, size: i64, body: &[u8]) -> Run<Vec<u8>> {
    if codec != ZSTD {
        return Err(Fault::damaged(format_args!("unknown packing {codec}")));
    }
    if !(0..=LARGEST).contains(&size) {
        return Err(Fault::damaged(format_args!("impossible size {size}")));
    }
    let bytes = zstd::bulk::decompress(body, size as usize).map_err(|e| Fault::damaged(format_args!("cannot be unpacked: {e}")))?;
    if bytes.len() as i64 != size {
        return Err(Fault::damaged(format_args!("{} bytes instead of {size}", bytes.len())));
    }
    Ok(bytes)
}

/// The stretch of an unpacked chunk.
pub(super) fn cut(bytes: &[u8], span: Span) -> Option<&[u8]> {
    let start = usize::try_from(span.start).ok()?;
    bytes.get(start..start.checked_add(usize::try_from(span.size).ok()?)?)
}

/// The bytes at a span.
pub(super) fn fetch(conn: &Connection, span: Span) -> Run<Vec<u8>> {
    let mut select = conn.prepare_cached("SELECT codec, size, body FROM chunk WHERE id = ?1")?;
    let mut rows = select.query([span.chunk])?;
    let Some(row) = rows.next()? else { return Err(Fault::damaged(format_args!("raw chunk {} is missing", span.chunk))) };
    let body = row.get_ref(2)?.as_blob().map_err(Fault::damaged)?;
    let bytes = unpack(row.get(0)?, row.get(1)?, body)?;
    let cut = cut(&bytes, span).ok_or_else(|| Fault::damaged(format_args!("raw chunk {} is too short", span.chunk)))?;
    Ok(cut.to_vec())
}

/// Whether an item that no record came from is stored.
pub(super) fn has_item(conn: &Connection, hash: ContentHash) -> Run<bool> {
    Ok(conn.prepare_cached("SELECT 1 FROM item WHERE hash = ?1")?.exists([hash.0])?)
}

/// Notes where such an item stands.
pub(super) fn put_item(conn: &Connection, hash: ContentHash, span: Span) -> Run<()> {
    conn.prepare_cached("INSERT INTO item (hash, chunk, start, size) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING")?
        .execute(params![hash.0, span.chunk, span.start, span.size])?;
    Ok(())
}

/// Where an older version of a record with the same bytes stands.
pub(super) fn earlier(conn: &Connection, record: i64, hash: ContentHash) -> Run<Option<Span>> {
    let sql = "SELECT chunk, start, size FROM record_version WHERE record = ?1 AND hash = ?2 AND chunk IS NOT NULL LIMIT 1";
    let mut select = conn.prepare_cached(sql)?;
    Ok(select.query_row(params![record, hash.0], |r| Ok(Span { chunk: r.get(0)?, start: r.get(1)?, size: r.get(2)? })).optional()?)
}
