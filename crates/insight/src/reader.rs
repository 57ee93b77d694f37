use sales_model::{Finding, Source};

use crate::{ReaderConfig, Turn};

/// Finds facts in conversations. Made once per customer, used for all their turns.
#[derive(Debug)]
pub struct Reader {
    config: ReaderConfig,
}

impl Reader {
    /// Prepares a reader; the word lists are compiled once per process, the competitors' names here.
    pub fn new(config: ReaderConfig) -> Self {
        Reader { config }
    }

    /// Findings of one unit of conversation(s), turns in time order; `evidence.path` stays empty.
    pub fn read(&self, _source: &Source, _turns: &[Turn<'_>]) -> Vec<Finding> {
        let _ = &self.config;
        Vec::new()
    }
}
