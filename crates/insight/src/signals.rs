//! Buying signals and risks, by the tables of the lexicon.

use std::sync::LazyLock;

use sales_model::{FindingDetail, FindingKind, Severity, Side};

use crate::{
    action::Scene,
    draft::Draft,
    lexicon::{
        signals::{BUYING, RESOLVED, RISKS, Signal},
        triggers,
    },
    negation,
    pattern::Pattern,
    sentence::Label,
};

static BUY: LazyLock<Vec<(Pattern, &Signal)>> = LazyLock::new(|| BUYING.iter().map(|s| (Pattern::new(s.pattern), s)).collect());
static RISK: LazyLock<Vec<(Pattern, &Signal)>> = LazyLock::new(|| RISKS.iter().map(|s| (Pattern::new(s.pattern), s)).collect());
static OVER: LazyLock<Pattern> = LazyLock::new(|| Pattern::new(RESOLVED));
/// Imagined or conditional trouble and joy.
static IMAGINED: LazyLock<Pattern> = LazyLock::new(|| {
    Pattern::new(
        r"\b(?:if (?:we|you|they|there|it|that|the) (?:ever|were|was|had)|in case|what if|what happens (?:if|when)|would have|hopefully (?:no|not|never)|to avoid|so we avoid|prevent[a-z]*|avoid[a-z]*|just in case|for example|e\.g|how do you handle|how does your|plan for)\b",
    )
});
/// A request that we do not do it: "don't cancel the meeting".
static MEETING: LazyLock<Pattern> = LazyLock::new(|| {
    Pattern::new(
        r"\b(?:meeting|call|invite|demo|session|webinar|workshop|appointment|interview|lunch|dinner|flight|room|cut(?:ting)?[- ]?over|server|branch|ticket|release|sprint)s?\b",
    )
});

/// Who gives the paper asks for none: "I'll send the contract by Friday".
static GIVES: LazyLock<Pattern> = LazyLock::new(|| {
    Pattern::new(
        r"\b(?:i|we|he|she|they)(?:'ll| will| can| could|'ve| have|'m| am|'re| are)?(?: just| already| also| then| gladly| going to)* (?:send|share|forward|e-?mail|get|give|provide|prepare|draft|draw up|review)\b",
    )
});
/// Who wants to pay less asks for no terms to sign.
static CHEAPER: LazyLock<Pattern> = LazyLock::new(|| {
    Pattern::new(
        r"\b[0-9]+ ?(?:%|percent) (?:less|lower|cheaper|off|below)\b|\b(?:better|lower|cheaper|reduced?) (?:price|prices|rate|payment terms)\b|\btoo (?:high|expensive|much)\b|\bupper end\b",
    )
});

/// After "Budget:" in a note: there is one, there is none, or nobody knows yet.
static GRANTED: LazyLock<Pattern> = LazyLock::new(|| {
    Pattern::new(
        r"\b(?:approved|confirmed|secured|signed off|allocated|set aside|in place|available|released|earmarked|committed|best\u{E4}tigt|freigegeben|valid\u{E9}|aprobado|confirmado)\b",
    )
});
static FROZEN: LazyLock<Pattern> = LazyLock::new(|| Pattern::new(r"\b(?:frozen|freeze|on hold|cut by|cuts|withdrawn|pulled)\b"));
static OPEN: LazyLock<Pattern> =
    LazyLock::new(|| Pattern::new(r"\b(?:pending|tbd|tbc|to be|awaiting|waiting|unless|if|subject to|once|until|needs?|still)\b"));

/// Signals of a sentence.
pub(crate) fn read(scene: &Scene<'_, '_>, out: &mut Vec<Draft>) {
    let s = scene.sentence;
    if s.label == Some(Label::Risk) {
        let kind = match RISK.iter().find(|(p, _)| p.is_match(&s.norm)) {
            Some((_, signal)) => (signal.kind, signal.severity),
            None => ("noted", sales_model::Severity::Medium),
        };
        push(scene, FindingKind::Risk, "risk.label", 95, kind.0, Some(kind.1), 0..s.cased.len(), out);
        return;
    }
    if s.label == Some(Label::Budget) && !s.asked {
        let denied = negation::denied(&s.norm) || OPEN.is_match(&s.norm);
        if FROZEN.is_match(&s.norm) {
            push(scene, FindingKind::Risk, "risk.label", 95, "budget_freeze", Some(Severity::High), 0..s.cased.len(), out);
            return;
        }
        if GRANTED.is_match(&s.norm) && !denied {
            push(scene, FindingKind::BuyingSignal, "buying_signal.label", 95, "budget_approved", None, 0..s.cased.len(), out);
            return;
        }
    }
    if IMAGINED.is_match(&s.norm) {
        return;
    }
    if scene.groups & triggers::RISK != 0 && !OVER.is_match(&s.norm) {
        find(scene, &RISK, FindingKind::Risk, out);
    }
    if scene.groups & triggers::BUYING != 0 {
        let mut found = Vec::new();
        find(scene, &BUY, FindingKind::BuyingSignal, &mut found);
        // "We want to stop": what is a danger is no wish to buy.
        let risky = out.iter().any(|d| d.turn == scene.index && d.kind == FindingKind::Risk && d.quote == s.whole());
        if !risky {
            out.append(&mut found);
        }
    }
}

fn find(scene: &Scene<'_, '_>, table: &[(Pattern, &Signal)], kind: FindingKind, out: &mut Vec<Draft>) {
    let s = scene.sentence;
    let mut seen: Vec<&str> = Vec::new();
    for (pattern, signal) in table {
        if seen.contains(&signal.kind) || (signal.theirs && scene.turn.side == Side::Ours) {
            continue;
        }
        let Some(found) = pattern.find(&s.norm) else { continue };
        if signal.deniable
            && (negation::denied_before(&s.norm, found.start, 4) || negation::denied(s.norm.get(found.clone()).unwrap_or_default()))
        {
            continue;
        }
        if kind == FindingKind::Risk {
            // A risk that is asked about, or a meeting that moves, endangers nothing.
            let asked = s.asked && !matches!(signal.kind, "dissatisfied" | "churn");
            let moved = matches!(signal.kind, "postponed" | "churn") && MEETING.is_match(s.norm.get(found.start..).unwrap_or_default());
            if asked || moved {
                continue;
            }
        } else if !s.asked
            && (negation::hedged(&s.norm)
                || signal.kind == "contract_request" && GIVES.is_match(s.norm.get(..found.end).unwrap_or_default())
                || signal.kind == "terms" && CHEAPER.is_match(&s.norm))
        {
            continue;
        }
        seen.push(signal.kind);
        let (rule, severity) = match kind {
            FindingKind::Risk => ("risk.said", Some(signal.severity)),
            _ => ("buying_signal.said", None),
        };
        push(scene, kind, rule, 80, signal.kind, severity, found, out);
    }
}

#[expect(clippy::too_many_arguments, reason = "the parts of one draft, used in this file only")]
fn push(
    scene: &Scene<'_, '_>,
    kind: FindingKind,
    rule: &'static str,
    confidence: u8,
    name: &str,
    severity: Option<sales_model::Severity>,
    focus: std::ops::Range<usize>,
    out: &mut Vec<Draft>,
) {
    let detail = FindingDetail { r#type: Some(name.into()), severity, ..FindingDetail::default() };
    out.push(scene.draft(kind, rule, confidence, scene.words(0..scene.sentence.cased.len()), detail, focus));
}

#[cfg(test)]
pub(crate) fn all_sound() -> bool {
    BUY.iter().chain(RISK.iter()).all(|p| p.0.sound())
        && [&OVER, &IMAGINED, &MEETING, &GIVES, &CHEAPER, &GRANTED, &FROZEN, &OPEN].iter().all(|p| p.sound())
}
