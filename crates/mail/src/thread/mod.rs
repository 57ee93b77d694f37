//! Which messages are one conversation.

/// TEMP
pub struct Links { pub own: Vec<String>, pub joins: Vec<String>, pub root: String }
/// TEMP
pub fn links(mail: &sales_model::Mail, native: &str) -> Links {
    let refs: Vec<String> = mail.references.iter().map(|r| format!("id:{r}")).collect();
    Links { own: vec![format!("id:{native}")], root: mail.references.first().cloned().unwrap_or_else(|| native.to_owned()), joins: refs }
}
/// TEMP
pub fn base_subject(s: &str) -> &str { s.trim_start_matches("Re: ") }
