//! Records, their history, their counts and their search rows.

use rusqlite::Connection;

use super::Report;
use crate::{
    Check,
    sqlite::{error::Run, read::parse},
};

/// Every record's body can be read, and its place and unit exist.
pub(super) fn records(conn: &Connection) -> Run<Check> {
    let mut report = Report::new("records");
    bodies(conn, &mut report, "SELECT id, body FROM record")?;
    report.rows(
        conn,
        "SELECT format('record %d stands in no place', r.id) FROM record r LEFT JOIN place p ON p.id = r.place WHERE p.id IS NULL",
    )?;
    report.rows(
        conn,
        "SELECT format('record %d stands in no unit of its place', r.id) FROM record r
         LEFT JOIN unit u ON u.id = r.unit AND u.place = r.place WHERE u.id IS NULL",
    )?;
    report.rows(
        conn,
        "SELECT format('record %d is live, but has no raw item', id) FROM record WHERE state = 0 AND chunk IS NULL AND withheld = 0",
    )?;
    report.rows(
        conn,
        "SELECT format('%s:%s is both a first record and a reply', p.key, r.native) FROM record r JOIN place p ON p.id = r.place
         JOIN record f INDEXED BY record_order ON f.place = r.place AND f.thread = r.native AND f.native = '' WHERE r.native <> ''",
    )?;
    Ok(report.done())
}

fn bodies(conn: &Connection, report: &mut Report, sql: &str) -> Run<()> {
    let mut select = conn.prepare(sql)?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        report.looked();
        let id: i64 = row.get(0)?;
        match row.get_ref(1)?.as_str() {
            Ok(body) => {
                if let Err(fault) = parse(body) {
                    report.problem(format_args!("record {id}: {fault}"));
                }
            }
            Err(e) => report.problem(format_args!("record {id}: {e}")),
        }
    }
    Ok(())
}

/// The counts kept with each place are those of its records.
pub(super) fn counts(conn: &Connection) -> Run<Check> {
    let mut report = Report::new("counts of places");
    report.count(conn, "SELECT count(*) FROM place")?;
    report.rows(
        conn,
        "SELECT format('%s: %d live records of %d versions, %d of %d were counted', p.key, coalesce(r.live, 0), coalesce(r.versions, 0),
           p.live, p.versions)
         FROM place p LEFT JOIN (SELECT place, sum(state = 0) AS live, sum(version) AS versions,
                                   max(CASE WHEN state = 0 THEN at END) AS newest FROM record GROUP BY place) r ON r.place = p.id
         WHERE p.live <> coalesce(r.live, 0) OR p.versions <> coalesce(r.versions, 0) OR p.newest IS NOT r.newest",
    )?;
    Ok(report.done())
}

/// Every superseded version can be read, belongs to a record, and is older than what stands there.
pub(super) fn history(conn: &Connection) -> Run<Check> {
    let mut report = Report::new("history");
    bodies(conn, &mut report, "SELECT record, body FROM record_version WHERE body IS NOT NULL")?;
    report.rows(
        conn,
        "SELECT format('version %d of record %d has no newer one', v.version, v.record) FROM record_version v
         LEFT JOIN record r ON r.id = v.record AND (r.version > v.version OR v.body IS NULL) WHERE r.id IS NULL",
    )?;
    report.rows(
        conn,
        "SELECT format('record %d has %d versions, but version %d', r.id, 1 + coalesce(v.n, 0), r.version) FROM record r
         LEFT JOIN (SELECT record, count(*) AS n FROM record_version WHERE body IS NOT NULL GROUP BY record) v ON v.record = r.id
         WHERE r.version <> 1 + coalesce(v.n, 0)",
    )?;
    Ok(report.done())
}

/// Every live record has its search row, with the tag of its place, and there are no other rows.
pub(super) fn search(conn: &Connection) -> Run<Check> {
    let mut report = Report::new("search rows");
    report.count(conn, "SELECT count(*) FROM search_docsize")?;
    report.rows(
        conn,
        "SELECT format('record %d cannot be searched', r.id) FROM record r LEFT JOIN search_docsize s ON s.id = r.id
         WHERE r.state = 0 AND s.id IS NULL",
    )?;
    report.rows(
        conn,
        "SELECT format('search row %d belongs to no live record', s.id) FROM search_docsize s
         LEFT JOIN record r ON r.id = s.id AND r.state = 0 WHERE r.id IS NULL",
    )?;
    let mut places = conn.prepare("SELECT id, key FROM place")?;
    let mut places = places.query([])?;
    let mut tagged = conn.prepare(
        "SELECT count(*), count(r.id) FROM search s LEFT JOIN record r ON r.id = s.rowid AND r.place = ?2 WHERE s.search MATCH ?1",
    )?;
    while let Some(place) = places.next()? {
        let (id, key): (i64, String) = (place.get(0)?, place.get(1)?);
        let (tagged, rightly): (i64, i64) = tagged.query_row((format!("tag : p{id}"), id), |r| Ok((r.get(0)?, r.get(1)?)))?;
        let live: i64 = conn.prepare_cached("SELECT live FROM place WHERE id = ?1")?.query_row([id], |r| r.get(0))?;
        if tagged != live || rightly != live {
            report.problem(format_args!("{key}: {tagged} search rows for {live} live records"));
        }
    }
    Ok(report.done())
}
