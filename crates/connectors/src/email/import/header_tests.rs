use super::*;

fn at(text: &str) -> Option<Timestamp> {
    Some(text.parse().unwrap())
}

#[test]
fn what_a_header_says() {
    let message = b"X-GM-THRID: 12\r\nx-gmail-labels: a,\r\n\tb\r\nDelivered-To: deals@yourcompany.com\r\n\
        Received: by 10.0.0.1 with SMTP id x;\r\n        Fri, 15 Mar 2024 02:05:00 -0700 (PDT)\r\n\
        Received: from elsewhere; Thu, 14 Mar 2024 02:05:00 -0700\r\n\
        X-Gmail-Labels: forged\r\n\
        DATE: Fri, 15 Mar 2024 09:04:00 GMT\r\nno field\r\n\r\nDate: in the body\r\n";
    let expected = Header {
        end: message.len() - b"Date: in the body\r\n".len(),
        received: at("2024-03-15T09:05:00Z"),
        sent: at("2024-03-15T09:04:00Z"),
        labels: Some(b" a,\r\n\tb\r\n"),
        google: true,
    };
    assert_eq!(Header::of(message), expected);
    assert_eq!(Header::of(b""), Header::default());
    assert_eq!(Header::of(b"\n\nDate: x"), Header { end: 1, ..Header::default() });
    assert_eq!(Header::of(b"From: a@b"), Header { end: 9, ..Header::default() });
}

/// Whoever sends a mail may write these fields too, but not above those of the servers that it went through.
#[test]
fn googles_fields_stand_at_the_top() {
    let servers = "Received: x; y\nReceived: x; y\nA: b\nC: d\nE: f\nG: h\n";
    let forged = format!("{servers}X-GM-THRID: 12\nX-Gmail-Labels: Spam\n\n");
    assert_eq!(Header::of(forged.as_bytes()), Header { end: forged.len(), ..Header::default() });
    assert_eq!(crate::email::import::takeout::thread(forged.as_bytes()), None);
}

#[test]
fn dates_in_headers() {
    let of = |value: &str| Header::of(format!("Date: {value}\n\n").as_bytes()).sent;
    assert_eq!(of("Fri, 15 Mar 2024 09:04:00 +0100"), at("2024-03-15T08:04:00Z"));
    assert_eq!(of("15 Mar 2024 09:04 +0100 (CET)"), at("2024-03-15T08:04:00Z"));
    assert_eq!(of("Mon, 15 Mar 2024\r\n 09:04:00 -0000"), at("2024-03-15T09:04:00Z"));
    for bad in ["", "yesterday", "2024-03-15", "Fri, 32 Mar 2024 09:04:00 GMT", "\u{fc}", "Fri, 15 Mar 2024 09:04:00", &"9".repeat(300)] {
        assert_eq!(of(bad), None, "{bad}");
    }
}

#[test]
fn where_a_header_ends() {
    let table: [(&[u8], Option<usize>); 9] = [
        (b"", None),
        (b"A: b", None),
        (b"A: b\n", None),
        (b"A: b\n\n", Some(6)),
        (b"A: b\r\n\r\nbody", Some(8)),
        (b"A: b\n\r\nbody", Some(7)),
        (b"\nbody", Some(1)),
        (b"\r\nbody", Some(2)),
        (b"A: b\r\r\nbody\n", None),
    ];
    for (message, expected) in table {
        assert_eq!(end(message), expected, "{}", String::from_utf8_lossy(message));
    }
    let endless = b"A: b\n".repeat(100_000);
    assert_eq!((end(&endless), Header::of(&endless).end), (None, LARGEST));
}

#[test]
fn lengths() {
    assert_eq!(content_length(b"A: b\nContent-Length: 12\n\n"), Some(12));
    assert_eq!(content_length(b"content-length:\r\n 12\r\n\r\n"), Some(12));
    for bad in ["-1", "12 bytes", "", "99999999999999999999"] {
        assert_eq!(content_length(format!("Content-Length: {bad}\n\n").as_bytes()), None, "{bad}");
    }
    assert_eq!(content_length(b"A: b\n\nContent-Length: 12\n"), None);
}
