//! The compact context of a customer.

use sales_model::CustomerFacts;

/// `context_summary.md` of at most 5,000 tokens.
pub fn compact_context(facts: &CustomerFacts, mine: &[String]) -> String {
    let _ = mine;
    format!("# {}\n", facts.profile.name)
}

/// The blocks between `<!-- mine -->` and `<!-- /mine -->` of an existing file, markers included.
pub fn mine_blocks(_old: &str) -> Vec<String> {
    Vec::new()
}

/// Tokens of a text: ceil(UTF-8 bytes / 3), a safe over-estimate for every model.
pub fn tokens(text: &str) -> usize {
    text.len().div_ceil(3)
}
