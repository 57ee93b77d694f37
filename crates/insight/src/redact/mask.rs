//! Masks: `[PERSON_1]`, and `[PERSON_1.2]` for another spelling of the same.

use std::{ops::Range, sync::LazyLock};

use regex::Regex;

use super::kinds::Kind;

/// What looks like a mask.
static SHAPE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\[[A-Z]{2,12}_[0-9]{1,9}(?:\.[0-9]{1,9})?\]").ok());

/// The mask of a value: its kind, whose it is, which spelling (from 0).
pub(super) fn mask(kind: Kind, number: u32, spelling: usize) -> String {
    match spelling {
        0 => format!("[{}_{number}]", kind.mask()),
        n => format!("[{}_{number}.{}]", kind.mask(), n + 1),
    }
}

/// All that looks like a mask in a text, in order.
pub(super) fn shapes(text: &str) -> Vec<Range<usize>> {
    SHAPE.iter().flat_map(|s| s.find_iter(text)).map(|m| m.range()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_have_the_shape_of_masks() {
        for kind in Kind::ALL.into_iter().chain([Kind::Text]) {
            for spelling in [0, 1, 99] {
                let mask = mask(kind, 7, spelling);
                assert_eq!(shapes(&mask), vec![Range { start: 0, end: mask.len() }], "{mask}");
            }
        }
        assert!(shapes("[PERSON_] [person_1] [P_1] PERSON_1 [PERSON_1").is_empty());
        assert_eq!(shapes("[PERSON_[EMAIL_1]]"), vec![Range { start: 8, end: 17 }]);
    }
}
