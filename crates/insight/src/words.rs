//! What a text is about: its content words in plain form, and the ids of facts.

use sales_model::{Finding, FindingDetail, FindingKind};
use sha2::{Digest, Sha256};

const STOP: &[&str] = &[
    "a",
    "an",
    "the",
    "and",
    "or",
    "of",
    "to",
    "for",
    "in",
    "on",
    "at",
    "by",
    "with",
    "from",
    "it",
    "this",
    "that",
    "these",
    "those",
    "is",
    "are",
    "be",
    "was",
    "were",
    "i",
    "we",
    "you",
    "me",
    "us",
    "our",
    "your",
    "my",
    "their",
    "his",
    "her",
    "them",
    "him",
    "they",
    "he",
    "she",
    "will",
    "can",
    "could",
    "would",
    "please",
    "just",
    "also",
    "over",
    "up",
    "out",
    "all",
    "some",
    "any",
    "as",
    "so",
    "if",
    "then",
    "there",
    "here",
    "today",
    "tomorrow",
    "now",
    "already",
    "not",
    "no",
    "do",
    "did",
    "done",
    "has",
    "have",
    "had",
    "been",
    "send",
    "sent",
    "share",
    "shared",
    "get",
    "got",
    "back",
    "sure",
    "make",
    "need",
    "needed",
    "anymore",
    "more",
    "soon",
    "again",
    "new",
    "ll",
    "ve",
    "re",
    "s",
    "t",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "morning",
    "afternoon",
    "week",
    "month",
    "prepare",
    "prepared",
    "update",
    "updated",
    "finish",
    "finished",
    "complete",
    "completed",
    "attach",
    "attached",
    "upload",
    "uploaded",
    "email",
    "emailed",
    "book",
    "booked",
    "schedule",
    "scheduled",
    "create",
    "created",
    "provide",
    "deliver",
    "delivered",
    "tonight",
    "noon",
    "evening",
    "know",
];

/// Words that stand for a thing without naming it.
const PRONOUNS: &[&str] = &["it", "them", "both", "everything"];

/// Content words, stemmed, in order, each once.
pub(crate) fn content(text: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for word in text.split(|c: char| !c.is_alphanumeric()) {
        if word.is_empty() {
            continue;
        }
        let lower = word.to_lowercase();
        if STOP.contains(&lower.as_str()) {
            continue;
        }
        let stem = stem(&lower);
        if !out.contains(&stem) {
            out.push(stem);
        }
    }
    out
}

/// A crude stem: enough to bring `timelines` and `timeline`, `integrated` and `integration` together.
fn stem(word: &str) -> String {
    for end in ["ations", "ation", "ings", "ing", "ies", "ied", "ions", "ion", "ers", "ed", "es", "s", "e", "y"] {
        if let Some(rest) = word.strip_suffix(end)
            && rest.chars().count() >= 3
        {
            return rest.to_owned();
        }
    }
    word.to_owned()
}

/// How much two sets of content words share: of the smaller one, 0 to 1.
pub(crate) fn contained<W: PartialEq>(a: &[W], b: &[W]) -> f64 {
    let least = a.len().min(b.len());
    if least == 0 {
        return 0.0;
    }
    shared(a, b) as f64 / least as f64
}

/// How many content words two sets share.
pub(crate) fn shared<W: PartialEq>(a: &[W], b: &[W]) -> usize {
    a.iter().filter(|w| b.contains(w)).count()
}

/// Jaccard similarity of two sets of content words.
pub(crate) fn alike<W: PartialEq>(a: &[W], b: &[W]) -> f64 {
    let both = shared(a, b);
    let all = a.len() + b.len() - both;
    if all == 0 { 0.0 } else { both as f64 / all as f64 }
}

/// Whether a task names no object: a verb, a pronoun, and hardly more.
pub(crate) fn thin(task: &str) -> bool {
    let (_, rest) = task.split_once(' ').unwrap_or((task, ""));
    let about = content(rest).len();
    // "write it into the annex": the thing itself is not named.
    if rest.to_lowercase().starts_with("it ") {
        return true;
    }
    let pronoun = rest.split(' ').take(2).any(|w| PRONOUNS.contains(&w.to_lowercase().as_str()));
    about == 0 || pronoun && about == 1
}

/// The content words of a finding, those of what it answers included where it names nothing itself.
pub(crate) fn about(f: &Finding) -> Vec<String> {
    let mut out = content(&f.value);
    let vague = thin(&f.value) || f.rule.starts_with("action.report");
    if let (FindingKind::ActionItem, true, [before, _, ..]) = (f.kind, vague, f.evidence.as_slice()) {
        for word in content(&before.quote) {
            if !out.contains(&word) {
                out.push(word);
            }
        }
    }
    out
}

/// Whether two names are of one person, as far as one can tell: `petrav` and `Petra Vik`, `Lena N` and `Lena Novak`.
pub(crate) fn same_person(a: &str, b: &str) -> bool {
    let (a, b) = (a.to_lowercase(), b.to_lowercase());
    if a == b {
        return true;
    }
    let first = |t: &str| t.split([' ', '.']).next().unwrap_or_default().to_owned();
    let (x, y) = (first(&a), first(&b));
    let (short, long) = if x.len() <= y.len() { (&x, &y) } else { (&y, &x) };
    let last = |t: &str| t.split([' ', '.']).nth(1).and_then(|w| w.chars().find(|c| c.is_alphabetic()));
    let clash = last(&a).zip(last(&b)).is_some_and(|(m, n)| m != n);
    !short.is_empty()
        && !clash
        && (x == y || short.chars().count() >= 4 && long.starts_with(short.as_str()) && long.len() <= short.len() + 2)
}

/// The stable id of a fact: its kind and a hash of what it is about; `context` where its own words name nothing.
pub(crate) fn id(kind: FindingKind, value: &str, detail: &FindingDetail, context: &str) -> String {
    let name = name(kind);
    let mut about = content(value);
    if about.is_empty() || kind == FindingKind::ActionItem && thin(value) {
        about.push(value.trim().to_lowercase());
        if kind == FindingKind::ActionItem {
            about.push(context.to_owned());
        }
    }
    about.sort();
    let mut hash = Sha256::new();
    hash.update(name.as_bytes());
    match kind {
        FindingKind::ActionItem => {
            for part in [detail.owner.as_deref().unwrap_or(""), side_name(detail)] {
                hash.update([0]);
                hash.update(part.to_lowercase().as_bytes());
            }
        }
        FindingKind::Competitor | FindingKind::BuyingSignal | FindingKind::Risk => {
            hash.update([0]);
            hash.update(detail.r#type.as_deref().unwrap_or("").as_bytes());
        }
        FindingKind::NextStep => {
            hash.update([0]);
            hash.update(detail.due.map(|d| d.to_string()).unwrap_or_default().as_bytes());
        }
        FindingKind::Decision | FindingKind::Topic => {}
    }
    for word in &about {
        hash.update([0]);
        hash.update(word.as_bytes());
    }
    let digest = hash.finalize();
    let mut id = format!("{name}-");
    for byte in digest.iter().take(8) {
        id.push_str(&format!("{byte:02x}"));
    }
    id
}

fn side_name(detail: &FindingDetail) -> &'static str {
    match detail.owner_side {
        Some(sales_model::Side::Ours) => "ours",
        Some(sales_model::Side::Theirs) => "theirs",
        Some(_) => "other",
        None => "",
    }
}

/// A kind as it stands in ids and JSON.
pub(crate) fn name(kind: FindingKind) -> &'static str {
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

/// A fact's words for people: no full stop at the end, a capital at the start.
pub(crate) fn tidy(text: &str) -> String {
    let plain: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let plain = plain.trim_matches(|c: char| c.is_whitespace() || matches!(c, '.' | ',' | ';' | ':' | '!' | '-' | '\u{2013}' | '\u{2014}'));
    let mut chars = plain.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_by_their_names() {
        for (a, b, same) in [
            ("petrav", "Petra Vik", true),
            ("Lena N", "Lena Novak", true),
            ("Lena N", "Lena Young", false),
            ("Jo", "Joana", false),
            ("Stefan", "Stefan Brandt", true),
            ("Marta", "Marek", false),
            ("", "Jo", false),
        ] {
            assert_eq!(same_person(a, b), same, "{a} {b}");
        }
    }

    #[test]
    fn tasks_that_name_nothing() {
        for (task, vague) in [
            ("Send it", true),
            ("Send them over today", true),
            ("Write it into the annex", true),
            ("Send them the report and the letter", false),
            ("Send that offer", false),
            ("Send the offer", false),
        ] {
            assert_eq!(thin(task), vague, "{task}");
        }
    }
}
