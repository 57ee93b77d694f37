//! Text of others in Markdown: shown as it was said, never acting as markup, link, terminal command or direction of writing.

use crate::sentence::is_invisible;

/// One line of at most `limit` code points, cut at a word with `…`, with everything that Markdown or HTML would act on escaped.
pub(crate) fn text(raw: &str, limit: usize) -> String {
    escape(&shorten(&plain(raw), limit))
}

/// Whitespace collapsed, control signs and invisible ones gone.
pub(crate) fn plain(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    for c in raw.chars() {
        if c.is_whitespace() {
            if !out.is_empty() && !out.ends_with(' ') {
                out.push(' ');
            }
        } else if !c.is_control() && !is_invisible(c) {
            out.push(c);
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// At most `limit` code points, `…` included.
pub(crate) fn shorten(text: &str, limit: usize) -> String {
    let Some((end, _)) = text.char_indices().nth(limit) else { return text.to_owned() };
    let last = text.char_indices().nth(limit.saturating_sub(1)).map_or(end, |(i, _)| i);
    let head = text.get(..last).unwrap_or_default();
    let word = head.rfind(' ').filter(|i| *i * 2 > head.len()).unwrap_or(head.len());
    format!("{}\u{2026}", head.get(..word).unwrap_or_default().trim_end())
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let mut rest = text.chars().peekable();
    let mut word = String::new();
    while let Some(c) = rest.next() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            // Bare addresses become links in some renderers.
            ':' if rest.peek() == Some(&'/') => out.push_str("&#58;"),
            '.' if word.eq_ignore_ascii_case("www") => out.push_str("&#46;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '#' | '|' | '~' | '$' => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
        if c.is_alphanumeric() { word.push(c) } else { word.clear() }
    }
    out
}

/// A path or anchor as part of a link's destination.
pub(crate) fn destination(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for c in path.chars() {
        match c {
            'a'..='z' | 'A'..='Z' | '0'..='9' | '/' | '.' | '_' | '-' | '=' | ':' | '@' | ',' | '+' => out.push(c),
            c => {
                let mut bytes = [0; 4];
                for b in c.encode_utf8(&mut bytes).bytes() {
                    out.push_str(&format!("%{b:02X}"));
                }
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_acts() {
        let raw = "<b>x</b> [a](b) \"q\" `c` \u{1b}[31m red\r\n# h \u{202E}rtl https://e.dev www.e.dev & | $x$";
        assert_eq!(
            text(raw, 200),
            "&lt;b&gt;x&lt;/b&gt; \\[a\\](b) &quot;q&quot; \\`c\\` \\[31m red \\# h rtl https&#58;//e.dev www&#46;e.dev &amp; \\| \\$x\\$"
        );
    }

    #[test]
    fn cuts_at_words_and_code_points() {
        assert_eq!(shorten("one two three", 9), "one two\u{2026}");
        assert_eq!(shorten("one two", 7), "one two");
        assert_eq!(shorten("\u{1F600}\u{1F600}\u{1F600}\u{1F600}", 3), "\u{1F600}\u{1F600}\u{2026}");
    }

    #[test]
    fn destinations_stay_one_word() {
        assert_eq!(destination("slack/a b(c)\"<é>.json"), "slack/a%20b%28c%29%22%3C%C3%A9%3E.json");
    }
}
