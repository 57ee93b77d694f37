//! Connections that are open already: logging in costs some exchanges, and services count logins.

use std::{
    collections::BTreeMap,
    sync::{Arc, LazyLock, Mutex, PoisonError},
};

use jiff::{SignedDuration, Timestamp};
use sales_model::ContentHash;
use secrecy::ExposeSecret as _;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::{account, conn::Conn, fault::Fault, login};
use crate::Cx;

/// Connections of an account at once. Gmail allows 15 for all programs together, others fewer.
const MOST: usize = 4;
/// A connection that nobody used for so long is not trusted to be there still.
const IDLE: SignedDuration = SignedDuration::from_mins(5);

/// An account as somebody uses it: its name, a fingerprint of its credential, and the runtime that its sockets belong to.
type Key = (String, [u8; 16], String);

static POOLS: LazyLock<Mutex<BTreeMap<Key, Arc<Pool>>>> = LazyLock::new(Mutex::default);

struct Pool {
    permits: Arc<Semaphore>,
    idle: Mutex<Vec<(Conn, Timestamp)>>,
}

/// A connection, for the time of one step.
pub(crate) struct Lease {
    conn: Option<Conn>,
    pool: Arc<Pool>,
    _permit: OwnedSemaphorePermit,
}

fn pool(cx: &Cx) -> Arc<Pool> {
    let mut all = String::new();
    for (name, secret) in &cx.credentials.secrets {
        all.push_str(name);
        all.push('=');
        all.push_str(secret.expose_secret());
        all.push('\0');
    }
    let runtime = tokio::runtime::Handle::current().id().to_string();
    let key = (cx.account.to_string(), ContentHash::of(all.as_bytes()).0, runtime);
    let mut pools = POOLS.lock().unwrap_or_else(PoisonError::into_inner);
    let new = || Arc::new(Pool { permits: Arc::new(Semaphore::new(MOST)), idle: Mutex::default() });
    pools.entry(key).or_insert_with(new).clone()
}

/// A connection, one with that mailbox open if there is one. Waits while all are in use.
pub(crate) async fn take(cx: &Cx, mailbox: Option<&[u8]>, fresh: bool) -> Result<Lease, Fault> {
    let account = account::read(&cx.credentials)?;
    let pool = pool(cx);
    let Ok(permit) = pool.permits.clone().acquire_owned().await else { return Err(Fault::Protocol("no connections are made any more")) };
    let now = cx.timer.now();
    let found = {
        let mut idle = pool.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if fresh {
            idle.clear();
        }
        idle.retain(|(_, at)| now.duration_since(*at) < IDLE);
        let open = |c: &Conn| c.selected.as_ref().is_some_and(|s| Some(s.name.as_slice()) == mailbox);
        let at = idle.iter().position(|(c, _)| open(c)).or(idle.len().checked_sub(1));
        at.map(|at| idle.swap_remove(at).0)
    };
    let conn = match found {
        Some(conn) => conn,
        None => Box::pin(login::open(cx, &account)).await?,
    };
    Ok(Lease { conn: Some(conn), pool, _permit: permit })
}

impl Lease {
    /// The connection.
    pub(crate) fn conn(&mut self) -> Result<&mut Conn, Fault> {
        self.conn.as_mut().ok_or(Fault::Protocol("the connection was given back"))
    }

    /// Gives it back, to be used again. One that is dropped instead is closed.
    pub(crate) fn keep(mut self, cx: &Cx) {
        if let Some(conn) = self.conn.take() {
            let mut idle = self.pool.idle.lock().unwrap_or_else(PoisonError::into_inner);
            idle.push((conn, cx.timer.now()));
        }
    }
}
