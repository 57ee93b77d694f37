//! Questions in speech: sentences with a question mark, or that begin as questions do. Tags ("..., right?") ask nothing.

/// Words before a sentence's own first word.
const FILLERS: &[&str] = &[
    "and", "so", "but", "okay", "ok", "well", "um", "uh", "right", "yeah", "yes", "no", "great", "now", "then", "cool", "alright", "sure",
    "or", "hmm", "hm", "und", "also", "ja", "aber", "et", "alors", "donc", "oui", "y", "pues", "bueno", "entonces",
];

/// Question words; a subject right behind one makes it a clause of a statement ("when we started", "was wir brauchen").
const WORDS: &[&str] = &[
    "what",
    "what's",
    "who",
    "who's",
    "whom",
    "whose",
    "when",
    "when's",
    "where",
    "where's",
    "why",
    "how",
    "how's",
    "which",
    "was",
    "wer",
    "wen",
    "wem",
    "wann",
    "wo",
    "warum",
    "wieso",
    "weshalb",
    "wie",
    "wieviel",
    "woher",
    "wohin",
    "womit",
    "wofür",
    "welche",
    "welcher",
    "welches",
    "welchen",
    "welchem",
    "que",
    "quoi",
    "qui",
    "quand",
    "où",
    "comment",
    "pourquoi",
    "combien",
    "quel",
    "quelle",
    "quels",
    "quelles",
    "qu'est-ce",
    "est-ce",
    "qué",
    "quién",
    "quiénes",
    "cuándo",
    "dónde",
    "cómo",
    "cuánto",
    "cuánta",
    "cuántos",
    "cuántas",
    "cuál",
    "cuáles",
];

const SUBJECTS: &[&str] = &[
    "i", "you", "we", "they", "he", "she", "it", "there", "this", "that", "these", "those", "the", "a", "an", "your", "our", "my", "their",
    "his", "her", "i'm", "i've", "we're", "we've", "you're", "you've", "they're", "it's", "that's", "ich", "wir", "sie", "ihr", "er", "es",
    "man", "der", "die", "das", "gesagt", "je", "tu", "nous", "vous", "on", "il", "elle", "ils", "elles", "le", "la", "les", "ce", "c'est",
];

/// Verbs that stand first in a question, and what follows them there.
const VERBS: &[&str] = &[
    "is",
    "are",
    "am",
    "was",
    "were",
    "does",
    "did",
    "can",
    "could",
    "will",
    "would",
    "shall",
    "should",
    "has",
    "had",
    "may",
    "might",
    "isn't",
    "aren't",
    "wasn't",
    "weren't",
    "doesn't",
    "didn't",
    "can't",
    "couldn't",
    "won't",
    "wouldn't",
    "shouldn't",
    "hasn't",
    "hadn't",
];
const AFTER_VERB: &[&str] = &[
    "i",
    "you",
    "we",
    "they",
    "he",
    "she",
    "it",
    "there",
    "this",
    "that",
    "these",
    "those",
    "the",
    "your",
    "our",
    "my",
    "their",
    "anyone",
    "anybody",
    "somebody",
    "someone",
    "everyone",
    "everybody",
    "any",
];
/// Verbs that also open a request ("do the math", "have a look"): only a person behind them asks.
const WORKERS: &[&str] = &["do", "have", "don't", "haven't"];
const PERSONS: &[&str] = &["i", "you", "we", "they", "he", "she", "your"];

const GERMAN: &[&str] = &[
    "ist", "sind", "war", "haben", "hat", "habt", "hast", "können", "kann", "kannst", "könnt", "könnten", "gibt", "wollen", "will",
    "willst", "möchten", "sollen", "sollten", "soll", "würden", "würde", "wird", "werden", "machen", "nutzen", "brauchen", "darf",
    "dürfen",
];
const AFTER_GERMAN: &[&str] = &["sie", "ihr", "du", "wir", "ich", "es", "er", "man", "das", "die", "der", "dies", "bei"];

/// What is said at the end of a statement to be agreed with.
const TAGS: &[&str] = &[
    "right",
    "okay",
    "ok",
    "alright",
    "all right",
    "yeah",
    "yes",
    "no",
    "huh",
    "eh",
    "hm",
    "hmm",
    "mm",
    "correct",
    "you know",
    "you see",
    "know what i mean",
    "oder",
    "nicht wahr",
    "gell",
    "ne",
    "n'est-ce pas",
    "non",
    "hein",
    "d'accord",
    "verdad",
    "vale",
    "cierto",
];
/// Of those, which need no comma before them where nobody sets commas.
const LOOSE: &[&str] = &[" right", " okay", " ok", " yeah", " huh"];

/// How many questions a text asks.
pub fn questions(text: &str) -> usize {
    let mut count = 0;
    let mut rest = text;
    while !rest.is_empty() {
        let end = end_of_sentence(rest);
        let (sentence, after) = rest.split_at(end);
        count += usize::from(asks(sentence));
        rest = after;
    }
    count
}

/// Bytes up to the end of the first sentence, its marks included.
fn end_of_sentence(text: &str) -> usize {
    let stop = |c: char| matches!(c, '.' | '!' | '?' | '\u{2026}' | '\u{FF1F}' | '\u{061F}' | '\u{3002}');
    let mut chars = text.char_indices().peekable();
    while let Some((i, c)) = chars.next() {
        let mut end = i + c.len_utf8();
        if c == '\n' {
            return end;
        }
        if !stop(c) {
            continue;
        }
        while let Some((j, d)) = chars.next_if(|(_, d)| stop(*d) || closing(*d)) {
            end = j + d.len_utf8();
        }
        // "v1.2", "example.com?x": only a space ends a sentence, or a mark that nothing else uses.
        if !c.is_ascii() || chars.peek().is_none_or(|(_, d)| d.is_whitespace()) {
            return end;
        }
    }
    text.len()
}

fn closing(c: char) -> bool {
    matches!(c, '"' | '\'' | ')' | '\u{201D}' | '\u{2019}')
}

fn mark(c: char) -> bool {
    matches!(c, '?' | '\u{FF1F}' | '\u{061F}')
}

fn asks(sentence: &str) -> bool {
    let marked = sentence.trim_end_matches(|c: char| c.is_whitespace() || closing(c) || matches!(c, '.' | '!')).ends_with(mark);
    let lower = sentence.to_lowercase().replace(['\u{2018}', '\u{2019}'], "'");
    let lower = lower.trim_matches(|c: char| !c.is_alphanumeric());
    if lower.is_empty() {
        return false;
    }
    if !marked {
        // "What a day!" wonders, and asks nothing.
        return !sentence.trim_end().ends_with('!') && begins(lower);
    }
    match untagged(lower) {
        Some(statement) => begins(statement),
        None => true,
    }
}

/// What stands before a tag; `None` if there is no tag. A tag alone stands behind nothing.
fn untagged(lower: &str) -> Option<&str> {
    if is_tag(lower) {
        return Some("");
    }
    if let Some((before, tag)) = lower.rsplit_once(',')
        && is_tag(tag.trim_matches(|c: char| !c.is_alphanumeric()))
    {
        return Some(before);
    }
    LOOSE.iter().find_map(|t| lower.strip_suffix(t))
}

/// `right`, `isn't it`, `do you`: a verb and a pronoun at the end of a statement, or a word of agreement.
fn is_tag(text: &str) -> bool {
    if TAGS.contains(&text) {
        return true;
    }
    let mut words = text.split(' ');
    let (Some(verb), Some(who), None) = (words.next(), words.next(), words.next()) else { return false };
    (VERBS.contains(&verb) || WORKERS.contains(&verb)) && ["it", "you", "we", "they", "he", "she", "i", "there"].contains(&who)
}

/// Whether a sentence in lower case begins as a question does.
fn begins(lower: &str) -> bool {
    let bare = |w: &str| w.trim_matches(|c: char| !c.is_alphanumeric()).to_owned();
    let mut words = lower.split_whitespace().map(bare).filter(|w| !w.is_empty()).skip_while(|w| FILLERS.contains(&w.as_str()));
    let (Some(first), second) = (words.next(), words.next().unwrap_or_default()) else { return false };
    let (first, second) = (first.as_str(), second.as_str());
    // "avez-vous", "pouvez-vous", "peut-on".
    let inverted = first.rsplit_once('-').is_some_and(|(_, who)| ["vous", "tu", "on", "nous", "il", "elle", "ils", "elles"].contains(&who));
    let relative = first == "which" && matches!(second, "is" | "was" | "means" | "are" | "makes" | "would");
    inverted
        || VERBS.contains(&first) && AFTER_VERB.contains(&second)
        || WORKERS.contains(&first) && PERSONS.contains(&second)
        || GERMAN.contains(&first) && AFTER_GERMAN.contains(&second)
        || WORDS.contains(&first) && !second.is_empty() && !SUBJECTS.contains(&second) && !relative
        || first == "por" && second == "qué"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_a_question() {
        for (text, want) in [
            ("How many people use it today?", 1),
            ("How many people use it today", 1),
            ("So, what does the rollout look like.", 1),
            ("Can you send that over", 1),
            ("Do you use Plinthware. Is that the old one", 2),
            ("And you are on the annual plan?", 1),
            ("You're on the annual plan, right?", 0),
            ("so you are on the annual plan right?", 0),
            ("It's slow, isn't it?", 0),
            ("Is that right?", 1),
            ("What do you pay for it, right?", 1),
            ("Right?", 0),
            ("Okay? Yeah? You know?", 0),
            ("When we started we had three people.", 0),
            ("What we do is import everything.", 0),
            ("Which is why we came to you.", 0),
            ("Which team would start?", 1),
            ("What a day!", 0),
            ("Do the math. Have a look. Will do.", 0),
            ("Have you seen it", 1),
            ("Version 1.2 is on example.com?x and it works.", 0),
            ("What?! Really??", 2),
            ("", 0),
            ("???", 0),
            ("Wie viele Leute nutzen das", 1),
            ("Wie gesagt, wir starten im Mai.", 0),
            ("Haben Sie schon ein Angebot", 1),
            ("Was wir brauchen, ist Zeit.", 0),
            ("Das passt so, oder?", 0),
            ("Combien ça coûte", 1),
            ("Avez-vous un budget", 1),
            ("C'est en mai, n'est-ce pas?", 0),
            ("¿Cuándo empezamos? Cuánto cuesta", 2),
            ("Empezamos en mayo, ¿verdad?", 0),
            ("これは何ですか\u{FF1F}", 1),
        ] {
            assert_eq!(questions(text), want, "{text}");
        }
    }
}
