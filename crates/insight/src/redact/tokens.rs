//! A text's words, numbers and signs.

use std::ops::Range;

use super::{fold::fold_char, view::BARRIER};

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort {
    Word(Case),
    /// Digits, perhaps with letters behind them: `12`, `12b`.
    Number,
    Sign(char),
    Newline,
    /// Nothing goes on past it.
    Barrier,
}

/// How a word is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Case {
    Lower,
    /// `Ana`, `McKay`.
    Capital,
    /// `ANA`, and single letters.
    Upper,
    /// A script without cases.
    None,
}

/// One token.
#[derive(Debug, Clone)]
pub(super) struct Token {
    pub(super) sort: Sort,
    pub(super) start: usize,
    pub(super) end: usize,
    /// White space stands before it.
    pub(super) apart: bool,
    folded: Range<usize>,
}

/// Most marks in front of a line's first word.
const MARKS: usize = 12;

/// All tokens of a text.
#[derive(Debug)]
pub(super) struct Tokens<'t> {
    pub(super) text: &'t str,
    pub(super) list: Vec<Token>,
    folded: String,
    /// Nobody used a capital letter, so lower case says nothing. (The Δ is what a view makes of a sign that has no case.)
    pub(super) caseless: bool,
}

impl<'t> Tokens<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let mut out =
            Tokens { text, list: Vec::new(), folded: String::new(), caseless: !text.chars().any(|c| c.is_uppercase() && c != 'Δ') };
        let mut chars = text.char_indices().peekable();
        let mut apart = true;
        while let Some((start, c)) = chars.next() {
            let mut end = start + c.len_utf8();
            let sort = if c == '\n' {
                Sort::Newline
            } else if c.is_whitespace() {
                apart = true;
                continue;
            } else if c == BARRIER {
                Sort::Barrier
            } else if c.is_ascii_digit() {
                while let Some((at, c)) = chars.next_if(|(_, c)| c.is_alphanumeric()) {
                    end = at + c.len_utf8();
                }
                Sort::Number
            } else if c.is_alphabetic() {
                loop {
                    if let Some((at, c)) = chars.next_if(|(_, c)| c.is_alphanumeric() || ('\u{300}'..='\u{36F}').contains(c)) {
                        end = at + c.len_utf8();
                        continue;
                    }
                    // Inside a word: O'Brien, Anne-Marie. Not the s of Ana's.
                    let Some((at, c)) = chars.peek().copied().filter(|(_, c)| matches!(c, '\'' | '-')) else { break };
                    let mut rest = text.get(at + 1..).unwrap_or_default().chars();
                    let (first, second) = (rest.next(), rest.next());
                    let goes_on = first.is_some_and(char::is_alphabetic) && !(c == '\'' && shortened(first, second, rest.next()));
                    if !goes_on {
                        break;
                    }
                    chars.next();
                    end = at + 1;
                }
                Sort::Word(case(text.get(start..end).unwrap_or_default()))
            } else {
                Sort::Sign(c)
            };
            let from = out.folded.len();
            text.get(start..end).unwrap_or_default().chars().for_each(|c| fold_char(c, &mut out.folded));
            out.list.push(Token { sort, start, end, apart, folded: from..out.folded.len() });
            apart = false;
        }
        out
    }

    /// A token; none past either end.
    pub(super) fn get(&self, at: usize) -> Option<&Token> {
        self.list.get(at)
    }

    pub(super) fn sort(&self, at: usize) -> Option<Sort> {
        Some(self.get(at)?.sort)
    }

    /// Its letters without case and accents; empty past either end.
    pub(super) fn fold(&self, at: usize) -> &str {
        self.get(at).and_then(|t| self.folded.get(t.folded.clone())).unwrap_or_default()
    }

    /// As it stands in the text.
    pub(super) fn raw(&self, at: usize) -> &'t str {
        self.get(at).and_then(|t| self.text.get(t.start..t.end)).unwrap_or_default()
    }

    pub(super) fn is_word(&self, at: usize) -> bool {
        matches!(self.sort(at), Some(Sort::Word(_)))
    }

    pub(super) fn is_number(&self, at: usize) -> bool {
        self.sort(at) == Some(Sort::Number)
    }

    pub(super) fn is_sign(&self, at: usize, sign: char) -> bool {
        self.sort(at) == Some(Sort::Sign(sign))
    }

    pub(super) fn is_newline(&self, at: usize) -> bool {
        self.sort(at) == Some(Sort::Newline)
    }

    /// Begins with a capital letter.
    pub(super) fn is_capital(&self, at: usize) -> bool {
        matches!(self.sort(at), Some(Sort::Word(Case::Capital | Case::Upper)))
    }

    pub(super) fn is_apart(&self, at: usize) -> bool {
        self.get(at).is_none_or(|t| t.apart)
    }

    /// Whether a line begins with it; marks of quotes and lists do not count.
    pub(super) fn begins_line(&self, at: usize) -> bool {
        let mut at = at;
        for _ in 0..MARKS {
            let Some(before) = at.checked_sub(1) else { return true };
            match self.sort(before) {
                Some(Sort::Newline) | None => return true,
                Some(Sort::Sign('>' | '?' | '*' | '-' | '|')) => at = before,
                Some(_) => return false,
            }
        }
        false
    }

    /// Whether a line ends before it.
    pub(super) fn ends_line(&self, at: usize) -> bool {
        matches!(self.sort(at), None | Some(Sort::Newline))
    }

    /// The range of some tokens in the text.
    pub(super) fn range(&self, from: usize, to: usize) -> Option<Range<usize>> {
        Some(self.get(from)?.start..self.get(to.checked_sub(1)?)?.end)
    }
}

/// What stands behind the apostrophe of "Ana's", "I'm", "we're", "don't".
fn shortened(first: Option<char>, second: Option<char>, third: Option<char>) -> bool {
    let ends = |c: Option<char>| !c.is_some_and(char::is_alphanumeric);
    match (first.map(|c| c.to_ascii_lowercase()), second.map(|c| c.to_ascii_lowercase())) {
        (Some('s' | 'm' | 'd' | 't'), _) if ends(second) => true,
        (Some('r' | 'v'), Some('e')) | (Some('l'), Some('l')) => ends(third),
        _ => false,
    }
}

fn case(word: &str) -> Case {
    let mut letters = word.chars().filter(|c| c.is_alphabetic());
    match letters.next() {
        Some(first) if first.is_uppercase() && letters.all(|c| !c.is_lowercase()) => Case::Upper,
        Some(first) if first.is_uppercase() => Case::Capital,
        Some(first) if first.is_lowercase() => Case::Lower,
        _ => Case::None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_numbers_and_signs() {
        let tokens = Tokens::new("Ana's O'Brien-Müller, 12b\nJOE \u{E000}李 q3");
        let raw: Vec<&str> = (0..tokens.list.len()).map(|n| tokens.raw(n)).collect();
        assert_eq!(raw, ["Ana", "'", "s", "O'Brien-Müller", ",", "12b", "\n", "JOE", "\u{E000}", "李", "q3"]);
        assert_eq!(tokens.fold(3), "o'brien-muller");
        assert!(tokens.is_capital(3) && tokens.is_capital(7) && !tokens.is_capital(9) && tokens.begins_line(7));
        assert!(!tokens.caseless && Tokens::new("ana said 5").caseless);
        assert_eq!(tokens.range(0, 1), Some(0..3));
        assert_eq!(tokens.fold(99), "");
    }
}
