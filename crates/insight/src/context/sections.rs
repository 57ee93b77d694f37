//! The sections of a context, in the product's order.

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::Date};
use sales_model::{CallFacts, Evidence, Finding, FindingKind, MeetingFacts, Severity, Side, Source, Status, TitleFrom};

use super::{
    advice,
    budget::Section,
    escape,
    line::{self, Line, View, name, side, value},
};
use crate::{lexicon::tasks, merge, words};

/// How many days a next step without a date stays one.
const STEP_DAYS: i32 = 21;
/// How many days a request that nobody answered stays one.
const REQUEST_DAYS: i32 = 30;
/// How many days a promise without a date stays open.
const UNDATED_DAYS: i32 = 21;
/// How many days past its date a promise stands among those that are due.
const OVERDUE_DAYS: i32 = 14;

/// Name, id, owner, updated, data through, and how size is counted: with the user's own blocks or, where they are large, without.
pub(crate) fn header(view: &View<'_>, own_counted: bool) -> String {
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
    let own = if own_counted { "" } else { " without your own block, which is longer than half of that" };
    out.push_str(&format!("Data through: {through}.  \nAt most 5,000 tokens{own}; a token is counted as 3 bytes of UTF-8, rounded up.\n"));
    out
}

/// All sections after the header.
pub(crate) fn all(view: &View<'_>) -> Vec<Section> {
    let none = "Nothing found in the data so far.";
    vec![
        Section::new("Status", 0, status(view), "Nothing known: the profile has no stage, and nobody has written yet."),
        Section::new("Last 7 days", 9, last_week(view), "Nothing was said in the 7 days before the last update."),
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

/// The newest thing a side said where the other one can read it.
pub(crate) fn last_contact<'a>(view: &View<'a>, wanted: Side) -> Option<&'a Evidence> {
    view.facts.last_contact.iter().find(|c| c.0 == wanted).map(|c| &c.1)
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
            out.push(view.line(&format!("Last contact {label}: {}, {}", view.day(e.at), line::speaker(e)), e));
        }
    }
    if let Some(call) = view.facts.calls.iter().max_by(|a, b| (a.at, &a.evidence.record).cmp(&(b.at, &b.evidence.record))) {
        let title = if call.title.is_empty() { "without a title".to_owned() } else { escape::text(&call.title, 80) };
        let ratio = last_call(view).map(|(_, r)| format!(", we spoke {} of the time", percent(r))).unwrap_or_default();
        let origin = if call.ratio_computed && !ratio.is_empty() { " (counted from the transcript)" } else { "" };
        out.push(view.line(&format!("Last call: {}, {title}{ratio}{origin}", view.day(call.at)), &call.evidence));
    }
    if let Some(next) = next_meeting(view) {
        let title = if next.title.is_empty() { "without a title".to_owned() } else { escape::text(&next.title, 80) };
        let when = if next.all_day { view.day(next.start).to_string() } else { view.minute(next.start) };
        let coming = match next.accepted.len() {
            0 => "nobody has accepted yet".to_owned(),
            1 => format!("accepted by {}", next.accepted.first().map(|a| escape::text(a, 60)).unwrap_or_default()),
            n => format!("{n} have accepted"),
        };
        let not = if next.declined.is_empty() { String::new() } else { format!(", {} declined", next.declined.len()) };
        out.push(view.line(&format!("Next meeting: {when}, {title}, {coming}{not}"), &next.evidence));
    }
    for answers in &view.facts.responses {
        let who = if answers.side == Side::Ours { "We answer their mails" } else { "They answer our mails" };
        let text = format!("{who} within {}, in half of {} answers", span(answers.median_minutes), answers.answers);
        out.push(view.line(&text, &answers.evidence));
    }
    out
}

/// The first meeting that lies ahead.
pub(crate) fn next_meeting<'a>(view: &View<'a>) -> Option<&'a MeetingFacts> {
    let now = view.facts.as_of?;
    view.facts.meetings.iter().filter(|m| !m.cancelled && m.start > now).min_by_key(|m| m.start)
}

/// `25 minutes`, `3 hours`, `2 days`.
fn span(minutes: u64) -> String {
    let (n, unit) = match minutes {
        0..=89 => (minutes.max(1), "minute"),
        90..=2_879 => ((minutes + 30) / 60, "hour"),
        _ => ((minutes + 720) / 1_440, "day"),
    };
    format!("{n} {unit}{}", if n == 1 { "" } else { "s" })
}

/// The newest call and our share of its speech, if that is known.
pub(crate) fn last_call<'a>(view: &View<'a>) -> Option<(&'a CallFacts, f64)> {
    let call = view.facts.calls.iter().max_by(|a, b| (a.at, &a.evidence.record).cmp(&(b.at, &b.evidence.record)))?;
    call.talk_ratio.filter(|r| (0.0..=1.0).contains(r)).map(|r| (call, r))
}

/// `68 %`.
pub(crate) fn percent(ratio: f64) -> String {
    format!("{:.0} %", ratio * 100.0)
}

fn last_week(view: &View<'_>) -> Vec<Line> {
    let mut sides: BTreeMap<Side, Vec<&(Source, Side, u64, Evidence)>> = BTreeMap::new();
    for counted in view.facts.last_week.iter().filter(|w| w.2 > 0) {
        sides.entry(counted.1).or_default().push(counted);
    }
    let mut out: Vec<Line> = sides
        .into_iter()
        .filter_map(|(s, mut all)| {
            // Calls, notes and mails before messages: the fewer the weightier.
            all.sort_by_key(|w| ([Source::GONG, Source::GRANOLA, Source::EMAIL, Source::SLACK].iter().position(|s| *s == w.0), &w.0));
            let many = all.iter().map(|w| line::count(&w.0, w.2)).collect::<Vec<_>>().join(", ");
            let e = all.iter().map(|w| &w.3).max_by_key(|e| (e.at, &e.record))?;
            let by = if e.speaker.is_empty() { String::new() } else { format!(", the newest by {}", name(&e.speaker)) };
            Some(view.line(&format!("{many} {}{by}", from(s)), e))
        })
        .collect();
    let mut news: Vec<(&Finding, &Evidence)> = [FindingKind::Decision, FindingKind::Risk, FindingKind::BuyingSignal, FindingKind::NextStep]
        .into_iter()
        .flat_map(|k| of(view, k))
        .filter(|(_, e)| view.age(e.at) < 7)
        .collect();
    news.sort_by(|a, b| (b.1.at, a.0.kind, &a.0.id).cmp(&(a.1.at, b.0.kind, &b.0.id)));
    let mut seen: Vec<String> = Vec::new();
    news.retain(|(f, _)| {
        let shown = value(f);
        let fresh = !seen.contains(&shown);
        seen.push(shown);
        fresh
    });
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
    let away = view.facts.absences.iter().filter(|a| view.today.is_some_and(|today| a.until >= today));
    let away = away.map(|a| view.line(&format!("{} ({}) is away, back about {}", name(&a.name), side(a.side), a.until), &a.evidence));
    away.chain(all.iter().map(|p| {
        let mut text = name(&p.name);
        let title = p.title.as_deref().map(name).filter(|t| !t.is_empty());
        let title = title.map(|t| if p.title_from == Some(TitleFrom::Signature) { format!("{t} by signature") } else { t });
        for extra in [title, p.role.as_deref().map(|r| line::words(Some(r)))].into_iter().flatten().filter(|t| !t.is_empty()) {
            text.push_str(&format!(", {extra}"));
        }
        let counts = [(Source::SLACK, p.messages), (Source::GONG, p.calls), (Source::GRANOLA, p.notes), (Source::EMAIL, p.mails)];
        let mut counts: Vec<String> = counts.iter().filter(|c| c.1 > 0).map(|(s, n)| line::count(s, *n)).collect();
        if counts.is_empty() {
            counts.push(line::count(&Source::SLACK, 0));
        }
        view.line(&format!("{text} ({}): {}, the last on {}", side(p.side), counts.join(", "), view.day(p.last.at)), &p.last)
    }))
    .collect()
}

/// Open promises of a side, the nearest first: what is due soon or was due lately, then what has no day, then what is long past its day.
pub(crate) fn open_promises<'a>(view: &View<'a>, wanted: Option<Side>) -> Vec<(&'a Finding, &'a Evidence)> {
    let mut all: Vec<_> = open_items(view)
        .filter(|(f, _)| tasks::promised(&f.rule))
        .filter(|(f, _)| f.detail.due.is_some() || age(view, f) <= UNDATED_DAYS)
        .filter(|(f, _)| match wanted {
            Some(s) => f.detail.owner_side == Some(s),
            None => !matches!(f.detail.owner_side, Some(Side::Ours | Side::Theirs)),
        })
        .collect();
    all.sort_by_key(|(f, _)| nearness(view, f));
    all
}

/// Open requests that nobody has taken on, the newest first.
fn open_requests<'a>(view: &View<'a>) -> Vec<(&'a Finding, &'a Evidence)> {
    open_items(view).filter(|(f, _)| !tasks::promised(&f.rule) && tasks::asked(&f.rule) && age(view, f) <= REQUEST_DAYS).collect()
}

fn open_items<'a>(view: &View<'a>) -> impl Iterator<Item = (&'a Finding, &'a Evidence)> {
    of(view, FindingKind::ActionItem).into_iter().filter(|(f, _)| f.detail.status == Some(Status::Open)).map(|(f, e)| {
        // What was asked says more than the "sure" that took it on.
        let asked = f.rule.starts_with(tasks::ACCEPTED) && !words::thin(&f.value);
        (f, f.evidence.first().filter(|_| asked).or_else(|| merge::main(f)).unwrap_or(e))
    })
}

/// Days since a fact was last said.
fn age(view: &View<'_>, f: &Finding) -> i32 {
    f.evidence.iter().map(|e| view.age(e.at)).min().unwrap_or(0)
}

fn nearness(view: &View<'_>, f: &Finding) -> i32 {
    let Some((due, today)) = f.detail.due.zip(view.today) else { return 2 * (OVERDUE_DAYS + age(view, f)) };
    let days = due.since(today).map_or(0, |s| s.get_days());
    match days {
        0.. => 2 * days,
        d if -d <= OVERDUE_DAYS => 1 - 2 * d,
        d => 10_000 - d,
    }
}

/// So long past its day that nobody waits for it any more, or that we have missed how it ended.
pub(crate) fn long_overdue(view: &View<'_>, f: &Finding) -> bool {
    f.detail.due.zip(view.today).is_some_and(|(due, today)| today.since(due).map_or(0, |s| s.get_days()) > OVERDUE_DAYS)
}

/// Whether an item is past its day.
pub(crate) fn overdue(view: &View<'_>, f: &Finding) -> bool {
    f.detail.due.zip(view.today).is_some_and(|(due, today)| due < today)
}

/// `, due 2024-03-20 (overdue, no word that it was done)`.
fn due(view: &View<'_>, f: &Finding) -> String {
    let Some(day) = f.detail.due else { return String::new() };
    let about = if f.detail.due_inferred { "about " } else { "" };
    let late = if overdue(view, f) { " (overdue, no word that it was done)" } else { "" };
    format!(", due {about}{day}{late}")
}

fn promises(view: &View<'_>, wanted: Option<Side>) -> impl ExactSizeIterator<Item = Line> {
    open_promises(view, wanted).into_iter().map(move |(f, e)| {
        let who = f.detail.owner.as_deref().map_or("nobody by name".to_owned(), name);
        view.line(&format!("{}: {who}{}", task(f), due(view, f)), e)
    })
}

/// The words of a task, with those it answers where it names nothing itself: `“Send them” (re “Could you let me have the figures?”)`.
pub(crate) fn task(f: &Finding) -> String {
    match f.evidence.as_slice() {
        [before, _, ..] if words::thin(&f.value) => {
            format!("{} (re \u{201C}{}\u{201D})", value(f), escape::text(&before.quote, 100))
        }
        // "Post here": its sentence says more.
        [only] if words::thin(&f.value) => format!("\u{201C}{}\u{201D}", escape::text(&only.quote, 160)),
        _ => value(f),
    }
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
            let on = f.detail.due.map(|d| format!("{} {d}", if f.detail.due_inferred { "About" } else { "On" }));
            let on = on.unwrap_or_else(|| "Next step".to_owned());
            view.line(&format!("{on}: {}", value(f)), e)
        })
        .collect();
    let ours = open_promises(view, Some(Side::Ours));
    for (f, e) in ours.into_iter().filter(|(f, _)| f.detail.due.is_some() && !long_overdue(view, f)).take(5) {
        let who = f.detail.owner.as_deref().map(|o| format!("{}: ", name(o))).unwrap_or_default();
        out.push(view.line(&format!("{who}{}{}", task(f), due(view, f)), e));
    }
    for (f, e) in open_requests(view).into_iter().take(6) {
        let whom = match (f.detail.owner.as_deref(), f.detail.owner_side) {
            (Some(owner), _) => name(owner),
            (None, Some(Side::Ours)) => "us".to_owned(),
            (None, Some(Side::Theirs)) => "them".to_owned(),
            _ => "somebody".to_owned(),
        };
        out.push(view.line(&format!("{} asked {whom}, not taken on so far: {}{}", line::speaker(e), task(f), due(view, f)), e));
    }
    out
}

fn signals(view: &View<'_>, kind: FindingKind) -> impl ExactSizeIterator<Item = Line> {
    let mut all = of(view, kind);
    // The heaviest first, the newest first among equals.
    all.sort_by_key(|(f, _)| std::cmp::Reverse(f.detail.severity.unwrap_or(Severity::Low)));
    // One message is one line for each type, and one sentence is one line whatever it shows.
    let mut lines: Vec<(&Finding, &Evidence, Vec<String>)> = Vec::new();
    for (f, e) in all {
        let kind = line::words(f.detail.r#type.as_deref());
        if lines.iter().any(|(_, o, kinds)| line::together(o, e) && kinds.contains(&kind)) {
            continue;
        }
        match lines.iter_mut().find(|(g, o, _)| g.value == f.value && line::together(o, e)) {
            Some((.., kinds)) => kinds.push(kind),
            None => lines.push((f, e, vec![kind])),
        }
    }
    lines.into_iter().map(move |(f, e, mut kinds)| {
        kinds.sort();
        let kinds = kinds.join(" and ");
        let weight = match f.detail.severity {
            Some(Severity::High) => ", high",
            Some(Severity::Medium) => ", medium",
            Some(Severity::Low) => ", low",
            None => "",
        };
        let times = times(f);
        view.line(&format!("{}{weight}: {} {}{times}", capital(&kinds), line::said(e), value(f)), e)
    })
}

fn times(f: &Finding) -> String {
    if f.evidence.len() > 1 { format!(" ({} times)", f.evidence.len()) } else { String::new() }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or(String::new(), |c| c.to_uppercase().chain(chars).collect())
}

fn competitors(view: &View<'_>) -> impl ExactSizeIterator<Item = Line> {
    of(view, FindingKind::Competitor).into_iter().map(move |(f, e)| {
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
                "{}: {stance}, {} \u{201C}{}\u{201D}{}",
                escape::text(&f.value, 60),
                line::said(e),
                escape::text(&e.quote, 120),
                times(f)
            ),
            e,
        )
    })
}

fn decisions(view: &View<'_>) -> impl ExactSizeIterator<Item = Line> {
    of(view, FindingKind::Decision).into_iter().map(move |(f, e)| {
        let e = merge::main(f).unwrap_or(e);
        view.line(&format!("{}: {} {}", view.day(e.at), line::said(e), value(f)), e)
    })
}

fn topics(view: &View<'_>) -> impl ExactSizeIterator<Item = Line> {
    let mut all = of(view, FindingKind::Topic);
    all.sort_by_key(|(f, _)| std::cmp::Reverse(f.evidence.len()));
    all.into_iter().map(move |(f, e)| {
        let n = f.evidence.len();
        let many = if n == 1 { "mention" } else { "mentions" };
        view.line(&format!("{}: {n} {many}, last {}", capital(&line::words(Some(&f.value))), view.day(e.at)), e)
    })
}

fn missing(view: &View<'_>) -> Vec<Line> {
    let mut out: Vec<Line> = view
        .facts
        .gaps
        .iter()
        .map(|g| {
            let source = capital(&line::words(Some(g.source.as_str())));
            let text = escape::text(&g.text, 300);
            // Many gaps name their source themselves.
            let named = text.get(..source.len()).is_some_and(|t| t.eq_ignore_ascii_case(&source))
                && !text.get(source.len()..).is_some_and(|t| t.starts_with(char::is_alphanumeric));
            let text = if named { format!("- {}", capital(&text)) } else { format!("- {source}: {text}") };
            Line { at: Timestamp::MAX, text }
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
