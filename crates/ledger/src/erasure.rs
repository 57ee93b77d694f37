//! What is asked of a ledger when something has to be forgotten, and what keeps it from coming back.

use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    fmt,
    sync::Arc,
};

use jiff::Timestamp;
use sales_model::{CustomerId, Person, Record, RecordId};
use sha2::{Digest, Sha256};

/// What a suppression is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// A customer, by id, name or alias: what it was is found again by it.
    Customer,
    /// A record, by its id.
    Record,
    /// A conversation, by the id of its first record: nothing that is added to it is stored.
    Conversation,
    /// A place, by its key: nothing that stands in it is stored.
    Place,
    /// A person, by key: nothing is kept about them, but what they write elsewhere is.
    Person,
    /// A person, by key, of whose records none is stored, and who is masked in those of others.
    Author,
    /// A mail address of somebody who may be named only in what belongs to another customer.
    Address,
    /// A mail domain of such people.
    Domain,
    /// A mail address that is masked wherever it stands, and of whose owner no record is stored.
    Masked,
    /// A name that is masked wherever it stands, in words of small letters with one blank between.
    Name,
}

impl Subject {
    /// Its word in hashes: never to be changed.
    fn word(self) -> &'static str {
        match self {
            Subject::Customer => "customer",
            Subject::Record => "record",
            Subject::Conversation => "conversation",
            Subject::Place => "place",
            Subject::Person => "person",
            Subject::Author => "author",
            Subject::Address => "address",
            Subject::Domain => "domain",
            Subject::Masked => "masked",
            Subject::Name => "name",
        }
    }

    /// Whether people write it in large and small letters alike.
    fn folds(self) -> bool {
        matches!(self, Subject::Customer | Subject::Address | Subject::Domain | Subject::Masked | Subject::Name)
    }
}

/// What must not come back, without a word of it: hashes with a key that this ledger drew for itself.
#[derive(Clone, Default)]
pub struct Suppressions {
    key: [u8; 32],
    hashes: HashSet<[u8; 16]>,
    /// Erasures whose bytes are not rewritten yet, by their subjects.
    open: HashSet<[u8; 16]>,
    /// Most words of a masked name.
    words: usize,
}

impl fmt::Debug for Suppressions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Suppressions").field("hashes", &self.hashes.len()).finish_non_exhaustive()
    }
}

impl Suppressions {
    /// The hashes of a ledger with its key; `words`: most words of a masked name.
    pub fn new(key: [u8; 32], hashes: HashSet<[u8; 16]>, open: HashSet<[u8; 16]>, words: usize) -> Self {
        Suppressions { key, hashes, open, words }
    }

    /// Nothing is suppressed.
    pub fn is_empty(&self) -> bool {
        self.hashes.is_empty()
    }

    /// The hash of a subject.
    pub fn hash(&self, subject: Subject, text: &str) -> [u8; 16] {
        let mut sha = Sha256::new().chain_update(self.key).chain_update(subject.word()).chain_update([0]);
        if subject.folds() {
            sha.update(text.trim().to_lowercase())
        } else {
            sha.update(text)
        }
        // Once more, so that nobody can go on from a hash.
        let once = sha.finalize();
        let mut out = [0; 16];
        out.copy_from_slice(Sha256::new().chain_update(self.key).chain_update(once).finalize().get(..16).unwrap_or(&[0; 16]));
        out
    }

    /// Whether it is suppressed.
    pub fn has(&self, subject: Subject, text: &str) -> bool {
        !self.hashes.is_empty() && self.hashes.contains(&self.hash(subject, text))
    }

    /// Whether an erasure of it has begun and is not over: its bytes may still stand in the file.
    pub fn is_open(&self, subject: Subject, text: &str) -> bool {
        self.open.contains(&self.hash(subject, text))
    }

    /// Most words of a name that is masked; 0 if none is.
    pub fn longest_name(&self) -> usize {
        self.words
    }
}

/// What becomes of a record when a person is forgotten.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It says nothing of them.
    Keep,
    /// It named them, and does no more.
    Masked,
    /// It is theirs.
    Erase,
}

/// Looks at what is stored for somebody who has to be forgotten. The ledger asks it inside one transaction, for every record.
pub trait Mask: Send + Sync {
    /// Takes the person out of a record.
    fn record(&self, record: &mut Record) -> Verdict;
    /// What the transcript of a conversation calls the person, by a record that tells who took part.
    fn voices(&self, record: &Record) -> Vec<String>;
    /// Takes out of a transcript what these speakers said; whether it was any of it.
    fn silence(&self, record: &mut Record, speakers: &BTreeSet<String>) -> bool;
    /// Takes the person out of a text; `None` if they are not in it.
    fn text(&self, text: &str) -> Option<String>;
    /// What full-text search finds a masked record by.
    fn search(&self, record: &Record) -> String;
}

/// What has to be forgotten.
#[derive(Clone, Default)]
pub struct Erasure {
    /// When.
    pub at: Timestamp,
    /// By what this erasure is known: the customer's id and names, or the person's addresses.
    pub subjects: Vec<(Subject, String)>,
    /// The customer of whom nothing that was derived stays.
    pub customer: Option<CustomerId>,
    /// Places that go with all that stands in them.
    pub places: Vec<String>,
    /// Conversations that go: (place, name).
    pub conversations: Vec<(String, String)>,
    /// Single records that go, out of conversations that stay.
    pub records: Vec<RecordId>,
    /// Conversations that stay: (place, name). What deleted records in them said goes all the same.
    pub shared: Vec<(String, String)>,
    /// People who go unless other records name them.
    pub people: BTreeSet<String>,
    /// People who go too if what is erased named them, and nothing else does.
    pub outsiders: BTreeSet<String>,
    /// Looks at every record, if single ones go or are masked. People whom it knows go in any case.
    pub mask: Option<Arc<dyn Mask>>,
    /// What says one of these words in audit details, results of jobs, reasons and notes goes too. Small letters.
    pub words: BTreeSet<String>,
    /// What else must not come back.
    pub suppress: Vec<(Subject, String)>,
    /// What is too old goes, and nothing is kept away because of it: age does that.
    pub expiry: Option<Expiry>,
    /// Nothing is written; what would be is counted.
    pub dry_run: bool,
}

/// What is too old.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Expiry {
    /// Records of places whose keys are this, or begin with it and a colon, that were said before then.
    pub before: Vec<(String, Timestamp)>,
    /// What records said that were found deleted before then.
    pub deleted: Option<Timestamp>,
    /// At most so many records at once, the oldest first.
    pub most: usize,
}

impl fmt::Debug for Erasure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // What is to be forgotten is not written to logs either.
        f.debug_struct("Erasure").field("dry_run", &self.dry_run).finish_non_exhaustive()
    }
}

/// What fell.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Erased {
    /// How many of what: `records`, `raw items`.
    pub counts: BTreeMap<&'static str, u64>,
    /// People of whom nothing is kept any more.
    pub people: Vec<Person>,
}

impl Erased {
    /// Adds to a count.
    pub fn add(&mut self, what: &'static str, n: u64) {
        if n > 0 {
            *self.counts.entry(what).or_default() += n;
        }
    }
}
