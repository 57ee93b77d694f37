//! Mails for tests.

/// A mail with these header fields and some text.
pub(crate) fn mail(from: &str, to: &str, id: &str, more: &str) -> Vec<u8> {
    let id = if id.is_empty() { String::new() } else { format!("Message-ID: <{id}>\r\n") };
    format!("From: {from}\r\nTo: {to}\r\n{id}{more}Date: Fri, 15 Mar 2024 10:00:00 +0000\r\nSubject: about {from}\r\n\r\nHello\r\n")
        .into_bytes()
}

/// The n-th of many mails: every second is with Acme.
pub(crate) fn many(n: usize) -> Vec<u8> {
    let other = if n.is_multiple_of(2) { "jo@acme.example" } else { "news@other.example" };
    let body = "All work and no play makes a dull mail.\r\n".repeat(20 + n % 40);
    let head = mail(other, "deals@yourcompany.example", &format!("m{n}@x.example"), "");
    [head, body.into_bytes()].concat()
}

/// 2024-03-15T10:00:00Z.
pub(crate) const RECEIVED: u64 = 1_710_496_800;
