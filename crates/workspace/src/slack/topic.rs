use sales_model::Place;

use crate::names::{LONGEST, cut, slug, words};

/// The most words of a channel's topic in a file name.
const WORDS: usize = 6;

/// The `<topic>` of a channel's files: its own topic without links and emoji, at most 6 words; else its name; else `untitled`.
pub fn slack_topic(place: &Place) -> String {
    let topic = words(&without_links(&place.topic), WORDS).join("_");
    if topic.is_empty() { slug(&place.name) } else { cut(&topic, LONGEST) }
}

/// The vendor's id of a place: `C0123` of `slack:C0123`.
pub(super) fn place_id(place: &Place) -> &str {
    place.key.split_once(':').map_or(place.key.as_str(), |(_, id)| id)
}

/// A topic without links, mail addresses and emoji. Labels of links stay.
fn without_links(topic: &str) -> String {
    // Slack's own form of links, if it comes through: `<https://acme.dev|the plan>`.
    let mut plain = String::with_capacity(topic.len());
    let mut rest = topic;
    while let Some((before, inside)) = rest.split_once('<') {
        plain.push_str(before);
        match inside.split_once('>') {
            Some((link, after)) if !link.contains('<') => {
                plain.push(' ');
                plain.push_str(link.split_once('|').map_or(if is_link(link) { "" } else { link }, |(_, label)| label));
                plain.push(' ');
                rest = after;
            }
            _ => {
                plain.push(' ');
                rest = inside;
            }
        }
    }
    plain.push_str(rest);
    plain.split_whitespace().filter(|word| !is_link(word)).map(without_emoji).collect::<Vec<_>>().join(" ")
}

fn is_link(word: &str) -> bool {
    let word = word.trim_start_matches(['(', '[', '"', '\'', '-', '|']).to_lowercase();
    word.contains("://") || ["www.", "mailto:", "tel:"].iter().any(|p| word.starts_with(p)) || is_address(&word)
}

fn is_address(word: &str) -> bool {
    word.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.'))
}

/// `:rocket:POC` without its `:rocket:`.
fn without_emoji(word: &str) -> String {
    let mut parts = word.split(':');
    let mut out = parts.next().unwrap_or_default().to_owned();
    let mut parts = parts.peekable();
    while let Some(part) = parts.next() {
        let closed = parts.peek().is_some();
        let code = !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"_+-".contains(&b));
        let time = part.bytes().all(|b| b.is_ascii_digit());
        if closed && code && !time {
            out.push(' ');
            out.push_str(parts.next().unwrap_or_default());
        } else {
            out.push(':');
            out.push_str(part);
        }
    }
    out
}
