//! Message ids that tell messages apart.

/// `mime::native` has the same bound.
const LENGTH: usize = 200;

/// Whether a message id (without brackets) tells one message from all others. It does not, if it has no `@` (RFC 5322 asks for one, and phrases
/// that `In-Reply-To` was once allowed to hold have none), is over 200 bytes, holds what is no visible ASCII, has an empty side, or is a template
/// whose place was never filled: senders of such put the same id under every mail, and every reply names it.
pub fn is_usable_id(id: &str) -> bool {
    let Some((left, right)) = id.split_once('@') else { return false };
    let visible = id.bytes().all(|b| b.is_ascii_graphic() && !matches!(b, b'<' | b'>' | b'"' | b'\\'));
    visible && id.len() <= LENGTH && !left.is_empty() && !right.is_empty() && !right.contains('@') && !is_constant(left, right)
}

/// The left sides that stand for "nothing", as programs write them that format a missing value.
const NOTHING: &[&str] = &[
    "null",
    "nil",
    "none",
    "undefined",
    "nan",
    "unknown",
    "empty",
    "false",
    "true",
    "0",
    "1",
    "message-id",
    "messageid",
    "msgid",
    "id",
    "test",
];
/// How templates mark a place.
const PLACES: &[&str] = &["{{", "}}", "${", "%%", "[[", "]]", "{%", "##", "*|", "$("];

fn is_constant(left: &str, right: &str) -> bool {
    let left = left.to_ascii_lowercase();
    let place = |side: &str| PLACES.iter().any(|p| side.contains(p)) || side.starts_with('{') && side.ends_with('}');
    // `%s@host`, `%message_id%@host`
    let format = |side: &str| side == "%s" || side == "%d" || side.len() > 2 && side.starts_with('%') && side.ends_with('%');
    // `00000000-0000-0000-0000-000000000000@host`
    let zero = left.bytes().all(|b| matches!(b, b'0' | b'-' | b'.'));
    NOTHING.contains(&left.as_str()) || zero || [left.as_str(), right].into_iter().any(|side| place(side) || format(side))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids() {
        let long = format!("{}@x.example", "a".repeat(200));
        for bad in [
            "",
            "@",
            "a@",
            "@b",
            "20240315.abc",
            "your mail of Monday",
            "jo@acme.example of Monday",
            "a@b@c",
            "a@b\u{fc}",
            "<a@b>",
            "a\"b@c",
            "a\tb@c",
            &long,
            "null@x.example",
            "undefined@x.example",
            "{{message_id}}@x.example",
            "%%id%%@x.example",
            "abc@${host}",
            "{id}@x.example",
            "%s@localhost",
            "%MESSAGE_ID%@x.example",
            "00000000-0000-0000-0000-000000000000@x.example",
            "[[MessageId]]@x.example",
            "MESSAGE-ID@x.example",
        ] {
            assert!(!is_usable_id(bad), "{bad}");
        }
        for good in [
            "CAF+k=abc@mail.gmail.com",
            "AM0PR04MB1234{5F}@AM0PR04MB1234.eurprd04.prod.outlook.com",
            "1234.5678@localhost",
            "a@b",
            "0100018e1f%2B@email.amazonses.com",
            "00a@x.example",
            "%a@x.example",
        ] {
            assert!(is_usable_id(good), "{good}");
        }
    }
}
