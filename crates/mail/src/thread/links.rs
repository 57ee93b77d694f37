//! The keys by which messages come together.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use sales_model::{Mail, Noise};
use sha2::{Digest, Sha256};

use super::{generic, ids, quoting, subject};

/// As many ancestors are looked at: the first, which names the conversation, and the last, which are near.
const ANCESTORS: usize = 100;
/// Gmail's are 16 hexadecimal digits; longer ones are none.
const THREAD: usize = 64;
/// Between a message and the nearest of the conversation that it joins by its subject.
pub const GAP: SignedDuration = SignedDuration::from_hours(14 * 24);

/// What ties a message to others. Keys are opaque text of at most 220 bytes:
///
/// - `id:<message id>`: the message itself, over whichever route;
/// - `re:<eight hex digits>:<message id>`: an answer below that message with that base subject;
/// - `gmail:<thread>`: what Gmail holds together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Links {
    /// Keys that this message brings: who answers it has one of them.
    pub own: Vec<String>,
    /// Keys of its ancestors. They count as those of `own` do: two answers to a message that is missing are one conversation.
    pub joins: Vec<String>,
    /// The name of the conversation, if it stands alone. Of several that come together the smallest is the name of the whole; no two
    /// conversations have the same. It is that of the first message (its oldest ancestor, present or not) with its base subject, or of Gmail's
    /// thread, so that answers change it only where something was missing.
    pub root: String,
    /// By what it may join a conversation where keys find none. It is there for answers by their subject, and for messages whose ancestors
    /// were set aside.
    pub subject: Option<SubjectKey>,
}

/// How a message joins a conversation by its subject: as the last step, when all that has come is known, and only if none of the messages that it
/// references is there. Then it joins the conversation with the nearest message of the same base subject that [`SubjectKey::fits`]; a
/// conversation that began later joins an earlier one, never the other way round, and only one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SubjectKey {
    /// The base subject for comparing, as [`subject::subject_key`] gives it; never one that many conversations have.
    pub base: String,
    /// Who wrote it and to whom (without copies), sorted; at least two. All of them have to be in the conversation: a rep and a shared mailbox
    /// alone are in the conversations of every customer.
    pub people: Vec<String>,
    /// It names ancestors that may still come.
    pub referenced: bool,
}

impl SubjectKey {
    /// Whether a conversation's message may be the one that it belongs to. `base` is that message's [`subject::subject_key`], `has` tells
    /// whether an address is in the conversation, `gap` the time between the two messages, in either direction.
    pub fn fits(&self, base: &str, mut has: impl FnMut(&str) -> bool, gap: SignedDuration) -> bool {
        self.base == base && gap.abs() <= GAP && self.people.iter().all(|p| has(p))
    }

    /// From when to when a message may stand that a message of this instant joins.
    pub fn window(at: Timestamp) -> (Timestamp, Timestamp) {
        (at.saturating_sub(GAP).unwrap_or(Timestamp::MIN), at.saturating_add(GAP).unwrap_or(Timestamp::MAX))
    }
}

/// A message's links. `native` is its vendor id as `mime::native` gives it.
///
/// What is left out, and why:
///
/// - with a vendor's thread, all ancestors: Gmail has decided, and splits threads where references do not;
/// - ids that do not tell messages apart ([`ids::is_usable_id`]), and its own (a loop of one);
/// - ids that are somebody's address here: `In-Reply-To: Message from jo@acme.example` was once allowed (RFC 822, 4.6.2);
/// - of more than 100, all but the first and the last 99;
/// - all ancestors of a newsletter: it answers nobody, they are those of the mail that somebody made the template from;
/// - all ancestors of a message that is marked neither as a reply nor as a forward, and shows nothing of an earlier mail: a new mail that was
///   written by answering an old one. Automatic answers are exempt, they never quote; so is a message of which only the header is there.
pub fn links(mail: &Mail, native: &str) -> Links {
    let base = subject::subject_key(&mail.subject);
    let topic = digest(&base);
    let itself: BTreeSet<&str> =
        [native, mail.message_id.as_str()].into_iter().filter(|id| *id == native || ids::is_usable_id(id)).collect();
    let mut own: Vec<String> = itself.iter().flat_map(|id| [by_id(id), below(&topic, id)]).collect();

    if (1..=THREAD).contains(&mail.vendor_thread.len()) {
        let thread = format!("gmail:{}", mail.vendor_thread);
        own.push(thread.clone());
        return Links { own, root: thread, ..Links::default() };
    }

    let named = ancestors(mail, &itself);
    let set_aside = !named.is_empty() && (mail.noise == Some(Noise::Newsletter) || is_new(mail));
    let ancestors = if set_aside { Vec::new() } else { named };
    let mut joins: Vec<String> = ancestors.iter().map(|id| below(&topic, id)).collect();
    joins.extend(ancestors.last().map(|parent| by_id(parent)));
    let first = ancestors.first().copied().unwrap_or(native);
    let may = set_aside || subject::is_reply(&mail.subject);
    Links { own, root: format!("{first}#{topic}"), subject: may.then(|| key(mail, base, !ancestors.is_empty())).flatten(), joins }
}

fn by_id(id: &str) -> String {
    format!("id:{id}")
}

fn below(topic: &str, id: &str) -> String {
    format!("re:{topic}:{id}")
}

/// Eight hex digits: they only have to tell the subjects below one message apart.
fn digest(base: &str) -> String {
    Sha256::digest(base).iter().take(4).map(|b| format!("{b:02x}")).collect()
}

/// Usable ancestors, oldest first, each once.
fn ancestors<'a>(mail: &'a Mail, itself: &BTreeSet<&str>) -> Vec<&'a str> {
    let people: BTreeSet<String> = mail.people().into_iter().map(|p| p.email.to_ascii_lowercase()).collect();
    let mut seen = BTreeSet::new();
    let usable = |id: &&str| ids::is_usable_id(id) && !itself.contains(*id) && !people.contains(&id.to_ascii_lowercase());
    let all: Vec<&str> = mail.references.iter().map(|id| id.trim()).filter(usable).filter(|id| seen.insert(*id)).collect();
    let skipped = all.len().saturating_sub(ANCESTORS - 1).max(1);
    let (first, rest) = (all.iter().take(1), all.iter().skip(skipped));
    first.chain(rest).copied().collect()
}

/// Whether it looks like a mail of its own in spite of its references.
fn is_new(mail: &Mail) -> bool {
    let automatic = matches!(mail.noise, Some(Noise::AutoReply | Noise::Bounce | Noise::CalendarReply));
    let marked = subject::is_reply(&mail.subject) || subject::is_forward(&mail.subject);
    !(automatic || marked || mail.header_only || quoting::quotes(&mail.body))
}

fn key(mail: &Mail, base: String, referenced: bool) -> Option<SubjectKey> {
    if generic::is_generic(&base) {
        return None;
    }
    let to = if mail.to.is_empty() { &mail.cc } else { &mail.to };
    let people: BTreeSet<&str> = mail.from.iter().chain(to).map(|p| p.email.as_str()).filter(|e| !e.is_empty()).collect();
    let people: Vec<String> = people.into_iter().map(str::to_owned).collect();
    (people.len() >= 2).then_some(SubjectKey { base, people, referenced })
}
