//! Recommendations: plain rules over facts, each with its reason and its evidence.

use sales_model::{FindingKind, Severity, Side};

use super::{
    line::{self, Line, View, name, value},
    sections::{last_contact, of, open_items, overdue},
};

/// Days without a word from the customer after which we write.
const SILENT_DAYS: i32 = 14;
/// Days after which their last word, unanswered, is late.
const ANSWER_DAYS: i32 = 2;
/// Days for which a risk, a competitor's move or a buying signal asks for action.
const FRESH_DAYS: i32 = 30;

/// All recommendations, the most pressing first.
pub(crate) fn lines(view: &View<'_>) -> Vec<Line> {
    let mut out = Vec::new();
    for (f, e) in open_items(view, Some(Side::Ours)).into_iter().filter(|(f, _)| overdue(view, f)).take(4) {
        let due = f.detail.due.map(|d| d.to_string()).unwrap_or_default();
        out.push(view.line(&format!("Deliver or agree on a new date: our promise {} was due {due}.", value(f)), e));
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
    for (f, e) in of(view, FindingKind::Risk)
        .into_iter()
        .filter(|(f, e)| f.detail.severity == Some(Severity::High) && view.age(e.at) <= FRESH_DAYS)
        .take(3)
    {
        out.push(view.line(
            &format!(
                "Talk about the risk \u{201C}{}\u{201D} with {}: it was named in the last {FRESH_DAYS} days and weighs high.",
                line::words(f.detail.r#type.as_deref()),
                name(&e.speaker)
            ),
            e,
        ));
    }
    let active = |kind: Option<&str>| matches!(kind, Some("evaluating" | "chosen" | "using_now"));
    for (f, e) in of(view, FindingKind::Competitor)
        .into_iter()
        .filter(|(f, e)| active(f.detail.r#type.as_deref()) && f.rule.starts_with("competitor.named") && view.age(e.at) <= FRESH_DAYS)
        .take(2)
    {
        out.push(view.line(&format!("Prepare the comparison with {}: it is active in this account.", name(&f.value)), e));
    }
    if let Some((f, e)) = of(view, FindingKind::BuyingSignal).into_iter().find(|(f, e)| {
        matches!(f.detail.r#type.as_deref(), Some("contract_request" | "start_date" | "wants_to_buy")) && view.age(e.at) <= FRESH_DAYS
    }) {
        out.push(
            view.line(&format!("Send what they need to sign: they showed \u{201C}{}\u{201D}.", line::words(f.detail.r#type.as_deref())), e),
        );
    }
    for (f, e) in open_items(view, Some(Side::Theirs)).into_iter().filter(|(f, _)| overdue(view, f)).take(2) {
        let due = f.detail.due.map(|d| d.to_string()).unwrap_or_default();
        out.push(view.line(&format!("Remind them: {} was due {due}.", value(f)), e));
    }
    let dated = of(view, FindingKind::NextStep).iter().any(|(f, _)| f.detail.due.zip(view.today).is_some_and(|(due, today)| due >= today));
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
