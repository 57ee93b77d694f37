use std::{collections::BTreeSet, fmt::Write};

use super::{ThreadFile, shown, subject};
use crate::yaml::{self, list, quoted};

/// People and messages that are named; a mailing to thousands names no more.
const MOST: usize = 500;

/// The front matter with the lines of three dashes around it.
pub(super) fn of(file: &ThreadFile<'_>) -> String {
    let mut people: Vec<String> = Vec::new();
    let mut seen = BTreeSet::new();
    for address in file.messages.iter().flat_map(|m| m.mail.people()) {
        if people.len() < MOST && seen.insert(&address.email) {
            people.push(shown(address));
        }
    }
    let ids: Vec<&str> = file.messages.iter().take(MOST).map(|m| m.record.native.as_str()).collect();
    let labels: BTreeSet<&str> = file.messages.iter().flat_map(|m| &m.mail.labels).map(String::as_str).collect();
    let mut out = String::from("---\nsource: email\n");
    // Writing to a string can't fail.
    let _ = writeln!(out, "thread_id: {}", quoted(file.thread));
    let _ = writeln!(out, "subject: {}", quoted(subject(file)));
    let _ = writeln!(out, "customer: {}", quoted(&file.customer.to_string()));
    let _ = writeln!(out, "participants: {}", list(people.iter().map(String::as_str)));
    let _ = writeln!(out, "message_ids: {}", list(ids));
    let _ = writeln!(out, "labels: {}", list(labels));
    out.push_str("---\n");
    out
}

/// The vendor ids of the messages that a thread's file names, in its order: the first is that of `m1`. `None` if it is no such file.
pub fn message_ids(content: &[u8]) -> Option<Vec<String>> {
    let text = std::str::from_utf8(content).ok().filter(|_| is_thread(content))?;
    // A list in one line of YAML as we write it is one of JSON.
    text.lines().find_map(|l| l.strip_prefix("message_ids: ")).and_then(|list| serde_json::from_str(list).ok())
}

/// Whether a file begins with front matter as a thread's file has it.
pub(crate) fn is_thread(content: &[u8]) -> bool {
    yaml::is_headed(content, "email", &["thread_id", "customer"])
}
