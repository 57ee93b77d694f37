//! What of a transcript counts. People think aloud in calls: only what is a clear commitment with a concrete object is one, and only what
//! the customer says of themselves is a sign.

use std::{collections::HashSet, sync::LazyLock};

use sales_model::{FindingKind, Side, Status};

use crate::{
    action::Scene,
    draft::Draft,
    lexicon::{triggers, verbs},
    pattern::Pattern,
    words,
};

/// Work that ends outside the call.
static DELIVERS: LazyLock<Pattern> = LazyLock::new(|| Pattern::new(r"^(?:{DELIVER})\b"));
/// What is done, shown or said within the call itself.
static IN_CALL: LazyLock<Pattern> = LazyLock::new(|| {
    Pattern::new(
        r"\b(?:screen|in (?:the|our) chat|into the chat|tab|window|mic|camera|this recording|the agenda|on (?:this|the|today's) call|in (?:a|one) (?:second|sec|minute|moment|bit)|right now|real quick|(?:a bit )?later (?:on )?in (?:this|the|today's)|for a (?:second|sec|minute|moment)|just a (?:second|sec|minute|moment)|if that makes sense)\b",
    )
});
/// Objects that name nothing, right behind the verb: "share how you do it", "send something".
static VAGUE: LazyLock<Pattern> = LazyLock::new(|| {
    Pattern::new(
        r"^(?:with )?(?:me |us |you |them |over |out |back )*(?:how|what|why|where|who|when|whether|if|about|with|on|around|more|a (?:little|bit|few|couple|quick)|some|something|anything|everything|things?|stuff|your (?:thoughts|perspective|experience|background|story|view)|(?:that|this|it|those|these|them)(?:$|,| (?:to|for|with|by|on|in|at|over|up|out|off|now|then|later|too|as|tonight|today)\b)|(?:that|this|the (?:other|same)) one\b)",
    )
});
/// What hangs on something else.
static IMAGINED: LazyLock<Pattern> =
    LazyLock::new(|| Pattern::new(r"^(?:(?:and|but|so|well|okay|ok|yeah|yes|no|then)[, ]+)*(?:if|unless|suppose|imagine)\b"));
/// Questions that lead the talk: "where do you want to start?", "shall we start?"
static LEADING: LazyLock<Pattern> = LazyLock::new(|| {
    Pattern::new(
        r"\bwhere (?:do|would|should|shall) (?:you|we)\b|\bshall we (?:start|begin|review|continue|do|say|speak|talk|get|find|go|move|take)\b|\b(?:start|begin) with\b",
    )
});
static BUILT: LazyLock<Pattern> = LazyLock::new(|| Pattern::new(r"\b(?:built|build|building|made|wrote|written|developed|coded)\b"));
static DOWN: LazyLock<Pattern> =
    LazyLock::new(|| Pattern::new(r"\b(?:outages?|down|downtime|incidents?|crash[a-z]*|fail[a-z]*|broke[n]?|unavailable)\b"));
/// History rather than news.
static PAST: LazyLock<Pattern> = LazyLock::new(|| {
    Pattern::new(
        r"\b(?:back (?:in|then|when)|(?:years?|months?) ago|in (?:19|20)[0-9]{2}|last year|at the time|originally|when (?:we|i|they) (?:first )?(?:started|joined|began)|used to|before (?:i|we) joined|at my (?:last|previous|old)|my (?:last|previous|old) (?:company|job|team))\b",
    )
});

/// First words of work that ends outside the call, and words that name a day.
static NEEDED: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let days = "today|tomorrow|tonight|noon|morning|afternoon|day|days|week|weeks|month|months|quarter|year|eod|eow|eom|cob|q1|q2|q3|q4";
    let lists = verbs::LISTS.iter().filter(|(name, _)| matches!(*name, "{DELIVER}" | "{WEEKDAY}" | "{MONTH}" | "{GERUND}"));
    let all = lists.flat_map(|(_, words)| words.split('|')).chain(days.split('|'));
    let first = all.filter_map(|w| w.split([' ', '-']).next());
    // The lists are parts of patterns: "organi[sz]e", "e-?mail".
    let mut out: HashSet<String> = first.flat_map(|w| [w.replace("[sz]", "s"), w.replace("[sz]", "z")]).collect();
    out.extend(["email", "mail", "emailing"].map(str::to_owned));
    out
});

/// Which groups of rules a sentence may wake at all: none that would come to nothing here.
pub(crate) fn woken(norm: &str, side: Side) -> u16 {
    let mut groups = u16::MAX;
    if side == Side::Ours {
        groups &= !(triggers::BUYING | triggers::RISK);
    }
    let needed = |w: &str| NEEDED.contains(w) || w.starts_with(|c: char| c.is_ascii_digit());
    if !norm.split(|c: char| !c.is_alphanumeric()).any(needed) {
        groups &= !triggers::ACTION;
    }
    groups
}

/// A finding of a sentence as far as speech bears it.
pub(crate) fn sifted(scene: &Scene<'_, '_>, mut draft: Draft) -> Option<Draft> {
    let norm = scene.sentence.norm.as_str();
    let ours = scene.turn.side == Side::Ours;
    let kept = match draft.kind {
        FindingKind::ActionItem => match draft.detail.status {
            Some(Status::Done) => {
                // It ends what it names, and is no fact of its own.
                draft.rule = "action.report";
                !draft.bare && !draft.pronoun && !PAST.is_match(norm)
            }
            Some(Status::Cancelled) => !draft.bare && concrete(&draft.value),
            _ => commitment(norm, &draft),
        },
        FindingKind::Decision => {
            // "I've agreed to it": to what?
            let what = scene.turn.text.get(draft.focus.1..draft.quote.1).unwrap_or_default();
            !PAST.is_match(norm) && !words::content(what).is_empty()
        }
        FindingKind::NextStep => (draft.detail.due.is_some() || norm.contains("next step")) && !LEADING.is_match(norm),
        FindingKind::BuyingSignal | FindingKind::Risk => {
            let outage = draft.detail.r#type.as_deref() != Some("outages") || DOWN.is_match(norm);
            !ours && outage && !PAST.is_match(norm) && !LEADING.is_match(norm) && norm.split(' ').count() >= 4
        }
        FindingKind::Competitor if draft.rule == "competitor.named" => true,
        FindingKind::Competitor => !ours && !PAST.is_match(norm) && (draft.rule == "competitor.unknown" || BUILT.is_match(norm)),
        FindingKind::Topic => true,
    };
    draft.confidence = draft.confidence.min(80);
    kept.then_some(draft)
}

/// A promise or request that both would write down: something changes hands or gets a day.
fn commitment(norm: &str, draft: &Draft) -> bool {
    let loose =
        matches!(draft.rule, "action.offer" | "action.promise_if" | "action.we_weak" | "action.named_must" | "action.promise_passive");
    let value = draft.value.to_ascii_lowercase();
    let delivers = delivers(&value);
    // "Devika, our counsel, will send it" is no word of the speaker's own.
    let borrowed = draft.rule == "action.promise_short" && !norm.starts_with("will ");
    !loose
        && !borrowed
        && !IMAGINED.is_match(norm)
        && (delivers || draft.detail.due.is_some())
        && concrete(&value)
        && !IN_CALL.is_match(norm)
}

/// Whether a text begins with work that ends outside the call.
pub(crate) fn delivers(lower: &str) -> bool {
    DELIVERS.is_match(lower)
}

/// Whether the words behind the verb name something.
fn concrete(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    let verb = DELIVERS.find(&lower).map_or_else(|| lower.find(' ').unwrap_or(lower.len()), |r| r.end);
    let rest = lower.get(verb..).unwrap_or_default().trim_start();
    !VAGUE.is_match(rest) && words::content(rest).iter().any(|w| !w.chars().all(|c| c.is_ascii_digit()))
}

#[cfg(test)]
pub(crate) fn all_sound() -> bool {
    [&DELIVERS, &IN_CALL, &VAGUE, &PAST, &IMAGINED, &LEADING, &BUILT, &DOWN].iter().all(|p| p.sound())
}
