use base64::{
    Engine as _,
    engine::general_purpose::{URL_SAFE, URL_SAFE_NO_PAD},
};
use mail_parser::{Header, HeaderName, HeaderValue, Message, MessageParser, MessagePart, MimeHeaders, PartType};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// Bytes in the alphabet for URLs: padded, as Gmail does, or not.
pub(crate) fn encoded(bytes: &[u8], unpadded: bool) -> String {
    if unpadded { URL_SAFE_NO_PAD.encode(bytes) } else { URL_SAFE.encode(bytes) }
}

/// A header's value as it stands in the message, unfolded. Of a message inside another one `raw` is the outer one's bytes.
pub(crate) fn raw_value(raw: &[u8], header: &Header<'_>) -> String {
    let (from, to) = (header.offset_start as usize, header.offset_end as usize);
    let text = String::from_utf8_lossy(raw.get(from..to).unwrap_or_default());
    text.replace("\r\n", "").replace('\n', "").trim().to_owned()
}

/// A header's value as `full` and `metadata` give it: words in other charsets are decoded, addresses and dates stay as they are written.
fn shown(raw: &[u8], header: &Header<'_>) -> String {
    let plain = raw_value(raw, header);
    if !plain.contains("=?") {
        return plain;
    }
    match &header.value {
        HeaderValue::Text(text) => text.to_string(),
        HeaderValue::Address(all) => all
            .iter()
            .map(|a| match (a.name.as_deref(), a.address.as_deref()) {
                (Some(name), Some(address)) => format!("{name} <{address}>"),
                (name, address) => address.or(name).unwrap_or_default().to_owned(),
            })
            .collect::<Vec<_>>()
            .join(", "),
        _ => plain,
    }
}

/// The headers of a message or part; only those named, where some are.
pub(crate) fn headers(raw: &[u8], part: &MessagePart<'_>, only: Option<&[String]>) -> Vec<Value> {
    part.headers
        .iter()
        .filter(|h| only.is_none_or(|names| names.iter().any(|n| n.eq_ignore_ascii_case(h.name()))))
        .map(|h| {
            // The name as it is written.
            let (from, to) = (h.offset_field as usize, h.offset_start as usize);
            let written = String::from_utf8_lossy(raw.get(from..to).unwrap_or_default());
            json!({"name": written.trim_end_matches(':').trim(), "value": shown(raw, h)})
        })
        .collect()
}

/// The name of the file that a part is.
pub(crate) fn filename(part: &MessagePart<'_>) -> Option<String> {
    part.attachment_name().map(str::to_owned).filter(|n| !n.is_empty())
}

fn mime_type(part: &MessagePart<'_>) -> String {
    match part.content_type() {
        Some(kind) => format!("{}/{}", kind.ctype(), kind.subtype().unwrap_or("plain")).to_lowercase(),
        None => "text/plain".into(),
    }
}

/// A part's bytes, decoded.
fn contents(raw: &[u8], part: &MessagePart<'_>) -> Vec<u8> {
    match &part.body {
        PartType::Text(text) | PartType::Html(text) => text.as_bytes().to_vec(),
        PartType::Binary(bytes) | PartType::InlineBinary(bytes) => bytes.to_vec(),
        PartType::Message(_) => raw.get(part.offset_body as usize..part.offset_end as usize).unwrap_or_default().to_vec(),
        PartType::Multipart(_) => Vec::new(),
    }
}

/// How a message is shown in parts.
pub(crate) struct Show<'a> {
    pub(crate) raw: &'a [u8],
    /// 16 hex digits.
    pub(crate) message: &'a str,
    pub(crate) unpadded: bool,
    /// Ids of attachments differ from answer to answer.
    pub(crate) salt: u64,
}

/// A tree deeper than this is cut.
const DEPTH: usize = 50;

impl Show<'_> {
    /// The whole tree.
    pub(crate) fn tree(&self) -> Value {
        let Some(mail) = MessageParser::default().parse(self.raw) else {
            return json!({"partId": "", "mimeType": "text/plain", "filename": "", "headers": [], "body": {"size": 0}});
        };
        self.part(&mail, 0, "", 0)
    }

    fn part(&self, mail: &Message<'_>, at: u32, id: &str, depth: usize) -> Value {
        let Some(part) = mail.parts.get(at as usize) else { return json!({}) };
        let name = filename(part).unwrap_or_default();
        let mut body = json!({"size": 0});
        let mut parts = Vec::new();
        let below = |n: usize| if id.is_empty() { n.to_string() } else { format!("{id}.{n}") };
        match &part.body {
            PartType::Multipart(all) if depth < DEPTH => {
                parts = all.iter().enumerate().map(|(n, sub)| self.part(mail, *sub, &below(n), depth + 1)).collect();
            }
            PartType::Multipart(_) => {}
            _ => {
                let bytes = contents(self.raw, part);
                body = if name.is_empty() {
                    json!({"size": bytes.len(), "data": encoded(&bytes, self.unpadded)})
                } else {
                    json!({"size": bytes.len(), "attachmentId": self.attachment_id(if id.is_empty() { "-" } else { id })})
                };
            }
        }
        let mut out = json!({
            "partId": id, "mimeType": mime_type(part), "filename": name, "headers": headers(self.raw, part, None), "body": body,
        });
        if let (false, Some(object)) = (parts.is_empty(), out.as_object_mut()) {
            object.insert("parts".into(), Value::Array(parts));
        }
        out
    }

    fn attachment_id(&self, part: &str) -> String {
        let plain = format!("{}|{part}|{}", self.message, self.salt);
        format!("ANGjdJ{}{}", URL_SAFE_NO_PAD.encode(&plain), check(&plain))
    }
}

fn check(plain: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(format!("gmail attachment\n{plain}")).iter().take(6).copied().collect::<Vec<u8>>())
}

/// The bytes of an attachment, by the id that an earlier answer gave it.
pub(crate) fn attachment(raw: &[u8], message: &str, id: &str) -> Option<Vec<u8>> {
    let rest = id.strip_prefix("ANGjdJ")?;
    let (plain, signed) = rest.split_at_checked(rest.len().checked_sub(8)?)?;
    let plain = String::from_utf8(URL_SAFE_NO_PAD.decode(plain).ok()?).ok()?;
    let mut fields = plain.split('|');
    let (whose, part) = (fields.next()?, fields.next()?);
    if check(&plain) != signed || whose != message {
        return None;
    }
    let mail = MessageParser::default().parse(raw)?;
    let mut at = 0_u32;
    if part != "-" {
        for step in part.split('.') {
            let PartType::Multipart(all) = &mail.parts.get(at as usize)?.body else { return None };
            at = *all.get(step.parse::<usize>().ok()?)?;
        }
    }
    Some(contents(raw, mail.parts.get(at as usize)?))
}

/// The headers of a message alone.
pub(crate) fn top(raw: &[u8], only: Option<&[String]>) -> Value {
    let Some(mail) = MessageParser::default().parse_headers(raw) else { return json!({"mimeType": "text/plain", "headers": []}) };
    let Some(root) = mail.parts.first() else { return json!({"mimeType": "text/plain", "headers": []}) };
    json!({"mimeType": mime_type(root), "headers": headers(raw, root, only)})
}

/// The value of a header of the message, as written.
pub(crate) fn header(raw: &[u8], name: &str) -> Option<String> {
    let mail = MessageParser::default().parse_headers(raw)?;
    let name = HeaderName::parse(name.to_owned())?;
    mail.headers().iter().find(|h| h.name == name).map(|h| raw_value(raw, h))
}
