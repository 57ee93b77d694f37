//! Reports that something is done, from whatever words people use for it: they close promises and requests, and are nothing by themselves.

use std::{ops::Range, sync::LazyLock};

use crate::{
    lexicon::reports::{self, FAMILIES},
    negation,
    pattern::Pattern,
    sentence::{Mark, Sentence},
    words,
};

static BARE: LazyLock<Vec<Pattern>> = LazyLock::new(|| reports::bare().iter().map(|p| Pattern::new(p)).collect());
static ARRIVED: LazyLock<Vec<Pattern>> = LazyLock::new(|| reports::arrived().iter().map(|p| Pattern::new(p)).collect());
static HANDED: LazyLock<Pattern> = LazyLock::new(|| Pattern::new(reports::HANDED));
static PAST: LazyLock<Vec<Pattern>> = LazyLock::new(|| reports::past().iter().map(|p| Pattern::new(p)).collect());
static NOT_YET: LazyLock<Pattern> = LazyLock::new(|| Pattern::new(reports::NOT_YET));
static ACCEPTED: LazyLock<Pattern> = LazyLock::new(|| Pattern::new(reports::ACCEPTED));
static AGREED: LazyLock<Pattern> = LazyLock::new(|| Pattern::new(reports::AGREED));
static ANSWERED: LazyLock<Pattern> = LazyLock::new(|| Pattern::new(reports::ANSWERED));
static UNACCEPTED: LazyLock<Pattern> = LazyLock::new(|| Pattern::new(reports::UNACCEPTED));

/// A report: where the words stand that name what is done; nothing but a pronoun if `bare`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Report {
    pub(crate) words: Range<usize>,
    pub(crate) bare: bool,
}

/// The report in a sentence, if there is one.
pub(crate) fn read(s: &Sentence) -> Option<Report> {
    // A bullet is part of a list, not an answer; a question reports nothing.
    if s.asked || s.mark != Mark::None {
        return None;
    }
    let clear = |until: usize| {
        let said = clause(s.norm.get(..until).unwrap_or_default());
        !NOT_YET.is_match(said) && !negation::hedged(said)
    };
    // "done when the tests pass", "sent if you agree": what follows at once can still take it back.
    static COMES: LazyLock<Pattern> = LazyLock::new(|| {
        Pattern::new(
            r"^[ ,]*(?:once|when|if|until|unless|as soon as|after (?:you|we|i|they)|by (?:tomorrow|next)|tomorrow|next week|soon)\b",
        )
    });
    let over = |from: usize| !COMES.is_match(s.norm.get(from..).unwrap_or_default());
    for pattern in BARE.iter() {
        if let Some(found) = pattern.find(&s.norm).filter(|r| clear(r.end) && over(r.end.saturating_sub(1))) {
            return Some(Report { words: found, bare: true });
        }
    }
    if let Some(m) = HANDED.captures(&s.norm).and_then(|c| c.name("task").map(|m| m.range())) {
        return Some(Report { words: m, bare: false });
    }
    for pattern in ARRIVED.iter() {
        for c in pattern.all(&s.norm) {
            let Some(end) = c.name("end").map(|m| m.range()) else { continue };
            let named = s.norm.get(..end.start).unwrap_or_default().trim_end().len();
            if named >= 2
                && clear(end.end)
                && over(end.end.saturating_sub(1))
                && !words::content(s.norm.get(..named).unwrap_or_default()).is_empty()
            {
                return Some(Report { words: 0..named, bare: false });
            }
        }
    }
    let task = PAST.iter().find_map(|p| p.captures(&s.norm)?.name("task").map(|m| m.range()))?;
    clear(task.start).then_some(Report { words: task, bare: false })
}

/// The last clause of a text: what was denied before "but" or a full stop says nothing about what follows.
fn clause(text: &str) -> &str {
    let cut = [", but ", "; ", " but ", " - "].iter().filter_map(|w| text.rfind(w).map(|i| i + w.len())).max().unwrap_or(0);
    text.get(cut..).unwrap_or_default()
}

/// Whether a sentence takes on what was asked right before.
pub(crate) fn accepts(norm: &str) -> bool {
    (ACCEPTED.is_match(norm) || AGREED.is_match(norm)) && !UNACCEPTED.is_match(norm) && !norm.ends_with('?')
}

/// Whether a sentence answers the question that a request put: "Can you check whether it works?" - "Yes, it does."
pub(crate) fn answers(norm: &str, request: &str) -> bool {
    let verb = request.split(' ').next().unwrap_or_default().to_ascii_lowercase();
    reports::QUESTIONS.contains(&verb.as_str()) && ANSWERED.is_match(norm) && !accepts(norm) && !norm.ends_with('?')
}

/// Whether two texts begin with verbs of one kind: "Review it" and "Read all of it".
pub(crate) fn same_kind(a: &str, b: &str) -> bool {
    let first = |t: &str| t.split(|c: char| !c.is_alphanumeric()).find(|w| !w.is_empty()).map(str::to_lowercase).unwrap_or_default();
    let (a, b) = (first(a), first(b));
    a == b || FAMILIES.iter().any(|f| f.contains(&a.as_str()) && f.contains(&b.as_str()))
}

#[cfg(test)]
pub(crate) fn all_sound() -> bool {
    BARE.iter().chain(ARRIVED.iter()).chain(PAST.iter()).all(Pattern::sound)
        && [&HANDED, &NOT_YET, &ACCEPTED, &AGREED, &ANSWERED, &UNACCEPTED].iter().all(|p| p.sound())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `-`, `bare`, or the words that name what is done.
    fn of(text: &str) -> String {
        let all = crate::sentence::sentences(text);
        match all.iter().find_map(|s| read(s).map(|r| (s, r))) {
            None => "-".into(),
            Some((_, r)) if r.bare => "bare".into(),
            Some((s, r)) => s.cased.get(r.words).unwrap_or_default().trim().to_owned(),
        }
    }

    #[test]
    fn reports_beside_what_is_none() {
        for (text, want) in [
            ("Done, have a look.", "bare"),
            ("Not done yet.", "-"),
            ("Letter and summary are in the portal, you should have got a mail.", "Letter and summary"),
            ("Letter and summary should have been in the portal.", "-"),
            ("Resolved at 14:18.", "bare"),
            ("Fixed and deployed to all regions.", "bare"),
            ("Fixed prices would be nice.", "-"),
            ("Sent it this morning, with the annex.", "bare"),
            ("Will be sent this morning.", "-"),
            ("done! it's on the wiki", "bare"),
            ("Is it done?", "-"),
            ("I'll post here when it's done.", "-"),
            ("Points 2 and 3 done.", "bare"),
            ("Points 2 and 3 need work.", "-"),
            ("here you go", "bare"),
            ("12 it is.", "bare"),
            ("What a day it is.", "-"),
            ("The proposal is with you.", "The proposal"),
            ("The proposal will be with you on Monday.", "-"),
            ("invoice attached, sorry for the delay", "invoice"),
            ("The invoice isn't attached.", "-"),
            ("The refund is issued, 40 EUR.", "The refund"),
            ("The refund should be issued by now.", "-"),
            ("Deck and notes have gone to you by mail.", "Deck and notes"),
            ("Price list sent as a PDF.", "Price list"),
            ("The rollout is 80% done.", "-"),
            ("Two visits are lined up.", "Two visits"),
            ("Two visits have to be lined up.", "-"),
            ("Post-mortem, first draft: https://x.dev/pm", "Post-mortem"),
            ("The first draft was poor.", "-"),
            ("talked to Petra, she is fine with it", "talked to Petra, she is fine with it"),
            ("I haven't talked to Petra.", "-"),
            ("We should have talked to Petra.", "-"),
            ("Back from finance: net 60 works", "Back from finance: net 60 works"),
            ("Here is the comparison you wanted.", "the comparison you wanted."),
            ("It isn't perfect, but the plan is ready.", "It isn't perfect, but the plan"),
            ("- Release notes done", "-"),
        ] {
            assert_eq!(of(text), want, "{text}");
        }
    }

    #[test]
    fn acceptances() {
        for (text, yes) in [
            ("will do this afternoon", true),
            ("sure", true),
            ("sure?", false),
            ("yes, but only in may", false),
            ("nice, will do on the weekend", true),
            ("ok 14:30", true),
            ("i will do my best to forget it", false),
            ("surely you jest", false),
            ("yes", true),
            ("yes, it does.", false),
            ("ok, that is bad news", false),
            ("understood.", true),
        ] {
            assert_eq!(accepts(text), yes, "{text}");
        }
    }

    #[test]
    fn kinds_of_work() {
        assert!(same_kind("Review it", "Read all of it") && same_kind("Talk to Petra", "talked to Petra"));
        assert!(!same_kind("Send it", "Read it"));
    }
}
