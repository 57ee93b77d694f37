use base64::{Engine as _, engine::general_purpose::STANDARD};
use jiff::{Timestamp, tz::TimeZone};
use serde::{Deserialize, Serialize};

/// A message in few words. What is left out is filled in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Letter {
    /// `Ada <ada@acme.example>`; left out, an address at `mail.example`.
    pub from: Option<String>,
    /// Left out, the mailbox.
    pub to: Option<String>,
    #[expect(missing_docs, reason = "a header")]
    pub cc: Option<String>,
    #[expect(missing_docs, reason = "a header")]
    pub bcc: Option<String>,
    #[expect(missing_docs, reason = "a header")]
    pub subject: Option<String>,
    /// Plain text.
    pub text: Option<String>,
    /// With brackets; made where it is left out.
    pub message_id: Option<String>,
    /// With brackets.
    pub in_reply_to: Option<String>,
    /// Other header lines, as they are.
    pub headers: Vec<String>,
    /// An attachment of so many bytes, `filler.bin`.
    pub padding: usize,
}

impl Letter {
    /// The message as RFC 5322 has it.
    pub(crate) fn raw(&self, mailbox: &str, number: u64, at: Timestamp) -> Vec<u8> {
        let mut out = String::new();
        let mut line = |name: &str, value: &str| {
            // A line of the scenario's is one line.
            out.push_str(&format!("{name}: {}\r\n", value.replace(['\r', '\n'], " ")));
        };
        line("From", &address(self.from.as_deref().unwrap_or("someone@mail.example")));
        line("To", &address(self.to.as_deref().unwrap_or(mailbox)));
        for (name, value) in [("Cc", &self.cc), ("Bcc", &self.bcc)] {
            if let Some(value) = value {
                line(name, &address(value));
            }
        }
        line("Subject", &encoded(self.subject.as_deref().unwrap_or("A message")));
        line("Date", &at.to_zoned(TimeZone::UTC).strftime("%a, %d %b %Y %H:%M:%S +0000").to_string());
        let made = format!("<sim-{number}@mail.example>");
        line("Message-ID", self.message_id.as_deref().unwrap_or(&made));
        if let Some(parent) = &self.in_reply_to {
            line("In-Reply-To", parent);
            line("References", parent);
        }
        for header in &self.headers {
            if let Some((name, value)) = header.split_once(':') {
                line(name, value.trim());
            }
        }
        line("MIME-Version", "1.0");
        let text = self.text.as_deref().unwrap_or("Hello.").replace("\r\n", "\n").replace('\n', "\r\n");
        let body = format!("Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{text}\r\n");
        if self.padding == 0 {
            out.push_str(&body);
            return out.into_bytes();
        }
        out.push_str("Content-Type: multipart/mixed; boundary=\"sim\"\r\n\r\n--sim\r\n");
        out.push_str(&body);
        out.push_str("--sim\r\nContent-Type: application/octet-stream; name=\"filler.bin\"\r\nContent-Disposition: attachment; filename=\"filler.bin\"\r\n");
        out.push_str("Content-Transfer-Encoding: base64\r\n\r\n");
        out.push_str(&wrapped(&vec![b'x'; self.padding]));
        out.push_str("\r\n--sim--\r\n");
        out.into_bytes()
    }
}

/// base64 in lines of 76.
pub(crate) fn wrapped(bytes: &[u8]) -> String {
    let plain = STANDARD.encode(bytes);
    let mut out = String::with_capacity(plain.len() + plain.len() / 38);
    for (n, line) in plain.as_bytes().chunks(76).enumerate() {
        if n > 0 {
            out.push_str("\r\n");
        }
        out.push_str(std::str::from_utf8(line).unwrap_or_default());
    }
    out
}

/// A text in a header: as it is in ASCII, else as RFC 2047 has it.
fn encoded(text: &str) -> String {
    if text.is_ascii() { text.to_owned() } else { format!("=?UTF-8?B?{}?=", STANDARD.encode(text)) }
}

/// An address with a name.
fn address(text: &str) -> String {
    match text.rsplit_once('<') {
        Some((name, rest)) if !name.is_ascii() => format!("{} <{rest}", encoded(name.trim().trim_matches('"'))),
        _ => text.to_owned(),
    }
}
