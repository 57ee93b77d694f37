//! Messages that were made to cost much. What they cost is seen in what comes out: every list and text has its bound, and nothing is
//! read twice but what is nested or encoded, and that only so deep.

use sales_mail::mime;

use crate::check::read;

const MEGA: usize = 1024 * 1024;

/// A header that says what the body is.
fn of(kind: &str, body: &str) -> Vec<u8> {
    format!("From: a@x.example\nSubject: s\nMessage-ID: <m@x.example>\nContent-Type: {kind}\n\n{body}").into_bytes()
}

#[test]
fn parts_in_parts() {
    let containers: String = (0..100_000).map(|i| format!("Content-Type: multipart/mixed; boundary=b{i}\n\n--b{i}\n")).collect();
    let mail = read(containers.as_bytes());
    assert_eq!((mail.body.as_str(), mail.files.len(), mail.files[0].kind.as_str()), ("", 1, "multipart/mixed"));

    let alike = read("Content-Type: multipart/alternative; boundary=b\n\n--b\n".repeat(100_000).as_bytes());
    assert_eq!(alike.body, "");
    assert!(alike.files.len() <= mime::PARTS, "{}", alike.files.len());

    let messages = read("Content-Type: message/rfc822\nSubject: s\n\n".repeat(100_000).as_bytes());
    assert_eq!(messages.body.matches("---------- Forwarded message").count(), mime::DEPTH);
    assert_eq!(messages.files.len(), 1);
}

#[test]
fn parts_beside_parts() {
    let part = "--b\nContent-Type: application/pdf\n\nx\n";
    let mail = read(&of("multipart/mixed; boundary=b", &part.repeat(50_000)));
    // The message itself is one.
    assert_eq!(mail.files.len(), mime::PARTS - 1);
    // Containers of many, one in another: the bound is the message's.
    let inner = "--c\n\nx\n".repeat(900);
    let outer = format!("--b\nContent-Type: multipart/mixed; boundary=c\n\n{inner}");
    let mail = read(&of("multipart/mixed; boundary=b", &outer.repeat(100)));
    assert_eq!(mail.body.matches('x').count(), mime::PARTS - 3);
    let mail = read(&of("multipart/mixed; boundary=b", &"--b\n\nx\n".repeat(100_000)));
    assert_eq!(mail.body.matches('x').count(), mime::PARTS - 1);
}

#[test]
fn lines_that_look_like_boundaries() {
    for line in ["--b\n", "--b-\n", "--bb\n", "--\n", "-- b\n", "--b \t \n"] {
        let mail = read(&of("multipart/mixed; boundary=b", &line.repeat(2 * MEGA / line.len())));
        assert!(mail.files.is_empty(), "{line}: {}", mail.files.len());
    }
    for kind in ["multipart/mixed", "multipart/mixed; boundary=\"\"", "multipart/mixed; boundary=other"] {
        read(&of(kind, &"--b\n".repeat(MEGA / 4)));
        read(&of(kind, &"--b\nContent-\n".repeat(MEGA / 12)));
    }
    let long = "b".repeat(MEGA);
    let mail = read(&of(&format!("multipart/mixed; boundary={long}"), &format!("--{long}\n\ntext\n--{long}--")));
    assert_eq!(mail.body, "text");
}

#[test]
fn long_lines() {
    for body in [">".repeat(10 * MEGA), "> ".repeat(2 * MEGA), ">\n".repeat(MEGA), " ".repeat(2 * MEGA), "\n".repeat(2 * MEGA)] {
        for kind in ["text/plain", "text/plain; format=flowed; delsp=yes", "text/html", "application/x"] {
            read(&of(kind, &body));
        }
    }
    let mail = read(&of("text/plain", &">".repeat(10 * MEGA)));
    assert_eq!(mail.body.len(), mime::LONGEST_BODY + "\n\n[This mail's text is longer than 1 MiB: the rest was left out.]".len());
}

#[test]
fn long_fields() {
    let x = "x".repeat(MEGA);
    let mail = read(format!("Subject: {x}\nFrom: {x} <a@x.example>\nTo: {x}@x.example\nMessage-ID: <{x}@x>\nDate: {x}\n\n").as_bytes());
    assert_eq!((mail.subject.len(), mail.from.unwrap().name.len(), mail.to.len(), mail.message_id.as_str()), (1_000, 200, 0, ""));
    read(x.as_bytes());
    read(format!("{x}: y\n\n{x}").as_bytes());
    read("A: b\n".repeat(MEGA / 5).as_bytes());
    read(format!("Subject: a{}\n\n", "\n b".repeat(MEGA / 3)).as_bytes());
    let folded = read(format!("Subject: {}\n\n", "a\n ".repeat(MEGA / 3)).as_bytes());
    assert_eq!(folded.subject.len(), 999);
}

#[test]
fn many_addresses() {
    let all: Vec<String> = (0..50_000).map(|i| format!("\"N {i}\" <n{i}@x.example>")).collect();
    let mail = read(format!("To: {}\n\n", all.join(", ")).as_bytes());
    assert_eq!((mail.to.len(), mail.to[1_999].email.as_str()), (2_000, "n1999@x.example"));
    let fields: String = all.chunks(1_000).map(|c| format!("Cc: {}\n", c.join(", "))).collect();
    assert_eq!(read(format!("{fields}\n").as_bytes()).cc.len(), 2_000);
    let groups = format!("To: {}\n\n", "g: a@x.example; ".repeat(50_000));
    assert_eq!(read(groups.as_bytes()).to.len(), 1);
}

#[test]
fn many_ids() {
    let ids: String = (0..100_000).map(|i| format!("<{i}@x.example> ")).collect();
    assert_eq!(read(format!("References: {ids}\nIn-Reply-To: {ids}\n\n").as_bytes()).references.len(), 100);
    for piece in ["<", ">", "<>", "<a", "a@x "] {
        read(format!("Message-ID: {0}\nReferences: {0}\n\n", piece.repeat(MEGA / 4 / piece.len())).as_bytes());
    }
}

#[test]
fn beginnings_without_end() {
    let pieces = [
        "=?",
        "=?utf-8?Q?",
        "=?utf-8?B?",
        "=?utf-8?Q?a?=",
        "=?utf-8?Q?a?= ",
        "=?a?q?=40?=,",
        "(",
        "()",
        "((",
        "\\(",
        "\"",
        "\\\"",
        "<",
        "<@",
        "<a@b",
        ",",
        ";",
        ":",
        "a:",
        "@",
        "a@b ",
        "=?utf-8?Q?a@b.example?= ",
        "dmarc=fail;",
        "a <",
        "' <b@x.example>' ",
    ];
    for piece in pieces {
        let many = piece.repeat(MEGA / 8 / piece.len());
        for end in ["", "?=)\">"] {
            let fields =
                ["Subject", "From", "To", "Date", "Authentication-Results", "Content-Type", "Content-Disposition", "Auto-Submitted"];
            let header: String = fields.iter().map(|f| format!("{f}: {many}{end}\n")).collect();
            read(format!("{header}\nx").as_bytes());
        }
    }
}

#[test]
fn many_parameters() {
    for piece in
        ["; a*0*=x", "; a*=x", "; boundary*1=b", "; =", ";", "; a=\"", "; a=\"b;\\\"", "; filename*4294967296*=a", "=?utf-8?Q?a?=;"]
    {
        let many = piece.repeat(MEGA / piece.len());
        let mail = read(&of(&format!("application/x{many}"), "x"));
        assert!(mail.files.len() <= 1);
        read(format!("Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Disposition: attachment{many}\n\nx\n--b--").as_bytes());
    }
    let split: String = (0..100_000).map(|i| format!("; filename*{i}*=x")).collect();
    let mail = read(&of(&format!("application/x{split}"), "x"));
    assert_eq!(mail.files[0].name, "");
    let split: String = (0..100_000).map(|i| format!("; name*{i}=x")).collect();
    let mail = read(&of(&format!("application/x{split}"), "x"));
    assert_eq!(mail.files[0].name, "x".repeat(200));
}

#[test]
fn encodings_of_little_sense() {
    for piece in [
        "=",
        "==",
        "= ",
        "=\n",
        "=3",
        " ",
        " =",
        "+",
        "+A",
        "+AAA-",
        "\u{1b}$B",
        "\u{1b}(B",
        "!",
        "A",
        "-----BEGIN PGP SIGNED MESSAGE-----\n",
    ] {
        let body = piece.repeat(MEGA / piece.len());
        for encoding in ["base64", "quoted-printable", "8bit"] {
            for charset in ["utf-7", "iso-2022-jp", "utf-16", "gb18030", "x-none"] {
                let kind = format!("text/plain; charset={charset}\nContent-Transfer-Encoding: {encoding}");
                read(&of(&kind, &body[..body.len() / 4]));
            }
        }
    }
}

#[test]
fn containers_in_encodings() {
    // Quoted-printable around itself: each level is a copy, and few are made.
    let mut inner = String::from("Content-Type: text/plain\n\ninnermost");
    for i in 0..8 {
        let body = inner.replace('=', "=3D");
        inner = format!(
            "Content-Type: multipart/mixed; boundary=b{i}\nContent-Transfer-Encoding: quoted-printable\n\n--b{i}\n{body}\n--b{i}--"
        );
    }
    let mail = read(inner.as_bytes());
    assert_eq!((mail.body.as_str(), mail.files.len()), ("", 1));
}

#[test]
fn many_invitations() {
    let event = |i: usize| format!("BEGIN:VEVENT\nUID:{i}@x\nDTSTART:20240318T090000Z\nEND:VEVENT\n");
    let part = |n: usize| {
        let events: String = (0..100).map(|i| event(n * 100 + i)).collect();
        format!("--b\nContent-Type: text/calendar\n\nBEGIN:VCALENDAR\nMETHOD:REQUEST\n{events}END:VCALENDAR\n")
    };
    let body: String = (0..50).map(part).collect();
    assert_eq!(read(&of("multipart/mixed; boundary=b", &body)).invitations.len(), 100);
}
