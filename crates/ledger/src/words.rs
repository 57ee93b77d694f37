//! Words looked for in texts of all kinds: sentences, addresses, JSON, names of files.

use std::collections::{BTreeSet, HashMap};

/// A list of words and names. Letters and digits tell, in any case; what stands between them does not: `Michael Chen` is found in
/// `michael.chen@acme.dev` and in `2024-03-15_michael_chen.json`.
#[derive(Debug, Clone, Default)]
pub struct Words {
    /// By the first part: what has to follow.
    by_first: HashMap<String, Vec<Vec<String>>>,
}

impl Words {
    /// Those of a list that have a letter or digit.
    pub fn new<S: AsRef<str>>(words: impl IntoIterator<Item = S>) -> Self {
        let all: BTreeSet<Vec<String>> = words.into_iter().map(|w| parts(w.as_ref()).collect()).collect();
        let mut by_first: HashMap<String, Vec<Vec<String>>> = HashMap::new();
        for mut word in all.into_iter().filter(|w: &Vec<String>| !w.is_empty()) {
            let rest = word.split_off(1);
            by_first.entry(word.remove(0)).or_default().push(rest);
        }
        Words { by_first }
    }

    /// There is nothing to look for.
    pub fn is_empty(&self) -> bool {
        self.by_first.is_empty()
    }

    /// Whether a text has one of them.
    pub fn are_in(&self, text: &str) -> bool {
        if self.is_empty() || text.is_empty() {
            return false;
        }
        let parts: Vec<String> = parts(text).collect();
        parts.iter().enumerate().any(|(at, part)| {
            let rest = parts.get(at + 1..).unwrap_or_default();
            self.by_first.get(part).is_some_and(|all| all.iter().any(|word| rest.starts_with(word)))
        })
    }
}

fn parts(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|p| !p.is_empty()).map(str::to_lowercase)
}

#[cfg(test)]
mod tests {
    use super::Words;

    #[test]
    fn whole_words_in_any_writing() {
        let words = Words::new(["Michael Chen", "acme.dev", "acme_inc", "", "--"]);
        for text in ["michael.chen@acme.dev", r#"{"customer":"acme_inc"}"#, "2024-03-15_call_with_Michael_Chen.json", "MICHAEL  CHEN"] {
            assert!(words.are_in(text), "{text}");
        }
        for text in ["", "Michael", "Chen Michael", "acme", "acme device", "Michaela Chen"] {
            assert!(!words.are_in(text), "{text}");
        }
        assert!(Words::new([""]).is_empty());
    }
}
