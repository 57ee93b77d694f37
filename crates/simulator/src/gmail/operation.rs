use http::Method;
use serde_json::Value;

use super::{
    Costs,
    api::{drafts, history, labels, messages, profile, send, threads},
    args::{Kind, Parameter, many, one},
    ask::Ask,
    refusal::Refusal,
    scope::{self, Scopes},
};

/// What an operation answers: an object, or nothing at all (204).
pub(crate) type Answer = Result<Option<Value>, Refusal>;

/// One method of the discovery document.
pub(crate) struct Operation {
    /// Our name for it, in scenarios and logs.
    pub(crate) name: &'static str,
    pub(crate) verb: Method,
    /// Behind `/gmail/v1/users/{userId}/`; `{}` stands for an id.
    path: &'static str,
    /// Units: since May 2026, and before.
    units: (u64, u64),
    pub(crate) scopes: Scopes,
    pub(crate) takes: &'static [Parameter],
    /// Fields of its body; none where it takes no body.
    pub(crate) fields: Option<&'static [&'static str]>,
    pub(crate) answer: fn(&mut Ask<'_>) -> Answer,
}

impl Operation {
    pub(crate) fn units(&self, costs: Costs) -> u64 {
        match costs {
            Costs::New => self.units.0,
            Costs::Old => self.units.1,
        }
    }
}

/// `messages.get` of threads lacks `raw`.
const FORMAT: [Parameter; 2] = [one("format", Kind::Words(&["minimal", "full", "raw", "metadata"])), many("metadataHeaders", Kind::Text)];
const THREAD_FORMAT: [Parameter; 2] = [one("format", Kind::Words(&["minimal", "full", "metadata"])), many("metadataHeaders", Kind::Text)];
const DRAFT_FORMAT: [Parameter; 1] = [one("format", Kind::Words(&["minimal", "full", "raw", "metadata"]))];
const LIST: [Parameter; 5] = [
    one("includeSpamTrash", Kind::Bool),
    many("labelIds", Kind::Text),
    one("maxResults", Kind::Uint32),
    one("pageToken", Kind::Text),
    one("q", Kind::Text),
];
const DRAFT_LIST: [Parameter; 4] =
    [one("includeSpamTrash", Kind::Bool), one("maxResults", Kind::Uint32), one("pageToken", Kind::Text), one("q", Kind::Text)];
const HISTORY: [Parameter; 5] = [
    many("historyTypes", Kind::Words(&["messageAdded", "messageDeleted", "labelAdded", "labelRemoved"])),
    one("labelId", Kind::Text),
    one("maxResults", Kind::Uint32),
    one("pageToken", Kind::Text),
    one("startHistoryId", Kind::Uint64),
];
const MODIFY: [&str; 4] = ["addLabelIds", "removeLabelIds", "addClassificationLabels", "removeClassificationLabelIds"];
const BATCH_MODIFY: [&str; 5] = ["ids", "addLabelIds", "removeLabelIds", "addClassificationLabels", "removeClassificationLabelIds"];
const THREAD_MODIFY: [&str; 2] = ["addLabelIds", "removeLabelIds"];
const LABEL: [&str; 6] = ["id", "name", "type", "color", "messageListVisibility", "labelListVisibility"];
const MESSAGE: [&str; 9] = ["id", "threadId", "labelIds", "raw", "payload", "snippet", "historyId", "internalDate", "sizeEstimate"];
const DRAFT: [&str; 2] = ["id", "message"];

macro_rules! operations {
    ($($name:literal $verb:ident $path:literal ($new:literal, $old:literal) $scopes:ident $takes:expr, $fields:expr, $answer:path;)*) => {
        &[$(Operation {
            name: concat!("gmail.", $name), verb: Method::$verb, path: $path, units: ($new, $old), scopes: scope::$scopes, takes: $takes,
            fields: $fields, answer: $answer,
        }),*]
    };
}

/// Units of what only changes things are those of the table before, where no newer ones are known.
static OPERATIONS: &[Operation] = operations![
    "profile" GET "profile" (1, 1) PROFILE &[], None, profile::get;
    "messages.list" GET "messages" (5, 5) READ &LIST, None, messages::list;
    "messages.get" GET "messages/{}" (20, 5) READ &FORMAT, None, messages::get;
    "attachments.get" GET "messages/{}/attachments/{}" (20, 5) ATTACHMENT &[], None, messages::attachment;
    "messages.modify" POST "messages/{}/modify" (5, 5) MODIFY &[], Some(&MODIFY), messages::modify;
    "messages.trash" POST "messages/{}/trash" (5, 5) MODIFY &[], None, messages::trash;
    "messages.untrash" POST "messages/{}/untrash" (5, 5) MODIFY &[], None, messages::untrash;
    "messages.delete" DELETE "messages/{}" (10, 10) DELETE &[], None, messages::delete;
    "messages.batchModify" POST "messages/batchModify" (50, 50) MODIFY &[], Some(&BATCH_MODIFY), messages::batch_modify;
    "messages.send" POST "messages/send" (100, 100) SEND &[], Some(&MESSAGE), send::send;
    "threads.list" GET "threads" (10, 10) READ &LIST, None, threads::list;
    "threads.get" GET "threads/{}" (40, 10) READ &THREAD_FORMAT, None, threads::get;
    "threads.modify" POST "threads/{}/modify" (10, 10) MODIFY &[], Some(&THREAD_MODIFY), threads::modify;
    "history.list" GET "history" (2, 2) READ &HISTORY, None, history::list;
    "labels.list" GET "labels" (1, 1) LABELS &[], None, labels::list;
    "labels.get" GET "labels/{}" (1, 1) LABELS &[], None, labels::get;
    "labels.create" POST "labels" (5, 5) LABELS_CHANGE &[], Some(&LABEL), labels::create;
    "drafts.list" GET "drafts" (5, 5) DRAFTS &DRAFT_LIST, None, drafts::list;
    "drafts.get" GET "drafts/{}" (20, 5) DRAFTS &DRAFT_FORMAT, None, drafts::get;
    "drafts.create" POST "drafts" (10, 10) DRAFTS_CHANGE &[], Some(&DRAFT), drafts::create;
    "drafts.send" POST "drafts/send" (100, 100) DRAFTS_CHANGE &[], Some(&DRAFT), send::send_draft;
];

/// What a verb and a path lead to.
pub(crate) struct Found {
    pub(crate) operation: &'static Operation,
    /// `me`, or an address.
    pub(crate) user: String,
    pub(crate) ids: Vec<String>,
}

/// The ids, where the path has the template's form.
fn fits(template: &str, path: &[String]) -> Option<Vec<String>> {
    let template: Vec<&str> = template.split('/').collect();
    if template.len() != path.len() {
        return None;
    }
    let mut ids = Vec::new();
    for (wanted, there) in template.iter().zip(path) {
        if *wanted == "{}" && !there.is_empty() {
            ids.push(there.clone());
        } else if wanted != there {
            return None;
        }
    }
    Some(ids)
}

/// The operation of `/gmail/v1/users/{userId}/...`; none where there is none of this verb, which Google does not tell from none at all.
pub(crate) fn find(verb: &Method, path: &str) -> Option<Found> {
    let rest = path.strip_prefix("/gmail/v1/users/")?;
    let mut parts: Vec<String> = rest.split('/').map(decoded).collect();
    if parts.len() < 2 {
        return None;
    }
    let user = parts.remove(0);
    // A path without an id is nearer than one with.
    let mut all: Vec<_> = OPERATIONS.iter().filter(|o| o.verb == *verb).filter_map(|o| fits(o.path, &parts).map(|ids| (o, ids))).collect();
    all.sort_by_key(|(_, ids)| ids.len());
    all.into_iter().next().map(|(operation, ids)| Found { operation, user, ids })
}

/// A part of a path without its escapes.
fn decoded(part: &str) -> String {
    // A plus is a plus in a path.
    let query = format!("x={}", part.replace('+', "%2B").replace('&', "%26"));
    url::form_urlencoded::parse(query.as_bytes()).next().map(|(_, value)| value.into_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_lead_to_operations() {
        let name = |verb: Method, path: &str| find(&verb, path).map(|f| format!("{} {} {}", f.operation.name, f.user, f.ids.join(" ")));
        let base = "/gmail/v1/users";
        assert_eq!(name(Method::GET, &format!("{base}/me/messages/18e2")).as_deref(), Some("gmail.messages.get me 18e2"));
        assert_eq!(name(Method::POST, &format!("{base}/me/messages/send")).as_deref(), Some("gmail.messages.send me "));
        assert_eq!(name(Method::GET, &format!("{base}/me/messages/a/attachments/b")).as_deref(), Some("gmail.attachments.get me a b"));
        assert_eq!(name(Method::GET, &format!("{base}/a%2Bb%40c.example/profile")).as_deref(), Some("gmail.profile a+b@c.example "));
        for (verb, nowhere) in [
            (Method::POST, "/me/messages/18e2"),
            (Method::GET, "/me/messages/a/b"),
            (Method::GET, "/me/"),
            (Method::GET, "/me"),
            (Method::GET, "/me/messages/"),
            (Method::PUT, "/me/labels"),
        ] {
            assert_eq!(name(verb, &format!("{base}{nowhere}")), None, "{nowhere}");
        }
        assert_eq!(name(Method::GET, "/gmail/v2/users/me/profile"), None);
        let mut names: Vec<_> = OPERATIONS.iter().map(|o| o.name).collect();
        names.dedup();
        assert_eq!(names.len(), OPERATIONS.len());
    }
}
