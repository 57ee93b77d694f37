use std::io::Cursor;

use super::*;

fn format_of(bytes: &[u8]) -> Result<&'static str, String> {
    let mut file: Box<dyn ReadSeek> = Box::new(Cursor::new(bytes.to_vec()));
    file.seek(SeekFrom::Start(bytes.len() as u64 / 2)).unwrap();
    let found = format(&mut *file).map(|f| f.source.as_str()).map_err(|e| e.why);
    assert_eq!(file.stream_position().unwrap(), 0, "left at its beginning");
    found
}

#[test]
fn files_are_known_by_what_stands_in_them() {
    let known: [(&[u8], &str); 28] = [
        (b"PK\x03\x04rest", "slack"),
        (b"[{\"id\":\"not_1d3tmYTlCICgjy\"}]", "granola"),
        (b"\xef\xbb\xbf [ {\"object\":\"note\",\"id\":\"not_1d3tmYTlCICgjy\"", "granola"),
        (b"{\"id\":\"not_1d3tmYTlCICgjy\",\"object\":\"note\"}", "granola"),
        (b"{\"title\":null,\"folder_membership\":[]}", "granola"),
        (b"{\"notes\":[{\"title\":\"x\",\"id\":\"not_1\"}],\"hasMore\":false}", "granola"),
        (b"{\"transcript\":[{\"speaker\":{\"source\":\"microphone\"},\"text\":\"...", "granola"),
        (b"{\"cache\":\"{\\\"state\\\":{\\\"documents\\\":{", "granola"),
        (b"{\"cache\":{\"state\":{\"documents\":{}}}}", "granola"),
        (b"{\"state\":{\"documents\":{}},\"version\":4}", "granola"),
        (b"{\"version\":5,\"state\":{\"featureFlags\":{\"a\":1}}}", "granola"),
        (b"{\"documents\":{\"x\":{}}}", "granola"),
        (b"[{\"deep\":{\"er\":[1,[2,{\"x\":null}]]},\"web_url\":\"https://x\"}]", "granola"),
        (b"{\"a\":\"\\\"}{\",\"id\":\"not_1\"}", "granola"),
        (b"{\"requestId\":\"x\",\"records\":{},\"calls\":[{\"metaData\":{\"id\"", "gong"),
        (b"{\"callTranscripts\":[", "gong"),
        (b"{\"metaData\":{\"id\":\"1\"}}", "gong"),
        (b"[{\"metaData\":{\"id\":\"1\"}}]", "gong"),
        (b"{\"call\":{\"metaData\":{}},\"transcript\":[]}\n{\"call\"", "gong"),
        (b"{\"requestId\":\"x\",\"call\":{\"id\":\"1\"}}", "gong"),
        (b"{\"callId\":\"1\",\"transcript\":[]}", "gong"),
        (b"{\"id\":\"1\",\"started\":null}", "gong"),
        (b"[{\"calls\":[]}]", "gong"),
        (b"WEBVTT\n\n00:01", "gong"),
        (b"\xff\xfeW\0E\0B\0V\0T\0T\0", "gong"),
        (b"1\r\n00:00:01,000 --> ", "gong"),
        (b"[00:00:01] Jane: hello", "gong"),
        (b"anything that may be said", "gong"),
    ];
    for (bytes, source) in known {
        assert_eq!(format_of(bytes), Ok(source), "{}", String::from_utf8_lossy(bytes));
    }
}

#[test]
fn others_are_refused_in_words() {
    let encrypted =
        "it is neither a zip nor JSON nor text. Granola's newer cache files (`.json.enc`) are encrypted, and no other program can read them";
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
    assert_eq!(
        e.hint,
        "what can be imported is a Slack export (zip), or calls and transcripts of Gong (JSON), or notes or a cache file of Granola (JSON), or a \
         transcript of a call (WebVTT, SRT or text)"
    );
}

#[test]
fn an_outline_holds_paths_and_texts() {
    let of = |text: &str| outline(text.as_bytes()).into_iter().map(|(p, t)| format!("{p}={t}")).collect::<Vec<_>>();
    assert_eq!(of(r#"{"a":[{"b":"c","d":1.5},{"e":2}],"f":{"g":true}}"#), ["=", "/a=", "/a/0=", "/a/0/b=c", "/a/0/d=", "/f=", "/f/g="]);
    assert_eq!(of(r#"{"a":"cut of"#), ["=", "/a="]);
    assert_eq!(of(r#"{"a":{"b":"#), ["=", "/a="]);
    assert_eq!(of("5"), Vec::<String>::new());
}
