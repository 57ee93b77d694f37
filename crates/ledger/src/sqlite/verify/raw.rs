//! Raw bytes against their hashes.

use rusqlite::Connection;
use sales_model::ContentHash;

use super::Report;
use crate::{
    Check,
    sqlite::{
        chunk::{cut, unpack},
        error::Run,
        known::Span,
    },
};

/// Unpacks every chunk, and compares every stretch of it that something refers to with the hash noted there.
pub(super) fn chunks(conn: &Connection) -> Run<Check> {
    let mut report = Report::new("raw items");
    let mut select = conn.prepare("SELECT id, codec, size, body FROM chunk ORDER BY id")?;
    let mut chunks = select.query([])?;
    let sql = "SELECT chunk, start, size, hash FROM record WHERE chunk IS NOT NULL
               UNION ALL SELECT chunk, start, size, hash FROM record_version WHERE chunk IS NOT NULL
               UNION ALL SELECT chunk, start, size, hash FROM item
               ORDER BY chunk, start";
    let mut select = conn.prepare(sql)?;
    let mut spans = select.query_map([], |r| Ok((Span { chunk: r.get(0)?, start: r.get(1)?, size: r.get(2)? }, ContentHash(r.get(3)?))))?;
    let mut next = spans.next().transpose()?;
    while let Some(row) = chunks.next()? {
        let id: i64 = row.get(0)?;
        report.looked();
        let bytes = match row.get_ref(3)?.as_blob() {
            Ok(body) => unpack(row.get(1)?, row.get(2)?, body),
            Err(e) => Err(crate::sqlite::error::Fault::damaged(e)),
        };
        if let Err(fault) = &bytes {
            report.problem(format_args!("raw chunk {id}: {fault}"));
        }
        while let Some((span, hash)) = next
            && span.chunk <= id
        {
            if span.chunk < id {
                report.problem(format_args!("raw chunk {} is missing", span.chunk));
            } else if let Ok(bytes) = &bytes
                && cut(bytes, span).map(ContentHash::of) != Some(hash)
            {
                report.problem(format_args!("raw chunk {id}: the bytes at {} are not those of {hash:?}", span.start));
            }
            report.looked();
            next = spans.next().transpose()?;
        }
    }
    while let Some((span, _)) = next {
        report.problem(format_args!("raw chunk {} is missing", span.chunk));
        next = spans.next().transpose()?;
    }
    Ok(report.done())
}
