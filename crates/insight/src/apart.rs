//! What tells two facts apart that are put in the same words: a name, a number, a single letter. "Seats for Berlin" and "seats for Graz"
//! share most of their words and are two things.

use crate::lexicon::verbs;

/// Words with a capital for another reason than that they are names.
const NO_NAMES: &[&str] =
    &["i", "i'm", "i'll", "i've", "eod", "eow", "eom", "cob", "asap", "fyi", "re", "pm", "am", "ok", "utc", "cet", "et", "pt"];

const NUMBERS: &[(&str, &str)] = &[
    ("one", "1"),
    ("two", "2"),
    ("three", "3"),
    ("four", "4"),
    ("five", "5"),
    ("six", "6"),
    ("seven", "7"),
    ("eight", "8"),
    ("nine", "9"),
    ("ten", "10"),
    ("eleven", "11"),
    ("twelve", "12"),
    ("twenty", "20"),
    ("thirty", "30"),
    ("forty", "40"),
    ("fifty", "50"),
    ("sixty", "60"),
    ("seventy", "70"),
    ("eighty", "80"),
    ("ninety", "90"),
    ("hundred", "100"),
    ("first", "1st"),
    ("second", "2nd"),
    ("third", "3rd"),
    ("fourth", "4th"),
];

/// The tokens of a text that tell it from others.
#[derive(Debug, Default, PartialEq, Eq)]
struct Marks {
    names: Vec<String>,
    numbers: Vec<String>,
    letters: Vec<String>,
}

/// Whether each of two texts has a name, a number or a letter that the other has not. What stands in `more_a` and `more_b`, the sentences
/// around them, counts as said by them too.
pub(crate) fn clash(a: &str, more_a: &str, b: &str, more_b: &str) -> bool {
    let (of_a, of_b) = (marks(a), marks(b));
    let mut pairs = [(&of_a.names, &of_b.names), (&of_a.numbers, &of_b.numbers), (&of_a.letters, &of_b.letters)].into_iter();
    // Most texts have none, and facts are compared with very many others.
    if pairs.clone().all(|(x, y)| x.is_empty() || y.is_empty()) {
        return false;
    }
    let (all_a, all_b) = (words(&format!("{a} {more_a}")), words(&format!("{b} {more_b}")));
    let lacks = |mine: &[String], all: &[String]| mine.iter().any(|m| !all.contains(m));
    pairs.any(|(x, y)| lacks(x, &all_b) && lacks(y, &all_a))
}

/// Whether two texts have the same words, whatever their signs and case.
pub(crate) fn same_words(a: &str, b: &str) -> bool {
    words(a) == words(b)
}

/// Every word, as [`marks`] would give it.
fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(|w| plain(&w.to_lowercase())).collect()
}

fn plain(lower: &str) -> String {
    NUMBERS.iter().find(|n| n.0 == lower).map_or(lower, |n| n.1).to_owned()
}

fn of_list(list: &str, lower: &str) -> bool {
    verbs::LISTS.iter().any(|(name, words)| *name == list && words.split('|').any(|w| w == lower))
}

fn marks(text: &str) -> Marks {
    let mut out = Marks::default();
    let tokens: Vec<&str> = text.split_whitespace().collect();
    let is_month = |n: Option<usize>| {
        let word = n.and_then(|n| tokens.get(n)).map(|t| t.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase());
        word.is_some_and(|w| of_list("{MONTH}", &w))
    };
    let mut opens = true;
    for (n, token) in tokens.iter().enumerate() {
        let first = std::mem::replace(&mut opens, token.ends_with(['.', '!', '?', ':']));
        // "14:30", "3/27" and "2024-04-12" say when; so does a number beside a month.
        let digits = token.contains(|c: char| c.is_ascii_digit());
        let time = digits && token.trim_end_matches([':', '/', '-']).contains([':', '/', '-']) && !token.contains(char::is_alphabetic);
        let dated = digits && (is_month(n.checked_sub(1)) || is_month(Some(n + 1)));
        if time || dated {
            continue;
        }
        for word in token.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()) {
            let lower = word.to_lowercase();
            let known = plain(&lower);
            if word.contains(|c: char| c.is_ascii_digit()) || known != lower {
                // "2pm", "the 3rd", "in 2024".
                let hour = ["am", "pm", "h", "st", "nd", "rd", "th"].iter().any(|e| lower.ends_with(e)) && known == lower;
                let year = lower.len() == 4 && lower.starts_with("20");
                if !hour && !year {
                    out.numbers.push(known);
                }
            } else if word.chars().count() == 1 {
                if word.chars().all(char::is_uppercase) && !first && lower != "i" {
                    out.letters.push(lower);
                }
            } else if word.starts_with(char::is_uppercase)
                && !first
                && !NO_NAMES.contains(&lower.as_str())
                && !of_list("{WEEKDAY}", &lower)
                && !of_list("{MONTH}", &lower)
            {
                out.names.push(lower);
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_numbers_and_letters_tell_apart() {
        for (a, b, apart) in [
            ("Order 40 seats for Berlin", "Order 40 seats for Graz", true),
            ("Review phase A plan", "Review phase B plan", true),
            ("Call Anna", "Call Anja", true),
            ("Child task one", "Child task two", true),
            ("Send the first draft", "Send the second draft", true),
            ("Send v2 of the deck", "Send v3 of the deck", true),
            // One of them only says more.
            ("Send the SOC 2 report to Aisha", "Send SOC 2 report", false),
            ("Order forty seats", "Ordered 40 seats", false),
            ("Send the offer for 70 seats", "Sent the offer to Aisha at 14:30", false),
            ("Send the deck on 3 March", "Sent the deck on 12 April", false),
            ("Send the deck by Monday", "Sent the deck on Friday", false),
            ("Call Anna", "Called anna", false),
            ("Review a plan", "Review the plan", false),
            ("", "", false),
        ] {
            assert_eq!(clash(a, "", b, ""), apart, "{a} / {b}");
            assert_eq!(clash(b, "", a, ""), apart, "{b} / {a}");
        }
        assert!(!clash("Send the offer for 70 seats", "", "Sent the offer for 60", "It was 70, now 60 seats"));
        assert!(same_words("Send **the** deck.", "send the deck") && !same_words("Send deck", "Send a deck"));
    }
}
