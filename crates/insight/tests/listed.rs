//! Tasks in the lists of notes and in a vendor's next steps. Friday 22 March 2024 is the day.
#![expect(clippy::unwrap_used, reason = "tests")]

use jiff::tz::TimeZone;
use proptest::prelude::*;
use sales_insight::{listed_tasks, next_steps};
use sales_model::{Call, CallNote, Task};

const PEOPLE: &[&str] = &["Lisa Thompson", "Michael Chen", "Sarah Rodriguez", "Jo Rivera"];

fn at() -> jiff::Timestamp {
    "2024-03-22T15:00:00Z".parse().unwrap()
}

/// `3 [x] text @owner 2024-04-12`.
fn shown(tasks: &[Task]) -> Vec<String> {
    tasks
        .iter()
        .map(|t| {
            let owner = t.owner.as_deref().map(|o| format!(" @{o}")).unwrap_or_default();
            let due = t.due.map(|d| format!(" {d}")).unwrap_or_default();
            format!("{} {}{}{owner}{due}", t.at.unwrap_or_default(), if t.done { "[x] " } else { "" }, t.text)
        })
        .collect()
}

fn of(markdown: &str) -> Vec<String> {
    shown(&listed_tasks(markdown, at(), &TimeZone::UTC, PEOPLE))
}

/// One line under "Action items", without its line number.
fn one(line: &str, people: &[&str]) -> String {
    let all = shown(&listed_tasks(&format!("## Action Items\n- {line}\n"), at(), &TimeZone::UTC, people));
    all.iter().map(|t| t.trim_start_matches("2 ")).collect::<Vec<_>>().join("|")
}

#[test]
fn a_line_taken_apart() {
    let cases = [
        ("[ ] Security review - Lisa Thompson", "Security review @Lisa Thompson"),
        ("[x] Security review \u{2013} Lisa", "[x] Security review @Lisa"),
        ("[X] Security review \u{2014} Lisa T.", "[x] Security review @Lisa T"),
        ("Security review (Lisa Thompson)", "Security review @Lisa Thompson"),
        ("Security review (owner: Lisa, due Friday)", "Security review @Lisa 2024-03-22"),
        ("Security review (due 2024-04-12) - Lisa Thompson", "Security review @Lisa Thompson 2024-04-12"),
        ("Security review - Lisa Thompson [2024-04-12]", "Security review @Lisa Thompson 2024-04-12"),
        ("Security review - Lisa Thompson (due: 12 April)", "Security review @Lisa Thompson 2024-04-12"),
        ("Security review - Lisa Thompson, by 12 April", "Security review @Lisa Thompson 2024-04-12"),
        ("Security review by 12 April - Lisa Thompson", "Security review @Lisa Thompson 2024-04-12"),
        ("Security review - Lisa - by Monday", "Security review @Lisa 2024-03-25"),
        ("Security review - due EOD", "Security review 2024-03-22"),
        ("Security review until Tuesday @lisa", "Security review @lisa 2024-03-26"),
        ("@Lisa Thompson: send the report", "send the report @Lisa Thompson"),
        ("@Lisa Send the report by EOD Monday", "Send the report @Lisa 2024-03-25"),
        ("Lisa: send the report", "Send the report @Lisa"),
        ("**Lisa Thompson:** send the report", "Send the report @Lisa Thompson"),
        ("Lisa to send the report by Monday", "Send the report @Lisa 2024-03-25"),
        ("Lisa will send the report", "Send the report @Lisa"),
        ("Lisa and Michael to prepare the report", "Prepare the report @Lisa, Michael"),
        ("Prepare the report - Lisa & Michael", "Prepare the report @Lisa, Michael"),
        ("Prepare the report - Lisa Thompson, Michael Chen", "Prepare the report @Lisa Thompson, Michael Chen"),
        ("Prepare the report (Lisa/Michael)", "Prepare the report @Lisa, Michael"),
        ("Prepare the report @lisa @michael", "Prepare the report @lisa, michael"),
        ("Prepare the report, Lisa", "Prepare the report @Lisa"),
        ("@Jo Rivera @Lisa Thompson agree on the report", "agree on the report @Jo Rivera, Lisa Thompson"),
        ("Check the sample @Noa Ben-Ami", "Check the sample @Noa Ben-Ami"),
        ("Lisa sends the report on Monday", "Send the report on Monday @Lisa 2024-03-25"),
        ("Lisa looks into it and comes back to Michael", "Look into it and come back to Michael @Lisa"),
        ("Lisa has the report sent to Michael", "Have the report sent to Michael @Lisa"),
        ("Lisa Thompson switches on the audit log", "Switch on the audit log @Lisa Thompson"),
        ("Jo Rivera to have Lisa open the DPA", "Have Lisa open the DPA @Jo Rivera"),
        ("Devika Nair to take the page to finance", "Take the page to finance @Devika Nair"),
        ("Lisa is on leave this week", "Lisa is on leave this week 2024-03-22"),
        ("Send the report (due 2024-04-12) - Jun", "Send the report @Jun 2024-04-12"),
        ("Prepare the report - TBD", "Prepare the report"),
        ("Prepare the report - Legal", "Prepare the report @Legal"),
        ("Prepare the report - owner: Lisa", "Prepare the report @Lisa"),
        ("Prepare the report. Owner: Lisa", "Prepare the report @Lisa"),
        // What is no owner.
        ("POC - phase two review", "POC - phase two review"),
        ("POC - Phase Two Review", "POC - Phase Two Review"),
        ("Sign the Mutual NDA (Mutual NDA)", "Sign the Mutual NDA (Mutual NDA)"),
        ("Share the deck (optional)", "Share the deck (optional)"),
        ("Data Residency: confirm with legal", "Data Residency: confirm with legal"),
        ("Send the deck to Lisa", "Send the deck to Lisa"),
        ("Response to prospect questions", "Response to prospect questions"),
        ("Contract will be reviewed", "Contract will be reviewed"),
        ("Ask @lisa about the report", "Ask @lisa about the report @lisa"),
        // What is no due date, and dates that belong to the words.
        ("Send the report of 3 March", "Send the report of 3 March"),
        ("Prepare the plan for Q3", "Prepare the plan for Q3"),
        ("Prepare the demo for 12 April", "Prepare the demo for 12 April 2024-04-12"),
        ("Send it by Monday to Lisa", "Send it by Monday to Lisa 2024-03-25"),
        ("See [the deck](https://x.dev/a) and **answer**", "See the deck and answer"),
        ("None", ""),
        ("[ ]", ""),
        ("n/a.", ""),
        ("~~Send it~~", ""),
        ("~~Send it~~ - Jo", ""),
        ("~~Send it~~ (Jo)", ""),
        ("~~Send~~ Mail it - Jo", "Send Mail it @Jo"),
        ("[-] Send it - Jo", ""),
        ("[ ] - Sam Rep", ""),
        ("[ ] - Jo", ""),
        ("Send it @Lisa Thompson and @Jo Rivera", "Send it @Lisa Thompson, Jo Rivera"),
        ("@Lisa Thompson and @Jo send it", "send it @Lisa Thompson, Jo"),
        (
            "Jo checks that the form is right, before the review or by Monday",
            "Check that the form is right, before the review or by Monday @Jo 2024-03-25",
        ),
        ("Lisa sends the offer for 70 seats, one year, by 3 April", "Send the offer for 70 seats, one year @Lisa 2024-04-03"),
    ];
    let wrong: Vec<_> = cases.iter().map(|(line, want)| (*line, one(line, PEOPLE), *want)).filter(|(_, got, want)| got != want).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn one_known_name_before_a_colon_makes_the_others_names() {
    assert_eq!(
        of("## Actions\n- Jo: all-in comparison\n- Devika: nothing to do until April\n- Ben: an answer by 28 March\n"),
        ["2 All-in comparison @Jo", "4 An answer @Ben 2024-03-28"]
    );
    assert_eq!(of("## Actions\n- Comparison: all-in\n- Answer: by 28 March\n"), ["2 Comparison: all-in", "3 Answer 2024-03-28"]);
}

#[test]
fn people_called_like_a_month_or_a_day() {
    let known = &["Jun Takeda", "Lisa Thompson", "Mark Sunday", "Sunday Adeyemi"];
    for (people, line, want) in [
        (&known[..], "Send the redlines - Jun Takeda", "Send the redlines @Jun Takeda"),
        (&[], "Send the redlines - Jun Takeda", "Send the redlines @Jun Takeda"),
        (&known[..], "Send the redlines (Jun)", "Send the redlines @Jun"),
        (&[], "Send the redlines (Jun)", "Send the redlines @Jun"),
        (PEOPLE, "Prepare slides - May Chen", "Prepare slides @May Chen"),
        (PEOPLE, "Pay deposit - Mai Tran", "Pay deposit @Mai Tran"),
        (PEOPLE, "Ask finance - April", "Ask finance @April"),
        (PEOPLE, "Ship samples - Mark Sunday", "Ship samples @Mark Sunday"),
        (&known[..], "Ship samples - Mark Sunday", "Ship samples @Mark Sunday"),
        (&known[..], "Ship samples - Mark Sunday, by Friday", "Ship samples @Mark Sunday 2024-03-22"),
        (PEOPLE, "Compare the files (due 2024-04-12) - Jun", "Compare the files @Jun 2024-04-12"),
        (&known[..], "Ship samples @Mark Sunday", "Ship samples @Mark Sunday"),
        (&known[..], "Sunday Adeyemi: ship samples", "Ship samples @Sunday Adeyemi"),
        (&known[..], "Jun to ship samples by May", "Ship samples @Jun 2024-05-31"),
        (&known[..], "Ask Mark Sunday about the samples", "Ask Mark Sunday about the samples"),
        // Dates.
        (&known[..], "Ship samples - by June", "Ship samples 2024-06-30"),
        (&known[..], "Ship samples - Lisa Monday", "Ship samples @Lisa 2024-03-25"),
        (&known[..], "Ship samples - Lisa - Monday", "Ship samples @Lisa 2024-03-25"),
        (PEOPLE, "Ship samples - Next Monday", "Ship samples 2024-03-25"),
        (PEOPLE, "Ship samples - Jun 12", "Ship samples 2024-06-12"),
        (PEOPLE, "Ship samples - bis Mai", "Ship samples 2024-05-31"),
        (PEOPLE, "Ship samples (Wed)", "Ship samples 2024-03-27"),
    ] {
        assert_eq!(one(line, people), want, "{line}");
    }
}

#[test]
fn people_nobody_knows() {
    for (line, want) in [
        ("[ ] Security review - Lisa Thompson", "Security review @Lisa Thompson"),
        ("Security review (Lisa)", "Security review @Lisa"),
        ("Lisa to send the report", "Send the report @Lisa"),
        ("Lisa Thompson: send the report", "Send the report @Lisa Thompson"),
        ("Migration: prepare the plan", "Migration: prepare the plan"),
        ("Security review - Follow-up call", "Security review - Follow-up call"),
    ] {
        assert_eq!(one(line, &[]), want, "{line}");
    }
}

#[test]
fn other_languages() {
    let at = at();
    let read = |text: &str| shown(&listed_tasks(text, at, &TimeZone::UTC, PEOPLE));
    assert_eq!(
        read(
            "## N\u{E4}chste Schritte\n- Bericht senden \u{2013} Lisa, bis Freitag\n- Vertrag pr\u{FC}fen bis zum 12. April (Michael)\n- Liste (f\u{E4}llig 2024-04-12)\n"
        ),
        ["2 Bericht senden @Lisa 2024-03-22", "3 Vertrag pr\u{FC}fen @Michael 2024-04-12", "4 Liste 2024-04-12"]
    );
    assert_eq!(
        read("### Prochaines \u{E9}tapes\n* Envoyer le rapport avant le 12 avril - Lisa\n"),
        ["2 Envoyer le rapport @Lisa 2024-04-12"]
    );
    assert_eq!(read("**Pr\u{F3}ximos pasos**\n1. Enviar el informe (Lisa, vence 12 de abril)\n"), ["2 Enviar el informe @Lisa 2024-04-12"]);
}

#[test]
fn japanese_headings() {
    assert_eq!(of("## 次のステップ\n- デモを送る - Jo\n## メモ\n- 何もない\n"), ["2 デモを送る @Jo"]);
}

#[test]
fn a_whole_note() {
    let note = "# Executive overview\n\n## Attendees\n- Michael Chen (CTO)\n- [ ] not a task\n\n## Summary\n- They use it in two teams\n- [ ] Confirm the budget\n\n## Action Items\n\n- [ ] Security review\n  of both regions - Lisa Thompson\n  - [x] Send SOC 2 - Jo\n  - just a detail\n  - Call the auditor (Sarah)\n- Michael:\n  - Sign the NDA\n- ACME:\n  1. [ ] Name a sponsor\n\n```\n- [ ] code\n```\n> - [ ] quoted\n\n### Sarah Rodriguez\n- Book the room\n### Decisions\n- We start in May\n## Notes\n- nothing to do\n";
    assert_eq!(
        of(note),
        [
            "9 Confirm the budget",
            "13 Security review of both regions @Lisa Thompson",
            "15 [x] Send SOC 2 @Jo",
            "17 Call the auditor @Sarah",
            "19 Sign the NDA @Michael",
            "21 Name a sponsor",
            "29 Book the room @Sarah Rodriguez",
        ]
    );
    let all = listed_tasks(note, at(), &TimeZone::UTC, PEOPLE);
    assert_eq!(all[1].quote, "Security review");
    assert_eq!(all[2].quote, "Send SOC 2 - Jo");
    assert!(all.iter().all(|t| note.contains(&t.quote)));
}

#[test]
fn titles_in_bold_speak_for_one_list() {
    assert_eq!(of("**Next steps:**\n- one thing\n\nAnd then we spoke of\n- another thing\n"), ["2 one thing"]);
    assert_eq!(of("Next steps:\n- one thing\n\n**Pricing**\n- another thing\n"), ["2 one thing"]);
}

#[test]
fn tables_with_columns_for_it() {
    let table = "| Action item | Owner | Due | Status |\n| --- | --- | --- | --- |\n| Send **SOC 2** | Lisa, Jo | 12 April | Done |\n| Sign | TBD | | open |\n| | Jo | | |\n\n| Plan | Price |\n|---|---|\n| [ ] Basic | 10 |\n";
    assert_eq!(of(table), ["3 [x] Send SOC 2 @Lisa, Jo 2024-04-12", "4 Sign"]);
}

#[test]
fn a_day_is_the_workspaces_day() {
    let zone = TimeZone::fixed(jiff::tz::offset(10));
    let all = listed_tasks("- [ ] Send it today", at(), &zone, &[]);
    assert_eq!(all[0].due.unwrap().to_string(), "2024-03-23");
}

#[test]
fn next_steps_of_a_call() {
    let note = |section: &str, text: &str, start: Option<f64>| CallNote { section: section.into(), text: text.into(), start };
    let call = Call {
        highlights: vec![
            note("Pain points", "Migration is slow", Some(10.0)),
            note("NEXT STEPS", "Send contract draft by Friday", Some(2210.7)),
            note("Next steps", "Jo to send the questionnaire", None),
            note("Action items", "Share the metrics - Michael Chen", Some(-1.0)),
            note("Next steps", "  ", Some(1.0)),
        ],
        ..Call::default()
    };
    let all = next_steps(&call, at(), &TimeZone::UTC, PEOPLE);
    assert_eq!(shown(&all), ["2210 Send contract draft 2024-03-22", "0 Send the questionnaire @Jo", "0 Share the metrics @Michael Chen"]);
    assert_eq!((all[1].at, all[2].at), (None, None));
    assert_eq!(all[0].quote, "Send contract draft by Friday");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read(parts in prop::collection::vec(prop_oneof![
        Just("## Action items\n".to_owned()), Just("- [ ] Send it - Lisa (due 12 April)\n".to_owned()), Just("  - [x] ".to_owned()),
        Just("| Task | Owner |\n|-|-|\n".to_owned()), Just("| a | b |\n".to_owned()), Just("```\n".to_owned()), Just("\u{20AC} @ - ( [ ".to_owned()),
        any::<String>(), "[-*@()\\[\\]|:, a-zA-Z\u{E4}]{0,30}\n",
    ], 0..12)) {
        let text = parts.concat();
        let lines = text.split('\n').count() as u64;
        for t in listed_tasks(&text, at(), &TimeZone::UTC, PEOPLE) {
            prop_assert!(!t.text.is_empty());
            prop_assert!(t.at.is_some_and(|n| (1..=lines).contains(&n)));
            prop_assert!(text.contains(&t.quote));
        }
    }
}
