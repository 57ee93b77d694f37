//! The size of a context: lines are dropped whole, the oldest of the least important sections first.

use super::{COMPACT, line::Line};

/// One section.
#[derive(Debug, Clone)]
pub(crate) struct Section {
    /// Heading without `## `; empty for a part that continues the section above.
    pub(crate) title: &'static str,
    /// How many lines it may keep in proportion to the others; 0: never dropped.
    pub(crate) weight: usize,
    /// The most important first, no more of them than the size could allow.
    pub(crate) lines: Vec<Line>,
    /// How many more there are.
    beyond: usize,
    /// What stands there instead if there is nothing.
    pub(crate) empty: &'static str,
    /// Lines dropped so far.
    pub(crate) dropped: usize,
}

impl Section {
    /// `lines` are made one after the other, until they alone are larger than the context: those beyond are going to be dropped, and there may
    /// be very many.
    pub(crate) fn new<I>(title: &'static str, weight: usize, lines: I, empty: &'static str) -> Self
    where
        I: IntoIterator<Item = Line>,
        I::IntoIter: ExactSizeIterator,
    {
        let mut rest = lines.into_iter();
        let (mut made, mut size) = (Vec::new(), 0);
        while weight == 0 || size <= COMPACT * 3 {
            let Some(line) = rest.next() else { break };
            size += line.text.len() + 1;
            made.push(line);
        }
        Section { title, weight, lines: made, beyond: rest.len(), empty, dropped: 0 }
    }

    /// Lines that were not dropped.
    fn count(&self) -> usize {
        self.lines.len() + self.beyond
    }

    fn drop_last(&mut self) {
        match self.beyond.checked_sub(1) {
            Some(less) => self.beyond = less,
            None => _ = self.lines.pop(),
        }
        self.dropped += 1;
    }

    fn more(&self) -> Option<String> {
        (self.dropped > 0).then(|| format!("- {} more in [insights.json](insights.json)", self.dropped))
    }

    pub(crate) fn render(&self, out: &mut String) {
        out.push_str("\n## ");
        out.push_str(self.title);
        out.push_str("\n\n");
        for line in &self.lines {
            out.push_str(&line.text);
            out.push('\n');
        }
        if let Some(more) = self.more() {
            out.push_str(&more);
            out.push('\n');
        } else if self.lines.is_empty() {
            out.push_str(self.empty);
            out.push('\n');
        }
    }

    fn size(&self) -> usize {
        let lines: usize = self.lines.iter().map(|l| l.text.len() + 1).sum();
        let rest = self.more().map_or(if self.count() == 0 { self.empty.len() + 1 } else { 0 }, |m| m.len() + 1);
        "\n## \n\n".len() + self.title.len() + lines + rest
    }
}

/// Drops lines until everything fits into `bytes`; then, if it must be, whole sections.
pub(crate) fn fit(sections: &mut Vec<Section>, bytes: usize) {
    let mut total: usize = sections.iter().map(Section::size).sum();
    while total > bytes {
        // The section that is longest for its weight gives its last line; of equal ones the later in the file.
        let most = sections
            .iter()
            .enumerate()
            .filter(|(_, s)| s.weight > 0 && s.count() > 0)
            .max_by(|(i, a), (j, b)| (a.count() * b.weight).cmp(&(b.count() * a.weight)).then(i.cmp(j)));
        let Some((n, _)) = most else { break };
        let Some(section) = sections.get_mut(n) else { break };
        let before = section.size();
        section.drop_last();
        total = total - before + section.size();
    }
    while total > bytes {
        let Some(last) = sections.pop() else { break };
        total -= last.size();
    }
}
