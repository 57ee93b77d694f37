//! Messages read by another reader as well: where the two differ, the reason is written down.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use mail_parser::{Address, MessageParser, PartType};
use sales_mail::mime;

/// Where the two differ, with what ours does.
const KNOWN: &[(&str, &[(&str, &str)])] = &[
    (
        "a message in the message is part of the text",
        &[("2024-04-02_cfo_approval/1", "text"), ("forward_as_part", "text"), ("forward_in_forward", "text")],
    ),
    (
        "a plain form that is empty or only leads elsewhere gives way to the page",
        &[
            ("alternative_empty_plain", "text"),
            ("alternative_stub", "text"),
            ("apple_mixed_in_alternative", "text"),
            ("outlook_html", "text"),
        ],
    ),
    (
        "charsets: a wrong label gives way to UTF-8, an unknown one to windows-1252; a header's bytes are in the text's",
        &[("charset_unknown", "text"), ("charset_wrong_label", "text"), ("eight_bit_header", "subject"), ("koi8_header", "subject")],
    ),
    (
        "words: those of one encoding are put together before they are decoded, and one may hold an address",
        &[("words_in_wrong_places", "subject"), ("words_in_wrong_places", "from")],
    ),
    (
        "of a field that stands twice the first counts",
        &[("doubled_fields", "subject"), ("doubled_fields", "from"), ("doubled_fields", "id")],
    ),
    (
        "lines may end with carriage returns alone, and the last one not at all",
        &[
            ("carriage_returns", "subject"),
            ("carriage_returns", "from"),
            ("carriage_returns", "to"),
            ("carriage_returns", "date"),
            ("carriage_returns", "id"),
            ("header_without_end", "subject"),
            ("mixed_line_ends", "id"),
        ],
    ),
    ("quoted local parts and routes of old are read", &[("groups_and_comments", "to")]),
    ("domains are in A-labels", &[("utf8_header", "from"), ("utf8_header", "to")]),
    ("behind a list stands the author", &[("list_of_ours", "from")]),
    ("a day that does not exist is none; zones by name are read", &[("impossible_date", "date"), ("odd_ids", "date")]),
    ("junk in Base64 is left out", &[("base64_with_junk", "text")]),
    ("flowing quotes are put together, each level with `> `", &[("flowed", "text")]),
    ("the lines of a signature are left out", &[("signed_as_text", "text")]),
    ("controls and invisible characters are taken out", &[("unseen_characters", "subject"), ("unseen_characters", "text")]),
];

fn messages() -> BTreeMap<String, Vec<u8>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut folders = vec![root.join("tests/data")];
    folders.extend(std::fs::read_dir(root.join("../../samples/email/threads")).unwrap().map(|e| e.unwrap().path()));
    let files = folders.iter().flat_map(|f| std::fs::read_dir(f).unwrap()).map(|e| e.unwrap().path());
    let mut out = BTreeMap::new();
    for path in files.filter(|p| p.extension().is_some_and(|e| e == "eml")) {
        let folder = path.parent().unwrap().file_name().unwrap().to_string_lossy().into_owned();
        let file = path.file_stem().unwrap().to_string_lossy().into_owned();
        let name = if folder == "data" { file } else { format!("{folder}/{file}") };
        out.insert(name, std::fs::read(&path).unwrap());
    }
    assert!(out.len() >= 180, "{}", out.len());
    out
}

/// Words only: both may break lines where they like. What nobody sees is no word: ours takes it out.
fn words(text: &str) -> String {
    text.replace(['\u{feff}', '\u{200b}', '\u{202e}'], "").split_whitespace().collect::<Vec<_>>().join(" ")
}

fn addresses(all: &[&Address<'_>]) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for email in all.iter().flat_map(|a| a.iter()).filter_map(|a| a.address()) {
        let email = email.to_lowercase();
        if !out.contains(&email) {
            out.push(email);
        }
    }
    out
}

/// What each reader says of a message, by field.
fn said(raw: &[u8]) -> Vec<(&'static str, String, String)> {
    let mail = mime::read(raw);
    let other = MessageParser::default().parse(raw);
    let from = other.as_ref().and_then(|m| m.from()).map(|a| addresses(&[a])).unwrap_or_default();
    let to = addresses(&other.iter().flat_map(|m| m.all_to()).collect::<Vec<_>>());
    let mut out = vec![
        ("subject", mail.subject.clone(), words(other.as_ref().and_then(|m| m.subject()).unwrap_or_default())),
        ("from", mail.from.map(|a| a.email).unwrap_or_default(), from.into_iter().next().unwrap_or_default()),
        ("to", mail.to.iter().map(|a| a.email.as_str()).collect::<Vec<_>>().join(" "), to.join(" ")),
        (
            "date",
            mail.sent.map(|t| t.as_second().to_string()).unwrap_or_default(),
            other.as_ref().and_then(|m| m.date()).map(|d| d.to_timestamp().to_string()).unwrap_or_default(),
        ),
        ("id", mail.message_id, other.as_ref().and_then(|m| m.message_id()).unwrap_or_default().to_owned()),
    ];
    // Of pages both make texts of their own.
    let texts: Vec<Option<&str>> =
        other.iter().flat_map(|m| m.text_bodies()).map(|p| if let PartType::Text(t) = &p.body { Some(t.as_ref()) } else { None }).collect();
    if let Some(texts) = texts.into_iter().collect::<Option<Vec<&str>>>()
        && !texts.is_empty()
    {
        out.push(("text", words(&mail.body), words(&texts.join("\n"))));
    }
    out
}

#[test]
fn both_readers_say_the_same() {
    let mut differing = Vec::new();
    for (name, raw) in messages() {
        for (field, ours, theirs) in said(&raw) {
            if ours != theirs {
                differing.push((name.clone(), field, ours, theirs));
            }
        }
    }
    let found: BTreeSet<(&str, &str)> = differing.iter().map(|(name, field, ..)| (name.as_str(), *field)).collect();
    let known: BTreeSet<(&str, &str)> = KNOWN.iter().flat_map(|(_, all)| all.iter().copied()).collect();
    let new: Vec<_> = differing.iter().filter(|(name, field, ..)| !known.contains(&(name.as_str(), *field))).collect();
    assert!(new.is_empty(), "{new:#?}");
    // What agrees by now is no difference any more.
    assert_eq!(found, known);
}
