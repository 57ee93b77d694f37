//! What the scripted server holds.

use std::collections::BTreeSet;

/// A mail in a mailbox.
#[derive(Debug, Clone, Default)]
pub struct Stored {
    /// Its UID.
    pub uid: u32,
    /// Its bytes.
    pub raw: Vec<u8>,
    /// `\Seen`, `$Forwarded`.
    pub flags: BTreeSet<String>,
    /// Gmail's labels, as they stand on the wire without quotes.
    pub labels: Vec<String>,
    /// Gmail's number of its thread.
    pub thread: u64,
    /// When it was received, in seconds since 1970.
    pub received: i64,
    /// When it was last changed, by the mailbox's counter.
    pub modseq: u64,
}

/// A mailbox.
#[derive(Debug, Clone, Default)]
pub struct Mailbox {
    /// Its name on the wire.
    pub name: Vec<u8>,
    /// `\All`, `\Noselect`.
    pub attributes: Vec<&'static str>,
    /// Its UIDVALIDITY.
    pub validity: u32,
    /// The UID of the next mail.
    pub next: u32,
    /// The highest of the counters.
    pub modseq: u64,
    /// Its mails, by UID.
    pub mails: Vec<Stored>,
    /// UIDs that are gone, each with the counter of its going.
    pub gone: Vec<(u32, u64)>,
}

impl Mailbox {
    /// An empty one.
    pub fn new(name: &str, validity: u32) -> Self {
        Mailbox { name: name.as_bytes().to_vec(), validity, next: 1, modseq: 1, ..Mailbox::default() }
    }

    /// The same with attributes.
    #[must_use]
    pub fn marked(mut self, attributes: &[&'static str]) -> Self {
        self.attributes = attributes.to_vec();
        self
    }

    /// Puts a mail into it; its UID.
    pub fn put(&mut self, raw: &[u8], received: i64) -> u32 {
        self.put_as(Stored { raw: raw.to_vec(), received, ..Stored::default() })
    }

    /// Puts a mail into it with what it has beside its bytes; its UID.
    pub fn put_as(&mut self, mail: Stored) -> u32 {
        let uid = self.next;
        self.next += 1;
        self.modseq += 1;
        self.mails.push(Stored { uid, modseq: self.modseq, ..mail });
        uid
    }

    /// Changes a mail.
    pub fn change(&mut self, uid: u32, change: impl FnOnce(&mut Stored)) {
        self.modseq += 1;
        let mail = self.mails.iter_mut().find(|m| m.uid == uid).expect("the mail is there");
        change(mail);
        mail.modseq = self.modseq;
    }

    /// Takes a mail away for good.
    pub fn expunge(&mut self, uid: u32) -> Stored {
        let at = self.mails.iter().position(|m| m.uid == uid).expect("the mail is there");
        self.modseq += 1;
        self.gone.push((uid, self.modseq));
        self.mails.remove(at)
    }

    /// Makes it anew: all mails have other UIDs, in the opposite order, and the counter begins again.
    pub fn renew(&mut self, validity: u32) {
        let mails = std::mem::take(&mut self.mails);
        *self = Mailbox { attributes: self.attributes.clone(), ..Mailbox::new("", validity) }.named(&self.name);
        for mail in mails.into_iter().rev() {
            self.put_as(mail);
        }
    }

    fn named(mut self, name: &[u8]) -> Self {
        self.name = name.to_vec();
        self
    }
}

/// The mailboxes.
#[derive(Debug, Clone, Default)]
pub struct Account {
    /// In the order in which they are listed.
    pub mailboxes: Vec<Mailbox>,
}

impl Account {
    /// With these.
    pub fn of(mailboxes: impl IntoIterator<Item = Mailbox>) -> Self {
        Account { mailboxes: mailboxes.into_iter().collect() }
    }

    /// A mailbox by its name on the wire; INBOX in any case (RFC 9051, 5.1).
    pub fn find(&self, name: &[u8]) -> Option<&Mailbox> {
        self.mailboxes.iter().find(|m| is(&m.name, name))
    }

    /// The same, to change it.
    pub fn at(&mut self, name: &str) -> &mut Mailbox {
        self.mailboxes.iter_mut().find(|m| is(&m.name, name.as_bytes())).expect("the mailbox is there")
    }
}

fn is(one: &[u8], other: &[u8]) -> bool {
    one == other || (one.eq_ignore_ascii_case(b"INBOX") && other.eq_ignore_ascii_case(b"INBOX"))
}
