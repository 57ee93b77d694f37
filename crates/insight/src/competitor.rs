//! Competitors: configured names, word for word, with the stance around them; and competitors without a name.

use std::{ops::Range, sync::LazyLock};

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, MatchKind};
use sales_model::{FindingDetail, FindingKind, Severity, Side};

use crate::{
    ReaderConfig,
    action::Scene,
    draft::Draft,
    lexicon::{
        names::{COMMON_WORDS, TOOLS},
        rivals::{OFFERS, STANCES, UNNAMED},
        triggers,
    },
    pattern::Pattern,
    topics::bounded,
};

/// The configured names.
#[derive(Debug)]
pub(crate) struct Rivals {
    names: Vec<Name>,
    automaton: Option<AhoCorasick>,
    /// Companies that are never competitors, in lower case.
    own: Vec<String>,
}

#[derive(Debug)]
struct Name {
    text: String,
    /// A word of the language in lower case: only the name's own spelling, or capitals, count.
    common: bool,
}

static STANCE: LazyLock<Vec<(&str, Pattern)>> = LazyLock::new(|| STANCES.iter().map(|(s, p)| (*s, Pattern::new(p))).collect());
static OFFER: LazyLock<Pattern> = LazyLock::new(|| Pattern::new(OFFERS));
static NAMELESS: LazyLock<Vec<(&str, &str, Pattern)>> =
    LazyLock::new(|| UNNAMED.iter().map(|(n, s, p)| (*n, *s, Pattern::new(p))).collect());
/// A name that nobody configured, after words that only a rival follows.
static UNKNOWN: LazyLock<Vec<(&str, Pattern)>> = LazyLock::new(|| {
    [
        ("using_now", r"(?i:\b(?:we|they|our team)(?:'re| are)? (?:currently|already|still|today) (?:use|using|on|run on|running on|with)|\bcurrent (?:vendor|provider|supplier) is) (?P<n>[A-Z][A-Za-z0-9.]+)"),
        ("evaluating", r"(?i:\b(?:compare|compares|compared|comparing|stack up|stacks up|measure up)(?: you| this| it| your [a-z]+)? (?:with|to|against)) (?P<n>[A-Z][A-Za-z0-9.]+)"),
        ("evaluating", r"(?i:\b(?:quote|proposal|offer|bid|pitch|demo) from) (?P<n>[A-Z][A-Za-z0-9.]+)"),
    ]
    .iter()
    .map(|(s, p)| (*s, Pattern::new(p)))
    .collect()
});
static AFTER_OPENING: LazyLock<Pattern> = LazyLock::new(|| {
    Pattern::new(
        r"^(?:'s|s')? ?(?:is|has|was|does|did|offers?|offered|quoted|can|will|told|gave|came|and|or|vs|also|pitched|reached|charges|just|sales|pricing|quote|,)\b",
    )
});

impl Rivals {
    pub(crate) fn new(config: &ReaderConfig) -> Self {
        let own: Vec<String> =
            config.customer_names.iter().chain([&config.company]).map(|n| n.trim().to_lowercase()).filter(|n| !n.is_empty()).collect();
        let mut names: Vec<Name> = Vec::new();
        for text in config.competitors.iter().map(|n| n.trim()) {
            let lower = text.to_lowercase();
            if text.is_empty() || own.contains(&lower) || names.iter().any(|n| n.text.to_lowercase() == lower) {
                continue;
            }
            names.push(Name { text: text.to_owned(), common: COMMON_WORDS.contains(&lower.as_str()) });
        }
        let automaton = (!names.is_empty())
            .then(|| {
                AhoCorasickBuilder::new()
                    .ascii_case_insensitive(true)
                    .match_kind(MatchKind::LeftmostLongest)
                    .build(names.iter().map(|n| &n.text))
                    .ok()
            })
            .flatten();
        Rivals { names, automaton, own }
    }

    /// Whether a configured name stands in a text, in any spelling.
    pub(crate) fn named_in(&self, text: &str) -> bool {
        self.automaton.as_ref().is_some_and(|a| a.is_match(text))
    }

    /// Mentions in a sentence: which name, and where.
    fn mentions(&self, cased: &str) -> Vec<(usize, Range<usize>)> {
        let Some(automaton) = &self.automaton else { return Vec::new() };
        let bytes = cased.as_bytes();
        let mut out: Vec<(usize, Range<usize>)> = Vec::new();
        for m in automaton.find_iter(cased) {
            let n = m.pattern().as_usize();
            let Some(name) = self.names.get(n) else { continue };
            let said = cased.get(m.range()).unwrap_or_default();
            let part_of_more =
                bytes.get(m.end()).is_some_and(|b| *b == b'-' || *b == b'_') && bytes.get(m.end() + 1).is_some_and(u8::is_ascii_alphabetic);
            if !bounded(bytes, m.start(), m.end(), false) || inside_address(bytes, m.start(), m.end()) || part_of_more && name.common {
                continue;
            }
            if name.common && !spelled(name, said, cased, &m.range()) {
                continue;
            }
            if !out.iter().any(|o| o.0 == n) {
                out.push((n, m.range()));
            }
        }
        out
    }
}

/// Part of a mail address, host name or path.
fn inside_address(bytes: &[u8], start: usize, end: usize) -> bool {
    let before = start.checked_sub(1).and_then(|i| bytes.get(i));
    let dotted = bytes.get(end) == Some(&b'.') && bytes.get(end + 1).is_some_and(u8::is_ascii_alphanumeric);
    before.is_some_and(|b| matches!(b, b'@' | b'.' | b'/')) || dotted || bytes.get(end) == Some(&b'@')
}

/// Whether a name that is also a common word is spelled as a name here.
fn spelled(name: &Name, said: &str, cased: &str, range: &Range<usize>) -> bool {
    let starts_big = said.chars().next().is_some_and(char::is_uppercase);
    if !starts_big {
        return false;
    }
    let opens = cased.get(..range.start).is_some_and(|b| b.trim_end().is_empty() || b.trim_end().ends_with([':', '.', '"', '(']));
    let shouting = cased.chars().filter(|c| c.is_alphabetic()).all(char::is_uppercase);
    if shouting {
        return false;
    }
    let mixed = name.text.chars().skip(1).any(char::is_uppercase) && said == name.text;
    mixed || !opens || AFTER_OPENING.is_match(&cased.get(range.end..).unwrap_or_default().to_ascii_lowercase())
}

/// Competitors of a sentence.
pub(crate) fn read(scene: &Scene<'_, '_>, rivals: &Rivals, out: &mut Vec<Draft>) {
    let s = scene.sentence;
    let found = rivals.mentions(&s.cased);
    let mut courted = false;
    for (n, range) in &found {
        let Some(name) = rivals.names.get(*n) else { continue };
        // Every other name becomes a plain word, this one the sign that patterns look for.
        let mut shown = String::with_capacity(s.norm.len());
        shown.push_str(s.norm.get(..range.start).unwrap_or_default());
        shown.push('@');
        shown.push_str(s.norm.get(range.end..).unwrap_or_default());
        let stance = STANCE.iter().find(|(_, p)| p.is_match(&shown)).map_or("mentioned", |(s, _)| *s);
        push(scene, "competitor.named", 95, &name.text, stance, range.clone(), out);
        let offers = OFFER.is_match(&s.norm) && !s.asked && stance != "negated" && stance != "left";
        if !courted && scene.turn.side != Side::Bot && (offers || (stance == "chosen" && scene.turn.side != Side::Ours)) {
            courted = true;
            let (kind, severity) = if stance == "chosen" { ("lost", Severity::High) } else { ("competitor_quote", Severity::Medium) };
            let detail = FindingDetail { r#type: Some(kind.into()), severity: Some(severity), ..FindingDetail::default() };
            out.push(scene.draft(FindingKind::Risk, "risk.competitor", 80, scene.words(0..s.cased.len()), detail, range.clone()));
        }
    }
    if scene.groups & triggers::RIVAL == 0 || !found.is_empty() {
        return;
    }
    if scene.turn.side != Side::Ours {
        for (stance, pattern) in UNKNOWN.iter() {
            let Some(name) = pattern.captures(&s.cased).and_then(|c| c.name("n").map(|m| m.range())) else { continue };
            let text = s.cased.get(name.clone()).unwrap_or_default().trim_end_matches('.').to_owned();
            let lower = text.to_lowercase();
            if text.len() > 2 && !TOOLS.contains(&lower.as_str()) && !rivals.own.contains(&lower) && scene.cast.find(&text).is_none() {
                push(scene, "competitor.unknown", 60, &text, stance, name, out);
                return;
            }
        }
        for (name, stance, pattern) in NAMELESS.iter() {
            if let Some(found) = pattern.find(&s.norm) {
                push(scene, "competitor.unnamed", 65, name, stance, found, out);
                return;
            }
        }
    }
}

fn push(scene: &Scene<'_, '_>, rule: &'static str, confidence: u8, name: &str, stance: &str, focus: Range<usize>, out: &mut Vec<Draft>) {
    let detail = FindingDetail { r#type: Some(stance.into()), ..FindingDetail::default() };
    out.push(scene.draft(FindingKind::Competitor, rule, confidence, name.to_owned(), detail, focus));
}

#[cfg(test)]
pub(crate) fn all_sound() -> bool {
    STANCE.iter().all(|p| p.1.sound())
        && NAMELESS.iter().all(|p| p.2.sound())
        && UNKNOWN.iter().all(|p| p.1.sound())
        && OFFER.sound()
        && AFTER_OPENING.sound()
}
