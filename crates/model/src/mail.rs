//! What a mail holds beside its text.

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use crate::{Signs, meeting::sorted};

/// Somebody whom a mail names.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct MailAddress {
    /// The display name; empty if there is none. Whoever sent the mail chose it: it proves nothing.
    #[serde(rename = "n", skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// The address (addr-spec) in lower case, its domain in A-labels.
    #[serde(rename = "a")]
    pub email: String,
}

/// A file in a mail, by its description only.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct MailFile {
    /// Its name without path and control characters; empty if it has none.
    pub name: String,
    /// Its media type in lower case: `application/pdf`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Bytes, decoded.
    pub size: u64,
    /// SHA-256 of the decoded bytes, in lower-case hex.
    pub sha256: String,
    /// It is shown inside the text (an image of a signature).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub inline: bool,
}

/// Why a mail is no part of a conversation between people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Noise {
    /// Sent to many: a newsletter, a mailing.
    Newsletter,
    /// An automatic reply: out of office, "we have received your request".
    AutoReply,
    /// A report that a mail was not (or late, or) delivered or read.
    Bounce,
    /// Written by a program: receipts, alerts, reminders.
    Notification,
    /// The answer to an invitation.
    CalendarReply,
}

/// An invitation, its change, its cancelling, or an answer to it (RFC 5546).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Invitation {
    /// `REQUEST`, `CANCEL`, `REPLY`, `PUBLISH`, ...; upper case.
    pub method: String,
    /// The event's UID, as it stands.
    pub uid: String,
    /// Which occurrence of a series is meant; `None` for the series or a single event.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub occurrence: Option<Timestamp>,
    /// Its revision.
    pub sequence: u32,
    /// Its title.
    pub title: String,
    /// Where it is; empty if it does not say.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub location: String,
    /// Its start; of a whole day, its midnight in the zone that it names, else in UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start: Option<Timestamp>,
    /// Its end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end: Option<Timestamp>,
    /// It takes whole days.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub all_day: bool,
    /// It is repeated.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub recurring: bool,
    /// Who called it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organiser: Option<MailAddress>,
    /// Who was asked, each with the answer so far: `needs-action`, `accepted`, `declined`, `tentative`; lower case.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub attendees: Vec<(MailAddress, String)>,
}

/// A mail.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Mail {
    /// The subject on one line; empty if it has none.
    pub subject: String,
    /// Who wrote it: the first of `From` (behind a mailing list that rewrites it, whoever really wrote).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<MailAddress>,
    /// Where answers are to go, if elsewhere.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reply_to: Vec<MailAddress>,
    /// To whom.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub to: Vec<MailAddress>,
    /// To whom as a copy.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cc: Vec<MailAddress>,
    /// To whom in secret; only in mails that we sent.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub bcc: Vec<MailAddress>,
    /// The instant that its `Date` says, if it can be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sent: Option<Timestamp>,
    /// Its `Message-ID` without brackets; empty if it has none.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub message_id: String,
    /// Message ids of its ancestors, without brackets, oldest first: `References`, then what `In-Reply-To` adds. Each once, not its own.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub references: Vec<String>,
    /// The vendor's id of its thread (Gmail: hexadecimal); empty where there is none.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub vendor_thread: String,
    /// Labels and folders, sorted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<String>,
    /// Its whole text as people read it, quoted history and signature included; quotes have `> ` before each line. The record's own text is
    /// what is new in it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub body: String,
    /// Its files.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<MailFile>,
    /// Why it is no part of a conversation between people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub noise: Option<Noise>,
    /// Until when its author is away, as an automatic reply says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub absent_until: Option<Date>,
    /// Invitations in it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub invitations: Vec<Invitation>,
    /// Only its header was read or kept: it concerns no customer.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub header_only: bool,
    /// The server that received it for us says that the sender's domain did not send it (DMARC failed).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub suspect: bool,
}

impl Mail {
    /// Everybody whom its header names as author or recipient, in that order, each address once.
    pub fn people(&self) -> Vec<&MailAddress> {
        let all = self.from.iter().chain(&self.reply_to).chain(&self.to).chain(&self.cc).chain(&self.bcc);
        let mut seen = std::collections::BTreeSet::new();
        all.filter(|a| !a.email.is_empty() && seen.insert(a.email.as_str())).collect()
    }

    /// What tells whose it is. An author who may be somebody else is no sign.
    pub fn signs(&self) -> Signs {
        // A customer's name in a newsletter's subject is no reason to ask anybody.
        let addresses = self.people().into_iter().filter(|a| !self.suspect || self.from.as_ref() != Some(a));
        let title = Some(&self.subject).filter(|s| !s.is_empty() && self.noise.is_none());
        Signs {
            titles: title.into_iter().cloned().collect(),
            addresses: sorted(addresses.map(|a| a.email.clone()).collect()),
            ..Signs::default()
        }
    }
}
