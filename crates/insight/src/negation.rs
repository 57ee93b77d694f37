//! Whether words are denied, hedged or only imagined.

use std::sync::LazyLock;

use crate::pattern::Pattern;

static HEDGED: LazyLock<Pattern> = LazyLock::new(|| {
    Pattern::new(
        r"\b(?:maybe|perhaps|might|at some point|some ?day|eventually|one day|in theory|theoretically|would have|would've|could have|could've|should have|should've|if only|i wish|we wish|hypothetically|was going to|were going to|in a perfect world|when you get a chance to use)\b",
    )
});

static DENIAL: LazyLock<Pattern> = LazyLock::new(|| {
    Pattern::new(
        r"\b(?:not|never|no|none|nobody|without|neither|nor|hardly|cannot|(?:is|are|was|were|do|does|did|have|has|had|will|would|could|should|can|wo|ca)n't|isnt|dont|doesnt|didnt|wont|cant)\b",
    )
});

static CLAUSE: LazyLock<Pattern> =
    LazyLock::new(|| Pattern::new(r"[,;:]| - |\bbut\b|\bhowever\b|\balthough\b|\bbecause\b|\bso\b|\bwhich\b"));

/// The sentence only imagines or weakly hopes.
pub(crate) fn hedged(norm: &str) -> bool {
    HEDGED.is_match(norm)
}

/// A denial stands in the same clause, at most `words` words before byte `at`.
pub(crate) fn denied_before(norm: &str, at: usize, words: usize) -> bool {
    let before = norm.get(..at).unwrap_or_default();
    let clause = CLAUSE.last_end(before);
    let before = before.get(clause..).unwrap_or_default();
    let start = before.trim_end().rmatch_indices(' ').nth(words.saturating_sub(1)).map_or(0, |(i, _)| i);
    DENIAL.is_match(before.get(start..).unwrap_or_default())
}

/// A denial stands anywhere in `part`.
pub(crate) fn denied(part: &str) -> bool {
    DENIAL.is_match(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn denial_stays_in_its_clause() {
        let s = "we are not cancelling, the outage was bad";
        assert!(denied_before(s, s.find("cancelling").unwrap(), 4));
        assert!(!denied_before(s, s.find("outage").unwrap(), 4));
        let far = "not that it matters much to any of us here cancel";
        assert!(!denied_before(far, far.find("cancel").unwrap(), 4));
    }

    #[test]
    fn hedges() {
        assert!(hedged("we could maybe look at that at some point"));
        assert!(hedged("would have sent it by friday"));
        assert!(!hedged("i'll send it by friday"));
    }
}
