use std::io::Cursor;

use super::*;

const SLACK: &str = "a Slack export (zip)";
const GONG: &str = "calls and transcripts of Gong (JSON)";
const WORDS: &str = "a transcript of a call (WebVTT, SRT or text)";
const MAIL: &str = "mail (mbox, eml; zips and folders of these; Google Takeout)";
const GRANOLA: &str = "notes or a cache file of Granola (JSON)";

fn format_of(bytes: &[u8]) -> Result<&'static str, String> {
    let mut file: Box<dyn ReadSeek> = Box::new(Cursor::new(bytes.to_vec()));
    file.seek(SeekFrom::Start(bytes.len() as u64 / 2)).unwrap();
    let found = format(&mut *file).map(|f| f.name).map_err(|e| e.why);
    assert_eq!(file.stream_position().unwrap(), 0, "left at its beginning");
    found
}

#[test]
fn files_are_known_by_what_stands_in_them() {
    let known: [(&[u8], &str); 33] = [
        (b"PK\x03\x04rest", SLACK),
        (b"[{\"id\":\"not_1d3tmYTlCICgjy\"}]", GRANOLA),
        (b"\xef\xbb\xbf [ {\"object\":\"note\",\"id\":\"not_1d3tmYTlCICgjy\"", GRANOLA),
        (b"{\"id\":\"not_1d3tmYTlCICgjy\",\"object\":\"note\"}", GRANOLA),
        (b"{\"title\":null,\"folder_membership\":[]}", GRANOLA),
        (b"{\"notes\":[{\"title\":\"x\",\"id\":\"not_1\"}],\"hasMore\":false}", GRANOLA),
        (b"{\"transcript\":[{\"speaker\":{\"source\":\"microphone\"},\"text\":\"...", GRANOLA),
        (b"{\"cache\":\"{\\\"state\\\":{\\\"documents\\\":{", GRANOLA),
        (b"{\"cache\":{\"state\":{\"documents\":{}}}}", GRANOLA),
        (b"{\"state\":{\"documents\":{}},\"version\":4}", GRANOLA),
        (b"{\"version\":5,\"state\":{\"featureFlags\":{\"a\":1}}}", GRANOLA),
        (b"{\"documents\":{\"x\":{}}}", GRANOLA),
        (b"[{\"deep\":{\"er\":[1,[2,{\"x\":null}]]},\"web_url\":\"https://x\"}]", GRANOLA),
        (b"{\"a\":\"\\\"}{\",\"id\":\"not_1\"}", GRANOLA),
        (b"{\"requestId\":\"x\",\"records\":{},\"calls\":[{\"metaData\":{\"id\"", GONG),
        (b"{\"callTranscripts\":[", GONG),
        (b"{\"metaData\":{\"id\":\"1\"}}", GONG),
        (b"[{\"metaData\":{\"id\":\"1\"}}]", GONG),
        (b"{\"call\":{\"metaData\":{}},\"transcript\":[]}\n{\"call\"", GONG),
        (b"{\"requestId\":\"x\",\"call\":{\"id\":\"1\"}}", GONG),
        (b"{\"callId\":\"1\",\"transcript\":[]}", GONG),
        (b"{\"id\":\"1\",\"started\":null}", GONG),
        (b"[{\"calls\":[]}]", GONG),
        (b"From a@b Fri Mar 15 09:05:00 2024\nSubject: x\n\n", MAIL),
        (b"\xef\xbb\xbfReceived: from x by y; z\r\nSubject: x\r\n", MAIL),
        (b"1234\nFrom: a@b\nTo: c@d\n", MAIL),
        (b"From Monday on we ship at 10:00\n\nJane Doe: hello", WORDS),
        (b"From: 10:00\nTo: 11:00\nDate: today\n\nJane Doe: hello", WORDS),
        (b"WEBVTT\n\n00:01", WORDS),
        (b"\xff\xfeW\0E\0B\0V\0T\0T\0", WORDS),
        (b"1\r\n00:00:01,000 --> ", WORDS),
        (b"[00:00:01] Jane: hello", WORDS),
        (b"anything that may be said", WORDS),
    ];
    for (bytes, source) in known {
        assert_eq!(format_of(bytes), Ok(source), "{}", String::from_utf8_lossy(bytes));
    }
}

#[test]
fn others_are_refused_in_words() {
    let encrypted = "it is neither a zip nor JSON nor text. Granola's newer cache files (`.json.enc`) are encrypted, and no other program can read them";
    let unknown = "it is JSON, but of no kind that is known";
    let table: [(&[u8], &str); 8] = [
        (b"", "it is empty"),
        (b"v10\x93\x12\xff\x00\x01", encrypted),
        (b"{}", unknown),
        (b"[]", unknown),
        (b"{\"id\":\"not", unknown),
        (b"[[[[[[[[[[{\"id\":\"not_1\"}]]]]]]]]]]", unknown),
        (b"[{\"id\":5},{\"id\":\"not_1d3tmYTlCICgjy\"}]", unknown),
        (b"{\"id\" \"not_1d3tmYTlCICgjy\"}", unknown),
    ];
    for (bytes, why) in table {
        assert_eq!(format_of(bytes), Err(why.to_owned()), "{}", String::from_utf8_lossy(bytes));
    }
    for open in ["[", "{\"a\":", "[{\"a\":"] {
        assert_eq!(format_of(open.repeat(50_000).as_bytes()), Err(unknown.to_owned()));
    }
    let mut nothing: Box<dyn ReadSeek> = Box::new(Cursor::new(Vec::new()));
    let e = format(&mut *nothing).err().unwrap();
    let all = FORMATS.iter().map(|f| f.name).collect::<Vec<_>>().join(", or ");
    assert_eq!(e.hint, format!("what can be imported is {all}"));
}

#[test]
fn what_people_have_and_cannot_be_read_is_named() {
    let table: [(&[u8], &str); 4] = [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00", "it is a file of Outlook (.msg) or of an older Office program"),
        (b"!BDN1234SM", "it is a store of Outlook (.pst, .ost)"),
        (b"\x1f\x8b\x08rest", "it is packed (gzip: .gz, .tar.gz, .tgz)"),
        (b"7z\xbc\xaf\x27\x1crest", "it is packed (7-Zip)"),
    ];
    for (bytes, why) in table {
        assert_eq!(format_of(bytes), Err(why.to_owned()), "{}", String::from_utf8_lossy(bytes));
    }
}

#[test]
fn an_outline_holds_paths_and_texts() {
    let of = |text: &str| outline(text.as_bytes()).into_iter().map(|(p, t)| format!("{p}={t}")).collect::<Vec<_>>();
    assert_eq!(of(r#"{"a":[{"b":"c","d":1.5},{"e":2}],"f":{"g":true}}"#), ["=", "/a=", "/a/0=", "/a/0/b=c", "/a/0/d=", "/f=", "/f/g="]);
    assert_eq!(of(r#"{"a":"cut of"#), ["=", "/a="]);
    assert_eq!(of(r#"{"a":{"b":"#), ["=", "/a="]);
    assert_eq!(of("5"), Vec::<String>::new());
}
