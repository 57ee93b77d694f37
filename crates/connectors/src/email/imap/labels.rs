//! What of a mail's flags and folders is a label.
//!
//! To read a mail must change no file, so `\Seen` and `\Recent` are none; nor are the marks that mail programs keep for themselves. Labels in
//! upper case are what the server itself says, by the names that Gmail's API has for them where it has any, so that a mailbox gives the same
//! files over both routes: `\Flagged` is `STARRED`. Folders and the user's own labels stand as they are.

use std::collections::BTreeSet;

use super::{choose::Folder, proto::Fetched};

/// Most labels of one mail.
const MOST: usize = 50;

/// Marks of programs that say nothing to people: about junk, read receipts, and colours without a name.
const PROGRAMS: &[&str] = &[
    "junk",
    "nonjunk",
    "notjunk",
    "junkrecorded",
    "phishing",
    "mdnsent",
    "hasattachment",
    "hasnoattachment",
    "hasmemo",
    "canunsubscribe",
    "ismailinglist",
    "autosent",
    "followed",
    "muted",
    "memo",
    "x-me-annot-1",
    "x-me-annot-2",
    "submitpending",
    "submitted",
    "maskedemail",
];

/// The labels of a mail, without its folder; `None` for a draft, which nobody was sent.
pub(crate) fn labels(mail: &Fetched) -> Option<BTreeSet<String>> {
    let mut out = BTreeSet::new();
    for flag in mail.flags.iter().flatten() {
        let lower = flag.to_ascii_lowercase();
        let bare = lower.trim_start_matches('$');
        match lower.as_str() {
            "\\draft" => return None,
            "\\flagged" => _ = out.insert("STARRED".to_owned()),
            "\\answered" => _ = out.insert("ANSWERED".to_owned()),
            "\\deleted" => _ = out.insert("DELETED".to_owned()),
            "$forwarded" | "forwarded" => _ = out.insert("FORWARDED".to_owned()),
            _ if lower.starts_with('\\') || PROGRAMS.contains(&bare) => {}
            _ if lower.starts_with("$mailflagbit") || lower.starts_with("$label") && bare.len() <= 6 => {}
            _ => _ = out.insert(flag.trim_start_matches('$').to_owned()),
        }
    }
    for label in mail.labels.iter().flatten() {
        match label.strip_prefix('\\') {
            Some(system) if system.eq_ignore_ascii_case("draft") || system.eq_ignore_ascii_case("drafts") => return None,
            Some(system) => _ = out.insert(system.to_ascii_uppercase()),
            None => _ = out.insert(label.clone()),
        }
    }
    out.retain(|l| !l.trim().is_empty() && l.len() <= 200 && !l.chars().any(char::is_control));
    Some(out.into_iter().take(MOST).collect())
}

/// The same with the folder among them; the folder of all mail is none.
pub(crate) fn with_folder(labels: &BTreeSet<String>, folder: &Folder) -> Vec<String> {
    let mut all = labels.clone();
    if !folder.all {
        all.insert(folder.name.clone());
    }
    all.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(flags: &[&str], gmail: Option<&[&str]>) -> Option<Vec<String>> {
        let words = |w: &[&str]| w.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>();
        let mail = Fetched { flags: Some(words(flags)), labels: gmail.map(words), ..Fetched::default() };
        labels(&mail).map(|l| l.into_iter().collect())
    }

    fn is(words: &[&str]) -> Option<Vec<String>> {
        Some(words.iter().map(|s| (*s).to_owned()).collect())
    }

    #[test]
    fn reading_a_mail_changes_nothing() {
        assert_eq!(of(&[], None), is(&[]));
        assert_eq!(of(&["\\Seen", "\\Recent", "NonJunk", "$NotJunk", "$MDNSent", "$label1", "$MailFlagBit0"], None), is(&[]));
    }

    #[test]
    fn what_people_did() {
        let flags = ["\\FLAGGED", "\\answered", "\\Deleted", "$Forwarded", "$Important", "urgent", "x\u{1b}", "\\Custom"];
        assert_eq!(of(&flags, None), is(&["ANSWERED", "DELETED", "FORWARDED", "Important", "STARRED", "urgent"]));
        assert_eq!(
            of(&["\\Seen"], Some(&["\\Inbox", "\\Sent", "\\Important", "\\Starred", "Kunden/Acme"])),
            is(&["IMPORTANT", "INBOX", "Kunden/Acme", "SENT", "STARRED"])
        );
        let many: Vec<String> = (0..200).map(|n| format!("k{n:03}")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        assert_eq!(of(&many, None).map(|l| l.len()), Some(MOST));
    }

    #[test]
    fn drafts_are_not_sent() {
        assert_eq!(of(&["\\Draft", "\\Seen"], None), None);
        assert_eq!(of(&[], Some(&["\\Draft"])), None);
        assert_eq!(of(&[], Some(&["Draft"])), is(&["Draft"]));
    }

    #[test]
    fn folders() {
        let labels = BTreeSet::from(["STARRED".to_owned()]);
        let folder = |all| Folder { name: "Archiv".into(), all, ..Folder::default() };
        assert_eq!(with_folder(&labels, &folder(false)), ["Archiv", "STARRED"]);
        assert_eq!(with_folder(&labels, &folder(true)), ["STARRED"]);
    }
}
