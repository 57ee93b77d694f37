use bytes::Bytes;
use proptest::prelude::*;

use super::*;
use crate::email::imap::{fuzzing, uids::UidSet};

/// The responses that stand in some bytes; `None` for each that cannot be read.
fn read(bytes: &[u8]) -> Vec<Option<Response>> {
    fuzzing::responses(bytes)
}

fn one(bytes: &[u8]) -> Response {
    let all = read(bytes);
    assert_eq!(all.len(), 1, "{all:?}");
    all.into_iter().next().flatten().unwrap()
}

fn uids(text: &str) -> UidSet {
    UidSet::parse(text).unwrap()
}

fn status(status: Status, code: Option<(&str, &str)>, text: &str) -> StatusOf {
    let code = code.map(|(name, args)| Code { name: name.into(), args: args.into() });
    StatusOf { status, code, text: text.into() }
}

#[test]
fn statuses() {
    assert_eq!(
        one(b"* OK [UIDVALIDITY 3857529045] UIDs valid\r\n"),
        Response::Status(status(Status::Ok, Some(("UIDVALIDITY", "3857529045")), "UIDs valid"))
    );
    assert_eq!(
        one(b"a1 NO [THROTTLED] slow down\r\n"),
        Response::Tagged("a1".into(), status(Status::No, Some(("THROTTLED", "")), "slow down"))
    );
    assert_eq!(one(b"* bye\n"), Response::Status(status(Status::Bye, None, "")));
    assert_eq!(one(b"* PREAUTH ready {5}\r\n"), Response::Status(status(Status::PreAuth, None, "ready {5}")));
    assert_eq!(
        one(b"* NO [BADCHARSET (\"a]b\" UTF-8)] no\r\n"),
        Response::Status(status(Status::No, Some(("BADCHARSET", "(\"a]b\" UTF-8)")), "no"))
    );
    assert_eq!(one(b"* OK [never closed\r\n"), Response::Status(status(Status::Ok, None, "[never closed")));
    assert_eq!(one(b"* OK \x1b[31mred\x07\r\n"), Response::Status(status(Status::Ok, None, "[31mred")));
    assert_eq!(one(b"+ eyJzdGF0dXMiOiI0MDAifQ==\r\n"), Response::Continue("eyJzdGF0dXMiOiI0MDAifQ==".into()));
    assert_eq!(one(b"+\r\n"), Response::Continue(String::new()));
}

#[test]
fn mailboxes_and_searches() {
    let listed = |attributes: &[&str], separator, name: &'static str| {
        let attributes = attributes.iter().map(|a| (*a).to_owned()).collect();
        Response::List(Listed { attributes, separator, name: Bytes::from_static(name.as_bytes()) })
    };
    assert_eq!(
        one(b"* LIST (\\HasNoChildren \\All) \"/\" \"[Gmail]/All Mail\"\r\n"),
        listed(&["\\hasnochildren", "\\all"], Some('/'), "[Gmail]/All Mail")
    );
    assert_eq!(one(b"* LIST () NIL {5}\r\na\"b c\r\n"), listed(&[], None, "a\"b c"));
    assert_eq!(one(b"* LIST () \"\\\\\" foo\\bar\r\n"), listed(&[], Some('\\'), "foo\\bar"));
    assert_eq!(one(b"* LIST () \".\" NIL\r\n"), listed(&[], Some('.'), "NIL"));
    let pairs = vec![("MESSAGES".to_owned(), 231), ("UIDNEXT".to_owned(), 44_292)];
    assert_eq!(one(b"* STATUS blurdybloop (MESSAGES 231 UIDNEXT 44292)\r\n"), Response::MailboxStatus("blurdybloop".into(), pairs));
    assert_eq!(one(b"* SEARCH 2 84 882\r\n"), Response::Search(uids("2,84,882")));
    assert_eq!(one(b"* SEARCH\r\n"), Response::Search(UidSet::default()));
    assert_eq!(one(b"* SEARCH 2 5 (MODSEQ 917162500)\r\n"), Response::Search(uids("2,5")));
    assert_eq!(one(b"* ESEARCH (TAG \"A282\") UID MIN 2 COUNT 3 ALL 2,10:11\r\n"), Response::Search(uids("2,10:11")));
    assert_eq!(one(b"* ESEARCH (TAG \"A282\") UID\r\n"), Response::Search(UidSet::default()));
    assert_eq!(one(b"* VANISHED (EARLIER) 41,43:116\r\n"), Response::Vanished { earlier: true, uids: uids("41,43:116") });
    assert_eq!(one(b"* VANISHED 1:4294967295\r\n"), Response::Vanished { earlier: false, uids: uids("1:4294967295") });
    assert_eq!(one(b"* 23 EXISTS\r\n"), Response::Exists(23));
    assert_eq!(one(b"* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n"), Response::Capability(vec!["IMAP4REV1".into(), "AUTH=PLAIN".into()]));
    assert_eq!(one(b"* THREAD (1 2)\r\n"), Response::Other);
    // A search that cannot be read says nothing, least of all that there is nothing.
    for broken in [&b"* SEARCH 4294967296\r\n"[..], b"* SEARCH 1 x\r\n", b"* VANISHED *\r\n", b"* ESEARCH UID ALL 1:*\r\n"] {
        assert_eq!(read(broken), [None]);
    }
}

#[test]
fn mails() {
    let text = b"* 12 FETCH (FLAGS (\\Seen $Forwarded) UID 7 INTERNALDATE \"17-Jul-1996 02:44:25 -0700\" RFC822.SIZE 4286 MODSEQ (12121231000) \
        X-GM-THRID 1278455344230334865 X-GM-LABELS (\\Inbox \"Mu&AOQ-e\" foo) BODY[HEADER.FIELDS (FROM TO)] {13}\r\nFrom: a@b\r\n\r\n BODY[] NIL)\r\n";
    let Response::Fetch(f) = one(text) else { panic!() };
    let words = |w: &[&str]| Some(w.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>());
    let expected = Fetched {
        uid: Some(7),
        flags: words(&["\\Seen", "$Forwarded"]),
        size: Some(4286),
        received: Some("17-Jul-1996 02:44:25 -0700".into()),
        modseq: Some(12_121_231_000),
        thread: Some(1_278_455_344_230_334_865),
        labels: words(&["\\Inbox", "Muäe", "foo"]),
        sections: vec![("HEADER.FIELDS (FROM TO)".into(), Some("From: a@b\r\n\r\n".into())), (String::new(), None)],
    };
    assert_eq!(f, expected);
    // A part of a mail, 8-bit bytes in quotes, an escaped quote, and a binary literal with a NUL in it.
    let Response::Fetch(f) = one(b"* 1 FETCH (BODY[]<0> \"a\\\"\xff\\\\\")\r\n") else { panic!() };
    assert_eq!(f.whole(), Some(&Some(Bytes::from_static(b"a\"\xff\\"))));
    let Response::Fetch(f) = one(b"* 1 FETCH (BODY[] ~{3+}\r\na\0b UID 0)\r\n") else { panic!() };
    assert_eq!((f.whole(), f.uid), (Some(&Some(Bytes::from_static(b"a\0b"))), None));
}

#[test]
fn what_is_no_response() {
    let deep = [b"* 1 FETCH ".as_slice(), &b"(".repeat(100_000), b"\r\n"].concat();
    for junk in [
        &b"\r\n"[..],
        b"hello\r\n",
        b"a1 MAYBE\r\n",
        b"* 1 FETCH (UID 1\r\n",
        b"* 1 FETCH UID\r\n",
        b"* 1 FETCH (\"a\r\n",
        b"* 1 FETCH (\"a\\\r\n",
        b"* LIST (\r\n",
        b"* 99999999999999999999 EXISTS x\r\n",
        b"\xff\xfe\r\n",
        &deep,
    ] {
        let got = read(junk);
        assert!(
            matches!(got.as_slice(), [None | Some(Response::Other)]),
            "{:?}: {got:?}",
            String::from_utf8_lossy(junk.get(..20).unwrap_or(junk))
        );
    }
    // Not whole: nothing.
    for torn in [&b""[..], b"* OK", b"* 1 FETCH (BODY[] {100}\r\nshort", b"* 1 FETCH (BODY[] {18446744073709551615}\r\nx"] {
        assert_eq!(read(torn), []);
    }
}

#[test]
fn commands() {
    let wire = |c: &Command| {
        let text = |p: &Part| match p {
            Part::Text(t) => t.clone(),
            Part::Literal(l) => format!("{{{}}}{:?}", l.len(), String::from_utf8_lossy(l)),
        };
        c.parts().iter().map(text).collect::<Vec<_>>()
    };
    assert_eq!(wire(&Command::new("EXAMINE").string(b"a\"b\\c").words("(CONDSTORE)")), ["EXAMINE \"a\\\"b\\\\c\" (CONDSTORE)"]);
    // Nothing in a string can end the line or the quotes.
    assert_eq!(
        wire(&Command::new("LOGIN").string(b"x\r\nA DELETE INBOX").string(b"")),
        ["LOGIN ", "{17}\"x\\r\\nA DELETE INBOX\"", " \"\""]
    );
    assert_eq!(wire(&Command::new("LOGIN").string("pä".as_bytes())), ["LOGIN ", "{3}\"pä\""]);
}

proptest! {
    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        read(&bytes);
    }

    #[test]
    fn anything_like_a_response(text in "(\\* |a1 |\\+ )(1 FETCH |LIST |SEARCH |OK |STATUS |ESEARCH |VANISHED )?[A-Z0-9()\\[\\]{}\"\\\\ :,*~+.<>\r\n-]{0,80}\r\n") {
        read(text.as_bytes());
    }
}
