//! What a single line tells.

use super::words::{
    COMPANIES, FUNCTION_WORDS, LABELS, NO_NAMES, NO_NAMES_STARTS, PARTICLES, POSTSCRIPTS, STREETS, THANKS, TITLES, VALEDICTIONS,
};

/// Signs of a signature in a line, or in several together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Signs(u8);

impl Signs {
    const NAME: u8 = 1;
    const PHONE: u8 = 2;
    const EMAIL: u8 = 4;
    const LINK: u8 = 8;
    const TITLE: u8 = 16;
    const COMPANY: u8 = 32;
    const STREET: u8 = 64;

    pub(super) fn of(text: &str) -> Self {
        if text.len() > 400 {
            return Self::default();
        }
        let mut signs = 0;
        let mut note = |sign, is: bool| signs |= if is { sign } else { 0 };
        note(Self::NAME, is_name(text));
        note(Self::PHONE, phone(text).is_some());
        note(Self::EMAIL, is_email(text));
        note(Self::LINK, is_link(text));
        note(Self::TITLE, has_title(text));
        note(Self::COMPANY, has_company(text));
        note(Self::STREET, has_street(text));
        Self(signs)
    }

    pub(super) fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// How many different ones.
    pub(super) fn count(self) -> u32 {
        self.0.count_ones()
    }

    /// All but the name, which any two capitals look like.
    pub(super) fn contact(self) -> Self {
        Self(self.0 & !Self::NAME)
    }
}

/// Lower case, without marks at its ends.
pub(super) fn plain(text: &str) -> String {
    text.to_lowercase().replace('’', "'").trim_matches(|c: char| !c.is_alphanumeric() && c != ')').trim().to_owned()
}

/// A valediction and no more.
pub(super) fn is_valediction(text: &str) -> bool {
    if text.len() > 120 || text.ends_with(['?', ':']) {
        return false;
    }
    let plain = plain(text);
    VALEDICTIONS.has(&plain)
        || THANKS.has(&plain)
        || [" aus ", " from ", " de ", " da ", " från ", " fra "].iter().any(|from| {
            let from_here = |(greeting, place): (&str, &str)| {
                (VALEDICTIONS.has(greeting) || greeting == "greetings") && place.split_whitespace().count() <= 2
            };
            plain.split_once(from).is_some_and(from_here)
        })
}

/// A valediction that thanks.
pub(super) fn is_thanks(text: &str) -> bool {
    THANKS.has(&plain(text))
}

/// "Best, Michael": a valediction with a name on the same line. "Thanks, Michael" may thank Michael.
pub(super) fn is_signed_valediction(text: &str) -> bool {
    let Some((closing, name)) = text.split_once(',').filter(|_| text.len() <= 80) else { return false };
    VALEDICTIONS.has(&plain(closing)) && is_name(name.trim())
}

/// "Hilsen Jun": the name behind a valediction on the same line.
pub(super) fn valediction_and(text: &str) -> Option<&str> {
    let mut spaces = text.match_indices(' ').map(|(at, _)| at).filter(|_| text.len() <= 80);
    spaces.find_map(|at| {
        let (closing, name) = text.split_at_checked(at)?;
        (closing.chars().count() >= 3 && !closing.ends_with(',') && VALEDICTIONS.has(&plain(closing))).then_some(name.trim())
    })
}

/// "PS: …"
pub(super) fn is_postscript(text: &str) -> bool {
    let upper: String = text.chars().take(8).collect();
    POSTSCRIPTS.iter().any(|ps| upper.strip_prefix(ps).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric)))
}

/// An item of a list.
pub(super) fn is_item(text: &str) -> bool {
    let number = text.trim_start_matches(|c: char| c.is_ascii_digit());
    text.starts_with(['•', '◦', '▪', '‣'])
        || ["- ", "* ", "– ", "+ "].iter().any(|mark| text.starts_with(mark) && phone(text).is_none())
        || (number.len() < text.len()
            && text.len() - number.len() <= 2
            && number.starts_with([')', '.'])
            && number.chars().nth(1) == Some(' '))
}

const FOR_OTHERS: [&str; 7] = ["i. A. ", "i.A. ", "i. V. ", "i.V. ", "ppa. ", "p.p. ", "pp. "];

/// Without the "i. A." with which Germans sign on behalf of others.
fn for_others(text: &str) -> &str {
    FOR_OTHERS.iter().find_map(|by| text.strip_prefix(by)).unwrap_or(text)
}

/// "(she/her)" behind a name.
pub(super) fn without_pronouns(text: &str) -> &str {
    const PRONOUNS: [&str; 8] = ["she/", "he/", "they/", "her/", "him/", "sie/", "er/", "elle/"];
    let Some((name, rest)) = text.split_once(['(', '[']) else { return text };
    let lower = rest.get(..rest.len().min(8)).unwrap_or_default().to_lowercase();
    if PRONOUNS.iter().any(|p| lower.starts_with(p)) { name.trim_end() } else { text }
}

/// A line that could be somebody's name: one to four words in capitals.
pub(crate) fn is_name(text: &str) -> bool {
    let text = text.trim_matches(['*', '_', ',', ' ']);
    let text = for_others(text);
    if text.is_empty() || text.chars().count() > 40 || text.ends_with(['?', '!', ':']) {
        return false;
    }
    let lower = text.to_lowercase();
    if NO_NAMES.has(lower.trim_end_matches('.')) || NO_NAMES_STARTS.iter().any(|s| lower.starts_with(s)) {
        return false;
    }
    let cased = text.contains(char::is_lowercase) || text.contains(char::is_uppercase);
    if !cased {
        let letters = text.chars().filter(|c| c.is_alphabetic()).count();
        return (1..=10).contains(&letters) && text.chars().all(|c| c.is_alphabetic() || c == ' ' || c == '\u{3000}');
    }
    let words: Vec<&str> = text.split_whitespace().collect();
    // A full stop ends a sentence, unless it is an initial's.
    let stopped = text.ends_with('.') && words.last().is_some_and(|w| w.chars().count() > 3);
    !stopped
        && words.len() <= 4
        && words.iter().any(|w| !PARTICLES.has(w))
        && words.iter().all(|word| {
            let inner = word.trim_matches(['"', '(', ')', '.', '“', '”']);
            let letters = inner.chars().all(|c| c.is_alphabetic() || matches!(c, '-' | '\'' | '’' | '.'));
            letters && (inner.starts_with(char::is_uppercase) || PARTICLES.has(inner))
        })
}

/// The phone number in a line that is there for it: with its `+` and marks as written.
pub(super) fn phone(text: &str) -> Option<&str> {
    if text.len() > 400 {
        return None;
    }
    text.split(['|', '·', '•', ';']).find_map(|piece| number(piece).or_else(|| piece.split(',').find_map(number)))
}

fn number(piece: &str) -> Option<&str> {
    let piece = piece.trim().trim_matches('*').trim();
    let from = piece.find(|c: char| c == '+' || c == '(' || c.is_ascii_digit())?;
    let rest = piece.get(from..)?;
    let end = rest
        .find(|c: char| !(c.is_ascii_digit() || matches!(c, '+' | ' ' | '(' | ')' | '-' | '.' | '/' | '\u{a0}' | '–' | '‑')))
        .unwrap_or(rest.len());
    let number = rest.get(..end)?.trim_end_matches([' ', '-', '.', '/', '(', '–', '+', '\u{a0}']);
    let digits = number.chars().filter(char::is_ascii_digit).count();
    if !(7..=15).contains(&digits) || is_date(number) {
        return None;
    }
    let label = plain(piece.get(..from)?);
    let labelled = LABELS.has(label.trim_end_matches([':', '.']).trim());
    let tail = rest.get(end..)?.trim();
    // An extension, or which of several it is.
    let alone = label.is_empty() && (tail.is_empty() || tail.starts_with(['(', '<']) || tail.starts_with("ext") || tail.starts_with("x"));
    let international = number.starts_with('+') || number.starts_with("00") || number.starts_with("(0") || number.starts_with('0');
    (labelled || (alone && international)).then_some(number)
}

/// `15.03.2024`, `2024-03-15`
fn is_date(number: &str) -> bool {
    let groups: Vec<&str> = number.split(['.', '-', '/']).map(str::trim).collect();
    let year = |g: &&str| g.len() == 4 && (g.starts_with("19") || g.starts_with("20"));
    groups.len() == 3 && (groups.first().is_some_and(year) || groups.last().is_some_and(year))
}

/// The label in front of a number says that it is a fax.
pub(super) fn is_fax(text: &str) -> bool {
    let lower = text.trim_start().to_lowercase();
    lower.starts_with("fax") || lower.starts_with("f:") || lower.starts_with("f ") || lower.starts_with("télécopie")
}

fn is_email(text: &str) -> bool {
    text.split_whitespace().count() <= 8 && text.split(['|', ' ', '<', '>', '(', ')', ':', ',']).any(|word| addr(word).is_some())
}

/// A word that is a mail address.
pub(super) fn addr(word: &str) -> Option<&str> {
    let word = word.trim_matches(['<', '>', '(', ')', '[', ']', ',', ';', '.', '*']);
    let (local, domain) = word.split_once('@')?;
    (!local.is_empty() && domain.contains('.') && !domain.starts_with('.') && !domain.contains('@')).then_some(word)
}

fn is_link(text: &str) -> bool {
    let lower = text.to_lowercase();
    let words = lower.split_whitespace().count();
    let domain = |word: &str| {
        let word = word.trim_matches(['<', '>', '*', ',']);
        word.split_once('.')
            .is_some_and(|(_, end)| end.len() >= 2 && end.chars().all(|c| c.is_ascii_alphanumeric() || c == '.' || c == '/'))
            && word.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '/'))
            && word.contains(|c: char| c.is_ascii_alphabetic())
    };
    words <= 6
        && (lower.contains("http://")
            || lower.contains("https://")
            || lower.contains("www.")
            || (words == 1 && domain(&lower))
            || lower == "linkedin")
}

fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(|c: char| !c.is_alphanumeric() && c != '\'' && c != '’').filter(|w| !w.is_empty()).map(str::to_lowercase)
}

/// A line that names a position.
pub(super) fn has_title(text: &str) -> bool {
    text.split_whitespace().count() <= 10 && words(text).any(|w| TITLES.has(&w))
}

/// A line that names a company by its legal form.
pub(super) fn has_company(text: &str) -> bool {
    text.split_whitespace().count() <= 14
        && text
            .split(|c: char| c.is_whitespace() || matches!(c, ',' | '|' | '·' | '•'))
            .skip(1)
            .any(|w| COMPANIES.has(w.trim_matches(['*', '(', ')'])))
        || text.starts_with("株式会社")
        || text.ends_with("株式会社")
        || text.ends_with("有限公司")
}

fn has_street(text: &str) -> bool {
    let digits = text.contains(|c: char| c.is_ascii_digit());
    digits
        && text.split_whitespace().count() <= 12
        && words(text).any(|w| STREETS.iter().any(|s| if s.len() <= 4 { w == s } else { w.ends_with(s) || w.starts_with(s) }))
        || postal(text)
}

/// `10115 Berlin`, `D-10115 Berlin`, `1017 AB Amsterdam`
fn postal(text: &str) -> bool {
    let mut pieces = text.split(',').map(str::trim);
    text.split_whitespace().count() <= 8
        && pieces.any(|piece| {
            let mut words = piece.split_whitespace();
            let code = words.next().unwrap_or_default();
            let code = code.rsplit('-').next().unwrap_or_default();
            let town = words.next().unwrap_or_default();
            (4..=5).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_digit()) && town.starts_with(char::is_uppercase)
        })
}

/// A line that says something: a question, a sentence, a promise. Knows the common languages' little words; elsewhere it goes by length and
/// the full stop.
pub(super) fn is_sentence(text: &str) -> bool {
    let text = for_others(without_pronouns(text.trim()));
    if is_valediction(text) {
        return false;
    }
    let count = text.split_whitespace().filter(|w| w.contains(char::is_alphabetic)).count();
    if text.ends_with(['?', '？']) && count >= 1 {
        return true;
    }
    if count >= 3 && words(text).any(|w| FUNCTION_WORDS.has(&w)) {
        return true;
    }
    let ideographs =
        text.chars().filter(|c| matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}')).count();
    let stopped = text.ends_with(['.', '!', '…', '。', '！']);
    if ideographs > 0 {
        return (stopped && ideographs >= 4)
            || ideographs > 24
            || (ideographs >= 6 && ["ます", "です", "ください", "니다", "세요"].iter().any(|e| text.ends_with(e)));
    }
    let signs = !Signs::of(text).contact().is_empty();
    let parted = text.contains(['|', '·', '•']);
    (stopped && count >= 4 && !signs) || (count >= 10 && !signs && !parted) || (count >= 18 && !parted)
}
