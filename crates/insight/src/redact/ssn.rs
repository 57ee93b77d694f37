//! Social security numbers of the USA, and numbers of driver's licenses.

use std::sync::LazyLock;

use super::{
    hit::{Hit, alone, before, says},
    kinds::Kind,
    pattern::Pattern,
};

pub(super) static SSN: LazyLock<Pattern> = LazyLock::new(|| Pattern::new(r"([0-9]{3})([-. ]?)([0-9]{2})([-. ]?)([0-9]{4})"));
pub(super) static LICENSE: LazyLock<Pattern> = LazyLock::new(|| {
    Pattern::new(
        r"(?i)driv(?:er'?s?'?|ing) licen[cs]e(?: (?:number|no\.?|num|id|#))?(?: is| was|:| =|#| number)?:? ?#?([A-Z]{0,3}[-. ]?[0-9][0-9A-Z](?:[-. ]?[0-9A-Z]){2,16})",
    )
});

/// Words that speak of the number.
const WORDS: &[&str] = &["ssn", "social security", "social", "ss#", "itin", "taxpayer", "tax id"];

/// Finds both.
pub(super) fn find(text: &str, out: &mut Vec<Hit>) {
    for c in SSN.all(text) {
        let (Some(all), Some(area), Some(one), Some(group), Some(two), Some(serial)) =
            (c.get(0), c.get(1), c.get(2), c.get(3), c.get(4), c.get(5))
        else {
            continue;
        };
        // Never given out: https://www.ssa.gov/employer/randomization.html
        let given = !matches!(area.as_str(), "000" | "666")
            && !area.as_str().starts_with('9')
            && group.as_str() != "00"
            && serial.as_str() != "0000";
        let hyphens = one.as_str() == "-" && two.as_str() == "-";
        let same = one.as_str() == two.as_str();
        let head = before(text, all.start(), 40);
        let longer = head.ends_with(['-', '.']) || text.get(all.end()..).is_some_and(|t| t.starts_with('-'));
        if given && same && !longer && alone(text, &all.range()) && (hyphens || says(&head, WORDS)) {
            out.push(Hit::new(all.range(), Kind::UsSsn));
        }
    }
    for m in LICENSE.all(text).filter_map(|c| c.get(1)) {
        if alone(text, &m.range()) {
            out.push(Hit::new(m.range(), Kind::UsDriverLicense));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::hit::tests::found, *};

    #[test]
    fn numbers_that_may_have_been_given() {
        for (text, want) in [
            ("SSN: 849-66-3100.", "849-66-3100"),
            ("his ssn is 219099999", "219099999"),
            ("social security number 219 09 9999", "219 09 9999"),
            ("２19\u{2011}09\u{2011}9999", "219-09-9999"),
            ("My driver's license number is U62900000000186", "U62900000000186"),
            ("driving licence: F162-8000-4011", "F162-8000-4011"),
        ] {
            assert_eq!(found(find, text), [want], "{text}");
        }
    }

    #[test]
    fn others_are_left_alone() {
        for text in [
            "SSN 000-12-3456",
            "666-12-3456",
            "923-12-3456",
            "123-00-3456",
            "123-45-0000",
            "123456789",
            "123 45 6789",
            "1-123-45-6789",
            "123-45-67890",
            "123-45.6789",
            "driver's license is expired",
            "the driver license 12",
        ] {
            assert!(found(find, text).is_empty(), "{text}");
        }
    }
}
