//! Decisions that were taken, and next steps that were named.

use std::sync::LazyLock;

use sales_model::{FindingDetail, FindingKind};

use crate::{action::Scene, dates, draft::Draft, lexicon::triggers, negation, pattern::Pattern, sentence::Label};

static DECIDED: LazyLock<Vec<Pattern>> = LazyLock::new(|| {
    [
        r"\b(?:we|they|all|both|everyone|team|board|committee|management|leadership|parties|sides|stakeholders|{BOSS}|i|he|she|you|us)(?:'ve| have| has|'s)? (?:all |both |just |now |finally |already |mutually |also |jointly |formally |officially |internally |then )*(?:agreed (?:to|on|that|with (?:you|them|us) (?:to|on|that))|decided|settled on|signed off|chose|chosen|picked|selected|opted|concluded|resolved to|locked in|made (?:the call|up (?:our|their) minds?|(?:the|a|our|their) (?:final )?decision)|landed on|committed to|voted (?:to|for)|ruled out|greenlit|green-lit|standardi[sz]ed on|approved|got (?:the )?(?:green light|go-?ahead) (?:to|for))\b",
        r"\b(?:we|they|the (?:team|board|committee))(?:'re| are| will|'ll| have| has)? (?:now |definitely |officially |all |both |be |been |decided to |chosen to |agreed to )*(?:going (?:ahead )?with|go (?:ahead )?with|moving (?:forward|ahead) with|move (?:forward|ahead) with|went with|sticking with|stick with)\b",
        r"\b(?:it (?:was|has been|is|'s)|it's|was|were|has been|have been|is|are) (?:now |finally |formally |mutually |jointly |all |officially |already )*(?:agreed (?:to|on|that|upon)|agreed[.! ]*$|decided|settled|signed off|chosen|approved by|selected)\b",
        r"\b(?:final |the |our |their )+decision (?:is|was|has been|made|taken|stands)(?: made)?\b",
        r"\blet's (?:just |then |simply )*(?:go|stick|proceed|move forward|run) with\b",
        r"^(?:(?:ok|okay|so|great|and|perfect|good)[, ]+)*(?:agreed (?:to|on|that)|agreed: |decided to|decided on|decided: |signed off on|settled on|going with)\b",
        r"\b(?:picked|chose|selected|preferred|prefers) [a-z0-9' -]{2,40} over [a-z0-9']",
        r"\b(?:gave|given|giving|got) (?:us |it |this |them |the [a-z]+ |you )*(?:the |their |her |his |a |final )*(?:green light|go-?ahead|sign-?off)\b",
    ]
    .iter()
    .map(|p| Pattern::new(p))
    .collect()
});

static UNDECIDED: LazyLock<Pattern> = LazyLock::new(|| {
    Pattern::new(
        r"\b(?:whether|yet to|once (?:we|they|it|the)|when (?:we|they) (?:have |'ve )?(?:decide|agree)|if (?:we|they|you|it|the)|before (?:we|they|the)|until (?:we|they|it|the)|still (?:deciding|weighing|to be|need)|can't (?:agree|decide)|to be decided|tbd|need to|needs to|have to be|has to be|must be|should be|will be|would be|could be|can be|unless|not yet|pending|hope|trying to|try to|waiting (?:for|on)|assuming)\b",
    )
});
/// A decision that a line only names: it is still to be taken.
static OPEN: LazyLock<Pattern> = LazyLock::new(|| {
    Pattern::new(
        r"\bgo ?(?:/|or|vs\.?) ?no[- ]?go\b|\byes ?(?:/|or) ?no\b|\bor not\b|\btb[dac]\b|\bto be (?:taken|made|decided|confirmed)\b|\b(?:pending|open|still open|postponed|needed|required|by whom)[.! ]*$|\bwhether\b",
    )
});
static BUDGET: LazyLock<Pattern> = LazyLock::new(|| Pattern::new(r"\b(?:budget|funding|spend)\b"));
static SOCIAL: LazyLock<Pattern> = LazyLock::new(|| {
    Pattern::new(
        r"\bagreed (?:to disagree|with (?:you|that|him|her|them)[.! ]*$)|\b(?:i|we) (?:decided to|went with the) (?:take a (?:day|break)|go home)|\bwent with (?:me|us|him|her|them|it)\b|\bgo(?:ing)? with (?:you to|me|us|him|her|them to|the flow)\b|\bpicked (?:up|on)\b|\b(?:you|he|she|they|we|i)(?:'ve| have)? (?:really |sure |certainly )?(?:picked|chose) (?:a |an |the |your |our |one |some )*(?:[a-z]+ )?(?:day|days|week|weeks|month|moment|time|hour|morning|evening|weekend)\b|\bcommitted to (?:making|your|helping|excellence)\b|\blet's go with you\b",
    )
});

/// Decisions of a sentence.
pub(crate) fn read(scene: &Scene<'_, '_>, out: &mut Vec<Draft>) {
    let s = scene.sentence;
    if s.label == Some(Label::Decision) {
        if s.asked || OPEN.is_match(&s.norm) {
            return;
        }
        push(scene, "decision.label", 95, 0..s.cased.len(), out);
        return;
    }
    if scene.groups & triggers::DECISION == 0 || s.asked || negation::hedged(&s.norm) || SOCIAL.is_match(&s.norm) {
        return;
    }
    let found = DECIDED.iter().find_map(|p| p.find(&s.norm));
    let Some(found) = found else { return };
    let said = s.norm.get(found.clone()).unwrap_or_default();
    let before = s.norm.get(..found.end).unwrap_or_default();
    if UNDECIDED.is_match(before) || negation::denied(said) || negation::denied_before(&s.norm, found.start, 4) {
        return;
    }
    // The approval of money is a buying signal, not a choice between ways.
    if BUDGET.is_match(&s.norm)
        && (said.contains("approved") || said.contains("signed off") || said.contains("green") || said.contains("ahead"))
    {
        return;
    }
    push(scene, "decision.said", 85, found, out);
}

fn push(scene: &Scene<'_, '_>, rule: &'static str, confidence: u8, focus: std::ops::Range<usize>, out: &mut Vec<Draft>) {
    let value = scene.words(0..scene.sentence.cased.len());
    out.push(scene.draft(FindingKind::Decision, rule, confidence, value, FindingDetail::default(), focus));
}

const EVENT: &str = "(?:next|follow-up|follow up|review|scoping|kick-?off|technical|security|pricing|demo|planning|discovery|pilot|steering|project|contract|legal|weekly|final|wrap-up|onboarding|design|architecture|workshop|intro|introductory|qbr|status|check-in|deep[- ]dive|working)";

static STEP: LazyLock<Vec<(Pattern, bool)>> = LazyLock::new(|| {
    // The flag: a date must be named.
    [
        (r"\b(?:the |our |my |immediate |logical |obvious |agreed |as (?:a|the) |only )*next steps? (?:is|are|would be|will be|could be|should be|here is|here are|for (?:us|you|me) (?:is|are|would be))\b", false),
        (r"\b(?:as|for) (?:a|the|our) next step,? (?:we|i|let's|you|please)\b", false),
        (r"\bnext steps?: ", false),
        (r"\bshall we (?:meet|talk|schedule|set up|do|say|reconvene|book|plan|catch up|sync|have|jump|put|aim|pencil|speak|regroup|get|find|start|review|continue)\b", false),
        (r"\blet's (?:also |all |then |plan to |try to |aim to |just |quickly )*(?:meet|schedule|set up|book|catch up|reconvene|talk|sync|speak|regroup|jump on|hop on|put (?:a|something|it|time)|get (?:a|something|time|together|back together)|find (?:a|some|time)|plan (?:a|the|on|for|another)|do (?:a|the|it|another|that|this)|have (?:a|another|the)|touch base|connect|aim for|pencil in|circle back|continue|pick this up|kick off|start|review|discuss|arrange|organi[sz]e|target)\b", true),
        (r"\b(?:can|could|should) we (?:also |all |please |maybe |quickly )*(?:meet|schedule|set up|book|catch up|reconvene|talk|sync|speak|regroup|jump on|hop on|put (?:a|something|it|time)|get (?:a|something|time|together)|find (?:a|some|time)|plan (?:a|the|another)|do (?:a|the|it|another)|have (?:a|another|the)|touch base|connect|arrange|organi[sz]e)\b", true),
        (r"\b(?:how|what) about\b", true),
        (r"\b(?:are|would) you (?:be )?(?:free|available|around|up) (?:for|on|to|at|next|this|tomorrow)?\b", true),
        (r"\b(?:works?|suits?|good|fine|convenient) (?:for|with) (?:you|everyone|everybody|your team|us|me|both|your side|all)\b", true),
        (r"\b(?:next|follow-up|follow up|review|scoping|kick-?off|{EVENT}) (?:meeting|call|session|workshop|demo|review|sync|appointment|check-in|conversation)(?: [a-z]+){0,4} (?:is|will be|would be|has been|are) (?:now |already |all )*(?:on|at|scheduled|set|booked|planned|confirmed|in|next|tomorrow|for)\b", true),
        (r"\b(?:meeting|call|session|workshop|demo|kick-?off|review|training|visit|onsite|walkthrough|appointment)(?: with [a-z ]{2,30})? (?:is|has been|was|are|'s) (?:now |already |all |been )*(?:scheduled|set|booked|planned|confirmed|on the calendar)\b", true),
        (r"\bwe(?:'re|'ll| are| will)(?: all)? (?:meet|meeting|reconvene|reconvening|talk again|speak again|regroup|regrouping|reconnect|reconnecting|catching up|catch up|seeing each other|kick off|kicking off)\b", true),
        (r"\b(?:scheduled|booked|set up|put in|arranged|sent (?:out )?an invite for|calendar invite for|pencil(?:l?ed)? in) (?:a |an |the |our |us |another )*(?:[a-z-]+ ){0,2}(?:meeting|call|session|workshop|demo|kick-?off|review|training|walkthrough|time|slot)?\b.{0,20}\b(?:for|on)\b", true),
    ]
    .iter()
    .map(|(p, dated)| (Pattern::new(&p.replace("{EVENT}", EVENT)), *dated))
    .collect()
});
static IDLE: LazyLock<Pattern> = LazyLock::new(|| {
    Pattern::new(
        r"\bnext steps? (?:is|are) (?:unclear|unknown|not|tbd|still)\b|\blooking forward\b|\bwe should (?:really )?(?:meet|catch up|grab)\b|\b(?:how|what) about (?:you|your|the (?:price|pricing|cost|support|contract))\b",
    )
});

/// Next steps of a sentence.
pub(crate) fn next(scene: &Scene<'_, '_>, out: &mut Vec<Draft>) {
    let s = scene.sentence;
    let labelled = s.label == Some(Label::Next);
    let due = || dates::all(&s.norm, scene.day).into_iter().next();
    let (rule, confidence, focus, due) = if labelled {
        ("next_step.label", 95, 0..s.cased.len(), due())
    } else if s.label == Some(Label::Timeline) {
        // "Timeline: live by 30 June": without a day it is no step.
        let Some(day) = due() else { return };
        ("next_step.timeline", 90, 0..s.cased.len(), Some(day))
    } else {
        if scene.groups & triggers::NEXT == 0 || negation::hedged(&s.norm) || IDLE.is_match(&s.norm) {
            return;
        }
        let found = STEP.iter().find_map(|(p, dated)| p.find(&s.norm).map(|r| (r, *dated)));
        let Some((found, dated)) = found else { return };
        if negation::denied_before(&s.norm, found.start, 3) || (s.asked && s.norm.starts_with("what ") && !s.norm.starts_with("what about"))
        {
            return;
        }
        let due = due();
        if dated && due.is_none() {
            return;
        }
        ("next_step.said", 80, found, due)
    };
    let detail =
        FindingDetail { due: due.as_ref().map(|d| d.date), due_inferred: due.is_some_and(|d| d.inferred), ..FindingDetail::default() };
    let value = scene.words(0..s.cased.len());
    out.push(scene.draft(FindingKind::NextStep, rule, confidence, value, detail, focus));
}

#[cfg(test)]
pub(crate) fn all_sound() -> bool {
    DECIDED.iter().all(Pattern::sound)
        && STEP.iter().all(|p| p.0.sound())
        && [&UNDECIDED, &OPEN, &BUDGET, &SOCIAL, &IDLE].iter().all(|p| p.sound())
}
