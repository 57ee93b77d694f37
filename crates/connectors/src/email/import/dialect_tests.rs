use super::*;

const FROM_LINE: &str = "From a@b Fri Mar 15 09:05:00 2024\n";

fn of(text: &str) -> Dialect {
    Dialect::of(text.as_bytes(), true)
}

fn message(body: &str) -> String {
    format!("{FROM_LINE}Subject: x\n\n{body}\n")
}

#[test]
fn levels_of_quoting_tell_who_wrote_it() {
    let table = [
        ("nothing\n", Quoting::Rd),
        (">From the start\n", Quoting::Rd),
        ("> quoted\n>>From the start\n> quoted\n", Quoting::Rd),
        (">> quoted\n>>From the start\n>> quoted\n", Quoting::O),
        ("words\n>>From the start\nwords\n", Quoting::Rd),
        (">> a\n>>>From x\n>> a\n>> a\n>>From x\n>> a\n>> a\n>>>From y\n", Quoting::Rd),
    ];
    for (body, quoting) in table {
        assert_eq!(of(&message(body)), Dialect { quoting, ..Dialect::RD }, "{body}");
    }
}

fn counted(body: &str, length: usize) -> String {
    format!("{FROM_LINE}Content-Length: {length}\nSubject: x\n\n{body}\n")
}

#[test]
fn lengths_count_where_nearly_all_are_right() {
    let right = |body: &str| counted(body, body.len());
    let many = right("hello\n").repeat(20);
    assert_eq!(of(&many), Dialect { quoting: Quoting::O, lengths: true, ..Dialect::RD });
    assert_eq!(of(&(many.clone() + &right("\nFrom the start\n"))), Dialect { quoting: Quoting::None, lengths: true, ..Dialect::RD });
    let forged = format!("\n{FROM_LINE}Subject: x\n\nnot a message\n");
    assert_eq!(of(&(many.clone() + &right(&forged))), Dialect { quoting: Quoting::None, lengths: true, ..Dialect::RD });
    // Two in 22 are wrong or have none: good enough. A single right one among others is not.
    assert!(of(&(many.clone() + &counted("hello\n", 5_000) + &message("hello\n"))).lengths);
    assert!(!of(&(message("hello\n").repeat(20) + &right("hello\n"))).lengths);
    assert!(!of(&counted("hello\n", 5_000).repeat(20)).lengths);
    assert!(!of(&counted("hello\n", usize::MAX).repeat(20)).lengths);
}

#[test]
fn files_without_empty_lines_and_without_dates() {
    let tight = format!("{FROM_LINE}Subject: x\n\nhello\n").repeat(3);
    assert_eq!(of(&tight), Dialect { blank: false, ..Dialect::RD });
    assert_eq!(of(&(message("hello\n").repeat(3) + &tight)), Dialect::RD);
    assert_eq!(of(&"From \r\nSubject: x\r\n\r\nhello\r\n\r\n".repeat(2)), Dialect { bare: true, ..Dialect::RD });
    assert_eq!(of(""), Dialect::RD);
}

#[test]
fn what_stands_before_tells_what_it_is() {
    let of = |before: &str| Line::at(format!("{before}From x").as_bytes(), before.len(), 0);
    let zeros = |n| "\0".repeat(n);
    let table = [
        (String::new(), Line::Begins { blank: true }),
        ("\n".into(), Line::Begins { blank: true }),
        ("\r\n".into(), Line::Begins { blank: true }),
        ("a\n\n".into(), Line::Begins { blank: true }),
        ("a\r\n\r\n".into(), Line::Begins { blank: true }),
        ("a\n".into(), Line::Begins { blank: false }),
        ("a\r\n".into(), Line::Begins { blank: false }),
        (">".into(), Line::Quoted(1)),
        ("a\n>>>".into(), Line::Quoted(3)),
        ("a>>".into(), Line::Inside),
        ("> ".into(), Line::Inside),
        ("a".into(), Line::Inside),
        (zeros(512), Line::Begins { blank: true }),
        ("a\n".to_owned() + &zeros(600), Line::Begins { blank: true }),
        ("a".to_owned() + &zeros(600), Line::Inside),
        (zeros(511), Line::Inside),
    ];
    for (before, line) in table {
        assert_eq!(of(&before), line, "{before:?}");
    }
}

#[test]
fn quoting_is_undone() {
    let text = b"From: x\n>From a\n>>From b\n>>>From c\n > >From d\ntext >From e\n>From";
    let finder = Finder::new(FROM);
    let of = |quoting| String::from_utf8(unquoted(Bytes::from_static(text), quoting, &finder).to_vec()).unwrap();
    assert_eq!(of(Quoting::Rd), "From: x\nFrom a\n>From b\n>>From c\n > >From d\ntext >From e\n>From");
    assert_eq!(of(Quoting::O), "From: x\nFrom a\n>>From b\n>>>From c\n > >From d\ntext >From e\n>From");
    assert_eq!(of(Quoting::None).as_bytes(), text);
    assert_eq!(unquoted(Bytes::from_static(b">From a"), Quoting::Rd, &finder), "From a");
}

#[test]
fn one_empty_line_is_taken_off() {
    let zeros = vec![0; 600];
    let table: [(&[u8], &[u8]); 10] = [
        (b"", b""),
        (b"\n", b""),
        (b"\r\n", b""),
        (b"a\n", b"a\n"),
        (b"a\n\n", b"a\n"),
        (b"a\r\n\r\n", b"a\r\n"),
        (b"a\n\n\n", b"a\n\n"),
        (b"a\n\r\n", b"a\n"),
        (b"a", b"a"),
        (b"a\n\0", b"a\n\0"),
    ];
    for (message, expected) in table {
        assert_eq!(trimmed(message), expected, "{}", String::from_utf8_lossy(message));
    }
    assert_eq!(trimmed(&[b"a\n\n", zeros.as_slice()].concat()), b"a\n");
}
