use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    sync::{Arc, PoisonError, RwLock},
};

use bytes::Bytes;
use jiff::Timestamp;

use super::{
    HistoryKind, HistoryRecord, Object,
    ask::{Found, Searched},
    heads::Heads,
    history::next_id,
    label::{Label, SYSTEM},
    mail::{Mail, Source, from_hex, hex},
    settings::Manner,
};
use crate::google::Google;

/// Where the history of a new mailbox begins: soon its ids get one digit more, so that they don't sort as texts.
const FIRST_HISTORY: u64 = 999_700;

/// Everything one simulated mailbox knows, and what Google has authorised for it. Tests change it through [`GmailHandle`], scenarios by
/// events.
#[derive(Clone)]
pub struct GmailWorld {
    pub(crate) mailbox: String,
    pub(crate) labels: Vec<Label>,
    pub(crate) mails: BTreeMap<u64, Mail>,
    /// Times and ids.
    pub(crate) order: BTreeSet<(i64, u64)>,
    pub(crate) threads: BTreeMap<u64, BTreeSet<(i64, u64)>>,
    pub(crate) drafts: BTreeMap<String, u64>,
    pub(crate) changes: Vec<HistoryRecord>,
    pub(crate) history: u64,
    /// Histories that start earlier are not found.
    pub(crate) floor: u64,
    pub(crate) epoch: u64,
    pub(crate) made: u64,
    pub(crate) manner: Manner,
    pub(crate) google: Google,
    /// The last search, and what it found: times and ids.
    pub(crate) searched: Option<(Searched, Found)>,
}

impl Default for GmailWorld {
    fn default() -> Self {
        GmailWorld {
            mailbox: "me@mail.example".into(),
            labels: SYSTEM.iter().map(|id| Label::system(id)).collect(),
            mails: BTreeMap::new(),
            order: BTreeSet::new(),
            threads: BTreeMap::new(),
            drafts: BTreeMap::new(),
            changes: Vec::new(),
            history: FIRST_HISTORY,
            floor: FIRST_HISTORY,
            epoch: 0,
            made: 0,
            manner: Manner::default(),
            google: Google::default(),
            searched: None,
        }
    }
}

/// Counts only: the world holds tokens.
impl fmt::Debug for GmailWorld {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GmailWorld")
            .field("mailbox", &self.mailbox)
            .field("messages", &self.mails.len())
            .field("history", &self.history)
            .finish_non_exhaustive()
    }
}

/// Why the world can't be changed like that.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GmailError {
    /// No such message.
    #[error("there is no message `{0}`")]
    Message(String),
    /// No such thread.
    #[error("there is no thread `{0}`")]
    Thread(String),
    /// No such label.
    #[error("there is no label `{0}`")]
    Label(String),
    /// Not of the form it must have.
    #[error("{0}")]
    Shape(String),
}

/// A shared world: the server reads it, tests and scenarios change it.
#[derive(Debug, Clone)]
pub struct GmailHandle(Arc<RwLock<GmailWorld>>);

impl GmailHandle {
    /// Looks at the world.
    pub fn read<T>(&self, look: impl FnOnce(&GmailWorld) -> T) -> T {
        look(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Changes the world; requests see all of the change or nothing.
    pub fn write<T>(&self, change: impl FnOnce(&mut GmailWorld) -> T) -> T {
        change(&mut self.0.write().unwrap_or_else(PoisonError::into_inner))
    }
}

impl GmailWorld {
    /// A mailbox of this address, with the labels that all have.
    pub fn new(mailbox: &str) -> Self {
        GmailWorld { mailbox: mailbox.to_lowercase(), ..GmailWorld::default() }
    }

    /// The world behind a handle.
    pub fn into_handle(self) -> GmailHandle {
        GmailHandle(Arc::new(RwLock::new(self)))
    }

    /// The mailbox's address.
    pub fn mailbox(&self) -> &str {
        &self.mailbox
    }

    /// What Google has authorised.
    pub fn google(&self) -> &Google {
        &self.google
    }

    /// The same, to change it.
    pub fn google_mut(&mut self) -> &mut Google {
        &mut self.google
    }

    /// The present id of the history.
    pub fn history_id(&self) -> u64 {
        self.history
    }

    /// Everything that happened, oldest first, also what is too old to be asked for.
    pub fn changes(&self) -> &[HistoryRecord] {
        &self.changes
    }

    /// Ids of all messages, oldest first.
    pub fn messages(&self) -> Vec<String> {
        self.order.iter().map(|(_, id)| hex(*id)).collect()
    }

    /// A message's bytes.
    pub fn raw(&self, id: &str) -> Option<Bytes> {
        self.find(id).map(Mail::raw)
    }

    /// A message's labels.
    pub fn labels_of(&self, id: &str) -> Option<Vec<String>> {
        self.find(id).map(|m| m.labels.iter().cloned().collect())
    }

    /// A message's thread.
    pub fn thread_of(&self, id: &str) -> Option<String> {
        self.find(id).map(|m| hex(m.thread))
    }

    /// When the newest message came in.
    pub fn newest(&self) -> Option<Timestamp> {
        self.order.last().and_then(|(at, _)| Timestamp::from_millisecond(*at).ok())
    }

    pub(crate) fn find(&self, id: &str) -> Option<&Mail> {
        from_hex(id).and_then(|id| self.mails.get(&id))
    }

    pub(crate) fn label(&self, id: &str) -> Option<&Label> {
        self.labels.iter().find(|l| l.id == id)
    }

    /// An id that no message has yet.
    pub(crate) fn fresh(&mut self, at: i64) -> u64 {
        self.made += 1;
        // As Gmail's, they begin with the time.
        let mut id = ((u64::try_from(at.max(0)).unwrap_or(0) << 20) | (self.made % 0xf_ffff)) & 0x7fff_ffff_ffff_ffff;
        while id == 0 || self.mails.contains_key(&id) || self.threads.contains_key(&id) {
            id += 1;
        }
        id
    }

    /// Files a message that is not there yet, and notes it in the history as of `when`.
    pub(crate) fn file(
        &mut self,
        (id, thread): (u64, u64),
        labels: BTreeSet<String>,
        at: i64,
        heads: Heads,
        source: Source,
        when: Timestamp,
    ) {
        let mail = Mail { id, thread, labels: labels.clone(), at, history: 0, heads: Arc::new(heads), source, distorted: Object::new() };
        self.order.insert(mail.place());
        self.threads.entry(thread).or_default().insert(mail.place());
        self.mails.insert(id, mail);
        self.note(HistoryKind::MessageAdded, (id, thread), (BTreeSet::new(), BTreeSet::new()), labels, when);
    }

    /// Adds a message as it came over the wire: `id` and `thread` in hex (made where they are missing; a thread of its own where none is
    /// named), labels by id, `at` the time it came in.
    ///
    /// # Errors
    /// An id is none or is taken, or a label does not exist.
    pub fn add_raw(
        &mut self,
        ids: (Option<&str>, Option<&str>),
        labels: &[&str],
        at: Timestamp,
        raw: impl Into<Bytes>,
        now: Timestamp,
    ) -> Result<String, GmailError> {
        let millis = at.as_millisecond();
        let given = |id: Option<&str>| match id {
            Some(text) => from_hex(text).map(Some).ok_or_else(|| GmailError::Shape(format!("`{text}` is no id: 16 hex digits are one"))),
            None => Ok(None),
        };
        let (id, thread) = (given(ids.0)?, given(ids.1)?);
        let id = match id {
            Some(id) if self.mails.contains_key(&id) => return Err(GmailError::Shape(format!("the message {} is there already", hex(id)))),
            Some(id) => id,
            None => self.fresh(millis),
        };
        let labels = self.known(labels)?;
        let raw: Bytes = raw.into();
        let heads = Heads::read(&raw);
        self.file((id, thread.unwrap_or(id)), labels, millis, heads, Source::Told(raw), now);
        Ok(hex(id))
    }

    /// Labels that exist.
    pub(crate) fn known(&self, labels: &[&str]) -> Result<BTreeSet<String>, GmailError> {
        match labels.iter().find(|l| self.label(l).is_none()) {
            Some(unknown) => Err(GmailError::Label((*unknown).to_owned())),
            None => Ok(labels.iter().map(|l| (*l).to_owned()).collect()),
        }
    }

    /// Notes a change, under the next id.
    pub(crate) fn note(
        &mut self,
        kind: HistoryKind,
        (message, thread): (u64, u64),
        (added, removed): (BTreeSet<String>, BTreeSet<String>),
        labels: BTreeSet<String>,
        at: Timestamp,
    ) {
        self.history = next_id(self.history);
        if let Some(mail) = self.mails.get_mut(&message) {
            mail.history = self.history;
        }
        self.changes.push(HistoryRecord { id: self.history, kind, message, thread, added, removed, labels, at });
    }
}
