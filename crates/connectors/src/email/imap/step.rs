//! One bounded step of a folder.

use sales_model::{RawItem, StreamKey};

use super::{
    choose::Folder,
    compare,
    conn::Conn,
    fault::Fault,
    load,
    state::State,
    take::{self, How},
    uids::UidSet,
};
use crate::{Batch, Cx, FetchRequest, Held, ItemFailure, Mode};

/// Everything that a step works with.
pub(crate) struct Step<'a> {
    pub(crate) cx: &'a Cx,
    pub(crate) conn: &'a mut Conn,
    pub(crate) folder: &'a Folder,
    pub(crate) request: &'a FetchRequest<'a>,
    pub(crate) state: State,
    pub(crate) items: Vec<RawItem>,
    pub(crate) held: Vec<Held>,
    pub(crate) dropped: UidSet,
    pub(crate) failures: Vec<ItemFailure>,
    /// The connection broke after something came: that is kept, the rest is for another connection.
    pub(crate) broken: bool,
}

impl Step<'_> {
    /// Does the next thing there is to do.
    pub(crate) async fn run(&mut self) -> Result<(), Fault> {
        if self.state.run != Some(self.request.plan.now) {
            return compare::changes(self).await;
        }
        self.open().await?;
        if !self.state.relabel.is_empty() {
            return compare::relabel(self).await;
        }
        if !self.state.new.is_empty() {
            let queue = self.state.new.clone();
            let taken = take::take(self, &queue, How::All).await?;
            self.state.new = queue.minus(&taken.done);
            return Ok(());
        }
        if !self.state.lack.is_empty() {
            let queue = self.state.lack.clone();
            let taken = take::take(self, &queue, How::Whole).await?;
            self.state.lack = queue.minus(&taken.done);
            return Ok(());
        }
        if self.state.load.is_some() {
            return load::step(self).await;
        }
        if let Some(uid) = self.state.retry.first() {
            let one = UidSet::range(uid, uid);
            take::take(self, &one, How::Named).await?;
            self.state.bad = self.state.bad.minus(&one);
            self.state.retry = self.state.retry.minus(&one);
        }
        Ok(())
    }

    /// Opens the folder, unless it is open. Its UIDVALIDITY has to be the one that the stream is of.
    async fn open(&mut self) -> Result<(), Fault> {
        let open = self.conn.selected.as_ref().is_some_and(|s| s.name == self.folder.wire() && s.validity == self.folder.validity);
        if !open {
            let selected = self.conn.examine(self.folder.wire(), None, &mut |_| ()).await?;
            self.check(selected.validity)?;
        }
        Ok(())
    }

    pub(crate) fn check(&self, validity: u32) -> Result<(), Fault> {
        if validity == self.folder.validity {
            return Ok(());
        }
        Err(Fault::Told(crate::ConnectorError {
            what: format!("folder {}", self.folder.name),
            why: "the server made it anew while it was read (its UIDVALIDITY changed)".into(),
            hint: "run the command again: it is read as it is now".into(),
            retry: crate::Retry::After(jiff::SignedDuration::from_mins(1)),
            auth: false,
        }))
    }

    /// Everything is read again, whatever the ledger holds.
    pub(crate) fn again(&self) -> bool {
        self.request.plan.mode == Mode::Full || self.state.load.as_ref().is_some_and(|l| l.again)
    }

    /// What came of it.
    pub(crate) fn batch(self, key: &StreamKey) -> Batch {
        let more = self.state.has_work();
        let mut batch = Batch::empty(self.state.checkpoint(), more);
        if !more && self.state.is_loaded() {
            batch.retired = replaced(key, self.folder, self.request.known.checkpoints.iter());
        }
        if !more {
            batch.read.push(self.request.read_since_last_run());
        }
        batch.items = self.items;
        batch.held = self.held;
        batch.failures = self.failures;
        batch.dropped = self.dropped.iter().map(|uid| uid.to_string()).collect();
        batch
    }
}

/// Partitions of the same folder under another UIDVALIDITY.
pub(crate) fn replaced<'k>(
    key: &StreamKey,
    folder: &Folder,
    checkpoints: impl Iterator<Item = (&'k StreamKey, &'k sales_model::Checkpoint)>,
) -> Vec<String> {
    let older = checkpoints.filter(|(k, _)| k.account == key.account && k.stream == key.stream && k.partition != key.partition);
    let same = older.filter(|(k, _)| super::choose::parts(&k.partition).is_some_and(|(_, name)| name == folder.name));
    same.filter(|(_, c)| !State::read(Some(c)).gone).map(|(k, _)| k.partition.clone()).collect()
}
