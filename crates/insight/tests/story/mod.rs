//! An invented customer's story in Slack, as the reader gets it.

use jiff::Timestamp;
use sales_insight::{Form, Reader, ReaderConfig, Turn, merge, write_insights};
use sales_model::{Contact, Coverage, CustomerFacts, Evidence, Finding, Gap, GapKind, PersonFacts, Profile, RecordId, Side, Source};

/// Time, thread, speaker, side, text.
const TALK: &[(&str, &str, &str, Side, &str)] = &[
    ("2024-03-15T09:00:00Z", "1", "Lena Novak", Side::Ours, "Morning all! I'll send the POC plan by Tuesday."),
    (
        "2024-03-15T09:05:00Z",
        "1",
        "Joana Prado",
        Side::Theirs,
        "Great. Could you also share the SOC 2 report before the 22nd? Our security team asked for it.",
    ),
    ("2024-03-18T15:00:00Z", "1", "Lena Novak", Side::Ours, "Just sent the POC plan, have a look."),
    ("2024-03-20T11:00:00Z", "2", "Stefan Brandt", Side::Theirs, "Heads up: Plinthware quoted us 20% less last week."),
    (
        "2024-03-20T11:30:00Z",
        "2",
        "Marek Dvorak",
        Side::Ours,
        "> Plinthware quoted us 20% less\nThanks for being open, let me check with finance and get back to you by Friday.",
    ),
    ("2024-03-26T10:00:00Z", "3", "Joana Prado", Side::Theirs, "We agreed to start with the EMEA region only."),
    ("2024-03-28T10:00:00Z", "4", "Stefan Brandt", Side::Theirs, "The pilot went really well, everyone in the pilot wants to keep it."),
    (
        "2024-04-02T10:00:00Z",
        "5",
        "Joana Prado",
        Side::Theirs,
        "I'll forward the redlines from our lawyers by Monday. What would a three year commitment do to the price?",
    ),
    ("2024-04-03T10:00:00Z", "5", "Lena Novak", Side::Ours, "Next step is the pricing review on 11 April."),
    (
        "2024-04-04T10:00:00Z",
        "6",
        "Stefan Brandt",
        Side::Theirs,
        "<b>Note</b> [click](javascript:x) that's the second outage this month \u{202E}\u{1b}[31m!",
    ),
];

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// The findings of the story, merged.
pub(crate) fn findings() -> Vec<Finding> {
    let records: Vec<RecordId> = (0..TALK.len()).map(|n| RecordId(format!("slack:C1:{n}").into())).collect();
    let anchors: Vec<String> = TALK.iter().map(|t| format!("{}.000100", at(t.0).as_second())).collect();
    let turns: Vec<Turn<'_>> = TALK
        .iter()
        .enumerate()
        .map(|(n, t)| Turn {
            record: &records[n],
            thread: t.1,
            anchor: &anchors[n],
            at: at(t.0),
            speaker: t.2,
            side: t.3,
            text: t.4,
            mentions: &[],
            to: &[],
            quiet: false,
            internal: false,
            form: Form::Said,
        })
        .collect();
    let reader = Reader::new(ReaderConfig {
        competitors: vec!["Plinthware".into(), "Ostrelo".into()],
        company: "YourCompany".into(),
        customer_names: vec!["ACME Inc".into()],
        ..ReaderConfig::default()
    });
    let mut all = merge(reader.read(&Source::SLACK, &turns));
    for f in &mut all {
        for e in &mut f.evidence {
            e.path = format!("slack/{}_poc_planning.json", &e.at.to_string()[..10]).into();
        }
    }
    all
}

fn evidence(n: usize) -> Evidence {
    let t = TALK[n];
    Evidence {
        record: RecordId(format!("slack:C1:{n}").into()),
        source: Source::SLACK,
        path: format!("slack/{}_poc_planning.json", &t.0[..10]).into(),
        anchor: format!("{}.000100", at(t.0).as_second()).into(),
        at: at(t.0),
        speaker: t.2.into(),
        side: t.3,
        range: (0, u32::try_from(t.4.chars().count()).unwrap()),
        quote: t.4.into(),
    }
}

/// `insights.json` as text.
pub(crate) fn json(facts: &CustomerFacts) -> String {
    let mut out = Vec::new();
    write_insights(facts, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// Everything a context of the story is made of.
pub(crate) fn facts() -> CustomerFacts {
    let person = |name: &str, side: Side, messages: u64, n: usize, title: Option<&str>, role: Option<&str>| PersonFacts {
        key: format!("slack:{name}"),
        name: name.into(),
        email: None,
        title: title.map(str::to_owned),
        title_from: None,
        role: role.map(str::to_owned),
        side,
        messages,
        calls: 0,
        notes: 0,
        mails: 0,
        last: evidence(n),
        sources: vec![Source::SLACK],
        identities: vec![format!("slack:{name}")],
    };
    CustomerFacts {
        customer: "acme_inc".parse().unwrap(),
        profile: Profile {
            name: "ACME Inc".into(),
            owner: Some("lena@yourcompany.com".into()),
            stage: Some("technical_validation".into()),
            amount: Some(600_000.0),
            currency: Some("USD".into()),
            contacts: vec![Contact { name: "Joana Prado".into(), role: Some("champion".into()), ..Contact::default() }],
            ..Profile::default()
        },
        timezone: "UTC".into(),
        as_of: Some(at("2024-04-05T17:00:00Z")),
        coverage: vec![Coverage {
            records: 10,
            first: Some(at(TALK[0].0)),
            last: Some(at(TALK[9].0)),
            data_through: Some(at("2024-04-05T17:00:00Z")),
            ..Coverage::of(Source::SLACK)
        }],
        people: vec![
            person("Stefan Brandt", Side::Theirs, 3, 9, Some("IT lead"), None),
            person("Lena Novak", Side::Ours, 3, 8, None, None),
            person("Joana Prado", Side::Theirs, 3, 7, Some("Head of Operations"), Some("champion")),
            person("Marek Dvorak", Side::Ours, 1, 4, None, None),
        ],
        findings: findings(),
        last_contact: vec![(Side::Ours, evidence(8)), (Side::Theirs, evidence(9))],
        last_week: vec![(Source::SLACK, Side::Ours, 1, evidence(8)), (Source::SLACK, Side::Theirs, 2, evidence(9))],
        calls: Vec::new(),
        meetings: Vec::new(),
        responses: Vec::new(),
        absences: Vec::new(),
        gaps: vec![Gap {
            source: Source::GONG,
            kind: GapKind::NotConnected,
            text: "No credential: calls are missing. Run `sales auth login gong`.".into(),
        }],
    }
}
