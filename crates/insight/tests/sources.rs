//! A context over chat, calls and notes: counts, labels, and which evidence stands for a fact.
#![expect(clippy::unwrap_used, clippy::string_slice, reason = "tests")]

mod story;

use sales_insight::{compact_context, merge};
use sales_model::{CallFacts, Coverage, Evidence, Finding, FindingDetail, FindingKind, RecordId, Severity, Side, Source, Status};
use story::json;

fn said(source: Source, anchor: &str, at: &str, speaker: &str, side: Side, quote: &str) -> Evidence {
    let path = match source.as_str() {
        "gong" => "gong/2024-04-05_poc_results_review.json",
        "granola" => "granola/2024-03-22_executive_overview.md",
        _ => "slack/2024-04-01_poc.json",
    };
    Evidence {
        record: RecordId(format!("{source}:1").into()),
        source,
        path: path.into(),
        anchor: anchor.into(),
        at: at.parse().unwrap(),
        speaker: speaker.into(),
        side,
        range: (0, 1),
        quote: quote.into(),
    }
}

fn finding(kind: FindingKind, value: &str, rule: &str, evidence: Vec<Evidence>) -> Finding {
    let action = kind == FindingKind::ActionItem;
    Finding {
        id: format!("{value}-{rule}").into(),
        kind,
        value: value.into(),
        detail: FindingDetail {
            owner: action.then(|| "Jo Rivera".into()),
            owner_side: action.then_some(Side::Ours),
            status: action.then_some(Status::Open),
            r#type: (!action).then(|| "noted".into()),
            severity: (!action).then_some(Severity::High),
            ..FindingDetail::default()
        },
        confidence: 80,
        rule: rule.into(),
        evidence,
    }
}

fn facts() -> sales_model::CustomerFacts {
    let mut facts = story::facts();
    let call = |anchor: &str, speaker: &str, quote: &str| said(Source::GONG, anchor, "2024-04-05T15:00:00Z", speaker, Side::Ours, quote);
    let note = |anchor: &str, quote: &str| said(Source::GRANOLA, anchor, "2024-03-22T15:00:00Z", "", Side::Other, quote);
    facts.findings = merge(vec![
        finding(
            FindingKind::ActionItem,
            "Send the security review",
            "action.promise/3",
            vec![call("t=2210", "Jo Rivera", "I'll send the security review")],
        ),
        finding(
            FindingKind::ActionItem,
            "Security review by us",
            "action.listed/3",
            vec![note("action-items", "Security review by us - Jo")],
        ),
        finding(
            FindingKind::ActionItem,
            "Share the metrics",
            "action.promise/3",
            vec![call("t=3723", "Jo [x](y) Rivera", "I'll share the metrics")],
        ),
        finding(FindingKind::Risk, "Slow legal review", "risk.label/3", vec![note("risks", "Slow legal review")]),
        finding(FindingKind::Risk, "No sponsor in finance", "risk.label/3", vec![note("risks", "No sponsor in finance")]),
    ]);
    facts.people[0].calls = 3;
    facts.people[0].notes = 1;
    facts.people[1].messages = 0;
    facts.people[1].calls = 1;
    facts.coverage.push(Coverage { records: 3, data_through: Some("2024-04-06T00:00:00Z".parse().unwrap()), ..Coverage::of(Source::GONG) });
    let chat = |side| said(Source::SLACK, "1", "2024-04-01T10:00:00Z", "Lena Novak", side, "Hello");
    facts.last_week = vec![
        (Source::SLACK, Side::Theirs, 14, chat(Side::Theirs)),
        (Source::GRANOLA, Side::Ours, 2, note("summary", "We met")),
        (Source::GONG, Side::Theirs, 1, call("t=12", "Michael Chen", "Thanks")),
        (Source::SLACK, Side::Ours, 1, chat(Side::Ours)),
        (Source::EMAIL, Side::Ours, 0, chat(Side::Ours)),
    ];
    let held = |at: &str, title: &str, ratio| CallFacts {
        title: title.into(),
        at: at.parse().unwrap(),
        talk_ratio: ratio,
        ratio_computed: true,
        evidence: Evidence { at: at.parse().unwrap(), ..call("", "", title) },
    };
    facts.calls = vec![held("2024-04-05T15:00:00Z", "POC results *review*", Some(0.68)), held("2024-03-01T15:00:00Z", "Intro", Some(0.4))];
    facts
}

#[test]
fn every_source_has_its_line() {
    let text = compact_context(&facts(), &[]);
    let wanted = [
        "Data through: slack 2024-04-05 17:00 UTC (10 records), gong 2024-04-06 00:00 UTC (3 records).",
        "- Last call: 2024-04-05, POC results \\*review\\*, we spoke 68 % of the time (counted from the transcript) [gong 2024-04-05](gong/2024-04-05_poc_results_review.json \"POC results \\*review\\*\")",
        "- 1 call, 14 messages from them, the newest by Michael Chen [gong 2024-04-05 0:12 Michael Chen](gong/2024-04-05_poc_results_review.json#t=12 \"Thanks\")",
        "- 2 notes, 1 message from us, the newest by Lena Novak [slack 2024-04-01]",
        "(theirs): 3 messages, 3 calls, 1 note, the last on",
        "Lena Novak (ours): 1 call, the last on",
        "[gong 2024-04-05 1:02:03 Jo \\[x\\](y) Rivera](gong/2024-04-05_poc_results_review.json#t=3723 \"I'll share the metrics\")",
        "- Ask and listen more: we spoke 68 % of the last call. [gong 2024-04-05](",
        "- Noted, high: the note says \u{201C}Slow legal review\u{201D} [granola 2024-03-22](granola/2024-03-22_executive_overview.md#risks \"Slow legal review\")",
        "- Noted, high: the note says \u{201C}No sponsor in finance\u{201D}",
        "- Act on the risk \u{201C}noted\u{201D}: the note named it",
    ];
    let missing: Vec<_> = wanted.iter().filter(|w| !text.contains(**w)).collect();
    assert!(missing.is_empty(), "{missing:#?}\n{text}");
}

#[test]
fn a_note_stands_for_what_a_call_says_too() {
    let facts = facts();
    let both: Vec<&Finding> = facts.findings.iter().filter(|f| f.value.contains("ecurity review")).collect();
    assert_eq!(both.len(), 1);
    assert_eq!((&*both[0].value, &*both[0].rule, both[0].evidence.len()), ("Security review by us", "action.listed/3", 2));
    let text = compact_context(&facts, &[]);
    let promises = text.split("## Open promises: ours\n\n").nth(1).unwrap();
    let line = promises.lines().find(|l| l.contains("ecurity review")).unwrap();
    assert!(
        line.ends_with("[granola 2024-03-22](granola/2024-03-22_executive_overview.md#action-items \"Security review by us - Jo\")"),
        "{line}"
    );
}

#[test]
fn a_call_of_which_nothing_is_known() {
    let mut facts = facts();
    facts.calls.truncate(1);
    facts.calls[0].title.clear();
    for ratio in [None, Some(f64::NAN), Some(1.5)] {
        facts.calls[0].talk_ratio = ratio;
        let text = compact_context(&facts, &[]);
        assert!(text.contains("- Last call: 2024-04-05, without a title [gong 2024-04-05]("), "{text}");
        assert!(!text.contains("we spoke"));
    }
}

#[test]
fn the_json_is_as_its_schema_says() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/schemas/insights.schema.json");
    let schema: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let value: serde_json::Value = serde_json::from_str(&json(&facts())).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<String> = validator.iter_errors(&value).map(|e| format!("{}: {e}", e.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:?}");
    assert_eq!((value["people"][0]["calls"].as_u64(), value["calls"][0]["talk_ratio"].as_f64()), (Some(3), Some(0.68)));
}
