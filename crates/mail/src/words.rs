//! Lists of words: a string for each language, its words set apart by `|`.

use std::{collections::HashSet, sync::OnceLock};

/// A list that is read once and asked often.
pub(crate) struct Words {
    lists: &'static [&'static str],
    read: OnceLock<(Vec<&'static str>, HashSet<&'static str>)>,
}

impl Words {
    /// The words of all strings.
    pub(crate) const fn of(lists: &'static [&'static str]) -> Self {
        Self { lists, read: OnceLock::new() }
    }

    fn read(&self) -> &(Vec<&'static str>, HashSet<&'static str>) {
        self.read.get_or_init(|| {
            let all: Vec<_> = self.lists.iter().flat_map(|list| list.split('|')).collect();
            (all.clone(), all.into_iter().collect())
        })
    }

    /// Whether it is one of them.
    pub(crate) fn has(&self, word: &str) -> bool {
        self.read().1.contains(word)
    }

    /// All of them, in their order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.read().0.iter().copied()
    }

    /// Whether a text holds one of them.
    pub(crate) fn any_in(&self, text: &str) -> bool {
        self.iter().any(|word| text.contains(word))
    }
}
