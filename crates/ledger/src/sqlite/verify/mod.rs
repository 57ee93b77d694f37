//! `verify`: everything the ledger promises about its own content.

mod content;
mod raw;
mod rest;

use rusqlite::Connection;

use super::error::Run;
use crate::Check;

/// Problems told per check; the rest is only counted.
const TOLD: usize = 20;

/// All checks, on one snapshot.
pub(super) fn all(conn: &Connection) -> Run<Vec<Check>> {
    Ok(vec![
        rest::database(conn)?,
        raw::chunks(conn)?,
        content::records(conn)?,
        content::counts(conn)?,
        content::history(conn)?,
        content::search(conn)?,
        rest::audit(conn)?,
        rest::attribution(conn)?,
        rest::work_lists(conn)?,
        rest::read_times(conn)?,
        rest::marks(conn)?,
        rest::files(conn)?,
        rest::findings(conn)?,
    ])
}

/// Gathers one check's outcome.
struct Report {
    check: Check,
    more: u64,
}

impl Report {
    fn new(name: &'static str) -> Self {
        Report { check: Check { name, problems: Vec::new(), checked: 0 }, more: 0 }
    }

    fn looked(&mut self) {
        self.check.checked += 1;
    }

    fn problem(&mut self, what: impl std::fmt::Display) {
        if self.check.problems.len() < TOLD {
            self.check.problems.push(what.to_string());
        } else {
            self.more += 1;
        }
    }

    fn done(mut self) -> Check {
        if self.more > 0 {
            self.check.problems.push(format!("and {} more", self.more));
        }
        self.check
    }

    /// One problem for each row that `sql` gives, in the words of its first column.
    fn rows(&mut self, conn: &Connection, sql: &str) -> Run<()> {
        let mut select = conn.prepare(sql)?;
        let mut rows = select.query([])?;
        while let Some(row) = rows.next()? {
            self.problem(row.get::<_, String>(0)?);
        }
        Ok(())
    }

    /// Adds what `sql` counts.
    fn count(&mut self, conn: &Connection, sql: &str) -> Run<()> {
        self.check.checked += u64::try_from(conn.query_row(sql, [], |r| r.get::<_, i64>(0))?).unwrap_or(0);
        Ok(())
    }
}
