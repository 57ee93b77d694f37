use super::*;
use crate::pasted_link;

fn read(text: &str) -> Option<Link> {
    recognise(&pasted_link(text)?)
}

const UUID: &str = "0dba4400-50f1-4262-9ac7-89cd27b79371";

#[test]
fn links_people_paste() {
    let note = Some(Link::Record { id: RecordId("granola:not_1d3tmYTlCICgjy".into()), thread: None });
    let page = |page: &str| Some(Link::Page { place: "granola".into(), page: page.into(), hint: HINT });
    let table = [
        (format!("https://notes.granola.ai/d/{UUID}"), page(UUID)),
        (format!("https://notes.granola.ai/d/{}", UUID.to_uppercase()), page(UUID)),
        (format!("https://notes.granola.ai/d/{UUID}/"), page(UUID)),
        (format!("https://notes.granola.ai/d/{UUID}?utm=x#t=5"), page(UUID)),
        (format!("<https://notes.granola.ai/t/{UUID}|notes>"), page(UUID)),
        (format!("https://NOTES.Granola.AI/t/{UUID}"), page(UUID)),
        (format!("https://notes.granola.ai/p/acme-review-{UUID}"), page(UUID)),
        ("https://notes.granola.ai/p/AbC_dEf-1234".into(), page("AbC_dEf-1234")),
        (format!("https://app.granola.ai/meeting/{UUID}"), page(UUID)),
        (format!("https://app.granola.so/docs/{UUID}"), page(UUID)),
        (format!("https://granola.so/{UUID}"), page(UUID)),
        (format!("https://granola.ai/x?doc={UUID}"), page(UUID)),
        (format!("https://granola.ai/x#{UUID}"), page(UUID)),
        (format!("https://a.b.granola.ai/d/{UUID}"), page(UUID)),
        ("https://public-api.granola.ai/v1/notes/not_1d3tmYTlCICgjy".into(), note.clone()),
        ("https://app.granola.ai/x?note=not_1d3tmYTlCICgjy&y".into(), note.clone()),
        (format!("https://notes.granola.ai/d/{UUID}#not_1d3tmYTlCICgjy"), note),
    ];
    for (text, link) in table {
        assert_eq!(read(&text), link, "{text}");
    }
}

#[test]
fn look_alikes_and_nonsense_are_refused() {
    for text in [
        "https://evilgranola.so/d/UUID",
        "https://notes.granola.ai.evil.example/d/UUID",
        "https://granola.example/d/UUID",
        "https://.granola.ai/d/UUID",
        "https://docs.granola.ai/api/not_1d3tmYTlCICgjy",
        "http://notes.granola.ai/d/UUID",
        "ftp://notes.granola.ai/d/UUID",
        "https://jo@notes.granola.ai/d/UUID",
        "https://notes.granola.ai:pw@evil.example/d/UUID",
        "https://notes.granola.ai:8443/d/UUID",
        "https://notes.granola.ai/",
        "https://notes.granola.ai/d/0dba4400-50f1-4262-9ac7-89cd27b7937",
        "https://notes.granola.ai/d/0dba4400-50f1-4262-9ac7-89cd27b793711",
        "https://notes.granola.ai/d/g dba4400-50f1-4262-9ac7-89cd27b79371",
        "https://notes.granola.ai/p/../../etc",
        "https://notes.granola.ai/p/short",
        "https://app.granola.ai/not_1d3tmYTlCICgj",
        "https://app.granola.ai/not_1d3tmYTlCICgjyX",
        "https://app.granola.ai/xnot_1d3tmYTlCICgjy",
        "https://app.granola.ai/not_1d3tmYTlCIC%00jy",
        "not a link",
        "",
    ] {
        assert_eq!(read(&text.replace("UUID", UUID)), None, "{text}");
    }
}

#[test]
fn our_own_pages_are_recognised_again() {
    let Some(Link::Page { page, .. }) = read(&document(UUID)) else { panic!("no page") };
    assert_eq!(page, UUID);
}
