//! Batches, made on a thread of its own: a file in a zip can only be unpacked from its beginning, and the one who asks for batches comes and
//! goes. It is at most one batch ahead.

use std::{
    sync::{
        Arc,
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    thread::{self, JoinHandle},
};

use sales_model::{AccountKey, RawItem, Route};

use super::{
    HEADER, MESSAGE,
    left_out::LeftOut,
    tally::Tally,
    walk::{Event, Found, Input, Walk},
};
use crate::{ImportBatch, ItemFailure};

/// Items of one batch.
const ITEMS: usize = 1_000;
/// Bytes of one batch, but for its last item.
const BYTES: usize = 8 << 20;

/// What is the same for all items.
#[derive(Debug, Clone)]
pub(super) struct Origin {
    pub(super) account: AccountKey,
    pub(super) place: Arc<str>,
    pub(super) fetched_at: jiff::Timestamp,
}

impl Origin {
    fn item(&self, found: Found) -> RawItem {
        RawItem {
            account: self.account.clone(),
            kind: if found.cut { HEADER } else { MESSAGE },
            place: Some(self.place.clone()),
            at: found.at,
            body: found.body,
            fetched_at: self.fetched_at,
            route: Route::Import,
            partial: found.cut,
        }
    }
}

/// Gives batches. The thread ends with it.
pub(super) struct Reader {
    batches: Receiver<(ImportBatch, Tally)>,
    thread: Option<JoinHandle<()>>,
}

impl Reader {
    pub(super) fn start(mut input: Input, name: String, origin: Origin, limit: u64, left_out: Arc<LeftOut>) -> std::io::Result<Reader> {
        let (to, batches) = sync_channel(1);
        let work = move || {
            let mut out = Out { to, origin, batch: ImportBatch::default(), tally: Tally::default(), bytes: 0 };
            if (Walk { limit, left_out: &left_out, each: &mut |event| out.take(event) }).all(&name, &mut input) {
                out.flush();
            }
        };
        let thread = thread::Builder::new().name("mail".into()).spawn(work)?;
        Ok(Reader { batches, thread: Some(thread) })
    }

    pub(super) fn next(&mut self) -> Option<(ImportBatch, Tally)> {
        if let Ok(batch) = self.batches.recv() {
            return Some(batch);
        }
        let broken = self.thread.take().is_some_and(|thread| thread.join().is_err());
        let failures = vec![ItemFailure::new("the mail", "its reader ended too early")];
        broken.then(|| (ImportBatch { failures, ..ImportBatch::default() }, Tally::default()))
    }
}

struct Out {
    to: SyncSender<(ImportBatch, Tally)>,
    origin: Origin,
    batch: ImportBatch,
    tally: Tally,
    bytes: usize,
}

impl Out {
    fn take(&mut self, event: Event) -> bool {
        self.tally.add(&event);
        match event {
            Event::Message(found) => {
                self.bytes += found.body.len();
                self.batch.items.push(self.origin.item(found));
            }
            Event::Failure(failure) => self.batch.failures.push(failure),
            Event::Left(_) | Event::Note(_) => {}
        }
        let full = self.batch.items.len() >= ITEMS || self.batch.failures.len() >= ITEMS || self.bytes >= BYTES;
        !full || self.flush()
    }

    fn flush(&mut self) -> bool {
        self.bytes = 0;
        let (batch, tally) = (std::mem::take(&mut self.batch), std::mem::take(&mut self.tally));
        (batch.items.is_empty() && batch.failures.is_empty() && tally == Tally::default()) || self.to.send((batch, tally)).is_ok()
    }
}
