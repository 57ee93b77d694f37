//! The compact context and `insights.json`: whole outputs, sizes, hostile text.
#![expect(clippy::unwrap_used, clippy::string_slice, clippy::indexing_slicing, reason = "tests")]

mod story;

use proptest::prelude::*;
use sales_insight::{compact_context, merge, mine_blocks, tokens};
use sales_model::{Evidence, Finding, FindingDetail, FindingKind, RecordId, Severity, Side, Source, Status};
use story::json;

#[test]
fn a_whole_context() {
    insta::assert_snapshot!(compact_context(&story::facts(), &["<!-- mine -->\nCall Joana on her mobile.\n<!-- /mine -->".into()]));
}

#[test]
fn every_statement_ends_with_a_link() {
    let text = compact_context(&story::facts(), &[]);
    let (body, missing) = text.split_once("## Missing data").unwrap();
    for line in body.lines().filter(|l| l.starts_with("- ")) {
        assert!(line.ends_with(')') && line.contains("]("), "{line}");
    }
    assert!(missing.contains("Not computed in this version: score"));
}

#[test]
fn the_json_is_as_its_schema_says() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/schemas/insights.schema.json");
    let schema: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let text = json(&story::facts());
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<String> = validator.iter_errors(&value).map(|e| format!("{}: {e}", e.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:?}");
    assert_eq!(value["findings"].as_array().unwrap().len(), story::findings().len());
    let mut broken = value;
    broken["findings"][0]["evidence"] = serde_json::json!([]);
    assert!(!validator.is_valid(&broken), "a finding without evidence must not pass");
}

#[test]
fn an_empty_customer() {
    let mut facts = story::facts();
    facts.findings.clear();
    facts.people.clear();
    facts.coverage.clear();
    facts.last_week.clear();
    facts.last_contact.clear();
    facts.gaps.clear();
    facts.as_of = None;
    facts.profile = sales_model::Profile { name: "New".into(), ..Default::default() };
    let text = compact_context(&facts, &[]);
    assert!(text.starts_with("# New\n\nCustomer `acme_inc`, no data yet."), "{text}");
    assert!(text.contains("## Risks\n\nNothing found in the data so far."));
    assert!(!text.contains("Recommendations\n\n- "), "{text}");
}

#[test]
fn own_blocks_survive_again_and_again() {
    let facts = story::facts();
    let mut old = format!("{}\n<!-- mine -->\n  keep <this> & *that*\n<!-- /mine -->\n", compact_context(&facts, &[]));
    for _ in 0..3 {
        let new = compact_context(&facts, &mine_blocks(&old));
        assert!(new.contains("<!-- mine -->\n  keep <this> & *that*\n<!-- /mine -->"));
        assert_eq!(new.matches("<!-- mine -->").count(), 1);
        old = new;
    }
}

#[test]
fn huge_facts_stay_in_size_and_count_what_is_left_out() {
    let mut facts = story::facts();
    for n in 0..3_000 {
        let mut f = facts.findings[n % 8].clone();
        f.id = format!("x-{n}").into();
        f.value = format!("{} number {n} {}", f.value, "\"<&>".repeat(20)).into();
        facts.findings.push(f);
    }
    let text = compact_context(&facts, &["<!-- mine -->\nmy words\n<!-- /mine -->".into()]);
    assert!(tokens(&text) <= 5_000, "{}", tokens(&text));
    assert!(tokens(&text) > 4_000, "{}", tokens(&text));
    assert!(text.contains(" more in [insights.json](insights.json)"));
    assert!(text.contains("my words"));
    for section in ["Status", "Risks", "Recommendations", "Missing data"] {
        assert!(text.contains(&format!("## {section}\n")), "{section}");
    }
}

#[test]
fn a_large_block_of_ones_own_is_not_counted() {
    let facts = story::facts();
    let small = compact_context(&facts, &["<!-- mine -->\nshort\n<!-- /mine -->".into()]);
    assert!(small.contains("\nAt most 5,000 tokens; "), "{small}");
    let block = format!("<!-- mine -->\n{}<!-- /mine -->", "my own words\n".repeat(1_500));
    let large = compact_context(&facts, std::slice::from_ref(&block));
    assert!(large.contains("\nAt most 5,000 tokens without your own block, which is longer than half of that; "), "{large}");
    let (facts_part, own) = large.split_once("\n<!-- mine -->").unwrap();
    assert!(tokens(facts_part) <= 5_000 && facts_part.contains("## Missing data"));
    assert_eq!(format!("<!-- mine -->{}", own.trim_end()), block);
}

#[test]
fn the_nearest_promise_comes_first_and_nothing_stands_twice() {
    let mut facts = story::facts();
    facts.findings.clear();
    for (n, due) in [(1, "2023-11-01"), (2, "2024-04-20"), (3, "2024-04-04"), (4, "2024-04-06")] {
        let mut f = finding(FindingKind::ActionItem, format!("Send part {n}"), "Lena".into(), 2, Status::Open);
        f.rule = "action.promise/2".into();
        f.detail.due = Some(due.parse().unwrap());
        facts.findings.push(f);
    }
    let mut asked = finding(FindingKind::ActionItem, "Share the export".into(), "Lena".into(), 25, Status::Open);
    asked.rule = "action.request/2".into();
    facts.findings.push(asked);
    for kind in ["contract_request", "seats"] {
        let mut f = finding(FindingKind::BuyingSignal, "Send the order form for 70 seats".into(), "Joana".into(), 25, Status::Open);
        f.detail.r#type = Some(kind.into());
        f.id = kind.into();
        facts.findings.push(f);
    }
    facts.gaps[0].text = "Gong: calls are missing".into();
    let text = compact_context(&facts, &[]);
    let section = |name: &str| text.split(&format!("## {name}\n\n")).nth(1).unwrap().split("\n## ").next().unwrap().to_owned();
    let order: Vec<char> = section("Open promises: ours").lines().filter_map(|l| l.split("part ").nth(1)?.chars().next()).collect();
    assert_eq!(order, ['4', '3', '2', '1'], "{text}");
    assert!(!section("Open promises: ours").contains("export"), "a request is no promise");
    assert!(section("Next actions").contains("Lena asked Lena, not taken on so far: \u{201C}Share the export\u{201D}"), "{text}");
    assert_eq!(section("Buying signals").matches("order form").count(), 2, "one line, with its quote: {text}");
    assert_eq!(section("Last 7 days").matches("Buying signal").count(), 1);
    assert!(section("Missing data").starts_with("- Gong: calls are missing\n"), "{text}");
}

fn finding(kind: FindingKind, value: String, speaker: String, day: i64, status: Status) -> Finding {
    let quote = value.clone();
    Finding {
        id: format!("{kind:?}-{value}").into(),
        kind,
        detail: FindingDetail {
            status: (kind == FindingKind::ActionItem).then_some(status),
            owner: Some(speaker.as_str().into()),
            owner_side: Some(Side::Ours),
            severity: Some(Severity::High),
            ..FindingDetail::default()
        },
        value: value.into(),
        confidence: 80,
        rule: "r/1".into(),
        evidence: vec![Evidence {
            record: RecordId(format!("slack:C1:{day}").into()),
            source: Source::SLACK,
            path: format!("slack/{speaker}.json").into(),
            anchor: "1.2".into(),
            at: jiff::Timestamp::from_second(1_710_000_000 + day * 86_400).unwrap(),
            speaker: speaker.into(),
            side: Side::Ours,
            range: (0, u32::try_from(quote.chars().count()).unwrap()),
            quote: quote.into(),
        }],
    }
}

fn some_findings() -> impl Strategy<Value = Vec<Finding>> {
    let kind = prop::sample::select(vec![
        FindingKind::ActionItem,
        FindingKind::Decision,
        FindingKind::Risk,
        FindingKind::Competitor,
        FindingKind::Topic,
    ]);
    let value = prop_oneof!["[a-c]{1,2}( (deck|quote|report|plan|contract)){1,4}", any::<String>()];
    let status = prop::sample::select(vec![Status::Open, Status::Done, Status::Cancelled]);
    prop::collection::vec((kind, value, any::<String>(), 0..40_i64, status).prop_map(|(k, v, s, d, st)| finding(k, v, s, d, st)), 0..40)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn merging_knows_no_order((a, b) in some_findings().prop_flat_map(|v| (Just(v.clone()), Just(v).prop_shuffle()))) {
        let merged = merge(a);
        prop_assert_eq!(&merged, &merge(b));
        prop_assert!(merged.iter().all(|f| !f.evidence.is_empty()));
    }

    #[test]
    fn hostile_text_does_nothing_and_fits(findings in some_findings(), name in any::<String>(), gap in any::<String>()) {
        let mut facts = story::facts();
        facts.findings.extend(findings);
        facts.profile.name = name.clone();
        facts.profile.next_step = Some(gap.clone());
        facts.gaps[0].text = gap;
        facts.people[0].name = name;
        let text = compact_context(&facts, &[]);
        prop_assert!(tokens(&text) <= 5_000);
        prop_assert!(!text.contains('<'));
        prop_assert!(text.chars().all(|c| c == '\n' || !c.is_control()));
        let hidden = text.contains(['\u{202E}', '\u{2066}', '\u{200B}']);
        prop_assert!(!hidden);
        prop_assert_eq!(text, compact_context(&facts, &[]));
    }
}
