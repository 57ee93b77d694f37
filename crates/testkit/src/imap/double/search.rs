//! What a search finds.

use super::{
    command::{Cursor, Read},
    world::Stored,
};

/// Keys within keys: servers bound them.
const DEEPEST: usize = 16;

/// A search key.
#[derive(Debug)]
pub(super) enum Key {
    All,
    Uid(Vec<(u32, u32)>),
    Since(i64),
    Header(String, String),
    Or(Box<Key>, Box<Key>),
    Raw { after: i64, any: Vec<(String, String)> },
    Thread(u64),
}

/// What a search may ask for beyond RFC 3501.
pub(super) struct Able {
    pub(super) gmail: bool,
    pub(super) largest: u32,
}

/// Keys up to the end.
pub(super) fn keys(c: &mut Cursor<'_>, able: &Able) -> Read<Vec<Key>> {
    let mut out = vec![key(c, able, 0)?];
    while !c.is_end() {
        c.sp()?;
        out.push(key(c, able, 0)?);
    }
    Ok(out)
}

fn key(c: &mut Cursor<'_>, able: &Able, depth: usize) -> Read<Key> {
    if depth > DEEPEST {
        return Err("keys stand too deep".into());
    }
    let word = c.atom()?;
    Ok(match word.as_str() {
        "ALL" => Key::All,
        "UID" => {
            c.sp()?;
            Key::Uid(c.set(able.largest)?)
        }
        "SINCE" => {
            c.sp()?;
            Key::Since(date(&c.astring()?)?)
        }
        "FROM" | "TO" | "CC" | "BCC" => {
            c.sp()?;
            Key::Header(word.clone(), plain(&c.astring()?)?)
        }
        "HEADER" => {
            c.sp()?;
            let name = plain(&c.astring()?)?;
            c.sp()?;
            Key::Header(name.to_ascii_uppercase(), plain(&c.astring()?)?)
        }
        "OR" => {
            c.sp()?;
            let left = key(c, able, depth + 1)?;
            c.sp()?;
            Key::Or(Box::new(left), Box::new(key(c, able, depth + 1)?))
        }
        "X-GM-RAW" if able.gmail => {
            c.sp()?;
            gmail(&plain(&c.astring()?)?)?
        }
        "X-GM-THRID" if able.gmail => {
            c.sp()?;
            Key::Thread(c.number(false)?)
        }
        other => return Err(format!("no search key {other}")),
    })
}

/// A string of a search without CHARSET is US-ASCII.
fn plain(bytes: &[u8]) -> Read<String> {
    if bytes.is_ascii() { Ok(String::from_utf8_lossy(bytes).to_ascii_lowercase()) } else { Err("not US-ASCII, and no CHARSET".into()) }
}

/// `date-text`: `1-Oct-2026`, the beginning of that day in UTC.
fn date(bytes: &[u8]) -> Read<i64> {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let parts: Vec<&str> = text.split('-').collect();
    let [day, month, year] = parts.as_slice() else { return Err(format!("{text} is no date")) };
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let month = months.iter().position(|m| m.eq_ignore_ascii_case(month)).ok_or_else(|| format!("{text} is no date"))? + 1;
    if year.len() != 4 || day.is_empty() || day.len() > 2 {
        return Err(format!("{text} is no date"));
    }
    let at: jiff::Timestamp = format!("{year}-{month:02}-{day:0>2}T00:00:00Z").parse().map_err(|_| format!("{text} is no date"))?;
    Ok(at.as_second())
}

/// As much of Gmail's search as is known to hold: `after:1700000000 {from:acme.example to:jo@acme.example}`.
fn gmail(query: &str) -> Read<Key> {
    let (mut after, mut any, mut braces) = (0, Vec::new(), 0);
    for word in query.replace('{', "{ ").replace('}', " }").split_whitespace() {
        match word.split_once(':') {
            None if word == "{" => braces += 1,
            None if word == "}" => braces -= 1,
            Some(("after", n)) if braces == 0 => after = n.parse().map_err(|_| format!("after:{n}"))?,
            Some((field @ ("from" | "to" | "cc" | "bcc"), term)) if braces == 1 => any.push((field.to_ascii_uppercase(), term.to_owned())),
            _ => return Err(format!("{word} in a query")),
        }
    }
    if braces != 0 || any.is_empty() { Err(format!("a query of nothing: {query}")) } else { Ok(Key::Raw { after, any }) }
}

pub(super) fn matches(mail: &Stored, key: &Key) -> bool {
    match key {
        Key::All => true,
        Key::Uid(set) => set.iter().any(|(a, b)| (*a..=*b).contains(&mail.uid)),
        Key::Since(at) => mail.received >= *at,
        Key::Header(name, text) => header(&mail.raw, name).iter().any(|v| v.contains(text.as_str())),
        Key::Or(a, b) => matches(mail, a) || matches(mail, b),
        Key::Raw { after, any } => {
            mail.received >= *after && any.iter().any(|(name, term)| header(&mail.raw, name).iter().any(|v| v.contains(term.as_str())))
        }
        Key::Thread(thread) => mail.thread == *thread,
    }
}

/// The fields of a mail's header with their bytes as they stand, folded lines with them.
pub(super) fn fields(raw: &[u8]) -> Vec<(String, &[u8])> {
    let mut out: Vec<(String, usize, usize)> = Vec::new();
    let mut at = 0;
    for line in raw.split_inclusive(|b| *b == b'\n') {
        let end = at + line.len();
        if line == b"\r\n" || line == b"\n" {
            break;
        }
        match (line.first(), out.last_mut()) {
            (Some(b' ' | b'\t'), Some(last)) => last.2 = end,
            _ => {
                let name = line.split(|b| *b == b':').next().unwrap_or_default();
                out.push((String::from_utf8_lossy(name).trim().to_ascii_uppercase(), at, end));
            }
        }
        at = end;
    }
    out.into_iter().map(|(name, from, to)| (name, &raw[from..to])).collect()
}

/// Values of fields of that name, in lower case.
fn header(raw: &[u8], name: &str) -> Vec<String> {
    let of = |(n, bytes): (String, &[u8])| (n == name).then(|| String::from_utf8_lossy(bytes).to_lowercase());
    let value = |line: String| line.split_once(':').map(|(_, v)| v.trim().to_owned()).unwrap_or_default();
    fields(raw).into_iter().filter_map(of).map(value).collect()
}
