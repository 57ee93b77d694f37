//! Whose task it is: the speaker, the person addressed, somebody named, or a side as a whole. Never a guess.

use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use sales_model::{Side, Source};

use crate::{
    Turn,
    lexicon::names::{DEPARTMENTS, NOT_PEOPLE},
    pattern::Pattern,
};

/// An owner as far as known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Owner {
    pub(crate) name: Option<String>,
    pub(crate) side: Option<Side>,
}

/// The known people of a reader, by every name they can be called.
#[derive(Debug, Default)]
pub(crate) struct Roster {
    /// By full name in lower case: the first of that name.
    full: HashMap<String, (String, Side)>,
    /// By first or last name in lower case: the first so called, and how many are.
    part: HashMap<String, (String, Side, usize)>,
    /// By full name as it is written.
    exact: HashSet<String>,
    first_of_ours: Option<String>,
}

impl Roster {
    pub(crate) fn new(people: &[(String, Side)]) -> Self {
        let mut out = Roster { first_of_ours: people.iter().find(|p| p.1 == Side::Ours).map(|p| p.0.clone()), ..Roster::default() };
        for (name, side) in people {
            out.exact.insert(name.clone());
            out.full.entry(name.to_lowercase()).or_insert_with(|| (name.clone(), *side));
            let mut parts: Vec<String> = name.split([' ', '.']).map(str::to_lowercase).collect();
            parts.sort();
            parts.dedup();
            for part in parts {
                out.part.entry(part).or_insert_with(|| (name.clone(), *side, 0)).2 += 1;
            }
        }
        out
    }
}

/// Everybody who may be named in a unit.
pub(crate) struct Cast<'a> {
    roster: Option<&'a Roster>,
    /// Who takes part besides.
    people: Vec<(&'a str, Side)>,
}

impl<'a> Cast<'a> {
    pub(crate) fn new(roster: &'a Roster, turns: &[Turn<'a>]) -> Self {
        let mut people: Vec<(&str, Side)> = Vec::new();
        for turn in turns {
            let said = turn.mentions.iter().map(|m| (m.name.trim_start_matches('@'), m.side));
            for (name, side) in said.chain([(turn.speaker, turn.side)]) {
                if !name.is_empty() && side != Side::Bot && !people.iter().any(|p| p.0 == name) && !roster.exact.contains(name) {
                    people.push((name, side));
                }
            }
        }
        Cast { roster: Some(roster), people }
    }

    /// Everybody of a list of names; their sides do not matter.
    pub(crate) fn of_names(names: &[&'a str]) -> Self {
        Cast { roster: None, people: names.iter().map(|n| (*n, Side::Other)).collect() }
    }

    /// Nobody is known.
    pub(crate) fn is_empty(&self) -> bool {
        self.people.is_empty() && self.roster.is_none_or(|r| r.exact.is_empty())
    }

    /// The known person of this full, first or last name; `None` if unknown, or if a first name is shared.
    pub(crate) fn find(&self, name: &str) -> Option<(&'a str, Side)> {
        let lower = name.to_lowercase();
        let full = self.roster.and_then(|r| r.full.get(&lower)).map(|(n, s)| (n.as_str(), *s));
        if let Some(p) = full.or_else(|| self.people.iter().find(|p| same(p.0, &lower)).copied()) {
            return Some(p);
        }
        let known = self.roster.and_then(|r| r.part.get(&lower));
        let mut here = self.people.iter().filter(|p| p.0.split([' ', '.']).any(|part| same(part, &lower)));
        match (known, here.next(), here.next()) {
            (Some((n, s, 1)), None, _) => Some((n.as_str(), *s)),
            (None, Some(p), None) => Some(*p),
            _ => None,
        }
    }

    /// An owner by the name as it was said.
    pub(crate) fn named(&self, name: &str) -> Owner {
        match self.find(name) {
            Some((full, side)) => Owner { name: Some(full.to_owned()), side: Some(side) },
            None => Owner { name: Some(name.to_owned()), side: None },
        }
    }

    /// Who is meant by "you": mentioned before the words or at the turn's start, called by name, else to whom the turn is
    /// addressed, else by mail the account's owner, else the other side as a whole.
    pub(crate) fn addressed(&self, source: &Source, turn: &Turn<'_>, cased: &str, sentence: (usize, usize), first: bool) -> Owner {
        let near = turn.mentions.iter().find(|m| {
            let at = byte_of(turn.text, m.start as usize);
            at >= sentence.0.saturating_sub(1) && at < sentence.1 && m.side != Side::Bot
        });
        let opening = || turn.mentions.first().filter(|m| m.start <= 6 && m.side != Side::Bot);
        if let Some(m) = near.or_else(opening) {
            return Owner { name: Some(m.name.trim_start_matches('@').to_owned()), side: Some(m.side) };
        }
        let head = if first { None } else { turn.text.lines().next() };
        for text in [Some(cased), head].into_iter().flatten() {
            if let Some(owner) = self.vocative(text).filter(|o| o.name.as_deref() != Some(turn.speaker)) {
                return owner;
            }
        }
        if let Some(owner) = recipient(turn) {
            return owner;
        }
        if *source == Source::EMAIL && turn.side != Side::Ours {
            return Owner { name: self.roster.and_then(|r| r.first_of_ours.clone()), side: Some(Side::Ours) };
        }
        // Where none of theirs can read, nobody of theirs is asked.
        Owner { name: None, side: Some(if turn.side == Side::Ours && !turn.internal { Side::Theirs } else { Side::Ours }) }
    }

    /// "Hi Lena, ...", "@Lena ...", "Lena: ...", "..., Lena?"
    fn vocative(&self, cased: &str) -> Option<Owner> {
        static FIRST: LazyLock<Pattern> = LazyLock::new(|| {
            Pattern::new(
                r"^(?:(?i:hi|hey|hello|dear|ok|okay|and|so|thanks|thank you|great|morning|good morning)[, ]+)?@?(?P<n>[A-Z][\p{L}'-]+(?: [A-Z][\p{L}'-]+)?)(?:,|:|!| -|$)",
            )
        });
        static AT: LazyLock<Pattern> = LazyLock::new(|| Pattern::new(r"(?:^| )@(?P<n>[\p{L}][\p{L}'.-]+)"));
        static LAST: LazyLock<Pattern> = LazyLock::new(|| Pattern::new(r", (?P<n>[A-Z][\p{L}'-]+)[?.!]*$"));
        for pattern in [&*FIRST, &*AT, &*LAST] {
            let name = pattern.captures(cased).and_then(|c| c.name("n").map(|m| m.as_str().to_owned()));
            if let Some((full, side)) = name.and_then(|n| self.find(&n)) {
                return Some(Owner { name: Some(full.to_owned()), side: Some(side) });
            }
        }
        None
    }

    /// The names that stand right before byte `at`: "Lena", "Lena Novak", "Lena and Marek".
    pub(crate) fn names_before(&self, cased: &str, at: usize) -> Vec<String> {
        let before = cased.get(..at).unwrap_or_default().trim_end();
        let mut rest = before;
        let mut names: Vec<String> = Vec::new();
        while let Some((name, left)) = self.last_name(rest) {
            names.insert(0, name);
            let left = left.trim_end();
            match left.strip_suffix(" and").or_else(|| left.strip_suffix(" &")).or_else(|| left.strip_suffix(',')) {
                Some(more) if names.len() < 4 => rest = more.trim_end_matches(','),
                _ => break,
            }
        }
        names
    }

    /// The name at the end of a text, and what stands before it.
    fn last_name<'t>(&self, text: &'t str) -> Option<(String, &'t str)> {
        let mut starts = vec![];
        for (i, _) in text.rmatch_indices(' ').take(2) {
            starts.push(i + 1);
        }
        if starts.len() < 2 {
            starts.push(0);
        }
        // The longer name first: "Lena Novak" before "Novak".
        starts.sort_unstable();
        for start in starts {
            let name = text.get(start..)?.trim_start_matches(['@', '(', '"']);
            let plain = name.split(' ').all(|w| {
                w.chars().next().is_some_and(char::is_uppercase) && w.chars().all(|c| c.is_alphanumeric() || matches!(c, '\'' | '-' | '.'))
            });
            if name.is_empty() || (!plain && self.find(name).is_none()) {
                continue;
            }
            let lower = name.to_lowercase();
            let known = self.find(name).is_some();
            let single = !name.contains(' ');
            let opens = start == 0;
            let department = DEPARTMENTS.contains(&lower.as_str());
            let common = lower.split(' ').any(|w| NOT_PEOPLE.contains(&w));
            if known || (plain && !common && (department || !opens || !single)) {
                return Some((name.to_owned(), text.get(..start)?));
            }
        }
        None
    }

    /// A name as notes put it behind a task: known, or spelled like one.
    pub(crate) fn looks_like_name(&self, text: &str) -> bool {
        if text.is_empty() || text.chars().count() > 40 {
            return false;
        }
        if self.find(text).is_some() {
            return true;
        }
        let lower = text.to_lowercase();
        let words: Vec<&str> = text.split(' ').collect();
        words.len() <= 3
            && words.iter().all(|w| {
                w.chars().next().is_some_and(char::is_uppercase) && w.chars().all(|c| c.is_alphabetic() || matches!(c, '\'' | '-' | '.'))
            })
            && words.iter().any(|w| w.chars().any(char::is_lowercase))
            && !lower.split(' ').any(|w| NOT_PEOPLE.contains(&w))
    }
}

/// Whom a turn is addressed to, if it is to somebody: the only one, or the only side besides the speaker's own. Where several sides are
/// addressed, nobody knows.
fn recipient(turn: &Turn<'_>) -> Option<Owner> {
    let others: Vec<_> = turn.to.iter().filter(|(name, side)| *name != turn.speaker && *side != Side::Bot).collect();
    if let [(name, side)] = others.as_slice() {
        return Some(Owner { name: Some((*name).to_owned()), side: Some(*side) });
    }
    let beyond: Vec<Side> = others.iter().map(|(_, side)| *side).filter(|side| *side != turn.side).collect();
    let first = *others.first()?;
    let side = match beyond.first() {
        None => Some(first.1),
        Some(side) => beyond.iter().all(|s| s == side).then_some(*side),
    };
    Some(Owner { name: None, side })
}

/// Whether a name is this one in lower case.
fn same(name: &str, lower: &str) -> bool {
    if name.is_ascii() && lower.is_ascii() { name.eq_ignore_ascii_case(lower) } else { name.to_lowercase() == lower }
}

fn byte_of(text: &str, chars: usize) -> usize {
    text.char_indices().nth(chars).map_or(text.len(), |(i, _)| i)
}
