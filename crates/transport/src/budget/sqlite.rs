//! Budgets shared by all processes of a workspace, in a small database file of their own.

use std::{
    error::Error,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
    thread,
    time::Duration,
};

use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, ErrorCode, OptionalExtension, Transaction, TransactionBehavior, params};

use super::window::{Decision, FULL, Gauge, decide, micros};
use crate::{Budget, BudgetKey, BudgetRule, BudgetState, Grant, PortError, Window};

/// Budgets in an SQLite file. Opened at the first use, so that making one costs nothing.
///
/// Charges survive the end of the process at once, and a power cut within moments: the file is written ahead (WAL) and not synced per
/// charge, since windows are short.
pub struct SqliteBudget {
    path: PathBuf,
    connection: Mutex<Option<Connection>>,
}

/// How long to wait for another process that is writing; it does so for less than a millisecond.
const BUSY: Duration = Duration::from_secs(10);

/// How often, and how far apart, the switch to write-ahead mode is tried: 2 s for something that takes a millisecond.
const SWITCH_TRIES: u32 = 400;
const SWITCH_PAUSE: Duration = Duration::from_millis(5);

/// `user_version` of a file with [`SCHEMA`].
const SCHEMA_VERSION: i64 = 1;

const SCHEMA: &str = "
CREATE TABLE budget (
    id            INTEGER PRIMARY KEY,
    account       TEXT    NOT NULL,
    operation     TEXT    NOT NULL,
    seen          INTEGER NOT NULL,
    blocked_until INTEGER,
    lowered_limit INTEGER,
    lowered_per   INTEGER,
    share         INTEGER NOT NULL,
    since         INTEGER NOT NULL,
    quiet         INTEGER NOT NULL,
    keep          INTEGER NOT NULL,
    UNIQUE (account, operation)
) STRICT;
CREATE TABLE send (
    budget INTEGER NOT NULL,
    seq    INTEGER NOT NULL,
    at     INTEGER NOT NULL,
    PRIMARY KEY (budget, seq)
) STRICT, WITHOUT ROWID;
PRAGMA user_version = 1;
";

impl SqliteBudget {
    /// Budgets in that file, usually `.sales/budgets.db`; the file is made when first needed, its folder must exist.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        SqliteBudget { path: path.into(), connection: Mutex::new(None) }
    }

    fn with<T>(&self, what: &str, work: impl FnOnce(&mut Connection) -> rusqlite::Result<T>) -> Result<T, PortError> {
        let fail = |source| PortError { what: format!("{what} in {}", self.path.display()), source };
        // A transaction that a panic left behind was rolled back when it was dropped.
        let mut connection = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        let connection = match &mut *connection {
            Some(open) => open,
            none => none.insert(open(&self.path).map_err(fail)?),
        };
        work(connection).map_err(|error| fail(error.into()))
    }

    /// Changes a budget in one transaction that no other process can come between.
    fn change<T>(
        &self,
        what: &str,
        key: &BudgetKey,
        clock: Timestamp,
        work: impl FnOnce(&Transaction<'_>, i64, &mut Gauge, i64) -> rusqlite::Result<T>,
    ) -> Result<T, PortError> {
        self.with(what, |connection| {
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let (id, mut gauge) = match load(&transaction, key)? {
                Some(found) => found,
                None => (insert(&transaction, key)?, Gauge::default()),
            };
            let before = gauge;
            let (now, back) = gauge.tick(micros(clock));
            if back > 0 {
                transaction.prepare_cached("UPDATE send SET at = at - ?2 WHERE budget = ?1")?.execute(params![id, back])?;
            }
            let answer = work(&transaction, id, &mut gauge, now)?;
            if gauge != before {
                save(&transaction, id, &gauge)?;
            }
            transaction.commit()?;
            Ok(answer)
        })
    }
}

impl Budget for SqliteBudget {
    fn take(&self, rule: &BudgetRule, now: Timestamp) -> Result<Grant, PortError> {
        let clock = micros(now);
        if rule.windows.is_empty() {
            // The usual case with limits off: one read, no write.
            let found = self.with("reading a rate limit", |connection| load(connection, &rule.key))?;
            match found {
                None => return Ok(Grant::Now),
                Some((_, gauge)) if gauge.blocked_until.is_none_or(|at| at <= clock && clock >= gauge.seen) => return Ok(Grant::Now),
                Some(_) => {}
            }
        }
        self.change("charging a rate limit", &rule.key, now, |transaction, id, gauge, now| {
            gauge.learn(&rule.windows);
            let newest: i64 = transaction
                .prepare_cached("SELECT coalesce(max(seq), 0) FROM send WHERE budget = ?1")?
                .query_row([id], |row| row.get(0))?;
            // Numbers have no holes, so that the n-th newest is found without counting.
            let nth_newest = |n: u32| {
                transaction
                    .prepare_cached("SELECT at FROM send WHERE budget = ?1 AND seq = ?2")?
                    .query_row(params![id, newest - i64::from(n) + 1], |row| row.get(0))
                    .optional()
            };
            let decision = decide(gauge, rule, now, nth_newest)?;
            if let (Decision::Charge(at), false) = (decision, rule.windows.is_empty()) {
                let mut insert = transaction.prepare_cached("INSERT INTO send (budget, seq, at) VALUES (?1, ?2, ?3)")?;
                for seq in (newest + 1..).take(rule.charged()) {
                    insert.execute(params![id, seq, at])?;
                }
                forget(transaction, id, gauge.horizon(now))?;
            }
            Ok(decision.grant(clock, now))
        })
    }

    fn penalize(&self, key: &BudgetKey, now: Timestamp, until: Timestamp) -> Result<(), PortError> {
        let wait = micros(until).saturating_sub(micros(now));
        self.change("noting a throttle", key, now, |_, _, gauge, now| {
            gauge.penalize(now, now.saturating_add(wait));
            Ok(())
        })
    }

    fn lower(&self, key: &BudgetKey, limit: Option<Window>) -> Result<(), PortError> {
        self.with("noting a lower rate limit", |connection| {
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let (id, mut gauge) = match load(&transaction, key)? {
                Some(found) => found,
                None => (insert(&transaction, key)?, Gauge::default()),
            };
            gauge.lowered = limit;
            save(&transaction, id, &gauge)?;
            transaction.commit()
        })
    }

    fn state(&self, key: &BudgetKey, now: Timestamp) -> Result<BudgetState, PortError> {
        let clock = micros(now);
        self.with("reading a rate limit", |connection| {
            let Some((id, gauge)) = load(connection, key)? else { return Ok(BudgetState::default()) };
            let mut ticked = gauge;
            let (now, back) = ticked.tick(clock);
            let from = now.saturating_sub(gauge.keep).saturating_add(back);
            let used = connection
                .prepare_cached("SELECT count(*) FROM send WHERE budget = ?1 AND at > ?2")?
                .query_row(params![id, from], |row| row.get(0))?;
            Ok(gauge.state(clock, used))
        })
    }
}

/// The file was written by a newer version.
#[derive(Debug, thiserror::Error)]
#[error("the file has schema {0}, this version knows up to {SCHEMA_VERSION}")]
struct TooNew(i64);

fn open(path: &Path) -> Result<Connection, Box<dyn Error + Send + Sync>> {
    let mut connection = Connection::open(path)?;
    connection.busy_timeout(BUSY)?;
    write_ahead(&connection)?;
    // Not `OFF`: `NORMAL` syncs nothing per charge either (only when the log is folded in), and a power cut cannot damage the file.
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let version: i64 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
    match version {
        0 => transaction.execute_batch(SCHEMA)?,
        SCHEMA_VERSION => {}
        newer => return Err(TooNew(newer).into()),
    }
    transaction.commit()?;
    Ok(connection)
}

/// Switches a new file to write-ahead mode. SQLite does not wait for another process that does the same at this moment, so we do.
#[expect(clippy::disallowed_methods, reason = "a real moment is waited for another process, whatever the clock says")]
fn write_ahead(connection: &Connection) -> rusqlite::Result<()> {
    let mut tries = 0;
    loop {
        match connection.pragma_update(None, "journal_mode", "WAL") {
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) && tries < SWITCH_TRIES => {
                tries += 1;
                thread::sleep(SWITCH_PAUSE);
            }
            answer => return answer,
        }
    }
}

fn load(connection: &Connection, key: &BudgetKey) -> rusqlite::Result<Option<(i64, Gauge)>> {
    connection
        .prepare_cached(
            "SELECT id, seen, blocked_until, lowered_limit, lowered_per, share, since, quiet, keep
             FROM budget WHERE account = ?1 AND operation = ?2",
        )?
        .query_row(params![key.account, key.operation], |row| {
            let lowered = match (row.get::<_, Option<u32>>(3)?, row.get::<_, Option<i64>>(4)?) {
                (Some(limit), Some(per)) => Some(Window { limit, per: SignedDuration::from_micros(per) }),
                _ => None,
            };
            let gauge = Gauge {
                seen: row.get(1)?,
                blocked_until: row.get(2)?,
                lowered,
                share: row.get::<_, u32>(5)?.min(FULL),
                since: row.get(6)?,
                quiet: row.get(7)?,
                keep: row.get(8)?,
            };
            Ok((row.get(0)?, gauge))
        })
        .optional()
}

fn insert(connection: &Connection, key: &BudgetKey) -> rusqlite::Result<i64> {
    let gauge = Gauge::default();
    connection
        .prepare_cached("INSERT INTO budget (account, operation, seen, share, since, quiet, keep) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")?
        .execute(params![key.account, key.operation, gauge.seen, gauge.share, gauge.since, gauge.quiet, gauge.keep])?;
    Ok(connection.last_insert_rowid())
}

fn save(connection: &Connection, id: i64, gauge: &Gauge) -> rusqlite::Result<()> {
    let lowered_per = gauge.lowered.map(|window| i64::try_from(window.per.as_micros()).unwrap_or(i64::MAX));
    connection
        .prepare_cached(
            "UPDATE budget SET seen = ?2, blocked_until = ?3, lowered_limit = ?4, lowered_per = ?5, share = ?6, since = ?7, quiet = ?8,
             keep = ?9 WHERE id = ?1",
        )?
        .execute(params![
            id,
            gauge.seen,
            gauge.blocked_until,
            gauge.lowered.map(|window| window.limit),
            lowered_per,
            gauge.share,
            gauge.since,
            gauge.quiet,
            gauge.keep
        ])?;
    Ok(())
}

/// Drops send times before `horizon`. They are the lowest numbers, so that the search stops at the first that is younger.
fn forget(connection: &Connection, id: i64, horizon: i64) -> rusqlite::Result<()> {
    let mut oldest = connection.prepare_cached("SELECT seq, at FROM send WHERE budget = ?1 ORDER BY seq LIMIT 1")?;
    let mut drop_one = connection.prepare_cached("DELETE FROM send WHERE budget = ?1 AND seq = ?2")?;
    while let Some((seq, at)) = oldest.query_row([id], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?))).optional()? {
        if at >= horizon {
            break;
        }
        drop_one.execute(params![id, seq])?;
    }
    Ok(())
}
