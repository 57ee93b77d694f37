//! What tests and fuzzing reach: the same functions that a connection uses, on any bytes.

use bytes::Bytes;

use super::proto::{Assembler, Next, Response, parse};

/// The responses that stand whole in some bytes; `None` for each that is none.
pub(crate) fn responses(bytes: &[u8]) -> Vec<Option<Response>> {
    let bytes = Bytes::copy_from_slice(bytes);
    let (mut at, mut out) = (0, Vec::new());
    let mut open = Assembler::default();
    while let Some(end) = bytes.get(at..).and_then(|rest| rest.iter().position(|b| *b == b'\n')) {
        let mut line = bytes.slice(at..at + end);
        at += end + 1;
        if line.last() == Some(&b'\r') {
            line.truncate(line.len() - 1);
        }
        match open.line(line) {
            Next::Done => out.push(parse(&std::mem::take(&mut open).done())),
            Next::Literal(n) if n <= bytes.len() - at => {
                open.literal(bytes.slice(at..at + n));
                at += n;
            }
            Next::Literal(_) | Next::TooMany => break,
        }
    }
    out
}

/// Reads responses, names and sets from any bytes; nothing but that it comes back is expected.
#[cfg(feature = "fuzzing")]
pub fn read(bytes: &[u8]) -> usize {
    let text = String::from_utf8_lossy(bytes);
    let set = super::uids::UidSet::parse(&text).map_or(0, |s| s.len() as usize);
    super::utf7::decode(bytes).len() + responses(bytes).len() + set
}
