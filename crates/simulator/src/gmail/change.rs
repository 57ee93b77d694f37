use std::collections::BTreeSet;

use jiff::Timestamp;

use super::{
    GmailError, GmailWorld, HistoryKind,
    history::next_id,
    label::{Kind, Label},
    mail::{from_hex, hex},
};

/// What can happen to a mailbox.
impl GmailWorld {
    /// Gives a message labels and takes others away, by their ids. What changes nothing stands in no history.
    ///
    /// # Errors
    /// There is no such message or label.
    pub fn modify(&mut self, id: &str, add: &[&str], remove: &[&str], now: Timestamp) -> Result<(), GmailError> {
        let (add, remove) = (self.known(add)?, self.known(remove)?);
        let mail = from_hex(id).and_then(|id| self.mails.get_mut(&id)).ok_or_else(|| GmailError::Message(id.to_owned()))?;
        let added: BTreeSet<String> = add.difference(&mail.labels).cloned().collect();
        let removed: BTreeSet<String> = remove.intersection(&mail.labels).filter(|l| !add.contains(*l)).cloned().collect();
        if added.is_empty() && removed.is_empty() {
            return Ok(());
        }
        mail.labels.retain(|l| !removed.contains(l));
        mail.labels.extend(added.iter().cloned());
        let (whose, labels) = ((mail.id, mail.thread), mail.labels.clone());
        self.note(HistoryKind::Labels, whose, (added, removed), labels, now);
        Ok(())
    }

    /// Puts a message into the bin: it stays, but lists leave it out.
    ///
    /// # Errors
    /// There is no such message.
    pub fn trash(&mut self, id: &str, now: Timestamp) -> Result<(), GmailError> {
        self.modify(id, &["TRASH"], &["INBOX", "SPAM"], now)
    }

    /// Takes a message out of the bin, back into the inbox.
    ///
    /// # Errors
    /// There is no such message.
    pub fn untrash(&mut self, id: &str, now: Timestamp) -> Result<(), GmailError> {
        self.modify(id, &["INBOX"], &["TRASH"], now)
    }

    /// Deletes a message for good.
    ///
    /// # Errors
    /// There is no such message.
    pub fn delete(&mut self, id: &str, now: Timestamp) -> Result<(), GmailError> {
        let mail = from_hex(id).and_then(|id| self.mails.remove(&id)).ok_or_else(|| GmailError::Message(id.to_owned()))?;
        self.order.remove(&mail.place());
        if let Some(thread) = self.threads.get_mut(&mail.thread) {
            thread.remove(&mail.place());
            if thread.is_empty() {
                self.threads.remove(&mail.thread);
            }
        }
        self.drafts.retain(|_, message| *message != mail.id);
        self.note(HistoryKind::MessageDeleted, (mail.id, mail.thread), (BTreeSet::new(), BTreeSet::new()), mail.labels, now);
        Ok(())
    }

    /// Deletes all messages of a thread for good.
    ///
    /// # Errors
    /// There is no such thread.
    pub fn delete_thread(&mut self, id: &str, now: Timestamp) -> Result<(), GmailError> {
        let ids = self.in_thread(id)?;
        ids.iter().try_for_each(|id| self.delete(id, now))
    }

    /// Ids of a thread's messages, oldest first.
    ///
    /// # Errors
    /// There is no such thread.
    pub fn in_thread(&self, id: &str) -> Result<Vec<String>, GmailError> {
        let thread = from_hex(id).and_then(|id| self.threads.get(&id)).ok_or_else(|| GmailError::Thread(id.to_owned()))?;
        Ok(thread.iter().map(|(_, id)| hex(*id)).collect())
    }

    /// Makes a label of this name; the id of it, or of the one that bears the name already.
    pub fn create_label(&mut self, name: &str) -> String {
        if let Some(label) = self.labels.iter().find(|l| l.name.to_lowercase() == name.to_lowercase()) {
            return label.id.clone();
        }
        let highest = self.labels.iter().filter_map(|l| l.id.strip_prefix("Label_")?.parse::<u64>().ok()).max().unwrap_or(0);
        let id = format!("Label_{}", highest + 1);
        self.labels.push(Label { id: id.clone(), name: name.to_owned(), kind: Kind::User });
        id
    }

    /// Gives a label, by its id, another name. The history does not tell.
    ///
    /// # Errors
    /// There is no such label.
    pub fn rename_label(&mut self, id: &str, name: &str) -> Result<(), GmailError> {
        let label = self.labels.iter_mut().find(|l| l.id == id && l.kind == Kind::User);
        label.map(|l| l.name = name.to_owned()).ok_or_else(|| GmailError::Label(id.to_owned()))
    }

    /// Deletes a label, by its id: all messages lose it.
    ///
    /// # Errors
    /// There is no such label, or it is not the user's.
    pub fn delete_label(&mut self, id: &str, now: Timestamp) -> Result<(), GmailError> {
        if !self.labels.iter().any(|l| l.id == id && l.kind == Kind::User) {
            return Err(GmailError::Label(id.to_owned()));
        }
        let bearers: Vec<String> = self.mails.values().filter(|m| m.has(id)).map(|m| hex(m.id)).collect();
        bearers.iter().try_for_each(|m| self.modify(m, &[], &[id], now))?;
        self.labels.retain(|l| l.id != id);
        Ok(())
    }

    /// No id of the history given so far is found any more: as when a week has passed, or "a few hours" on a bad day.
    pub fn expire_history(&mut self) {
        self.history = next_id(self.history);
        self.floor = self.history;
    }

    /// All page tokens given so far become invalid.
    pub fn expire_cursors(&mut self) {
        self.epoch += 1;
    }

    /// Whether a history may start there: not earlier than is kept, nor later than now.
    pub(crate) fn starts(&self, from: u64, now: Timestamp) -> bool {
        let kept = now.as_second().saturating_sub(self.manner.history_seconds);
        let old = self.changes.partition_point(|c| c.at.as_second() < kept);
        let floor = old.checked_sub(1).and_then(|i| self.changes.get(i)).map_or(self.floor, |c| c.id.max(self.floor));
        (floor..=self.history).contains(&from)
    }
}
