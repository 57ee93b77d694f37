//! What the later turns of a conversation do to its tasks: answer them, take them on, report them done, or call them off.

use std::collections::HashMap;

use sales_model::{Finding, FindingKind, Side, Source, Status};

use crate::{
    Form, Turn, apart,
    draft::Draft,
    lexicon::{reports, tasks},
    report,
    sentence::{self, Sentence},
    words,
};

/// A finding and what is needed to see whether later words speak of it.
struct Item {
    finding: Finding,
    turn: usize,
    about: Vec<String>,
    /// Names no object of its own: "send it".
    thin: bool,
    /// The one who was asked, or somebody of their side, has not answered yet.
    waits: bool,
    /// A promise has taken its place.
    met: bool,
}

impl Item {
    fn open(&self) -> bool {
        self.finding.kind == FindingKind::ActionItem && self.finding.detail.status == Some(Status::Open)
    }

    fn request(&self) -> bool {
        self.open() && !tasks::promised(&self.finding.rule)
    }
}

/// Applies later turns to earlier items of the same conversation and makes findings of what is left.
pub(crate) fn settle(source: &Source, turns: &[Turn<'_>], drafts: Vec<Draft>) -> Vec<Finding> {
    let mut all: Vec<Option<Item>> = Vec::with_capacity(drafts.len());
    // Open items by conversation.
    let mut open: HashMap<&str, Vec<usize>> = HashMap::new();
    let mut drafts = drafts.into_iter().peekable();
    for (index, turn) in turns.iter().enumerate() {
        let mut own: Vec<Draft> = Vec::new();
        while let Some(draft) = drafts.next_if(|d| d.turn <= index) {
            own.push(draft);
        }
        if turn.quiet || turn.side == Side::Bot {
            continue;
        }
        let mine = open.get(turn.thread).cloned().unwrap_or_default();
        // A line of a note answers nobody.
        let talk = matches!(turn.form, Form::Said | Form::Spoken);
        let answered = if mine.is_empty() || !talk { Vec::new() } else { answer(source, turn, index, &mut all, &mine) };
        for draft in own {
            if matches!(draft.detail.status, Some(Status::Done | Status::Cancelled))
                && !tasks::held(draft.rule)
                && (close(source, turn, &draft, &mut all, &mine) || draft.bare)
            {
                continue;
            }
            let item = make(source, turns, index, draft);
            if item.open() {
                if supersede(&item, &answered, &mut all) {
                    continue;
                }
                open.entry(turn.thread).or_default().push(all.len());
            }
            all.push(Some(item));
        }
    }
    all.into_iter().flatten().map(|i| i.finding).collect()
}

fn make(source: &Source, turns: &[Turn<'_>], index: usize, mut draft: Draft) -> Item {
    let thin = draft.kind == FindingKind::ActionItem && words::thin(&draft.value);
    let open = draft.detail.status == Some(Status::Open);
    let talk = turns.get(index).is_some_and(|t| matches!(t.form, Form::Said | Form::Spoken));
    if !talk {
        // What a note calls "it" stands in the note.
        draft.context = None;
    } else if draft.pronoun && !open {
        draft.context = root(turns, index);
    } else if thin && open {
        // "The freeze is approved, I'll announce it": the sentence names the matter itself.
        let before = turns.get(index).and_then(|t| t.text.get(draft.quote.0..draft.focus.0)).unwrap_or_default();
        draft.context = if words::content(before).len() >= 2 { None } else { antecedent(turns, index) };
    }
    let finding = draft.finding(source, turns);
    Item { about: words::about(&finding), thin, turn: index, waits: true, met: false, finding }
}

/// What "it" stands for: what somebody else said before in this conversation, a request rather than anything else.
fn antecedent(turns: &[Turn<'_>], index: usize) -> Option<(usize, (usize, usize))> {
    let turn = turns.get(index)?;
    let earlier = turns.get(..index)?.iter().enumerate().rev();
    earlier
        .filter(|(_, t)| t.thread == turn.thread && t.speaker != turn.speaker && !t.quiet && t.side != Side::Bot)
        .take(3)
        .find_map(|(n, t)| telling(t.text).map(|q| (n, q)))
}

/// The beginning of a conversation, for a report that names nothing.
fn root(turns: &[Turn<'_>], index: usize) -> Option<(usize, (usize, usize))> {
    let turn = turns.get(index)?;
    let (n, first) = turns.iter().enumerate().find(|(_, t)| t.thread == turn.thread)?;
    (n < index).then(|| telling(first.text).map(|q| (n, q))).flatten()
}

/// The sentence of a text that names its matter.
fn telling(text: &str) -> Option<(usize, usize)> {
    let all = sentence::sentences(text);
    let full = |s: &&Sentence| words::content(&s.norm).len() >= 2;
    let asks = |s: &&Sentence| s.norm.contains("please") || s.asked && words::content(&s.norm).len() >= 3;
    let found = all.iter().rev().filter(full).find(asks).or_else(|| all.iter().find(full))?;
    Some(found.whole())
}

/// How near somebody stands to an item: its owner, or of the owner's side.
fn near(item: &Finding, turn: &Turn<'_>) -> Option<bool> {
    let side = item.detail.owner_side.is_none_or(|s| s == turn.side);
    let own = item.detail.owner.as_deref().is_some_and(|o| words::same_person(o, turn.speaker));
    side.then_some(own || item.detail.owner.is_none())
}

/// The first answer of whoever was asked: takes requests on, and tells which ones it answers at all.
fn answer(source: &Source, turn: &Turn<'_>, index: usize, all: &mut [Option<Item>], mine: &[usize]) -> Vec<usize> {
    let mut answered = Vec::new();
    let mut said: Option<Vec<Sentence>> = None;
    for n in mine {
        let Some(item) = all.get_mut(*n).and_then(Option::as_mut).filter(|i| i.open()) else { continue };
        // In a call everybody is there.
        let here = turn.form == Form::Said && asked_and_here(&item.finding, turn);
        if !here && (!item.waits || item.turn == index || !item.request()) {
            continue;
        }
        let eligible =
            || near(&item.finding, turn) == Some(true) && item.finding.evidence.last().is_some_and(|e| *e.speaker != *turn.speaker);
        if !here && !eligible() {
            continue;
        }
        let said = said.get_or_insert_with(|| sentence::sentences(turn.text));
        let Some(head) = said.first() else { continue };
        if here {
            item.finding.detail.status = Some(Status::Done);
            item.finding.evidence.push(Draft::quote(source, turn, head.whole(), head.whole()));
            continue;
        }
        item.waits = false;
        if let Some(yes) = said.iter().take(2).find(|s| report::accepts(&s.norm)) {
            accept(&mut item.finding);
            item.finding.detail.owner.get_or_insert_with(|| turn.speaker.into());
            item.finding.evidence.push(Draft::quote(source, turn, yes.whole(), yes.whole()));
        }
        if report::answers(&head.norm, &item.finding.value) {
            item.finding.detail.status = Some(Status::Done);
            item.finding.evidence.push(Draft::quote(source, turn, head.whole(), head.whole()));
            continue;
        }
        answered.push(*n);
    }
    answered
}

fn accept(request: &mut Finding) {
    let version = request.rule.rsplit_once('/').map_or("", |r| r.1);
    request.rule = format!("{}/{version}", tasks::ACCEPTED).into();
}

/// "I'll ask Marek": done once Marek speaks in the same conversation.
fn asked_and_here(item: &Finding, turn: &Turn<'_>) -> bool {
    let mut said = item.value.split(' ');
    let ask = said.next().is_some_and(|v| matches!(v.to_ascii_lowercase().as_str(), "ask" | "ping" | "chase" | "call"));
    let name = said.next().unwrap_or_default();
    let first = turn.speaker.split(' ').next().unwrap_or_default();
    ask && !first.is_empty() && name.to_lowercase() == first.to_lowercase()
}

/// A promise in answer to a request is one fact with it: the one that names the matter gets the words, the promise the day and the owner.
fn supersede(promise: &Item, answered: &[usize], all: &mut [Option<Item>]) -> bool {
    if !tasks::promised(&promise.finding.rule) {
        return false;
    }
    let fits = |i: &Item| i.open() && !i.met && (promise.thin || answered.len() == 1 || words::shared(&promise.about, &i.about) > 0);
    let found = answered.iter().copied().find(|n| all.get(*n).and_then(Option::as_ref).is_some_and(fits));
    let Some(request) = found.and_then(|n| all.get_mut(n)).and_then(Option::as_mut) else { return false };
    let new = &promise.finding;
    request.met = true;
    if !promise.thin {
        request.thin = false;
        request.finding.value.clone_from(&new.value);
        request.finding.id.clone_from(&new.id);
        request.finding.detail.due = None;
        request.about = promise.about.clone();
    }
    let detail = &mut request.finding.detail;
    if new.detail.due.is_some() || detail.due.is_none() {
        detail.due = new.detail.due;
        detail.due_inferred = new.detail.due_inferred;
    }
    detail.owner = new.detail.owner.clone().or(detail.owner.take());
    detail.owner_side = new.detail.owner_side.or(detail.owner_side);
    if promise.thin {
        accept(&mut request.finding);
    } else {
        request.finding.rule.clone_from(&new.rule);
    }
    for e in &new.evidence {
        if !request.finding.evidence.iter().any(|o| o.record == e.record && o.anchor == e.anchor && o.range == e.range) {
            request.finding.evidence.push(e.clone());
        }
    }
    true
}

/// Lets a report or a cancellation end the earlier items it speaks of. "Done!" ends the one open item of whoever says it, never one of
/// several.
fn close(source: &Source, turn: &Turn<'_>, draft: &Draft, all: &mut [Option<Item>], mine: &[usize]) -> bool {
    let cancelled = draft.detail.status == Some(Status::Cancelled);
    let about = words::content(&draft.value);
    let said = turn.text.get(draft.quote.0..draft.quote.1).unwrap_or_default();
    let mut named: Vec<usize> = Vec::new();
    let mut own: Vec<usize> = Vec::new();
    let mut side: Vec<usize> = Vec::new();
    for n in mine {
        let Some(item) = all.get(*n).and_then(Option::as_ref).filter(|i| i.open()) else { continue };
        let asker = item.finding.evidence.first().is_some_and(|e| *e.speaker == *turn.speaker || e.side == turn.side);
        let own_item = match near(&item.finding, turn) {
            Some(own) => own,
            // Whoever a promise was made to can do without it, but must say without what.
            None if cancelled && (asker || !draft.bare) => false,
            None => continue,
        };
        let both = words::shared(&about, &item.about);
        let part = words::contained(&about, &item.about);
        let enough = if turn.form == Form::Spoken { 2 } else { 1 };
        if !draft.bare && !draft.pronoun && apart::clash(&draft.value, said, &item.finding.value, "") {
            continue;
        }
        if both >= enough && !(draft.pronoun && cancelled) && (part >= 0.5 || own_item && !cancelled) {
            named.push(*n);
        } else if (!cancelled || draft.bare) && fits(draft, item, own_item) {
            if own_item { own.push(*n) } else { side.push(*n) }
        }
    }
    // "Done" in a call can be about anything.
    let spoken = turn.form == Form::Spoken;
    let ended = match (named.is_empty(), own.as_slice(), side.as_slice()) {
        (true, ..) if spoken => Vec::new(),
        (false, ..) => named,
        (true, [one], _) | (true, [], [one]) => vec![*one],
        _ => Vec::new(),
    };
    for n in &ended {
        if let Some(item) = all.get_mut(*n).and_then(Option::as_mut) {
            item.finding.detail.status = draft.detail.status;
            item.finding.evidence.push(draft.evidence(source, turn));
        }
    }
    !ended.is_empty()
}

/// Whether words that share no object with an item can still be about it: a pronoun for anything that such work ends, and anything handed
/// over for "I'll send it".
fn fits(draft: &Draft, item: &Item, own: bool) -> bool {
    let first = |t: &str| t.split(' ').next().unwrap_or_default().to_ascii_lowercase();
    let hand = reports::HAND_OVER.contains(&first(&item.finding.value).as_str());
    if draft.pronoun || draft.bare {
        let work = draft.value.split(|c: char| !c.is_alphanumeric()).find(|w| !w.is_empty()).map(str::to_ascii_lowercase);
        return !(hand && work.is_some_and(|w| reports::WORK.contains(&w.as_str())));
    }
    let same = report::same_kind(&item.finding.value, &draft.value);
    item.thin && own && (hand && draft.arrived || same)
}
