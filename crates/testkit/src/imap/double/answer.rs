//! An answer, on its way, with what may befall it.

use super::manner::What;

/// Responses in order, and the tagged one.
#[derive(Debug, Default)]
pub(super) struct Answer {
    pub(super) lines: Vec<Vec<u8>>,
    pub(super) tagged: Vec<u8>,
}

/// What is sent, and whether the connection ends with it.
pub(super) struct Sent {
    pub(super) bytes: Vec<u8>,
    pub(super) ends: bool,
}

impl Answer {
    /// Adds an untagged response.
    pub(super) fn says(&mut self, line: impl AsRef<[u8]>) {
        self.lines.push([b"* ".as_slice(), line.as_ref(), b"\r\n"].concat());
    }

    /// How it ends.
    pub(super) fn ends(mut self, tag: &str, how: &str) -> Self {
        self.tagged = format!("{tag} {how}\r\n").into_bytes();
        self
    }

    /// What of it is sent.
    pub(super) fn with(self, tag: &str, fault: Option<&What>) -> Sent {
        let Answer { lines, tagged } = self;
        let whole = || [lines.concat(), tagged.clone()].concat();
        match fault {
            None => Sent { bytes: whole(), ends: false },
            Some(What::Answer(how)) => Sent { bytes: format!("{tag} {how}\r\n").into_bytes(), ends: false },
            Some(What::ByeAfter(n, bye)) => {
                let some = lines.iter().take(*n).flatten().copied().collect::<Vec<u8>>();
                Sent { bytes: [some, format!("* BYE {bye}\r\n").into_bytes()].concat(), ends: true }
            }
            Some(What::TornAfter(n)) => {
                let mut bytes = whole();
                bytes.truncate(*n);
                Sent { bytes, ends: true }
            }
            Some(What::Say(before)) => Sent { bytes: [before.clone(), whole()].concat(), ends: false },
            Some(What::Only(bytes)) => Sent { bytes: bytes.clone(), ends: true },
        }
    }
}
