//! What servers say.

use bytes::Bytes;

use crate::email::imap::uids::UidSet;

/// A response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Response {
    /// `+`: go on.
    Continue(String),
    /// A command is done.
    Tagged(String, StatusOf),
    /// `* OK`, `* NO`, `* BAD`, `* BYE`, `* PREAUTH`.
    Status(StatusOf),
    /// Capabilities, in upper case.
    Capability(Vec<String>),
    /// What `ENABLE` turned on, in upper case.
    Enabled(Vec<String>),
    /// A mailbox.
    List(Listed),
    /// What `STATUS` asked for: (name of the mailbox on the wire, pairs with names in upper case).
    MailboxStatus(Bytes, Vec<(String, u64)>),
    /// Results of a search.
    Search(UidSet),
    /// How many mails there are.
    Exists(u32),
    /// A mail is gone, by its number.
    Expunge(u32),
    /// Mails that are gone, by UID.
    Vanished {
        /// They were gone before the mailbox was opened.
        earlier: bool,
        /// Which.
        uids: UidSet,
    },
    /// Something of a mail.
    Fetch(Fetched),
    /// Anything else that is well formed.
    Other,
}

/// How something ended, or what the server has to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    Ok,
    No,
    Bad,
    Bye,
    PreAuth,
}

/// A status with its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StatusOf {
    pub(crate) status: Status,
    /// `[UIDNEXT 5]`.
    pub(crate) code: Option<Code>,
    /// For people.
    pub(crate) text: String,
}

impl StatusOf {
    /// Whether it has that code.
    pub(crate) fn is(&self, code: &str) -> bool {
        self.code.as_ref().is_some_and(|c| c.name == code)
    }
}

/// A response code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Code {
    /// In upper case.
    pub(crate) name: String,
    /// What follows the name.
    pub(crate) args: String,
}

/// A mailbox of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Listed {
    /// `\Noselect`, `\All`, as they stand, in lower case.
    pub(crate) attributes: Vec<String>,
    /// Between the levels of names; `None` in a flat namespace.
    pub(crate) separator: Option<char>,
    /// On the wire.
    pub(crate) name: Bytes,
}

/// What a FETCH says of a mail.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Fetched {
    pub(crate) uid: Option<u32>,
    pub(crate) flags: Option<Vec<String>>,
    pub(crate) size: Option<u64>,
    pub(crate) received: Option<String>,
    pub(crate) modseq: Option<u64>,
    /// Gmail's id of the thread.
    pub(crate) thread: Option<u64>,
    /// Gmail's labels.
    pub(crate) labels: Option<Vec<String>>,
    /// (Section in upper case, as in `BODY[section]`, its bytes; `None` for NIL).
    pub(crate) sections: Vec<(String, Option<Bytes>)>,
}

impl Fetched {
    /// The bytes of the whole mail.
    pub(crate) fn whole(&self) -> Option<&Option<Bytes>> {
        self.sections.iter().find(|(s, _)| s.is_empty()).map(|(_, b)| b)
    }

    /// The bytes of a header, whole or some fields of it.
    pub(crate) fn header(&self) -> Option<&Bytes> {
        self.sections.iter().find(|(s, _)| s.starts_with("HEADER")).and_then(|(_, b)| b.as_ref())
    }
}
