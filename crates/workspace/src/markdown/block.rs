//! Somebody's Markdown as a part of a section: line by line, so that no line means something else than it is taken for here.

use std::collections::BTreeSet;

use super::{
    heading_slug, inline,
    plain::{as_heading, is_invisible, opener},
    trim,
};

/// Deeper lists and quotes are written as text.
const DEEPEST: usize = 12;

/// The level of the highest heading inside a section.
const HIGHEST: usize = 3;

/// What is done to a text.
pub(crate) struct Blocks {
    /// Lines, counted from 1, that are shown elsewhere: they are left out, and with them what only leads to them.
    pub(crate) without: BTreeSet<usize>,
    /// Whether a heading is not to have that slug; it becomes bold text.
    pub(crate) reserved: fn(&str) -> bool,
}

/// A line, and what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Line {
    /// Nothing.
    Empty,
    /// A heading of the text itself.
    Heading {
        /// From 1.
        level: usize,
        /// Its words, as Markdown.
        text: String,
    },
    /// The signs of the lists and quotes that it stands in, and the rest.
    Text {
        /// Blanks, `>`, `-`, `1.`.
        signs: String,
        /// Its words, as Markdown.
        text: String,
    },
    /// A line across.
    Across,
    /// Begins a piece of code, in that language.
    Fence(String),
    /// In a piece of code, as it stands.
    Code(String),
}

/// Markdown that stays inside its section: headings are lowered, nothing in it runs, loads or ends later than it does, at most one empty
/// line follows another. Ends with a line end if there is anything.
pub(crate) fn blocks(raw: &str, how: &Blocks) -> String {
    let raw: Vec<String> = raw.lines().map(cleaned).collect();
    let lines = trim::without(read(&raw), &how.without);
    let highest = lines.iter().filter_map(|l| if let Line::Heading { level, .. } = l { Some(*level) } else { None }).min();
    let lower = HIGHEST.saturating_sub(highest.unwrap_or(HIGHEST));
    write(&lines, lower, how.reserved)
}

/// A line without what can't be seen; whatever else separates lines somewhere is a blank.
fn cleaned(line: &str) -> String {
    let blank = |c: char| matches!(c, '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}');
    let seen = line.chars().filter(|c| *c == '\t' || blank(*c) || !is_invisible(*c));
    let text: String = seen.map(|c| if blank(c) { ' ' } else { c }).collect();
    text.trim_end().to_owned()
}

/// What each line is; there are as many as were given.
fn read(raw: &[String]) -> Vec<Line> {
    let mut lines = Vec::with_capacity(raw.len());
    let mut code: Option<(char, usize)> = None;
    let mut underline = false;
    for (n, text) in raw.iter().enumerate() {
        if let Some((sign, length)) = code {
            let closes = text.trim_start_matches([' ', '\t', '>']);
            let ends = closes.len() >= length && closes.chars().all(|c| c == sign);
            lines.push(if ends { Line::Empty } else { Line::Code(text.clone()) });
            code = if ends { None } else { code };
            continue;
        }
        if std::mem::take(&mut underline) {
            lines.push(Line::Empty);
            continue;
        }
        let before = lines.last().is_none_or(|l| matches!(l, Line::Empty | Line::Heading { .. }));
        let level = raw.get(n + 1).filter(|_| before).and_then(|next| underlines(next));
        let line = line(text);
        lines.push(match (line, level) {
            (Line::Text { signs, text }, Some(level)) if signs.trim().is_empty() => {
                underline = true;
                Line::Heading { level, text }
            }
            (line, _) => line,
        });
        code = fence(rest(text).1);
    }
    lines
}

/// The level of the heading that this line makes of the one before it.
fn underlines(line: &str) -> Option<usize> {
    let text = line.trim();
    match text.chars().next()? {
        '=' if text.chars().all(|c| c == '=') => Some(1),
        '-' if text.len() > 1 && text.chars().all(|c| c == '-') => Some(2),
        _ => None,
    }
}

fn line(raw: &str) -> Line {
    let (signs, text) = rest(raw);
    let contained = !signs.trim().is_empty();
    let compact: String = raw.chars().filter(|c| !c.is_whitespace()).collect();
    if compact.len() >= 3 && ['-', '*', '_'].iter().any(|s| compact.chars().all(|c| c == *s)) {
        return Line::Across;
    }
    if text.is_empty() {
        return nothing(signs);
    }
    if let Some((sign, _)) = fence(text) {
        let language = text.trim_start_matches(sign).trim_start();
        return Line::Fence(language.chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '+' | '_')).collect());
    }
    let level = text.len() - text.trim_start_matches('#').len();
    let words = text.get(level..).unwrap_or_default();
    if (1..=6).contains(&level) && (words.is_empty() || words.starts_with([' ', '\t'])) {
        let words = words.trim();
        let bare = words.trim_end_matches('#');
        let words = inline(if bare.is_empty() || bare.ends_with([' ', '\t']) { bare.trim_end() } else { words });
        return match (words.trim().is_empty(), contained) {
            (true, _) => nothing(signs),
            (false, true) => Line::Text { signs: signs.to_owned(), text: bold(&words) },
            (false, false) => Line::Heading { level, text: words },
        };
    }
    let tick = ["[ ] ", "[x] ", "[X] "].into_iter().find(|t| contained && text.starts_with(t)).unwrap_or_default();
    // Where a link without words went, a sign behind it would now be at the beginning.
    let words = inline(text.get(tick.len()..).unwrap_or_default());
    let words = words.trim();
    if words.is_empty() && tick.is_empty() {
        return nothing(signs);
    }
    Line::Text { signs: signs.to_owned(), text: format!("{tick}{}", opened(words)) }
}

/// A line of signs alone: that of a list would make a heading of the line before it.
fn nothing(signs: &str) -> Line {
    let quote: String = signs.chars().filter(|c| *c == '>').collect();
    if quote.is_empty() { Line::Empty } else { Line::Text { signs: quote, text: String::new() } }
}

/// With a backslash where it would open a block or make a heading of the line before: what does so by right was taken off it.
fn opened(text: &str) -> String {
    match opener(text) {
        Some(at) => {
            let (head, tail) = text.split_at_checked(at).unwrap_or((text, ""));
            format!("{head}\\{tail}")
        }
        None => text.to_owned(),
    }
}

pub(super) fn bold(text: &str) -> String {
    format!("**{}**", text.replace("**", ""))
}

/// Splits the signs of lists and quotes from the rest.
pub(super) fn rest(line: &str) -> (&str, &str) {
    let mut text = line.trim_start();
    for _ in 0..DEEPEST {
        let Some(inner) = inside(text) else { break };
        text = inner.trim_start();
    }
    line.split_at_checked(line.len() - text.len()).unwrap_or(("", line))
}

/// What a quote or a list's element holds.
fn inside(text: &str) -> Option<&str> {
    let ends = |rest: &str| rest.is_empty() || rest.starts_with([' ', '\t']);
    let after = match text.chars().next()? {
        '>' => return text.get(1..),
        '-' | '+' | '*' => text.get(1..)?,
        '0'..='9' => {
            let digits = text.bytes().take_while(u8::is_ascii_digit).count();
            let rest = text.get(digits..).filter(|_| digits <= 9)?;
            rest.strip_prefix(['.', ')'])?
        }
        _ => return None,
    };
    ends(after).then_some(after)
}

/// What opens a piece of code: sign and how many of it.
fn fence(text: &str) -> Option<(char, usize)> {
    let sign = text.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let language = text.trim_start_matches(sign);
    let length = text.len() - language.len();
    (length >= 3 && !(sign == '`' && language.contains('`'))).then_some((sign, length))
}

fn write(lines: &[Line], lower: usize, reserved: fn(&str) -> bool) -> String {
    let mut out = String::new();
    let mut fence = String::new();
    let mut empty = false;
    for (n, line) in lines.iter().enumerate() {
        if !fence.is_empty() && !matches!(line, Line::Code(_)) {
            out.push_str(&fence);
            out.push('\n');
            fence.clear();
        }
        // Those at the beginning are nothing.
        if std::mem::replace(&mut empty, *line == Line::Empty) && !empty && !out.is_empty() {
            out.push('\n');
        }
        match line {
            Line::Empty => continue,
            // Viewers leave the signs of emphasis out of slugs.
            Line::Heading { text, .. } if reserved(&heading_slug(text).replace('_', "")) => {
                out.push_str(if out.is_empty() || out.ends_with("\n\n") { "" } else { "\n" });
                out.push_str(&bold(text));
                empty = true;
            }
            Line::Heading { level, text } => {
                out.push_str(&"#".repeat((level + lower).min(6)));
                out.push(' ');
                out.push_str(&as_heading(text));
            }
            Line::Text { signs, text } => {
                out.push_str(signs);
                out.push_str(text);
            }
            Line::Across => out.push_str("***"),
            Line::Fence(language) => {
                fence = "`".repeat(longest_run(lines.get(n + 1..).unwrap_or_default()).max(2) + 1);
                out.push_str(&fence);
                out.push_str(language);
            }
            Line::Code(text) => {
                // Who reads the file line by line finds each section once.
                let heading = text.strip_prefix("## ").is_some_and(|words| reserved(&heading_slug(words)));
                out.push_str(if heading { " " } else { "" });
                out.push_str(text);
            }
        }
        out.push('\n');
    }
    if !fence.is_empty() {
        out.push_str(&fence);
        out.push('\n');
    }
    out
}

/// The most backticks in a row in the piece of code that begins there.
fn longest_run(lines: &[Line]) -> usize {
    let code = lines.iter().map_while(|l| if let Line::Code(text) = l { Some(text) } else { None });
    code.flat_map(|text| text.split(|c| c != '`').map(str::len)).max().unwrap_or(0)
}
