//! Connections that read, for the threads that may block.

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use rusqlite::Connection;
use tokio::sync::Semaphore;

use super::{error::Run, schema};
use crate::{Result, StoreError};

/// More readers at once would only share the same cores.
const READERS: usize = 4;

pub(super) struct Pool {
    path: PathBuf,
    free: Mutex<Vec<Connection>>,
    permits: Semaphore,
}

impl Pool {
    pub(super) fn new(path: PathBuf) -> Self {
        Pool { path, free: Mutex::new(Vec::new()), permits: Semaphore::new(READERS) }
    }

    /// Runs `f` on a thread that may block, on one snapshot of the database.
    pub(super) async fn read<T, F>(self: &Arc<Self>, what: &'static str, f: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Run<T> + Send + 'static,
    {
        let pool = Arc::clone(self);
        let _permit = self.permits.acquire().await;
        let outcome = tokio::task::spawn_blocking(move || {
            let conn = pool.take()?;
            let answer = snapshot(&conn, f);
            pool.give_back(conn);
            answer
        })
        .await;
        match outcome {
            Ok(answer) => answer.map_err(|fault| fault.told(what)),
            Err(e) => Err(StoreError::Other { what: what.into(), why: e.to_string() }),
        }
    }

    /// Runs `f` on a connection of its own that may write, outside any transaction, on a thread that may block.
    pub(super) async fn apart<T, F>(&self, what: &'static str, f: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Run<T> + Send + 'static,
    {
        let path = self.path.clone();
        match tokio::task::spawn_blocking(move || schema::apart(&path).and_then(|conn| f(&conn))).await {
            Ok(answer) => answer.map_err(|fault| fault.told(what)),
            Err(e) => Err(StoreError::Other { what: what.into(), why: e.to_string() }),
        }
    }

    fn take(&self) -> Run<Connection> {
        let free = self.free.lock().unwrap_or_else(PoisonError::into_inner).pop();
        match free {
            Some(conn) => Ok(conn),
            None => schema::reader(&self.path),
        }
    }

    fn give_back(&self, conn: Connection) {
        // A connection that is still inside a transaction would hold its snapshot, and the log behind it, for good.
        if conn.is_autocommit() {
            self.free.lock().unwrap_or_else(PoisonError::into_inner).push(conn);
        }
    }
}

/// One read transaction: all statements of `f` see the same state.
fn snapshot<T>(conn: &Connection, f: impl FnOnce(&Connection) -> Run<T>) -> Run<T> {
    conn.prepare_cached("BEGIN")?.execute([])?;
    let answer = f(conn);
    conn.prepare_cached("ROLLBACK")?.execute([])?;
    answer
}
