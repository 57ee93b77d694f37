//! Action items: promises, requests, reports that something is done, tasks taken back, and the lists of notes.

use std::{ops::Range, sync::LazyLock};

use jiff::civil::Date;
use sales_model::{FindingDetail, FindingKind, Side, Source, Status};

use crate::{
    Form, Turn,
    dates::{self, Due},
    draft::Draft,
    ending,
    lexicon::{
        tasks::{self, Need, Subject, Task},
        triggers,
    },
    negation,
    note::markdown,
    owner::{Cast, Owner},
    pattern::Pattern,
    sentence::{Label, Mark, Sentence},
    words,
};

static OPEN: LazyLock<Vec<(Pattern, &Task)>> = LazyLock::new(|| tasks::OPEN.iter().map(|t| (Pattern::new(t.pattern), t)).collect());
static NOT_ASKED: LazyLock<Pattern> = LazyLock::new(|| Pattern::new(tasks::NOT_ASKED));
static FILLER: LazyLock<Pattern> = LazyLock::new(|| Pattern::new(tasks::FILLER));
static CLAUSE_END: LazyLock<Pattern> = LazyLock::new(|| Pattern::new(tasks::CLAUSE_END));
static CONDITION: LazyLock<Pattern> = LazyLock::new(|| Pattern::new(tasks::CONDITION));
static PURPOSE: LazyLock<Pattern> = LazyLock::new(|| Pattern::new(tasks::PURPOSE));
/// "Done, I'll send the notes tomorrow": a report, and something to do.
static AND_NOW: LazyLock<Pattern> =
    LazyLock::new(|| Pattern::new(r"[,;] (?:and |so |then |now )?(?:i'll|i will|we'll|we will|please|can you|could you)\b"));
static HANGS: LazyLock<Pattern> = LazyLock::new(|| Pattern::new(tasks::HANGS));
static RELATIVE: LazyLock<Pattern> = LazyLock::new(|| Pattern::new(tasks::RELATIVE));
static OFFER: LazyLock<Pattern> = LazyLock::new(|| Pattern::new(tasks::OFFER));
static DUTY: LazyLock<Pattern> = LazyLock::new(|| Pattern::new(tasks::DUTY));
static INVITED: LazyLock<Pattern> = LazyLock::new(|| Pattern::new(tasks::INVITED));
static PLEASANTRY: LazyLock<Pattern> = LazyLock::new(|| {
    Pattern::new(
        r"\b(?:any (?:other |further |more )?(?:questions|concerns|issues|feedback|problems|thoughts)|if you (?:need|have|run into|want|get stuck)|if (?:anything|something|there's anything|that works|that helps|needed|necessary)|how (?:i|we) can help|what you think|hesitate|anything else)\b",
    )
});

/// What the rules of one sentence look at.
pub(crate) struct Scene<'a, 't> {
    pub(crate) source: &'a Source,
    pub(crate) turn: &'a Turn<'t>,
    pub(crate) index: usize,
    pub(crate) sentence: &'a Sentence,
    /// It is the turn's first sentence.
    pub(crate) first: bool,
    pub(crate) groups: u16,
    /// The day it was said on.
    pub(crate) day: Date,
    pub(crate) cast: &'a Cast<'t>,
}

impl Scene<'_, '_> {
    /// A draft that quotes the whole sentence.
    pub(crate) fn draft(
        &self,
        kind: FindingKind,
        rule: &'static str,
        confidence: u8,
        value: String,
        detail: FindingDetail,
        focus: Range<usize>,
    ) -> Draft {
        Draft {
            kind,
            value,
            detail,
            confidence,
            rule,
            turn: self.index,
            quote: self.sentence.whole(),
            focus: self.sentence.span(focus.start, focus.end),
            bare: false,
            pronoun: false,
            arrived: false,
            context: None,
        }
    }

    /// The words of a stretch for people: code as it was written.
    pub(crate) fn words(&self, range: Range<usize>) -> String {
        words::tidy(&self.sentence.shown(self.turn.text, range))
    }

    pub(crate) fn task(
        &self,
        rule: &'static str,
        confidence: u8,
        task: Range<usize>,
        owner: Owner,
        due: Option<&Due>,
        status: Status,
    ) -> Draft {
        let value = words::tidy(&self.task_words(task.clone(), due));
        let detail = FindingDetail {
            owner: owner.name.map(Into::into),
            owner_side: owner.side,
            due: due.map(|d| d.date),
            due_inferred: due.is_some_and(|d| d.inferred),
            status: Some(status),
            ..FindingDetail::default()
        };
        let bare = status != Status::Open && words::content(&value).is_empty();
        Draft { bare, ..self.draft(FindingKind::ActionItem, rule, confidence, value, detail, task) }
    }

    /// The words of a task without its date, where the date stands at an end.
    fn task_words(&self, task: Range<usize>, due: Option<&Due>) -> String {
        let text = |r: Range<usize>| self.sentence.shown(self.turn.text, r).trim().to_owned();
        match due {
            Some(d) if d.range.start > task.start && d.range.end <= task.end => {
                let tail = self.sentence.norm.get(d.range.end..task.end).unwrap_or_default();
                let ends = tail.trim_matches(|c: char| !c.is_alphanumeric()).is_empty();
                // ", both with a shop", ", it comes with the annex": the task itself ended with its date.
                let more = [", together", ", with", ", including", ", plus", ", along"].iter().any(|w| tail.starts_with(w));
                if ends || d.limit && tail.starts_with(',') && !more { text(task.start..d.range.start) } else { text(task) }
            }
            _ => text(task),
        }
    }
}

/// Behind an item that nobody ticks off because nobody does it.
static CALLED_OFF: LazyLock<Pattern> = LazyLock::new(|| {
    Pattern::new(
        r"[:,;(-] ?(?:(?:no longer needed|not needed (?:any ?more|any longer)|nicht mehr n\u{F6}tig|entf\u{E4}llt|plus n\u{E9}cessaire|ya no es necesario)\b|(?:cancelled|canceled|obsolete|dropped|abgesagt|storniert|hinf\u{E4}llig|cancelado)[.!)]*$)",
    )
});

/// What the record itself holds as an action item: one draft for each owner.
pub(crate) fn held(source: &Source, turn: &Turn<'_>, index: usize, task: &sales_model::Task, cast: &Cast<'_>, out: &mut Vec<Draft>) {
    let value = words::tidy(&markdown::plain(&task.text));
    if !value.chars().any(char::is_alphanumeric) {
        return;
    }
    let status = match task.done {
        true => Status::Done,
        false if CALLED_OFF.is_match(&value.to_ascii_lowercase()) => Status::Cancelled,
        false => Status::Open,
    };
    // Of two records that hold the same item the vendor's own field is nearer to what was meant than a line of somebody's list.
    let (rule, confidence) = if *source == Source::GONG { (tasks::FIELD, 99) } else { (tasks::LISTED, 97) };
    let mut owners: Vec<Owner> = task.owner.iter().flat_map(|o| split_names(o)).map(|n| cast.named(&n)).collect();
    owners.dedup();
    if owners.is_empty() {
        owners.push(Owner::default());
    }
    for owner in owners {
        out.push(Draft {
            kind: FindingKind::ActionItem,
            value: value.clone(),
            detail: FindingDetail {
                owner: owner.name.map(Into::into),
                owner_side: owner.side,
                due: task.due,
                status: Some(status),
                ..FindingDetail::default()
            },
            confidence,
            rule,
            turn: index,
            quote: (0, turn.text.len()),
            focus: (0, turn.text.len()),
            bare: false,
            pronoun: false,
            arrived: false,
            context: None,
        });
    }
}

/// All action items of a sentence.
pub(crate) fn read(scene: &Scene<'_, '_>, out: &mut Vec<Draft>) {
    let s = scene.sentence;
    if listed(scene, out) || noted(scene, out) {
        return;
    }
    let on = |group: u16| scene.groups & group != 0;
    if on(triggers::CANCEL) && !s.asked && ending::cancelled(scene, out) {
        return;
    }
    if negation::hedged(&s.norm) {
        // "It is in the portal, you should have got a mail": the hedge is not about the report.
        if on(triggers::DONE) && !s.asked {
            ending::report(scene, out);
        }
        return;
    }
    if on(triggers::DONE) && !s.asked {
        if !ending::done(scene, out) {
            ending::report(scene, out);
        } else if !AND_NOW.is_match(&s.norm) {
            return;
        }
    }
    if on(triggers::ACTION) {
        open(scene, out);
    }
}

/// `- [ ] X - Name`, `AI: Name to X`, bullets under "Action items".
fn listed(scene: &Scene<'_, '_>, out: &mut Vec<Draft>) -> bool {
    let s = scene.sentence;
    let status = match (s.mark, s.label) {
        (Mark::Open, _) => Status::Open,
        (Mark::Done, _) => Status::Done,
        (_, Some(Label::Action)) => Status::Open,
        _ => return false,
    };
    static TAIL: LazyLock<Pattern> = LazyLock::new(|| {
        Pattern::new(
            r"^(?P<task>.+?)(?: -+ | ?\((?:owner:? ?)?|,? owner: ?|, | @|: )(?P<who>[\p{L}@][\p{L}'.-]*(?: \p{Lu}[\p{L}'.-]*)?(?:(?: and | & |, ?|/)[\p{L}][\p{L}'.-]*(?: \p{Lu}[\p{L}'.-]*)?)*)(?:(?:,| by| due| until| before| on) [^)]*)?\)?\.?$",
        )
    });
    static HEAD: LazyLock<Pattern> = LazyLock::new(|| {
        Pattern::new(
            r"^@?(?P<who>[\p{L}][\p{L}'.-]*(?: [\p{Lu}][\p{L}'.-]*)?(?:(?: and | & |, ?|/)[\p{L}][\p{L}'.-]*)*)(?::| -| to| will|,) (?:to |will )?(?P<task>.+)$",
        )
    });
    let due = dates::due(&s.norm, scene.day);
    let mut task = 0..s.cased.len();
    let mut names: Vec<String> = Vec::new();
    let undated = due
        .as_ref()
        .and_then(|d| s.cased.get(..d.range.start))
        .map(|t| t.trim_end_matches([' ', '(', ',', '-', '[']))
        .filter(|t| t.len() > 3);
    for text in [Some(s.cased.as_str()), undated].into_iter().flatten() {
        for pattern in [&*HEAD, &*TAIL] {
            let Some(c) = pattern.captures(text) else { continue };
            let (Some(who), Some(t)) = (c.name("who"), c.name("task")) else { continue };
            let found: Vec<String> = split_names(who.as_str());
            if !found.is_empty() && found.iter().all(|n| scene.cast.looks_like_name(n)) && names.is_empty() {
                names = found;
                task = t.range();
            }
        }
    }
    let mut owners: Vec<Owner> = names.iter().map(|n| scene.cast.named(n)).collect();
    if owners.is_empty() {
        owners.push(match scene.turn.mentions.iter().find(|m| s.cased.contains(m.name)) {
            Some(m) => Owner { name: Some(m.name.trim_start_matches('@').to_owned()), side: Some(m.side) },
            None => Owner::default(),
        });
    }
    for owner in owners {
        out.push(scene.task("action.list", 95, task.clone(), owner, due.as_ref(), status));
    }
    true
}

/// "Lena to send it", "Lena and Marek to send it by Friday": the way notes put what somebody took on.
fn noted(scene: &Scene<'_, '_>, out: &mut Vec<Draft>) -> bool {
    static TO_DO: LazyLock<Pattern> = LazyLock::new(|| {
        Pattern::new(
            r"^(?P<who>\p{Lu}[\p{L}'.-]*(?: \p{Lu}[\p{L}'.-]*)?(?:(?: and | & |, ?|/)\p{Lu}[\p{L}'.-]*(?: \p{Lu}[\p{L}'.-]*)?)*) to (?P<task>(?:{VERB})\b.*)$",
        )
    });
    let s = scene.sentence;
    if !matches!(scene.turn.form, Form::Note(_)) || s.asked {
        return false;
    }
    let Some(c) = TO_DO.captures(&s.cased) else { return false };
    let (Some(who), Some(task)) = (c.name("who"), c.name("task")) else { return false };
    let names = split_names(who.as_str());
    if names.is_empty() || !names.iter().all(|n| scene.cast.looks_like_name(n)) {
        return false;
    }
    let due = dates::due(&s.norm, scene.day);
    for name in &names {
        out.push(scene.task("action.noted", 90, task.range(), scene.cast.named(name), due.as_ref(), Status::Open));
    }
    true
}

fn split_names(text: &str) -> Vec<String> {
    text.split([',', '/', '&'])
        .flat_map(|p| p.split(" and "))
        .map(|n| n.trim().trim_start_matches('@').to_owned())
        .filter(|n| !n.is_empty())
        .collect()
}

/// One place in a sentence where a task begins.
struct Start<'a> {
    /// Where it begins, its owner's name included.
    at: usize,
    /// Where the pattern begins.
    words: usize,
    /// Where the task's own words begin.
    task: usize,
    task_rule: &'a Task,
    /// The name the pattern caught, if it has one.
    name: Option<Range<usize>>,
}

fn open(scene: &Scene<'_, '_>, out: &mut Vec<Draft>) {
    let s = scene.sentence;
    let mut starts: Vec<Start<'_>> = Vec::new();
    for (pattern, rule) in OPEN.iter() {
        for c in pattern.all(&s.norm) {
            let (Some(whole), Some(task)) = (c.get(0), c.name("task")) else { continue };
            let name = c.name("name").map(|m| m.range());
            // A task of somebody named begins with the name: "... and Marek will book the room".
            let names = if rule.subject == Subject::Named && name.is_none() {
                scene.cast.names_before(&s.cased, whole.start())
            } else {
                Vec::new()
            };
            let before = s.cased.get(..whole.start()).unwrap_or_default();
            let at = names.first().and_then(|n| before.rfind(n.as_str())).unwrap_or(whole.start());
            starts.push(Start { at, words: whole.start(), task: task.start(), task_rule: rule, name });
        }
    }
    // Stable: of two at one place the surer rule stays first, and the second is tried only if the first finds nothing.
    starts.sort_by_key(|x| x.task);
    let mut taken = 0;
    for start in &starts {
        if start.task < taken || start.at < taken {
            continue;
        }
        let limit = starts.iter().map(|next| next.at).find(|at| *at > start.task).unwrap_or(s.norm.len());
        let before = out.len();
        task_at(scene, start, taken, limit, out);
        if out.len() > before {
            taken = clause_end(&s.norm, start.task, limit).max(start.task + 1);
        }
    }
}

fn task_at(scene: &Scene<'_, '_>, start: &Start<'_>, floor: usize, limit: usize, out: &mut Vec<Draft>) {
    let s = scene.sentence;
    let rule = start.task_rule;
    let end = clause_end(&s.norm, start.task, limit);
    let words_of = s.norm.get(start.task..end).unwrap_or_default();
    let opener = s.norm.get(start.words..start.task).unwrap_or_default();
    if FILLER.is_match(words_of)
        || (rule.rule == "action.please" && NOT_ASKED.is_match(words_of))
        || PLEASANTRY.is_match(s.norm.get(start.task..).unwrap_or_default())
        || conditional(rule, s.norm.get(..start.words).unwrap_or_default(), opener)
        || RELATIVE.is_match(s.norm.get(..start.at).unwrap_or_default()) && rule.subject == Subject::Named
    {
        return;
    }
    if rule.subject == Subject::Addressed && INVITED.is_match(s.norm.get(start.task..).unwrap_or_default()) {
        return;
    }
    let request = matches!(rule.subject, Subject::Addressed) || rule.rule == "action.request_named";
    if s.asked && !request && !matches!(rule.rule, "action.named" | "action.called") {
        return;
    }
    if (negation::denied_before(&s.norm, start.at, 3) && !s.asked && !request) || negation::denied(opener) && rule.rule != "action.ensure" {
        return;
    }
    // "You'll need to send it", "as I said, please": a mere verb without an object is no task.
    if words_of.split(' ').count() < 2 && words::content(words_of).is_empty() && dates::due(&s.norm, scene.day).is_none() {
        return;
    }
    let due = due_of(scene, start, floor, end);
    if rule.need == Need::Due && due.is_none() || rule.need == Need::Limit && !due.as_ref().is_some_and(|d| d.limit) {
        return;
    }
    // "you'll get this year": the day alone is no task.
    if due.as_ref().is_some_and(|d| d.range.start <= start.task && end <= d.range.end) {
        return;
    }
    // "We will" in a note without speakers: nobody knows who.
    if turn_of_note(scene.turn) && matches!(rule.subject, Subject::Speaker | Subject::Side | Subject::Addressed) {
        return;
    }
    let speaker = || Owner { name: (!scene.turn.speaker.is_empty()).then(|| scene.turn.speaker.to_owned()), side: Some(scene.turn.side) };
    let owners = match rule.subject {
        Subject::Speaker => vec![speaker()],
        Subject::Side => vec![Owner { name: None, side: Some(scene.turn.side) }],
        Subject::Addressed => {
            let to = scene.cast.addressed(scene.source, scene.turn, &s.cased, s.whole(), scene.first);
            vec![to]
        }
        Subject::Named => named(scene, start),
    };
    let hangs = HANGS.is_match(s.norm.get(..start.words).unwrap_or_default());
    for owner in owners {
        // Who says what somebody of the other side will do asks for it; who could do something, or has to, has not promised it.
        let other = owner.side.is_some_and(|side| side != scene.turn.side) && scene.turn.side != Side::Other;
        let name = match rule.rule {
            "action.named" if other => "action.named_other",
            "action.named" if DUTY.is_match(opener) => "action.named_must",
            "action.promise" | "action.we" | "action.promise_weak" if hangs => "action.promise_if",
            "action.promise_weak" if due.is_none() && OFFER.is_match(opener) => "action.offer",
            name => name,
        };
        out.push(scene.task(name, rule.confidence, start.task..end, owner, due.as_ref(), Status::Open));
    }
}

fn turn_of_note(turn: &Turn<'_>) -> bool {
    matches!(turn.form, Form::Note(_)) && turn.speaker.is_empty()
}

/// Whether the words stand in a clause that only imagines, asks or gives a purpose.
fn conditional(rule: &Task, before: &str, opener: &str) -> bool {
    let own = matches!(rule.subject, Subject::Speaker | Subject::Side);
    let relative = rule.subject == Subject::Side && PURPOSE.is_match(before);
    own && (CONDITION.is_match(before) || relative || OFFER.is_match(opener) && PURPOSE.is_match(before))
}

/// Owners of a pattern with a name; none if what stands there is not one.
fn named(scene: &Scene<'_, '_>, start: &Start<'_>) -> Vec<Owner> {
    let s = scene.sentence;
    if let Some(range) = &start.name {
        // A vocative or a question about somebody: only people we know.
        let name = s.cased.get(range.clone()).unwrap_or_default();
        let called = start.task_rule.rule == "action.called";
        let marked = !called
            || s.cased.get(range.end..range.end + 1).is_some_and(|c| matches!(c, "," | ":" | ";"))
            || s.cased.get(range.end..range.end + 2) == Some(" -")
            || s.cased.get(..range.start).is_some_and(|b| b.ends_with('@'));
        let first = name.split(' ').next().unwrap_or_default();
        let known = [name, first].into_iter().find(|n| scene.cast.find(n).is_some());
        return match known {
            Some(n) if marked && n.len() == name.len() => vec![scene.cast.named(n)],
            _ => Vec::new(),
        };
    }
    let mut names = scene.cast.names_before(&s.cased, start.words);
    if start.task_rule.need == Need::Asked {
        let head: usize = names.first().and_then(|n| s.cased.find(n.as_str())).unwrap_or(usize::MAX);
        let before = s.norm.get(..head.min(s.norm.len())).unwrap_or_default();
        let asked = ["asked ", "ask ", "told ", "tell ", "want ", "need ", "needs ", "for ", "get ", "getting ", "remind "]
            .iter()
            .any(|w| before.ends_with(w));
        if !(asked || head <= 1) {
            names.clear();
        }
    }
    let side = matches!(scene.turn.side, Side::Ours | Side::Theirs).then_some(scene.turn.side);
    names
        .iter()
        .map(|n| {
            let owner = scene.cast.named(n);
            // A department of whoever speaks.
            let own = owner.side.is_none() && crate::lexicon::names::DEPARTMENTS.contains(&n.to_lowercase().as_str());
            if own { Owner { side, ..owner } } else { owner }
        })
        .collect()
}

/// The due date of a task: in its own words, or right before them ("By Friday I'll send ...").
fn due_of(scene: &Scene<'_, '_>, start: &Start<'_>, floor: usize, end: usize) -> Option<Due> {
    let s = scene.sentence;
    let shift = |mut d: Due, by: usize| {
        d.range = d.range.start + by..d.range.end + by;
        d
    };
    let own = s.norm.get(start.task..end).unwrap_or_default();
    if let Some(d) = dates::due(own, scene.day) {
        return Some(shift(d, start.task));
    }
    // Not in the words of the task before.
    let before = s.norm.get(floor..start.task).unwrap_or_default();
    let near = dates::limits(before, scene.day).into_iter().next_back().filter(|d| {
        let gap = before.get(d.range.end..).unwrap_or_default();
        d.range.start == 0 || gap.trim_matches([' ', ',']).split(' ').count() <= 3 && !gap.contains(" so ")
    });
    if let Some(d) = near {
        return Some(shift(d, floor));
    }
    // "..., ideally by Friday", "... (by Friday)": a limit right behind the clause.
    let behind = s.norm.get(end..).unwrap_or_default();
    let lead = behind.len() - behind.trim_start_matches([' ', ',', '(', '-']).len();
    let rest = behind.get(lead..).unwrap_or_default();
    static IDEALLY: LazyLock<Pattern> =
        LazyLock::new(|| Pattern::new(r"^(?:ideally |preferably |latest |at the latest |if possible,? |hopefully )?"));
    let skip = IDEALLY.find(rest).map_or(0, |r| r.end);
    // "when I'm back on Tuesday": then at the earliest, so about then.
    static BACK: LazyLock<Pattern> = LazyLock::new(|| {
        Pattern::new(r"^(?:when|once|as soon as|after) (?:i'm|i am|we're|we are|i get|we get|i come|we come) (?:back|home|in)\b[^,.;]*")
    });
    if let Some(clause) = BACK.find(rest) {
        let day = dates::limits(rest.get(clause).unwrap_or_default(), scene.day).into_iter().next()?;
        return Some(Due { inferred: true, ..shift(day, end + lead) });
    }
    let limit = dates::limits(rest, scene.day).into_iter().next()?;
    (limit.limit && limit.range.start <= skip).then(|| shift(limit, end + lead))
}

/// Where the clause that begins at `from` ends, at most `limit`.
pub(crate) fn clause_end(norm: &str, from: usize, limit: usize) -> usize {
    let part = norm.get(from..limit).unwrap_or_default();
    // The first word belongs to the task whatever it is.
    let skip = part.find(' ').unwrap_or(0);
    let cut = part.get(skip..).and_then(|p| CLAUSE_END.find(p)).map_or(part.len(), |r| skip + r.start);
    let kept = part.get(..cut).unwrap_or_default().trim_end();
    let kept = [" and", " or", ",", " -"].iter().find_map(|w| kept.strip_suffix(w)).unwrap_or(kept);
    from + kept.trim_end_matches([',', ' ']).len()
}

#[cfg(test)]
pub(crate) fn all_sound() -> bool {
    OPEN.iter().all(|p| p.0.sound())
        && [&NOT_ASKED, &FILLER, &CLAUSE_END, &PLEASANTRY, &CALLED_OFF].iter().all(|p| p.sound())
        && [&AND_NOW, &HANGS, &CONDITION, &PURPOSE, &RELATIVE, &OFFER, &DUTY, &INVITED].iter().all(|p| p.sound())
}
