//! Blocks and attachments to plain text, for messages whose `text` is empty or a mere fallback.

use sales_model::{RefKind, Text};
use serde_json::value::RawValue;

use super::{
    mrkdwn,
    wire::{Attachment, Element, TextOf},
};

/// Deeper nesting than Slack makes is not followed.
const DEPTH: usize = 16;

/// The text of a message's blocks; empty if there is none or they cannot be read.
pub(crate) fn blocks(raw: &RawValue) -> Text {
    let mut out = Text::default();
    append_blocks(&mut out, raw);
    out
}

fn append_blocks(out: &mut Text, raw: &RawValue) {
    for block in serde_json::from_str::<Vec<Element<'_>>>(raw.get()).unwrap_or_default() {
        new_line(out);
        element(out, &block, DEPTH);
    }
    trim_end(out);
}

/// The text of a message's attachments; with `own_only` previews of links are left out, because nobody in the conversation said them.
pub(crate) fn attachments(raw: &RawValue, own_only: bool) -> Text {
    let mut out = Text::default();
    for a in serde_json::from_str::<Vec<Attachment<'_>>>(raw.get()).unwrap_or_default() {
        if !(own_only && a.from_url.is_some()) {
            attachment(&mut out, &a);
        }
    }
    trim_end(&mut out);
    out
}

fn attachment(out: &mut Text, a: &Attachment<'_>) {
    let before = out.plain.len();
    let line = |out: &mut Text, s: Option<&str>| {
        if let Some(s) = s.filter(|s| !s.trim().is_empty()) {
            new_line(out);
            mrkdwn::append(out, s);
        }
    };
    line(out, a.pretext.as_deref());
    line(out, a.author_name.as_deref());
    line(out, a.title.as_deref());
    if let (Some(_), Some(link)) = (&a.title, a.title_link.as_deref().filter(|l| !l.is_empty())) {
        out.plain.push_str(" (");
        out.plain.push_str(&mrkdwn::decode(link).plain);
        out.plain.push(')');
    }
    line(out, a.text.as_deref());
    for f in a.fields.iter().flatten() {
        let (title, value) = (f.title.as_deref().unwrap_or_default(), f.value.as_deref().unwrap_or_default());
        line(out, Some(title));
        if !title.is_empty() && !value.is_empty() {
            out.plain.push_str(": ");
            mrkdwn::append(out, value);
        } else {
            line(out, Some(value));
        }
    }
    if a.text.as_deref().is_none_or(|t| t.trim().is_empty()) {
        let shared = a.message_blocks.iter().flatten().filter_map(|m| m.message.as_ref()?.blocks);
        for raw in a.blocks.into_iter().chain(shared) {
            new_line(out);
            append_blocks(out, raw);
        }
    }
    if out.plain.len() == before {
        line(out, a.fallback.as_deref());
    }
}

/// One block, or one element of one.
fn element(out: &mut Text, e: &Element<'_>, depth: usize) {
    let Some(depth) = depth.checked_sub(1) else { return };
    let children = e.elements.as_deref().unwrap_or_default();
    match e.kind.as_deref().unwrap_or_default() {
        "text" => push(out, e.text.as_ref()),
        "link" => {
            let label = e.text.as_ref().map(|t| &*t.text).unwrap_or_default();
            mrkdwn::link(&mut out.plain, e.url.as_deref().unwrap_or_default(), label);
        }
        "user" => id(out, RefKind::Person, '@', e.user_id.as_deref()),
        "channel" => id(out, RefKind::Place, '#', e.channel_id.as_deref()),
        "usergroup" => word(out, '@', e.usergroup_id.as_deref()),
        "broadcast" => word(out, '@', e.range.as_deref()),
        "color" => out.plain.push_str(e.value.as_deref().unwrap_or_default()),
        "emoji" => {
            out.plain.push(':');
            out.plain.push_str(e.name.as_deref().unwrap_or_default());
            out.plain.push(':');
        }
        "date" => match e.fallback.as_deref().filter(|f| !f.is_empty()) {
            Some(f) => out.plain.push_str(f),
            None => out.plain.push_str(&e.timestamp.and_then(mrkdwn::moment).unwrap_or_default()),
        },
        "rich_text_list" => list(out, e, depth),
        "rich_text_quote" => {
            new_line(out);
            out.plain.push_str("> ");
            children.iter().for_each(|c| element(out, c, depth));
            out.plain.push('\n');
        }
        "rich_text_section" => children.iter().for_each(|c| element(out, c, depth)),
        "rich_text_preformatted" => {
            new_line(out);
            children.iter().for_each(|c| element(out, c, depth));
            out.plain.push('\n');
        }
        "context" => lines(out, children, depth),
        "image" => push_line(out, e.alt_text.as_deref()),
        "divider" | "actions" | "input" => {}
        // Sections, headers, Markdown blocks and whatever comes later: their texts, then what they contain.
        _ => {
            for t in [&e.title, &e.text, &e.description].into_iter().flatten().chain(e.fields.iter().flatten()) {
                new_line(out);
                push(out, Some(t));
            }
            children.iter().for_each(|c| element(out, c, depth));
        }
    }
}

fn list(out: &mut Text, e: &Element<'_>, depth: usize) {
    let ordered = e.style.as_ref().and_then(|s| s.0.as_deref()) == Some("ordered");
    for (i, item) in e.elements.iter().flatten().enumerate() {
        new_line(out);
        (0..e.indent.unwrap_or(0).min(8)).for_each(|_| out.plain.push_str("  "));
        match ordered {
            true => out.plain.push_str(&format!("{}. ", i + 1)),
            false => out.plain.push_str("- "),
        }
        element(out, item, depth);
    }
    out.plain.push('\n');
}

fn lines(out: &mut Text, children: &[Element<'_>], depth: usize) {
    for c in children {
        new_line(out);
        match c.kind.as_deref() {
            // In contexts, `text` objects are the elements themselves.
            Some("mrkdwn") => c.text.iter().for_each(|t| mrkdwn::append(out, &t.text)),
            Some("plain_text") => push(out, c.text.as_ref()),
            _ => element(out, c, depth),
        }
    }
}

fn push(out: &mut Text, t: Option<&TextOf<'_>>) {
    match t {
        Some(t) if t.mrkdwn => mrkdwn::append(out, &t.text),
        Some(t) => out.plain.push_str(&t.text),
        None => {}
    }
}

fn push_line(out: &mut Text, s: Option<&str>) {
    if let Some(s) = s.filter(|s| !s.is_empty()) {
        new_line(out);
        out.plain.push_str(s);
    }
}

fn id(out: &mut Text, kind: RefKind, sign: char, id: Option<&str>) {
    match id {
        Some(id) if mrkdwn::is_id(id) => {
            out.plain.push(sign);
            mrkdwn::reference(out, kind, id, id);
        }
        other => out.plain.push_str(other.unwrap_or_default()),
    }
}

fn word(out: &mut Text, sign: char, word: Option<&str>) {
    out.plain.push(sign);
    out.plain.push_str(word.unwrap_or_default());
}

fn new_line(out: &mut Text) {
    if !out.plain.is_empty() && !out.plain.ends_with('\n') {
        out.plain.push('\n');
    }
}

/// Cuts line ends at the end; a reference never ends in one of them unless its name does, and then it is kept.
fn trim_end(out: &mut Text) {
    let keep = out.refs.last().map_or(0, |r| r.end as usize);
    while out.plain.len() > keep && out.plain.ends_with('\n') {
        out.plain.pop();
    }
}

#[cfg(test)]
#[path = "rich_text_tests.rs"]
mod tests;
