//! Cuts a turn's text into sentences that are easy to match: whitespace collapsed, quotes and dashes made plain, quoted lines, code and
//! links taken out, with the way back to the original text kept for every byte.

use crate::note::markdown;

/// What stands before a line's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mark {
    /// Nothing.
    None,
    /// `- `, `* `, `1. `.
    Bullet,
    /// `- [ ]`.
    Open,
    /// `- [x]`.
    Done,
}

/// What a line says it is, by its own label or by the heading it stands under.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Label {
    /// `AI:`, `## Action items`.
    Action,
    /// `Next:`.
    Next,
    /// `Decision:`.
    Decision,
    /// `Risk:`.
    Risk,
    /// `Budget:`, in notes.
    Budget,
    /// `Timeline:`, in notes.
    Timeline,
    /// A line under "Agenda": what will be spoken about, nothing that anybody says.
    Agenda,
}

/// One sentence, or one bullet of a list.
#[derive(Debug)]
pub(crate) struct Sentence {
    /// The cleaned text in its own case.
    pub(crate) cased: String,
    /// The same in ASCII lower case: the same byte offsets.
    pub(crate) norm: String,
    /// For each byte of `cased`, the range of bytes in the turn's text it came from.
    map: Vec<(u32, u32)>,
    /// What stands before it.
    pub(crate) mark: Mark,
    /// What it is labelled as.
    pub(crate) label: Option<Label>,
    /// It ends with a question mark.
    pub(crate) asked: bool,
}

impl Sentence {
    /// The bytes of the turn's text behind `from..to` of the cleaned text.
    pub(crate) fn span(&self, from: usize, to: usize) -> (usize, usize) {
        let start = self.map.get(from).or(self.map.last()).map_or(0, |m| m.0);
        let end = to.checked_sub(1).and_then(|i| self.map.get(i)).map_or(start, |m| m.1);
        (start as usize, end.max(start) as usize)
    }

    /// The cleaned text with code as it stands in the turn's `text`, and a sign of omission for links.
    pub(crate) fn shown(&self, text: &str, range: std::ops::Range<usize>) -> String {
        let mut out = String::with_capacity(range.len());
        for (i, c) in self.cased.get(range.clone()).unwrap_or_default().char_indices() {
            let from = range.start + i;
            let (a, b) = self.span(from, from + c.len_utf8());
            match text.get(a..b).filter(|_| c == '`') {
                Some(code) if code.starts_with('`') => out.push_str(code),
                Some(_) => out.push('\u{2026}'),
                None => out.push(c),
            }
        }
        out
    }

    /// The bytes of the turn's text behind the whole sentence.
    pub(crate) fn whole(&self) -> (usize, usize) {
        self.span(0, self.cased.len())
    }
}

/// A cleaned line on its way to sentences.
#[derive(Default)]
struct Line {
    cased: String,
    map: Vec<(u32, u32)>,
}

impl Line {
    fn push(&mut self, c: char, from: usize, to: usize) {
        self.cased.push(c);
        let range = (u32::try_from(from).unwrap_or(u32::MAX), u32::try_from(to).unwrap_or(u32::MAX));
        self.map.extend(std::iter::repeat_n(range, c.len_utf8()));
    }

    /// Takes spaces away from the end.
    fn trim(&mut self) {
        while self.cased.ends_with(' ') {
            self.cased.pop();
            self.map.pop();
        }
    }

    /// Takes the first `n` bytes away, and spaces after them.
    fn skip(&mut self, n: usize) {
        let rest = self.cased.get(n..).unwrap_or_default();
        let cut = self.cased.len() - rest.trim_start().len();
        self.cased.drain(..cut);
        self.map.drain(..cut);
    }
}

/// The sentences of a paragraph or list item of a note: its lines are one, and its heading may have said what it is.
pub(crate) fn of_note(text: &str, heading: Option<Label>) -> Vec<Sentence> {
    let mut out = Vec::new();
    let mut line = clean(text, 0, true);
    let label = take_label(&mut line, true).or(heading);
    cut(&line, Mark::Bullet, label, &mut out);
    out
}

/// All sentences of a text, in order.
pub(crate) fn sentences(text: &str) -> Vec<Sentence> {
    let mut out = Vec::new();
    let mut fenced = false;
    let mut heading = None;
    let mut at = 0;
    for raw in text.split_inclusive('\n') {
        let start = at;
        at += raw.len();
        let trimmed = raw.trim();
        let fences = raw.matches("```").count();
        if fences > 0 || fenced {
            fenced ^= fences % 2 == 1;
            continue;
        }
        if trimmed.is_empty() {
            continue;
        }
        if trimmed.starts_with('>') || trimmed.starts_with("&gt;") {
            continue;
        }
        let lower = trimmed.to_ascii_lowercase();
        if ends_the_speakers_words(&lower) {
            break;
        }
        if let Some(found) = as_heading(&lower) {
            heading = found;
            continue;
        }
        let mut line = clean(raw, start, false);
        let mark = take_mark(&mut line);
        if mark == Mark::None && announces(&lower) {
            heading = Some(Label::Agenda);
            cut(&line, mark, None, &mut out);
            continue;
        }
        let planned = mark != Mark::None && heading == Some(Label::Agenda);
        let own = if planned { None } else { take_label(&mut line, false) };
        let label = own.or(if mark == Mark::None { None } else { heading });
        if mark == Mark::None && own.is_none() {
            heading = None;
        }
        cut(&line, mark, label, &mut out);
    }
    out
}

/// A line that announces what a meeting will be about: "Agenda for Friday, 60 minutes:".
fn announces(lower: &str) -> bool {
    let plan = ["agenda", "topics for", "topics:", "points for", "to discuss", "questions for", "on the table", "running order"];
    lower.ends_with(':') && plan.iter().any(|w| lower.contains(w))
}

/// Quoted history and signatures of mails.
fn ends_the_speakers_words(lower: &str) -> bool {
    lower == "--"
        || lower.starts_with("-----original message")
        || lower.starts_with("---------- forwarded message")
        || (lower.starts_with("on ") && lower.ends_with(" wrote:"))
}

/// `## Action items`, `*Decisions*`, `Next steps:` alone on a line; the outer `None`: not a heading.
#[expect(clippy::option_option, reason = "not a heading, a heading without meaning for us, and one with")]
fn as_heading(lower: &str) -> Option<Option<Label>> {
    let hashed = lower.starts_with('#') && lower.trim_start_matches('#').starts_with(' ');
    let name = lower.trim_matches(|c: char| matches!(c, '#' | '*' | '_' | ':' | ' '));
    let label = match name {
        "action items" | "action item" | "actions" | "to do" | "to dos" | "todo" | "todos" | "to-do" | "to-dos" | "tasks"
        | "follow-ups" | "follow ups" => Some(Label::Action),
        "next steps" | "next step" => Some(Label::Next),
        "decisions" | "decision" | "decisions made" | "agreed" => Some(Label::Decision),
        "risks" | "risk" => Some(Label::Risk),
        _ => None,
    };
    // A line all in bold that ends like no sentence is a title.
    let bold = lower.len() > 2 && lower.starts_with('*') && lower.ends_with('*') && lower.matches('*').count() == 2;
    if hashed || bold && !name.ends_with(['.', '!', '?']) && name.split(' ').count() <= 8 {
        return Some(label);
    }
    let shaped = lower.ends_with(':') || lower.starts_with('*');
    (shaped && label.is_some()).then_some(label)
}

/// One line without what shows nothing; in a `note` also without the addresses of its links.
fn clean(raw: &str, base: usize, note: bool) -> Line {
    let mut line = Line::default();
    let mut chars = raw.char_indices().peekable();
    let mut previous = ' ';
    let mut checked = None;
    // Where the label of a link ends, in bytes of the line.
    let mut label_end = None;
    while let Some((i, c)) = chars.next() {
        let (from, mut to) = (base + i, base + i + c.len_utf8());
        let rest = raw.get(i..).unwrap_or_default();
        // "[the deck](https://...)": the label is said, the address is not.
        if note
            && c == '['
            && label_end.is_none()
            && let Some(end) = rest.get(1..).and_then(markdown::link_end)
        {
            label_end = Some(i + 1 + end);
            continue;
        }
        if label_end == Some(i) {
            let length = rest.find(')').unwrap_or(0);
            while chars.next_if(|(j, _)| *j <= i + length).is_some() {}
            label_end = None;
            continue;
        }
        let link = !previous.is_alphanumeric() && (rest.starts_with("http://") || rest.starts_with("https://"));
        let code = c == '`' && rest.get(1..).is_some_and(|r| r.contains('`'));
        if let Some(name) = emoji(rest).filter(|_| !previous.is_alphanumeric()) {
            // A picture between words says nothing; one alone can.
            to = base + i + name.len() + 2;
            if name.contains("check_mark") {
                checked = Some((from, to));
            }
            while chars.peek().is_some_and(|(j, _)| base + j < to) {
                chars.next();
            }
            // It often stands where a sentence ends.
            let next = raw.get(to - base..).unwrap_or_default().trim_start().chars().next();
            let word = line.cased.trim_end().ends_with(|c: char| c.is_alphanumeric() || c == ')');
            if word && next.is_some_and(char::is_uppercase) {
                line.trim();
                line.push('.', from, to);
            }
            continue;
        }
        let plain = if link || code {
            // A link or code says nothing that the speaker says: one sign stands for it.
            while let Some((j, d)) = chars.peek().copied() {
                if link && (d.is_whitespace() || matches!(d, '>' | ')' | '|' | ']')) {
                    break;
                }
                chars.next();
                to = base + j + d.len_utf8();
                if code && d == '`' {
                    break;
                }
            }
            '`'
        } else {
            match c {
                '\u{2018}' | '\u{2019}' | '\u{02BC}' => '\'',
                '\u{201C}' | '\u{201D}' | '\u{201E}' => '"',
                '\u{2010}'..='\u{2015}' => '-',
                c if c.is_whitespace() => ' ',
                '*' | '~' if line.cased.is_empty() && chars.peek().is_some_and(|n| n.1 == ' ') => '*',
                '*' | '~' => continue,
                '_' if !previous.is_alphanumeric() || !chars.peek().is_some_and(|n| n.1.is_alphanumeric()) => continue,
                c if c.is_control() || is_invisible(c) => continue,
                c => c,
            }
        };
        if plain == ' ' && (line.cased.is_empty() || line.cased.ends_with(' ')) {
            continue;
        }
        previous = plain;
        line.push(plain, from, to);
    }
    line.trim();
    if let (true, Some((from, to))) = (line.cased.is_empty(), checked) {
        "Done".chars().for_each(|c| line.push(c, from, to));
    }
    line
}

/// The name in `:white_check_mark:` at the start of a text.
fn emoji(rest: &str) -> Option<&str> {
    let name = rest.strip_prefix(':')?.split(':').next()?;
    let plain = name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'_' | b'-' | b'+' | b'\''));
    let closed = rest.as_bytes().get(name.len() + 1) == Some(&b':');
    let named = name.bytes().any(|b| b.is_ascii_lowercase()) || matches!(name, "+1" | "-1" | "100");
    (closed && plain && named && name.len() <= 60).then_some(name)
}

/// Signs that show nothing, or turn the direction of writing.
pub(crate) fn is_invisible(c: char) -> bool {
    matches!(c, '\u{00AD}' | '\u{061C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}')
}

fn take_mark(line: &mut Line) -> Mark {
    let s = line.cased.as_str();
    let digits = s.bytes().take_while(u8::is_ascii_digit).count();
    let mut mark = Mark::None;
    if let Some(n) = ["- ", "* ", "+ ", "\u{2022} ", "\u{25E6} ", "\u{25AA} "].iter().find(|b| s.starts_with(**b)).map(|b| b.len()) {
        line.skip(n);
        mark = Mark::Bullet;
    } else if (1..=2).contains(&digits) && s.get(digits..).is_some_and(|r| r.starts_with(". ") || r.starts_with(") ")) {
        line.skip(digits + 2);
        mark = Mark::Bullet;
    }
    for (sign, found) in [
        ("[ ]", Mark::Open),
        ("[]", Mark::Open),
        ("\u{2610}", Mark::Open),
        ("[x]", Mark::Done),
        ("[X]", Mark::Done),
        ("\u{2611}", Mark::Done),
        ("\u{2705}", Mark::Done),
    ] {
        if line.cased.starts_with(sign) && (mark == Mark::Bullet || sign.len() == 3) {
            line.skip(sign.len());
            return found;
        }
    }
    mark
}

/// Takes a label away from the start of a line; some stand in notes only.
fn take_label(line: &mut Line, note: bool) -> Option<Label> {
    let colon = line.cased.find(':').filter(|n| *n <= 16)?;
    if line.cased.get(colon + 1..).is_none_or(|r| r.trim().is_empty()) {
        return None;
    }
    let label = match line.cased.get(..colon)?.to_ascii_lowercase().as_str() {
        "ai" | "action" | "action item" | "actions" | "todo" | "to do" | "to-do" | "task" | "follow-up" | "follow up" => Label::Action,
        "next" | "next step" | "next steps" | "next meeting" | "next call" => Label::Next,
        "decision" | "decided" | "agreed" | "decisions" => Label::Decision,
        "risk" | "risks" => Label::Risk,
        "entscheidung" | "beschluss" | "d\u{E9}cision" | "decisi\u{F3}n" if note => Label::Decision,
        "risiko" | "risque" | "riesgo" | "blocker" | "concern" if note => Label::Risk,
        "budget" | "budget status" | "presupuesto" if note => Label::Budget,
        "timeline" | "target date" | "deadline" | "go-live" | "go live" | "zeitplan" | "key date" if note => Label::Timeline,
        _ => return None,
    };
    line.skip(colon + 1);
    Some(label)
}

/// Abbreviations whose full stop ends no sentence.
const ABBREVIATIONS: &[&str] = &[
    "mr", "mrs", "ms", "dr", "prof", "e.g", "i.e", "eg", "ie", "vs", "etc", "approx", "no", "nr", "st", "inc", "ltd", "co", "corp", "jan",
    "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec", "a.m", "p.m", "cf", "incl", "est", "dept",
];

fn cut(line: &Line, mark: Mark, mut label: Option<Label>, out: &mut Vec<Sentence>) {
    let text = line.cased.as_str();
    let bytes = text.as_bytes();
    let mut start = 0;
    let mut i = 0;
    while i < bytes.len() {
        let b = bytes.get(i).copied().unwrap_or_default();
        let mut end = i + 1;
        let stop = match b {
            b'.' | b'!' | b'?' => {
                while bytes.get(end).is_some_and(|n| matches!(n, b'.' | b'!' | b'?' | b'"' | b'\'' | b')')) {
                    end += 1;
                }
                let gap = bytes.get(end).is_none_or(|n| *n == b' ');
                gap && !(b == b'.' && end == i + 1 && abbreviated(text.get(start..i).unwrap_or_default()))
            }
            b';' => bytes.get(end) == Some(&b' '),
            _ => false,
        };
        if stop {
            let before = out.len();
            push(line, start, end, mark, label, out);
            // "Decision: we start in May. No questions, please.": a label speaks for its first sentence, an agenda for the line.
            if out.len() > before && label != Some(Label::Agenda) {
                label = None;
            }
            start = end;
        }
        i = end;
    }
    push(line, start, bytes.len(), mark, label, out);
}

fn abbreviated(before: &str) -> bool {
    let word = before.rsplit([' ', '(']).next().unwrap_or_default();
    word.len() == 1 && word != "I" || ABBREVIATIONS.iter().any(|a| word.eq_ignore_ascii_case(a))
}

fn push(line: &Line, start: usize, end: usize, mark: Mark, label: Option<Label>, out: &mut Vec<Sentence>) {
    let piece = line.cased.get(start..end).unwrap_or_default();
    let start = start + piece.len() - piece.trim_start().len();
    let cased = piece.trim().to_owned();
    if cased.is_empty() {
        return;
    }
    let map = line.map.get(start..start + cased.len()).unwrap_or_default().to_vec();
    let asked = cased.trim_end_matches(['"', '\'', ')', '!', '.']).ends_with('?');
    out.push(Sentence { norm: cased.to_ascii_lowercase(), cased, map, mark, label, asked });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Vec<String> {
        sentences(text).into_iter().map(|s| s.cased).collect()
    }

    #[test]
    fn cuts_where_people_end_sentences() {
        assert_eq!(of("Done. will send v1.2 by Feb. 12!  ok?"), ["Done.", "will send v1.2 by Feb. 12!", "ok?"]);
        assert_eq!(of("first; second e.g. this one"), ["first;", "second e.g. this one"]);
    }

    #[test]
    fn quotes_code_and_links_are_not_the_speakers() {
        let text = "> I'll send it\n```\nI'll send code\n```\nsee `I'll send` at https://x.dev/please-send now\nOn Monday X wrote:\nold";
        assert_eq!(of(text), ["see ` at ` now"]);
    }

    #[test]
    fn marks_and_labels() {
        let all = sentences("## Action items\n- Security review - Joana\n- [x] Send it\n\nNext: review\nplain - text");
        let seen: Vec<_> = all.iter().map(|s| (s.cased.as_str(), s.mark, s.label)).collect();
        assert_eq!(
            seen,
            [
                ("Security review - Joana", Mark::Bullet, Some(Label::Action)),
                ("Send it", Mark::Done, Some(Label::Action)),
                ("review", Mark::None, Some(Label::Next)),
                ("plain - text", Mark::None, None),
            ]
        );
    }

    #[test]
    fn agendas_titles_and_pictures() {
        let labels = |text: &str| sentences(text).iter().map(|s| (s.cased.clone(), s.label)).collect::<Vec<_>>();
        let found = labels("Agenda for Monday, 30 minutes:\n1. The outage\n2. Decision: go or not\nSee you there");
        assert_eq!(found[1], ("The outage".into(), Some(Label::Agenda)));
        assert_eq!(found[2], ("Decision: go or not".into(), Some(Label::Agenda)));
        assert_eq!(found[3], ("See you there".into(), None));
        assert_eq!(labels("Decision: we start. Thanks!"), [("we start.".into(), Some(Label::Decision)), ("Thanks!".into(), None)]);
        assert_eq!(of("*7. If we sign in May*\nwe can start"), ["we can start"]);
        assert_eq!(of("*We sign in May!*"), ["We sign in May!"]);
        assert_eq!(of(":tada: I'll send it :+1: at 10:30:15 :wave::skin-tone-2:"), ["I'll send it at 10:30:15"]);
        assert_eq!(of("I'm here :wave: Budget: approved"), ["I'm here.", "Budget: approved"]);
        assert_eq!(of(":white_check_mark:"), ["Done"]);
        assert_eq!(of(":white_check_mark: 4 of 5"), ["4 of 5"]);
    }

    #[test]
    fn code_is_shown_as_written() {
        let text = "add `A_B=true` to https://x.dev/a now";
        let all = sentences(text);
        assert_eq!(all[0].shown(text, 0..all[0].cased.len()), "add `A_B=true` to \u{2026} now");
    }

    #[test]
    fn spans_lead_back() {
        let text = "é  I\u{2019}ll\u{200B} send *it*  now.";
        let all = sentences(text);
        assert_eq!(all.len(), 1);
        let s = &all[0];
        assert_eq!(s.cased, "é I'll send it now.");
        let at = s.cased.find("send it").unwrap();
        let (a, b) = s.span(at, at + 7);
        assert_eq!(text.get(a..b), Some("send *it"));
    }
}
