//! One line of somebody's Markdown. Every line is made to stand alone: nothing that opens in it is closed in another one.

use super::plain::{is_entity, opens_formula, opens_tag, push_escaped};

/// Longer destinations and titles of links are none, so that a line of signs that open links takes no time without end.
const LONGEST_ADDRESS: usize = 2_000;

/// As deep as parentheses go in a destination.
const DEEPEST: usize = 32;

/// Entities that stand for a sign everybody may see; others might stand for one that steers the direction of text.
const ENTITIES: [&str; 6] = ["amp;", "lt;", "gt;", "quot;", "apos;", "nbsp;"];

/// A bracket that opened.
struct Opened {
    /// Length of the output before it.
    at: usize,
    /// It opened an image.
    image: bool,
}

/// A line of cleaned Markdown without its block's signs: emphasis and code stay, `<` opens nothing, links and images become their text
/// and their address, the latter only if it is one of the web, and brackets link nothing else.
pub(crate) fn inline(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len() + 16);
    let mut opened: Vec<Opened> = Vec::new();
    let mut before = None;
    let mut rest = raw;
    while let Some(c) = rest.chars().next() {
        let after = rest.get(c.len_utf8()..).unwrap_or_default();
        let last = before.replace(c);
        rest = match c {
            '\\' => pair(after, &mut out),
            '`' => code(rest, &mut out),
            '<' => angle(after, &mut out),
            '&' => {
                let shown = (is_entity(after) || goes_on(after)) && !ENTITIES.iter().any(|e| after.starts_with(e));
                out.push_str(if shown { "&amp;" } else { "&" });
                after
            }
            '[' => {
                opened.push(Opened { at: out.len(), image: last == Some('!') });
                out.push_str("\\[");
                after
            }
            ']' => close(after, &mut opened, &mut out),
            '$' if opens_formula(last, after.chars().next()) => {
                push_escaped(&mut out, c);
                after
            }
            c => {
                out.push(c);
                after
            }
        };
    }
    out
}

/// A backslash and the sign after it.
fn pair<'a>(after: &'a str, out: &mut String) -> &'a str {
    out.push('\\');
    match after.chars().next().filter(char::is_ascii_punctuation) {
        Some(c) => {
            out.push(c);
            after.get(1..).unwrap_or_default()
        }
        None => after,
    }
}

/// Code that begins and ends on this line; other backticks would reach into the next one.
fn code<'a>(rest: &'a str, out: &mut String) -> &'a str {
    let ticks = rest.len() - rest.trim_start_matches('`').len();
    let (fence, after) = rest.split_at_checked(ticks).unwrap_or((rest, ""));
    let code = closing(after, ticks).and_then(|at| after.get(..at));
    match code.filter(|code| !out.ends_with('`') && stays(code)) {
        Some(code) => {
            out.push_str(fence);
            out.push_str(code);
            out.push_str(fence);
            after.get(code.len() + ticks..).unwrap_or_default()
        }
        None => {
            (0..ticks).for_each(|_| out.push_str("\\`"));
            after
        }
    }
}

/// Whether no viewer takes a piece of code for something else. (The caller sees to an escaped backtick before it: not all see where the
/// code begins then.)
fn stays(code: &str) -> bool {
    // In a table bars come first: they would cut it in two. Formulas come first as well, and amounts before it may look like one.
    let cut = code.contains('|') && code.contains(['<', '[', '&']);
    !cut && !code.contains('$')
}

/// Where the next run of exactly so many backticks begins.
fn closing(text: &str, ticks: usize) -> Option<usize> {
    let mut from = 0;
    loop {
        let tail = text.get(from..)?;
        let at = from + tail.find('`')?;
        let run = text.get(at..).map_or(0, |t| t.len() - t.trim_start_matches('`').len());
        if run == ticks {
            return Some(at);
        }
        from = at + run;
    }
}

/// Whether the name of an entity may go on behind the signs of a link, which go.
fn goes_on(after: &str) -> bool {
    after.trim_start_matches(|c: char| c.is_ascii_alphanumeric()).starts_with(['[', ']', '!'])
}

/// `<https://...>` is an address; other tags are shown.
fn angle<'a>(after: &'a str, out: &mut String) -> &'a str {
    if let Some((inside, behind)) = scheme(after).and_then(|_| until(after, '>'))
        && let Some(address) = address(inside)
    {
        out.push_str(&address);
        return behind;
    }
    let next = after.chars().next();
    out.push_str(if opens_tag(next) || matches!(next, Some('[' | ']')) { "&lt;" } else { "<" });
    after
}

/// A closing bracket: with a destination behind it, what began with the opening one is a link.
fn close<'a>(after: &'a str, opened: &mut Vec<Opened>, out: &mut String) -> &'a str {
    let Some(opening) = opened.pop() else {
        out.push(']');
        return after;
    };
    let Some((destination, behind)) = after.strip_prefix('(').and_then(destination) else {
        out.push(']');
        return after;
    };
    let text = out.get(opening.at + "\\[".len()..).unwrap_or_default().trim_end().to_owned();
    out.truncate(if opening.image { opening.at.saturating_sub(1) } else { opening.at });
    let text = if text.is_empty() && opening.image { "image".to_owned() } else { text };
    // Two pieces of code would become another one.
    out.push_str(if out.ends_with('`') && text.starts_with('`') { " " } else { "" });
    match address(&destination) {
        Some(address) if text.is_empty() || address.get(1..address.len() - 1) == Some(&text) => out.push_str(&address),
        Some(address) => out.push_str(&format!("{text} {address}")),
        None => out.push_str(&text),
    }
    behind
}

/// What stands between the parentheses of a link, its title left out, and what comes after them.
fn destination(text: &str) -> Option<(String, &str)> {
    let text = text.trim_start();
    let (raw, rest) = match text.strip_prefix('<') {
        Some(inside) => until(inside, '>')?,
        None => {
            let mut depth = 0_usize;
            let mut escaped = false;
            let end = text.char_indices().take(LONGEST_ADDRESS).find(|(_, c)| {
                match c {
                    _ if std::mem::take(&mut escaped) => {}
                    '\\' => escaped = true,
                    '(' if depth == DEEPEST => return true,
                    '(' => depth += 1,
                    ')' if depth == 0 => return true,
                    ')' => depth -= 1,
                    c => return c.is_whitespace(),
                }
                false
            });
            text.split_at_checked(end?.0)?
        }
    };
    if !rest.starts_with(|c: char| c == ')' || c.is_whitespace()) {
        return None;
    }
    let mut rest = rest.trim_start();
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\'' | '('));
    if let Some(quote) = quote {
        let end = if quote == '(' { ')' } else { quote };
        rest = until(rest.get(1..)?, end)?.1.trim_start();
    }
    Some((unescaped(raw), rest.strip_prefix(')')?))
}

/// What comes before and behind a sign that is not far.
fn until(text: &str, sign: char) -> Option<(&str, &str)> {
    let at = text.get(..text.floor_char_boundary(LONGEST_ADDRESS))?.find(sign)?;
    Some((text.get(..at)?, text.get(at + sign.len_utf8()..)?))
}

/// Without the backslashes that Markdown takes out.
fn unescaped(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw.chars().peekable();
    while let Some(c) = rest.next() {
        if c != '\\' || !rest.peek().is_some_and(char::is_ascii_punctuation) {
            out.push(c);
        } else if let Some(next) = rest.next() {
            out.push(next);
        }
    }
    out
}

fn scheme(address: &str) -> Option<&'static str> {
    ["https://", "http://"].into_iter().find(|s| address.get(..s.len()).is_some_and(|a| a.eq_ignore_ascii_case(s)))
}

/// An address of the web as Markdown has it where nothing is said about it, `<https://acme.dev>`; `None` for all others.
fn address(raw: &str) -> Option<String> {
    let scheme = scheme(raw)?;
    let rest = raw.get(scheme.len()..)?;
    if rest.is_empty() || rest.chars().any(char::is_whitespace) {
        return None;
    }
    let mut out = format!("<{scheme}");
    for (at, c) in rest.char_indices() {
        match c {
            // They mean something to Markdown or HTML, and an address does not need them bare.
            '<' | '>' | '"' | '\'' | '`' | '\\' | '[' | ']' | '|' => out.push_str(&format!("%{:02X}", u32::from(c))),
            '&' if is_entity(rest.get(at + 1..).unwrap_or_default()) => out.push_str("%26"),
            c => out.push(c),
        }
    }
    out.push('>');
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::inline;

    #[test]
    fn links_say_where_they_lead() {
        for (raw, wanted) in [
            ("see [the plan](https://acme.dev/plan) now", "see the plan <https://acme.dev/plan> now"),
            ("[https://acme.dev](https://acme.dev) [](https://acme.dev)", "<https://acme.dev> <https://acme.dev>"),
            ("[bank](https://evil.example 'our bank')", "bank <https://evil.example>"),
            ("[bank]( <https://evil.example/a> \"x)\" )", "bank <https://evil.example/a>"),
            ("[x](HTTP://acme.dev/a_(b)_[c])", "x <http://acme.dev/a_(b)_%5Bc%5D>"),
            ("[x](javascript:alert(1))!", "x!"),
            ("[x](&#106;avascript:alert(1))", "x"),
            ("[x](data:text/html;base64,AA==)", "x"),
            ("[x](https://)", "x"),
            ("[x](//evil.example)", "x"),
            ("[x](https://a.example/\\)b)", "x <https://a.example/)b>"),
            ("[x](https://a.example/?a&#x202e;b)", "x <https://a.example/?a%26#x202e;b>"),
            ("![pixel](https://evil.example/p.png)", "pixel <https://evil.example/p.png>"),
            ("![](https://evil.example/p.png)", "image <https://evil.example/p.png>"),
            ("a ![[x](y)](z)", "a x"),
            ("[![logo](https://a.example/l.png)](https://b.example)", "logo <https://a.example/l.png> <https://b.example>"),
            ("[**bold** `[c](d)`](https://a.example)", "**bold** `[c](d)` <https://a.example>"),
            ("<https://a.example/x> https://a.example/y", "<https://a.example/x> https://a.example/y"),
            ("[ref][1] [1]: x ![ref][1] [^1]", "\\[ref]\\[1] \\[1]: x !\\[ref]\\[1] \\[^1]"),
            ("[[wiki]] ![[embed]]", "\\[\\[wiki]] !\\[\\[embed]]"),
            ("<[](x)b> <[b](x)> [<](x)b> &[](x)rlm; &r[l](x)m; &r![l](x)m;", "&lt;b> &lt;b> &lt;b> &amp;rlm; &amp;rlm; &amp;rlm;"),
            ("``a``[`<b>`](x) `c`[](x)`<d>`", "``a`` `<b>` `c`\\`&lt;d>\\`"),
            ("[open](https://a.example", "\\[open](https://a.example"),
            ("a] b](https://a.example)", "a] b](https://a.example)"),
            ("\\[x](https://a.example) \\![y](z)", "\\[x](https://a.example) \\!y"),
        ] {
            assert_eq!(inline(raw), wanted, "{raw}");
        }
    }

    #[test]
    fn markup_stays_and_html_does_not() {
        for (raw, wanted) in [
            ("**bold** _it_ ~~gone~~ 5 < 6 > 4 & R&D; R&D", "**bold** _it_ ~~gone~~ 5 < 6 > 4 & R&amp;D; R&D"),
            ("<script>alert(1)</script>", "&lt;script>alert(1)&lt;/script>"),
            ("<!-- mine --> <?x?> <img src=x>", "&lt;!-- mine --> &lt;?x?> &lt;img src=x>"),
            ("<javascript:alert(1)>", "&lt;javascript:alert(1)>"),
            ("\\<b> \\\\<b> \\", "\\<b> \\\\&lt;b> \\"),
            ("&lt;b&gt; &amp; &#x202e; &rlm; &#60;b>", "&lt;b&gt; &amp; &amp;#x202e; &amp;rlm; &amp;#60;b>"),
            ("`Vec<T>` and ``a ` b``", "`Vec<T>` and ``a ` b``"),
            ("open ` here <b>", "open \\` here &lt;b>"),
            ("``` x ` <b>", "\\`\\`\\` x \\` &lt;b>"),
            ("| ` | <b> ` |", "| \\` | &lt;b> \\` |"),
            ("\\````<b>```", "\\`\\`\\`\\`&lt;b>\\`\\`\\`"),
            ("$1 `$<div>`", "\\$1 \\`\\$&lt;div>\\`"),
            ("$5 or $6 to ($7), $x$ $$", "\\$5 or $6 to (\\$7), \\$x\\$ \\$\\$"),
            ("\\`<b>`", "\\`&lt;b>\\`"),
        ] {
            assert_eq!(inline(raw), wanted, "{raw}");
        }
    }
}
