//! Measures extraction on a labelled set beside the project, where there is one.
#![expect(clippy::unwrap_used, clippy::print_stderr, clippy::string_slice, reason = "tests")]

use std::{collections::BTreeSet, path::PathBuf};

use jiff::{civil::Date, tz::TimeZone};
use sales_insight::{Form, Mention, Reader, ReaderConfig, Turn, listed_tasks, note_pieces};
use sales_model::{FindingKind, RecordId, Side, Source, Status};
use serde_json::Value;

/// The labels that the rules support so far.
const SUPPORTED: &[&str] = &["action_item", "decision", "next_step", "competitor", "buying_signal", "risk"];

fn label(kind: FindingKind) -> &'static str {
    match kind {
        FindingKind::ActionItem => "action_item",
        FindingKind::Decision => "decision",
        FindingKind::NextStep => "next_step",
        FindingKind::Competitor => "competitor",
        FindingKind::BuyingSignal => "buying_signal",
        FindingKind::Risk => "risk",
        FindingKind::Topic => "topic",
    }
}

fn names(v: &Value) -> Vec<String> {
    v.as_array().map(|a| a.iter().filter_map(|x| x.as_str().map(str::to_owned)).collect()).unwrap_or_default()
}

#[derive(Debug, Default)]
struct Score {
    hit: f64,
    missed: f64,
    wrong: f64,
    plain: f64,
    alarms: f64,
    owners: (f64, f64),
    dues: (f64, f64),
    statuses: (f64, f64),
    topics: (f64, f64, f64),
}

impl Score {
    fn f1(&self) -> f64 {
        2.0 * self.hit / (2.0 * self.hit + self.missed + self.wrong).max(1.0)
    }
}

fn measure(lines: &str, workspace: &Value, loud: bool) -> Score {
    let ours = names(&workspace["vendor_people"]);
    let theirs = names(&workspace["customer_people"]);
    let people: Vec<(String, Side)> =
        ours.iter().map(|n| (n.clone(), Side::Ours)).chain(theirs.iter().map(|n| (n.clone(), Side::Theirs))).collect();
    let reader = Reader::new(ReaderConfig {
        competitors: names(&workspace["competitors"]),
        company: "YourCompany".into(),
        customer_names: vec!["ACME".into()],
        people: people.clone(),
        timezone: TimeZone::UTC,
    });
    let mut score = Score::default();
    for line in lines.lines() {
        let item: Value = serde_json::from_str(line).unwrap();
        let text = item["text"].as_str().unwrap();
        let day: Date = item["date"].as_str().unwrap().parse().unwrap();
        let id = RecordId(format!("x:{}", item["id"].as_str().unwrap()).into());
        let source: Source = match item["source"].as_str().unwrap() {
            "slack" => Source::SLACK,
            "email" => Source::EMAIL,
            "call" => Source::GONG,
            _ => Source::GRANOLA,
        };
        let side = if item["side"] == "rep" { Side::Ours } else { Side::Theirs };
        let mut mentions = Vec::new();
        for (name, side) in &people {
            if let Some(at) = text.find(&format!("@{name}")) {
                let start = u32::try_from(text[..at].chars().count()).unwrap() + 1;
                mentions.push(Mention { name, side: *side, start, end: start + u32::try_from(name.chars().count()).unwrap() });
            }
        }
        let at = day.at(10, 0, 0, 0).to_zoned(TimeZone::UTC).unwrap().timestamp();
        let speaker = item["speaker"].as_str().unwrap();
        let base = Turn {
            record: &id,
            thread: "t",
            anchor: "1",
            at,
            speaker,
            side,
            text,
            mentions: &mentions,
            to: &[],
            quiet: false,
            internal: false,
            form: if source == Source::GONG { Form::Spoken } else { Form::Said },
        };
        let found = if source == Source::GRANOLA {
            let known: Vec<&str> = people.iter().map(|p| p.0.as_str()).collect();
            let tasks = listed_tasks(text, at, &TimeZone::UTC, &known);
            let pieces = note_pieces(text, &tasks, "");
            let turns: Vec<Turn<'_>> = pieces.iter().map(|p| p.turn(&base)).collect();
            reader.read(&source, &turns)
        } else {
            reader.read(&source, &[base])
        };
        let found = sales_insight::merge(found);
        let want: BTreeSet<String> = names(&item["labels"]).into_iter().filter(|l| SUPPORTED.contains(&l.as_str())).collect();
        let got: BTreeSet<String> = found.iter().filter(|f| f.kind != FindingKind::Topic).map(|f| label(f.kind).to_owned()).collect();
        score.hit += want.intersection(&got).count() as f64;
        score.missed += want.difference(&got).count() as f64;
        score.wrong += got.difference(&want).count() as f64;
        if names(&item["labels"]).is_empty() {
            score.plain += 1.0;
            score.alarms += f64::from(!got.is_empty());
        }
        let mut notes = String::new();
        if want != got {
            notes += &format!(" want {want:?} got {got:?}");
        }
        if let (true, Some(f)) = (want.contains("action_item"), found.iter().find(|f| f.kind == FindingKind::ActionItem)) {
            let owner = item["owner"].as_str();
            score.owners.1 += 1.0;
            score.owners.0 += f64::from(f.detail.owner.as_deref() == owner);
            let dues = names(&item["due"]);
            let due = f.detail.due.map(|d| d.to_string());
            let right = if dues.is_empty() { due.is_none() } else { due.as_ref().is_some_and(|d| dues.contains(d)) };
            score.dues.1 += 1.0;
            score.dues.0 += f64::from(right);
            let status = match f.detail.status.unwrap() {
                Status::Open => "open",
                Status::Done => "done",
                Status::Cancelled => "cancelled",
            };
            score.statuses.1 += 1.0;
            score.statuses.0 += f64::from(item["status"].as_str() == Some(status));
            if f.detail.owner.as_deref() != owner || !right || item["status"].as_str() != Some(status) {
                notes += &format!(" owner {owner:?}/{:?} due {dues:?}/{due:?} status {status}", f.detail.owner);
            }
        }
        let want: BTreeSet<String> = names(&item["topics"]).into_iter().collect();
        let got: BTreeSet<String> = found.iter().filter(|f| f.kind == FindingKind::Topic).map(|f| f.value.to_string()).collect();
        score.topics.0 += want.intersection(&got).count() as f64;
        score.topics.1 += want.difference(&got).count() as f64;
        score.topics.2 += got.difference(&want).count() as f64;
        if want != got {
            notes += &format!(" topics want {want:?} got {got:?}");
        }
        if loud && !notes.is_empty() {
            eprintln!("{} {text}\n     {notes}", item["id"]);
        }
    }
    score
}

fn beside(path: &str) -> Option<String> {
    let full = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data").join(path);
    std::fs::read_to_string(full).ok()
}

#[test]
fn labelled_signals() {
    let (Some(lines), Some(workspace)) = (beside("sales-signals/dev.jsonl"), beside("sales-signals/workspace.json")) else {
        eprintln!("SKIPPED: no labelled set at ../shared/data/sales-signals");
        return;
    };
    let score = measure(&lines, &serde_json::from_str(&workspace).unwrap(), true);
    eprintln!("f1 {:.3} {score:?}", score.f1());
    assert!(score.f1() >= 0.95, "{score:?}");
    assert!(score.alarms <= 0.05 * score.plain, "{score:?}");
    assert!(score.owners.0 >= 0.9 * score.owners.1, "{score:?}");
    assert!(score.dues.0 >= 0.9 * score.dues.1, "{score:?}");
    assert!(score.statuses.0 >= 0.9 * score.statuses.1, "{score:?}");
}
