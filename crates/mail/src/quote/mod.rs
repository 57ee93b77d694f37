//! What is new in a text.
//!
//! Comparison with the thread's earlier mails comes first (`compare`), patterns second (`walk`): quote marks, lines that introduce a quote
//! (`intro`), reply headers (`header`), marks of forwarding (`forward`). What is left is searched for signatures ([`crate::signature`]).
//! In doubt a line is new: a sentence that is read twice does less harm than one that is lost.

mod compare;
mod decide;
mod forward;
mod header;
mod intro;
mod kind;
mod line;
mod walk;
mod words;

pub(crate) use kind::Kind;
pub(crate) use line::{Line, bare, lines};

use crate::signature::Author;
use compare::Body;
pub use compare::History;

/// A text in its parts, in reading order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Split {
    /// Every line of the body stands in exactly one part: the parts' texts with `\n` between them are the body. The empty text has none.
    pub parts: Vec<Part>,
}

/// Lines that belong together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// What they are.
    pub kind: PartKind,
    /// The lines, with `\n` between them.
    pub text: String,
}

/// What lines of a mail are. An empty line is what the line before it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PartKind {
    /// Written for this mail; a forwarded message is new too.
    New,
    /// An earlier mail, with the line that introduces it.
    Quoted,
    /// Who wrote it, how to reach them, "Sent from my phone".
    Signature,
    /// What a company puts under every mail, or a mail server above it.
    Disclaimer,
}

impl Split {
    /// What is new, as one text: an empty line stands where something was left out.
    pub fn new_text(&self) -> String {
        self.joined(PartKind::New)
    }

    /// The signature, as one text; empty if there is none.
    pub fn signature_text(&self) -> String {
        self.joined(PartKind::Signature)
    }

    fn joined(&self, kind: PartKind) -> String {
        let texts = self.parts.iter().filter(|p| p.kind == kind).map(|p| p.text.trim_matches(['\n', '\r']));
        texts.filter(|t| !t.is_empty()).collect::<Vec<_>>().join("\n\n").trim().to_owned()
    }
}

/// Splits a body (plain text, quotes with `>`), by comparison with the whole bodies of `earlier` mails of the thread (newest first) first and
/// by patterns second.
pub fn split(body: &str, earlier: &[&str]) -> Split {
    split_known(body, earlier, false)
}

/// [`split`] where it is known whether the subject says that the mail is a forward (`Fwd:`, `WG:`, `TR:`): what Outlook forwards looks like
/// what it quotes.
pub fn split_known(body: &str, earlier: &[&str], forward: bool) -> Split {
    History::of(earlier).split(body, forward)
}

impl History {
    /// Splits a body, compared with the mails that were added. For a whole thread, this and [`History::add`] in turn cost time in proportion
    /// to the thread's size, [`split`] for each of its mails to its square.
    pub fn split(&self, body: &str, forward: bool) -> Split {
        self.split_by(body, forward, "")
    }

    /// [`History::split`] where the author's display name is known: how people sign is half of a signature.
    pub fn split_by(&self, body: &str, forward: bool, author: &str) -> Split {
        let lines = lines(body);
        let reader = Reader { history: self, forward, author: Author::of(author) };
        let kinds = reader.settle(&lines, reader.kinds(&lines));
        assemble(&lines, &kinds)
    }
}

/// What is known beside a text.
struct Reader<'a> {
    history: &'a History,
    forward: bool,
    author: Author,
}

impl Reader<'_> {
    /// What each line is. Empty lines are what the line before them is.
    fn kinds(&self, lines: &[Line<'_>]) -> Vec<Kind> {
        let body = Body::compare(lines, self.history);
        let mut kinds = walk::walk(lines, &body, self.forward);
        decide::compared(lines, &body, &mut kinds);
        crate::signature::mark(lines, &mut kinds, &self.author);
        let mut last = kinds.iter().zip(lines).find(|(_, l)| !l.is_blank()).map_or(Kind::Own, |(k, _)| *k);
        for (kind, line) in kinds.iter_mut().zip(lines) {
            if line.is_blank() {
                *kind = last;
            }
            last = *kind;
        }
        kinds
    }

    /// What is new must be what it is when it stands alone. Where taking a signature away makes what stood before it look like another one,
    /// nothing is sure, and all of it is new.
    fn settle(&self, lines: &[Line<'_>], mut kinds: Vec<Kind>) -> Vec<Kind> {
        if kinds.contains(&Kind::Quoted) || kinds.iter().all(|k| k.is_new()) {
            return kinds;
        }
        let alone = assemble(lines, &kinds).new_text();
        if !self.kinds(&self::lines(&alone)).iter().all(|k| k.is_new()) {
            kinds.fill(Kind::Own);
        }
        kinds
    }
}

fn assemble(lines: &[Line<'_>], kinds: &[Kind]) -> Split {
    let mut parts: Vec<Part> = Vec::new();
    for (line, kind) in lines.iter().zip(kinds) {
        let kind = kind.part();
        match parts.last_mut() {
            Some(part) if part.kind == kind => {
                part.text.push('\n');
                part.text.push_str(line.raw);
            }
            _ => parts.push(Part { kind, text: line.raw.to_owned() }),
        }
    }
    Split { parts }
}
