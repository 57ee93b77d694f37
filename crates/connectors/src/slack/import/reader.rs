//! Entries one after the other, on a thread of its own: an entry can only be unpacked from its beginning, and the one who asks for batches
//! comes and goes.

use std::{
    io::{Read, Seek},
    sync::{
        Arc,
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    thread::{self, JoinHandle},
};

use super::{
    contents::{Contents, Entry},
    entry::Zip,
};
use crate::{ImportBatch, ItemFailure, slack::page::Origin};

/// Items of one batch.
const ITEMS: usize = 1_000;
/// Bytes of one batch, but for its last item.
const BYTES: usize = 16 << 20;

/// Gives batches, and at most one in advance. The thread ends with it.
pub(super) struct Reader {
    batches: Receiver<ImportBatch>,
    thread: Option<JoinHandle<()>>,
}

impl Reader {
    pub(super) fn start<R: Read + Seek + Send + 'static>(
        mut zip: Zip<R>,
        origin: Origin,
        contents: Arc<Contents>,
    ) -> std::io::Result<Reader> {
        let (to, batches) = sync_channel(1);
        let work = move || {
            let mut out =
                Out { to, origin, batch: ImportBatch { failures: contents.failures.clone(), ..ImportBatch::default() }, bytes: 0 };
            // A batch never spans two entries: places have to be known before messages in them.
            let _ = out.flush() && contents.entries.iter().all(|entry| out.read(&mut zip, &contents, entry));
        };
        let thread = thread::Builder::new().name("export".into()).spawn(work)?;
        Ok(Reader { batches, thread: Some(thread) })
    }

    pub(super) fn next(&mut self) -> Option<ImportBatch> {
        if let Ok(batch) = self.batches.recv() {
            return Some(batch);
        }
        let broken = self.thread.take().is_some_and(|thread| thread.join().is_err());
        broken
            .then(|| ImportBatch { failures: vec![ItemFailure::new("the export", "its reader ended too early")], ..ImportBatch::default() })
    }
}

struct Out {
    to: SyncSender<ImportBatch>,
    origin: Origin,
    batch: ImportBatch,
    bytes: usize,
}

impl Out {
    /// Reads an entry; `false` if nobody wants more.
    fn read<R: Read + Seek>(&mut self, zip: &mut Zip<R>, contents: &Contents, entry: &Entry) -> bool {
        // Read twice: of a list that is torn or damaged further down nothing is taken, and memory holds no whole one.
        if let Err(reason) = zip.elements(entry.index, &mut |_| true) {
            return self.fail(entry, reason);
        }
        let mut wanted = true;
        let read = zip.elements(entry.index, &mut |body| {
            if let Some(body) = contents.element(entry.kind, body) {
                self.bytes += body.len();
                self.batch.items.push(self.origin.item(entry.kind, entry.place.as_ref(), body));
                wanted = (self.batch.items.len() < ITEMS && self.bytes < BYTES) || self.flush();
            }
            wanted
        });
        wanted && self.flush() && read.map_or_else(|reason| self.fail(entry, reason), |_| true)
    }

    fn fail(&mut self, entry: &Entry, reason: String) -> bool {
        self.batch.failures.push(ItemFailure::new(format!("export {}", entry.name), reason));
        self.flush()
    }

    fn flush(&mut self) -> bool {
        self.bytes = 0;
        let batch = std::mem::take(&mut self.batch);
        (batch.items.is_empty() && batch.failures.is_empty()) || self.to.send(batch).is_ok()
    }
}
