//! Lines in the making.

/// How Outlook's plain text sets off the header of a mail that is answered.
pub(super) const BAR: &str = "________________________________";
/// Levels of lists that are shown by indentation.
pub(super) const INDENT: usize = 8;

/// A finished line.
#[derive(Debug, Clone, Default)]
pub(super) struct Line {
    /// How many times it is quoted.
    pub(super) level: u8,
    /// Its text; empty for an empty line.
    pub(super) text: String,
    /// It stands for a line across the page.
    pub(super) rule: bool,
}

/// When [`BAR`] goes before the next line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bar {
    /// If that line begins a mail's header.
    Maybe,
    /// In any case.
    Surely,
}

/// A column of lines: the page, or a cell of a table.
#[derive(Debug, Default)]
pub(super) struct Frame {
    /// Finished.
    pub(super) lines: Vec<Line>,
    current: String,
    /// Something to read stands in the current line.
    filled: bool,
    /// A space that cannot be broken stands in it: alone, it makes an empty line.
    touched: bool,
    /// White space goes before what comes next.
    space: bool,
    /// An empty line goes before the next one.
    blank: bool,
    /// [`BAR`] goes before the next line.
    pub(super) bar: Option<Bar>,
    /// Lists around it.
    pub(super) indent: usize,
    /// What goes before the item's first line.
    pub(super) marker: Option<String>,
}

impl Frame {
    /// Adds text whose white space is collapsed.
    pub(super) fn words(&mut self, text: &str) {
        let mut words = text.split([' ', '\n', '\t']);
        if let Some(first) = words.next() {
            self.word(first);
        }
        for word in words {
            self.space = true;
            self.word(word);
        }
    }

    fn word(&mut self, word: &str) {
        if word.is_empty() {
            return;
        }
        self.begin();
        if self.space && self.filled {
            self.current.push(' ');
        }
        self.space = false;
        self.filled = true;
        self.current.push_str(word);
    }

    /// Adds text as it is.
    pub(super) fn verbatim(&mut self, text: &str) {
        for (i, line) in text.split('\n').enumerate() {
            if i > 0 {
                self.line_break();
            }
            if !line.is_empty() {
                self.begin();
                self.filled |= !line.trim().is_empty();
                self.current.push_str(line);
            }
        }
        self.space = false;
    }

    /// Whether nothing stands in the current line.
    pub(super) fn is_fresh(&self) -> bool {
        self.current.is_empty()
    }

    fn begin(&mut self) {
        if !self.current.is_empty() {
            return;
        }
        let depth = self.indent.min(INDENT);
        match self.marker.take() {
            Some(marker) => {
                (1..depth).for_each(|_| self.current.push_str("  "));
                self.current.push_str(&marker);
            }
            None => (0..depth).for_each(|_| self.current.push_str("  ")),
        }
    }

    /// Notes a space that cannot be broken.
    pub(super) fn touch(&mut self) {
        self.touched = true;
        self.space = true;
    }

    /// Ends the line, if there is anything in it.
    pub(super) fn end_line(&mut self) {
        let text = std::mem::take(&mut self.current);
        if self.filled {
            // The mark of a signature keeps its space.
            self.push(if text == "--" { "-- " } else { text.trim_end() });
        } else if self.touched {
            self.blank = true;
        }
        (self.filled, self.touched, self.space) = (false, false, false);
    }

    /// Ends the line, also an empty one.
    pub(super) fn line_break(&mut self) {
        if self.filled {
            self.end_line()
        } else {
            self.blank = true
        }
        (self.touched, self.space) = (false, false);
        self.current.clear();
    }

    /// Ends the line; an empty one follows before anything else does.
    pub(super) fn gap(&mut self) {
        self.end_line();
        self.blank = true;
    }

    /// Ends the line, and writes the empty line that is due: what follows stands apart.
    pub(super) fn settle(&mut self) {
        self.end_line();
        self.write_blank();
    }

    fn write_blank(&mut self) {
        if std::mem::take(&mut self.blank) && self.lines.last().is_some_and(|l| !l.text.is_empty()) {
            self.lines.push(Line::default());
        }
    }

    /// A line across the page.
    pub(super) fn rule(&mut self) {
        self.settle();
        self.lines.push(Line { text: "---".into(), rule: true, level: 0 });
    }

    fn push(&mut self, text: &str) {
        let bar = self.bar.take().is_some_and(|bar| bar == Bar::Surely || begins_header(text));
        if bar {
            // Outlook on the web draws a line there of its own.
            while self.lines.pop_if(|l| l.text.is_empty() || l.rule).is_some() {}
            self.blank = true;
            self.write_blank();
            self.lines.push(Line { text: BAR.into(), ..Line::default() });
        }
        self.write_blank();
        let text = match text.strip_prefix(['·', '•', '\u{f0b7}']).filter(|rest| rest.starts_with(' ')) {
            // Word writes lists as paragraphs.
            Some(rest) => format!("- {}", rest.trim_start()),
            None => text.to_owned(),
        };
        self.lines.push(Line { text, ..Line::default() });
    }

    /// Adds the lines of a cell.
    pub(super) fn append(&mut self, lines: Vec<Line>) {
        self.settle();
        self.lines.extend(lines);
    }
}

/// Whether a line is the first of the header that Outlook puts above a mail that is answered.
fn begins_header(line: &str) -> bool {
    let labels = [
        "from",
        "von",
        "de",
        "da",
        "van",
        "från",
        "fra",
        "od",
        "lähettäjä",
        "отправитель",
        "от",
        "kimden",
        "发件人",
        "寄件者",
        "差出人",
        "보낸 사람",
        "feladó",
        "από",
        "מאת",
        "من",
    ];
    let label = line.split_once([':', '：']).map(|(label, _)| label.trim_matches(['*', ' ']).to_lowercase());
    label.is_some_and(|label| labels.contains(&label.as_str()))
}
