use serde_json::{Value, json};

use super::{
    GmailWorld,
    label::{Kind, Label},
    mail::{Mail, hex},
    part::{Show, encoded, top},
};

/// How much of a message is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Minimal,
    Full,
    Raw,
    Metadata,
}

impl Format {
    pub(crate) fn of(word: Option<&str>) -> Format {
        match word.map(str::to_lowercase).as_deref() {
            Some("minimal") => Format::Minimal,
            Some("raw") => Format::Raw,
            Some("metadata") => Format::Metadata,
            _ => Format::Full,
        }
    }

    pub(crate) fn word(self) -> &'static str {
        match self {
            Format::Minimal => "MINIMAL",
            Format::Full => "FULL",
            Format::Raw => "RAW",
            Format::Metadata => "METADATA",
        }
    }
}

/// A message with nothing but its ids, and its labels where they matter.
pub(crate) fn stub(mail: (u64, u64), labels: Option<&std::collections::BTreeSet<String>>) -> Value {
    let mut out = json!({"id": hex(mail.0), "threadId": hex(mail.1)});
    // What is empty is absent.
    if let (Some(labels), Some(object)) = (labels.filter(|l| !l.is_empty()), out.as_object_mut()) {
        object.insert("labelIds".into(), json!(labels));
    }
    out
}

impl GmailWorld {
    /// `Message`.
    pub(crate) fn message(&self, mail: &Mail, format: Format, only: Option<&[String]>, salt: u64) -> Value {
        let mut out = stub((mail.id, mail.thread), Some(&mail.labels));
        let unpadded = self.manner.unpadded;
        let id = hex(mail.id);
        if let Some(object) = out.as_object_mut() {
            object.insert("snippet".into(), json!(escaped(&mail.heads.snippet)));
            object.insert("historyId".into(), json!(mail.history.to_string()));
            object.insert("internalDate".into(), json!(mail.at.to_string()));
            object.insert("sizeEstimate".into(), json!(mail.heads.size));
            match format {
                Format::Minimal => {}
                Format::Raw => _ = object.insert("raw".into(), json!(encoded(&mail.raw(), unpadded))),
                Format::Metadata => _ = object.insert("payload".into(), top(&mail.raw(), only)),
                Format::Full => {
                    let raw = mail.raw();
                    let show = Show { raw: &raw, message: &id, unpadded, salt };
                    object.insert("payload".into(), show.tree());
                }
            }
            for (field, value) in &mail.distorted {
                if value.is_null() {
                    object.remove(field);
                } else {
                    object.insert(field.clone(), value.clone());
                }
            }
        }
        out
    }

    /// `Label` as lists have it.
    pub(crate) fn listed(label: &Label) -> Value {
        match label.kind {
            Kind::System => json!({"id": label.id, "name": label.name, "type": "system"}),
            Kind::User => json!({
                "id": label.id, "name": label.name, "type": "user", "messageListVisibility": "show", "labelListVisibility": "labelShow",
            }),
        }
    }

    /// `Label` with its counts.
    pub(crate) fn counted(&self, label: &Label) -> Value {
        let mut out = GmailWorld::listed(label);
        let bearers = || self.mails.values().filter(|m| m.has(&label.id));
        let unread = || bearers().filter(|m| m.has("UNREAD"));
        let threads = |mails: &mut dyn Iterator<Item = &Mail>| mails.map(|m| m.thread).collect::<std::collections::BTreeSet<_>>().len();
        if let Some(object) = out.as_object_mut() {
            object.insert("messagesTotal".into(), json!(bearers().count()));
            object.insert("messagesUnread".into(), json!(unread().count()));
            object.insert("threadsTotal".into(), json!(threads(&mut bearers())));
            object.insert("threadsUnread".into(), json!(threads(&mut unread())));
        }
        out
    }
}

/// A snippet is HTML.
pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}
