//! The audit log: append-only, each entry's hash covering the one before it.

use rusqlite::{Connection, OptionalExtension, params};
use sha2::{Digest, Sha256};

use super::{error::Run, writer::Work};
use crate::{AuditEntry, Job};

/// Hash of an entry before the first.
pub(super) const GENESIS: [u8; 32] = [0; 32];
/// Name of the small value that holds the last entry's hash, so that a cut-off end is noticed.
pub(super) const HEAD: &str = "audit.head";

/// Appends an entry.
pub(super) fn append(work: &mut Work<'_>, entry: &AuditEntry) -> Run<()> {
    let conn = work.conn;
    let last: Option<(i64, [u8; 32])> = conn
        .prepare_cached("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1")?
        .query_row([], |r| Ok((r.get(0)?, r.get(1)?)))
        .optional()?;
    let (seq, previous) = last.map_or((1, GENESIS), |(seq, hash)| (seq + 1, hash));
    // The salt keeps erased details from being guessed from their digest. It appears in no result, so the database may draw it.
    let salt: [u8; 16] = conn.prepare_cached("SELECT randomblob(16)")?.query_row([], |r| r.get(0))?;
    let at = entry.at.to_string();
    let digest = digest(&salt, &entry.detail);
    let hash = link(&previous, seq, &at, &entry.action, &digest);
    conn.prepare_cached("INSERT INTO audit (seq, at, action, digest, hash) VALUES (?1, ?2, ?3, ?4, ?5)")?.execute(params![
        seq,
        at,
        entry.action,
        digest,
        hash
    ])?;
    conn.prepare_cached("INSERT INTO audit_detail (seq, salt, detail) VALUES (?1, ?2, ?3)")?.execute(params![seq, salt, entry.detail])?;
    super::project::set(work, HEAD, &head(seq, &hash))
}

/// What stands under [`HEAD`].
pub(super) fn head(seq: i64, hash: &[u8; 32]) -> String {
    use std::fmt::Write as _;
    let mut out = seq.to_string();
    out.push(':');
    for byte in hash {
        let _ = write!(out, "{byte:02x}");
    }
    out
}

/// SHA-256 of salt and details.
pub(super) fn digest(salt: &[u8; 16], detail: &str) -> [u8; 32] {
    Sha256::new().chain_update(salt).chain_update(detail).finalize().into()
}

/// SHA-256 of the hash before, the number, time, action and digest; lengths before texts, so that no two entries read the same.
pub(super) fn link(previous: &[u8; 32], seq: i64, at: &str, action: &str, digest: &[u8; 32]) -> [u8; 32] {
    let mut sha = Sha256::new().chain_update(previous).chain_update(seq.to_be_bytes());
    for text in [at, action] {
        sha.update((text.len() as u64).to_be_bytes());
        sha.update(text);
    }
    sha.chain_update(digest).finalize().into()
}

/// Notes a job's start, progress or end.
pub(super) fn job(conn: &Connection, job: &Job) -> Run<()> {
    conn.prepare_cached(
        "INSERT INTO job (id, kind, started, ended, state, result) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT DO UPDATE SET kind = excluded.kind, started = excluded.started, ended = excluded.ended, state = excluded.state,
           result = excluded.result",
    )?
    .execute(params![job.id, job.kind, job.started.to_string(), job.ended.map(|at| at.to_string()), job.state, job.result])?;
    Ok(())
}
