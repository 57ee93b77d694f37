//! The compact context of a customer: what a salesperson reads before a call.

mod advice;
mod budget;
mod escape;
mod line;
mod sections;

use sales_model::CustomerFacts;

use line::View;

/// The size of the compact context in tokens.
const COMPACT: usize = 5_000;

/// Tokens of a text: ceil(UTF-8 bytes / 3), a safe over-estimate for every model.
pub fn tokens(text: &str) -> usize {
    text.len().div_ceil(3)
}

/// `context_summary.md`: at most 5,000 [`tokens`], the same bytes for the same facts.
///
/// `mine` are the user's own blocks with their markers (`mine_blocks` of the old file); they stand at the end, word for word. They count,
/// unless they take more than half of the size: then the facts have all of it to themselves, and the header says so. Lines go first, then
/// sections, where the size forbids them; the user's words never do.
pub fn compact_context(facts: &CustomerFacts, mine: &[String]) -> String {
    let view = View::new(facts);
    let mut own = String::new();
    for block in mine {
        own.push('\n');
        own.push_str(block);
        own.push('\n');
    }
    let counted = own.len() <= COMPACT * 3 / 2;
    let mut out = sections::header(&view, counted);
    let taken = out.len() + if counted { own.len() } else { 0 };
    let mut all = sections::all(&view);
    budget::fit(&mut all, (COMPACT * 3).saturating_sub(taken));
    for section in &all {
        section.render(&mut out);
    }
    out.push_str(&own);
    out
}
