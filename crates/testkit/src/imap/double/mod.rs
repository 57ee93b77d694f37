//! A scripted IMAP server: it does what no real one does on demand, and refuses what a client that only reads has no reason to say.
//!
//! Written from RFC 9051 and 3501 (the protocol), 7162 (CONDSTORE, QRESYNC), 4731 (ESEARCH), 6154 (SPECIAL-USE), 5161 (ENABLE), 7888
//! (LITERAL+), 4959 (SASL-IR), 7628 (OAUTHBEARER) and Google's pages on its extensions and XOAUTH2, never from our client.

mod answer;
mod command;
mod fetch;
mod login;
mod manner;
mod search;
mod session;
mod world;

use std::{
    collections::BTreeMap,
    net::{Shutdown, TcpListener, TcpStream},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

pub use self::{
    manner::{Fault, Manner, What},
    world::{Account, Mailbox, Stored},
};

/// What all connections share.
struct Shared {
    account: Mutex<Account>,
    manner: Mutex<Manner>,
    /// Commands as they came, without what a login says.
    log: Mutex<Vec<String>>,
    violations: Mutex<Vec<String>>,
    counts: Mutex<BTreeMap<String, usize>>,
    open: Mutex<Vec<TcpStream>>,
    ends: AtomicBool,
}

/// A running server, on threads of its own; it ends when this is dropped.
pub struct Double {
    port: u16,
    shared: Arc<Shared>,
}

impl Double {
    /// Starts one with a user `alice`.
    pub fn start(account: Account, manner: Manner) -> Double {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let shared = Arc::new(Shared {
            account: Mutex::new(account),
            manner: Mutex::new(manner),
            log: Mutex::default(),
            violations: Mutex::default(),
            counts: Mutex::default(),
            open: Mutex::default(),
            ends: AtomicBool::new(false),
        });
        let all = shared.clone();
        thread::spawn(move || {
            for stream in listener.incoming() {
                if all.ends.load(Ordering::Acquire) {
                    break;
                }
                let Ok(stream) = stream else { continue };
                if let Ok(same) = stream.try_clone() {
                    lock(&all.open).push(same);
                }
                let one = all.clone();
                // A client that hangs up ends its connection, and nothing else.
                thread::spawn(move || _ = session::serve(stream, &one));
            }
        });
        Double { port, shared }
    }

    /// The value of `IMAP_URL`.
    pub fn url(&self) -> String {
        format!("imap://alice@127.0.0.1:{}/", self.port)
    }

    /// The port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The mailboxes, to look at and to change.
    pub fn account(&self) -> MutexGuard<'_, Account> {
        lock(&self.shared.account)
    }

    /// Behaves otherwise from now on. Faults count from now on, too.
    pub fn behave(&self, change: impl FnOnce(&mut Manner)) {
        change(&mut lock(&self.shared.manner));
        lock(&self.shared.counts).clear();
    }

    /// Closes all connections, as a server does that is started again.
    pub fn hang_up(&self) {
        for stream in lock(&self.shared.open).drain(..) {
            _ = stream.shutdown(Shutdown::Both);
        }
    }

    /// Commands so far.
    pub fn log(&self) -> Vec<String> {
        lock(&self.shared.log).clone()
    }

    /// How many commands began like that so far.
    pub fn said(&self, beginning: &str) -> usize {
        lock(&self.shared.log).iter().filter(|c| c.starts_with(beginning)).count()
    }

    /// What no client that keeps to the standards and only reads would have said.
    pub fn violations(&self) -> Vec<String> {
        lock(&self.shared.violations).clone()
    }
}

impl Drop for Double {
    fn drop(&mut self) {
        self.shared.ends.store(true, Ordering::Release);
        _ = TcpStream::connect(("127.0.0.1", self.port));
        self.hang_up();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
