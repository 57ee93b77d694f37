//! One line of a list taken apart: what is to be done, by whom, until when.

use std::sync::LazyLock;

use jiff::civil::Date;

use super::{markdown, namesakes};
use crate::{
    dates,
    lexicon::{
        foreign::{DATE_LABELS, DATE_WORDS},
        names::{DEPARTMENTS, NO_NAMES},
    },
    owner::Cast,
    pattern::Pattern,
};

/// The parts of a task.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Parts {
    pub(crate) text: String,
    pub(crate) owners: Vec<String>,
    pub(crate) due: Option<Date>,
}

/// What stands in a list of tasks when there are none.
const NOTHING: &[&str] = &[
    "none",
    "n/a",
    "na",
    "tbd",
    "tba",
    "nothing",
    "no action items",
    "no actions",
    "no next steps",
    "none identified",
    "none noted",
    "keine",
    "aucune",
    "aucun",
    "ninguna",
    "ninguno",
];

/// Owners that are nobody yet.
const NOBODY: &[&str] = &["tbd", "tba", "unassigned", "n/a", "none", "open", "?", "-", "unknown", "nobody", "offen"];

const DASHES: &[&str] = &[" - ", " \u{2013} ", " \u{2014} ", " -- ", " \u{2192} ", " -> ", " => ", " | "];

/// Between somebody's name at the start of a line and what they are to do.
const DUTIES: &[&str] = &[
    " to ",
    " will ",
    "'ll ",
    "\u{2019}ll ",
    " needs to ",
    " need to ",
    " has to ",
    " should ",
    " must ",
    " is going to ",
    " agreed to ",
    " wird ",
    " soll ",
    " va ",
    " doit ",
    " enviar\u{E1} ",
];

static VERB: LazyLock<Pattern> = LazyLock::new(|| Pattern::new(r"^(?:also |then |please )?(?:{VERB})\b"));
static OWNER_LABEL: LazyLock<Pattern> = LazyLock::new(|| {
    Pattern::new(
        r"^(?:action )?(?:owner|owned by|assigned to|assignee|responsible|dri|who|verantwortlich|zust\u{E4}ndig|responsable|por)\b:? *",
    )
});
static OWNER_AT_END: LazyLock<Pattern> = LazyLock::new(|| {
    Pattern::new(r"(?:^|[,;.:]? )(?:action )?(?:owner|owned by|assigned to|assignee|verantwortlich|responsable): ?(?P<who>[^:]{2,60})$")
});

/// Takes a line apart; `None` if it asks for nothing.
/// `heads`: other lines of the list begin with somebody's name and a colon, so that a single word in that place is a name.
pub(crate) fn item(raw: &str, cast: &Cast<'_>, day: Date, heads: bool) -> Option<Parts> {
    let mut parts = Parts { text: markdown::plain(raw), ..Parts::default() };
    if markdown::struck(raw) {
        return None;
    }
    // "- [ ] - Sam Rep": an owner of nothing.
    let nothing = ['-', '\u{2013}', '\u{2014}'].iter().find_map(|d| parts.text.strip_prefix(*d)).filter(|rest| rest.starts_with(' '));
    if nothing.is_some_and(|rest| owners(rest, cast, true).is_some()) {
        return None;
    }
    asides(&mut parts, cast, day);
    behind_dashes(&mut parts, cast, day);
    let lower = parts.text.to_ascii_lowercase();
    if let Some(c) = OWNER_AT_END.captures(&lower)
        && let (Some(whole), Some(who)) = (c.get(0), c.name("who"))
        && let Some(found) = owners(parts.text.get(who.range()).unwrap_or_default(), cast, false)
    {
        parts.owners.extend(found);
        parts.text.truncate(whole.start());
    }
    due_at_an_end(&mut parts, cast, day);
    mentions(&mut parts, cast);
    due_at_an_end(&mut parts, cast, day);
    before_the_task(&mut parts, cast, heads);
    if parts.owners.is_empty() {
        in_the_present(&mut parts, cast);
    }
    if parts.owners.is_empty()
        && let Some((task, name)) = parts.text.rsplit_once(", ")
        && cast.find(name.trim_end_matches('.')).is_some()
    {
        parts.owners.push(name.trim_end_matches('.').to_owned());
        parts.text = task.to_owned();
    }
    if parts.due.is_none() {
        // In the middle of the words: it stays there.
        parts.due = cut_due(&parts.text, cast, day, false).1;
    }
    let mut seen: Vec<String> = Vec::new();
    parts.owners.retain(|o| {
        let fresh = !seen.contains(&o.to_lowercase());
        seen.push(o.to_lowercase());
        fresh
    });
    parts.text = tidy(&parts.text);
    let bare = parts.text.to_lowercase();
    let says = parts.text.chars().any(char::is_alphanumeric)
        && !bare.starts_with("nothing to do")
        && !NOTHING.contains(&bare.trim_matches(|c: char| !c.is_alphanumeric()));
    says.then_some(parts)
}

fn due_at_an_end(parts: &mut Parts, cast: &Cast<'_>, day: Date) {
    if parts.due.is_none()
        && let (rest, Some(due)) = cut_due(&parts.text, cast, day, false)
        && rest.len() < parts.text.trim_end().len()
    {
        parts.due = Some(due);
        parts.text = rest;
    }
}

/// White space and signs at the ends that belonged to what was cut away.
fn tidy(text: &str) -> String {
    let one: String = text.split_whitespace().collect::<Vec<_>>().join(" ").replace(" ,", ",").replace(" .", ".").replace(" :", ":");
    let ends = |c: char| c.is_whitespace() || matches!(c, '-' | '\u{2013}' | '\u{2014}' | ',' | ';' | ':' | '|' | '\u{2192}');
    one.trim_matches(ends).trim_end_matches(|c: char| c == '.' || ends(c)).to_owned()
}

/// `(Lisa Thompson)`, `[2024-04-12]`, `(owner: Lisa, due Friday)`: a remark that holds nothing but owner and date.
fn asides(parts: &mut Parts, cast: &Cast<'_>, day: Date) {
    let mut from = 0;
    while let Some((start, open)) = parts.text.get(from..).and_then(|t| t.char_indices().find(|(_, c)| matches!(c, '(' | '['))) {
        let start = from + start;
        let close = if open == '(' { ')' } else { ']' };
        let Some(end) = parts.text.get(start + 1..).and_then(|t| t.find(close)).map(|n| start + 1 + n) else { return };
        let inner = parts.text.get(start + 1..end).unwrap_or_default().to_owned();
        match aside(&inner, cast, day) {
            Some((owners, due)) => {
                parts.owners.extend(owners);
                parts.due = parts.due.or(due);
                parts.text.replace_range(start..=end, " ");
                from = start;
            }
            None => from = end,
        }
    }
}

/// Owner and date of a remark that says nothing else.
fn aside(inner: &str, cast: &Cast<'_>, day: Date) -> Option<(Vec<String>, Option<Date>)> {
    let (rest, due) = cut_due(inner, cast, day, true);
    let rest = tidy(if due.is_some() { &rest } else { inner });
    let label = OWNER_LABEL.find(&rest.to_ascii_lowercase()).map_or(0, |r| r.end);
    let named = rest.get(label..).unwrap_or_default();
    if named.is_empty() {
        return (due.is_some() || label > 0).then(|| (Vec::new(), due));
    }
    // "POC (Phase Two)": a remark without a label names somebody only if it looks very much like it.
    Some((owners(named, cast, label == 0)?, due))
}

/// `... - Lisa Thompson`, `... - Lisa, by Friday`, `... - Lisa - 12 April`.
fn behind_dashes(parts: &mut Parts, cast: &Cast<'_>, day: Date) {
    for _ in 0..3 {
        let Some((at, dash)) = DASHES.iter().filter_map(|d| parts.text.rfind(d).map(|i| (i, *d))).max() else { return };
        let tail = parts.text.get(at + dash.len()..).unwrap_or_default();
        let (rest, due) = cut_due(tail, cast, day, true);
        let named = tidy(if due.is_some() { &rest } else { tail });
        let label = OWNER_LABEL.find(&named.to_ascii_lowercase()).map_or(0, |r| r.end);
        let named = named.get(label..).unwrap_or_default();
        let found = if named.is_empty() && due.is_some() { Some(Vec::new()) } else { owners(named, cast, false) };
        let Some(found) = found.filter(|f| !f.is_empty() || due.is_some() || nobody(named)) else { return };
        parts.owners.splice(0..0, found);
        parts.due = parts.due.or(due);
        parts.text.truncate(at);
    }
}

fn nobody(named: &str) -> bool {
    NOBODY.contains(&named.to_lowercase().as_str())
}

/// `@lisa`: at an end of the line it is no word of the task.
fn mentions(parts: &mut Parts, cast: &Cast<'_>) {
    static MENTION: LazyLock<Pattern> =
        LazyLock::new(|| Pattern::new(r"(?:^|[ ,])@(?P<who>[\p{L}][\p{L}0-9._'-]*)(?P<more> \p{Lu}[\p{L}'-]+)?"));
    let letters = |t: Option<&str>| t.is_some_and(|t| t.contains(char::is_alphanumeric));
    let mut at_start = 0;
    for _ in 0..6 {
        let text = parts.text.clone();
        let all = MENTION.all(&text);
        // "@Lisa Send it": a second capital is the name's only if such a person is known, or if nothing follows.
        let name_of = |c: &regex::Captures<'_>| {
            let who = c.name("who")?;
            let full = c
                .name("more")
                .map(|m| who.start()..m.end())
                .filter(|r| cast.find(text.get(r.clone()).unwrap_or_default()).is_some() || !letters(text.get(r.end..)));
            Some((c.get(0)?.start(), full.unwrap_or(who.range())))
        };
        let (Some(first), Some(last)) = (all.first().and_then(name_of), all.last().and_then(name_of)) else { break };
        let named = |r: &std::ops::Range<usize>| text.get(r.clone()).unwrap_or_default().trim_end_matches('.').to_owned();
        if !letters(text.get(..first.0)) {
            parts.owners.insert(at_start, named(&first.1));
            at_start += 1;
            parts.text.replace_range(..first.1.end, "");
            // "@Lisa and @Jo send it".
            for and in [" and @", " & @", ", @", " und @", " et @", " y @"] {
                if parts.text.starts_with(and) {
                    parts.text.replace_range(..and.len() - 1, "");
                }
            }
        } else if !letters(text.get(last.1.end..)) {
            parts.owners.insert(at_start, named(&last.1));
            parts.text.truncate(last.0);
            // "... @Lisa and @Jo".
            let before = all.len().checked_sub(2).and_then(|n| all.get(n)).and_then(name_of).map_or(0, |n| n.1.end);
            if before > 0
                && let Some(between) = parts.text.get(before..)
                && ["and", "&", "und", "et", "y", ","].contains(&between.trim())
            {
                parts.text.truncate(before);
            }
        } else {
            if all.len() == 1 && parts.owners.is_empty() {
                parts.owners.push(named(&first.1));
            }
            break;
        }
    }
    for lead in [" to ", ": ", " will "] {
        if let Some(rest) = parts.text.strip_prefix(lead) {
            parts.text = rest.to_owned();
        }
    }
}

/// `Lisa: send it`, `Lisa and Tom to send it`, `Lisa will send it`, `Lisa Thompson - send it`.
fn before_the_task(parts: &mut Parts, cast: &Cast<'_>, heads: bool) {
    let text = parts.text.trim_start().to_owned();
    let colon = text.split_once(": ").map(|(who, task)| (who, task, true));
    let dash = DASHES.iter().filter_map(|d| text.split_once(d)).min_by_key(|s| s.0.len()).map(|(who, task)| (who, task, true));
    let duty = DUTIES.iter().filter_map(|d| text.split_once(d)).min_by_key(|s| s.0.len()).map(|(who, task)| (who, task, false));
    for (who, task, marked) in [colon, duty, dash].into_iter().flatten() {
        let task = task.trim_start();
        let plain = task.strip_prefix("to ").or_else(|| task.strip_prefix("will ")).unwrap_or(task);
        let lower = plain.to_ascii_lowercase();
        let Some(found) = owners(who, cast, false).filter(|f| !f.is_empty()) else { continue };
        let known = found.iter().all(|n| cast.find(n).is_some());
        // "Data residency: confirm it": where people are known, a title is not taken for somebody else.
        let title = marked && !known && !heads && (!cast.is_empty() || found.iter().any(|n| !n.contains(' ')) && !VERB.is_match(&lower));
        let passive = !marked && (lower.starts_with("be ") || lower.starts_with("have been "));
        // "Michael Chen to take the page ...": a full name and a verb in its plain form.
        let full = found.iter().all(|n| n.contains(' ')) && text.get(who.len()..).is_some_and(|t| t.starts_with(" to "));
        if passive || title || !(known || marked || full || VERB.is_match(&lower)) {
            continue;
        }
        if parts.owners.is_empty() || marked && known {
            parts.owners.splice(0..0, found);
            let mut chars = plain.chars();
            parts.text = chars.next().map_or(String::new(), |c| c.to_uppercase().chain(chars).collect());
        }
        return;
    }
}

/// `Lisa sends the report`: somebody known, and a verb as people write minutes. The words become an order as everywhere else.
fn in_the_present(parts: &mut Parts, cast: &Cast<'_>) {
    let words: Vec<&str> = parts.text.split(' ').collect();
    for names in [2, 1] {
        let (Some(who), Some(verb)) = (words.get(..names).map(|w| w.join(" ")), words.get(names)) else { continue };
        let Some(rest) = words.get(names + 1..).filter(|r| !r.is_empty()) else { continue };
        if cast.find(&who).is_none() {
            continue;
        }
        let Some(plain) = plain_form(verb) else { return };
        // "looks into it and comes back": a second verb loses its ending too.
        let mut out = vec![plain];
        for (n, word) in rest.iter().enumerate() {
            let next = rest.get(n + 1).copied().unwrap_or_default();
            let second = n > 0 && rest.get(n - 1) == Some(&"and");
            let plain = plain_form(word).filter(|p| second && crate::spoken::delivers(&format!("{p} {next}")));
            out.push(plain.unwrap_or_else(|| (*word).to_owned()));
        }
        let text = out.join(" ");
        let mut chars = text.chars();
        parts.text = chars.next().map_or(String::new(), |c| c.to_uppercase().chain(chars).collect());
        parts.owners.push(who);
        return;
    }
}

/// `sends` is `send`, `switches` is `switch`; `None` for what is no verb of the third person.
fn plain_form(verb: &str) -> Option<String> {
    if !verb.bytes().all(|b| b.is_ascii_lowercase())
        || verb.len() < 3
        || verb.ends_with("ss")
        || ["was", "this", "his", "is", "its", "as"].contains(&verb)
    {
        return None;
    }
    if verb == "has" {
        return Some("have".to_owned());
    }
    if let Some(stem) = verb.strip_suffix("ies") {
        return Some(format!("{stem}y"));
    }
    let hissing = ["ches", "shes", "sses", "xes", "zzes", "goes", "does"].iter().any(|e| verb.ends_with(e));
    verb.strip_suffix(if hissing { "es" } else { "s" }).map(str::to_owned)
}

/// The names of a list of people, `None` if it is none. Of people nobody knows it takes names as they are spelled: in capitals, of one to
/// three words, and if `doubtful` of two at least.
pub(crate) fn owners(text: &str, cast: &Cast<'_>, doubtful: bool) -> Option<Vec<String>> {
    let text = text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '.' | ',' | ';' | ':' | '*' | '_'));
    if text.is_empty() || text.chars().count() > 80 {
        return None;
    }
    if nobody(text) {
        return Some(Vec::new());
    }
    let mut out: Vec<String> = Vec::new();
    let joined = [" and ", " und ", " et ", " y ", " & ", " + ", "/", ";"].iter().fold(text.to_owned(), |t, j| t.replace(j, ","));
    for name in joined.split(',').map(|n| n.trim().trim_start_matches('@')).filter(|n| !n.is_empty()) {
        if !is_owner(name, cast, doubtful) {
            return None;
        }
        out.push(name.to_owned());
    }
    (!out.is_empty()).then_some(out)
}

fn is_owner(name: &str, cast: &Cast<'_>, doubtful: bool) -> bool {
    if cast.find(name).is_some() || namesakes::is_name(name) {
        return true;
    }
    let lower = name.to_lowercase();
    let capital = name.starts_with(char::is_uppercase);
    let department = lower.strip_suffix(" team").unwrap_or(&lower);
    if DEPARTMENTS.contains(&department) {
        return capital;
    }
    if name.contains('@') {
        return name.contains('.') && !name.contains(' ');
    }
    let words: Vec<&str> = lower.split(' ').collect();
    // "Mutual NDA": names are not all in capitals, but for an initial ("Lisa T.").
    if name.split(' ').any(|w| w.trim_end_matches('.').chars().count() > 1 && !w.chars().any(char::is_lowercase)) {
        return false;
    }
    let spelled = cast.looks_like_name(name) && !words.iter().any(|w| NO_NAMES.contains(&w.trim_end_matches('s')) || NO_NAMES.contains(w));
    spelled && !crate::lexicon::names::TOOLS.contains(&lower.as_str()) && (words.len() > 1 || !doubtful || name.chars().count() >= 3)
}

/// A text in words that the rules for dates know, and where each of its tokens begins there and in the original.
fn translated(text: &str, tables: &[&[(&str, &str)]]) -> (String, Vec<(usize, usize)>) {
    let mut out = String::with_capacity(text.len());
    let mut starts = Vec::new();
    let mut at = 0;
    for token in text.split(' ') {
        let begin = at;
        at += token.len() + 1;
        if token.is_empty() {
            continue;
        }
        let lower = token.to_lowercase().replace('\u{2019}', "'");
        let bare = lower.trim_matches(|c: char| matches!(c, ',' | '(' | ')' | '[' | ']' | ';' | '.'));
        let word = tables.iter().flat_map(|t| t.iter()).find(|(from, _)| *from == bare).map(|(_, to)| *to);
        // "12. April".
        let day = tables.len() > 1 && bare.len() <= 2 && bare.bytes().all(|b| b.is_ascii_digit());
        let shown = word.unwrap_or(if day { bare } else { &lower });
        starts.push((out.len(), begin));
        if !shown.is_empty() {
            out.push_str(shown);
            out.push(' ');
        }
    }
    out.truncate(out.trim_end().len());
    (out, starts)
}

/// A text without the date at its end or start, and the date. `apart`: the text is nothing but a remark, or stays as it is, so that any
/// day in it counts; else one that only names a day ("the demo for Friday") stays in the words.
fn cut_due(text: &str, cast: &Cast<'_>, day: Date, apart: bool) -> (String, Option<Date>) {
    let masked = namesakes::masked(text, cast, apart);
    for tables in [&[DATE_LABELS][..], &[DATE_LABELS, DATE_WORDS]] {
        let (norm, starts) = translated(&masked, tables);
        let mut due = dates::due(&norm, day);
        if due.is_none() && apart && norm.split(' ').count() <= 3 {
            // "(12.4.)", "[Wed]": alone in brackets it is a limit.
            due = dates::due(&format!("by {norm}"), day).map(|d| dates::Due { range: 0..norm.len(), limit: true, ..d });
        }
        // "the plan for Q3": a distant period is what the task is about.
        let far = |d: &dates::Due| d.inferred && !d.limit && !apart && day.until(d.date).is_ok_and(|s| s.get_days() > 21);
        let Some(due) = due.filter(|d| !far(d)) else { continue };
        let original = |at: usize| starts.iter().find(|s| s.0 >= at).map_or(text.len(), |s| s.1);
        let behind = norm.get(due.range.end..).unwrap_or_default();
        let last = !behind.contains(char::is_alphanumeric);
        let before = norm.get(..due.range.start).unwrap_or_default();
        let first = !before.contains(char::is_alphanumeric);
        let marked = due.limit || apart || before.trim_end().ends_with([',', ';', ':', '-', '\u{2013}', '\u{2014}']);
        let rest = match (first, last) {
            _ if !marked => return (text.to_owned(), Some(due.date)),
            (_, true) => text.get(..original(due.range.start)).unwrap_or_default().to_owned(),
            (true, false) => text.get(original(due.range.end)..).unwrap_or_default().to_owned(),
            (false, false) => text.to_owned(),
        };
        // "before the review or by Monday": one of two limits is no end of the sentence.
        if [" or", " oder", " ou", " o"].iter().any(|or| rest.trim_end().ends_with(or)) {
            return (text.to_owned(), Some(due.date));
        }
        return (without_prepositions(&rest), Some(due.date));
    }
    (text.to_owned(), None)
}

/// What is left of "by EOD" once the day is gone.
fn without_prepositions(text: &str) -> String {
    let mut rest = text.trim_end();
    loop {
        let bare = rest.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, ',' | '-' | '\u{2013}' | '\u{2014}' | ';' | '('));
        let last = bare.rsplit(' ').next().unwrap_or_default();
        let spent = [
            "by",
            "due",
            "before",
            "until",
            "till",
            "eod",
            "cob",
            "on",
            "deadline",
            "due:",
            "deadline:",
            "eta:",
            "bis",
            "zum",
            "f\u{E4}llig",
            "avant",
            "le",
            "\u{E9}ch\u{E9}ance",
            "vence",
            "hasta",
        ]
        .contains(&last.to_lowercase().as_str());
        if !spent || bare == last && text.trim() != last {
            return if spent && bare == last { String::new() } else { rest.to_owned() };
        }
        rest = bare.get(..bare.len() - last.len()).unwrap_or_default();
    }
}

/// Whether a line begins with somebody known and a colon.
pub(crate) fn headed(raw: &str, cast: &Cast<'_>) -> bool {
    let text = markdown::plain(raw);
    text.split_once(": ")
        .is_some_and(|(who, _)| owners(who, cast, false).is_some_and(|o| o.iter().all(|n| cast.find(n).is_some()) && !o.is_empty()))
}

/// Whether somebody's name, or a line that ends with a colon, stands over a list of its own rather than for a task.
pub(crate) fn group(raw: &str, cast: &Cast<'_>) -> Option<Option<String>> {
    let text = markdown::plain(raw);
    let name = text.trim_end_matches(':').trim();
    let who = owners(name, cast, true).filter(|o| !o.is_empty()).map(|o| o.join(", "));
    (text.ends_with(':') || who.is_some()).then_some(who)
}

#[cfg(test)]
pub(crate) fn all_sound() -> bool {
    VERB.sound() && OWNER_LABEL.sound() && OWNER_AT_END.sound()
}
