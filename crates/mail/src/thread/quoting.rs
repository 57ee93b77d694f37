//! Whether a mail shows an earlier one.

use crate::quote::{self, PartKind};

/// Quotes stand near what is new, or follow it; a text of this many lines without one has none.
const LINES: usize = 5_000;

/// Whether a body shows an earlier mail: as a quote, below "Original Message", or forwarded. Rather yes than no.
pub(super) fn quotes(body: &str) -> bool {
    let mut header = 0;
    for line in body.lines().take(LINES).map(str::trim) {
        if line.starts_with('>') || ruled(line) {
            return true;
        }
        // The header that Outlook and Apple put over an earlier mail, in whichever language: `Von: Jo Rivera <jo@acme.example>`, `Gesendet: ...`
        header = match label(line) {
            // A signature's address stands without brackets.
            Some(rest) if header == 0 => usize::from(rest.contains('@') && rest.contains(['<', '[', '('])),
            Some(_) => header + 1,
            None => 0,
        };
        if header >= 3 {
            return true;
        }
    }
    // By comparison and by patterns, where the rest has seen nothing.
    quote::split(body, &[]).parts.iter().any(|p| p.kind == PartKind::Quoted)
}

/// `-----Original Message-----`, `---------- Forwarded message ---------`, in whichever language.
fn ruled(line: &str) -> bool {
    let inner = line.trim_matches('-').trim();
    let dashes = |text: &str| text.bytes().take_while(|b| *b == b'-').count();
    let behind = line.bytes().rev().take_while(|b| *b == b'-').count();
    dashes(line) >= 4 && behind >= 4 && inner.split_whitespace().count() <= 6 && inner.chars().any(char::is_alphabetic)
}

/// What follows the one or two words and the colon that begin a line.
fn label(line: &str) -> Option<&str> {
    let line = line.trim_start_matches('*');
    let (word, rest) = line.split_once([':', '：'])?;
    let word = word.trim_end_matches('*').trim();
    let fine = !word.is_empty() && word.chars().count() <= 20 && word.split_whitespace().count() <= 2;
    (fine && word.chars().all(|c| c.is_alphabetic() || c.is_whitespace() || c == '\'' || c == '-')).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies() {
        for shown in [
            "Yes.\n\nOn Monday Jo wrote:\n> Shall we?",
            "Yes.\n-----Original Message-----\nx",
            "FYI\n---------- Forwarded message ---------\nx",
            "FYI\n-------- Weitergeleitete Nachricht --------\nx",
            "Ja.\n\nVon: Jo Rivera <jo@acme.example>\nGesendet: Montag, 4. M\u{e4}rz 2024 10:00\nAn: Lisa\nBetreff: Angebot\n\nx",
            "Oui.\n\n*De :* Jo <jo@acme.example>\n*Envoy\u{e9} :* lundi\n*\u{c0} :* Lisa",
        ] {
            assert!(quotes(shown), "{shown}");
        }
        for fresh in [
            "",
            "Hello Jo,\n\nlet's talk about something new.\n\n-- \nLisa\nMail: lisa@x.example\nTel: 1234\nWeb: x.example\n",
            "a -> b\n--- \n----\n---- ----",
            "Agenda: prices\nWhen: Monday\nWhere: here\nWho: us",
        ] {
            assert!(!quotes(fresh), "{fresh}");
        }
        assert!(!quotes(&"x\n".repeat(100_000)));
    }
}
