use std::io::Cursor;

use proptest::prelude::*;

use super::*;

const LINE: &str = "From a@b Fri Mar 15 09:05:00 2024\n";
const PLAIN: Options = Options { limit: 64 << 20, chunk: CHUNK, dialect: None };

/// Gives as much at once as it likes.
struct Drops<'a>(&'a [u8], usize);

impl Read for Drops<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = buffer.len().min(self.1).min(self.0.len());
        let (now, later) = self.0.split_at(n);
        buffer[..n].copy_from_slice(now);
        self.0 = later;
        Ok(n)
    }
}

fn entries(file: &[u8], options: &Options) -> (Vec<Entry>, Ended) {
    let mut out = Vec::new();
    let ended = super::read(&mut Cursor::new(file), options, &mut |entry| {
        out.push(entry);
        true
    });
    (out, ended.unwrap())
}

/// Bodies, which are the same at any size of what is read at once.
fn bodies(file: &str) -> Vec<String> {
    let (whole, _) = entries(file.as_bytes(), &PLAIN);
    for chunk in [1, 7, 100, 4_096] {
        assert_eq!(entries(file.as_bytes(), &Options { chunk, ..PLAIN }).0, whole, "chunks of {chunk}");
    }
    whole.into_iter().map(|e| String::from_utf8(e.body.to_vec()).unwrap()).collect()
}

#[test]
fn messages_come_without_separators_and_quoting() {
    let file = format!(
        "{LINE}Subject: 1\n\nHello\n>From here on\n\n{LINE}Subject: 2\n\nFrom Monday on, they said.\n\nFrom Fri Mar 15 09:05:00 2024 on.\n\n\
         {LINE}Subject: 3\n\n"
    );
    assert_eq!(
        bodies(&file),
        [
            "Subject: 1\n\nHello\nFrom here on\n",
            "Subject: 2\n\nFrom Monday on, they said.\n\nFrom Fri Mar 15 09:05:00 2024 on.\n",
            "Subject: 3\n",
        ]
    );
    let (all, ended) = entries(file.as_bytes(), &PLAIN);
    assert_eq!(ended, Ended::Whole);
    assert!(all.iter().all(|e| e.at == Some("2024-03-15T09:05:00Z".parse().unwrap()) && !e.cut));
    let crlf = file.replace('\n', "\r\n");
    assert_eq!(bodies(&crlf), bodies(&file).iter().map(|b| b.replace('\n', "\r\n")).collect::<Vec<_>>());
}

#[test]
fn beginnings_and_ends() {
    let one = format!("{LINE}Subject: 1\n\nHello\n");
    for before in ["", "\u{feff}", "\n", "\r\n\r\n", "\0\0\n"] {
        for after in ["", "\n", "\r\n"] {
            assert_eq!(bodies(&format!("{before}{one}{after}")), ["Subject: 1\n\nHello\n"], "{before:?} {after:?}");
        }
    }
    assert_eq!(entries(b"", &PLAIN), (vec![], Ended::Whole));
    let torn = format!("{one}\n{LINE}Subject: 2\n\nHel");
    assert_eq!(bodies(&torn), ["Subject: 1\n\nHello\n", "Subject: 2\n\nHel"]);
    assert_eq!(entries(torn.as_bytes(), &PLAIN).1, Ended::Torn);
    let in_line = format!("{one}\nFrom a@b Fri Mar 15 09:0");
    assert_eq!(bodies(&in_line), ["Subject: 1\n\nHello\n\nFrom a@b Fri Mar 15 09:0"], "no separator yet");
}

#[test]
fn empty_messages_are_there() {
    assert_eq!(bodies(&format!("{LINE}\n{LINE}\n{LINE}{LINE}Subject: x\n\n")), ["", "", "", "Subject: x\n"]);
    assert_eq!(bodies(LINE), [""]);
}

/// Writers do not ask for an empty line before it, so a line in a message may look like a separator; then the file has them elsewhere.
#[test]
fn a_separator_stands_after_an_empty_line_where_the_file_has_them() {
    let inside = format!("Subject: 1\n\nas in\n{LINE}Subject: example\n\nmore\n");
    let usual = format!("{LINE}{inside}\n{LINE}Subject: 2\n\nb\n\n{LINE}Subject: 3\n\nc\n\n");
    assert_eq!(bodies(&usual), [inside.as_str(), "Subject: 2\n\nb\n", "Subject: 3\n\nc\n"]);
    let tight = format!("{LINE}Subject: 1\n\na\n{LINE}Subject: 2\n\nb\n{LINE}Subject: 3\n\nc\n");
    assert_eq!(bodies(&tight), ["Subject: 1\n\na\n", "Subject: 2\n\nb\n", "Subject: 3\n\nc\n"]);
}

#[test]
fn thunderbird_writes_separators_that_say_nothing() {
    let file = "From \r\nSubject: 1\r\n\r\n>From x\r\n\r\nFrom \r\nno field\r\n\r\nFrom \r\nSubject: 2\r\n\r\nb\r\n\r\n";
    assert_eq!(bodies(file), ["Subject: 1\r\n\r\nFrom x\r\n\r\nFrom \r\nno field\r\n", "Subject: 2\r\n\r\nb\r\n"]);
    assert!(entries(file.as_bytes(), &PLAIN).0.iter().all(|e| e.at.is_none()));
}

#[test]
fn lengths_tell_where_a_message_ends() {
    let put = |body: &str| format!("{LINE}Content-Length: {}\n\n{body}\n", body.len());
    let forged = format!("\n{LINE}Subject: an example\n\n>From x\n");
    let file = [put("a\n"), put(&forged), put("no end of line"), put(""), put("\n\n\n")].concat();
    let of = |body: &str| format!("Content-Length: {}\n\n{body}", body.len());
    assert_eq!(bodies(&file), [of("a\n"), of(&forged), of("no end of line"), of(""), of("\n\n\n")]);
    // One is wrong: it is read as if it had none.
    let wrong = format!("{LINE}Content-Length: 5\n\nlonger than it says\n\n");
    let file = put("a\n").repeat(15) + &wrong + &put("b\n");
    let got = bodies(&file);
    assert_eq!(
        (got.len(), got[15].as_str(), got[16].as_str()),
        (17, "Content-Length: 5\n\nlonger than it says\n", "Content-Length: 2\n\nb\n")
    );
}

/// A length that covers the messages behind it: whoever sent it must not hide them.
#[test]
fn a_forged_length_hides_nothing_in_a_file_without_lengths() {
    let other = format!("{LINE}Subject: other\n\nb\n\n");
    let file = format!("{other}{LINE}Content-Length: {}\n\na\n\n{other}{other}", 3 + other.len());
    assert_eq!(bodies(&file).len(), 4);
}

#[test]
fn zero_bytes_are_kept_and_blocks_of_them_end_a_message() {
    let zeros = "\0".repeat(1_000);
    let file = format!("{LINE}Subject: 1\n\na\0b\n\n{zeros}{LINE}Subject: 2\n\n\0From a@b Fri Mar 15 09:05:00 2024\nb: c\n\n");
    assert_eq!(bodies(&file), ["Subject: 1\n\na\0b\n", "Subject: 2\n\n\0From a@b Fri Mar 15 09:05:00 2024\nb: c\n"]);
}

#[test]
fn of_too_large_messages_the_header_comes() {
    let large = format!("Subject: large\nTo: x\n\n{}\n", "0123456789abcdef From \n\n".repeat(30_000));
    let small = "Subject: small\n\na\n".to_owned();
    let file = format!("{LINE}{small}\n{LINE}{large}\n{LINE}{small}\n{LINE}{large}");
    let options = Options { limit: 1_000, ..PLAIN };
    let (all, ended) = entries(file.as_bytes(), &options);
    let got: Vec<_> = all.iter().map(|e| (String::from_utf8_lossy(&e.body).into_owned(), e.size, e.cut)).collect();
    let header = || "Subject: large\nTo: x\n\n".to_owned();
    let size = large.len() as u64;
    assert_eq!(got, [(small.clone(), 19, false), (header(), size + 1, true), (small, 19, false), (header(), size, true)]);
    assert_eq!(ended, Ended::Whole);
    for chunk in [500, 5_000, 70_000, 400_000] {
        assert_eq!(entries(file.as_bytes(), &Options { chunk, ..options }).0, all, "{chunk}");
    }
    // Far below what is held anyway.
    let middle = format!("{LINE}Subject: x\n\n{}\n\n", "x".repeat(2_000));
    assert_eq!(entries(middle.as_bytes(), &options).0[0].body, "Subject: x\n\n");
    // A header without an end.
    let endless = format!("{LINE}{}", "A: b\n".repeat(200_000));
    let (all, _) = entries(endless.as_bytes(), &options);
    assert_eq!((all.len(), all[0].body.len(), all[0].size), (1, header::LARGEST / 5 * 5, 1_000_000));
}

#[test]
fn nobody_has_to_read_on_and_errors_end_it() {
    let file = format!("{LINE}Subject: 1\n\na\n\n").repeat(3);
    let mut n = 0;
    let ended = super::read(&mut Cursor::new(&file), &PLAIN, &mut |_| {
        n += 1;
        n < 2
    });
    assert_eq!((ended.unwrap(), n), (Ended::Unwanted, 2));

    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("torn off"))
        }
    }
    let long = format!("{LINE}Subject: 1\n\n{}\n\n", "a".repeat(9 << 20)) + &file;
    let mut input = Read::chain(Cursor::new(long.as_bytes()), Broken);
    let mut n = 0;
    let ended = super::read(&mut input, &PLAIN, &mut |_| {
        n += 1;
        true
    });
    assert_eq!(ended.unwrap_err().to_string(), "torn off");
    assert!(n < 4, "the last message may be torn");
}

/// Writes messages as mboxrd: quoting, an empty line behind each.
fn write(messages: &[Vec<u8>]) -> Vec<u8> {
    let mut out = Vec::new();
    for message in messages {
        out.extend_from_slice(LINE.as_bytes());
        for line in message.split_inclusive(|b| *b == b'\n') {
            let marks = line.iter().take_while(|b| **b == b'>').count();
            if line[marks..].starts_with(FROM) {
                out.push(b'>');
            }
            out.extend_from_slice(line);
        }
        out.push(b'\n');
    }
    out
}

fn line() -> impl Strategy<Value = Vec<u8>> {
    let from = (0_usize..4, any::<bool>()).prop_map(|(marks, full)| {
        let text = if full { LINE.trim_end() } else { "From x" };
        [">".repeat(marks).as_bytes(), text.as_bytes()].concat()
    });
    prop_oneof![
        3 => Just(Vec::new()),
        3 => from,
        1 => Just(b"From ".to_vec()),
        1 => Just(b"Subject: x".to_vec()),
        1 => Just(b"Content-Length: 40".to_vec()),
        2 => proptest::collection::vec(prop_oneof![Just(b'>'), Just(b'F'), Just(b' '), Just(b'\r'), any::<u8>()], 0..40)
    ]
}

fn message() -> impl Strategy<Value = Vec<u8>> {
    proptest::collection::vec(line(), 0..12).prop_map(|lines| {
        let lines = std::iter::once(b"Subject: x".to_vec()).chain(lines);
        lines.flat_map(|l| [l, b"\n".to_vec()].concat()).collect()
    })
}

proptest! {
    #[test]
    fn what_was_written_is_read(messages in proptest::collection::vec(message(), 0..8), chunk in 1_usize..3_000, drops in 1_usize..500) {
        let file = write(&messages);
        let options = Options { dialect: Some(Dialect::RD), chunk, ..PLAIN };
        let mut read = Vec::new();
        let ended = super::read(&mut Drops(&file, drops), &options, &mut |entry| {
            read.push(entry.body.to_vec());
            true
        });
        prop_assert_eq!(ended.unwrap(), Ended::Whole);
        prop_assert_eq!(read, messages);
    }

    #[test]
    fn any_bytes_are_read_alike_at_any_size(lines in proptest::collection::vec(line(), 0..60), chunk in 1_usize..2_000, limit in 0_u64..2_000) {
        let file = [LINE.as_bytes(), &lines.join(&b'\n')].concat();
        let options = Options { limit, ..PLAIN };
        let whole = entries(&file, &options);
        prop_assert_eq!(entries(&file, &Options { chunk, ..options }), whole);
    }
}
