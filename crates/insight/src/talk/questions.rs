//! Questions in speech: sentences with a question mark, or that begin as questions do. Tags ("..., right?") ask nothing.

/// Words before a sentence's own first word.
const FILLERS: &[&str] = &[
    "and", "so", "but", "okay", "ok", "well", "um", "uh", "right", "yeah", "yes", "no", "great", "now", "then", "cool", "alright", "sure",
    "or", "hmm", "hm", "und", "also", "ja", "aber", "et", "alors", "donc", "oui", "y", "pues", "bueno", "entonces",
];

/// English question words. Without a question mark most sentences that begin so are clauses ("when somebody pushes", "what helps is"):
/// the verb has to stand before its subject.
const ENGLISH: &[&str] = &["what", "who", "whom", "whose", "when", "where", "why", "how", "which"];
/// The same with their verb: a question if the sentence is short and simple ("what's next").
const SHORTENED: &[&str] = &["what's", "who's", "when's", "where's", "how's", "why's"];
const MEASURES: &[&str] = &["many", "much", "long", "often", "soon", "far", "big", "about", "come"];

/// Behind "what", before the verb.
const KINDS: &[&str] =
    &["time", "kind", "sort", "type", "size", "day", "date", "number", "share", "else", "price", "budget", "version", "part"];

/// Question words of other languages; a subject right behind one makes it a clause ("was wir brauchen").
const WORDS: &[&str] = &[
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
    "wof\u{fc}r",
    "welche",
    "welcher",
    "welches",
    "welchen",
    "welchem",
    "quoi",
    "quand",
    "o\u{f9}",
    "comment",
    "pourquoi",
    "combien",
    "quel",
    "quelle",
    "quels",
    "quelles",
    "qu'est-ce",
    "est-ce",
    "qu\u{e9}",
    "qui\u{e9}n",
    "qui\u{e9}nes",
    "cu\u{e1}ndo",
    "d\u{f3}nde",
    "c\u{f3}mo",
    "cu\u{e1}nto",
    "cu\u{e1}nta",
    "cu\u{e1}ntos",
    "cu\u{e1}ntas",
    "cu\u{e1}l",
    "cu\u{e1}les",
];
const SUBJECTS: &[&str] = &[
    "the", "that", "it", "a", "ich", "wir", "sie", "ihr", "er", "es", "man", "der", "die", "das", "gesagt", "je", "tu", "nous", "vous",
    "on", "il", "elle", "ils", "elles", "le", "la", "les", "ce", "c'est",
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
    "has",
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
    "all",
    "both",
    "everything",
    "anything",
    "something",
];
/// Verbs that also open a request ("do the math", "have a look") or a condition ("should you need it"): only a person behind them asks.
const WORKERS: &[&str] = &["do", "have", "don't", "haven't", "should", "may", "might"];
const PERSONS: &[&str] = &["you", "we", "they", "i"];
const CONDITIONS: &[&str] = &["should you", "should they", "may you", "may they", "might you"];

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
        // "Alex, would you?": a name alone states nothing.
        Some(statement) => begins(statement) || statement.split_whitespace().count() == 1,
        None => true,
    }
}

/// What stands before a tag; `None` if there is no tag. A tag alone stands behind nothing.
fn untagged(lower: &str) -> Option<&str> {
    if TAGS.contains(&lower) {
        return Some("");
    }
    if let Some((before, tag)) = lower.rsplit_once(',') {
        let tag = tag.trim_matches(|c: char| !c.is_alphanumeric());
        if is_tag(tag) {
            return Some(before);
        }
        // "..., is that right?"
        if begins(tag) {
            return None;
        }
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
    let third = words.next().unwrap_or_default();
    let (first, second, third) = (first.as_str(), second.as_str(), third.as_str());
    // "avez-vous", "pouvez-vous", "peut-on".
    let inverted = first.rsplit_once('-').is_some_and(|(_, who)| ["vous", "tu", "on", "nous", "il", "elle", "ils", "elles"].contains(&who));
    let verb = |w: &str| VERBS.contains(&w) || WORKERS.contains(&w) || w == "had";
    let asked = if first == "how" && MEASURES.contains(&second) {
        true
    } else if verb(second) {
        first != "which"
    } else {
        // "which team would ...", "how full are ...", "what time does ...": but "what helps is ..." states.
        let noun = first != "what" || KINDS.contains(&second);
        verb(third) && noun && !clause(second)
    };
    let simple = !lower.contains([',', ':']) && !lower.contains(" is ") && lower.split_whitespace().count() <= 8;
    inverted
        || ENGLISH.contains(&first) && asked
        || SHORTENED.contains(&first) && simple
        || VERBS.contains(&first) && AFTER_VERB.contains(&second)
        || WORKERS.contains(&first) && PERSONS.contains(&second) && !CONDITIONS.contains(&format!("{first} {second}").as_str())
        || GERMAN.contains(&first) && AFTER_GERMAN.contains(&second)
        || WORDS.contains(&first) && !second.is_empty() && !SUBJECTS.contains(&second)
        || first == "por" && second == "qu\u{e9}"
}

/// A subject behind a question word, or a verb that has none before it: "what we do", "when somebody is", "what helps is".
fn clause(second: &str) -> bool {
    let bare = second.split('\'').next().unwrap_or_default();
    AFTER_VERB.contains(&bare) || ["a", "an", "his", "her", "people", "nobody"].contains(&bare)
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
            ("What time would suit you", 1),
            ("So how full are the machines, how long is the queue.", 1),
            ("What's next.", 1),
            ("What's left is paper.", 0),
            ("What I'd propose is a call.", 0),
            ("What helps is a plan.", 0),
            ("When somebody pushes, we build.", 0),
            ("When there's a beta I'd want you in it.", 0),
            ("Who measures.", 0),
            ("Had that one too. Have your week.", 0),
            ("Should you need more, call me.", 0),
            ("May I ask how you get there", 1),
            ("And were all of them okay?", 1),
            ("You've got two years, is that right?", 1),
            ("Alex, would you?", 1),
            ("Did I?", 1),
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
