//! From tags and texts to lines.

use super::{
    entry::{Attributes, Effect, Entry, key},
    frame::{Bar, Frame, INDENT, Line},
    quote::{self, Quote},
    style::Style,
    tag::Tag,
};
use crate::clean;

/// Open elements that are told apart; what is deeper only counts.
const DEPTH: usize = 400;
/// Tables inside each other whose cells stand side by side; in deeper ones they are lines.
const TABLES: usize = 12;
/// Quotes inside each other that are shown.
const QUOTES: usize = 30;
/// Lines of a page that are kept: a page may have one at each letter, and each costs more memory than its letter.
const LINES: usize = 100_000;
/// The longest address that is shown behind its text.
const ADDRESS: usize = 1_000;
/// Bytes of a link's text that are compared with its address.
const LINK_TEXT: usize = 2_000;

/// A link that is open.
struct Link {
    address: String,
    text: String,
}

/// A row that is open: the lines of its cells that have any.
#[derive(Default)]
struct Row {
    cells: Vec<Vec<Line>>,
}

/// Writes a page's text.
pub(super) struct Render {
    stack: Vec<Entry>,
    overflow: usize,
    hidden: usize,
    zero: bool,
    pre: usize,
    /// The page, and the open cells in it.
    frames: Vec<Frame>,
    rows: Vec<Row>,
    /// Numbers of the open lists' next items; `None` for dots.
    lists: Vec<Option<i64>>,
    link: Option<Link>,
    /// Quotes that are open.
    quotes: usize,
    /// What the text will take, quoting and indentation included.
    bytes: usize,
    lines: usize,
    most: usize,
    name: Vec<u8>,
    attribute: Vec<u8>,
    attributes: Attributes,
}

impl Render {
    pub(super) fn new(most: usize) -> Self {
        Render {
            stack: Vec::new(),
            overflow: 0,
            hidden: 0,
            zero: false,
            pre: 0,
            frames: vec![Frame::default()],
            rows: Vec::new(),
            lists: Vec::new(),
            link: None,
            quotes: 0,
            bytes: 0,
            lines: 0,
            most,
            name: Vec::new(),
            attribute: Vec::new(),
            attributes: Attributes::default(),
        }
    }

    /// Whether there is enough.
    pub(super) fn is_full(&self) -> bool {
        self.bytes > self.most || self.lines > LINES
    }

    /// Counts a line that begins.
    fn count_line(&mut self) {
        self.lines += 1;
        self.bytes += 2 * (self.quotes + self.frame().indent.min(INDENT)) + 1;
    }

    /// A start tag begins.
    pub(super) fn tag(&mut self, name: &[u8]) {
        self.name.clear();
        self.name.extend_from_slice(name.get(..64).unwrap_or(name));
        self.attribute.clear();
        self.attributes = Attributes::default();
    }

    /// An attribute of it.
    pub(super) fn attribute(&mut self, name: &[u8]) {
        self.attribute.clear();
        self.attribute.extend_from_slice(name.get(..64).unwrap_or(name));
        self.attributes.hidden |= name == b"hidden";
    }

    /// The attribute's value.
    pub(super) fn value(&mut self, value: &[u8]) {
        let text = || String::from_utf8_lossy(value.get(..8_192).unwrap_or(value));
        let a = &mut self.attributes;
        match self.attribute.as_slice() {
            b"style" => a.style = Style::parse(&text()),
            b"class" => a.class = text().into_owned(),
            b"id" => a.id = text().into_owned(),
            b"href" => a.href = text().into_owned(),
            b"alt" => a.alt = text().into_owned(),
            b"start" | b"value" => a.number = text().trim().parse().ok(),
            b"aria-hidden" => a.hidden |= text().trim().eq_ignore_ascii_case("true"),
            _ => {}
        }
    }

    /// The start tag is complete.
    pub(super) fn open(&mut self, self_closing: bool) {
        let name = std::mem::take(&mut self.name);
        let attributes = std::mem::take(&mut self.attributes);
        let tag = Tag::named(&name);
        if tag.ends_paragraph() {
            self.close_within(|e| e.tag == Tag::Paragraph, |e| matches!(e.tag, Tag::Cell | Tag::Table));
        }
        match tag {
            Tag::Break | Tag::Rule | Tag::Image | Tag::Void => self.void(tag, &attributes),
            // Elements of Word's and drawings end themselves.
            _ if self_closing && (name.contains(&b':') || matches!(name.as_slice(), b"svg" | b"math")) => {}
            _ => self.element(tag, key(&name), &attributes),
        }
        self.name = name;
    }

    fn void(&mut self, tag: Tag, attributes: &Attributes) {
        if self.hidden > 0 || attributes.hidden || attributes.style.hidden {
            return;
        }
        match tag {
            Tag::Break => self.frame().line_break(),
            Tag::Rule => {
                self.count_line();
                self.frame().rule();
            }
            Tag::Image => {
                let alt = attributes.alt.trim();
                // Emoji are images in some programs; of other images only those that are a link's whole text are read out.
                let emoji = !alt.is_empty() && alt.chars().count() <= 8 && alt.chars().all(|c| !c.is_alphanumeric() && !c.is_ascii());
                let alone = self.link.as_ref().is_some_and(|l| l.text.trim().is_empty());
                if !alt.is_empty() && (emoji || alone) {
                    let alt: String = alt.chars().take(200).collect();
                    self.text(&clean::text(&alt), false);
                }
            }
            _ => {}
        }
    }

    fn element(&mut self, tag: Tag, key: u64, attributes: &Attributes) {
        match tag {
            Tag::Item => self.close_within(|e| e.tag == Tag::Item, |e| matches!(e.tag, Tag::List { .. } | Tag::Cell | Tag::Table)),
            Tag::Row | Tag::Rows => self.close_within(|e| e.tag == Tag::Row, |e| e.tag == Tag::Table),
            Tag::Cell => self.close_within(|e| e.tag == Tag::Cell, |e| matches!(e.tag, Tag::Table)),
            Tag::Link => self.end_link(),
            _ => {}
        }
        if self.stack.len() >= DEPTH {
            self.overflow += 1;
            return;
        }
        let hides = tag == Tag::Dropped || attributes.hidden || attributes.style.hidden;
        let zero_around = self.zero;
        self.zero = attributes.style.zero.unwrap_or(self.zero);
        self.hidden += usize::from(hides);
        let pre = tag == Tag::Pre || attributes.style.pre;
        self.pre += usize::from(pre);
        let effect = if self.hidden > 0 { Effect::None } else { self.begin(tag, attributes) };
        self.stack.push(Entry { key, tag, effect, hides, pre, zero_around });
    }

    /// Begins what an element shows.
    fn begin(&mut self, tag: Tag, attributes: &Attributes) -> Effect {
        let bar = quote::header(&attributes.id).or(attributes.style.line_above.then_some(false));
        if let (Some(surely), true) = (bar, tag.is_special()) {
            let frame = self.frame();
            frame.end_line();
            frame.bar = Some(if surely { Bar::Surely } else { frame.bar.unwrap_or(Bar::Maybe) });
        }
        let container = quote::container(&attributes.class, &attributes.id);
        if let Some(if_alone) = container.or((tag == Tag::Quote).then_some(false)) {
            return self.begin_quote(if_alone);
        }
        let listed = !self.lists.is_empty();
        match tag {
            Tag::Block | Tag::Table | Tag::Rows => {
                self.frame().end_line();
                Effect::Line
            }
            Tag::Paragraph
                if listed || attributes.style.flat || attributes.class.contains("MsoNormal") || attributes.class.contains("MsoList") =>
            {
                self.frame().end_line();
                Effect::Line
            }
            Tag::Paragraph | Tag::Pre => {
                self.frame().gap();
                Effect::Gap
            }
            Tag::List { numbered } => {
                let frame = self.frames.last_mut();
                if let Some(frame) = frame {
                    if listed {
                        frame.end_line()
                    } else {
                        frame.gap()
                    }
                    frame.indent += 1;
                }
                self.lists.push(numbered.then(|| attributes.number.unwrap_or(1)));
                Effect::List
            }
            Tag::Item => {
                let marker = match self.lists.last_mut() {
                    Some(Some(next)) => {
                        let number = attributes.number.unwrap_or(*next);
                        *next = number.saturating_add(1);
                        format!("{number}. ")
                    }
                    _ => "- ".into(),
                };
                let frame = self.frame();
                frame.end_line();
                frame.marker = Some(marker);
                Effect::Item
            }
            Tag::Row => self.begin_row(),
            Tag::Cell => self.begin_cell(),
            Tag::Link => {
                self.link = address(&attributes.href).map(|address| Link { address, text: String::new() });
                Effect::None
            }
            _ => Effect::None,
        }
    }

    fn begin_quote(&mut self, if_alone: bool) -> Effect {
        if self.quotes >= QUOTES {
            self.frame().end_line();
            return Effect::Line;
        }
        self.quotes += 1;
        let frame = self.frame();
        frame.settle();
        Effect::Quote(Quote { start: frame.lines.len(), if_alone, holds_quote: false })
    }

    fn in_table(&self, tag: Tag) -> bool {
        let inner = self.stack.iter().rev().find(|e| e.tag == Tag::Table || e.tag == tag);
        inner.is_some_and(|e| e.tag == tag)
    }

    fn begin_row(&mut self) -> Effect {
        self.frame().end_line();
        if self.rows.len() >= TABLES || !self.stack.iter().any(|e| e.tag == Tag::Table) {
            return Effect::Line;
        }
        self.rows.push(Row::default());
        Effect::Row
    }

    fn begin_cell(&mut self) -> Effect {
        let has_row = self.in_table(Tag::Row);
        if !has_row && self.stack.iter().any(|e| e.tag == Tag::Table) && self.stack.len() < DEPTH - 1 {
            let effect = self.begin_row();
            self.stack.push(Entry { key: key(b"tr"), tag: Tag::Row, effect, hides: false, pre: false, zero_around: self.zero });
        }
        let row = self.stack.iter().rev().find(|e| e.tag == Tag::Table || e.tag == Tag::Row);
        if row.is_some_and(|e| matches!(e.effect, Effect::Row)) {
            self.frames.push(Frame::default());
            return Effect::Cell;
        }
        self.frame().end_line();
        Effect::Line
    }

    /// An end tag.
    pub(super) fn close(&mut self, name: &[u8]) {
        let name = name.get(..64).unwrap_or(name);
        let tag = Tag::named(name);
        match tag {
            // Browsers read `</br>` as `<br>`.
            Tag::Break if self.hidden == 0 => return self.frame().line_break(),
            Tag::Break | Tag::Rule | Tag::Image | Tag::Void => return,
            _ => {}
        }
        if self.overflow > 0 {
            self.overflow -= 1;
            return;
        }
        if tag == Tag::Link {
            self.end_link();
        }
        let key = key(name);
        let stops = |e: &Entry| match tag {
            t if t.leaves_cell() => t != Tag::Table && e.tag == Tag::Table,
            Tag::Inline | Tag::Link => e.tag.is_special(),
            _ => matches!(e.tag, Tag::Cell | Tag::Table),
        };
        self.close_within(|e| e.key == key, stops);
    }

    /// Ends the innermost element that `is`, and all in it, unless one that `stops` is met before.
    fn close_within(&mut self, is: impl Fn(&Entry) -> bool, stops: impl Fn(&Entry) -> bool) {
        if self.overflow > 0 {
            return;
        }
        let found = self.stack.iter().rposition(|e| is(e) || stops(e));
        let Some(at) = found.filter(|at| self.stack.get(*at).is_some_and(&is)) else { return };
        while self.stack.len() > at {
            self.pop();
        }
    }

    fn pop(&mut self) {
        let Some(entry) = self.stack.pop() else { return };
        self.hidden -= usize::from(entry.hides);
        self.pre -= usize::from(entry.pre);
        self.zero = entry.zero_around;
        match entry.effect {
            Effect::None => {}
            Effect::Line => self.frame().end_line(),
            Effect::Gap => self.frame().gap(),
            Effect::Quote(quote) => self.end_quote(quote),
            Effect::List => {
                self.lists.pop();
                let last = self.lists.is_empty();
                let frame = self.frame();
                if last {
                    frame.gap()
                } else {
                    frame.end_line()
                }
                frame.indent = frame.indent.saturating_sub(1);
                frame.marker = None;
            }
            Effect::Item => {
                let frame = self.frame();
                frame.end_line();
                frame.marker = None;
            }
            Effect::Cell => {
                let mut frame = self.frames.pop().unwrap_or_default();
                frame.end_line();
                if let Some(row) = self.rows.last_mut()
                    && frame.lines.iter().any(|l| !l.text.is_empty())
                {
                    row.cells.push(frame.lines);
                }
                if self.frames.is_empty() {
                    self.frames.push(Frame::default());
                }
            }
            Effect::Row => self.end_row(),
        }
    }

    fn end_quote(&mut self, quote: Quote) {
        self.quotes = self.quotes.saturating_sub(1);
        let Some(frame) = self.frames.last_mut() else { return };
        frame.end_line();
        let lines = frame.lines.get_mut(quote.start..).unwrap_or_default();
        let own = !(quote::is_forward(lines) || quote.if_alone && quote.holds_quote);
        if own {
            lines.iter_mut().for_each(|l| l.level = l.level.saturating_add(1));
        }
        let around = self.stack.iter_mut().rev().find_map(|e| match &mut e.effect {
            Effect::Quote(around) => Some(around),
            _ => None,
        });
        if let Some(around) = around {
            around.holds_quote |= own || quote.holds_quote;
        }
    }

    fn end_row(&mut self) {
        let Some(row) = self.rows.pop() else { return };
        let mut cells = row.cells;
        let frame = self.frame();
        frame.end_line();
        let simple = cells.iter().all(|c| matches!(c.as_slice(), [one] if one.level == 0 && !one.rule));
        if !simple || cells.len() == 1 {
            return cells.into_iter().for_each(|c| frame.append(c));
        }
        // A label and its value.
        let labelled = matches!(cells.as_slice(), [label, _] if label.iter().all(|l| l.text.ends_with(':')));
        let separator = if labelled { " " } else { " | " };
        let texts: Vec<String> = cells.iter_mut().flatten().map(|l| std::mem::take(&mut l.text)).collect();
        if !texts.is_empty() {
            frame.verbatim(&texts.join(separator));
            frame.end_line();
        }
    }

    fn end_link(&mut self) {
        let Some(link) = self.link.take() else { return };
        let text = link.text.trim();
        if text.is_empty() || is_same(text, &link.address) || self.hidden > 0 {
            return;
        }
        let shown = format!(" ({})", link.address.strip_prefix("mailto:").unwrap_or(&link.address));
        self.bytes += shown.len();
        self.frame().words(&shown);
    }

    /// A text, cleaned; `unbreakable`: there are spaces in it that cannot be broken.
    pub(super) fn text(&mut self, text: &str, unbreakable: bool) {
        if self.hidden > 0 || self.zero {
            return;
        }
        let text = clean::head(text, (self.most + 1).saturating_sub(self.bytes));
        // White space costs as well: what adds nothing must end too.
        self.bytes += text.len();
        if let Some(link) = &mut self.link
            && link.text.len() < LINK_TEXT
        {
            link.text.extend(text.chars().take(LINK_TEXT));
        }
        if self.pre > 0 {
            let mut kept = 0;
            for line in text.split_inclusive('\n') {
                if self.lines > LINES {
                    break;
                }
                kept += line.len();
                self.count_line();
            }
            return self.frame().verbatim(text.get(..kept).unwrap_or(text));
        }
        if self.frame().is_fresh() {
            self.count_line();
        }
        let frame = self.frame();
        if unbreakable && text.trim().is_empty() {
            return frame.touch();
        }
        frame.words(text);
    }

    fn frame(&mut self) -> &mut Frame {
        if self.frames.is_empty() {
            self.frames.push(Frame::default());
        }
        let last = self.frames.len() - 1;
        #[expect(clippy::indexing_slicing, reason = "there is one: it was put there above")]
        &mut self.frames[last]
    }

    /// The text.
    pub(super) fn finish(mut self) -> String {
        self.end_link();
        while !self.stack.is_empty() {
            self.pop();
        }
        let mut frame = self.frames.pop().unwrap_or_default();
        frame.end_line();
        let mut out = String::with_capacity(self.bytes.min(self.most));
        for line in &frame.lines {
            if out.len() > self.most {
                break;
            }
            if !out.is_empty() {
                out.push('\n');
            }
            (0..line.level).for_each(|_| out.push_str("> "));
            out.push_str(&line.text);
        }
        out
    }
}

/// The address of a link that may be shown: on the web, or of mail.
fn address(href: &str) -> Option<String> {
    let href: String = clean::text(href.trim()).chars().filter(|c| !matches!(c, '\n' | '\t')).collect();
    let href = href.trim().replace(' ', "%20");
    let (scheme, _) = href.split_once(':')?;
    let scheme = scheme.to_ascii_lowercase();
    let href = match scheme.as_str() {
        "mailto" => {
            let (_, rest) = href.split_once(':')?;
            format!("mailto:{}", rest.split('?').next().unwrap_or_default())
        }
        "http" | "https" => href,
        _ => return None,
    };
    (href.len() <= ADDRESS && href.len() > scheme.len() + 1).then_some(href)
}

/// Whether a link's text is its address.
fn is_same(text: &str, address: &str) -> bool {
    fn bare(text: &str) -> String {
        let text = text.trim().to_lowercase();
        let text = ["https://", "http://", "mailto:"].iter().find_map(|s| text.strip_prefix(s)).unwrap_or(&text).to_owned();
        text.strip_prefix("www.").unwrap_or(&text).trim_end_matches('/').to_owned()
    }
    bare(text) == bare(address)
}
