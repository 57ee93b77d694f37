//! The lines of a note's Markdown: headings, list items, paragraphs and table rows, each as a stretch of the text itself. Code, quoted
//! text, comments and front matter are no part of what the note says.

use crate::sentence::is_invisible;

/// What a block is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind<'a> {
    /// `## Title`: 1 to 6. A line in bold or with a colon at its end that stands as a title: 7.
    Heading(u8),
    /// An item of a list: whether it is ticked, where it has a box.
    Item(Option<bool>),
    /// Lines that are no list.
    Paragraph,
    /// The head of a table.
    Head(Vec<&'a str>),
    /// A row below it.
    Row(Vec<&'a str>),
}

/// One block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Block<'a> {
    /// Its first line, from 1.
    pub(crate) line: usize,
    pub(crate) kind: Kind<'a>,
    /// Columns before its first sign.
    pub(crate) indent: usize,
    /// Its words without the marks before them; of several lines all that stands between the first word and the last.
    pub(crate) text: &'a str,
}

/// Reads all blocks in order.
pub(crate) fn blocks(markdown: &str) -> Vec<Block<'_>> {
    let mut scan = Scan { markdown, out: Vec::new(), open: None, table: false, in_list: false };
    let mut fence: Option<(char, usize)> = None;
    let mut comment = false;
    let mut lines: Vec<(usize, &str)> = Vec::new();
    let mut at = 0;
    for raw in markdown.split_inclusive('\n') {
        lines.push((at, raw.trim_end_matches(['\n', '\r'])));
        at += raw.len();
    }
    let skip = front_matter(&lines);
    let mut blank = true;
    for (n, (start, line)) in lines.iter().enumerate().skip(skip) {
        let trimmed = line.trim_start();
        let indent = columns(line.get(..line.len() - trimmed.len()).unwrap_or_default());
        if comment || trimmed.starts_with("<!--") {
            comment = !trimmed.contains("-->");
            scan.close();
            continue;
        }
        if let Some((sign, length)) = fence {
            let marks = trimmed.chars().take_while(|c| *c == sign).count();
            if marks >= length && trimmed.trim_end().chars().all(|c| c == sign) {
                fence = None;
            }
            continue;
        }
        if let Some(opened) = opens_fence(trimmed) {
            fence = Some(opened);
            scan.close();
            continue;
        }
        if trimmed.is_empty() {
            scan.close();
            blank = true;
            continue;
        }
        let next = lines.get(n + 1).map_or("", |l| l.1);
        // Indented by four behind a blank line and outside a list: code.
        if !(blank && indent >= 4 && !scan.in_list) {
            scan.line(n + 1, *start + line.len() - trimmed.len(), trimmed.trim_end(), indent, next);
        }
        blank = false;
    }
    scan.close();
    scan.out
}

/// How many lines a front matter takes.
fn front_matter(lines: &[(usize, &str)]) -> usize {
    if lines.first().is_none_or(|l| l.1.trim_end() != "---") {
        return 0;
    }
    lines.iter().skip(1).position(|l| matches!(l.1.trim_end(), "---" | "...")).map_or(0, |n| n + 2)
}

fn columns(space: &str) -> usize {
    space.chars().fold(0, |n, c| if c == '\t' { n / 4 * 4 + 4 } else { n + 1 })
}

fn opens_fence(trimmed: &str) -> Option<(char, usize)> {
    let sign = trimmed.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let length = trimmed.chars().take_while(|c| *c == sign).count();
    // "```x``` is code": a fence holds no more of its sign.
    let rest = trimmed.get(length..).unwrap_or_default();
    (length >= 3 && (sign == '~' || !rest.contains('`'))).then_some((sign, length))
}

struct Scan<'a> {
    markdown: &'a str,
    out: Vec<Block<'a>>,
    /// The block that the next line may continue: first and last byte.
    open: Option<(Block<'a>, usize, usize)>,
    table: bool,
    in_list: bool,
}

impl<'a> Scan<'a> {
    fn close(&mut self) {
        if let Some((block, ..)) = self.open.take() {
            self.out.push(block);
        }
        self.table = false;
    }

    fn push(&mut self, block: Block<'a>) {
        self.close();
        self.out.push(block);
    }

    /// One line that is neither blank nor code: where its first sign stands, and its words.
    fn line(&mut self, line: usize, at: usize, text: &'a str, indent: usize, next: &str) {
        let block = |kind, text| Block { line, kind, indent, text };
        if text.starts_with('>') || text.starts_with("&gt;") {
            self.close();
            return;
        }
        if let Some((level, title)) = heading(text).filter(|_| indent < 4) {
            self.in_list = false;
            return self.push(block(Kind::Heading(level), title));
        }
        if let Some(level) = underline(text).filter(|_| indent < 4) {
            // `Title` above `===`; `---` below nothing is a line across the page.
            if let Some((above, ..)) = self.open.as_mut().filter(|o| o.0.kind == Kind::Paragraph) {
                above.kind = Kind::Heading(level);
            }
            self.in_list = false;
            return self.close();
        }
        if text.len() >= 3 && rule(text) {
            return self.close();
        }
        if self.table && text.contains('|') {
            if !delimiter(text) {
                self.out.push(block(Kind::Row(cells(text)), text));
            }
            return;
        }
        if text.contains('|') && delimiter(next.trim()) {
            self.push(block(Kind::Head(cells(text)), text));
            self.table = true;
            return;
        }
        if let Some((ticked, words)) = item(text) {
            self.in_list = true;
            let from = at + text.len() - words.len();
            self.close();
            self.open = Some((block(Kind::Item(ticked), words), from, at + text.len()));
            return;
        }
        if title(text) {
            self.in_list = indent > 0 && self.in_list;
            return self.push(block(Kind::Heading(7), text));
        }
        let end = at + text.len();
        if let Some((above, from, _)) = self.open.as_mut() {
            above.text = self.markdown.get(*from..end).unwrap_or(above.text);
            return;
        }
        self.in_list = indent > 0 && self.in_list;
        self.close();
        self.open = Some((block(Kind::Paragraph, text), at, end));
    }
}

fn heading(text: &str) -> Option<(u8, &str)> {
    let level = text.bytes().take_while(|b| *b == b'#').count();
    let rest = text.get(level..)?;
    if !(1..=6).contains(&level) || !(rest.is_empty() || rest.starts_with([' ', '\t'])) {
        return None;
    }
    let title = rest.trim();
    let bare = title.trim_end_matches('#');
    let title = if bare.is_empty() || bare.ends_with(' ') { bare.trim_end() } else { title };
    Some((u8::try_from(level).ok()?, title))
}

fn underline(text: &str) -> Option<u8> {
    if text.chars().all(|c| c == '=') {
        return Some(1);
    }
    (text.len() >= 2 && text.chars().all(|c| c == '-')).then_some(2)
}

fn rule(text: &str) -> bool {
    ['*', '-', '_'].iter().any(|sign| text.chars().all(|c| c == *sign || c == ' ') && text.matches(*sign).count() >= 3)
}

/// `**Title**`, `**Title:**`, `Next steps:` alone on a line.
fn title(text: &str) -> bool {
    let bold = ["**", "__"].iter().any(|m| {
        text.strip_prefix(m)
            .and_then(|t| t.trim_end_matches(':').strip_suffix(m))
            .is_some_and(|inner| !inner.contains(m) && !inner.is_empty())
    });
    let words = text.split_whitespace().count();
    let colon = text.ends_with(':') && super::heading::section(&plain(text)).is_some();
    words <= 8 && (colon || bold && !text.trim_end_matches(['*', '_']).ends_with(['.', '!', '?']))
}

/// The words of a list item, and whether its box is ticked.
fn item(text: &str) -> Option<(Option<bool>, &str)> {
    let marked = ['-', '*', '+', '\u{2022}', '\u{25E6}', '\u{25AA}', '\u{2013}'].iter().find_map(|m| text.strip_prefix(*m));
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let numbered = || {
        let rest = text.get(digits..)?;
        (1..=9).contains(&digits).then(|| rest.strip_prefix('.').or_else(|| rest.strip_prefix(')'))).flatten()
    };
    let list = marked.or_else(numbered).filter(|rest| rest.is_empty() || rest.starts_with([' ', '\t']));
    let words = list.unwrap_or(text).trim_start();
    let boxes = [
        ("[ ]", false),
        ("[]", false),
        ("\u{2610}", false),
        ("[x]", true),
        ("[X]", true),
        ("\u{2611}", true),
        ("\u{2705}", true),
        ("\u{2714}\u{FE0F}", true),
    ];
    for (sign, ticked) in boxes {
        let Some(rest) = words.strip_prefix(sign) else { continue };
        // "[x](https://...)" is a link.
        if rest.is_empty() || rest.starts_with([' ', '\t']) {
            return Some((Some(ticked), rest.trim_start()));
        }
    }
    list.map(|_| (None, words))
}

/// Whether an item is taken back: `[-] words`, or all its words struck out but for what follows as owner or date.
pub(crate) fn struck(text: &str) -> bool {
    let text = text.trim();
    if text.strip_prefix("[-]").is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t'])) {
        return true;
    }
    let end = text.strip_prefix("~~").and_then(|rest| rest.rsplit_once("~~"));
    end.is_some_and(|(_, more)| {
        let more = more.trim_start();
        more.is_empty() || more.starts_with(['-', '\u{2013}', '\u{2014}', '\u{2192}', '(', '[', '@', ',', ':', '.'])
    })
}

fn delimiter(text: &str) -> bool {
    text.contains('-') && text.contains('|') && text.chars().all(|c| matches!(c, '|' | '-' | ':' | ' ' | '\t'))
}

/// The cells of a table row; `\|` is no border.
fn cells(text: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let inner = text.strip_prefix('|').unwrap_or(text);
    let (mut from, mut escaped) = (0, false);
    for (i, c) in inner.char_indices() {
        if c == '|' && !escaped {
            out.push(inner.get(from..i).unwrap_or_default().trim());
            from = i + 1;
        }
        escaped = c == '\\' && !escaped;
    }
    let last = inner.get(from..).unwrap_or_default().trim();
    if !last.is_empty() || from == 0 {
        out.push(last);
    }
    out
}

/// Words as people read them: marks of emphasis, code and links gone, white space collapsed.
pub(crate) fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.char_indices().peekable();
    let mut previous = ' ';
    while let Some((i, c)) = chars.next() {
        let rest = text.get(i + c.len_utf8()..).unwrap_or_default();
        let mut skip = 0;
        let shown = match c {
            '\\' if rest.starts_with(|d: char| d.is_ascii_punctuation()) => {
                let next = chars.next().map(|n| n.1);
                out.extend(next);
                previous = next.unwrap_or(' ');
                continue;
            }
            '*' | '`' | '~' if c != '~' || rest.starts_with('~') || previous == '~' => {
                // A star between spaces is a star.
                if c == '*' && previous == ' ' && rest.starts_with(' ') { Some(c) } else { None }
            }
            '_' => (previous.is_alphanumeric() && rest.starts_with(char::is_alphanumeric)).then_some('_'),
            '[' if link_end(rest).is_some() => None,
            '!' if rest.starts_with('[') && rest.get(1..).is_some_and(|r| link_end(r).is_some()) => None,
            ']' if rest.starts_with('(') => match rest.find(')') {
                Some(end) if destination(rest.get(1..end).unwrap_or_default()) => {
                    skip = end + 1;
                    None
                }
                _ => Some(c),
            },
            '<' => match rest.find('>') {
                Some(end) if tag(rest.get(..end).unwrap_or_default()) => {
                    skip = end + 1;
                    None
                }
                _ => Some(c),
            },
            '&' => match entity(rest) {
                Some((shown, length)) => {
                    skip = length;
                    Some(shown)
                }
                None => Some(c),
            },
            c if c.is_whitespace() => Some(' '),
            c if c.is_control() || is_invisible(c) => None,
            c => Some(c),
        };
        let until = i + c.len_utf8() + skip;
        while skip > 0 && chars.peek().is_some_and(|(j, _)| *j < until) {
            chars.next();
        }
        previous = if c == '~' { '~' } else { shown.unwrap_or(previous) };
        match shown {
            Some(' ') if out.is_empty() || out.ends_with(' ') => {}
            Some(c) => out.push(c),
            None => {}
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// Where the label of `label](target)` ends.
pub(crate) fn link_end(rest: &str) -> Option<usize> {
    let end = rest.find("](").filter(|end| !rest.get(..*end).unwrap_or_default().contains(['[', '\n']))?;
    let target = rest.get(end + 2..)?;
    destination(target.get(..target.find(')')?)?).then_some(end)
}

/// What stands in a link's parentheses rather than in a remark's.
fn destination(target: &str) -> bool {
    let target = target.trim();
    ["http://", "https://", "mailto:", "#", "/", "./", "../", "www.", "notion:", "javascript:"].iter().any(|p| target.starts_with(p))
        || target.contains('.') && !target.contains(' ')
}

fn tag(inner: &str) -> bool {
    let name = inner.trim_start_matches('/');
    name.starts_with(|c: char| c.is_ascii_alphabetic()) && !inner.contains('\n') && inner.len() < 200 && !name.starts_with("http")
}

fn entity(rest: &str) -> Option<(char, usize)> {
    [("amp;", '&'), ("lt;", '<'), ("gt;", '>'), ("quot;", '"'), ("#39;", '\''), ("apos;", '\''), ("nbsp;", ' ')]
        .iter()
        .find(|(name, _)| rest.starts_with(name))
        .map(|(name, c)| (*c, name.len()))
}

/// The anchor that readers of Markdown give a heading: lower case, spaces as hyphens, other signs gone.
pub(crate) fn slug(title: &str) -> String {
    let mut out = String::new();
    for c in plain(title).to_lowercase().chars() {
        match c {
            ' ' | '-' => out.push('-'),
            c if c.is_alphanumeric() || c == '_' => out.push(c),
            _ => {}
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<String> {
        blocks(text).iter().map(|b| format!("{} {:?} {}", b.line, b.kind, b.text.replace('\n', "/"))).collect()
    }

    #[test]
    fn blocks_of_a_note() {
        let text = "---\nsource: x\n---\n# Title #\n\nSome words\nmore words\n\nSub\n---\n- one\n  goes on\n  - [ ] two\n* [X] three\n1. [ ] four\n\n    still the list\n\n```\n- [ ] code\n```\n> - [ ] quoted\n\n***\n**Next steps:**\n- a\n\n    code\n";
        assert_eq!(
            shown(text),
            [
                "4 Heading(1) Title",
                "6 Paragraph Some words/more words",
                "9 Heading(2) Sub",
                "11 Item(None) one/  goes on",
                "13 Item(Some(false)) two",
                "14 Item(Some(true)) three",
                "15 Item(Some(false)) four",
                "17 Paragraph still the list",
                "25 Heading(7) **Next steps:**",
                "26 Item(None) a",
                "28 Paragraph code",
            ]
        );
        assert_eq!(shown("words\n\n    - [ ] code\n\n\tcode"), ["1 Paragraph words"]);
        assert_eq!(shown("<!-- - [ ] x\n- [ ] y -->\n- [ ] z"), ["3 Item(Some(false)) z"]);
        assert_eq!(shown("~~~\n- [ ] x\n```\n- [ ] y"), Vec::<String>::new());
    }

    #[test]
    fn tables() {
        let text = "| Owner | Task |\n|---|:--|\n| Jo | a \\| b |\n| Ana | c |\n\nend | of";
        let rows: Vec<Kind<'_>> = blocks(text).into_iter().map(|b| b.kind).collect();
        assert_eq!(
            rows,
            [Kind::Head(vec!["Owner", "Task"]), Kind::Row(vec!["Jo", "a \\| b"]), Kind::Row(vec!["Ana", "c"]), Kind::Paragraph]
        );
    }

    #[test]
    fn plain_words() {
        for (text, want) in [
            ("**Budget:** *confirmed* at `600k`", "Budget: confirmed at 600k"),
            ("see [the deck](https://x.dev/a_b) and [x] (maybe)", "see the deck and [x] (maybe)"),
            ("![shot](a.png) snake_case _soft_ 2 * 3", "shot snake_case soft 2 * 3"),
            ("a <b>c</b> &amp; d\\*e ~~old~~ ~5", "a c & d*e old ~5"),
            ("a\u{202E}b\u{200B}\n  c", "ab c"),
            ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
            ("[draft](by Friday)", "[draft](by Friday)"),
        ] {
            assert_eq!(plain(text), want, "{text}");
        }
    }

    #[test]
    fn anchors() {
        assert_eq!(slug("Action Items"), "action-items");
        assert_eq!(slug("3. N\u{E4}chste **Schritte** & mehr!"), "3-n\u{E4}chste-schritte--mehr");
    }
}
