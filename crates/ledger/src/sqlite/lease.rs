//! Streams: who may write them, where they stand, how their last turn ended.

use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, params};
use sales_model::{Checkpoint, StreamKey};

use super::{
    error::{Fault, Run},
    read_time, time,
    work_list::stream_key,
    writer::Work,
};
use crate::{Alive, Ended, Lease, LeaseOutcome, Owner, StoreError, StreamState};

/// The wish of one process.
pub(super) struct Wish {
    pub(super) key: StreamKey,
    pub(super) owner: Owner,
    pub(super) now: Timestamp,
    pub(super) ttl: SignedDuration,
    pub(super) alive: Alive,
}

pub(super) fn lease(work: &mut Work<'_>, wish: &Wish) -> Run<LeaseOutcome> {
    let stream = work.stream(&wish.key)?;
    let sql = "SELECT generation, checkpoint, owner_pid, owner_started, lease_until FROM stream WHERE id = ?1";
    let (generation, checkpoint, pid, started, until): (i64, Option<String>, Option<u32>, Option<String>, Option<i64>) =
        work.conn.prepare_cached(sql)?.query_row([stream], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?, r.get(4)?)))?;
    if let (Some(pid), Some(started), Some(until)) = (pid, started, until) {
        let holder = Owner { pid, started };
        if until > time::micros(wish.now) && (wish.alive)(&holder) {
            return Ok(LeaseOutcome::Busy(holder));
        }
    }
    let generation = generation + 1;
    let sql = "UPDATE stream SET generation = ?2, owner_pid = ?3, owner_started = ?4, lease_until = ?5 WHERE id = ?1";
    let until = end(wish.now, wish.ttl);
    work.conn.prepare_cached(sql)?.execute(params![stream, generation, wish.owner.pid, wish.owner.started, until])?;
    let generation = u64::try_from(generation).map_err(Fault::damaged)?;
    Ok(LeaseOutcome::Leased(Lease { key: wish.key.clone(), generation, checkpoint: checkpoint.map(Checkpoint) }))
}

fn end(now: Timestamp, ttl: SignedDuration) -> i64 {
    time::micros(now).saturating_add(i64::try_from(ttl.as_micros()).unwrap_or(i64::MAX))
}

pub(super) fn renew(work: &mut Work<'_>, lease: &Lease, now: Timestamp, ttl: SignedDuration) -> Run<()> {
    held(work, lease, "UPDATE stream SET lease_until = ?3", &[&end(now, ttl)])
}

pub(super) fn reset(work: &mut Work<'_>, lease: &Lease) -> Run<()> {
    held(work, lease, "UPDATE stream SET checkpoint = NULL", &[])
}

pub(super) fn release(work: &mut Work<'_>, lease: &Lease, ended: &Ended) -> Run<()> {
    match ended {
        Ended::Finished(at) => held(
            work,
            lease,
            "UPDATE stream SET owner_pid = NULL, owner_started = NULL, lease_until = NULL, error = NULL, auth = 0, finished = ?3",
            &[&at.to_string()],
        ),
        Ended::Paused => {
            held(work, lease, "UPDATE stream SET owner_pid = NULL, owner_started = NULL, lease_until = NULL, error = NULL, auth = 0", &[])
        }
        Ended::Failed { error, auth } => held(
            work,
            lease,
            "UPDATE stream SET owner_pid = NULL, owner_started = NULL, lease_until = NULL, error = ?3, auth = ?4",
            &[error, auth],
        ),
    }
}

/// Runs an update of the lease's stream if the lease still holds it.
fn held(work: &mut Work<'_>, lease: &Lease, update: &str, values: &[&dyn rusqlite::ToSql]) -> Run<()> {
    let stream = work.stream(&lease.key)?;
    let generation = i64::try_from(lease.generation).map_err(Fault::damaged)?;
    let sql = format!("{update} WHERE id = ?1 AND generation = ?2 AND owner_pid IS NOT NULL");
    let mut all: Vec<&dyn rusqlite::ToSql> = vec![&stream, &generation];
    all.extend_from_slice(values);
    match work.conn.prepare_cached(&sql)?.execute(&*all)? {
        0 => Err(StoreError::Fenced(lease.key.clone()).into()),
        _ => Ok(()),
    }
}

/// All streams, sorted by key.
pub(super) fn streams(conn: &Connection) -> Run<Vec<StreamState>> {
    let sql = "SELECT s.source, s.account, s.stream, s.part, s.checkpoint, s.finished, s.error, s.auth, s.gaps,
                 coalesce(w.waiting, 0), w.due, s.id
               FROM stream s
               LEFT JOIN (SELECT stream, count(*) AS waiting, min(coalesce(due, 0)) AS due FROM work WHERE seen IS NOT done GROUP BY stream) w
                 ON w.stream = s.id
               ORDER BY s.source, s.account, s.stream, s.part";
    let mut read = read_time::all(conn)?;
    let mut select = conn.prepare_cached(sql)?;
    let mut rows = select.query([])?;
    let mut states = Vec::new();
    while let Some(row) = rows.next()? {
        let finished: Option<String> = row.get(5)?;
        states.push(StreamState {
            key: stream_key(row, 0)?,
            checkpoint: row.get::<_, Option<String>>(4)?.map(Checkpoint),
            finished: finished.map(|at| time::from_text(5, &at)).transpose()?,
            error: row.get(6)?,
            auth: row.get(7)?,
            gaps: serde_json::from_str(row.get_ref(8)?.as_str().map_err(Fault::damaged)?).map_err(Fault::damaged)?,
            waiting: row.get::<_, i64>(9)?.try_into().unwrap_or(0),
            due: row.get::<_, Option<i64>>(10)?.filter(|at| *at > 0).map(|at| time::from_micros(10, at)).transpose()?,
            read: read.remove(&row.get(11)?).unwrap_or_default().into_iter().collect(),
        });
    }
    Ok(states)
}
