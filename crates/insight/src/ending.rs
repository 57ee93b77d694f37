//! How tasks end: reports that something is done, and tasks taken back.

use std::sync::LazyLock;

use sales_model::Status;

use crate::{
    action::{Scene, clause_end},
    draft::Draft,
    lexicon::tasks,
    negation,
    owner::Owner,
    pattern::Pattern,
    report, words,
};

static DONE: LazyLock<Vec<Pattern>> = LazyLock::new(|| tasks::DONE.iter().map(|p| Pattern::new(p)).collect());
static CANCELLED: LazyLock<Vec<Pattern>> = LazyLock::new(|| tasks::CANCELLED.iter().map(|p| Pattern::new(p)).collect());
static NO_WORRY: LazyLock<Pattern> = LazyLock::new(|| Pattern::new(tasks::NO_WORRY));
static SUBSCRIPTION: LazyLock<Pattern> =
    LazyLock::new(|| Pattern::new(r"\b(?:our|the|your|this) (?:[a-z]+ )?(?:{PRODUCT})\b|\byour (?:product|tool|help)\b"));

/// "No need to send it", "never mind".
pub(crate) fn cancelled(scene: &Scene<'_, '_>, out: &mut Vec<Draft>) -> bool {
    let s = scene.sentence;
    for (n, pattern) in CANCELLED.iter().enumerate() {
        let Some(c) = pattern.captures(&s.norm) else { continue };
        let (Some(whole), Some(task)) = (c.get(0), c.name("task")) else { continue };
        if SUBSCRIPTION.is_match(task.as_str()) || NO_WORRY.is_match(task.as_str()) {
            continue;
        }
        let forget = n == 1 && negation::denied_before(&s.norm, whole.start(), 3);
        if forget {
            continue;
        }
        let end = clause_end(&s.norm, task.start(), task.end());
        let ends = s.norm.get(task.start()..end).map_or(end, |t| {
            [" anymore", " any more", " any longer", " after all"].iter().filter_map(|w| t.find(w)).min().map_or(end, |i| task.start() + i)
        });
        let start = task.start();
        out.push(scene.task("action.cancelled", 85, start..ends.max(start), Owner::default(), None, Status::Cancelled));
        return true;
    }
    false
}

/// "I sent it this morning": a report that is a fact by itself.
pub(crate) fn done(scene: &Scene<'_, '_>, out: &mut Vec<Draft>) -> bool {
    let s = scene.sentence;
    for pattern in DONE.iter() {
        let Some(c) = pattern.captures(&s.norm) else { continue };
        let (Some(whole), Some(task)) = (c.get(0), c.name("task")) else { continue };
        let before = s.norm.get(..task.start()).unwrap_or_default();
        if negation::denied_before(&s.norm, task.start(), 4)
            || negation::denied(whole.as_str().get(..20.min(whole.as_str().len())).unwrap_or_default())
            || before.contains(" if ")
            || before.starts_with("if ")
            || before.contains("once ")
            || before.contains("when ")
            || before.contains("until ")
        {
            continue;
        }
        let end = clause_end(&s.norm, task.start(), task.end());
        let owner = Owner { name: (!scene.turn.speaker.is_empty()).then(|| scene.turn.speaker.to_owned()), side: Some(scene.turn.side) };
        let mut draft = scene.task("action.done", 80, task.start()..end, owner, None, Status::Done);
        if let Some(found) = report::read(s) {
            draft.pronoun = found.bare;
            draft.arrived = !found.bare;
        }
        if draft.pronoun || draft.value.is_empty() {
            draft.value = scene.words(0..s.cased.len());
        }
        draft.bare = false;
        if draft.pronoun && words::content(&draft.value).is_empty() {
            draft.rule = "action.report";
        }
        out.push(draft);
        return true;
    }
    false
}

/// A report in other words: it closes what it speaks of, and is no fact by itself.
pub(crate) fn report(scene: &Scene<'_, '_>, out: &mut Vec<Draft>) {
    let s = scene.sentence;
    let Some(found) = report::read(s) else { return };
    let owner = Owner { name: (!scene.turn.speaker.is_empty()).then(|| scene.turn.speaker.to_owned()), side: Some(scene.turn.side) };
    let words = if found.bare { 0..s.cased.len() } else { found.words };
    let mut draft = scene.task("action.report", 50, words, owner, None, Status::Done);
    draft.bare = false;
    draft.pronoun = found.bare;
    draft.arrived = !found.bare;
    out.push(draft);
}

#[cfg(test)]
pub(crate) fn all_sound() -> bool {
    DONE.iter().all(Pattern::sound) && CANCELLED.iter().all(Pattern::sound) && NO_WORRY.sound() && SUBSCRIPTION.sound()
}
