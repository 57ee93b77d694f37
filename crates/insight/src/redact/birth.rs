//! Dates on which somebody was born. Other dates are left alone.

use std::sync::LazyLock;

use super::{
    hit::{Hit, alone, before, says},
    kinds::Kind,
    pattern::Pattern,
};

pub(super) static DATE: LazyLock<Pattern> = LazyLock::new(|| {
    const MONTH: &str = "(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)";
    Pattern::new(&format!(
        r"(?i)[0-9]{{1,4}}[-/.][0-9]{{1,2}}[-/.][0-9]{{2,4}}|{MONTH}\.? [0-9]{{1,2}}(?:st|nd|rd|th)?,? [0-9]{{4}}|[0-9]{{1,2}}(?:st|nd|rd|th)?\.? (?:of )?{MONTH}\.?,? [0-9]{{4}}"
    ))
});

/// Words that speak of it.
const WORDS: &[&str] = &["born", "birth", "birthdate", "dob", "d.o.b", "birthday", "geboren", "geburtsdatum", "née", "né"];

/// Finds dates that follow such a word closely.
pub(super) fn find(text: &str, out: &mut Vec<Hit>) {
    for m in DATE.all(text).filter_map(|c| c.get(0)) {
        if alone(text, &m.range()) && says(&before(text, m.start(), 28), WORDS) {
            out.push(Hit::new(m.range(), Kind::DateTime));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::hit::tests::found, *};

    #[test]
    fn only_where_a_birth_is_spoken_of() {
        for (text, want) in [
            ("She was born on 2/19/1957.", "2/19/1957"),
            ("your date of birth. It's 11/3/1994", "11/3/1994"),
            ("DOB: 1990-01-31", "1990-01-31"),
            ("born January 3rd, 1990", "January 3rd, 1990"),
            ("geboren am 3.4.1990", "3.4.1990"),
        ] {
            assert_eq!(found(find, text), [want], "{text}");
        }
        for text in ["due 2/19/2024", "like that since 9/19/1964", "the newborn 1.2.3", "born to run"] {
            assert!(found(find, text).is_empty(), "{text}");
        }
    }
}
