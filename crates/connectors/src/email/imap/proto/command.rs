//! What we say.

/// Longest string that is written in quotes.
const LONGEST_QUOTED: usize = 500;

/// A command, without its tag and the end of its line.
#[derive(Clone, Default)]
pub(crate) struct Command {
    parts: Vec<Part>,
    /// Its name for messages: `UID FETCH`. Arguments never stand in it: they may be a password.
    pub(crate) name: &'static str,
}

/// A part of a command.
#[derive(Clone)]
pub(crate) enum Part {
    /// As it stands.
    Text(String),
    /// Bytes that no quotes can hold.
    Literal(Vec<u8>),
}

impl Command {
    /// A command that begins with `name`.
    pub(crate) fn new(name: &'static str) -> Self {
        Command { parts: vec![Part::Text(name.to_owned())], name }
    }

    /// Adds a space and words that need no quotes. Never what others wrote.
    #[must_use]
    pub(crate) fn words(mut self, words: &str) -> Self {
        self.push(" ");
        self.push(words);
        self
    }

    /// Adds a space and a string.
    #[must_use]
    pub(crate) fn string(mut self, string: &[u8]) -> Self {
        let plain = string.len() <= LONGEST_QUOTED && string.iter().all(|b| matches!(b, b' '..=b'~'));
        match std::str::from_utf8(string) {
            Ok(string) if plain => {
                let quoted = string.replace('\\', "\\\\").replace('"', "\\\"");
                self.push(&format!(" \"{quoted}\""));
            }
            _ => {
                self.push(" ");
                self.parts.push(Part::Literal(string.to_vec()));
            }
        }
        self
    }

    /// Adds text right behind what stands there.
    fn push(&mut self, more: &str) {
        match self.parts.last_mut() {
            Some(Part::Text(text)) => text.push_str(more),
            _ => self.parts.push(Part::Text(more.to_owned())),
        }
    }

    /// The parts, in order.
    pub(crate) fn parts(&self) -> &[Part] {
        &self.parts
    }
}
