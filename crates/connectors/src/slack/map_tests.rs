#![expect(clippy::string_slice, reason = "tests look at stretches that they know")]

use bytes::Bytes;
use jiff::Timestamp;
use sales_model::{AccountKey, RefKind, Route, Source};
use serde_json::{Value, json};

use super::*;

fn raw(kind: RawKind, body: impl Into<Bytes>) -> RawItem {
    let place = matches!(kind, MESSAGE | EXPORT_MESSAGE).then(|| "slack:C0123ABCD".into());
    RawItem {
        account: AccountKey { source: Source::SLACK, name: "default".into() },
        kind,
        place,
        at: None,
        body: body.into(),
        fetched_at: Timestamp::UNIX_EPOCH,
        route: Route::Direct,
        partial: kind == MATCH,
    }
}

fn mapped(kind: RawKind, v: Value) -> Mapped {
    process(&raw(kind, v.to_string())).unwrap()
}

fn record(v: Value) -> Record {
    let m = mapped(MESSAGE, v);
    assert_eq!(m.records.len(), 1);
    m.records.into_iter().next().unwrap()
}

#[test]
fn a_persons_message_whole() {
    let m = mapped(
        MESSAGE,
        json!({"client_msg_id":"x","type":"message","user":"U012ABC","text":"SSO by <@U9ZZ>? &lt;soon&gt;","ts":"1710493200.000100","team":"T0123",
            "thread_ts":"1710493200.000100","reply_count":2,"reply_users_count":1,"reply_users":["U9ZZ"],"latest_reply":"1710493300.000200",
            "edited":{"user":"U012ABC","ts":"1710493260.000000"},"reactions":[{"name":"eyes","users":["U9ZZ"],"count":3}],
            "files":[{"id":"F1","name":"plan.pdf","title":"Plan","filetype":"pdf","mode":"hosted","permalink":"https://x/F1","size":5},
                     {"id":"F2","mode":"tombstone"},{"id":"F3","mode":"hidden_by_limit"},{"id":"F4","title":"Sketch"}],
            "blocks":[{"type":"rich_text","elements":[]}],"unheard_of":{"a":[1,2,{"b":null}]}}),
    );
    let r = &m.records[0];
    assert_eq!(&*r.id().0, "slack:C0123ABCD:1710493200.000100");
    assert_eq!(r.text.plain, "SSO by @U9ZZ? <soon>");
    assert_eq!((r.text.refs[0].kind, r.text.refs[0].key.as_str()), (RefKind::Person, "slack:U9ZZ"));
    assert_eq!(r.at, "2024-03-15T09:00:00.0001Z".parse().unwrap());
    assert_eq!(r.edited, Some("2024-03-15T09:01:00Z".parse().unwrap()));
    assert_eq!((r.author.as_deref(), r.author_name.as_deref(), r.bot, r.activity), (Some("slack:U012ABC"), None, false, false));
    assert_eq!(r.reactions, [Reaction { name: "eyes".into(), count: 3 }]);
    let files: Vec<_> = r.files.iter().map(|f| (f.name.as_str(), f.kind.as_str(), f.url.as_str())).collect();
    assert_eq!(files, [("plan.pdf", "pdf", "https://x/F1"), ("Sketch", "", "")]);
    assert_eq!((r.team.as_deref(), r.state, r.is_first()), (Some("T0123"), RecordState::Live, true));
    let w = WorkItem::now("threads", "C0123ABCD", "1710493200.000100", "1710493300.000200|2");
    assert_eq!(replies_of(&w.marker), 2);
    assert_eq!(m.work, [w]);
}

#[test]
fn replies_and_broadcasts_stand_in_their_thread() {
    let reply = json!({"type":"message","user":"U1A","text":"yes","ts":"1710493300.000200","thread_ts":"1710493200.000100","parent_user_id":"U012ABC"});
    let r = record(reply);
    assert_eq!((r.thread.as_str(), r.is_first(), r.activity), ("1710493200.000100", false, false));
    let broadcast = json!({"type":"message","subtype":"thread_broadcast","user":"U1A","text":"yes","ts":"1710493300.000200",
        "thread_ts":"1710493200.000100","root":{"type":"message","ts":"1710493200.000100","thread_ts":"1710493200.000100","reply_count":9}});
    let m = mapped(MESSAGE, broadcast);
    // The same record as the reply, and no work: the thread's own first message says what is due.
    assert_eq!((m.records[0].clone(), m.work.len()), (r, 0));
}

#[test]
fn tombstones_hidden_and_ephemeral() {
    let grave = |replies: u64| {
        json!({"type":"message","subtype":"tombstone","hidden":true,"user":"USLACKBOT","text":"This message was deleted.",
        "ts":"1710493200.000100","thread_ts":"1710493200.000100","reply_count":replies,"latest_reply":"1710493300.000200"})
    };
    let m = mapped(MESSAGE, grave(2));
    let r = &m.records[0];
    assert_eq!((r.state, r.text.plain.as_str(), r.author.as_deref(), m.work.len()), (RecordState::Stub, "", None, 1));
    assert_eq!(mapped(MESSAGE, grave(0)).records[0].state, RecordState::Deleted);
    for v in [
        json!({"type":"message","ts":"1.000001","text":"x","hidden":true}),
        json!({"type":"message","ts":"1.000001","text":"x","is_ephemeral":true}),
        json!({"type":"message","subtype":"message_deleted","ts":"1.000001"}),
    ] {
        assert_eq!(mapped(MESSAGE, v), Mapped::default());
    }
}

#[test]
fn bots_are_known_by_their_bot_id() {
    let classic =
        record(json!({"type":"message","subtype":"bot_message","ts":"1.000001","text":"","bot_id":"B01","username":"Jira &amp; co",
        "attachments":[{"fallback":"f","title":"ACME-12","text":"SSO"}]}));
    assert_eq!((classic.bot, classic.author.as_deref(), classic.author_name.as_deref()), (true, Some("slack:B01"), Some("Jira & co")));
    assert_eq!(classic.text.plain, "ACME-12\nSSO");
    let modern = record(json!({"type":"message","ts":"1.000001","text":"Deal moved","user":"U0BOT","bot_id":"B01","app_id":"A1",
        "bot_profile":{"id":"B01","name":"CRM","app_id":"A1","team_id":"T1","icons":{},"updated":1},
        "blocks":[{"type":"header","text":{"type":"plain_text","text":"Deal moved"}},{"type":"section","text":{"type":"mrkdwn","text":"to <#C77>"}}]}));
    assert_eq!((modern.bot, modern.author.as_deref(), modern.author_name.as_deref()), (true, Some("slack:U0BOT"), Some("CRM")));
    assert_eq!(modern.text.plain, "Deal moved\nto #C77");
    assert_eq!(modern.text.refs.len(), 1);
    let both = record(json!({"type":"message","ts":"1.000001","text":"Hi <@U1A>","bot_id":"B01","blocks":[
        {"type":"section","text":{"type":"mrkdwn","text":"Other words by <@U2B>"}}]}));
    assert_eq!(both.text.plain, "Hi @U1A\nOther words by @U2B");
    let spans: Vec<_> = both.text.refs.iter().map(|r| &both.text.plain[r.start as usize..r.end as usize]).collect();
    assert_eq!(spans, ["U1A", "U2B"]);
    let preview = record(json!({"type":"message","ts":"1.000001","text":"see <https://acme.dev>","bot_id":"B01",
        "attachments":[{"from_url":"https://acme.dev","text":"ACME makes bricks"}]}));
    assert_eq!(preview.text.plain, "see https://acme.dev");
    assert!(record(json!({"type":"message","ts":"1.000001","user":"USLACKBOT","text":"reminder"})).bot);
}

#[test]
fn people_keep_their_own_words() {
    // A person's `text` is faithful: neither blocks nor link previews are added.
    let r = record(
        json!({"type":"message","ts":"1.000001","user":"U1A","text":"mine","blocks":[{"type":"section","text":{"type":"mrkdwn","text":"not mine"}}],
        "attachments":[{"text":"nor this"}]}),
    );
    assert_eq!(r.text.plain, "mine");
    // Without text, a shared message is all there is.
    let r = record(
        json!({"type":"message","ts":"1.000001","user":"U1A","text":"","attachments":[{"is_share":true,"from_url":"https://x","author_name":"Jo","text":"shared"}]}),
    );
    assert_eq!(r.text.plain, "Jo\nshared");
    let r = record(
        json!({"type":"message","ts":"1.000001","user":"U1A","text":null,"blocks":null,"files":null,"reactions":null,"edited":null}),
    );
    assert_eq!((r.text.plain.as_str(), r.activity), ("", false));
}

#[test]
fn what_happens_to_a_channel_is_activity() {
    for s in [
        "channel_join",
        "channel_topic",
        "group_leave",
        "mpim_join",
        "pinned_item",
        "sh_room_created",
        "assistant_app_thread",
        "unheard_of",
    ] {
        let text = if s == "unheard_of" { "" } else { "<@U1A> did it" };
        assert!(record(json!({"type":"message","subtype":s,"ts":"1.000001","user":"U1A","text":text})).activity, "{s}");
    }
    for s in ["me_message", "file_share", "thread_broadcast", "bot_message", "unheard_of"] {
        assert!(!record(json!({"type":"message","subtype":s,"ts":"1.000001","user":"U1A","text":"words"})).activity, "{s}");
    }
}

#[test]
fn broken_messages_are_failures_that_name_the_place_and_not_the_text() {
    let secret = "never shown";
    let table = [
        (json!({"type":"message","text":secret}).to_string(), "message slack:C0123ABCD:without id", "it has no `ts`"),
        (json!({"ts":"soon","text":secret}).to_string(), "message slack:C0123ABCD:soon", "its `ts` is not a Slack message id"),
        (json!({"ts":{"a":secret},"text":"x"}).to_string(), "message slack:C0123ABCD:without id", "it has no `ts`"),
        (json!(7).to_string(), "message slack:C0123ABCD:without id", "it has an unexpected shape at `.` (Data error)"),
        (
            format!("{{\"ts\":\"1.000001\",\"text\":\"{secret}"),
            "message slack:C0123ABCD:without id",
            "it has an unexpected shape at `text` (Eof error)",
        ),
    ];
    for (body, item, reason) in table {
        let f = process(&raw(MESSAGE, body)).unwrap_err();
        assert_eq!((f.item.as_str(), f.reason.as_str()), (item, reason));
    }
    assert!(process(&raw("unheard", "{}")).is_err());
}

/// Old apps leave such fields behind; what they stand beside is kept.
#[test]
fn odd_fields_cost_nothing_but_themselves() {
    let m = mapped(
        MESSAGE,
        json!({"type":"message","user":12345,"text":"kept","ts":"1710493200.000100","thread_ts":null,"reply_count":"12","latest_reply":["x"],
            "reactions":"none","edited":"never","files":[7,{"name":"plan.pdf","mode":{"a":1}},null],"bot_profile":[],"user_profile":0,
            "hidden":0,"is_ephemeral":"no","team":{"id":"T1"},"subtype":[],"bot_id":false}),
    );
    let r = &m.records[0];
    assert_eq!((r.text.plain.as_str(), r.author.as_deref(), r.team.as_deref(), r.edited), ("kept", Some("slack:12345"), None, None));
    assert_eq!((r.reactions.len(), r.files.iter().map(|f| f.name.as_str()).collect::<Vec<_>>()), (0, vec!["plan.pdf"]));
    assert_eq!((m.work[0].item.as_str(), m.work[0].marker.as_str()), ("1710493200.000100", "|12"));
    for (count, replies) in
        [(json!(12.0), Some("|12")), (json!(-1), None), (json!("many"), None), (json!(1e300), None), (json!([12]), None)]
    {
        let m = mapped(MESSAGE, json!({"ts":"1710493200.000100","text":7,"reply_count":count}));
        assert_eq!(m.work.first().map(|w| w.marker.as_str()), replies, "{count}");
        assert_eq!(m.records[0].text.plain, "7");
    }
    // What was said is not guessed: taking it for empty would wipe out what was known.
    for text in [json!({"a":"b"}), json!(["b"])] {
        assert!(process(&raw(MESSAGE, json!({"ts":"1710493200.000100","text":text}).to_string())).is_err());
    }
    let r = record(json!({"ts":"1710493200.000100","text":"x","reactions":[{"name":"x","count":-1},"y",{"name":"z","count":"2"}]}));
    let counts: Vec<_> = r.reactions.iter().map(|r| (r.name.as_str(), r.count)).collect();
    assert_eq!(counts, [("x", 1), ("z", 2)]);
    let p = mapped(
        CONVERSATION,
        json!({"id":"C0123ABCD","name":"acme","created":1700000000.0,"is_private":0,"is_archived":1,"is_ext_shared":"true","topic":"odd",
            "previous_names":"old","shared_team_ids":["T1",null,"T9"],"internal_team_ids":{},"context_team_id":"T1"}),
    );
    let expected = Place {
        key: "slack:C0123ABCD".into(),
        name: "acme".into(),
        archived: true,
        shared: true,
        external_teams: vec!["T9".into()],
        member: true,
        created: 1_700_000_000,
        ..Place::default()
    };
    assert_eq!(p.places, [expected]);
    let u = mapped(
        USER,
        json!({"id":"U1A","name":"jo","profile":"none","deleted":"false","is_bot":null,"is_restricted":1,"enterprise_user":[]}),
    );
    assert_eq!((u.people[0].name.as_str(), u.people[0].deleted, u.people[0].guest), ("jo", false, true));
}

#[test]
fn export_messages_bring_names_and_no_work() {
    let v = json!({"type":"message","user":"U1A","text":"hi","ts":"1710493200.000100","thread_ts":"1710493200.000100","reply_count":1,
        "replies":[{"user":"U2B","ts":"1710493300.000200"}],"user_team":"T9","team":"T1","source_team":"T9",
        "user_profile":{"real_name":"Jo Doe","display_name":"jo","name":"jdoe","team":"T9"}});
    let m = mapped(EXPORT_MESSAGE, v);
    assert_eq!((m.records[0].author_name.as_deref(), m.records[0].team.as_deref(), m.work.len()), (Some("jo"), Some("T9"), 0));
}

#[test]
fn search_results_are_partial_replies() {
    let v = |link: &str| {
        json!({"iid":"1","team":"T1","channel":{"id":"C0123ABCD","name":"acme","is_private":false},"type":"message","user":"U1A","username":"jo",
            "ts":"1710493300.000200","text":"late <@U2B>","permalink":link})
    };
    let m = mapped(MATCH, v("https://acme.slack.com/archives/C0123ABCD/p1710493300000200?thread_ts=1710493200.000100"));
    let r = &m.records[0];
    assert_eq!((&*r.id().0, r.thread.as_str(), r.partial, r.bot), ("slack:C0123ABCD:1710493300.000200", "1710493200.000100", true, false));
    assert_eq!((r.text.plain.as_str(), m.work.len()), ("late @U2B", 0));
    // First messages come whole through history.
    assert_eq!(mapped(MATCH, v("https://acme.slack.com/archives/C0123ABCD/p1710493300000200")), Mapped::default());
    assert!(process(&raw(MATCH, "{}")).is_err());
}

#[test]
fn users_as_people_see_them() {
    let of = |v: Value| mapped(USER, v).people.into_iter().next().unwrap();
    let p = of(json!({"id":"U1A","team_id":"T9","name":"mchen","deleted":false,"is_bot":false,"is_restricted":true,
        "enterprise_user":{"id":"W1","enterprise_id":"E1","teams":["T9"]},
        "profile":{"display_name":"Michael &amp; Co","real_name":"Michael Chen","email":"Michael.Chen@ACME.dev","title":"CTO"}}));
    let expected = Person {
        key: "slack:U1A".into(),
        name: "Michael & Co".into(),
        email: Some("michael.chen@acme.dev".into()),
        title: Some("CTO".into()),
        team: Some("T9".into()),
        enterprise: Some("E1".into()),
        guest: true,
        ..Person::default()
    };
    assert_eq!(p, expected);
    let names = [
        json!({"id":"U1A","name":"n","real_name":"r","profile":{"display_name":"","real_name":"pr"}}),
        json!({"id":"U1A","name":"n","real_name":"r","profile":{"display_name":""}}),
        json!({"id":"U1A","name":"n"}),
        json!({"id":"U1A","profile":null}),
    ];
    assert_eq!(names.map(|v| of(v).name), ["pr", "r", "n", "U1A"]);
    let gone = of(json!({"id":"U1A","deleted":true,"is_workflow_bot":true}));
    assert!(gone.deleted && gone.bot);
    let bot = mapped(BOT, json!({"id":"B1A","name":"Jira","deleted":true,"app_id":"A1"})).people.remove(0);
    assert_eq!((bot.key.as_str(), bot.name.as_str(), bot.bot, bot.deleted), ("slack:B1A", "Jira", true, true));
    let refused = mapped(REFUSED, json!({"id":"U7X","error":"user_not_found"})).people.remove(0);
    assert_eq!((refused.key.as_str(), refused.unknown, refused.bot), ("slack:U7X", true, false));
}

#[test]
fn conversations_as_places() {
    let of = |kind, v: Value| mapped(kind, v).places.into_iter().next().unwrap();
    let p = of(
        CONVERSATION,
        json!({"id":"C0123ABCD","name":"yourcompany-acme-poc","previous_names":["acme"],"is_channel":true,"is_private":true,"is_archived":false,
            "is_ext_shared":true,"is_shared":true,"created":1700000000,"updated":1700000000123u64,"context_team_id":"T1",
            "shared_team_ids":["T1","T9","T2"],"internal_team_ids":["T2"],"topic":{"value":"POC &amp; <https://x.example|plan>","creator":"U1","last_set":1}}),
    );
    let expected = Place {
        key: "slack:C0123ABCD".into(),
        name: "yourcompany-acme-poc".into(),
        previous_names: vec!["acme".into()],
        topic: "POC & plan (https://x.example)".into(),
        private: true,
        shared: true,
        external_teams: vec!["T9".into()],
        member: true,
        created: 1_700_000_000,
        ..Place::default()
    };
    assert_eq!(p, expected);
    let im = of(CONVERSATION, json!({"id":"D0123ABCD","is_im":true,"user":"U1A","created":1}));
    assert_eq!((im.name.as_str(), im.direct, im.private), ("U1A", true, true));
    let dm = of(EXPORT_CONVERSATION, json!({"id":"D0123ABCD","members":["U1A","U2B"],"created":1}));
    assert_eq!((dm.name.as_str(), dm.direct, dm.member), ("U1A, U2B", true, false));
    assert!(process(&raw(CONVERSATION, json!({"id":"../etc","name":"x"}).to_string())).is_err());
}
