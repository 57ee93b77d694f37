//! Names of people and places that are known without being told. `docs/redaction.md` says where they come from.

use std::{collections::HashMap, sync::LazyLock};

/// How far a name speaks for itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sure {
    /// It is hardly anything else.
    Yes,
    /// It is a word, a place or a company too.
    Word,
}

type Names = HashMap<&'static str, Sure>;

static FIRST: LazyLock<Names> = LazyLock::new(|| names(include_str!("data/first_names.txt")));
static LAST: LazyLock<Names> = LazyLock::new(|| names(include_str!("data/surnames.txt")));
static PLACES: LazyLock<HashMap<&'static str, Place>> = LazyLock::new(places);

/// What a place is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Country,
    State,
    City,
}

/// Countries and states whose names people and things have too: they count only where a place is spoken of.
pub(super) const SHARED: &[&str] = &[
    "georgia",
    "jordan",
    "chad",
    "turkey",
    "guinea",
    "niger",
    "virginia",
    "carolina",
    "montana",
    "dakota",
    "washington",
    "mali",
    "cuba",
    "oman",
];

/// A given name.
pub(super) fn first(folded: &str) -> Option<Sure> {
    FIRST.get(folded).copied()
}

/// A surname.
pub(super) fn last(folded: &str) -> Option<Sure> {
    LAST.get(folded).copied()
}

/// A place by its whole name.
pub(super) fn place(folded: &str) -> Option<Place> {
    PLACES.get(folded).copied()
}

/// All countries, for their people.
pub(super) fn countries() -> impl Iterator<Item = &'static str> {
    PLACES.iter().filter(|(_, p)| **p == Place::Country).map(|(n, _)| *n)
}

fn names(list: &'static str) -> Names {
    let mut out = Names::new();
    let mut sure = Sure::Yes;
    for line in list.lines().filter(|l| !l.starts_with('#')) {
        match line {
            "[sure]" => sure = Sure::Yes,
            "[words]" => sure = Sure::Word,
            line => out.extend(line.split(' ').map(|n| (n, sure))),
        }
    }
    out
}

fn places() -> HashMap<&'static str, Place> {
    let mut out = HashMap::new();
    let mut sort = Place::Country;
    for line in include_str!("data/places.txt").lines().filter(|l| !l.starts_with('#')) {
        match line {
            "[countries]" => sort = Place::Country,
            "[states]" => sort = Place::State,
            "[cities]" => sort = Place::City,
            line => {
                for name in line.split(';').map(str::trim).filter(|n| !n.is_empty()) {
                    out.entry(name).or_insert(sort);
                }
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_are_folded_and_whole() {
        assert!(FIRST.len() > 4000 && LAST.len() > 3500 && PLACES.len() > 1500);
        for name in FIRST.keys().chain(LAST.keys()).chain(PLACES.keys()) {
            assert_eq!(super::super::fold::fold(name), **name);
        }
        assert_eq!((first("ana"), first("grace"), first("invoice")), (Some(Sure::Yes), Some(Sure::Word), None));
        assert_eq!((place("south africa"), place("ohio"), place("lisbon")), (Some(Place::Country), Some(Place::State), Some(Place::City)));
        assert!(SHARED.iter().all(|n| place(n).is_some() || first(n).is_some()), "a shared name nobody has");
    }
}
