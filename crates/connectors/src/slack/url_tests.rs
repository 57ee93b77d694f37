use crate::pasted_link;

use super::*;

fn read(text: &str) -> Option<Link> {
    recognise(&pasted_link(text)?)
}

fn message(at: &str, thread: Option<&str>) -> Option<Link> {
    Some(Link::Record { id: RecordId(format!("slack:C0123ABCD:{at}").into()), thread: thread.map(str::to_owned) })
}

#[test]
fn links_people_paste() {
    let place = Some(Link::Place("slack:C0123ABCD".into()));
    let m = message("1763800000.000300", None);
    let reply = message("1763800000.000300", Some("1763700000.000100"));
    let table = [
        ("https://acme.slack.com/archives/C0123ABCD", place.clone()),
        ("https://acme.slack.com/archives/C0123ABCD/", place.clone()),
        ("https://acme.slack.com/archives/C0123ABCD/p1763800000000300", m.clone()),
        ("https://acme.slack.com/archives/C0123ABCD/p1763800000000300?utm_source=x#frag", m.clone()),
        ("https://acme.slack.com/archives/C0123ABCD/p1763800000000300?thread_ts=1763700000.000100&cid=C0123ABCD", reply.clone()),
        ("<https://acme.slack.com/archives/C0123ABCD/p1763800000000300?thread_ts=1763700000.000100&amp;cid=C0123ABCD|msg>", reply.clone()),
        ("https://ACME.Slack.COM/archives/C0123ABCD", place.clone()),
        ("https://org.enterprise.slack.com/archives/C0123ABCD", place.clone()),
        ("https://slack.com/archives/C0123ABCD", place.clone()),
        ("https://acme.slack-gov.com/archives/C0123ABCD", place.clone()),
        ("https://app.slack.com/client/T0123ABCD/C0123ABCD", place.clone()),
        ("https://app.slack.com/client/E0123ABCD/C0123ABCD/p1763800000000300", m.clone()),
        (
            "https://app.slack.com/client/T0123ABCD/C0123ABCD/thread/C0123ABCD-1763700000.000100",
            message("1763700000.000100", Some("1763700000.000100")),
        ),
        ("slack://channel?team=T0123ABCD&id=C0123ABCD", place),
        ("slack://channel?team=T0123ABCD&id=C0123ABCD&message=1763800000.000300", m),
        ("https://acme.slack.com/files/U0123ABCD/F0123ABCD/plan.pdf", Some(Link::File("F0123ABCD".into()))),
        ("https://acme.slack.com/docs/T0123ABCD/F0123ABCD", Some(Link::File("F0123ABCD".into()))),
        ("https://acme.slack.com/lists/T0123ABCD/F0123ABCD", Some(Link::File("F0123ABCD".into()))),
    ];
    for (text, link) in table {
        assert_eq!(read(text), link, "{text}");
    }
}

#[test]
fn look_alikes_and_nonsense_are_refused() {
    for text in [
        "https://acme.slack.com.evil.example/archives/C0123ABCD",
        "https://evilslack.com/archives/C0123ABCD",
        "https://slack.com.evil.example/archives/C0123ABCD",
        "https://acme-slack.com/archives/C0123ABCD",
        "https://a.b.slack.com/archives/C0123ABCD",
        "https://.slack.com/archives/C0123ABCD",
        "https://join.slack.com/t/acme/shared_invite/zt-1",
        "https://join.slack.com/archives/C0123ABCD",
        "https://hooks.slack.com/archives/C0123ABCD",
        "https://user@acme.slack.com/archives/C0123ABCD",
        "https://acme.slack.com:pw@evil.example/archives/C0123ABCD",
        "https://acme.slack.com:8443/archives/C0123ABCD",
        "http://acme.slack.com/archives/C0123ABCD",
        "ftp://acme.slack.com/archives/C0123ABCD",
        "https://acme.slack.com/archives/c0123abcd",
        "https://acme.slack.com/archives/C0123",
        "https://acme.slack.com/archives/U0123ABCD",
        "https://acme.slack.com/archives/C0123ABCD/p17638x0000000300",
        "https://acme.slack.com/archives/C0123ABCD/p123456",
        "https://acme.slack.com/archives/C0123ABCD/1763800000000300",
        "https://acme.slack.com/archives/C0123ABCD/p1763800000000300?thread_ts=../../etc",
        "https://acme.slack.com/archives/C0123ABCD/p1763800000000300/more",
        "https://acme.slack.com/",
        "https://аcme.slack.com.example/archives/C0123ABCD",
        "slack://channel?team=T0123ABCD&id=C0123ABCD&message=1763800000.0003",
        "https://app.slack.com/client/T0123ABCD/C0123ABCD/thread/C0123ABCD-1763700000.1",
        "https://acme.slack.com/archives/C0123ABCD/p1763800000000300?thread_ts=1763700000.1",
        "slack://user?team=T0123ABCD&id=U0123ABCD",
        "slack://channel?id=nope",
        "not a link",
        "",
    ] {
        assert_eq!(read(text), None, "{text}");
    }
}

#[test]
fn our_permalinks_are_recognised_again() {
    let place = Place { key: "slack:C0123ABCD".into(), url: "https://acme.slack.com/archives/C0123ABCD".into(), ..Place::default() };
    let first = permalink(&place, "1763800000.000300", "1763800000.000300");
    assert_eq!(first, "https://acme.slack.com/archives/C0123ABCD/p1763800000000300");
    let reply = permalink(&place, "1763800000.000300", "1763700000.000100");
    assert_eq!(reply, "https://acme.slack.com/archives/C0123ABCD/p1763800000000300?thread_ts=1763700000.000100&cid=C0123ABCD");
    assert_eq!(read(&first), message("1763800000.000300", None));
    assert_eq!(read(&reply), message("1763800000.000300", Some("1763700000.000100")));
    assert_eq!(thread_of(&reply).as_deref(), Some("1763700000.000100"));
    assert_eq!(thread_of(&first), None);
    let unknown = Place { key: "slack:C0123ABCD".into(), ..Place::default() };
    assert_eq!(permalink(&unknown, "1.000002", "1.000002"), "https://slack.com/archives/C0123ABCD/p1000002");
}
