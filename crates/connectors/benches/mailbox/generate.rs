//! A mailbox as companies have them, out of a fixed seed: conversations with quoted history, newsletters in HTML, few large files; as Google
//! exports it (mboxrd, CRLF, labels and threads).

use std::io::{self, Write};

/// Small, and the same everywhere (xorshift64*).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn below(&mut self, n: u64) -> u64 {
        (self.next() >> 11) % n
    }

    fn of<'a>(&mut self, all: &[&'a str]) -> &'a str {
        all[self.below(all.len() as u64) as usize]
    }
}

const WORDS: [&str; 48] = [
    "we",
    "the",
    "pricing",
    "proposal",
    "team",
    "meeting",
    "Thursday",
    "contract",
    "security",
    "review",
    "legal",
    "thanks",
    "regards",
    "API",
    "limit",
    "next",
    "week",
    "budget",
    "please",
    "find",
    "attached",
    "questions",
    "integration",
    "from",
    "From",
    "our",
    "side",
    "would",
    "like",
    "to",
    "see",
    "a",
    "demo",
    "of",
    "new",
    "release",
    "before",
    "quarter",
    "ends",
    "and",
    "then",
    "decide",
    "about",
    "rollout",
    "pilot",
    "renewal",
    "seats",
    "soon",
];
const COMPANIES: [&str; 8] = ["acme", "globex", "northwind", "initech", "umbrella", "hooli", "stark", "wayne"];
const PEOPLE: [&str; 10] =
    ["jane.doe", "john.smith", "ana.lopez", "wei.chen", "omar.haddad", "lena.koch", "paul.martin", "yuki.sato", "info", "news"];
const LABELS: [&str; 6] = [
    "Inbox,Important,Opened",
    "Sent,Opened",
    "=?UTF-8?Q?Posteingang,Ge=C3=B6ffnet?=",
    "Archived,Category Updates,Unread",
    "Inbox,Deals/2024,Opened",
    "Archived,Opened,Category Promotions",
];
const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];

/// Writes about `bytes` of messages; says how many.
pub(crate) fn mbox(out: &mut dyn Write, seed: u64, bytes: u64) -> io::Result<u64> {
    let mut random = Random(seed | 1);
    let (mut written, mut messages) = (0, 0);
    let mut text = Vec::with_capacity(1 << 20);
    while written < bytes {
        text.clear();
        message(&mut text, &mut random, messages)?;
        out.write_all(&text)?;
        written += text.len() as u64;
        messages += 1;
    }
    Ok(messages)
}

fn message(out: &mut Vec<u8>, random: &mut Random, n: u64) -> io::Result<()> {
    // From 2018 on, some minutes apart.
    let at = jiff::Timestamp::from_second(1_514_764_800 + n as i64 * 311).unwrap_or_default();
    let day = DAYS[(at.as_second() / 86_400 % 7) as usize];
    let zoned = at.to_zoned(jiff::tz::TimeZone::UTC);
    let (company, from, to) = (random.of(&COMPANIES), random.of(&PEOPLE), random.of(&PEOPLE));
    write!(out, "From {}@xxx {day} {}\r\n", 1_580_000_000_000_000_000 + n, zoned.strftime("%b %d %H:%M:%S +0000 %Y"))?;
    write!(out, "X-GM-THRID: {}\r\nX-Gmail-Labels: {}\r\n", 1_580_000_000_000_000_000 + n / 4 * 4, random.of(&LABELS))?;
    let sent = zoned.strftime("%d %b %Y %H:%M:%S +0000");
    write!(
        out,
        "Delivered-To: deals@yourcompany.com\r\nReceived: by 2002:a05:6000:1 with SMTP id {:x};\r\n        {day}, {sent}\r\n",
        random.next()
    )?;
    for key in ["X-Google-Smtp-Source", "ARC-Seal", "ARC-Message-Signature", "DKIM-Signature"] {
        write!(out, "{key}: i=1; a=rsa-sha256; d={company}.example;\r\n        b=")?;
        base64(out, random, 4);
    }
    write!(out, "From: {from} <{from}@{company}.example>\r\nTo: {to}@yourcompany.com\r\nDate: {day}, {sent}\r\n")?;
    write!(out, "Message-ID: <{n:x}.{:x}@{company}.example>\r\nSubject: ", random.next())?;
    sentence(out, random, 6);
    out.extend_from_slice(b"\r\nMIME-Version: 1.0\r\n");
    match random.below(100) {
        0..=64 => conversation(out, random),
        65..=92 => newsletter(out, random),
        93..=98 => file(out, random, 2_000),
        _ => file(out, random, 40_000),
    }
    out.extend_from_slice(b"\r\n");
    Ok(())
}

fn sentence(out: &mut Vec<u8>, random: &mut Random, words: u64) {
    for n in 0..words {
        if n > 0 {
            out.push(b' ');
        }
        out.extend_from_slice(random.of(&WORDS).as_bytes());
    }
}

fn conversation(out: &mut Vec<u8>, random: &mut Random) {
    out.extend_from_slice(b"Content-Type: text/plain; charset=utf-8\r\n\r\n");
    for depth in 0..=random.below(6) {
        for _ in 0..random.below(30) + 3 {
            let marks = "> ".repeat(depth as usize);
            out.extend_from_slice(marks.as_bytes());
            // What an export of this kind writes for a line that begins so.
            if depth == 0 && random.below(40) == 0 {
                out.extend_from_slice(if random.below(10) == 0 { b">>From " } else { b">From " });
            }
            let words = random.below(12);
            sentence(out, random, words);
            out.extend_from_slice(b"\r\n");
        }
    }
}

fn newsletter(out: &mut Vec<u8>, random: &mut Random) {
    out.extend_from_slice(b"Content-Type: text/html; charset=utf-8\r\nList-Unsubscribe: <https://news.example/u>\r\n\r\n<html><body>\r\n");
    for _ in 0..random.below(400) + 50 {
        out.extend_from_slice(b"<tr><td style=\"padding:0 24px;font-family:Arial,sans-serif\">");
        sentence(out, random, 8);
        out.extend_from_slice(b"</td></tr>\r\n");
    }
    out.extend_from_slice(b"</body></html>\r\n");
}

fn file(out: &mut Vec<u8>, random: &mut Random, lines: u64) {
    out.extend_from_slice(b"Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n");
    let lines = random.below(lines) + 10;
    base64(out, random, lines);
}

fn base64(out: &mut Vec<u8>, random: &mut Random, lines: u64) {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for _ in 0..lines {
        for _ in 0..8 {
            let mut bits = random.next();
            for _ in 0..9 {
                out.push(DIGITS[(bits & 63) as usize]);
                bits >>= 6;
            }
        }
        out.extend_from_slice(b"\r\n");
    }
}
