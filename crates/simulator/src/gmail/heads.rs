use mail_parser::{Address, HeaderName, MessageParser, PartType};

use super::part;

/// The most signs of a snippet.
const SNIPPET: usize = 200;

/// What search looks at, but the text: made once, when a message comes in.
#[derive(Debug, Clone, Default)]
pub(crate) struct Heads {
    /// Each name and each address, as words.
    pub(crate) from: Vec<Vec<String>>,
    pub(crate) to: Vec<Vec<String>>,
    pub(crate) cc: Vec<Vec<String>>,
    pub(crate) bcc: Vec<Vec<String>>,
    pub(crate) delivered: Vec<Vec<String>>,
    pub(crate) list: Vec<String>,
    pub(crate) subject: Vec<String>,
    pub(crate) files: Vec<Vec<String>>,
    /// Without brackets.
    pub(crate) message_id: String,
    pub(crate) attachment: bool,
    pub(crate) size: usize,
    /// The beginning of the text, not escaped.
    pub(crate) snippet: String,
}

impl Heads {
    pub(crate) fn read(raw: &[u8]) -> Heads {
        let Some(mail) = MessageParser::default().parse(raw) else { return Heads { size: raw.len(), ..Heads::default() } };
        let all = |name: HeaderName<'static>| -> Vec<Vec<String>> {
            mail.header_values(name).filter_map(|v| v.as_address()).flat_map(addresses).collect()
        };
        let delivered = mail.headers().iter().filter(|h| h.name().eq_ignore_ascii_case("delivered-to"));
        let files: Vec<Vec<String>> = mail.parts.iter().filter_map(|p| part::filename(p)).map(|name| words(&name)).collect();
        Heads {
            from: all(HeaderName::From),
            to: all(HeaderName::To),
            cc: all(HeaderName::Cc),
            bcc: all(HeaderName::Bcc),
            delivered: delivered.map(|h| words(&part::raw_value(raw, h))).collect(),
            list: mail
                .headers()
                .iter()
                .find(|h| h.name().eq_ignore_ascii_case("list-id"))
                .map(|h| words(&part::raw_value(raw, h)))
                .unwrap_or_default(),
            subject: words(mail.subject().unwrap_or_default()),
            attachment: !files.is_empty(),
            files,
            message_id: mail.message_id().unwrap_or_default().to_owned(),
            size: raw.len(),
            snippet: mail.body_text(0).map(|t| snippet(&t)).unwrap_or_default(),
        }
    }
}

/// The words of the text: what a person reads, of HTML without its tags.
pub(crate) fn body(raw: &[u8]) -> Vec<String> {
    let Some(mail) = MessageParser::default().parse(raw) else { return Vec::new() };
    let mut all = Vec::new();
    for at in 0..mail.text_body_count() {
        all.extend(words(&mail.body_text(at).unwrap_or_default()));
    }
    if all.is_empty() {
        let texts = mail.parts.iter().filter_map(|p| match &p.body {
            PartType::Text(t) | PartType::Html(t) => Some(t),
            _ => None,
        });
        all.extend(texts.flat_map(|t| words(t)));
    }
    all
}

fn addresses(all: &Address<'_>) -> Vec<Vec<String>> {
    // No phrase reaches from a name into the address.
    let both = all.iter().flat_map(|a| [a.name.as_deref(), a.address.as_deref()]);
    both.flatten().map(words).filter(|w| !w.is_empty()).collect()
}

/// Letters and digits in lower case; whatever stands between them parts words. `Bob@EU.acme.example` is four words.
pub(crate) fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_lowercase).collect()
}

fn snippet(text: &str) -> String {
    let mut out = String::new();
    for word in text.split_whitespace() {
        if out.chars().count() + word.chars().count() + 1 > SNIPPET {
            break;
        }
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_search_looks_at() {
        let raw =
            b"From: =?utf-8?q?J=C3=B6rg_M=C3=BCller?= <j.mueller@EU.Acme.example>\r\nTo: deals@yourcompany.com, group: a@b.example;\r\n\
            Delivered-To: Deals@yourcompany.com\r\nSubject: =?utf-8?B?UmU6IFByZWlzZSBmw7xyIDIwMjQ=?=\r\nMessage-ID: <x1@acme.example>\r\n\
            Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nHello  there,\r\nall & sundry\r\n\
            --b\r\nContent-Type: application/pdf; name=\"Offer v2.pdf\"\r\nContent-Disposition: attachment\r\n\r\nxx\r\n--b--\r\n";
        let heads = Heads::read(raw);
        let strings = |all: &[Vec<String>]| all.iter().map(|w| w.join(" ")).collect::<Vec<_>>();
        assert_eq!(strings(&heads.from), ["jörg müller", "j mueller eu acme example"]);
        assert_eq!(strings(&heads.to), ["deals yourcompany com", "a b example"]);
        assert_eq!(strings(&heads.delivered), ["deals yourcompany com"]);
        assert_eq!((heads.subject.join(" ").as_str(), heads.message_id.as_str()), ("re preise für 2024", "x1@acme.example"));
        assert_eq!((strings(&heads.files), heads.attachment), (vec!["offer v2 pdf".to_owned()], true));
        assert_eq!((heads.snippet.as_str(), heads.size), ("Hello there, all & sundry", raw.len()));
        assert_eq!(body(raw).join(" "), "hello there all sundry");
        assert_eq!((Heads::read(b"").snippet, body(b"")), (String::new(), Vec::new()));
        assert_eq!(body(b"Content-Type: text/html\r\n\r\n<p>One <b>two</b></p>").join(" "), "one two");
    }
}
