use bytes::Bytes;
use http::Method;
use sha2::{Digest, Sha256};

use crate::wire::Outgoing;

/// "You're limited to 100 calls in a single batch request."
pub(crate) const MAX: usize = 100;

/// One call of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Inner {
    /// The part's `Content-ID`, as it came.
    pub(crate) id: Option<String>,
    pub(crate) call: Result<Call, &'static str>,
}

/// The request in a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Call {
    pub(crate) verb: Method,
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) authorization: Option<String>,
    pub(crate) body: Bytes,
}

/// The calls in the body of a batch; none where it is no `multipart/mixed` at all.
pub(crate) fn parse(content_type: &str, body: &[u8]) -> Option<Vec<Inner>> {
    let mut fields = content_type.split(';').map(str::trim);
    if !fields.next()?.eq_ignore_ascii_case("multipart/mixed") {
        return None;
    }
    let boundary = fields.find_map(|f| f.split_once('=').filter(|(name, _)| name.trim().eq_ignore_ascii_case("boundary")))?.1;
    let boundary = boundary.trim().trim_matches('"');
    if boundary.is_empty() {
        return None;
    }
    let text = String::from_utf8_lossy(body).replace("\r\n", "\n");
    let opening = format!("--{boundary}");
    let mut parts: Vec<String> = Vec::new();
    let mut open = false;
    let mut closed = false;
    for line in text.split('\n') {
        match line.strip_prefix(&opening) {
            Some("--") => {
                closed = true;
                break;
            }
            Some(rest) if rest.trim().is_empty() => {
                open = true;
                parts.push(String::new());
            }
            _ => {
                if let (true, Some(part)) = (open, parts.last_mut()) {
                    part.push_str(line);
                    part.push('\n');
                }
            }
        }
    }
    (closed && !parts.is_empty()).then(|| parts.iter().map(|p| inner(p)).collect())
}

/// Header lines up to an empty line, and what follows.
fn split(text: &str) -> (Vec<(String, String)>, &str) {
    let (head, body) = match text.strip_prefix('\n') {
        Some(body) => ("", body),
        None => text.split_once("\n\n").unwrap_or((text, "")),
    };
    let lines = head.lines().filter_map(|l| l.split_once(':')).map(|(n, v)| (n.trim().to_lowercase(), v.trim().to_owned())).collect();
    (lines, body)
}

fn inner(part: &str) -> Inner {
    let (headers, request) = split(part);
    let header = |headers: &[(String, String)], name: &str| headers.iter().find(|(n, _)| n == name).map(|(_, v)| v.clone());
    let id = header(&headers, "content-id");
    let kind = header(&headers, "content-type").unwrap_or_default().to_lowercase();
    if kind.split(';').next().unwrap_or_default().trim() != "application/http" {
        return Inner { id, call: Err("Failed to parse batch request: a part is not application/http") };
    }
    let (line, rest) = request.split_once('\n').unwrap_or((request, ""));
    let mut words = line.split_ascii_whitespace();
    let (Some(verb), Some(target)) = (words.next().and_then(|v| Method::from_bytes(v.as_bytes()).ok()), words.next()) else {
        return Inner { id, call: Err("Failed to parse batch request: a part holds no request") };
    };
    let version = words.next();
    if version.is_some_and(|v| !v.starts_with("HTTP/")) || words.next().is_some() || !target.starts_with('/') {
        return Inner { id, call: Err("Failed to parse batch request: a part holds no request") };
    }
    let (headers, body) = split(rest);
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let call = Call {
        verb,
        path: path.to_owned(),
        query: query.to_owned(),
        authorization: header(&headers, "authorization"),
        body: Bytes::from(body.trim_end_matches('\n').to_owned()),
    };
    Inner { id, call: Ok(call) }
}

/// The id of an answer: `<item-1>` becomes `<response-item-1>`.
fn response_id(id: &str) -> String {
    match id.strip_prefix('<') {
        Some(rest) => format!("<response-{rest}"),
        None => format!("response-{id}"),
    }
}

/// The answers as one body. `salt` makes the boundary, and the order where they are shuffled.
pub(crate) fn joined(mut parts: Vec<(Option<String>, Outgoing)>, shuffle: bool, salt: &str) -> (String, Bytes) {
    let digest = |text: String| Sha256::digest(text).iter().take(12).fold(String::new(), |s, b| format!("{s}{b:02x}"));
    if shuffle {
        let mut keyed: Vec<_> = parts.into_iter().enumerate().map(|(n, part)| (digest(format!("{salt}\n{n}")), part)).collect();
        keyed.sort_by(|a, b| a.0.cmp(&b.0));
        parts = keyed.into_iter().map(|(_, part)| part).collect();
    }
    let boundary = format!("batch_{}", digest(salt.to_owned()));
    let mut out = Vec::new();
    for (id, answer) in parts {
        let mut head = format!("--{boundary}\r\nContent-Type: application/http\r\n");
        if let Some(id) = id {
            head.push_str(&format!("Content-ID: {}\r\n", response_id(&id)));
        }
        head.push_str(&format!("\r\nHTTP/1.1 {}\r\n", answer.status));
        for (name, value) in &answer.headers {
            head.push_str(&format!("{name}: {}\r\n", value.to_str().unwrap_or_default()));
        }
        head.push_str(&format!("content-length: {}\r\n\r\n", answer.body.len()));
        out.extend_from_slice(head.as_bytes());
        out.extend_from_slice(&answer.body);
        out.extend_from_slice(b"\r\n");
    }
    out.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    (boundary, Bytes::from(out))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_become_calls() {
        let body = b"preamble\r\n--x y\r\nContent-Type: application/http\r\nContent-ID: <item-1>\r\n\r\n\
            GET /gmail/v1/users/me/messages/a?format=raw HTTP/1.1\r\nAuthorization: Bearer t\r\n\r\n\r\n\
            --x y\r\ncontent-type: application/http; msgtype=request\r\n\r\nPOST /gmail/v1/users/me/labels\r\nContent-Type: application/json\r\n\r\n{\"name\":\r\n\"a\"}\r\n\
            --x y\r\nContent-Type: text/plain\r\n\r\nGET /a\r\n--x y\r\nContent-Type: application/http\r\n\r\nGET https://h/a HTTP/1.1\r\n--x y--\r\nafter";
        let inner = parse("multipart/mixed; boundary=\"x y\"", body).unwrap();
        let call = |verb, path: &str, query: &str, authorization: Option<&str>, body: &str| {
            Ok(Call {
                verb,
                path: path.into(),
                query: query.into(),
                authorization: authorization.map(str::to_owned),
                body: Bytes::from(body.to_owned()),
            })
        };
        assert_eq!(
            inner,
            [
                Inner {
                    id: Some("<item-1>".into()),
                    call: call(Method::GET, "/gmail/v1/users/me/messages/a", "format=raw", Some("Bearer t"), "")
                },
                Inner { id: None, call: call(Method::POST, "/gmail/v1/users/me/labels", "", None, "{\"name\":\n\"a\"}") },
                Inner { id: None, call: Err("Failed to parse batch request: a part is not application/http") },
                Inner { id: None, call: Err("Failed to parse batch request: a part holds no request") },
            ]
        );
        for (kind, body) in [
            ("multipart/mixed", &b"--x\r\n--x--"[..]),
            ("multipart/mixed; boundary=", b"----"),
            ("multipart/mixed; boundary=x", b""),
            ("multipart/mixed; boundary=x", b"--x\r\nContent-Type: application/http\r\n\r\nGET /a\r\n"),
            ("application/json", b"{}"),
        ] {
            assert_eq!(parse(kind, body), None, "{kind}");
        }
    }
}
