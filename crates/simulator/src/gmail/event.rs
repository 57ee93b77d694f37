use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    GmailError, GmailSettings, GmailWorld, Letter,
    mail::{Mail, hex},
};

/// Something that happens in the mailbox: in a scenario (`do = "gmail.add_message"`), by `POST /_sim/event`, or in a test.
///
/// `message` is a message's id or one of `newest` (the default) and `oldest`; `thread` a thread's id, or that of the message which these
/// words name. Labels are named by id or name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
#[expect(missing_docs, reason = "the fields are described with the type, and mean the same everywhere")]
pub enum GmailEvent {
    /// A message comes in: `raw`, or a letter in few words. Given a thread, it answers to that one's last message. It came in so many
    /// seconds ago.
    AddMessage {
        raw: Option<String>,
        letter: Option<Letter>,
        thread: Option<String>,
        labels: Option<Vec<String>>,
        #[serde(default)]
        seconds_ago: i64,
    },
    /// A message gets labels.
    AddLabels { message: Option<String>, labels: Vec<String> },
    /// A message loses labels.
    RemoveLabels { message: Option<String>, labels: Vec<String> },
    /// A message goes into the bin.
    Trash { message: Option<String> },
    /// A message comes back out of the bin.
    Untrash { message: Option<String> },
    /// A message is deleted for good.
    Delete { message: Option<String> },
    /// All messages of a thread are deleted for good.
    DeleteThread { thread: Option<String> },
    /// There is a new label.
    CreateLabel { name: String },
    /// A label gets another name.
    RenameLabel { label: String, name: String },
    /// A label is deleted.
    DeleteLabel { label: String },
    /// A field of a message is shown as something else, of whatever shape; null: it is absent.
    SetField { message: Option<String>, field: String, value: Value },
    /// No id of the history given so far is found any more.
    ExpireHistory {},
    /// All page tokens given so far become invalid.
    ExpireCursors {},
    /// The double is set otherwise.
    Set(GmailSettings),
}

impl GmailWorld {
    /// Lets an event happen. Returns the id of the message or thread concerned.
    ///
    /// # Errors
    /// The message, thread or label does not exist.
    pub fn apply(&mut self, event: &GmailEvent, now: Timestamp) -> Result<Option<String>, GmailError> {
        match event {
            GmailEvent::AddMessage { raw, letter, thread, labels, seconds_ago } => {
                let at = now.checked_sub(SignedDuration::from_secs(*seconds_ago)).unwrap_or(now);
                let thread = thread.as_deref().map(|t| self.thread_named(t)).transpose()?;
                let labels = match labels {
                    Some(labels) => labels.iter().map(|l| self.label_named(l)).collect::<Result<Vec<_>, _>>()?,
                    None => vec!["INBOX".into(), "UNREAD".into()],
                };
                let raw = match raw {
                    Some(raw) => raw.clone().into_bytes(),
                    None => self.written(letter.clone().unwrap_or_default(), thread.as_deref(), at),
                };
                let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
                self.add_raw((None, thread.as_deref()), &labels, at, raw, now).map(Some)
            }
            GmailEvent::AddLabels { message, labels } => self.with(message, |w, id| {
                let labels = labels.iter().map(|l| w.label_named(l)).collect::<Result<Vec<_>, _>>()?;
                w.modify(id, &labels.iter().map(String::as_str).collect::<Vec<_>>(), &[], now)
            }),
            GmailEvent::RemoveLabels { message, labels } => self.with(message, |w, id| {
                let labels = labels.iter().map(|l| w.label_named(l)).collect::<Result<Vec<_>, _>>()?;
                w.modify(id, &[], &labels.iter().map(String::as_str).collect::<Vec<_>>(), now)
            }),
            GmailEvent::Trash { message } => self.with(message, |w, id| w.trash(id, now)),
            GmailEvent::Untrash { message } => self.with(message, |w, id| w.untrash(id, now)),
            GmailEvent::Delete { message } => self.with(message, |w, id| w.delete(id, now)),
            GmailEvent::DeleteThread { thread } => {
                let id = self.thread_named(thread.as_deref().unwrap_or("newest"))?;
                self.delete_thread(&id, now).map(|()| Some(id))
            }
            GmailEvent::CreateLabel { name } => Ok(Some(self.create_label(name))),
            GmailEvent::RenameLabel { label, name } => {
                let id = self.label_named(label)?;
                self.rename_label(&id, name).map(|()| Some(id))
            }
            GmailEvent::DeleteLabel { label } => {
                let id = self.label_named(label)?;
                self.delete_label(&id, now).map(|()| Some(id))
            }
            GmailEvent::SetField { message, field, value } => self.with(message, |w, id| {
                let mail = super::mail::from_hex(id).and_then(|id| w.mails.get_mut(&id));
                mail.map(|m| _ = m.distorted.insert(field.clone(), value.clone())).ok_or_else(|| GmailError::Message(id.to_owned()))
            }),
            GmailEvent::ExpireHistory {} => {
                self.expire_history();
                Ok(None)
            }
            GmailEvent::ExpireCursors {} => {
                self.expire_cursors();
                Ok(None)
            }
            GmailEvent::Set(settings) => {
                self.set(settings);
                Ok(None)
            }
        }
    }

    /// A letter as a message, that answers to the last of a thread where one is named.
    fn written(&mut self, mut letter: Letter, thread: Option<&str>, at: Timestamp) -> Vec<u8> {
        let last = thread.and_then(|t| self.in_thread(t).ok()).and_then(|all| all.last().and_then(|id| self.find(id)));
        if let Some(last) = last {
            let subject = super::part::header(&last.raw(), "Subject").unwrap_or_default();
            let answer = if subject.to_lowercase().starts_with("re:") { subject } else { format!("Re: {subject}") };
            letter.subject.get_or_insert(answer);
            let parent = format!("<{}>", last.heads.message_id);
            letter.in_reply_to.get_or_insert(parent);
        }
        self.made += 1;
        letter.raw(&self.mailbox, self.made, at)
    }

    fn named(&self, word: &str) -> Result<&Mail, GmailError> {
        let place = match word {
            "newest" => self.order.last(),
            "oldest" => self.order.first(),
            id => return self.find(id).ok_or_else(|| GmailError::Message(id.to_owned())),
        };
        place.and_then(|(_, id)| self.mails.get(id)).ok_or_else(|| GmailError::Message(word.to_owned()))
    }

    fn thread_named(&self, word: &str) -> Result<String, GmailError> {
        match word {
            "newest" | "oldest" => self.named(word).map(|m| hex(m.thread)),
            id => self.in_thread(id).map(|_| id.to_owned()),
        }
    }

    fn label_named(&self, word: &str) -> Result<String, GmailError> {
        let found = self.labels.iter().find(|l| l.id == word || l.name == word);
        found.map(|l| l.id.clone()).ok_or_else(|| GmailError::Label(word.to_owned()))
    }

    fn with(
        &mut self,
        message: &Option<String>,
        change: impl FnOnce(&mut Self, &str) -> Result<(), GmailError>,
    ) -> Result<Option<String>, GmailError> {
        let id = hex(self.named(message.as_deref().unwrap_or("newest"))?.id);
        change(self, &id)?;
        Ok(Some(id))
    }
}
