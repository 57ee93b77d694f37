//! Rate limits: the pure rule, and where its state is kept.

mod memory;
mod sqlite;
#[cfg(test)]
mod tests;
mod window;

pub use memory::MemoryBudget;
pub use sqlite::SqliteBudget;
