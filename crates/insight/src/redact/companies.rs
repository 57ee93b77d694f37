//! Companies whom nobody named beforehand.

use super::{
    common::common,
    hit::Hit,
    kinds::Kind,
    lists,
    tokens::{Case, Sort, Tokens},
};

/// Forms of companies.
const FORMS: &[&str] = &[
    "inc",
    "llc",
    "ltd",
    "limited",
    "gmbh",
    "corp",
    "corporation",
    "plc",
    "bv",
    "nv",
    "ab",
    "oy",
    "oyj",
    "aps",
    "sas",
    "sarl",
    "srl",
    "spa",
    "kg",
    "ag",
    "pty",
    "lp",
    "llp",
    "sa",
    "se",
    "kk",
    "incorporated",
    "company",
    "co",
];

/// Words at the end of companies' names.
const TRADES: &[&str] = &[
    "group",
    "holdings",
    "holding",
    "technologies",
    "partners",
    "solutions",
    "systems",
    "labs",
    "laboratories",
    "consulting",
    "associates",
    "bank",
    "ventures",
    "industries",
    "enterprises",
    "foundation",
    "university",
    "institute",
    "investments",
    "insurance",
    "analytics",
    "networks",
    "software",
    "pharmaceuticals",
    "pharma",
    "motors",
    "airlines",
    "electronics",
    "orchestra",
    "logistics",
    "capital",
    "financial",
    "international",
    "media",
    "research",
];

/// Whether a company's name may end with a word.
pub(super) fn suffix(folded: &str) -> bool {
    FORMS.contains(&folded) || TRADES.contains(&folded)
}

/// Finds companies by their form, by their trade, and by what is said of them.
pub(super) fn find(t: &Tokens<'_>, out: &mut Vec<Hit>) {
    let mut taken = 0;
    for at in 0..t.list.len() {
        if at < taken || !t.is_word(at) {
            continue;
        }
        let end = by_suffix(t, at).or_else(|| spoken_of(t, at)).or_else(|| unknown(t, at));
        if let Some(end) = end
            && let Some(range) = t.range(at, end)
        {
            out.push(Hit::new(range, Kind::Organization));
            taken = end;
        }
    }
}

fn name(t: &Tokens<'_>, at: usize) -> bool {
    t.is_capital(at) && !common(t.fold(at))
}

/// "Zorbez Inc.", "Zorban Health Group": capital words up to such an end.
fn by_suffix(t: &Tokens<'_>, at: usize) -> Option<usize> {
    // Small words that begin a sentence are no part of it.
    if !name(t, at) || FORMS.contains(&t.fold(at)) {
        return None;
    }
    let mut end = at + 1;
    while end - at < 6 && (end == at + 1 || t.is_capital(end - 1)) && t.is_apart(end) {
        let word = t.fold(end);
        let form = FORMS.contains(&word) && (t.is_capital(end) || t.is_sign(end + 1, '.'));
        if t.is_capital(end) && suffix(word) || form {
            // "Acme Holdings Ltd."
            let mut last = end + 1;
            while t.is_capital(last) && t.is_apart(last) && suffix(t.fold(last)) {
                last += 1;
            }
            let dot = t.is_sign(last, '.') && FORMS.contains(&t.fold(last - 1)) && !t.is_apart(last);
            return Some(if dot { last + 1 } else { last });
        }
        if !(t.is_capital(end) || t.is_sign(end, '&')) {
            return None;
        }
        end += 1;
    }
    None
}

/// "I work for Zorban", "Zorba, Nelson and Vaughn".
fn spoken_of(t: &Tokens<'_>, at: usize) -> Option<usize> {
    let word = |back: usize| at.checked_sub(back).map(|n| t.fold(n)).unwrap_or_default();
    let article = usize::from(word(1) == "the");
    let (one, two) = (word(1 + article), word(2 + article));
    let works = matches!(one, "for" | "at") && matches!(two, "work" | "works" | "worked" | "working" | "job" | "employed" | "intern");
    let from = one == "from" && matches!(two, "is" | "was") && article == 0;
    let of = one == "of" && matches!(two, "ceo" | "cto" | "cfo" | "founder" | "employee" | "employees" | "customers" | "address");
    let support =
        matches!(one, "supporting" | "joining" | "joined" | "acquired" | "at") && two != "arrived" || one == "support" && two == "to";
    // "Ana Lima of Zorban".
    let somebody = |back: usize| at.checked_sub(back).is_some_and(|n| name(t, n));
    let theirs = one == "of" && article == 0 && somebody(2) && somebody(3) && t.is_word(at - 1);
    let before = works || from || of || theirs || support && one != "at";
    let mut end = at;
    // Behind "work for" a capital letter is enough.
    let employer = works || of && two == "address";
    let called = |n: usize| {
        name(t, n) || employer && n == at && t.is_capital(n) && !matches!(t.fold(n), "the" | "a" | "our" | "your" | "my" | "free" | "i")
    };
    while end - at < 6 && (called(end) || end > at && t.is_capital(end)) && (end == at || t.is_apart(end)) {
        end += 1;
        // More partners: "Zorba, Nelson and Vaughn".
        let comma = t.is_sign(end, ',') && name(t, end + 1) && (matches!(t.fold(end + 2), "and" | "&")) && name(t, end + 3);
        if comma {
            end += 4;
            break;
        }
        if matches!(t.fold(end), "and" | "of" | "&") && name(t, end + 1) && before && !works {
            end += 1;
        }
    }
    if end == at || lists::place(t.fold(at)).is_some() && end == at + 1 {
        return None;
    }
    let after = matches!(t.fold(end), "website" | "orchestra") && !t.is_sign(end, '\n')
        || t.fold(end) == "office" && matches!(t.sort(end + 1), Some(Sort::Word(_)))
        || t.fold(end) == "is" && t.fold(end + 1) == "a" && matches!(t.fold(end + 3), "agency" | "company" | "startup" | "firm" | "vendor")
        || matches!(t.fold(end), "invested" | "acquired" | "announced" | "launched");
    (before || after).then_some(end)
}

/// Endings of words that begin with a capital letter in titles and headings: "Data Processing Agreement".
const WORDS: &[&str] = &[
    "ing", "ings", "tion", "tions", "sion", "ment", "ments", "ness", "ity", "ities", "ance", "ence", "able", "ible", "ed", "ies", "al",
    "als", "ous", "ive", "ives", "ship", "ure", "ures", "age", "ages", "ist", "ists", "ism", "ic", "ics", "ful", "less", "ward", "wise",
    "ology", "graphy", "ers", "ors", "ories", "ory", "ary", "work", "works",
];

/// A capital letter amid a sentence, on a word that nobody knows: a company or a product, most times.
fn unknown(t: &Tokens<'_>, at: usize) -> Option<usize> {
    let word = |n: usize| {
        let folded = t.fold(n);
        t.sort(n) == Some(Sort::Word(Case::Capital))
            && folded.chars().count() >= 4
            && !common(folded)
            && !WORDS.iter().any(|w| folded.ends_with(w))
            && lists::place(folded).is_none()
            && !suffix(folded)
    };
    let amid = at.checked_sub(1).is_some_and(|b| t.sort(b) == Some(Sort::Word(Case::Lower)) && t.is_apart(at));
    if !amid || !word(at) || t.caseless {
        return None;
    }
    let mut end = at + 1;
    while end - at < 3 && t.is_apart(end) && word(end) {
        end += 1;
    }
    // Amid a title nothing can be told.
    let title = t.is_capital(end) && t.is_apart(end) || t.is_number(end) && t.is_apart(end);
    (!title).then_some(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        super::super::hit::tests::found(|text, out| find(&Tokens::new(text), out), text)
    }

    #[test]
    fn companies_by_form_and_by_what_is_said() {
        for (text, want) in [
            ("We met Zorbez Inc. today", vec!["Zorbez Inc."]),
            ("The Zorba Holdings Ltd deal", vec!["Zorba Holdings Ltd"]),
            ("I used to work for Zorban as a cook", vec!["Zorban"]),
            ("Ana is from Zorba, Nelson and Vaughn", vec!["Zorba, Nelson and Vaughn"]),
            ("according to the Zorban website", vec!["Zorban"]),
        ] {
            assert_eq!(found(text), want, "{text}");
        }
        for text in ["The team works for free", "Our Group", "Ana is from Norway", "the limited company", "work at home", "Sales Group"] {
            assert!(found(text).is_empty(), "{text}: {:?}", found(text));
        }
    }
}
