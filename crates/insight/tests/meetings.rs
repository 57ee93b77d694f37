//! What calls and notes add: speech is vague, notes are terse, and what both and chat say is one fact. Monday 2 February 2026 is the day.
#![expect(clippy::unwrap_used, reason = "tests")]

use jiff::tz::TimeZone;
use proptest::prelude::*;
use sales_insight::{Form, Piece, Reader, ReaderConfig, Speech, Turn, call_pieces, listed_tasks, merge, note_pieces};
use sales_model::{Finding, FindingKind, RecordId, Side, Source, Status, Task};

const PEOPLE: &[(&str, Side)] =
    &[("Lena Novak", Side::Ours), ("Marek Dvorak", Side::Ours), ("Joana Prado", Side::Theirs), ("Stefan Brandt", Side::Theirs)];

fn reader() -> Reader {
    Reader::new(ReaderConfig {
        competitors: vec!["Ostrelo".into(), "Plinthware".into()],
        company: "YourCompany".into(),
        customer_names: vec!["ACME".into()],
        people: PEOPLE.iter().map(|(n, s)| ((*n).to_owned(), *s)).collect(),
        ..ReaderConfig::default()
    })
}

fn side(speaker: &str) -> Side {
    PEOPLE.iter().find(|p| p.0.starts_with(speaker)).map_or(Side::Other, |p| p.1)
}

fn read(record: &str, source: &Source, pieces: &[Piece<'_>]) -> Vec<Finding> {
    let id = RecordId(record.into());
    let base = Turn {
        record: &id,
        thread: record,
        anchor: "",
        at: "2026-02-02T10:00:00Z".parse().unwrap(),
        speaker: "",
        side: Side::Other,
        text: "",
        mentions: &[],
        to: &[],
        quiet: false,
        internal: false,
        form: Form::Said,
    };
    let turns: Vec<Turn<'_>> = pieces.iter().map(|p| p.turn(&base)).collect();
    reader().read(source, &turns)
}

/// What is said in a call, one turn every ten seconds, and the tasks that the vendor names.
fn call(said: &[(&str, &str)], tasks: &[Task]) -> Vec<Finding> {
    let speech: Vec<Speech<'_>> = said
        .iter()
        .enumerate()
        .map(|(n, (speaker, text))| {
            let name = PEOPLE.iter().find(|p| p.0.starts_with(speaker)).map_or(*speaker, |p| p.0);
            Speech { speaker: name, side: side(speaker), start: n as u64 * 10_000, end: None, text }
        })
        .collect();
    read("gong:1", &Source::GONG, &call_pieces(&speech, tasks))
}

fn note(markdown: &str) -> Vec<Finding> {
    let names: Vec<&str> = PEOPLE.iter().map(|p| p.0).collect();
    let tasks = listed_tasks(markdown, "2026-02-02T10:00:00Z".parse().unwrap(), &TimeZone::UTC, &names);
    read("granola:1", &Source::GRANOLA, &note_pieces(markdown, &tasks, "summary"))
}

/// `Open Lena Novak 2026-02-06: Send the quote`, and so on, without topics and reports.
fn shown(found: &[Finding]) -> String {
    let facts = found.iter().filter(|f| f.kind != FindingKind::Topic && !f.rule.starts_with("action.report"));
    facts
        .map(|f| {
            let d = &f.detail;
            let due = d.due.map(|d| format!(" {d}")).unwrap_or_default();
            match f.kind {
                FindingKind::ActionItem => {
                    let owner = d.owner.clone().unwrap_or_else(|| d.owner_side.map_or("?".into(), |s| format!("{s:?}").into()));
                    format!("{:?} {owner}{due}: {}", d.status.unwrap(), f.value)
                }
                FindingKind::Decision => format!("decision: {}", f.value),
                FindingKind::NextStep => format!("next{due}: {}", f.value),
                FindingKind::Competitor => format!("rival {} {}", f.value, d.r#type.as_deref().unwrap()),
                FindingKind::BuyingSignal => format!("buying {}", d.r#type.as_deref().unwrap()),
                _ => format!("risk {}", d.r#type.as_deref().unwrap()),
            }
        })
        .collect::<Vec<_>>()
        .join("|")
}

fn check(cases: Vec<(&str, String, &str)>) {
    let wrong: Vec<_> = cases.into_iter().filter(|(_, got, want)| got != want).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn speech_beside_what_is_none() {
    let cases = [
        ("Lena", "So I'll send you the updated quote by Friday.", "Open Lena Novak 2026-02-06: Send you the updated quote"),
        ("Lena", "I'll send you something later.", ""),
        ("Lena", "I'll send that over in a second.", ""),
        ("Lena", "I'll drop the link in the chat right now.", ""),
        ("Lena", "Let me share my screen for a second.", ""),
        ("Lena", "I can send you the deck.", ""),
        ("Lena", "I can send you the deck by Wednesday.", "Open Lena Novak 2026-02-04: Send you the deck"),
        ("Lena", "We'll look at that in a minute.", ""),
        ("Lena", "We'll look at the numbers and see.", ""),
        ("Lena", "Can you share a bit about how you work today?", ""),
        ("Lena", "Could you share how your team does migrations?", ""),
        ("Lena", "Could you send us the security questionnaire?", "Open Theirs: Send us the security questionnaire"),
        ("Joana", "If you send the contract, I'll sign it today.", "buying contract_request"),
        (
            "Joana",
            "I'll forward the redlines from our lawyers by Monday.",
            "Open Joana Prado 2026-02-02: Forward the redlines from our lawyers",
        ),
        ("Joana", "Marek will set up the sandbox for us.", "Open Marek Dvorak: Set up the sandbox for us"),
        ("Joana", "We sent the tender to three vendors.", ""),
        ("Joana", "Never mind the export, we don't need it after all.", "Cancelled ?: The export"),
        ("Joana", "We agreed to drop the custom reports from phase one.", "decision: We agreed to drop the custom reports from phase one"),
        ("Joana", "Back in 2019 we decided to go with an old vendor.", ""),
        ("Lena", "Next step would be a scoping call on Thursday.", "next 2026-02-05: Next step would be a scoping call on Thursday"),
        ("Lena", "Shall we start with a round of introductions?", ""),
        ("Joana", "Finance has approved the spend.", "buying budget_approved"),
        ("Lena", "Many of our customers say finance has approved the spend.", ""),
        ("Joana", "We may have to cancel our contract.", "risk churn"),
        ("Lena", "You may have to cancel your contract with them.", ""),
        ("Stefan", "Is your pricing more flexible than Plinthware's?", "rival Plinthware evaluating"),
        ("Lena", "How was your weekend, did you make it to the lake?", ""),
        ("Joana", "Great, thanks, we'll get there, let me just find my notes.", ""),
        ("Lena", "I'll start with a quick intro and then open it up.", ""),
        ("Lena", "Give me a second, I'll pull up the slides.", ""),
        ("Joana", "If that is true, then Marek will send you flowers.", ""),
        ("Joana", "I'll share it, hold on.", ""),
        ("Lena", "And I'll send that one as well.", ""),
        ("Lena", "Marek, our engineer, will send the DPA in Word.", ""),
        ("Joana", "Where do you want to start?", ""),
        ("Joana", "The second time it was Warsaw.", ""),
        ("Joana", "We measure it with our own tool.", ""),
        ("Joana", "We built something like this ourselves already.", "rival in-house solution status_quo"),
        ("Lena", "Marek wrote it yesterday and I've agreed to it.", ""),
        ("Lena", "Before we do wave two, shall we speak about Tuesday?", ""),
    ];
    check(cases.iter().map(|(who, text, want)| (*text, shown(&call(&[(who, text)], &[])), *want)).collect());
}

#[test]
fn turns_of_a_call_answer_each_other() {
    let asked = ("Joana", "Could you send us the SOC 2 report?");
    let found = call(&[asked, ("Lena", "Sure, will do.")], &[]);
    assert_eq!(shown(&found), "Open Lena Novak: Send us the SOC 2 report");
    assert!(found[0].rule.starts_with("action.accepted"));
    let anchors: Vec<&str> = found[0].evidence.iter().map(|e| &*e.anchor).collect();
    assert_eq!(anchors, ["t=0", "t=10"]);
    assert_eq!(found[0].evidence[1].at.to_string(), "2026-02-02T10:00:10Z");
    // "Done" in a call is about anything, and who is asked for is there.
    let found = call(&[("Lena", "I'll send the price list by Friday."), ("Lena", "Okay, done.")], &[]);
    assert_eq!(shown(&found), "Open Lena Novak 2026-02-06: Send the price list");
    let found = call(&[("Marek", "I'll ask Lena for the price list by Friday."), ("Lena", "Two years.")], &[]);
    assert_eq!(shown(&found), "Open Marek Dvorak 2026-02-06: Ask Lena for the price list");
}

#[test]
fn a_call_speaks_of_a_topic_once() {
    let found = call(&[("Joana", "What is the price?"), ("Lena", "The price is per seat."), ("Joana", "Is SSO in the price?")], &[]);
    let topics: Vec<(&str, usize, &str)> =
        found.iter().filter(|f| f.kind == FindingKind::Topic).map(|f| (&*f.value, f.evidence.len(), &*f.evidence[0].anchor)).collect();
    assert_eq!(topics, [("pricing", 1, "t=0"), ("security", 1, "t=20")]);
}

#[test]
fn lines_of_notes() {
    let cases = [
        ("**Budget:** confirmed at 600k for this year", "buying budget_approved"),
        ("- Budget: not approved yet", ""),
        ("- Budget: approval pending", ""),
        ("- Budget: frozen until Q3", "risk budget_freeze"),
        ("Timeline: live in both regions by 30 June", "next 2026-06-30: Live in both regions by 30 June"),
        ("Timeline: unclear", ""),
        ("Decision: start with EMEA", "decision: Start with EMEA"),
        ("Risk: their CTO leaves in May", "risk champion_leaving"),
        ("Next: pilot review 12 Feb", "next 2026-02-12: Pilot review 12 Feb"),
        (
            "## Decisions\n- Annual plan\n- EMEA first, the rest\n  in autumn",
            "decision: Annual plan|decision: EMEA first, the rest in autumn",
        ),
        ("## Risks\nSlow legal review", "risk noted"),
        ("### Next steps\n- Send the quote - Lena", "Open Lena Novak: Send the quote"),
        ("- [x] Send case study (Marek)", "Done Marek Dvorak: Send case study"),
        ("- [ ] Move the review: no longer needed - Lena", "Cancelled Lena Novak: Move the review: no longer needed"),
        ("- Review the DPA - Joana & Lena\n", ""),
        ("## To do\n- Review the DPA - Joana & Lena\n", "Open Joana Prado: Review the DPA|Open Lena Novak: Review the DPA"),
        ("## Security\n- Stefan to send the questionnaire by Friday", "Open Stefan Brandt 2026-02-06: Send the questionnaire"),
        ("- Joana will forward the redlines by Friday", "Open Joana Prado 2026-02-06: Forward the redlines"),
        ("We will send the quote by Friday.", ""),
        ("- They currently use Plinthware", "rival Plinthware using_now"),
        ("## Agenda\n- Decision: go or not\n- [ ] Send the quote", ""),
        ("## Attendees\n- Budget: approved", ""),
        ("```\nDecision: code\n```\n> Decision: quoted", ""),
        ("Budget to be discussed, no worries", ""),
        ("", ""),
    ];
    check(cases.iter().map(|(text, want)| (*text, shown(&note(text)), *want)).collect());
}

#[test]
fn anchors_and_quotes_of_notes() {
    let text = "**Budget:** confirmed at *600k*\n\n## Key Decisions\n\n1. We **start** in [May](https://x.dev/a)\n\n## Action Items\n- [ ] **Security review** - Joana Prado\n";
    let found = note(text);
    let seen: Vec<(&str, &str, &str)> =
        found.iter().filter(|f| f.kind != FindingKind::Topic).map(|f| (&*f.evidence[0].anchor, &*f.evidence[0].quote, &*f.value)).collect();
    assert_eq!(
        seen,
        [
            ("summary", "confirmed at", "Confirmed at 600k"),
            ("key-decisions", "start", "We start in May"),
            ("action-items", "Security review", "Security review"),
        ]
    );
    assert!(found.iter().all(|f| f.evidence.iter().all(|e| e.speaker.is_empty() && text.contains(&*e.quote))));
}

fn task(text: &str, owner: &str, at: u64) -> Task {
    Task { text: text.into(), owner: Some(owner.into()), at: Some(at), quote: format!("{text} - {owner}"), ..Task::default() }
}

#[test]
fn a_task_of_the_vendor_is_told_once() {
    let tasks = [task("Send the updated price list", "Lena", 2210), task("Share the metrics", "Joana, Stefan", 2300)];
    let found = merge(call(&[("Lena", "I'll send you the updated price list by Friday.")], &tasks));
    assert_eq!(
        shown(&found),
        "Open Joana Prado: Share the metrics|Open Stefan Brandt: Share the metrics|Open Lena Novak 2026-02-06: Send the updated price list"
    );
    let joined = found.iter().find(|f| f.value.contains("price list")).unwrap();
    assert!(joined.rule.starts_with("action.field") && joined.confidence == 99);
    let anchors: Vec<&str> = joined.evidence.iter().map(|e| &*e.anchor).collect();
    assert_eq!(anchors, ["t=0", "t=2210"]);
}

#[test]
fn chat_call_and_note_say_one_thing() {
    let chat = |text: &'static str, at: &str| {
        let id = RecordId("slack:C1:1".into());
        let turn = Turn {
            record: &id,
            thread: "1",
            anchor: "1",
            at: at.parse().unwrap(),
            speaker: "Joana Prado",
            side: Side::Theirs,
            text,
            mentions: &[],
            to: &[],
            quiet: false,
            internal: false,
            form: Form::Said,
        };
        reader().read(&Source::SLACK, &[turn])
    };
    let mut all = call(&[("Joana", "I'll prepare the security review checklist by Friday.")], &[]);
    all.extend(note("## Action Items\n- [ ] Security review checklist - Joana\n"));
    all.extend(chat("I'll prepare the security review checklist by Thursday.", "2026-02-03T10:00:00Z"));
    let found = merge(all.clone());
    assert_eq!(shown(&found), "Open Joana Prado 2026-02-05: Security review checklist");
    assert!(found[0].rule.starts_with("action.listed"), "{}", found[0].rule);
    assert_eq!(found[0].evidence.len(), 3);
    // Ticked off in the note after the meeting: done, although the call was still going on at the note's time.
    all = call(&[("Stefan", "Hello."), ("Joana", "I'll prepare the security review checklist by Friday.")], &[]);
    all.extend(note("## Action Items\n- [x] Prepare security review checklist - Joana\n"));
    let found = merge(all);
    assert!(found.iter().filter(|f| f.kind == FindingKind::ActionItem).all(|f| f.detail.status == Some(Status::Done)), "{}", shown(&found));
}

#[test]
fn items_that_are_called_off() {
    for line in
        ["Send the deck: no longer needed - Lena", "Angebot senden: nicht mehr n\u{F6}tig - Lena", "Send the deck (cancelled) - Lena"]
    {
        let found = shown(&merge(note(&format!("## To do\n- [ ] {line}\n"))));
        assert!(found.starts_with("Cancelled Lena Novak: ") && !found.contains('|'), "{found}");
    }
    assert_eq!(shown(&merge(note("## To do\n- [ ] Look into it: dropped calls - Lena\n"))), "Open Lena Novak: Look into it: dropped calls");
    assert_eq!(shown(&merge(note("## To do\n- [-] Send the deck - Lena\n- ~~I will send the offer~~ - Lena\n"))), "");
}

fn sorted(shown: &str) -> String {
    let mut parts: Vec<&str> = shown.split('|').collect();
    parts.sort_unstable();
    parts.join("|")
}

#[test]
fn items_of_one_list_stay_apart() {
    let of = |markdown: &str| sorted(&shown(&merge(note(markdown))));
    for (first, second) in [
        ("Order 40 seats for Berlin", "Order 40 seats for Graz"),
        ("Review phase A plan", "Review phase B plan"),
        ("Call Anna", "Call Anja"),
        ("Child task one", "Child task two"),
        ("Prepare the price list", "Send the price list"),
        ("Update the security checklist of the team", "Update the security checklist"),
    ] {
        assert_eq!(
            of(&format!("## Action Items\n- [ ] {first} - Lena\n- [x] {second} - Lena\n")),
            format!("Done Lena Novak: {second}|Open Lena Novak: {first}")
        );
    }
    let found = merge(note("## To do\n- [ ] Prepare the price list - Lena\n- [ ] Send the price list - Lena\n"));
    assert!(found.len() == 2 && found[0].id != found[1].id, "{found:#?}");
    // The same words twice are one item.
    assert_eq!(of("- [ ] Order the seats - Lena\n- [ ] Order the **seats** - Lena\n"), "Open Lena Novak: Order the seats");
}

#[test]
fn later_words_close_what_bears_the_same_name() {
    let after = |list: &str, text: &'static str| {
        let mut all = note(list);
        let id = RecordId("slack:C1:9".into());
        let turn = Turn {
            record: &id,
            thread: "9",
            anchor: "9",
            at: "2026-02-04T10:00:00Z".parse().unwrap(),
            speaker: "Lena Novak",
            side: Side::Ours,
            text,
            mentions: &[],
            to: &[],
            quiet: false,
            internal: false,
            form: Form::Said,
        };
        all.extend(reader().read(&Source::SLACK, &[turn]));
        sorted(&shown(&merge(all)))
    };
    assert_eq!(
        after(
            "## To do\n- [ ] Order 40 seats for Berlin - Lena\n- [ ] Order 40 seats for Graz - Lena\n",
            "I ordered the 40 seats for Graz this morning."
        ),
        "Done Lena Novak: Order 40 seats for Graz|Open Lena Novak: Order 40 seats for Berlin"
    );
}

#[test]
fn the_thing_that_was_promised_was_sent() {
    let after = |owner: &str, task: &str, said: &'static str| {
        let mut all = note(&format!("## To do\n- [ ] {task} - {owner}\n"));
        let id = RecordId("gong:9".into());
        let turn = Turn {
            record: &id,
            thread: "9",
            anchor: "t=1",
            at: "2026-02-04T10:00:00Z".parse().unwrap(),
            speaker: "Lena Novak",
            side: Side::Ours,
            text: said,
            mentions: &[],
            to: &[],
            quiet: false,
            internal: false,
            form: Form::Spoken,
        };
        all.extend(reader().read(&Source::GONG, &[turn]));
        merge(all).iter().any(|f| f.detail.status == Some(Status::Done) && f.rule.starts_with("action.listed"))
    };
    let offer = "Send the offer for 70 seats, one year, monthly payment";
    assert!(after("Lena", offer, "I sent the offer to Joana this morning."));
    // Somebody else's, another thing, another number.
    assert!(!after("Marek", offer, "I sent the offer to Joana this morning."));
    assert!(!after("Lena", offer, "I sent the deck to Joana this morning."));
    assert!(!after("Lena", offer, "I sent the deck with the offer to Joana this morning."));
    assert!(!after("Lena", offer, "I sent the offer for 20 users to Joana this morning."));
}

#[test]
fn hostile_times_and_empty_pieces() {
    let far = Task { text: "Send the deck".into(), at: Some(u64::MAX), quote: "Send the deck".into(), ..Task::default() };
    let none = Task { text: "...".into(), quote: String::new(), ..Task::default() };
    let tasks = [far, none];
    let speech = [Speech { speaker: "", side: Side::Theirs, start: u64::MAX, end: Some(0), text: "I'll send the deck by Friday." }];
    let found = read("gong:1", &Source::GONG, &call_pieces(&speech, &tasks));
    assert_eq!(found.iter().filter(|f| f.kind == FindingKind::ActionItem).count(), 2);
    assert!(found.iter().all(|f| f.evidence.iter().all(|e| e.at.to_string() == "2026-02-02T10:00:00Z")));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn notes_of_any_text(parts in prop::collection::vec(prop_oneof![
        Just("## Decisions\n".to_owned()), Just("- **We** start in [May](https://x.dev) \n".to_owned()), Just("Budget: approved\n  for `all` of it\n\n".to_owned()),
        Just("## To do\n- [ ] Send the *deck* - Lena\n".to_owned()), Just("Plinthware_quoted_us 20% less <b>!\n".to_owned()), any::<String>(),
    ], 0..10)) {
        let text = parts.concat();
        for f in note(&text) {
            prop_assert!((1..=100).contains(&f.confidence));
            for e in &f.evidence {
                prop_assert!(!e.quote.trim().is_empty() && text.contains(&*e.quote), "{:?}", e.quote);
            }
        }
    }
}
