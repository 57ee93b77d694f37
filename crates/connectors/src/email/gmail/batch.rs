//! Batches: several requests as the parts of one (`multipart/mixed`, RFC 2046), and their answers, in any order, each with a status of its
//! own. Pure.

use bytes::{BufMut as _, Bytes, BytesMut};

/// Google advises against more than this in one batch (100 is the most).
pub(crate) const MOST: usize = 50;
/// Most header lines of a part: Google sends about ten.
const MOST_HEADERS: usize = 64;
/// Separates our parts. Nothing of what we send can hold it: paths have no blanks or line ends.
const BOUNDARY: &str = "batch_sales_workspace";

/// The type of the document that [`encode`] makes.
pub(crate) fn content_type() -> String {
    format!("multipart/mixed; boundary={BOUNDARY}")
}

/// A batch of reads; the parts are numbered from 1.
pub(crate) fn encode<'p>(paths: impl IntoIterator<Item = &'p str>) -> Bytes {
    let mut out = BytesMut::new();
    for (n, path) in paths.into_iter().enumerate() {
        let part = format!(
            "--{BOUNDARY}\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\nContent-ID: <item-{}>\r\n\r\nGET {path} HTTP/1.1\r\n\r\n\r\n",
            n + 1
        );
        out.put_slice(part.as_bytes());
    }
    out.put_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
    out.freeze()
}

/// The answer to one part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Part {
    /// HTTP status.
    pub(crate) status: u16,
    /// How long it asks to wait: its `Retry-After`.
    pub(crate) retry_after: Option<String>,
    /// Its body, a slice of the whole.
    pub(crate) body: Bytes,
}

/// The answers by number of the part, `None` for those that did not come. Of two with one number the first counts. `None` if it is no
/// batch answer at all.
pub(crate) fn decode(content_type: &str, document: &Bytes, asked: usize) -> Option<Vec<Option<Part>>> {
    let delimiter = format!("--{}", boundary(content_type)?).into_bytes();
    let mut out: Vec<Option<Part>> = vec![None; asked];
    let mut begun: Option<usize> = None;
    let mut seen = 0_usize;
    for (start, line) in lines(document, 0) {
        let Some(rest) = line.strip_prefix(delimiter.as_slice()) else { continue };
        let last = match rest.trim_ascii() {
            b"" => false,
            b"--" => true,
            // A line that begins alike and goes on.
            _ => continue,
        };
        if let Some(from) = begun {
            seen += 1;
            let part = document.slice(from..start);
            if let Some((n, part)) = read(&part)
                && let Some(slot) = n.checked_sub(1).and_then(|n| out.get_mut(n))
                && slot.is_none()
            {
                *slot = Some(part);
            }
        }
        begun = (!last).then_some(start + line.len());
        // No more parts than were asked for: whatever else stands there is not looked at.
        if last || seen >= asked.saturating_mul(2) {
            return Some(out);
        }
    }
    // Torn off, or without an end: the part that was under way is not whole.
    Some(out)
}

/// A part: its header names the question, its body is an HTTP answer.
fn read(part: &Bytes) -> Option<(usize, Part)> {
    let (headers, inner) = head(part)?;
    let id = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-id")).map(|(_, value)| value.as_str())?;
    let number = id.trim().trim_start_matches('<').trim_end_matches('>').strip_prefix("response-")?.strip_prefix("item-")?;
    let number: usize = number.parse().ok()?;
    let inner = part.slice(inner..);
    let (_, line) = lines(&inner, 0).next()?;
    let status = std::str::from_utf8(line).ok()?.trim();
    let status: u16 = status.strip_prefix("HTTP/")?.split_ascii_whitespace().nth(1)?.parse().ok()?;
    let after = inner.slice(line.len()..);
    let (headers, body) = head(&after)?;
    let retry_after = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("retry-after")).map(|(_, v)| v.clone());
    let body = after.slice(body..);
    // The line end before the delimiter belongs to it.
    let length = body.strip_suffix(b"\r\n").or_else(|| body.strip_suffix(b"\n")).unwrap_or(&body).len();
    Some((number, Part { status, retry_after, body: body.slice(..length) }))
}

type Headers = Vec<(String, String)>;

/// Header lines up to the first empty one; also where what follows it begins. `None` without such a line.
fn head(bytes: &Bytes) -> Option<(Headers, usize)> {
    let mut headers = Vec::new();
    for (start, line) in lines(bytes, 0).take(MOST_HEADERS + 1) {
        let text = line.trim_ascii();
        if text.is_empty() {
            return Some((headers, start + line.len()));
        }
        if let Some((name, value)) = std::str::from_utf8(text).ok().and_then(|text| text.split_once(':')) {
            headers.push((name.trim().to_owned(), value.trim().to_owned()));
        }
    }
    None
}

/// Lines with their ends, and where they begin.
fn lines(bytes: &[u8], from: usize) -> impl Iterator<Item = (usize, &[u8])> {
    let mut at = from;
    bytes.get(from..).unwrap_or_default().split_inclusive(|b| *b == b'\n').map(move |line| {
        let start = at;
        at += line.len();
        (start, line)
    })
}

/// The boundary that a type names.
fn boundary(content_type: &str) -> Option<&str> {
    let (kind, parameters) = content_type.split_once(';')?;
    if !kind.trim().eq_ignore_ascii_case("multipart/mixed") {
        return None;
    }
    let value = parameters.split(';').find_map(|p| {
        let (name, value) = p.split_once('=')?;
        name.trim().eq_ignore_ascii_case("boundary").then(|| value.trim().trim_matches('"'))
    })?;
    (1..=200).contains(&value.len()).then_some(value)
}

#[cfg(test)]
#[path = "batch_tests.rs"]
mod tests;
