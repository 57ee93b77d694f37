//! Why a record stands where it stands, in sentences.

use std::collections::BTreeSet;

use jiff::tz::TimeZone;
use sales_engine::{Explanation, TakesPart};
use sales_model::{Attribution, CustomerId, Doubt, Noise, RecordState, Rule, Scope};

use crate::commands::customer::quoted;

/// People who are named; the rest are counted.
const NAMED: usize = 3;

/// What it is: `Mail "Pricing" from Lisa Thompson <lisa.thompson@acme.dev>, 2024-03-15`.
pub(super) fn heading(e: &Explanation, zone: &TimeZone) -> String {
    let kind = match e.what.kind {
        "mail" => "Mail",
        "call" => "Call",
        "note" => "Meeting note",
        _ => "Message",
    };
    let title = if e.what.title.is_empty() { String::new() } else { format!(" \"{}\"", e.what.title) };
    let by = if e.what.by.is_empty() { String::new() } else { format!(" from {}", e.what.by) };
    let place = if e.what.kind == "message" { format!(" in {}", e.place) } else { String::new() };
    format!("{kind}{title}{by}{place}, {}", zone.to_datetime(e.what.at).date())
}

/// Everything else, line by line. What is set in belongs to the line above it.
pub(super) fn sentences(e: &Explanation) -> Vec<String> {
    let mut out = Vec::new();
    if e.state == RecordState::Deleted {
        out.push("It was deleted at its source: it stands in no file, and is decided again only if it comes back.".to_owned());
        return out;
    }
    let mut told: BTreeSet<&CustomerId> = BTreeSet::new();
    for a in &e.attributions {
        let also = if told.is_empty() { "" } else { "also " };
        if told.insert(&a.customer) {
            out.push(format!("It {also}belongs to {}, because {}.", whose(e, a), because(e, a)));
            out.extend(entry(e, a).map(|line| format!("  That stands in {line}")));
            out.push(format!("  If it is not theirs: {}", taken_back(e, a)));
        }
    }
    let partners: Vec<&TakesPart> = e.people.iter().filter(|p| p.partner && p.here && !told.is_empty()).collect();
    if !partners.is_empty() {
        out.push(format!("{} counts to nobody here: workspace.toml lists the company under `partners`.", listed(&partners)));
    }
    private(e, &told, &mut out);
    for doubt in &e.doubts {
        doubtful(e, doubt, !told.is_empty(), &mut out);
    }
    if told.is_empty() {
        nobodys(e, &mut out);
    }
    for excluded in &e.excluded {
        out.push(format!(
            "{}'s name is in it, but the profile says that `{}` means somebody else.",
            name(e, &excluded.customer),
            excluded.phrase
        ));
        let remove = quoted(&format!("exclude={}", excluded.phrase));
        out.push(format!("  If they are meant: sales match preview {} --remove {remove}", excluded.customer));
    }
    out.extend(e.files.iter().map(|file| format!("It stands in {file}")));
    out
}

/// The customer, and how much of it is theirs.
fn whose(e: &Explanation, a: &Attribution) -> String {
    let by_people = matches!(a.rule, Rule::Address | Rule::Domain);
    let here = e.people.iter().any(|p| p.here && counts(p, a));
    let with = match (&a.scope, e.what.kind) {
        (Scope::Place { .. }, _) => format!(" like all of {}", e.place),
        (_, "mail") if by_people && !here => " with the mail thread that it is in".to_owned(),
        (_, "message") if by_people && !here => " with the thread that it is in".to_owned(),
        _ => String::new(),
    };
    format!("{}{with}", name(e, &a.customer))
}

fn counts(p: &TakesPart, a: &Attribution) -> bool {
    p.counts.iter().any(|c| c.customer == a.customer && c.rule == a.rule)
}

fn because(e: &Explanation, a: &Attribution) -> String {
    let all: Vec<&TakesPart> = e.people.iter().filter(|p| counts(p, a)).collect();
    let Some(first) = all.first().filter(|_| matches!(a.rule, Rule::Address | Rule::Domain)) else { return a.reason.clone() };
    // Those of this very record, if there are any.
    let people: Vec<&TakesPart> = all.iter().filter(|p| p.here == first.here).copied().collect();
    let (takes, is) = if people.len() == 1 { ("takes", "is a contact") } else { ("take", "are contacts") };
    let who = listed(&people);
    let domain = first.counts.iter().find(|c| c.customer == a.customer).and_then(|c| c.domain.as_deref());
    match (a.rule, domain) {
        (Rule::Domain, Some(domain)) => {
            let own = first.email.as_deref().and_then(|email| email.rsplit_once('@')).map_or("", |(_, own)| own);
            let below = if own == domain { String::new() } else { format!(", below {domain}") };
            let writes = if people.len() == 1 { "writes" } else { "write" };
            format!("{who} {takes} part, who {writes} from {own}{below}, a domain in the profile")
        }
        _ => format!("{who} {takes} part, who {is} in the profile"),
    }
}

/// `Ann, Max and 2 others`.
fn listed(people: &[&TakesPart]) -> String {
    let mut names: Vec<String> = people.iter().take(NAMED).map(|p| p.name.clone()).collect();
    match people.len().saturating_sub(NAMED) {
        0 => {}
        1 => names.push("one other".to_owned()),
        n => names.push(format!("{n} others")),
    }
    joined(&names)
}

fn joined(words: &[String]) -> String {
    match words {
        [first @ .., last] if !first.is_empty() => format!("{} and {last}", first.join(", ")),
        _ => words.concat(),
    }
}

/// The entry that decided.
fn entry(e: &Explanation, a: &Attribution) -> Option<String> {
    let profile = format!("customers/profiles/{}/profile.toml", a.customer);
    let counted = e.people.iter().find(|p| counts(p, a));
    let domain = counted.and_then(|p| p.counts.iter().find(|c| c.customer == a.customer)).and_then(|c| c.domain.as_deref());
    match a.rule {
        Rule::Address => Some(format!("{profile}, under [[contacts]]: email = \"{}\"", counted?.email.as_deref()?)),
        Rule::Domain => Some(format!("{profile}: domains = [\"{}\"]", domain?)),
        Rule::ChannelPattern => Some("workspace.toml, under [slack]: channel_patterns".to_owned()),
        Rule::Explicit if a.reason.contains(" under [") => Some(profile),
        _ => None,
    }
}

/// The command that takes it away from the customer.
fn taken_back(e: &Explanation, a: &Attribution) -> String {
    let id = match &a.scope {
        Scope::Place { place } => place.as_str(),
        Scope::Thread { .. } => &e.record.0,
    };
    let key = if a.reason.ends_with("[slack] channels") { "slack.channels" } else { "match.records" };
    // What the profile lists is taken off its list.
    match a.reason.split('`').nth(1).filter(|_| a.rule == Rule::Explicit) {
        Some(listed) => format!("sales match preview {} --remove {}", a.customer, quoted(&format!("{key}={listed}"))),
        None => format!("sales match preview {} --not {}", quoted(id), a.customer),
    }
}

/// To whom of several owners a mail is shown.
fn private(e: &Explanation, owners: &BTreeSet<&CustomerId>, out: &mut Vec<String>) {
    let others: Vec<&CustomerId> = owners.iter().filter(|o| !e.shown.contains(**o)).copied().collect();
    if others.is_empty() {
        return;
    }
    let names = |ids: &[&CustomerId]| joined(&ids.iter().map(|id| name(e, id).to_owned()).collect::<Vec<_>>());
    let shown: Vec<&CustomerId> = e.shown.iter().collect();
    out.push(if shown.is_empty() {
        format!(
            "Of this thread it is shown to none of {}: it does not say which mail it answers, and not all of what was written before is shown \
             to any of them.",
            names(&others)
        )
    } else if e.people.iter().any(|p| p.here && p.counts.iter().any(|c| e.shown.contains(&c.customer))) {
        format!("Of this thread it is shown to {} only: nobody of {} is on it.", names(&shown), names(&others))
    } else {
        format!("Of this thread it is shown to {} only, like what it answers: it may quote that.", names(&shown))
    });
    out.extend(
        others.iter().map(|id| format!("  To show it to {} too: sales match preview {} --to {id}", name(e, id), quoted(&e.record.0))),
    );
}

fn doubtful(e: &Explanation, doubt: &Doubt, owned: bool, out: &mut Vec<String>) {
    let what = match &doubt.scope {
        Scope::Place { .. } => format!("all of {}", e.place),
        Scope::Thread { .. } => "it".to_owned(),
    };
    if owned || doubt.candidates.is_empty() {
        if matches!(doubt.scope, Scope::Place { .. }) {
            out.push(format!("Nobody has said whose {what} is."));
            out.push(format!("  What decides it: {}", doubt.decide));
        }
        return;
    }
    out.push(format!("It waits for your decision: whose {what} is cannot be said for certain."));
    out.extend(doubt.candidates.iter().map(|c| format!("  It may be {}'s: {}", name(e, &c.customer), c.reason)));
    out.push(format!("  What decides it: {}", doubt.decide));
}

fn nobodys(e: &Explanation, out: &mut Vec<String>) {
    if e.doubts.iter().any(|d| !d.candidates.is_empty()) {
        return;
    }
    let kind = match e.what.noise {
        Some(Noise::Newsletter) => "it is a mailing to many, and ",
        Some(Noise::AutoReply) => "it is an automatic reply, and ",
        Some(Noise::Bounce) => "it is a report about the delivery of a mail, and ",
        Some(Noise::Notification) => "it was written by a program, and ",
        Some(Noise::CalendarReply) => "it is an answer to an invitation, and ",
        None => "",
    };
    let strangers: Vec<&TakesPart> = e.people.iter().filter(|p| !p.ours && p.counts.is_empty()).collect();
    if e.people.iter().all(|p| p.ours) {
        let who = if e.people.is_empty() { "nobody whom an address names" } else { "only people of ours" };
        out.insert(0, format!("It belongs to no customer: {kind}{who} {} part.", if e.people.is_empty() { "takes" } else { "take" }));
        return;
    }
    let mut lines = vec![format!("It belongs to no customer: {kind}nobody who takes part is a customer's ({}).", listed(&strangers))];
    let contact = strangers.iter().find(|p| !p.partner && p.email.is_some() && e.what.noise.is_none());
    lines.extend(contact.map(|p| {
        let named = if p.name.contains('<') { p.name.clone() } else { format!("NAME <{}>", p.name) };
        format!("  If that is a customer's contact: sales match preview CUSTOMER --contact {}", quoted(&named))
    }));
    out.splice(0..0, lines);
}

fn name<'e>(e: &'e Explanation, id: &'e CustomerId) -> &'e str {
    e.names.get(id).map_or(id.as_str(), String::as_str)
}
