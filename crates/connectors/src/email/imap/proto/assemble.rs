//! A response from its lines and literals.

use bytes::Bytes;

/// Most literals of one response: ours ask for two at most, an envelope may hold some dozens.
const MOST_LITERALS: usize = 1_000;

/// What comes next.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// A literal of that many bytes.
    Literal(usize),
    /// The response is whole.
    Done,
    /// It has more parts than any response.
    TooMany,
}

/// A response as far as it came: texts and literals in turn, beginning and ending with a text.
#[derive(Debug, Default)]
pub(crate) struct Assembler(Vec<Bytes>);

impl Assembler {
    /// Takes a line, without its end.
    pub(crate) fn line(&mut self, line: Bytes) -> Next {
        let announced = literal(&line).filter(|_| !self.0.is_empty() || !is_prose(&line));
        let Some((text, n)) = announced else {
            self.0.push(line);
            return Next::Done;
        };
        if self.0.len() > 2 * MOST_LITERALS {
            return Next::TooMany;
        }
        self.0.push(line.slice(..text));
        Next::Literal(n)
    }

    /// Takes the literal that was announced.
    pub(crate) fn literal(&mut self, bytes: Bytes) {
        self.0.push(bytes);
    }

    /// The parts.
    pub(crate) fn done(self) -> Vec<Bytes> {
        self.0
    }
}

/// The end of a line that announces a literal (`{5}`, `{5+}`, `~{5}`): where the text before it ends, and the literal's length.
fn literal(line: &[u8]) -> Option<(usize, usize)> {
    let inner = line.strip_suffix(b"}")?;
    let open = inner.iter().rposition(|b| *b == b'{')?;
    let digits = inner.get(open + 1..)?;
    let digits = digits.strip_suffix(b"+").unwrap_or(digits);
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    // More than can be counted is more than is taken.
    let n = std::str::from_utf8(digits).ok()?.parse().unwrap_or(usize::MAX);
    let text = if open > 0 && inner.get(open - 1) == Some(&b'~') { open - 1 } else { open };
    Some((text, n))
}

/// Whether the line ends in words for people, which may look like anything: status responses and `+`.
fn is_prose(line: &[u8]) -> bool {
    let mut words = line.split(|b| *b == b' ');
    let (first, second) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    first == b"+" || [&b"OK"[..], b"NO", b"BAD", b"BYE", b"PREAUTH"].iter().any(|s| second.eq_ignore_ascii_case(s))
}
