//! Makes text from outside harmless on a terminal.

use std::borrow::Cow;

/// What stands where something unprintable stood.
const MARK: char = '\u{FFFD}';

/// A text of one line: line breaks and tabs become spaces, everything a terminal could obey becomes `�`.
pub(crate) fn line(text: &str) -> Cow<'_, str> {
    clean(text, |c| matches!(c, '\n' | '\t' | '\r'))
}

/// A text of several lines: line breaks and tabs stay.
pub(crate) fn block(text: &str) -> Cow<'_, str> {
    clean(text, |_| false)
}

fn clean(text: &str, blank: impl Fn(char) -> bool) -> Cow<'_, str> {
    if text.chars().all(|c| !blank(c) && (matches!(c, '\n' | '\t') || harmless(c))) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(
        text.chars()
            .map(|c| match c {
                c if blank(c) => ' ',
                '\n' | '\t' => c,
                c if harmless(c) => c,
                _ => MARK,
            })
            .collect(),
    )
}

/// A text as one word of a command that people may paste into a shell: what a mail's author put into an id is nothing that a shell runs.
pub(crate) fn word(text: &str) -> Cow<'_, str> {
    if !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"/._-+:@=,%".contains(&b)) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(format!("'{}'", line(text).replace('\'', r"'\''")))
}

/// A JSON document in which everything a terminal could obey is written as `\uXXXX`: the same document, byte for byte harmless. Such
/// characters stand only inside strings there; line breaks between the parts stay.
pub(crate) fn escaped(json: &str) -> Cow<'_, str> {
    if json.chars().all(|c| c == '\n' || harmless(c)) {
        return Cow::Borrowed(json);
    }
    let mut out = String::with_capacity(json.len() + 64);
    for c in json.chars() {
        if c == '\n' || harmless(c) {
            out.push(c);
        } else {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                out.push_str(&format!("\\u{unit:04x}"));
            }
        }
    }
    Cow::Owned(out)
}

/// Neither a control character (escape sequences begin with one), nor one that turns the reading direction of its surroundings, nor an
/// invisible one that carries hidden text. The plain direction marks U+200E and U+200F stay: they turn nothing but themselves.
fn harmless(c: char) -> bool {
    !(c.is_control()
        || matches!(c,
            '\u{061C}'                    // Arabic letter mark
            | '\u{2028}' | '\u{2029}'     // line and paragraph separator
            | '\u{202A}'..='\u{202E}'     // embeddings and overrides
            | '\u{2066}'..='\u{2069}'     // isolates
            | '\u{206A}'..='\u{206F}'     // deprecated format characters
            | '\u{FEFF}'                  // byte order mark
            | '\u{FFF9}'..='\u{FFFB}'     // interlinear annotation
            | '\u{E0000}'..='\u{E007F}')) // tags
}

#[cfg(test)]
mod tests {

    use super::{block, escaped, line, word};

    #[test]
    fn documents_stay_the_same_in_other_letters() {
        let text = "\x1b[31m \u{9b}31m \u{202e}x \u{e0041} \u{7f} é \n";
        let json = serde_json::to_string(text).unwrap();
        let safe = escaped(&json);
        assert_eq!(safe, r#""\u001b[31m \u009b31m \u202ex \udb40\udc41 \u007f é \n""#);
        assert_eq!(serde_json::from_str::<String>(&safe).unwrap(), text);
    }

    #[test]
    fn escape_sequences_lose_their_power() {
        assert_eq!(line("\x1b]0;owned\x07\x1b[31mred\x1b[0m"), "�]0;owned��[31mred�[0m");
        assert_eq!(line("\u{9b}31mC1"), "�31mC1");
        assert_eq!(block("a\rb\x08c\0d\x7f"), "a�b�c�d�");
    }

    #[test]
    fn words_run_nothing_in_a_shell() {
        let cases = [
            ("mail:a+b=c@x.example", "mail:a+b=c@x.example"),
            ("mail:$(reboot)@x", "'mail:$(reboot)@x'"),
            ("a'b;`id`", r"'a'\''b;`id`'"),
            ("a\nb\x1b", "'a b�'"),
            ("~/x", "'~/x'"),
            ("", "''"),
        ];
        for (text, expected) in cases {
            assert_eq!(word(text), expected);
        }
    }

    #[test]
    fn direction_cannot_be_turned() {
        assert_eq!(line("abc\u{202e}fdp.exe\u{2066}x\u{2069}"), "abc�fdp.exe�x�");
        assert_eq!(line("שלום\u{200f}!"), "שלום\u{200f}!", "ordinary right-to-left text stays");
    }

    #[test]
    fn lines_and_blocks_differ_in_breaks_only() {
        assert_eq!(line("a\nb\tc\r\nd"), "a b c  d");
        assert_eq!(block("a\n\tb"), "a\n\tb");
    }

    #[test]
    fn emoji_with_joiners_stay() {
        let family = "👩‍👩‍👧 👍🏽 🇩🇪";
        assert!(matches!(line(family), std::borrow::Cow::Borrowed(f) if f == family));
    }
}
