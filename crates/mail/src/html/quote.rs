//! Which elements hold an earlier mail.

use super::frame::Line;

/// A quote that is open.
#[derive(Debug, Clone, Copy)]
pub(super) struct Quote {
    /// Index of its first line in its frame.
    pub(super) start: usize,
    /// It counts only where no other quote stands in it: Gmail's container holds the introducing line and a `blockquote`.
    pub(super) if_alone: bool,
    /// Another quote stands in it.
    pub(super) holds_quote: bool,
}

/// Whether the element with that class and id is a container of a mail program, and then whether it counts only alone.
pub(super) fn container(class: &str, id: &str) -> Option<bool> {
    let mut classes = class.split_ascii_whitespace();
    if classes.clone().any(|c| matches!(c, "gmail_quote" | "gmail_quote_container" | "protonmail_quote")) {
        return Some(true);
    }
    let id = own(id);
    let whole = classes.any(|c| c == "yahoo_quoted") || id.starts_with("yahoo_quoted") || id == "OLK_SRC_BODY_SECTION";
    whole.then_some(false)
}

/// What an id says of the header of a mail that is answered: `Some(true)`, it is the header; `Some(false)`, one may follow.
pub(super) fn header(id: &str) -> Option<bool> {
    match own(id) {
        "divRplyFwdMsg" => Some(true),
        "appendonsend" | "mail-editor-reference-message-container" => Some(false),
        _ => None,
    }
}

/// An id as its program wrote it: Outlook on the web puts `x_` before those of mails that are answered.
fn own(id: &str) -> &str {
    id.trim().trim_start_matches("x_")
}

/// Whether lines begin as a forwarded mail does: it was sent along to be read, and is no quote.
pub(super) fn is_forward(lines: &[Line]) -> bool {
    let phrases = [
        "forwarded message",
        "weitergeleitete nachricht",
        "weitergeleitete e-mail",
        "weitergeleiteten nachricht",
        "weitergeleiteten e-mail",
        "message transféré",
        "message réexpédié",
        "e-mail transféré",
        "mensaje reenviado",
        "messaggio inoltrato",
        "mensagem encaminhada",
        "doorgestuurd bericht",
    ];
    lines.iter().filter(|l| !l.text.is_empty()).take(2).any(|l| {
        let text: String = l.text.chars().take(120).collect::<String>().to_lowercase();
        phrases.iter().any(|p| text.contains(p))
    })
}
