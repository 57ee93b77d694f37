//! Which messages are one conversation.

/// TEMP
pub struct Links { pub own: Vec<String>, pub joins: Vec<String>, pub root: String, pub subject: Option<SubjectKey> }
/// TEMP
pub struct SubjectKey;
impl SubjectKey { /// T
pub fn fits(&self, _base: &str, _has: impl FnMut(&str) -> bool, _gap: jiff::SignedDuration) -> bool { false } }
/// T
pub fn subject_key(s: &str) -> String { s.to_owned() }
/// T
pub const GAP: jiff::SignedDuration = jiff::SignedDuration::from_hours(24*14);
/// TEMP
pub fn links(mail: &sales_model::Mail, native: &str) -> Links {
    let refs: Vec<String> = mail.references.iter().map(|r| format!("id:{r}")).collect();
    Links { own: vec![format!("id:{native}")], root: mail.references.first().cloned().unwrap_or_else(|| native.to_owned()), joins: refs, subject: None }
}
/// TEMP
pub fn base_subject(s: &str) -> &str { s.trim_start_matches("Re: ") }
