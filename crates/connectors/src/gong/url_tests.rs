use super::*;

fn link(url: &str) -> Option<Link> {
    recognise(&Url::parse(url).unwrap_or_else(|e| panic!("{url}: {e}")))
}

fn record(id: &str) -> Option<Link> {
    Some(Link::Record { id: RecordId(format!("gong:{id}").into()), thread: Some(id.to_owned()) })
}

#[test]
fn pages_of_calls() {
    let id = "7782342274025937895";
    for url in [
        "https://app.gong.io/call?id=7782342274025937895",
        "https://APP.GONG.IO/call?id=7782342274025937895",
        "https://app.gong.io./call?id=7782342274025937895",
        "https://app.gong.io:443/call?id=7782342274025937895",
        "https://app.gong.io/call/?id=7782342274025937895",
        "https://us-12345.app.gong.io/call?id=7782342274025937895",
        "https://gong.app.gong.io/call?id=7782342274025937895#x",
        "https://app.gong.io/call?x=1&id=7782342274025937895&highlights=%5B%7B%22to%22%3A12%7D%5D",
        "https://us-12345.app.gong.io/call/pretty-transcript?call-id=7782342274025937895",
    ] {
        assert_eq!(link(url), record(id), "{url}");
    }
    assert_eq!(link("https://app.gong.io/call?id=1234567890"), record("1234567890"));
    assert_eq!(link("https://app.gong.io/call?id=99999999999999999999"), record("99999999999999999999"));
}

#[test]
fn shared_pages_name_no_call() {
    for url in [
        "https://us-12345.app.gong.io/e/c-share/?tkn=abc-123_x.y%3D",
        "https://us-12345.app.gong.io/e/c-share?tkn=abc-123_x.y=",
        "https://us-12345.app.gong.io/e/c-share/tkn=abc-123_x.y=",
    ] {
        let Some(Link::Page { place, page, hint }) = link(url) else { panic!("{url}") };
        assert_eq!((place.as_str(), page.as_str()), ("gong", "abc-123_x.y="), "{url}");
        assert!(hint.contains("call?id="), "{hint}");
    }
    assert_eq!(link(&format!("https://app.gong.io/e/c-share/?tkn={}", "x".repeat(2_049))), None);
    assert_eq!(link("https://app.gong.io/e/c-share/?tkn="), None);
    assert_eq!(link("https://app.gong.io/e/c-share/?tkn=a%20b%0A"), None);
}

#[test]
fn look_alikes_and_malformed_links_are_nobodys() {
    for url in [
        "https://app.gong.io.evil.example/call?id=1",
        "https://evilapp.gong.io/call?id=1",
        "https://xapp.gong.io/call?id=1",
        "https://api.gong.io/call?id=1",
        "https://gong.io/call?id=1",
        "https://app.gong.io@evil.example/call?id=1",
        "https://user@app.gong.io/call?id=1",
        "https://:p@app.gong.io/call?id=1",
        "https://app.gong.io:8443/call?id=1",
        "http://app.gong.io/call?id=1",
        "ftp://app.gong.io/call?id=1",
        "https://127.0.0.1/call?id=1",
        "https://[::1]/call?id=1",
        "https://a_b.app.gong.io/call?id=1",
        "https://app.gong.io/call",
        "https://app.gong.io/call?id=",
        "https://app.gong.io/call?id=abc",
        "https://app.gong.io/call?id=-1",
        "https://app.gong.io/call?id=1%2F2",
        "https://app.gong.io/call?id=123456789012345678901",
        "https://app.gong.io/call?id=%D9%A1",
        "https://app.gong.io/call?call-id=1",
        "https://app.gong.io/call/pretty-transcript?id=1",
        "https://app.gong.io/calls?id=1",
        "https://app.gong.io/call/1?id=1",
        "https://app.gong.io/home",
        "mailto:app.gong.io",
    ] {
        assert_eq!(link(url), None, "{url}");
    }
}
