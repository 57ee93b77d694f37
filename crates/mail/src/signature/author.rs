//! The author's own name at the end of what they wrote.

use std::ops::Range;

use super::{Stretch, block, sent, sign};
use crate::words::Words;

/// How an author may sign: by any part of their name. Where nobody knows the name, a name that stands alone below a whole sentence counts.
#[derive(Debug, Clone, Default)]
pub(crate) struct Author {
    names: Vec<String>,
}

/// Lines below the name.
const MOST_LINES: usize = 12;
/// Bytes of a line with a name.
const LONGEST: usize = 200;

/// Kanji that are an answer and no name.
static ANSWERS: Words = Words::of(&["了解|賛成|同意|承知|以上|不要|未定|可能|至急|添付|必要|確認|済|完了|回答|追伸|敬具|結構|不明|未済"]);

impl Author {
    /// Of a display name; the empty one is nobody's.
    pub(crate) fn of(name: &str) -> Self {
        let name = name.split(['(', '@']).next().unwrap_or_default();
        let words = name.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty());
        Self { names: words.map(folded).take(8).collect() }
    }

    /// A line that is the author's name, or a part of it, and no more.
    fn signs(&self, text: &str) -> bool {
        if text.len() > LONGEST {
            return false;
        }
        let words: Vec<String> = text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).take(6).map(folded).collect();
        let known = |w: &String| self.names.contains(w) || (w.chars().count() == 1 && self.names.iter().any(|n| n.starts_with(w.as_str())));
        let initials = |w: &String| w.chars().eq(self.names.iter().filter_map(|n| n.chars().next()));
        // Mike is Michael.
        let short = |w: &String| w.chars().count() >= 3 && self.names.iter().any(|n| n.chars().take(2).eq(w.chars().take(2)));
        match words.as_slice() {
            [] => false,
            [word] => known(word) || initials(word) || (short(word) && sign::is_name(text)),
            words => words.len() < 6 && words.iter().all(known),
        }
    }

    /// The line is the author's, given the text above it.
    fn signs_below(&self, text: &str, above: &str) -> bool {
        if above.ends_with([':', '：', ',', ';', '-', '–']) {
            return false;
        }
        if self.signs(text) || is_kanji_name(text, above) {
            return true;
        }
        let ended = above.ends_with(['.', '!', '?', '…', ')']);
        self.names.is_empty()
            && ended
            && sign::is_name(text)
            && text.split_whitespace().count() <= 2
            && text.chars().any(char::is_lowercase)
    }
}

/// The signature that the author's name begins, at the end of the text: "Jo", "Jo Rivera, YourCompany" and what stands below it, and a wish
/// above it ("Have a good weekend,").
pub(super) fn at_end(text: Stretch<'_>, author: &Author) -> Option<Range<usize>> {
    let last = text.last()?;
    let paragraph = text.paragraph_to(last);
    let first = paragraph.start;
    if paragraph.len() > MOST_LINES || sign::is_valediction(text.text(first)) {
        return None;
    }
    if let Some(wish) = wish(text, &paragraph, author) {
        return Some(wish..text.end);
    }
    // "Hilsen Jun", at the end of a paragraph too.
    if sign::valediction_and(text.text(last)).is_some_and(|name| author.signs(name) || (author.names.is_empty() && sign::is_name(name)))
        && text.before(last).is_some()
    {
        return Some(last..text.end);
    }
    if is_kanji_name(text.text(last), text.text(text.before(last)?)) {
        return Some(last..text.end);
    }
    let above = text.text(text.before(first)?);
    let line = text.text(first);
    let named = if last == first {
        author.signs_below(line, above)
    } else {
        author.signs(block::head(line)) && !above.ends_with([':', '：']) && !sign::is_sentence(line)
    };
    let below = (first + 1..=last).all(|n| !block::stops(text.text(n)) || sent::is_sent_from(text.text(n)));
    (named && below).then_some(first..text.end)
}

/// "Have a good weekend," above the author's name: any few words that end with a comma.
fn wish(text: Stretch<'_>, paragraph: &Range<usize>, author: &Author) -> Option<usize> {
    let name = text.text(paragraph.end.checked_sub(1)?);
    let at = paragraph.end.checked_sub(2).filter(|n| *n >= paragraph.start)?;
    text.before(at)?;
    let line = text.text(at);
    let words = line.split_whitespace().count();
    let whole = at == paragraph.start || text.text(at - 1).ends_with(['.', '!', '?', '…']);
    let wish = whole
        && line.ends_with([',', '!'])
        && line.starts_with(char::is_uppercase)
        && (2..=6).contains(&words)
        && !line.contains(|c: char| c.is_ascii_digit() || matches!(c, ':' | '?'))
        && !sign::is_name(line);
    let named = author.signs(name) || (author.names.is_empty() && sign::is_name(name) && name.split_whitespace().count() <= 2);
    (wish && named).then_some(at)
}

/// `森`, `佐藤 健司`: Japanese names have no kana, and what stands above them has. Chinese writes everything without, and sets no space.
fn is_kanji_name(text: &str, above: &str) -> bool {
    let space = |c: char| matches!(c, ' ' | '\u{3000}');
    let ended = above.ends_with(['。', '！', '？', '.', '!', '?']);
    if !ended || text.len() > LONGEST || !text.chars().all(|c| matches!(c, '\u{4e00}'..='\u{9fff}' | '々') || space(c)) {
        return false;
    }
    let count = text.chars().filter(|c| !space(*c)).count();
    let kana = above.contains(|c: char| matches!(c, '\u{3040}'..='\u{30ff}'));
    ((1..=6).contains(&count) && kana && !ANSWERS.has(text)) || ((3..=6).contains(&count) && text.contains(space))
}

/// Lower case without marks: Tomas is Tomás.
fn folded(word: &str) -> String {
    const MARKED: &[(&str, char)] = &[
        ("áàâäãåąā", 'a'),
        ("éèêëęěē", 'e'),
        ("íìîïıī", 'i'),
        ("óòôöõøőō", 'o'),
        ("úùûüůűū", 'u'),
        ("ýÿ", 'y'),
        ("çćč", 'c'),
        ("ñńň", 'n'),
        ("śšş", 's'),
        ("źżž", 'z'),
        ("łĺľ", 'l'),
        ("řŕ", 'r'),
        ("ďđ", 'd'),
        ("ťţ", 't'),
        ("ğ", 'g'),
    ];
    let plain = |c: char| MARKED.iter().find(|(marked, _)| marked.contains(c)).map_or(c, |(_, plain)| *plain);
    word.to_lowercase().chars().map(plain).collect()
}
