//! The one thread of a process that writes.

use std::{collections::HashMap, sync::Arc, thread::JoinHandle};

use rusqlite::Connection;
use sales_model::StreamKey;
use tokio::sync::{mpsc, oneshot};

use super::{
    error::{Fault, Run},
    fulltext::Fulltext,
};
use crate::{Result, StoreError};

/// Tasks that may wait; a longer queue would only make answers later.
const QUEUE: usize = 8;
/// Ids kept in memory; beyond it they are read again.
const CACHED_UNITS: usize = 50_000;

/// Called at named points of a commit, so that a test can kill the process there: `ledger.before_commit`, `ledger.in_commit` (rows are
/// written, the transaction stands open), `ledger.after_commit` (durable, not yet answered).
pub type FailHook = Arc<dyn Fn(&'static str) + Send + Sync>;

/// What a task works with: the open transaction and what the writer remembers between tasks.
pub(super) struct Work<'a> {
    pub(super) conn: &'a Connection,
    pub(super) ids: &'a mut Ids,
    pub(super) fulltext: &'a mut Fulltext,
}

/// Ids by key. Only a rollback and an erasure, by whatever process, make an entry wrong; then all are forgotten.
#[derive(Default)]
pub(super) struct Ids {
    pub(super) places: HashMap<Arc<str>, i64>,
    pub(super) streams: HashMap<StreamKey, i64>,
    pub(super) units: HashMap<(i64, Arc<str>), i64>,
}

impl Ids {
    pub(super) fn clear(&mut self) {
        self.places.clear();
        self.streams.clear();
        self.units.clear();
    }
}

/// Something to write. It may be run again after its transaction was rolled back for the sake of another.
trait Task: Send {
    fn run(&mut self, work: &mut Work<'_>) -> Run<()>;
    fn is_page(&self) -> bool;
    fn what(&self) -> &'static str;
    fn answer(self: Box<Self>, outcome: Result<()>);
}

struct Call<T, F> {
    what: &'static str,
    page: bool,
    f: F,
    value: Option<T>,
    reply: oneshot::Sender<Result<T>>,
}

impl<T: Send, F: Fn(&mut Work<'_>) -> Run<T> + Send> Task for Call<T, F> {
    fn run(&mut self, work: &mut Work<'_>) -> Run<()> {
        self.value = Some((self.f)(work)?);
        Ok(())
    }

    fn is_page(&self) -> bool {
        self.page
    }

    fn what(&self) -> &'static str {
        self.what
    }

    fn answer(self: Box<Self>, outcome: Result<()>) {
        let answer = match (outcome, self.value) {
            (Err(e), _) => Err(e),
            (Ok(()), Some(value)) => Ok(value),
            (Ok(()), None) => Err(stopped(self.what)),
        };
        // Nobody listens any more when the caller was cancelled; what is written stays.
        let _ = self.reply.send(answer);
    }
}

fn stopped(what: &str) -> StoreError {
    StoreError::Other { what: what.into(), why: "the ledger's writer has stopped".into() }
}

/// The way to the writer's thread; the thread ends, its queue written, when this is dropped.
pub(super) struct Writer {
    queue: Option<mpsc::Sender<Box<dyn Task>>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    pub(super) fn start(conn: Connection, fail: Option<FailHook>) -> Run<Self> {
        let (queue, tasks) = mpsc::channel(QUEUE);
        let turn = Turn { conn, ids: Ids::default(), erasures: None, fulltext: Fulltext::default(), fail };
        let thread = std::thread::Builder::new()
            .name("ledger".into())
            .spawn(move || turn.serve(tasks))
            .map_err(|e| StoreError::Other { what: "starting the ledger's writer".into(), why: e.to_string() })?;
        Ok(Writer { queue: Some(queue), thread: Some(thread) })
    }

    /// Runs `f` in a transaction; durable when it returns. `f` may run more than once.
    pub(super) async fn write<T, F>(&self, what: &'static str, page: bool, f: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&mut Work<'_>) -> Run<T> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let Some(queue) = &self.queue else { return Err(stopped(what)) };
        queue.send(Box::new(Call { what, page, f, value: None, reply })).await.map_err(|_| stopped(what))?;
        answer.await.map_err(|_| stopped(what))?
    }
}

#[cfg(test)]
impl Writer {
    /// How many tasks wait.
    pub(super) fn waiting(&self) -> usize {
        self.queue.as_ref().map_or(0, |queue| queue.max_capacity() - queue.capacity())
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.queue = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// The thread's own state.
struct Turn {
    conn: Connection,
    ids: Ids,
    /// How many erasures there were when the ids were right.
    erasures: Option<String>,
    fulltext: Fulltext,
    fail: Option<FailHook>,
}

impl Turn {
    fn serve(mut self, mut tasks: mpsc::Receiver<Box<dyn Task>>) {
        while let Some(first) = tasks.blocking_recv() {
            let mut group = vec![first];
            // Takes what waits already and never waits for more: one fsync for all of it.
            while group.len() < QUEUE
                && let Ok(next) = tasks.try_recv()
            {
                group.push(next);
            }
            self.group(group);
        }
    }

    fn group(&mut self, mut tasks: Vec<Box<dyn Task>>) {
        let pages = tasks.iter().any(|t| t.is_page());
        match self.together(&mut tasks, pages) {
            Ok(outcomes) => {
                if pages {
                    self.point("ledger.after_commit");
                }
                for (task, outcome) in tasks.into_iter().zip(outcomes) {
                    task.answer(outcome);
                }
            }
            Err(fault) if tasks.len() == 1 => {
                if let Some(task) = tasks.pop() {
                    let what = task.what();
                    task.answer(Err(fault.told(what)));
                }
            }
            // Waiting again for each of them would only add up.
            Err(fault) if fault.is_busy() => {
                for task in tasks {
                    let locked = StoreError::Locked(task.what().into());
                    task.answer(Err(locked));
                }
            }
            // The transaction as a whole failed: each on its own, so that one cannot take the others with it.
            Err(_) => tasks.into_iter().for_each(|task| self.group(vec![task])),
        }
    }

    /// One transaction. Inner errors belong to single tasks; the outer one to the whole, of which nothing is written then.
    fn together(&mut self, tasks: &mut [Box<dyn Task>], pages: bool) -> Run<Vec<Result<()>>> {
        if pages {
            self.point("ledger.before_commit");
        }
        self.fulltext.clear();
        self.step("BEGIN IMMEDIATE")?;
        let outcome = self.catch_up().and_then(|()| self.fill(tasks, pages));
        if outcome.is_err() {
            self.ids.clear();
            self.fulltext.clear();
            // SQLite ends the transaction itself after some errors (no room, I/O).
            if !self.conn.is_autocommit() {
                self.step("ROLLBACK")?;
            }
        }
        outcome
    }

    /// Rows that another process erased are no more.
    fn catch_up(&mut self) -> Run<()> {
        let erasures = super::project::get(&self.conn, super::erase::COUNT)?;
        if erasures != self.erasures {
            self.ids.clear();
            self.erasures = erasures;
        }
        Ok(())
    }

    fn fill(&mut self, tasks: &mut [Box<dyn Task>], pages: bool) -> Run<Vec<Result<()>>> {
        let alone = tasks.len() == 1;
        let mut outcomes = Vec::with_capacity(tasks.len());
        for task in tasks.iter_mut() {
            if alone {
                task.run(&mut Work { conn: &self.conn, ids: &mut self.ids, fulltext: &mut self.fulltext })?;
                outcomes.push(Ok(()));
                continue;
            }
            self.step("SAVEPOINT task")?;
            let mark = self.fulltext.mark();
            let outcome = task.run(&mut Work { conn: &self.conn, ids: &mut self.ids, fulltext: &mut self.fulltext });
            if outcome.is_err() {
                if self.conn.is_autocommit() {
                    // The whole transaction is gone, not just this task.
                    outcome?;
                    continue;
                }
                self.step("ROLLBACK TO task")?;
                self.ids.clear();
                self.fulltext.back_to(mark);
            }
            self.step("RELEASE task")?;
            outcomes.push(outcome.map_err(|fault: Fault| fault.told(task.what())));
        }
        // All search rows last, after every row of every page. A statement that needs a statement journal (an upsert, a trigger), and
        // every savepoint, makes FTS5 flush what it has gathered; interleaved with its inserts, that is once per message and halves the
        // rate.
        self.fulltext.write(&self.conn)?;
        if self.ids.units.len() > CACHED_UNITS {
            self.ids.units.clear();
        }
        if pages {
            self.point("ledger.in_commit");
        }
        self.step("COMMIT")?;
        Ok(outcomes)
    }

    fn step(&self, sql: &str) -> Run<()> {
        self.conn.prepare_cached(sql)?.execute([])?;
        Ok(())
    }

    fn point(&self, name: &'static str) {
        if let Some(fail) = &self.fail {
            fail(name);
        }
    }
}
