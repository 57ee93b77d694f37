//! Names that say little by themselves: common words, names of two customers, names within another, names a letter apart. Two further
//! reasons are needed where one is enough for others.

use std::collections::HashMap;

use super::{Rulebook, common, names::Alias};

/// Why a name says little.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::attribute) enum Weak {
    /// People say the word without meaning a company.
    Common,
    /// It has two letters.
    Short,
    /// Another customer is called so too.
    Shared(usize),
    /// It is a part of another customer's name.
    Within(usize),
    /// One letter away from another customer's name.
    Letter(usize),
}

impl Weak {
    /// In words that follow on the name.
    pub(in crate::attribute) fn reason(self, rules: &Rulebook) -> String {
        let name = |n: usize| rules.profile(n).map_or("another customer", |p| p.name.as_str());
        match self {
            Weak::Common => "which is a common word too".to_owned(),
            Weak::Short => "which is too short to tell".to_owned(),
            Weak::Shared(other) => format!("which is a name of {} too", name(other)),
            Weak::Within(other) => format!("which is a part of the name {} too", name(other)),
            Weak::Letter(other) => format!("which is one letter away from {}", name(other)),
        }
    }
}

/// Shortest name that is held against others by letters: of shorter ones nearly all are a letter apart.
const LETTERS: usize = 4;

/// Marks the weak ones. The cost grows with the number of names, not with its square.
pub(super) fn mark(aliases: &mut [Alias]) {
    let mut owners: HashMap<&str, Vec<usize>> = HashMap::new();
    for alias in aliases.iter() {
        owners.entry(&alias.dashed).or_default().push(alias.customer);
    }
    // Names as parts of longer ones, by the name of the part.
    let mut parts: HashMap<String, Vec<usize>> = HashMap::new();
    for alias in aliases.iter() {
        for len in 1..alias.words.len() {
            for part in alias.words.windows(len).map(|w| w.join("-")).filter(|part| owners.contains_key(part.as_str())) {
                parts.entry(part).or_default().push(alias.customer);
            }
        }
    }
    let near = near(aliases);
    let other = |list: Option<&Vec<usize>>, own: usize| list.into_iter().flatten().copied().find(|n| *n != own);
    let marks: Vec<Option<Weak>> = aliases
        .iter()
        .zip(near)
        .map(|(alias, near)| match () {
            () if common::is(&alias.dashed) => Some(Weak::Common),
            () if alias.dashed.chars().count() < 3 => Some(Weak::Short),
            () => other(owners.get(alias.dashed.as_str()), alias.customer)
                .map(Weak::Shared)
                .or_else(|| other(parts.get(&alias.dashed), alias.customer).map(Weak::Within))
                .or(near.map(Weak::Letter)),
        })
        .collect();
    for (alias, mark) in aliases.iter_mut().zip(marks) {
        alias.weak = mark;
    }
}

/// For each name a customer whose name is one letter away: one that differs in one letter, lacks one, or has one more. Two such names have
/// a form in common once a letter is left out of one or of both.
fn near(aliases: &[Alias]) -> Vec<Option<usize>> {
    let forms = |name: &str| {
        let ends = name.char_indices().map(|(at, c)| (at, at + c.len_utf8())).collect::<Vec<_>>();
        let cut = ends.into_iter().filter_map(|(from, to)| Some(format!("{}\u{0}{}", name.get(..from)?, name.get(to..)?)));
        cut.collect::<Vec<_>>()
    };
    let long = |alias: &&Alias| alias.dashed.chars().count() >= LETTERS;
    let whole: HashMap<&str, Vec<usize>> = aliases.iter().filter(long).fold(HashMap::new(), |mut map, alias| {
        map.entry(alias.dashed.as_str()).or_insert_with(Vec::new).push(alias.customer);
        map
    });
    // A form with the place of the letter: `ac\0e` of both `acme` and `acne`.
    let mut swapped: HashMap<String, Vec<usize>> = HashMap::new();
    // A whole name that is another one without a letter.
    let mut shorter: HashMap<String, Vec<usize>> = HashMap::new();
    for alias in aliases.iter().filter(long) {
        for form in forms(&alias.dashed) {
            let without = form.replace('\u{0}', "");
            if whole.contains_key(without.as_str()) {
                shorter.entry(without).or_default().push(alias.customer);
            }
            swapped.entry(form).or_default().push(alias.customer);
        }
    }
    aliases
        .iter()
        .map(|alias| {
            if !long(&alias) {
                return None;
            }
            let other = |list: &Vec<usize>| list.iter().copied().find(|n| *n != alias.customer);
            let own = forms(&alias.dashed);
            own.iter()
                .find_map(|form| {
                    swapped.get(form).and_then(other).or_else(|| whole.get(form.replace('\u{0}', "").as_str()).and_then(other))
                })
                .or_else(|| shorter.get(&alias.dashed).and_then(other))
        })
        .collect()
}
