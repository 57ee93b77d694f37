/// What a query demands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Query {
    All(Vec<Query>),
    Any(Vec<Query>),
    Not(Box<Query>),
    Term(Term),
}

/// Where words are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Field {
    From,
    To,
    Cc,
    Bcc,
    DeliveredTo,
    Subject,
    List,
    File,
    /// Everywhere: addresses, subject, text, names of files.
    Anything,
}

/// One thing that a message is or is not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Term {
    /// These words, one after the other.
    Words(Field, Vec<String>),
    /// The mailbox's own address there.
    Me(Field),
    /// Came in later than this second.
    After(i64),
    /// Came in before this second.
    Before(i64),
    /// Not older than so long.
    NewerThan(Age),
    OlderThan(Age),
    /// A place: `inbox`, `anywhere`, a label's name.
    In(String),
    Label(String),
    Category(String),
    /// `unread`, `read`, `starred`, `important`.
    Is(String),
    HasAttachment,
    /// Has labels of the user's.
    HasUserLabels(bool),
    MessageId(String),
    /// Bytes.
    Larger(u64),
    Smaller(u64),
    /// A value that its operator can't take: nothing fits.
    Nothing,
}

/// A time counted back from now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Age {
    pub(crate) count: i64,
    pub(crate) unit: Unit,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    Hour,
    Day,
    Month,
    Year,
}

impl Query {
    /// Whether it names a place that lists leave out otherwise.
    pub(crate) fn looks_away(&self) -> bool {
        match self {
            Query::All(all) | Query::Any(all) => all.iter().any(Query::looks_away),
            // "Not in the bin" does not ask for the bin.
            Query::Not(_) => false,
            Query::Term(Term::In(place) | Term::Label(place)) => ["spam", "trash", "anywhere"].contains(&place.as_str()),
            Query::Term(_) => false,
        }
    }
}
