//! Walks through a message's parts and puts together what people read.

use std::borrow::Cow;

use sales_model::{Invitation, MailFile};

use super::{
    Attachment, DEPTH, LONGEST_BODY, PARTS, armour, charset, fields, file, flowed, header::Header, noise, param::Content, part, smime,
    transfer::Transfer,
};
use crate::{calendar, clean, html};

/// Containers in an encoding of their own (which the standard forbids) that are opened inside each other: each is a copy.
const ENCODED: u8 = 3;
/// Invitations of a mail that are kept. People send one, programs a handful.
const INVITATIONS: usize = 100;
/// What is said below a text that was cut.
const CUT: &str = "[This mail's text is longer than 1 MiB: the rest was left out.]";

/// What was found.
pub(crate) struct Found {
    pub(crate) body: String,
    pub(crate) files: Vec<MailFile>,
    pub(crate) invitations: Vec<Invitation>,
    /// A part says that it answers an invitation.
    pub(crate) answer: bool,
}

/// Where a part stands.
#[derive(Clone, Copy)]
struct Spot {
    depth: usize,
    encoded: u8,
    /// Its text is shown; of what is not shown, only files are noted.
    shown: bool,
    /// It is the message's own, or the first of its container: then a name makes no file of it.
    leading: bool,
    /// It stands beside the text that shows it.
    related: bool,
    /// It belongs to a message inside the message.
    forwarded: bool,
    /// In a digest, parts are messages unless they say something else.
    digest: bool,
}

/// Reads one message.
#[derive(Default)]
pub(crate) struct Reader {
    body: String,
    cut: bool,
    files: Vec<MailFile>,
    invitations: Vec<Invitation>,
    answer: bool,
    parts: usize,
    /// Which of the files is to be taken out, and what it holds.
    wanted: Option<usize>,
    taken: Option<Vec<u8>>,
}

impl Reader {
    /// A reader that takes one of the files out.
    pub(crate) fn taking(index: usize) -> Self {
        Reader { wanted: Some(index), ..Reader::default() }
    }

    /// Reads the body of a message.
    pub(crate) fn message(&mut self, header: &Header<'_>) {
        let spot = Spot { depth: 0, encoded: 0, shown: true, leading: true, related: false, forwarded: false, digest: false };
        self.part(header, spot);
    }

    /// What was found, tidied.
    pub(crate) fn finish(self) -> Found {
        let mut body = clean::lines(&self.body);
        if self.cut || body.len() > LONGEST_BODY {
            body.truncate(clean::head(&body, LONGEST_BODY).len());
            body.push_str(if body.is_empty() { "" } else { "\n\n" });
            body.push_str(CUT);
        }
        Found { body, files: self.files, invitations: self.invitations, answer: self.answer }
    }

    /// The file that was to be taken out.
    pub(crate) fn taken(mut self) -> Option<Attachment> {
        let content = self.taken?;
        let file = self.wanted.filter(|n| *n < self.files.len()).map(|n| self.files.swap_remove(n))?;
        Some(Attachment { file, content })
    }

    fn push(&mut self, text: &str) {
        let text = text.trim_matches(['\n', '\r']);
        if text.trim().is_empty() || self.cut {
            return;
        }
        if !self.body.is_empty() {
            self.body.push_str("\n\n");
        }
        let room = (LONGEST_BODY + 1).saturating_sub(self.body.len());
        self.cut = text.len() > room;
        self.body.push_str(clean::head(text, room));
    }

    fn part(&mut self, header: &Header<'_>, spot: Spot) {
        self.parts += 1;
        if self.parts > PARTS {
            return;
        }
        let content = content_type(header, spot.digest);
        let transfer = Transfer::named(&header.text("Content-Transfer-Encoding").unwrap_or_default());
        let disposition = Content::parse(&header.text("Content-Disposition").unwrap_or_default());
        let container = content.main() == "multipart" || matches!(content.value.as_str(), "message/rfc822" | "message/global");
        if !container {
            return self.leaf(header, &content, &disposition, transfer, spot);
        }
        let deep = spot.depth >= DEPTH || (transfer != Transfer::Plain && spot.encoded >= ENCODED);
        if deep {
            return self.file(header, &content, &disposition, transfer, spot);
        }
        let body = transfer.decode(header.body, true);
        let inner = Spot { depth: spot.depth + 1, encoded: spot.encoded + u8::from(matches!(body, Cow::Owned(_))), ..spot };
        if content.main() == "message" {
            self.forward(&Header::parse(&body), inner);
        } else if !self.multipart(&content, &body, inner) && spot.shown {
            // Nothing in it is a part: people see its text.
            let text = charset::decode(head_bytes(&body), content.param("charset"));
            self.push(&clean::text(&text));
        }
    }

    /// Reads the parts of a container; `false` if it has none.
    fn multipart(&mut self, content: &Content, body: &[u8], spot: Spot) -> bool {
        let most = (PARTS + 1).saturating_sub(self.parts);
        let named = content.param("boundary").filter(|b| !b.is_empty()).map(|b| part::split(body, b, most)).unwrap_or_default();
        let slices = match named.is_empty() {
            true => part::guess(body).map(|b| part::split(body, b, most)).unwrap_or_default(),
            false => named,
        };
        if slices.is_empty() {
            return body.trim_ascii().is_empty();
        }
        let parts: Vec<Header<'_>> = slices.into_iter().map(Header::parse).collect();
        let spot = Spot { digest: content.sub() == "digest", related: false, ..spot };
        match content.sub() {
            "alternative" => self.alternative(&parts, spot),
            "related" => {
                let start =
                    content.param("start").and_then(|start| parts.iter().position(|p| p.lower("Content-ID") == start.to_lowercase()));
                self.sequence(&parts, |i| Spot { leading: i == start.unwrap_or(0), related: i != start.unwrap_or(0), ..spot });
            }
            // What a report holds beside its words is for programs.
            "report" => self.sequence(parts.get(..1).unwrap_or_default(), |_| spot),
            _ => self.sequence(&parts, |i| Spot { leading: i == 0, ..spot }),
        }
        true
    }

    fn sequence(&mut self, parts: &[Header<'_>], spot: impl Fn(usize) -> Spot) {
        for (i, one) in parts.iter().enumerate() {
            self.part(one, spot(i));
        }
    }

    /// One text in several forms: the plain one, unless it only sends people elsewhere; else the last that can be shown.
    fn alternative(&mut self, parts: &[Header<'_>], spot: Spot) {
        let kinds: Vec<Content> = parts.iter().map(|p| content_type(p, spot.digest)).collect();
        let plain = kinds.iter().position(|k| k.value == "text/plain");
        let rich = kinds.iter().rposition(|k| k.value == "text/html" || k.main() == "multipart");
        let chosen = match (plain, rich) {
            (Some(p), Some(_)) if parts.get(p).is_some_and(|part| !is_stub(&self.plain(part))) => Some(p),
            (Some(_), Some(r)) => {
                // The plain form counts again where the rich one shows nothing.
                let before = self.body.len();
                let shown = Spot { leading: true, ..spot };
                if let Some(part) = parts.get(r) {
                    self.part(part, shown);
                }
                let chosen = if self.body.len() > before { None } else { plain };
                return self.rest(parts, chosen, Some(r), spot);
            }
            (p, r) => p.or(r),
        };
        self.rest(parts, chosen, None, spot);
    }

    /// The parts of an alternative in order, one of them shown; `done` is past already.
    fn rest(&mut self, parts: &[Header<'_>], chosen: Option<usize>, done: Option<usize>, spot: Spot) {
        for (i, one) in parts.iter().enumerate().filter(|(i, _)| Some(*i) != done) {
            self.part(one, Spot { leading: true, shown: spot.shown && chosen == Some(i), ..spot });
        }
    }

    /// The text of a plain part, for choosing only.
    fn plain(&self, part: &Header<'_>) -> String {
        let content = content_type(part, false);
        let transfer = Transfer::named(&part.text("Content-Transfer-Encoding").unwrap_or_default());
        // A stub is short: what is longer is none.
        let most = part.body.get(..8_192).unwrap_or(part.body);
        charset::decode(&transfer.decode(most, true), content.param("charset")).into_owned()
    }

    /// A message inside the message: its people sent it along, so it is theirs to read.
    fn forward(&mut self, header: &Header<'_>, spot: Spot) {
        if spot.shown {
            let people = |name: &str| {
                let all = fields::people(header, name);
                let shown = all.iter().map(|a| if a.name.is_empty() { a.email.clone() } else { format!("{} <{}>", a.name, a.email) });
                shown.collect::<Vec<_>>().join(", ")
            };
            let date = header.decoded("Date").map(|d| clean::line(&d, 100)).unwrap_or_default();
            let lines = [
                ("From", people("From")),
                ("Date", date),
                ("Subject", fields::subject(header)),
                ("To", people("To")),
                ("Cc", people("Cc")),
            ];
            let mut block = String::from("---------- Forwarded message ---------");
            for (label, value) in lines.iter().filter(|(_, value)| !value.is_empty()) {
                block.push_str(&format!("\n{label}: {value}"));
            }
            self.push(&block);
        }
        self.part(header, Spot { leading: true, related: false, forwarded: true, digest: false, ..spot });
    }

    fn leaf(&mut self, header: &Header<'_>, content: &Content, disposition: &Content, transfer: Transfer, spot: Spot) {
        let attached = disposition.value == "attachment";
        match content.value.as_str() {
            "text/calendar" | "application/ics" => {
                if !spot.forwarded {
                    self.answer |= content.param("method").is_some_and(noise::is_answer);
                    let text = self.text(header, content, transfer);
                    for found in calendar::read(&text, content.param("method")) {
                        self.answer |= noise::is_answer(&found.method);
                        if self.invitations.len() < INVITATIONS && !self.invitations.contains(&found) {
                            self.invitations.push(found);
                        }
                    }
                }
                if attached {
                    self.file(header, content, disposition, transfer, spot);
                }
            }
            "application/pkcs7-mime" | "application/x-pkcs7-mime" => {
                self.sealed(header, content, disposition, transfer, spot);
            }
            // Signatures and what programs tell programs.
            "application/pgp-signature" | "application/pkcs7-signature" | "application/x-pkcs7-signature" | "application/pgp-encrypted" => {
            }
            "message/delivery-status" | "message/disposition-notification" | "message/feedback-report" | "text/rfc822-headers" => {}
            "text/plain" | "text/html" | "text/markdown" | "text/x-markdown" | "text/enriched" | "text/richtext"
                if !attached && (spot.leading || file::name(content, disposition).is_empty()) && !spot.related =>
            {
                if spot.shown {
                    let text = self.text(header, content, transfer);
                    self.show(content, &text);
                    self.cut |= header.body.len() > MOST;
                }
            }
            // Another form of the text that nobody sees (AMP, a watch's).
            "text/x-amp-html" | "text/watch-html" if !attached => {}
            _ => self.file(header, content, disposition, transfer, spot),
        }
    }

    /// What S/MIME wraps (RFC 8551): what is only signed is read, what is encrypted is a file that nobody here can open.
    fn sealed(&mut self, header: &Header<'_>, content: &Content, disposition: &Content, transfer: Transfer, spot: Spot) {
        let bytes = transfer.decode(header.body, false);
        match smime::signed(&bytes).filter(|_| spot.depth < DEPTH && spot.encoded < ENCODED) {
            Some(inner) => {
                let spot = Spot { depth: spot.depth + 1, encoded: spot.encoded + 1, leading: true, related: false, digest: false, ..spot };
                self.part(&Header::parse(&inner), spot);
            }
            None => self.file(header, content, disposition, transfer, spot),
        }
    }

    fn text(&self, header: &Header<'_>, content: &Content, transfer: Transfer) -> String {
        let bytes = transfer.decode(head_bytes(header.body), true);
        let label = content.param("charset").map(str::to_owned);
        let label = label.or_else(|| if content.value == "text/html" { html::declared_charset(&bytes) } else { None });
        charset::decode(&bytes, label.as_deref()).into_owned()
    }

    fn show(&mut self, content: &Content, text: &str) {
        if content.value == "text/html" || content.value == "text/enriched" || content.value == "text/richtext" {
            let (text, cut) = html::capped(text, LONGEST_BODY + 1);
            self.push(&text);
            self.cut |= cut;
            return;
        }
        let is = |name: &str, value: &str| content.param(name).is_some_and(|v| v.eq_ignore_ascii_case(value));
        if is("format", "flowed") {
            let text = flowed::unfold(clean::head(text, 2 * LONGEST_BODY), is("delsp", "yes"));
            self.push(&armour::taken_off(&clean::text(&text)));
        } else {
            self.push(&armour::taken_off(&clean::text(clean::head(text, 2 * LONGEST_BODY))));
        }
        self.cut |= text.len() > 2 * LONGEST_BODY;
    }

    fn file(&mut self, header: &Header<'_>, content: &Content, disposition: &Content, transfer: Transfer, spot: Spot) {
        let name = file::name(content, disposition);
        let bytes = transfer.decode(header.body, false);
        let (attached, own_id) = (disposition.value == "attachment", header.has("Content-ID"));
        let inside = (spot.related && (!attached || own_id)) || (disposition.value == "inline" && own_id);
        let described = file::describe(name, content, &bytes, content.main() == "image" && inside);
        if self.wanted == Some(self.files.len()) {
            self.taken = Some(bytes.into_owned());
        }
        self.files.push(described);
    }
}

/// What a part says it is; without a word (or with one that means nothing) it is plain text.
fn content_type(header: &Header<'_>, digest: bool) -> Content {
    let content = header.text("Content-Type").map(|t| Content::parse(&t)).unwrap_or_default();
    match content.value.as_str() {
        "" if digest => Content::parse("message/rfc822"),
        "" | "text" | "plain" => Content { value: "text/plain".into(), ..content },
        "html" => Content { value: "text/html".into(), ..content },
        _ => content,
    }
}

/// The most bytes of a part that can add to a text of the longest size, however it is encoded.
const MOST: usize = 16 * LONGEST_BODY;

fn head_bytes(bytes: &[u8]) -> &[u8] {
    bytes.get(..MOST).unwrap_or(bytes)
}

/// Phrases of plain forms that hold nothing but a way to the rich one.
const STUBS: [&str; 30] = [
    "view this email in",
    "view this message in",
    "view it in your browser",
    "view in browser",
    "view in your browser",
    "view online",
    "view the online version",
    "view as a web page",
    "view as web page",
    "web version",
    "does not support html",
    "doesn't support html",
    "not support html",
    "not display html",
    "html-enabled",
    "html compatible",
    "html email client",
    "this is an html",
    "this message contains html",
    "html-format",
    "kein html",
    "html-fähig",
    "im browser",
    "online ansehen",
    "webversion",
    "dans votre navigateur",
    "version en ligne",
    "en su navegador",
    "en tu navegador",
    "versión web",
];

/// Whether a plain form is empty or only tells where to read the text.
fn is_stub(text: &str) -> bool {
    let words = text.split_whitespace().filter(|w| !w.contains("://"));
    let mut short = String::new();
    for word in words {
        if short.len() > 300 {
            return false;
        }
        short.push_str(&word.to_lowercase());
        short.push(' ');
    }
    let short = clean::text(&short);
    short.trim().is_empty() || STUBS.iter().any(|s| short.contains(s))
}
