//! The database file, the audit chain, and the tables around the records.

use rusqlite::Connection;
use sales_model::CustomerId;

use super::Report;
use crate::{
    Check,
    sqlite::{
        audit::{GENESIS, HEAD, digest, head, link},
        error::{Fault, Run},
        project, scopes,
    },
};

/// SQLite's own check of the file, indexes and full-text index included.
pub(super) fn database(conn: &Connection) -> Run<Check> {
    let mut report = Report::new("database");
    report.count(conn, "SELECT count(*) FROM sqlite_schema")?;
    let mut select = conn.prepare("PRAGMA integrity_check(20)")?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        let told: String = row.get(0)?;
        if told != "ok" {
            report.problem(told);
        }
    }
    Ok(report.done())
}

/// Every entry follows from the one before it, none is missing, and the details that are still there are those of their entries.
pub(super) fn audit(conn: &Connection) -> Run<Check> {
    let mut report = Report::new("audit log");
    let sql = "SELECT a.seq, a.at, a.action, a.digest, a.hash, d.salt, d.detail FROM audit a LEFT JOIN audit_detail d ON d.seq = a.seq
               ORDER BY a.seq";
    let mut select = conn.prepare(sql)?;
    let mut rows = select.query([])?;
    let (mut expected, mut previous) = (1, GENESIS);
    while let Some(row) = rows.next()? {
        report.looked();
        let (seq, at, action): (i64, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let (noted, hash): ([u8; 32], [u8; 32]) = (row.get(3)?, row.get(4)?);
        if seq != expected {
            report.problem(format_args!("entry {expected} is missing"));
        }
        if link(&previous, seq, &at, &action, &noted) != hash {
            report.problem(format_args!("entry {seq} does not follow from the one before it"));
        }
        if let (Some(salt), Some(detail)) = (row.get::<_, Option<[u8; 16]>>(5)?, row.get::<_, Option<String>>(6)?)
            && digest(&salt, &detail) != noted
        {
            report.problem(format_args!("the details of entry {seq} were changed"));
        }
        (expected, previous) = (seq + 1, hash);
    }
    let noted = project::get(conn, HEAD)?;
    let found = (expected > 1).then(|| head(expected - 1, &previous));
    if noted != found {
        report.problem("the last entry is not the one that was written last");
    }
    Ok(report.done())
}

/// Attributions and doubts can be read and stand on places and conversations that exist.
pub(super) fn attribution(conn: &Connection) -> Run<Check> {
    let mut report = Report::new("attribution");
    readable(&mut report, scopes::attributions(conn).map(|all| all.len()));
    readable(&mut report, scopes::doubts(conn).map(|all| all.len()));
    for table in ["attribution", "doubt"] {
        report.rows(
            conn,
            &format!(
                "SELECT format('{table} of the unknown place %d', a.place) FROM {table} a LEFT JOIN place p ON p.id = a.place
                 WHERE p.id IS NULL"
            ),
        )?;
        report.rows(
            conn,
            &format!(
                "SELECT format('{table} of the unknown conversation %s in %s', a.thread, p.key) FROM {table} a
                 JOIN place p ON p.id = a.place
                 WHERE a.thread <> '' AND NOT EXISTS (SELECT 1 FROM record r WHERE r.place = a.place AND r.thread = a.thread)"
            ),
        )?;
    }
    report.rows(
        conn,
        "SELECT format('%s%s is both attributed and doubtful', p.key, iif(d.thread = '', '', ':' || d.thread)) FROM doubt d
         JOIN place p ON p.id = d.place JOIN attribution a ON a.place = d.place AND a.thread = d.thread",
    )?;
    Ok(report.done())
}

fn readable(report: &mut Report, outcome: Run<usize>) {
    match outcome {
        Ok(count) => report.check.checked += count as u64,
        Err(fault) => report.problem(fault),
    }
}

/// Work lists belong to streams.
pub(super) fn work_lists(conn: &Connection) -> Run<Check> {
    let mut report = Report::new("work lists");
    report.count(conn, "SELECT count(*) FROM work")?;
    for table in ["work", "failure", "chunk"] {
        report.rows(
            conn,
            &format!(
                "SELECT format('{table}: the unknown stream %d', w.stream) FROM {table} w LEFT JOIN stream s ON s.id = w.stream
                 WHERE s.id IS NULL GROUP BY w.stream"
            ),
        )?;
    }
    Ok(report.done())
}

/// Times that were read belong to streams, have a length, and none touches the next one of its stream.
pub(super) fn read_times(conn: &Connection) -> Run<Check> {
    let mut report = Report::new("times read");
    report.count(conn, "SELECT count(*) FROM read_time")?;
    report.rows(
        conn,
        "SELECT format('a time read by the unknown stream %d', t.stream) FROM read_time t LEFT JOIN stream s ON s.id = t.stream
         WHERE s.id IS NULL GROUP BY t.stream",
    )?;
    report.rows(
        conn,
        "SELECT format('a time that stream %d read ends before it begins, or where the next one begins', stream) FROM
           (SELECT stream, start, end, lead(start) OVER (PARTITION BY stream ORDER BY start) AS next FROM read_time)
         WHERE end <= start OR end >= next",
    )?;
    Ok(report.done())
}

/// Units and their marks belong to places, and no mark is newer than the last one given.
pub(super) fn marks(conn: &Connection) -> Run<Check> {
    let mut report = Report::new("dirty marks");
    report.count(conn, "SELECT count(*) FROM unit")?;
    report.rows(
        conn,
        "SELECT format('unit %s of the unknown place %d', u.name, u.place) FROM unit u LEFT JOIN place p ON p.id = u.place
         WHERE p.id IS NULL",
    )?;
    report.rows(
        conn,
        "SELECT format('unit %s has mark %d, the last one given is %d', u.name, u.mark, t.mark) FROM unit u JOIN tick t
         WHERE u.mark > t.mark",
    )?;
    Ok(report.done())
}

/// Paths stay in their customer's folder and are those of units that exist.
pub(super) fn files(conn: &Connection) -> Run<Check> {
    let mut report = Report::new("path table");
    let mut select = conn.prepare(
        "SELECT f.customer, f.path, u.id IS NOT NULL FROM file f LEFT JOIN place p ON p.key = f.place
         LEFT JOIN unit u ON u.place = p.id AND u.name = f.unit ORDER BY f.customer, f.path",
    )?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        report.looked();
        let (customer, path, known): (String, String, bool) = (row.get(0)?, row.get(1)?, row.get(2)?);
        if let Err(e) = customer.parse::<CustomerId>() {
            report.problem(e);
        }
        if path.split('/').any(|part| matches!(part, "" | "." | "..")) || path.contains(['\\', '\0']) {
            report.problem(format_args!("{customer}: {path:?} is not a path in its folder"));
        }
        if !known {
            report.problem(format_args!("{customer}: {path} is of no unit"));
        }
    }
    Ok(report.done())
}

/// Findings can be read, and each has evidence.
pub(super) fn findings(conn: &Connection) -> Run<Check> {
    let mut report = Report::new("findings");
    let mut select = conn.prepare("SELECT customer, place, unit, size, body FROM finding")?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        let name = format!("{} {} {}", row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get::<_, String>(2)?);
        match super::super::project::unpack_findings(row.get(3)?, row.get_ref(4)?.as_blob().map_err(Fault::damaged)?) {
            Ok((findings, _)) => {
                report.check.checked += findings.len() as u64;
                for finding in findings.iter().filter(|f| f.evidence.is_empty()) {
                    report.problem(format_args!("{name}: {} has no evidence", finding.id));
                }
            }
            Err(e) => report.problem(format_args!("{name}: {e}")),
        }
    }
    Ok(report.done())
}
