//! Links.

use std::sync::LazyLock;

use super::{
    hit::{Hit, edge},
    kinds::Kind,
    pattern::Pattern,
};

pub(super) static LINK: LazyLock<Pattern> =
    LazyLock::new(|| Pattern::new(r#"(?i)(?:(?:https?|ftps?|sftp|wss?)://|www\.)[^\s<>"|\x{E000}]{1,}"#));

/// Finds links with a scheme, and names that begin with `www.`
pub(super) fn find(text: &str, out: &mut Vec<Hit>) {
    for link in LINK.all(text).filter_map(|c| c.get(0)) {
        let range = link.start()..link.start() + trimmed(link.as_str());
        if edge(text, range.start) && text.get(range.clone()).is_some_and(|l| l.contains('.') || l.contains("//")) {
            out.push(Hit::new(range, Kind::Url));
        }
    }
}

/// Length without the sentence's marks behind it; a bracket stays where it was opened inside.
fn trimmed(link: &str) -> usize {
    let mut open = link.matches('(').count() as i64 - link.matches(')').count() as i64;
    let mut rest = link;
    while let Some(last) = rest.chars().next_back() {
        match last {
            ')' if open < 0 => open += 1,
            '.' | ',' | ';' | ':' | '!' | '?' | '\'' | '*' | '_' | '~' | ']' | '}' | '`' => {}
            _ => break,
        }
        rest = rest.get(..rest.len() - last.len_utf8()).unwrap_or_default();
    }
    rest.len()
}

#[cfg(test)]
mod tests {
    use super::{super::hit::tests::found, *};

    #[test]
    fn links_end_before_the_sentence_does() {
        for (text, want) in [
            ("See https://acme.dev/a?b=1#c.", "https://acme.dev/a?b=1#c"),
            ("(www.acme.dev)", "www.acme.dev"),
            ("https://de.wikipedia.org/wiki/A_(B)", "https://de.wikipedia.org/wiki/A_(B)"),
            ("<https://acme.dev|Acme>", "https://acme.dev"),
            ("HTTP://LOCALHOST:80/x", "HTTP://LOCALHOST:80/x"),
        ] {
            assert_eq!(found(find, text), [want], "{text}");
        }
        for text in ["https://", "www", "httpx://a.b", "acme.dev", "awww.acme.dev"] {
            assert!(found(find, text).is_empty(), "{text}");
        }
    }
}
