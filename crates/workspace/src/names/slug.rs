use deunicode::deunicode_char;

use crate::error::is_hidden;

/// The most characters a slug has.
pub(crate) const LONGEST: usize = 60;

/// Lower-case ASCII words joined by `_`, at most 60 characters, `untitled` if nothing of the text is left.
///
/// Other scripts are spelled in Latin letters; emoji, punctuation and control characters only separate words.
pub fn slug(text: &str) -> String {
    let joined = cut(&words(text, usize::MAX).join("_"), LONGEST);
    if joined.is_empty() { "untitled".to_owned() } else { joined }
}

/// The first `most` words of a text, in lower-case ASCII letters and digits.
pub(crate) fn words(text: &str, most: usize) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    // A text of a megabyte gives no longer name.
    for c in text.chars().take(2_000) {
        match c {
            'A'..='Z' | 'a'..='z' | '0'..='9' => word.push(c.to_ascii_lowercase()),
            // "customer's" is one word.
            '\'' | '\u{2019}' => {}
            c if c.is_alphanumeric() => spell(c, &mut word),
            c if is_mark(c) || is_hidden(c) && !c.is_whitespace() && !c.is_control() => {}
            _ if word.is_empty() => {}
            _ => words.push(std::mem::take(&mut word)),
        }
        if words.len() >= most {
            return words;
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// Combining marks belong to the letter before them.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{591}'..='\u{5c7}' | '\u{610}'..='\u{61a}' | '\u{64b}'..='\u{65f}' | '\u{fe00}'..='\u{fe0f}')
}

fn spell(c: char, word: &mut String) {
    let Some(spelled) = deunicode_char(c) else { return };
    word.extend(spelled.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()));
}

/// At most `longest` characters of a slug, whole words if the first one fits.
pub(crate) fn cut(slug: &str, longest: usize) -> String {
    let Some(head) = slug.get(..longest) else { return slug.to_owned() };
    if slug.as_bytes().get(longest) == Some(&b'_') {
        return head.to_owned();
    }
    match head.rsplit_once('_') {
        Some((whole, _)) => whole.to_owned(),
        None => head.to_owned(),
    }
}
