//! HTML bodies as plain text.
//!
//! A stream of tags and texts (html5gum, which reads as the WHATWG says) drives a writer of lines; no tree is built, so that nothing grows with
//! how deep a page is.

mod entry;
mod frame;
mod input;
mod quote;
mod render;
mod style;
mod tag;

use html5gum::{
    Span, Tokenizer,
    emitters::callback::{CallbackEmitter, CallbackEvent},
};

use crate::clean;
use input::Page;
use render::Render;

/// The text of an HTML body: readable lines; quotes (`blockquote`, the containers of mail programs) have `> ` before each line, once per
/// level. At most 1 MiB.
pub fn to_text(html: &str) -> String {
    capped(html, crate::mime::LONGEST_BODY).0
}

/// As [`to_text`] with at most `most` bytes, and whether anything was cut.
pub(crate) fn capped(html: &str, most: usize) -> (String, bool) {
    let mut render = Render::new(most);
    let mut emitter = CallbackEmitter::new(|event: CallbackEvent<'_>, _: Span<()>| -> Option<()> {
        match event {
            CallbackEvent::OpenStartTag { name } => render.tag(name),
            CallbackEvent::AttributeName { name } => render.attribute(name),
            CallbackEvent::AttributeValue { value } => render.value(value),
            CallbackEvent::CloseStartTag { self_closing } => render.open(self_closing),
            CallbackEvent::EndTag { name } => render.close(name),
            CallbackEvent::String { value } => {
                let text = String::from_utf8_lossy(value);
                render.text(&clean::text(&text), text.contains('\u{a0}'));
            }
            // Comments, and with them what only Outlook shows (conditional comments).
            CallbackEvent::Comment { .. } | CallbackEvent::Doctype { .. } | CallbackEvent::Error(_) => {}
        }
        render.is_full().then_some(())
    });
    emitter.naively_switch_states(true);
    // The first token says that there is enough.
    let mut tokens = Tokenizer::new_with_emitter(Page::new(html), emitter);
    let full = tokens.next().is_some();
    drop(tokens);
    let mut text = clean::lines(&render.finish());
    let end = clean::head(&text, most).len();
    let cut = full || end < text.len();
    text.truncate(end);
    (text, cut)
}

/// The encoding that a page names in its own head, for bytes whose header names none.
pub(crate) fn declared_charset(bytes: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(bytes.get(..2_048).unwrap_or(bytes)).to_ascii_lowercase();
    let (_, rest) = head.split_once("charset=")?;
    let name: String =
        rest.trim_start_matches(['"', '\'']).chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')).collect();
    (!name.is_empty()).then_some(name)
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
