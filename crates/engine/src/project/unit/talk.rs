//! How a call's talk was shared out: the vendor's figures where it gives them, else those of the transcript.

use sales_files::gong::{Measured, Origin, Talk};
use sales_insight::Speech;
use sales_model::{Call, CallStats, Side, Transcript};

/// Under this many seconds, or with fewer than two sides, a call has no statistics.
const LEAST_SECONDS: f64 = 120.0;

/// The figures of a call. `sides`: of its participants, in their order.
pub(super) fn talk(call: &Call, transcript: Option<&Transcript>, sides: &[Side]) -> Talk {
    let speech: Vec<Speech<'_>> = transcript.iter().flat_map(|t| &t.turns).map(|turn| speech(call, sides, turn)).collect();
    let host = call.host.as_deref().and_then(|host| call.participants.iter().find(|p| p.person.as_deref() == Some(host)));
    let computed = sales_insight::talk(&speech, host.and_then(|h| h.speaker.as_deref())).over(call.duration);
    let origin = if computed.estimated { Origin::Estimated } else { Origin::Computed };
    let vendor: &CallStats = &call.stats;
    let pick = |given: Option<f64>, own: Option<f64>| {
        given.map(|value| Measured { value, origin: Origin::Gong }).or_else(|| own.map(|value| Measured { value, origin }))
    };
    let count = |given: Option<u32>, own: Option<u32>| pick(given.map(f64::from), own.map(f64::from));
    let spoken = |speaker: &Option<String>| speaker.as_deref().and_then(|s| computed.seconds(s));
    Talk {
        ratio: pick(ratio_of_talk_times(call, transcript, sides), computed.ratio_ours),
        seconds: call.participants.iter().map(|p| p.talk_seconds.or_else(|| spoken(&p.speaker))).collect(),
        longest_monologue: pick(vendor.longest_monologue, computed.longest_monologue),
        longest_customer_story: pick(vendor.longest_customer_story, computed.longest_customer_story),
        interactivity: pick(vendor.interactivity, computed.interactivity),
        patience: pick(vendor.patience, computed.patience),
        questions_ours: count(vendor.questions_ours, computed.questions_ours),
        questions_theirs: count(vendor.questions_theirs, computed.questions_theirs),
    }
}

fn speech<'a>(call: &'a Call, sides: &[Side], turn: &'a sales_model::Utterance) -> Speech<'a> {
    // Two sides, as Gong counts: us and everybody else, whichever customer's file it is.
    let side = match side_of(call, sides, &turn.speaker) {
        Side::Other => Side::Theirs,
        side => side,
    };
    Speech { speaker: &turn.speaker, side, start: turn.start, end: turn.end, text: &turn.text }
}

/// The side of whom the transcript calls so; `Other` for an unknown voice.
pub(super) fn side_of(call: &Call, sides: &[Side], speaker: &str) -> Side {
    let at = call.participants.iter().position(|p| p.speaker.as_deref() == Some(speaker) && !speaker.is_empty());
    at.and_then(|at| sides.get(at)).copied().unwrap_or(Side::Other)
}

/// Our side's share of the talk times that the vendor gives; nothing unless it gives them of everybody who spoke, since it leaves people
/// of other companies out at times.
fn ratio_of_talk_times(call: &Call, transcript: Option<&Transcript>, sides: &[Side]) -> Option<f64> {
    let heard = |p: &sales_model::Participant| match transcript {
        Some(t) => t.turns.iter().any(|turn| p.speaker.as_deref() == Some(turn.speaker.as_str())),
        None => p.speaker.is_some(),
    };
    let known = |speaker: &str| call.participants.iter().any(|p| p.speaker.as_deref() == Some(speaker));
    if call.duration < LEAST_SECONDS || transcript.is_some_and(|t| t.turns.iter().any(|turn| !known(&turn.speaker))) {
        return None;
    }
    let (mut ours, mut all, mut others) = (0.0, 0.0, 0.0);
    for (p, side) in call.participants.iter().zip(sides).filter(|(p, _)| heard(p)) {
        let seconds = p.talk_seconds?;
        all += seconds;
        match side {
            Side::Ours => ours += seconds,
            _ => others += seconds,
        }
    }
    (ours > 0.0 && others > 0.0).then_some(ours / all)
}
