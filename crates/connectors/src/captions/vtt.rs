//! `WebVTT` (W3C Candidate Recommendation of 4 April 2019), as Zoom, Teams, Stream and Meet write it.

use super::{Captions, cue::blocks, header::Header, scan::Scan};

/// Whether a text is `WebVTT`: the word alone, or followed by a space, a tab or a line's end.
pub(super) fn is(text: &str) -> bool {
    text.trim_start().strip_prefix("WEBVTT").is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t', '\n', '\r']))
}

pub(super) fn read(text: &str) -> Captions {
    let mut header = Header::default();
    let mut scan = Scan::voiced();
    for (n, (line, block)) in blocks(text).enumerate() {
        let first = block.first().map_or("", |l| l.trim());
        let about = |word: &str| first.strip_prefix(word).is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t', ':']));
        if n == 0 && about("WEBVTT") {
            // Some leave out the empty line that ends the heading.
            let end = block.iter().position(|l| l.contains("-->")).unwrap_or(block.len());
            let end = if end < block.len() && end > 1 && is_id(block.get(end - 1)) { end - 1 } else { end };
            heading(&mut header, block.get(..end).unwrap_or_default());
            scan.block(line + end, block.get(end..).unwrap_or_default());
        } else if about("NOTE") {
            let lines = block.iter().map(|l| l.trim().strip_prefix("NOTE").unwrap_or(l).trim());
            lines.filter(|_| scan.is_empty()).for_each(|l| _ = header.pair(l));
        } else if !(about("STYLE") || about("REGION")) || block.iter().any(|l| l.contains("-->")) {
            scan.block(line, &block);
        }
        if scan.full() {
            break;
        }
    }
    scan.done(header)
}

fn is_id(line: Option<&&str>) -> bool {
    line.is_some_and(|l| !l.trim().is_empty() && l.trim().bytes().all(|b| b.is_ascii_digit()))
}

/// `WEBVTT - Title`, and lines `Title: ...` under it.
fn heading(header: &mut Header, lines: &[&str]) {
    for (n, line) in lines.iter().enumerate() {
        let line = if n == 0 { line.trim().trim_start_matches("WEBVTT") } else { line };
        let line = line.trim().trim_start_matches(['-', '–']).trim();
        if !header.pair(line) && n == 0 && !line.contains([':', '=']) {
            header.line(line);
        }
    }
}
