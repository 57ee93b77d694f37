//! The sections of a context, in the product's order.

use jiff::{Timestamp, civil::Date};
use sales_model::{Evidence, Finding, FindingKind, Severity, Side, Status};

use super::{
    advice,
    budget::Section,
    escape,
    line::{self, Line, View, name, side, value},
};

/// How many days a next step without a date stays one.
const STEP_DAYS: i32 = 21;

/// Name, id, owner, updated, data through, and how size is counted.
pub(crate) fn header(view: &View<'_>) -> String {
    let f = view.facts;
    let title = if f.profile.name.is_empty() { f.customer.as_str() } else { f.profile.name.as_str() };
    let mut out = format!("# {}\n\n", name(title));
    let mut id = format!("Customer `{}`", f.customer);
    if let Some(owner) = &f.profile.owner {
        id.push_str(&format!(", owner {}", name(owner)));
    }
    match f.as_of {
        Some(at) => id.push_str(&format!(", updated {}", view.minute(at))),
        None => id.push_str(", no data yet"),
    }
    out.push_str(&id);
    out.push_str(".  \n");
    let through: Vec<String> = f
        .coverage
        .iter()
        .map(|c| {
            let until = c.data_through.or(c.last).map_or("nothing read yet".to_owned(), |t| view.minute(t));
            format!("{} {until} ({} records)", escape::text(c.source.as_str(), 40), c.records)
        })
        .collect();
    let through = if through.is_empty() { "no source".to_owned() } else { through.join(", ") };
    out.push_str(&format!("Data through: {through}.  \nAt most 5,000 tokens; a token is counted as 3 bytes of UTF-8, rounded up.\n"));
    out
}

/// All sections after the header.
pub(crate) fn all(view: &View<'_>) -> Vec<Section> {
    let none = "Nothing found in the data so far.";
    vec![
        Section::new("Status", 0, status(view), "Nothing known: the profile has no stage, and nobody has written yet."),
        Section::new("Last 7 days", 9, last_week(view), "No message in the 7 days before the last update."),
        Section::new("People", 9, people(view), none),
        Section::new("Open promises: ours", 12, promises(view, Some(Side::Ours)), none),
        Section::new("Open promises: theirs", 12, promises(view, Some(Side::Theirs)), none),
        Section::new("Open tasks without a known side", 3, promises(view, None), none),
        Section::new("Next actions", 8, next_actions(view), none),
        Section::new("Buying signals", 7, signals(view, FindingKind::BuyingSignal), none),
        Section::new("Risks", 10, signals(view, FindingKind::Risk), none),
        Section::new("Competitors", 6, competitors(view), none),
        Section::new("Decisions", 7, decisions(view), none),
        Section::new("Topics", 4, topics(view), none),
        Section::new("Recommendations", 10, advice::lines(view), "Nothing to recommend from the facts so far."),
        Section::new("Missing data", 0, missing(view), none),
    ]
    .into_iter()
    .filter(|s| !(s.lines.is_empty() && s.title == "Open tasks without a known side"))
    .collect()
}

/// Findings of a kind with their newest evidence, newest first.
pub(crate) fn of<'a>(view: &View<'a>, kind: FindingKind) -> Vec<(&'a Finding, &'a Evidence)> {
    let mut all: Vec<_> = view
        .facts
        .findings
        .iter()
        .filter(|f| f.kind == kind)
        .filter_map(|f| f.evidence.iter().max_by_key(|e| e.at).map(|e| (f, e)))
        .collect();
    all.sort_by(|a, b| (b.1.at, &a.0.value, &a.0.id).cmp(&(a.1.at, &b.0.value, &b.0.id)));
    all
}

/// The newest thing said by a side.
pub(crate) fn last_contact<'a>(view: &View<'a>, wanted: Side) -> Option<&'a Evidence> {
    view.facts.people.iter().filter(|p| p.side == wanted).map(|p| &p.last).max_by(|a, b| (a.at, &a.record).cmp(&(b.at, &b.record)))
}

fn status(view: &View<'_>) -> Vec<Line> {
    let p = &view.facts.profile;
    let mut out = Vec::new();
    if let Some(stage) = &p.stage {
        out.push(view.profile(&format!("Stage: {}", line::words(Some(stage)))));
    }
    if let Some(amount) = p.amount {
        let currency = p.currency.as_deref().map(|c| format!(" {}", name(c))).unwrap_or_default();
        out.push(view.profile(&format!("Amount: {amount}{currency}")));
    }
    if let Some(close) = &p.close_date {
        out.push(view.profile(&format!("Expected close: {}", name(close))));
    }
    if let Some(next) = &p.next_step {
        out.push(view.profile(&format!("Next step: {}", escape::text(next, 160))));
    }
    for (wanted, label) in [(Side::Ours, "from us"), (Side::Theirs, "from them")] {
        if let Some(e) = last_contact(view, wanted) {
            out.push(view.line(&format!("Last contact {label}: {}, {}", view.day(e.at), name(&e.speaker)), e));
        }
    }
    out
}

fn last_week(view: &View<'_>) -> Vec<Line> {
    let mut out: Vec<Line> = view
        .facts
        .last_week
        .iter()
        .map(|(s, count, e)| {
            let many = if *count == 1 { "record" } else { "records" };
            view.line(&format!("{count} {many} {}, the newest by {}", from(*s), name(&e.speaker)), e)
        })
        .collect();
    let mut news: Vec<(&Finding, &Evidence)> = [FindingKind::Decision, FindingKind::Risk, FindingKind::BuyingSignal, FindingKind::NextStep]
        .into_iter()
        .flat_map(|k| of(view, k))
        .filter(|(_, e)| view.age(e.at) < 7)
        .collect();
    news.sort_by(|a, b| (b.1.at, a.0.kind, &a.0.id).cmp(&(a.1.at, b.0.kind, &b.0.id)));
    news.truncate(8);
    for (f, e) in news {
        let what = match f.kind {
            FindingKind::Decision => "Decided",
            FindingKind::Risk => "Risk",
            FindingKind::NextStep => "Next step",
            _ => "Buying signal",
        };
        out.push(view.line(&format!("{what}: {}", value(f)), e));
    }
    out
}

fn from(s: Side) -> &'static str {
    match s {
        Side::Ours => "from us",
        Side::Theirs => "from them",
        Side::Other => "from others",
        Side::Bot => "from bots",
    }
}

fn people(view: &View<'_>) -> Vec<Line> {
    let mut all: Vec<_> = view.facts.people.iter().filter(|p| p.side != Side::Bot).collect();
    all.sort_by(|a, b| (b.last.at, &a.name, &a.key).cmp(&(a.last.at, &b.name, &b.key)));
    all.iter()
        .map(|p| {
            let mut text = name(&p.name);
            for extra in [p.title.as_deref().map(name), p.role.as_deref().map(|r| line::words(Some(r)))]
                .into_iter()
                .flatten()
                .filter(|t| !t.is_empty())
            {
                text.push_str(&format!(", {extra}"));
            }
            let many = if p.messages == 1 { "message" } else { "messages" };
            view.line(&format!("{text} ({}): {} {many}, last contact {}", side(p.side), p.messages, view.day(p.last.at)), &p.last)
        })
        .collect()
}

/// Open items of a side: overdue first, then by due date, then the newest.
pub(crate) fn open_items<'a>(view: &View<'a>, wanted: Option<Side>) -> Vec<(&'a Finding, &'a Evidence)> {
    let mut all: Vec<_> = of(view, FindingKind::ActionItem)
        .into_iter()
        .filter(|(f, _)| f.detail.status == Some(Status::Open))
        .filter(|(f, _)| match wanted {
            Some(s) => f.detail.owner_side == Some(s),
            None => !matches!(f.detail.owner_side, Some(Side::Ours | Side::Theirs)),
        })
        .collect();
    all.sort_by_key(|(f, _)| f.detail.due.unwrap_or(Date::MAX));
    all
}

/// Whether an item is past its day.
pub(crate) fn overdue(view: &View<'_>, f: &Finding) -> bool {
    f.detail.due.zip(view.today).is_some_and(|(due, today)| due < today)
}

/// `, due 2024-03-20 (overdue)`.
fn due(view: &View<'_>, f: &Finding) -> String {
    let Some(day) = f.detail.due else { return String::new() };
    let about = if f.detail.due_inferred { "about " } else { "" };
    let late = if overdue(view, f) { " (overdue)" } else { "" };
    format!(", due {about}{day}{late}")
}

fn promises(view: &View<'_>, wanted: Option<Side>) -> Vec<Line> {
    open_items(view, wanted)
        .into_iter()
        .map(|(f, e)| {
            let who = f.detail.owner.as_deref().map_or("nobody by name".to_owned(), name);
            view.line(&format!("{}: {who}{}", value(f), due(view, f)), e)
        })
        .collect()
}

fn next_actions(view: &View<'_>) -> Vec<Line> {
    let ahead = |f: &Finding| f.detail.due.zip(view.today).is_some_and(|(due, today)| due >= today);
    let mut steps: Vec<_> = of(view, FindingKind::NextStep)
        .into_iter()
        .filter(|(f, e)| ahead(f) || f.detail.due.is_none() && view.age(e.at) <= STEP_DAYS)
        .collect();
    steps.sort_by_key(|(f, _)| f.detail.due.unwrap_or(Date::MAX));
    let mut out: Vec<Line> = steps
        .iter()
        .map(|(f, e)| {
            let on = f.detail.due.map(|d| format!(", on {}{d}", if f.detail.due_inferred { "about " } else { "" })).unwrap_or_default();
            view.line(&format!("Meet or move on: {}{on}", value(f)), e)
        })
        .collect();
    for (f, e) in open_items(view, Some(Side::Ours)).into_iter().filter(|(f, _)| f.detail.due.is_some()).take(5) {
        let who = f.detail.owner.as_deref().map(|o| format!("{}: ", name(o))).unwrap_or_default();
        out.push(view.line(&format!("{who}{}{}", value(f), due(view, f)), e));
    }
    out
}

fn signals(view: &View<'_>, kind: FindingKind) -> Vec<Line> {
    let mut all = of(view, kind);
    // The heaviest first, the newest first among equals.
    all.sort_by_key(|(f, _)| std::cmp::Reverse(f.detail.severity.unwrap_or(Severity::Low)));
    all.into_iter()
        .map(|(f, e)| {
            let weight = match f.detail.severity {
                Some(Severity::High) => ", high",
                Some(Severity::Medium) => ", medium",
                Some(Severity::Low) => ", low",
                None => "",
            };
            let times = times(f);
            view.line(
                &format!("{}{weight}: {} said {}{times}", capital(&line::words(f.detail.r#type.as_deref())), name(&e.speaker), value(f)),
                e,
            )
        })
        .collect()
}

fn times(f: &Finding) -> String {
    if f.evidence.len() > 1 { format!(" ({} times)", f.evidence.len()) } else { String::new() }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or(String::new(), |c| c.to_uppercase().chain(chars).collect())
}

fn competitors(view: &View<'_>) -> Vec<Line> {
    of(view, FindingKind::Competitor)
        .into_iter()
        .map(|(f, e)| {
            let stance = match f.detail.r#type.as_deref() {
                Some("using_now") => "in use",
                Some("evaluating") => "being evaluated",
                Some("left") => "left behind",
                Some("negated") => "not in play",
                Some("chosen") => "preferred",
                Some("status_quo") => "status quo",
                _ => "mentioned",
            };
            view.line(
                &format!(
                    "{}: {stance}, {} said \u{201C}{}\u{201D}{}",
                    escape::text(&f.value, 60),
                    name(&e.speaker),
                    escape::text(&e.quote, 120),
                    times(f)
                ),
                e,
            )
        })
        .collect()
}

fn decisions(view: &View<'_>) -> Vec<Line> {
    of(view, FindingKind::Decision)
        .into_iter()
        .map(|(f, e)| view.line(&format!("{}: {} said {}", view.day(e.at), name(&e.speaker), value(f)), e))
        .collect()
}

fn topics(view: &View<'_>) -> Vec<Line> {
    let mut all = of(view, FindingKind::Topic);
    all.sort_by_key(|(f, _)| std::cmp::Reverse(f.evidence.len()));
    all.into_iter()
        .map(|(f, e)| {
            let n = f.evidence.len();
            let many = if n == 1 { "mention" } else { "mentions" };
            view.line(&format!("{}: {n} {many}, last {}", capital(&line::words(Some(&f.value))), view.day(e.at)), e)
        })
        .collect()
}

fn missing(view: &View<'_>) -> Vec<Line> {
    let mut out: Vec<Line> = view
        .facts
        .gaps
        .iter()
        .map(|g| Line {
            at: Timestamp::MAX,
            text: format!("- {}: {}", capital(&line::words(Some(g.source.as_str()))), escape::text(&g.text, 300)),
        })
        .collect();
    // A workspace with very many failures must not push everything else out.
    let more = out.len().saturating_sub(15);
    out.truncate(15);
    if more > 0 {
        out.push(Line { at: Timestamp::MAX, text: format!("- {more} more gaps in [insights.json](insights.json)") });
    }
    let later = "- Not computed in this version: score, sentiment trend, contradictions, changes since the last summary.";
    out.push(Line { at: Timestamp::MAX, text: later.to_owned() });
    out
}
