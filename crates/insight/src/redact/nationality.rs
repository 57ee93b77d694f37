//! Nationalities.

use std::{collections::HashSet, sync::LazyLock};

use super::{hit::Hit, kinds::Kind, lists, tokens::Tokens};

/// Those that are not made of their country's name.
const OTHERS: &[&str] = &[
    "british",
    "scottish",
    "welsh",
    "irish",
    "french",
    "german",
    "dutch",
    "spanish",
    "swiss",
    "danish",
    "swedish",
    "finnish",
    "polish",
    "czech",
    "slovak",
    "slovene",
    "greek",
    "turkish",
    "portuguese",
    "norwegian",
    "belgian",
    "italian",
    "hungarian",
    "american",
    "mexican",
    "canadian",
    "chinese",
    "japanese",
    "korean",
    "thai",
    "filipino",
    "israeli",
    "iraqi",
    "pakistani",
    "bangladeshi",
    "kuwaiti",
    "qatari",
    "saudi",
    "emirati",
    "afghan",
    "kazakh",
    "uzbek",
    "tajik",
    "kyrgyz",
    "turkmen",
    "argentine",
    "argentinian",
    "peruvian",
    "ecuadorian",
    "ecuadorean",
    "congolese",
    "cypriot",
    "icelandic",
    "luxembourgish",
    "maltese",
    "burmese",
    "nepali",
    "sudanese",
    "taiwanese",
    "togolese",
    "belizian",
    "belizean",
    "ivorian",
];

static NAMES: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let made = lists::countries().filter(|c| !c.contains(' ') && c.len() > 3).flat_map(|c| {
        let stem = c.trim_end_matches(['a', 'e', 'i', 'o', 'y', 's']);
        let ends = ["n", "an", "ean", "ian", "ese", "ish", "i", "er", "se"];
        ends.into_iter().flat_map(move |e| [format!("{c}{e}"), format!("{stem}{e}")])
    });
    // "Chili" comes out by chance.
    made.filter(|n| n != "chili")
        .filter(|n| lists::place(n).is_none() && n.len() > 4)
        .chain(OTHERS.iter().map(|o| (*o).to_owned()))
        .collect()
});

/// Finds nationalities, also of several people: "bolivians".
pub(super) fn find(t: &Tokens<'_>, out: &mut Vec<Hit>) {
    for at in 0..t.list.len() {
        let word = t.fold(at);
        if !t.is_word(at) || word.len() < 4 {
            continue;
        }
        let named = NAMES.contains(word) || word.strip_suffix('s').is_some_and(|w| NAMES.contains(w));
        // "polish" and "dutch" are words; and languages are none.
        let cased = t.is_capital(at) || word != "polish";
        if named
            && cased
            && let Some(range) = t.range(at, at + 1)
        {
            out.push(Hit::new(range, Kind::Nrp));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nationalities_are_made_of_countries() {
        let found = |text: &str| super::super::hit::tests::found(|text, out| find(&Tokens::new(text), out), text);
        for word in ["Cambodian", "Bolivians", "Kenyans", "Peruvians", "Dutch", "Estonian", "Portuguese", "senegalese"] {
            assert_eq!(found(&format!("the {word} market")), [word]);
        }
        for text in ["polish the deck", "the main thing", "a fine china plate", "Canada"] {
            assert!(found(text).is_empty(), "{text}");
        }
    }
}
