//! What a FETCH asks for, and its answers.

use super::{
    command::{Cursor, Read},
    search::fields,
    world::Stored,
};

/// What can be asked of a mail.
#[derive(Debug, Clone)]
pub(super) enum Item {
    Uid,
    Flags,
    Size,
    Received,
    Modseq,
    GmailThread,
    GmailLabels,
    /// A section, as it was asked for; the fields of `HEADER.FIELDS`; from where and how much.
    Body {
        section: String,
        fields: Vec<String>,
        part: Option<(usize, usize)>,
    },
}

impl Item {
    /// It is a whole mail, or a beginning of one.
    pub(super) fn is_whole(&self) -> bool {
        matches!(self, Item::Body { section, .. } if section.is_empty())
    }
}

/// Reads items in brackets, or one without.
pub(super) fn items(c: &mut Cursor<'_>, gmail: bool, counters: bool) -> Read<Vec<Item>> {
    match c.peek() {
        Some(b'(') => c.list(|c| item(c, gmail, counters)),
        _ => Ok(vec![item(c, gmail, counters)?]),
    }
}

fn item(c: &mut Cursor<'_>, gmail: bool, counters: bool) -> Read<Item> {
    let word = c.item()?;
    Ok(match word.as_str() {
        "UID" => Item::Uid,
        "FLAGS" => Item::Flags,
        "RFC822.SIZE" => Item::Size,
        "INTERNALDATE" => Item::Received,
        "MODSEQ" if counters => Item::Modseq,
        "X-GM-THRID" if gmail => Item::GmailThread,
        "X-GM-LABELS" if gmail => Item::GmailLabels,
        "BODY.PEEK" => body(c)?,
        "BODY" | "RFC822" | "RFC822.TEXT" => return Err(format!("{word} may mark a mail as read")),
        other => return Err(format!("no fetch item {other}")),
    })
}

fn body(c: &mut Cursor<'_>) -> Read<Item> {
    c.byte(b'[')?;
    let section = if c.peek() == Some(b']') { String::new() } else { c.item()? };
    let mut fields = Vec::new();
    match section.as_str() {
        "" | "HEADER" | "TEXT" => {}
        "HEADER.FIELDS" => {
            c.sp()?;
            let names = c.list(Cursor::astring)?;
            fields = names.iter().map(|n| String::from_utf8_lossy(n).to_ascii_uppercase()).collect();
        }
        other => return Err(format!("no section {other}")),
    }
    c.byte(b']')?;
    let part = if c.peek() == Some(b'<') {
        c.byte(b'<')?;
        let from = c.number(true)?;
        c.byte(b'.')?;
        let n = c.number(false)?;
        c.byte(b'>')?;
        if n > u64::from(u32::MAX) || from > u64::from(u32::MAX) {
            return Err("a part of more than 32 bits".into());
        }
        Some((usize::try_from(from).unwrap_or(0), usize::try_from(n).unwrap_or(0)))
    } else {
        None
    };
    Ok(Item::Body { section, fields, part })
}

/// A FETCH response, without `* n FETCH`.
pub(super) fn answer(mail: &Stored, items: &[Item]) -> Vec<u8> {
    let mut out = b"(".to_vec();
    for (n, item) in items.iter().enumerate() {
        if n > 0 {
            out.push(b' ');
        }
        match item {
            Item::Uid => out.extend(format!("UID {}", mail.uid).bytes()),
            Item::Flags => out.extend(format!("FLAGS ({})", mail.flags.iter().cloned().collect::<Vec<_>>().join(" ")).bytes()),
            Item::Size => out.extend(format!("RFC822.SIZE {}", mail.raw.len()).bytes()),
            Item::Received => out.extend(format!("INTERNALDATE \"{}\"", received(mail.received)).bytes()),
            Item::Modseq => out.extend(format!("MODSEQ ({})", mail.modseq).bytes()),
            Item::GmailThread => out.extend(format!("X-GM-THRID {}", mail.thread).bytes()),
            Item::GmailLabels => {
                let quoted: Vec<String> =
                    mail.labels.iter().map(|l| format!("\"{}\"", l.replace('\\', "\\\\").replace('"', "\\\""))).collect();
                out.extend(format!("X-GM-LABELS ({})", quoted.join(" ")).bytes());
            }
            Item::Body { section, fields, part } => {
                let bytes = section_of(mail, section, fields);
                let (from, n) = part.unwrap_or((0, usize::MAX));
                let bytes = bytes.get(from.min(bytes.len())..from.saturating_add(n).min(bytes.len())).unwrap_or_default();
                let names = if fields.is_empty() { String::new() } else { format!(" ({})", fields.join(" ")) };
                let origin = part.map(|(from, _)| format!("<{from}>")).unwrap_or_default();
                out.extend(format!("BODY[{section}{names}]{origin} {{{}}}\r\n", bytes.len()).bytes());
                out.extend_from_slice(bytes);
            }
        }
    }
    out.push(b')');
    out
}

fn section_of(mail: &Stored, section: &str, names: &[String]) -> Vec<u8> {
    let header = fields(&mail.raw);
    let length: usize = header.iter().map(|(_, f)| f.len()).sum();
    let blank = mail.raw.get(length..).and_then(|rest| rest.split_inclusive(|b| *b == b'\n').next()).map_or(0, <[u8]>::len);
    match section {
        "HEADER" => mail.raw[..length + blank].to_vec(),
        "TEXT" => mail.raw[length + blank..].to_vec(),
        "HEADER.FIELDS" => {
            let mut out: Vec<u8> = header.iter().filter(|(n, _)| names.contains(n)).flat_map(|(_, f)| f.to_vec()).collect();
            out.extend_from_slice(b"\r\n");
            out
        }
        _ => mail.raw.clone(),
    }
}

/// `date-time`: the day padded with a space.
fn received(at: i64) -> String {
    let at = jiff::Timestamp::from_second(at).expect("a time");
    at.to_zoned(jiff::tz::TimeZone::UTC).strftime("%e-%b-%Y %H:%M:%S +0000").to_string()
}
