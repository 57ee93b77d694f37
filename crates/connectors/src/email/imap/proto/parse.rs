//! A response's parts to what it says.

use bytes::Bytes;

use super::{Code, Fetched, Listed, Response, Status, StatusOf, Value, value::Cursor};
use crate::email::imap::{uids::UidSet, utf7};

/// Longest text for people that is kept.
const LONGEST_TEXT: usize = 500;

/// Reads a response; `None` if it is none, or is broken.
pub(crate) fn parse(parts: &[Bytes]) -> Option<Response> {
    let mut c = Cursor::new(parts);
    let first = c.word();
    let tag = std::str::from_utf8(&first).ok()?;
    match tag {
        "+" => {
            c.spaces();
            Some(Response::Continue(shown(&c.rest())))
        }
        "*" => untagged(&mut c),
        "" => None,
        tag => {
            c.spaces();
            let status = status_word(&c.word())?;
            Some(Response::Tagged(tag.to_owned(), status_of(status, &mut c)))
        }
    }
}

fn untagged(c: &mut Cursor<'_>) -> Option<Response> {
    c.spaces();
    let word = c.word();
    if let Some(status) = status_word(&word) {
        return Some(Response::Status(status_of(status, c)));
    }
    if let Some(number) = Value::Atom(word.clone()).number() {
        let number = u32::try_from(number).ok()?;
        c.spaces();
        return Some(match upper(&c.word()).as_str() {
            "EXISTS" => Response::Exists(number),
            "EXPUNGE" => Response::Expunge(number),
            "FETCH" => Response::Fetch(fetched(c.value()?.list()?)),
            _ => Response::Other,
        });
    }
    Some(match upper(&word).as_str() {
        "CAPABILITY" => Response::Capability(words(c)),
        "ENABLED" => Response::Enabled(words(c)),
        "LIST" => Response::List(listed(c)?),
        "STATUS" => status_response(c)?,
        "SEARCH" => search(c)?,
        "ESEARCH" => esearch(c)?,
        "VANISHED" => vanished(c)?,
        _ => Response::Other,
    })
}

/// Text for people, shortened, without control characters.
pub(crate) fn shown(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes.get(..4 * LONGEST_TEXT).unwrap_or(bytes)).into_owned();
    text.chars().filter(|c| !c.is_control()).take(LONGEST_TEXT).collect()
}

pub(crate) fn upper(word: &[u8]) -> String {
    String::from_utf8_lossy(word).to_ascii_uppercase()
}

fn words(c: &mut Cursor<'_>) -> Vec<String> {
    c.rest().split(|b| *b == b' ').filter(|w| !w.is_empty()).map(upper).collect()
}

fn status_word(word: &[u8]) -> Option<Status> {
    Some(match upper(word).as_str() {
        "OK" => Status::Ok,
        "NO" => Status::No,
        "BAD" => Status::Bad,
        "BYE" => Status::Bye,
        "PREAUTH" => Status::PreAuth,
        _ => return None,
    })
}

fn status_of(status: Status, c: &mut Cursor<'_>) -> StatusOf {
    c.spaces();
    let rest = c.rest();
    let code = rest.strip_prefix(b"[").and_then(code);
    let Some((code, used)) = code else { return StatusOf { status, code: None, text: shown(&rest) } };
    let text = rest.get(used + 1..).unwrap_or_default();
    StatusOf { status, code: Some(code), text: shown(text).trim_start().to_owned() }
}

/// A code and how many bytes it takes, its closing bracket included. A quoted string in it may hold a bracket (BADCHARSET, NOUPDATE).
fn code(inner: &[u8]) -> Option<(Code, usize)> {
    let (mut quoted, mut escaped) = (false, false);
    let end = inner.iter().position(|b| {
        let close = *b == b']' && !quoted;
        quoted ^= *b == b'"' && !escaped;
        escaped = *b == b'\\' && !escaped;
        close
    })?;
    let whole = inner.get(..end)?;
    let at = whole.iter().position(|b| *b == b' ').unwrap_or(whole.len());
    let (name, args) = whole.split_at_checked(at)?;
    let args = String::from_utf8_lossy(args).trim().to_owned();
    Some((Code { name: upper(name), args }, end + 1))
}

fn listed(c: &mut Cursor<'_>) -> Option<Listed> {
    let attributes = c.value()?.list()?.iter().filter_map(|v| v.text()).map(|a| a.to_ascii_lowercase()).collect();
    let separator = c.value()?.text().and_then(|s| s.chars().next());
    // A mailbox named NIL.
    let name = c.value()?.bytes().cloned().unwrap_or_else(|| Bytes::from_static(b"NIL"));
    Some(Listed { attributes, separator, name })
}

fn status_response(c: &mut Cursor<'_>) -> Option<Response> {
    let name = c.value()?.bytes().cloned().unwrap_or_else(|| Bytes::from_static(b"NIL"));
    let list = c.value()?;
    let pairs = list.list()?.chunks(2).filter_map(|pair| match pair {
        [name, value] => Some((upper(name.bytes()?), value.number()?)),
        _ => None,
    });
    Some(Response::MailboxStatus(name, pairs.collect()))
}

/// `SEARCH 2 84 882 (MODSEQ 917162500)`. Numbers beyond 32 bits make it unreadable: then nothing may be concluded from it.
fn search(c: &mut Cursor<'_>) -> Option<Response> {
    let mut uids = Vec::new();
    loop {
        c.spaces();
        match c.peek() {
            None => break,
            Some(b'(') => {
                c.value()?;
            }
            Some(_) => uids.push(u32::try_from(c.value()?.number()?).ok()?),
        }
    }
    Some(Response::Search(uids.into_iter().collect()))
}

/// `ESEARCH (TAG "A282") UID ALL 2,10:11` (RFC 4731).
fn esearch(c: &mut Cursor<'_>) -> Option<Response> {
    let mut all = UidSet::default();
    c.spaces();
    if c.peek() == Some(b'(') {
        c.value()?;
    }
    while let Some(name) = c.value() {
        match upper(name.bytes()?).as_str() {
            "UID" => {}
            "ALL" => all = UidSet::parse(&c.value()?.text()?)?,
            _ => {
                c.value()?;
            }
        }
    }
    Some(Response::Search(all))
}

/// `VANISHED (EARLIER) 41,43:116` (RFC 7162).
fn vanished(c: &mut Cursor<'_>) -> Option<Response> {
    c.spaces();
    let earlier = c.peek() == Some(b'(') && {
        c.value()?;
        true
    };
    let uids = UidSet::parse(&c.value()?.text()?)?;
    Some(Response::Vanished { earlier, uids })
}

fn fetched(list: &[Value]) -> Fetched {
    let mut out = Fetched::default();
    for pair in list.chunks(2) {
        let [name, value] = pair else { break };
        let Some(name) = name.bytes().map(|b| upper(b)) else { break };
        match name.as_str() {
            "UID" => out.uid = value.number().and_then(|n| u32::try_from(n).ok()).filter(|n| *n > 0),
            "FLAGS" => out.flags = value.list().map(|l| l.iter().filter_map(Value::text).collect()),
            "RFC822.SIZE" => out.size = value.number(),
            "INTERNALDATE" => out.received = value.text(),
            "MODSEQ" => out.modseq = value.list().and_then(|l| l.first()).and_then(Value::number),
            "X-GM-THRID" => out.thread = value.number(),
            // Sent in modified UTF-7, as names of mailboxes are.
            "X-GM-LABELS" => out.labels = value.list().map(|l| l.iter().filter_map(|v| v.bytes()).map(|b| utf7::decode(b)).collect()),
            "RFC822" => out.sections.push((String::new(), value.bytes().cloned())),
            _ => {
                if let Some(section) = name.strip_prefix("BODY[").and_then(|s| s.split_once(']')).map(|(s, _)| s) {
                    out.sections.push((section.to_owned(), value.bytes().cloned()));
                }
            }
        }
    }
    out
}
