//! The patterns: from the first line to the last, what begins a quote and how far it goes.

use std::ops::Range;

use super::{
    Kind, Line,
    compare::Body,
    forward::{self, Above},
    header, intro,
};

/// What each line is by patterns. `forward` says that the subject names the mail a forward.
pub(super) fn walk(lines: &[Line<'_>], body: &Body, forward: bool) -> Vec<Kind> {
    let mut walk = Walk { lines, body, forward, kinds: vec![Kind::Own; lines.len()], blocks: Vec::new(), inside: false };
    walk.run();
    walk.undo_content();
    walk.kinds
}

struct Walk<'a> {
    lines: &'a [Line<'a>],
    body: &'a Body,
    forward: bool,
    kinds: Vec<Kind>,
    /// Lines with quote marks and nothing above that introduces them.
    blocks: Vec<Range<usize>>,
    /// A quote with answers inside of it was found; there is one at most.
    inside: bool,
}

/// Lines that are looked at for what stands above a header.
const TOP: usize = 400;

impl Walk<'_> {
    fn run(&mut self) {
        let mut at = 0;
        while let Some(line) = self.lines.get(at) {
            at = if line.is_blank() {
                at + 1
            } else if let Some(next) = self.header(at).or_else(|| self.intro(at)) {
                next
            } else if line.depth > 0 {
                let end = self.marked(at);
                self.set(at..end, Kind::Quoted);
                self.blocks.push(at..end);
                end
            } else {
                at + 1
            };
        }
    }

    fn set(&mut self, range: Range<usize>, kind: Kind) {
        self.kinds.get_mut(range).unwrap_or_default().fill(kind);
    }

    /// A header, and what stands below it.
    fn header(&mut self, at: usize) -> Option<usize> {
        let header = header::find(self.lines, at)?;
        let all = self.lines.len();
        let depth = self.lines.get(at).map_or(0, |l| l.depth);
        let above = self.above(at);
        // In a container of the mail program all of it has marks, and something else may follow.
        let end = if depth > 0 { self.marked(at) } else { all };
        if header.forwarded || self.forward || matches!(above, Above::Nothing | Above::PassedOn) {
            self.set(at..end, Kind::Forwarded);
            return Some(end);
        }
        if above == Above::Inside && !self.inside {
            self.inside = true;
            // Nobody can tell the answers from the quote: all of it is new, but for the mail's own history.
            let end = (header.end..end).find(|n| self.begins_older(*n)).unwrap_or(end);
            self.set(at..header.end, Kind::Quoted);
            self.set(header.end..end, Kind::Own);
            return Some(end);
        }
        let next = self.next(header.end);
        // ProtonMail: `------- Original Message -------`, then `On … wrote:`.
        if let Some(end) = next.and_then(|next| self.intro(next)) {
            self.set(at..header.end, Kind::Quoted);
            return Some(end);
        }
        let end = match next {
            Some(next) if depth == 0 && self.lines.get(next).is_some_and(|l| l.depth > 0) => self.marked(next),
            _ => end,
        };
        self.set(at..end, Kind::Quoted);
        Some(end)
    }

    fn begins_older(&self, at: usize) -> bool {
        header::find(self.lines, at).is_some() || intro::find(self.lines, at).is_some_and(|i| i.strong)
    }

    /// A line that introduces, and what stands below it.
    fn intro(&mut self, at: usize) -> Option<usize> {
        let intro = intro::find(self.lines, at)?;
        let depth = self.lines.get(at).map_or(0, |l| l.depth);
        let next = self.next(intro.end).filter(|next| next - intro.end <= 2);
        let marked = next.filter(|next| self.lines.get(*next).is_some_and(|l| l.depth > 0 && l.depth >= depth));
        let end = match marked {
            Some(next) => self.marked(next),
            None if next.is_some_and(|next| self.body.is_sure(next)) => intro.end,
            // What a program writes without marks goes on to the end.
            None if intro.strong && depth == 0 => self.lines.len(),
            None if intro.strong => self.marked(at),
            None => return None,
        };
        self.set(at..end, Kind::Quoted);
        Some(end)
    }

    /// The next line that is not empty.
    fn next(&self, from: usize) -> Option<usize> {
        (from..self.lines.len()).take(8).find(|n| self.lines.get(*n).is_some_and(|l| !l.is_blank()))
    }

    /// The line after the last of those with marks that begin here. Empty lines between two of them belong to them, and so does a rest that
    /// a client broke off a long line.
    fn marked(&self, from: usize) -> usize {
        let mut end = from;
        let mut at = from;
        while let Some(line) = self.lines.get(at) {
            if line.depth > 0 {
                end = at + 1;
            } else if !(line.is_blank() || (end == at && self.is_rest(at))) {
                break;
            }
            at += 1;
        }
        end
    }

    fn is_rest(&self, at: usize) -> bool {
        let (Some(before), Some(rest), Some(after)) =
            (at.checked_sub(1).and_then(|n| self.lines.get(n)), self.lines.get(at), self.lines.get(at + 1))
        else {
            return false;
        };
        let open = !before.text.ends_with(['.', '?', '!', ':', ',']) && before.raw.chars().count() >= 70;
        let lower = rest.text.starts_with(char::is_lowercase) && rest.text.chars().count() <= 30;
        open && lower && before.depth > 0 && after.depth > 0 && !after.is_blank()
    }

    fn above(&self, at: usize) -> Above {
        let top = || self.lines.iter().zip(&self.kinds).take(at.min(TOP));
        let above = forward::above(top().filter(|(_, kind)| **kind == Kind::Own).map(|(line, _)| line.text));
        // Answers between quotes, and then the whole mail once more.
        if above == Above::Nothing && (at > TOP || top().any(|(_, kind)| *kind == Kind::Quoted)) { Above::Reply } else { above }
    }

    /// Somebody writes `>` themselves: text of a document, a shell's prompt. A single block of such lines without an introduction is theirs
    ///
    /// - if it was compared with earlier mails and hardly any of it stands there;
    /// - if the line above announces it ("The log says:");
    /// - if it stands in the middle of their own text and asks nothing.
    ///
    /// At the beginning (or below a greeting) and at the end such a block is a quote: many write below or above what they quote without any
    /// introduction. Several blocks are a conversation.
    fn undo_content(&mut self) {
        let [block] = self.blocks.as_slice() else { return };
        let block = block.clone();
        let foreign = self.kinds.iter().enumerate().any(|(n, k)| *k == Kind::Quoted && !block.contains(&n));
        let lines = self.lines.get(block.clone()).unwrap_or_default();
        let (found, words) = block.clone().map(|n| self.body.found(n)).fold((0, 0), |a, b| (a.0 + b.0, a.1 + b.1));
        if foreign || lines.iter().any(|l| l.depth > 1) || found * 2 >= words.max(1) {
            return;
        }
        let own = |range: &mut dyn Iterator<Item = usize>| {
            range.filter_map(|n| self.lines.get(n)).filter(|l| !l.is_blank()).map(|l| l.text).find(|t| !forward::is_greeting(t))
        };
        let above = own(&mut (0..block.start).rev());
        let below = own(&mut (block.end..self.lines.len()));
        let announced = above.is_some_and(|t| t.ends_with([':', '：']));
        let asks = lines.iter().any(|l| l.text.ends_with(['?', '？']));
        let inside = above.is_some() && below.is_some() && !asks;
        let short = lines.iter().filter(|l| !l.is_blank()).count() <= 1 && above.is_some() && !asks;
        if announced || inside || short || (self.body.compared && words >= 4) {
            self.set(block, Kind::Own);
        }
    }
}
