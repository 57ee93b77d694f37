//! Encoded words in headers (RFC 2047), also where none may stand.

use std::borrow::Cow;

use super::{charset, transfer};

/// The longest name of an encoding that is looked for.
const LABEL: usize = 64;

/// A word, its bytes decoded.
pub(crate) struct Word<'a> {
    label: &'a str,
    bytes: Vec<u8>,
    /// Bytes of the text that it takes, from its `=?` to its `?=`.
    pub(crate) len: usize,
}

/// The encoded word that a text starts with.
pub(crate) fn first(text: &str) -> Option<Word<'_>> {
    let rest = text.strip_prefix("=?")?;
    let end = rest.bytes().take(LABEL).position(|b| b == b'?')?;
    let (label, rest) = (rest.get(..end)?, rest.get(end + 1..)?);
    if label.is_empty() || label.contains(char::is_whitespace) {
        return None;
    }
    let (how, rest) = (rest.chars().next()?, rest.get(1..)?.strip_prefix('?')?);
    if !matches!(how, 'b' | 'B' | 'q' | 'Q') {
        return None;
    }
    let close = rest.find("?=")?;
    let payload = rest.get(..close)?.as_bytes();
    let bytes = if matches!(how, 'b' | 'B') { transfer::base64(payload) } else { transfer::quoted(payload, true) };
    Some(Word { label: label.split('*').next().unwrap_or_default(), bytes, len: 2 + end + 1 + 2 + close + 2 })
}

/// A text with its encoded words decoded. White space between two words goes; bytes of neighbours in one encoding are put together first,
/// because some programs split a character between two.
pub(crate) fn decode(text: &str) -> Cow<'_, str> {
    // Where the last word can end: looked for once, or a row of mere beginnings would cost its square.
    let Some(last) = text.rfind("?=").filter(|_| text.contains("=?")) else { return Cow::Borrowed(text) };
    let mut out = String::with_capacity(text.len());
    let mut run: Option<(&str, Vec<u8>)> = None;
    let mut rest = text;
    while let Some(at) = rest.find("=?") {
        let (before, from) = (rest.get(..at).unwrap_or_default(), rest.get(at..).unwrap_or_default());
        if text.len() - from.len() > last {
            break;
        }
        let Some(word) = first(from) else {
            flush(&mut out, run.take());
            out.push_str(before);
            out.push_str("=?");
            rest = from.get(2..).unwrap_or_default();
            continue;
        };
        if run.is_none() || !before.trim().is_empty() {
            flush(&mut out, run.take());
            out.push_str(before);
        }
        match &mut run {
            Some((label, bytes)) if label.eq_ignore_ascii_case(word.label) => bytes.extend(word.bytes),
            _ => flush(&mut out, run.replace((word.label, word.bytes))),
        }
        rest = from.get(word.len..).unwrap_or_default();
    }
    flush(&mut out, run);
    out.push_str(rest);
    Cow::Owned(out)
}

fn flush(out: &mut String, run: Option<(&str, Vec<u8>)>) {
    if let Some((label, bytes)) = run {
        out.push_str(&charset::decode(&bytes, Some(label)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words() {
        let cases = [
            ("plain", "plain"),
            ("=?utf-8?Q?sch=C3=B6n?=", "schön"),
            ("=?UTF-8?B?c2Now7Zu?= und gut", "schön und gut"),
            ("=?utf-8?q?a?= =?utf-8?q?b?=", "ab"),
            ("=?utf-8?q?a?=\t  =?iso-8859-1?q?=F6?= c", "aö c"),
            ("=?utf-8?q?a?= b =?utf-8?q?c?=", "a b c"),
            // A character split between two words, and between two ways of writing.
            ("=?utf-8?Q?sch=C3?= =?utf-8?Q?=B6n?=", "schön"),
            ("=?utf-8?B?c2Noww==?= =?UTF-8?Q?=B6n?=", "schön"),
            ("x=?utf-8?Q?in_a_token?=y", "xin a tokeny"),
            ("\"=?utf-8?Q?quoted?=\"", "\"quoted\""),
            ("=?utf-8*de?Q?Sprache?=", "Sprache"),
            ("=?utf-8?Q?with spaces in it?=", "with spaces in it"),
            ("=?x-none?Q?caf=E9?=", "café"),
            ("=?utf-8?X?no?= =?", "=?utf-8?X?no?= =?"),
            ("=?utf-8?Q?no end", "=?utf-8?Q?no end"),
            ("=?utf-8?B?????=", ""),
            ("=?iso-2022-jp?B?GyRCJDMkcxsoQg==?=", "こん"),
            ("=?iso-2022-jp?B?GyRCJDMbKEI=?= =?ISO-2022-JP?B?GyRCJHMbKEI=?=", "こん"),
            ("=??Q?x?=", "=??Q?x?="),
        ];
        for (input, want) in cases {
            assert_eq!(decode(input), want, "{input}");
        }
    }
}
