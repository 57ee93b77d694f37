//! Recommendations: plain rules over facts, each with its reason and its evidence.

use sales_model::{Evidence, Finding, FindingKind, Severity, Side, Status};

use super::{
    line::{self, Line, View, name},
    sections::{last_call, last_contact, long_overdue, next_meeting, of, open_promises, overdue, percent, task},
};

/// Days without a word from the customer after which we write.
const SILENT_DAYS: i32 = 14;
/// Days after which their last word, unanswered, is late.
const ANSWER_DAYS: i32 = 2;
/// Days for which a risk, a competitor's move or a buying signal asks for action.
const FRESH_DAYS: i32 = 30;

/// Our share of a call above which it was more of a lecture.
const MUCH_TALK: f64 = 0.65;

/// Past its day, and not so long that it must have ended otherwise.
fn late(view: &View<'_>, f: &Finding) -> bool {
    overdue(view, f) && !long_overdue(view, f)
}

/// Whether what was asked for in a message has been given since.
fn met(view: &View<'_>, e: &Evidence) -> bool {
    view.facts
        .findings
        .iter()
        .any(|f| f.detail.status == Some(Status::Done) && f.evidence.iter().any(|o| o.record == e.record && o.anchor == e.anchor))
}

/// All recommendations, the most pressing first.
pub(crate) fn lines(view: &View<'_>) -> Vec<Line> {
    let mut out = Vec::new();
    for (f, e) in open_promises(view, Some(Side::Ours)).into_iter().filter(|(f, _)| late(view, f)).take(4) {
        let due = f.detail.due.map(|d| d.to_string()).unwrap_or_default();
        out.push(view.line(&format!("Deliver or agree on a new date: our promise {} was due {due}.", task(f)), e));
    }
    let contacts = (last_contact(view, Side::Ours), last_contact(view, Side::Theirs));
    if let (ours, Some(theirs)) = contacts {
        let age = view.age(theirs.at);
        if age >= SILENT_DAYS {
            out.push(view.line(&format!("Get in touch: nothing from their side for {age} days."), theirs));
        } else if ours.is_none_or(|o| o.at < theirs.at) && age >= ANSWER_DAYS {
            out.push(
                view.line(&format!("Answer {}: their last message, {age} days ago, is newer than ours.", name(&theirs.speaker)), theirs),
            );
        }
    }
    let mut risks: Vec<_> = of(view, FindingKind::Risk);
    risks.retain(|(f, e)| f.detail.severity == Some(Severity::High) && view.age(e.at) <= FRESH_DAYS);
    // One of each type, in the words of theirs rather than ours.
    risks.sort_by_key(|(_, e)| e.side == Side::Ours);
    let mut types: Vec<Option<&str>> = Vec::new();
    for (f, e) in risks {
        let kind = f.detail.r#type.as_deref();
        if types.contains(&kind) || types.len() == 5 {
            continue;
        }
        types.push(kind);
        let risk = line::words(kind);
        let who = line::speaker(e);
        let what = if kind == Some("champion_leaving") {
            format!("Win a new champion: {who} named the risk \u{201C}{risk}\u{201D} in the last {FRESH_DAYS} days, and it weighs high.")
        } else {
            format!("Act on the risk \u{201C}{risk}\u{201D}: {who} named it in the last {FRESH_DAYS} days, and it weighs high.")
        };
        out.push(view.line(&what, e));
    }
    let active = |kind: Option<&str>| matches!(kind, Some("evaluating" | "chosen" | "using_now"));
    if let Some((call, ratio)) = last_call(view).filter(|(c, r)| *r > MUCH_TALK && view.age(c.at) <= FRESH_DAYS) {
        out.push(view.line(&format!("Ask and listen more: we spoke {} of the last call.", percent(ratio)), &call.evidence));
    }
    let mut rivals: Vec<_> = of(view, FindingKind::Competitor)
        .into_iter()
        .filter(|(f, e)| active(f.detail.r#type.as_deref()) && f.rule.starts_with("competitor.named") && view.age(e.at) <= FRESH_DAYS)
        .collect();
    // Who has been left behind since needs no comparison.
    let out_of_play = |name: &str, e: &Evidence| {
        of(view, FindingKind::Competitor)
            .iter()
            .any(|(f, o)| &*f.value == name && matches!(f.detail.r#type.as_deref(), Some("left" | "negated")) && o.at > e.at)
    };
    rivals.retain(|(f, e)| !out_of_play(&f.value, e));
    let mut compared: Vec<&str> = Vec::new();
    rivals.retain(|(f, _)| {
        let fresh = !compared.contains(&&*f.value);
        compared.push(&f.value);
        fresh
    });
    for (f, e) in rivals.into_iter().take(2) {
        out.push(view.line(&format!("Prepare the comparison with {}: it is active in this account.", name(&f.value)), e));
    }
    if let Some((f, e)) = of(view, FindingKind::BuyingSignal).into_iter().find(|(f, e)| {
        matches!(f.detail.r#type.as_deref(), Some("contract_request" | "start_date" | "wants_to_buy"))
            && view.age(e.at) <= FRESH_DAYS
            && !met(view, e)
    }) {
        out.push(
            view.line(&format!("Send what they need to sign: they showed \u{201C}{}\u{201D}.", line::words(f.detail.r#type.as_deref())), e),
        );
    }
    for (f, e) in open_promises(view, Some(Side::Theirs)).into_iter().filter(|(f, _)| late(view, f)).take(2) {
        let due = f.detail.due.map(|d| d.to_string()).unwrap_or_default();
        out.push(view.line(&format!("Remind them: {} was due {due}.", task(f)), e));
    }
    let dated = of(view, FindingKind::NextStep)
        .iter()
        .filter(|(f, _)| !f.rule.starts_with("next_step.timeline"))
        .any(|(f, _)| f.detail.due.zip(view.today).is_some_and(|(due, today)| due >= today));
    let dated = dated || next_meeting(view).is_some();
    if let (false, Some(last)) = (dated, contacts.0.into_iter().chain(contacts.1).max_by_key(|e| e.at)) {
        out.push(view.line("Agree on a dated next step: none lies ahead.", last));
    }
    let theirs: Vec<_> = view.facts.people.iter().filter(|p| p.side == Side::Theirs).collect();
    if let [only] = theirs.as_slice() {
        out.push(view.line(&format!("Meet more people: {} is the only one who speaks for them.", name(&only.name)), &only.last));
    }
    if !view.facts.profile.contacts.iter().any(|c| c.role.as_deref() == Some("economic_buyer")) && view.facts.as_of.is_some() {
        out.push(view.profile("Find the economic buyer: no contact in the profile has that role."));
    }
    out
}
