//! `SubRip`: numbered cues, `00:00:01,000 --> 00:00:02,000`. No standard; read as leniently as players do.

use super::{
    Captions,
    cue::{blocks, lines},
    header::Header,
    scan::Scan,
};

/// Whether a text is `SubRip`: one of the first lines is a cue's time, after nothing but numbers.
pub(super) fn is(text: &str) -> bool {
    let number = |line: &str| line.bytes().all(|b| b.is_ascii_digit());
    let first = lines(text).map(|(_, line)| line.trim()).filter(|l| !l.is_empty()).take(3).find(|l| !number(l));
    first.is_some_and(|line| line.contains("-->") && line.starts_with(|c: char| c.is_ascii_digit()))
}

pub(super) fn read(text: &str) -> Captions {
    let mut scan = Scan::plain();
    for (line, block) in blocks(text) {
        scan.block(line, &block);
        if scan.full() {
            break;
        }
    }
    scan.done(Header::default())
}
