//! Rules by example: what people say, and what must come of it. Monday 2 February 2026 is the day.
#![expect(clippy::unwrap_used, clippy::string_slice, clippy::indexing_slicing, reason = "tests")]

use proptest::prelude::*;
use sales_insight::{Form, Mention, Reader, ReaderConfig, Turn};
use sales_model::{Finding, FindingKind, RecordId, Side, Source, Status};

fn reader() -> Reader {
    let person = |name: &str, side| (name.to_owned(), side);
    Reader::new(ReaderConfig {
        competitors: vec!["Ostrelo".into(), "Plinthware".into(), "Linear".into()],
        company: "YourCompany".into(),
        customer_names: vec!["ACME".into()],
        people: vec![
            person("Lena", Side::Ours),
            person("Marek", Side::Ours),
            person("Joana", Side::Theirs),
            person("Stefan", Side::Theirs),
        ],
        ..ReaderConfig::default()
    })
}

/// Turns of one thread, an hour apart: speaker and text.
fn read(source: &Source, said: &[(&str, &str)]) -> Vec<Finding> {
    let ids: Vec<RecordId> = (0..said.len()).map(|n| RecordId(format!("slack:C1:{n}").into())).collect();
    let start: jiff::Timestamp = "2026-02-02T10:00:00Z".parse().unwrap();
    let mentions: Vec<Vec<Mention<'_>>> = said
        .iter()
        .map(|(_, text)| {
            let at =
                |name: &'static str| text.find(&format!("@{name}")).map(|i| (name, u32::try_from(text[..i].chars().count()).unwrap() + 1));
            [at("Lena").map(|f| (f, Side::Ours)), at("Marek").map(|f| (f, Side::Ours)), at("Stefan").map(|f| (f, Side::Theirs))]
                .into_iter()
                .flatten()
                .map(|((name, start), side)| Mention { name, side, start, end: start + u32::try_from(name.len()).unwrap() })
                .collect()
        })
        .collect();
    let turns: Vec<Turn<'_>> = said
        .iter()
        .enumerate()
        .map(|(n, (speaker, text))| Turn {
            record: &ids[n],
            thread: "1",
            anchor: "1",
            at: start + jiff::SignedDuration::from_hours(i64::try_from(n).unwrap()),
            speaker,
            side: if ["Joana", "Stefan"].contains(speaker) { Side::Theirs } else { Side::Ours },
            text,
            mentions: &mentions[n],
            to: &[],
            quiet: false,
            internal: false,
            form: Form::Said,
        })
        .collect();
    reader().read(source, &turns)
}

fn one(speaker: &str, text: &str) -> Vec<Finding> {
    read(&Source::SLACK, &[(speaker, text)])
}

/// `action Lena 2026-02-05 open: Have the quote`, and so on, without topics.
fn shown(found: &[Finding]) -> Vec<String> {
    found
        .iter()
        .filter(|f| f.kind != FindingKind::Topic && !f.rule.starts_with("action.report"))
        .map(|f| {
            let d = &f.detail;
            let due = d.due.map(|d| format!(" {d}")).unwrap_or_default();
            match f.kind {
                FindingKind::ActionItem => {
                    let owner = d.owner.clone().unwrap_or_else(|| d.owner_side.map_or("?".into(), |s| format!("{s:?}").into()));
                    format!("{:?} {owner}{due}: {}", d.status.unwrap(), f.value)
                }
                FindingKind::Decision => "decision".into(),
                FindingKind::NextStep => format!("next{due}"),
                FindingKind::Competitor => format!("rival {} {}", f.value, d.r#type.as_deref().unwrap()),
                FindingKind::BuyingSignal => format!("buying {}", d.r#type.as_deref().unwrap()),
                _ => format!("risk {}", d.r#type.as_deref().unwrap()),
            }
        })
        .collect()
}

#[test]
fn tasks() {
    for (speaker, text, want) in [
        ("Lena", "I\u{2019}ll have the updated quote over to you. I'll send it by Thursday.", "Open Lena 2026-02-05: Send it"),
        (
            "Lena",
            "By Friday I'll send the case study and Marek will book the room.",
            "Open Lena 2026-02-06: Send the case study|Open Marek: Book the room",
        ),
        ("Marek", "We'll get you the sandbox credentials by end of week.", "Open Marek 2026-02-06: Get you the sandbox credentials"),
        ("Joana", "Can you send over the data processing agreement?", "Open Ours: Send over the data processing agreement"),
        ("Stefan", "@Marek can you fix the broken SSO config today?", "Open Marek 2026-02-02: Fix the broken SSO config"),
        ("Lena", "Stefan, could you confirm the number of users by tomorrow?", "Open Stefan 2026-02-03: Confirm the number of users"),
        ("Lena", "Marek to set up the staging tenant by Wednesday.", "Open Marek 2026-02-04: Set up the staging tenant"),
        ("", "AI: Stefan to provide test data by 9 Feb", "Open Stefan 2026-02-09: Provide test data"),
        ("", "- [ ] Prepare rollout plan - Lena and Stefan", "Open Lena: Prepare rollout plan|Open Stefan: Prepare rollout plan"),
        ("", "- [x] Share recording (Marek)", "Done Marek: Share recording"),
        ("", "## Action items\n- Security questionnaire - Joana", "Open Joana: Security questionnaire"),
        ("Stefan", "I sent the questionnaire back this morning.", "Done Stefan: Sent the questionnaire back this morning"),
        ("Joana", "No need to send the slides anymore, I found them.", "Cancelled ?: Send the slides"),
    ] {
        assert_eq!(shown(&one(speaker, text)).join("|"), want, "{text}");
    }
}

#[test]
fn a_mailed_request_belongs_to_the_accounts_owner() {
    let found = read(&Source::EMAIL, &[("Joana", "Please send the paperwork, we want to start in March.")]);
    assert_eq!(shown(&found)[0], "Open Lena: Send the paperwork");
}

#[test]
fn later_words_close_earlier_tasks() {
    let found = read(
        &Source::SLACK,
        &[
            ("Lena", "I'll send the security whitepaper by Wednesday."),
            ("Marek", "I'll book the room."),
            ("Lena", "Just sent the whitepaper!"),
        ],
    );
    assert_eq!(shown(&found), ["Done Lena 2026-02-04: Send the security whitepaper", "Open Marek: Book the room"]);
    assert_eq!(found.iter().find(|f| f.detail.status == Some(Status::Done)).unwrap().evidence.len(), 2);
    let found = read(&Source::SLACK, &[("Joana", "Could you share a sample report?"), ("Joana", "Never mind.")]);
    assert_eq!(shown(&found), ["Cancelled Ours: Share a sample report"]);
    let found = read(&Source::SLACK, &[("Lena", "I'll send A.\nI'll book the room."), ("Lena", "Done!")]);
    assert!(shown(&found).iter().all(|f| f.starts_with("Open")), "two open items: which one is done is a guess");
}

/// Whether the open items of a story, told by several people in one thread, end: `done`, `off` or `open`, and by which rule.
fn ends(source: &Source, said: &[(&str, &str)]) -> String {
    let found = sales_insight::merge(read(source, said));
    let first = found.iter().filter(|f| f.kind == FindingKind::ActionItem).min_by_key(|f| f.evidence.first().map(|e| e.at));
    first.map_or("none".into(), |f| format!("{:?}", f.detail.status.unwrap()).to_lowercase())
}

#[test]
fn people_say_in_many_words_that_it_is_done() {
    for (asked, answer, want) in [
        (("Lena", "I'll send the price list by Friday."), ("Lena", "Sent it just now."), "done"),
        (("Lena", "I'll send the price list by Friday."), ("Lena", "I'll have sent it by noon."), "open"),
        (("Lena", "I'll send the price list by Friday."), ("Joana", "Sent it just now."), "open"),
        (("Lena", "I'll send the price list by Friday."), ("Marek", "Price list is with you."), "done"),
        (("Lena", "I'll send the price list by Friday."), ("Marek", "Price list will be with you."), "open"),
        (("Lena", "I'll send the price list by Friday."), ("Lena", "Fixed and deployed."), "open"),
        (("Joana", "Could you give me access to the sandbox today?"), ("Marek", "Done, check your mail."), "done"),
        (("Joana", "Could you give me access to the sandbox today?"), ("Marek", "Not done yet."), "open"),
        (("Joana", "Could you give me access to the sandbox today?"), ("Stefan", "done"), "open"),
        (("Stefan", "@Marek can you send the logs?"), ("Marek", "logs attached"), "done"),
        (("Stefan", "@Marek can you send the logs?"), ("Marek", "no logs attached, sorry"), "open"),
        (("Joana", "I'll talk to Petra from legal by Friday."), ("Joana", "talked to Petra, she is fine with it"), "done"),
        (("Joana", "I'll talk to Petra from legal by Friday."), ("Joana", "I should have talked to Petra."), "open"),
        (("Marek", "I'll ask Lena about the term."), ("Lena", "Two years."), "done"),
        (("Marek", "I'll ask Lena about the term."), ("Joana", "Two years?"), "open"),
        (("Lena", "I'll line up two visits by 12 February."), ("Lena", "Visits are lined up: Tuesday and Thursday."), "done"),
        (("Lena", "I'll line up two visits by 12 February."), ("Lena", "Visits have to be lined up by you."), "open"),
        (("Marek", "I'll send the post-mortem by Thursday."), ("Marek", "Post-mortem, first version: https://x.dev/1"), "done"),
        (("Marek", "I'll send the post-mortem by Thursday."), ("Marek", "The post-mortem needs a first version."), "open"),
        (("Lena", "I'll send the deck."), ("Joana", "No need to send the deck anymore."), "cancelled"),
        (("Lena", "I'll post here when it's done."), ("Joana", "Thanks!"), "open"),
        (("Lena", "Please share the export."), ("Stefan", ":white_check_mark:"), "done"),
        (("Lena", "Please share the export."), ("Stefan", ":eyes:"), "open"),
    ] {
        assert_eq!(ends(&Source::SLACK, &[asked, answer]), want, "{asked:?} {answer:?}");
    }
}

#[test]
fn reports_elsewhere_close_what_they_name() {
    let in_two_threads = |first: &str, second: (&str, &str)| {
        let mut all = read(&Source::SLACK, &[("Lena", first)]);
        let mut later = read(&Source::SLACK, &[("Joana", "Hello."), second]);
        later.iter_mut().flat_map(|f| &mut f.evidence).for_each(|e| e.record = RecordId(format!("other:{}", e.record).into()));
        all.extend(later);
        let found = sales_insight::merge(all);
        found.iter().filter(|f| f.kind == FindingKind::ActionItem).map(|f| f.detail.status == Some(Status::Open)).collect::<Vec<_>>()
    };
    for (first, second, open) in [
        ("I'll send that offer by Friday.", ("Lena", "Joana, the offer for 70 seats is attached."), vec![false]),
        ("I'll send that offer by Friday.", ("Joana", "The offer is with us."), vec![true]),
        ("I'll send that offer by Friday.", ("Lena", "Minutes attached."), vec![true]),
        ("I'll send the rollout plan by Friday.", ("Marek", "The rollout plan is in the shared folder."), vec![false]),
        ("I'll send the rollout plan by Friday.", ("Marek", "The plan is in the shared folder."), vec![true, false]),
    ] {
        let got = in_two_threads(first, second);
        assert_eq!(got.iter().any(|o| *o), open[0], "{first} {second:?} {got:?}");
    }
}

/// `promise`, `request` or nothing, with what came of it.
fn kind_of(said: &[(&str, &str)]) -> String {
    let found = read(&Source::SLACK, said);
    let open = found.iter().filter(|f| f.detail.status == Some(Status::Open));
    open.map(|f| {
        let rule = f.rule.split('/').next().unwrap();
        let owner = f.detail.owner.clone().unwrap_or_else(|| format!("{:?}", f.detail.owner_side.unwrap()).into());
        format!("{rule} {owner}")
    })
    .collect::<Vec<_>>()
    .join("|")
}

#[test]
fn promises_are_what_their_owner_says() {
    for (said, want) in [
        (vec![("Joana", "Lena, could you send the deck?")], "action.request Lena"),
        (vec![("Joana", "Lena, could you send the deck?"), ("Lena", "Will do.")], "action.accepted Lena"),
        (vec![("Joana", "Lena, could you send the deck?"), ("Marek", "Will do.")], "action.request Lena"),
        (vec![("Joana", "Lena, could you send the deck?"), ("Lena", "Sure, but not this week.")], "action.request Lena"),
        (vec![("Joana", "Lena, could you send the deck?"), ("Lena", "I'll send it by Friday.")], "action.accepted Lena"),
        (vec![("Joana", "Could you send the deck?"), ("Marek", "With pleasure.")], "action.accepted Marek"),
        (vec![("Lena", "Stefan will write the export.")], "action.named_other Stefan"),
        (vec![("Lena", "Marek will write the export.")], "action.named Marek"),
        (vec![("Lena", "I can send you a draft.")], "action.offer Lena"),
        (vec![("Lena", "I can send you a draft by Friday.")], "action.promise_weak Lena"),
        (vec![("Joana", "If you send the contract, I'll sign it today.")], "action.promise_if Joana"),
        (vec![("Joana", "The contract is here, I'll sign it today.")], "action.promise Joana"),
        (vec![("Lena", "Tell me the day and I'll book the room.")], "action.promise_if Lena"),
        (vec![("Joana", "Can you check whether SSO works?"), ("Marek", "Yes, it does.")], ""),
        (vec![("Joana", "Can you check whether SSO works?"), ("Marek", "Yes.")], "action.accepted Marek"),
        (vec![("Joana", "Can you check whether SSO works?"), ("Stefan", "Yes, it does.")], "action.request Ours"),
        (vec![("Stefan", "I have to write the third report in three months.")], ""),
        (vec![("Stefan", "I can sign up to 50k myself.")], ""),
        (vec![("Joana", "It's the best deck you'll get this year.")], ""),
        (vec![("Joana", "Those seats are what my CFO will ask about.")], ""),
        (vec![("Joana", "My CFO will review the offer.")], "action.our_people Theirs"),
        (vec![("Lena", "Please break it, that's what it's for.")], ""),
        (vec![("Lena", "Please correct the numbers where I'm wrong.")], ""),
        (vec![("Lena", "Please correct the numbers.")], "action.please Theirs"),
        (vec![("Lena", "Send it over any time.")], ""),
        (vec![("Lena", "Please merge both so that I can send the final one.")], "action.please Theirs"),
        (vec![("Joana", "please take it from here.")], ""),
        (vec![("Lena", "will do this afternoon")], ""),
    ] {
        assert_eq!(kind_of(&said), want, "{said:?}");
    }
}

#[test]
fn days_of_tasks() {
    for (speaker, text, want) in [
        ("Joana", "Please send the order form with start date 22 April.", "Open Ours: Send the order form with start date 22 April"),
        ("Joana", "Please send the order form by 22 April.", "Open Ours 2026-04-22: Send the order form"),
        ("Joana", "As your agreement ends on 31 May, I am preparing the decision.", ""),
        ("Joana", "I'll sign it when I'm back from Leeds on Tuesday.", "Open Joana 2026-02-03: Sign it"),
        ("Joana", "I'll sign it when it works.", "Open Joana: Sign it"),
        ("Lena", "Done, I'll send the notes by Friday.", "Open Lena 2026-02-06: Send the notes"),
        ("Lena", "Done, it will send the notes by Friday.", ""),
        ("Lena", "I'll send the order form by Tuesday, 3 February, the annex comes with it.", "Open Lena 2026-02-03: Send the order form"),
        ("Marek", "Can you add `A_B=true` in the settings?", "Open Theirs: Add `A_B=true` in the settings"),
    ] {
        assert_eq!(
            shown(&one(speaker, text)).iter().filter(|l| l.starts_with("Open")).cloned().collect::<Vec<_>>().join("|"),
            want,
            "{text}"
        );
    }
}

#[test]
fn nobody_of_theirs_is_asked_where_they_cannot_read() {
    let id = RecordId("slack:C1:1".into());
    for (internal, want) in [(true, Side::Ours), (false, Side::Theirs)] {
        let turn = Turn {
            record: &id,
            thread: "1",
            anchor: "1",
            at: "2026-02-02T20:00:00Z".parse().unwrap(),
            speaker: "Lena",
            side: Side::Ours,
            text: "Please put both caps into the quote.",
            mentions: &[],
            to: &[],
            quiet: false,
            internal,
            form: Form::Said,
        };
        let found = reader().read(&Source::SLACK, &[turn]);
        assert_eq!(found[0].detail.owner_side, Some(want));
    }
}

#[test]
fn the_rest() {
    for (speaker, text, want) in [
        ("Joana", "We've decided to go with the annual plan.", "decision"),
        ("Stefan", "The team signed off on the architecture.", "decision"),
        ("Lena", "Shall we meet again on the 12th?", "next 2026-02-12"),
        ("", "Next: pilot review 12 Feb", "next 2026-02-12"),
        ("Joana", "We are currently using Plinthware.", "rival Plinthware using_now"),
        ("Stefan", "Plinthware quoted us 20% less.", "rival Plinthware evaluating|risk competitor_quote"),
        ("Joana", "We moved away from ostrelo in 2024.", "rival Ostrelo left"),
        ("Joana", "We never used Ostrelo.", "rival Ostrelo negated"),
        ("Joana", "We track our issues in Linear.", "rival Linear mentioned"),
        ("Joana", "Growth has been linear this year.", ""),
        ("Joana", "When could we get started?", "buying start_date"),
        ("Stefan", "Finance has approved the spend.", "buying budget_approved"),
        ("Stefan", "Price isn't an issue for us.", "buying price_accepted"),
        ("Joana", "We may have to cancel our contract.", "risk churn"),
        ("Joana", "We are not planning to cancel our contract.", ""),
        ("Joana", "That's the third outage this month.", "risk outages"),
        ("Joana", "The outage is resolved, thanks.", ""),
        ("Lena", "haven't heard back from Joana in three weeks", "risk silence"),
        ("Stefan", "All new spending is frozen until Q3.", "risk budget_freeze"),
        ("Stefan", "I'm moving to another role in March.", "risk champion_leaving"),
        ("Stefan", "You picked the week.", ""),
        ("Stefan", "We picked your plan over the old one.", "decision"),
        ("", "Decision: go / no go for the rollout", ""),
        ("", "Decision: go for the rollout", "decision"),
        ("Lena", "Agenda for Monday, 60 minutes:\n1. The major outage and the second incident\n2. Decision: start in May", ""),
        ("Lena", "Next: review on 12 February. Invite is out.", "next 2026-02-12"),
        ("Joana", "100 mails, an outage and a cat.", ""),
        ("Joana", "We had an outage again.", "risk outages"),
        ("Joana", "That worries me.", "risk worried"),
        ("Joana", "Nothing here worries me.", ""),
        ("Joana", "I need more than a sorry before I can recommend this.", "risk worried"),
        ("Joana", "Signing by the 19th needs some luck.", "risk tight_schedule"),
        ("Joana", "Good luck on the 19th!", ""),
        ("Joana", "We intend to reduce from 120 to 70 seats.", "risk lower_usage"),
        ("Joana", "We want to go from 70 to 120 seats.", ""),
        ("Joana", "Budget for wave 2 is approved.", "buying budget_approved"),
        ("Joana", "Budget for wave 2 is not approved.", ""),
        ("Joana", "We need to get to 10% less or to better payment terms.", ""),
        ("Joana", "Which payment terms do you offer?", "buying terms"),
        ("Joana", "We need the contract for our lawyers.", "buying contract_request"),
        ("Joana", "*3. Dates if we sign in April*", ""),
    ] {
        assert_eq!(shown(&one(speaker, text)).join("|"), want, "{text}");
    }
}

#[test]
fn talk_that_is_nothing() {
    for text in [
        "Let me share my screen.",
        "I'll be honest, that's a good question.",
        "Let me know if you have any questions.",
        "Looking forward to our call on Thursday.",
        "We could maybe look at that at some point.",
        "I would have sent it by Friday.",
        "I'm out of office until 9 February, I'll send it after.",
        "Can you all see my screen?",
        "Could you repeat that?",
        "Please feel free to interrupt me.",
        "I'll walk you through the agenda.",
        "We'll see how it goes.",
        "Give me one second.",
        "I agree with you.",
        "We haven't decided yet.",
        "Once we decide, you'll be the first to know.",
        "> I'll send the contract by Friday",
        "```\nplease send the contract\n```",
        "There was no outage on our side.",
        "Don't hesitate to reach out.",
        "Happy new year and thanks for the update!",
        "",
    ] {
        for speaker in ["Lena", "Joana"] {
            assert_eq!(shown(&one(speaker, text)), Vec::<String>::new(), "{speaker}: {text}");
        }
    }
}

#[test]
fn a_day_is_the_workspaces_day() {
    let zone = jiff::tz::TimeZone::fixed(jiff::tz::offset(9));
    let reader = Reader::new(ReaderConfig { timezone: zone, ..ReaderConfig::default() });
    let id = RecordId("slack:C1:1".into());
    let turn = Turn {
        record: &id,
        thread: "1",
        anchor: "1",
        at: "2026-02-02T20:00:00Z".parse().unwrap(),
        speaker: "Lena",
        side: Side::Ours,
        text: "I'll send it today.",
        mentions: &[],
        to: &[],
        quiet: false,
        internal: false,
        form: Form::Said,
    };
    assert_eq!(shown(&reader.read(&Source::SLACK, std::slice::from_ref(&turn))), ["Open Lena 2026-02-03: Send it"]);
    let quiet = Turn { quiet: true, ..turn };
    assert!(reader.read(&Source::SLACK, &[quiet]).is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn quotes_are_exactly_their_range(parts in prop::collection::vec(prop_oneof![
        Just("I\u{2019}ll send the *price* list by Friday. ".to_owned()), Just("we agreed to wait; ".to_owned()), Just("\n> quoted\n- [ ] Review - Lena\n".to_owned()),
        Just("Plinthware quoted us 20% less! ".to_owned()), Just("\u{1F600}\u{202E} ".to_owned()), any::<String>(), Just("x ".repeat(300)),
    ], 0..12)) {
        let text = parts.concat();
        for f in one("Joana", &text) {
            prop_assert!((1..=100).contains(&f.confidence));
            for e in &f.evidence {
                let (from, to) = (e.range.0 as usize, e.range.1 as usize);
                let said: String = text.chars().skip(from).take(to - from).collect();
                prop_assert_eq!(said.as_str(), &*e.quote);
                prop_assert!(!said.is_empty() && said.chars().count() <= 320);
            }
        }
    }
}
