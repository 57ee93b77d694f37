//! Cuts calls and notes into the pieces that are read one by one, each with the anchor that leads back to it.

use jiff::SignedDuration;
use sales_model::{Side, Task};

use crate::{
    Form, Section, Speech, Turn,
    note::{
        heading,
        markdown::{Kind, blocks, plain, slug, struck},
    },
};

/// A stretch of a call or note that is read as one turn.
#[derive(Debug, Clone)]
pub struct Piece<'a> {
    /// Anchor in the file: `t=2210` in a call, a heading's slug in a note; empty if nobody knows where.
    pub anchor: String,
    /// Its words as they stand in the record.
    pub text: &'a str,
    /// Who says it; empty in notes and for action items.
    pub speaker: &'a str,
    /// On which side they stand.
    pub side: Side,
    /// How long after the start it was said.
    pub after: SignedDuration,
    /// Its form.
    pub form: Form<'a>,
}

impl<'a> Piece<'a> {
    /// The turn that a reader reads: `base` gives the record, the thread, the start of the meeting as `at`, and whether it is internal.
    pub fn turn<'p>(&'p self, base: &Turn<'p>) -> Turn<'p>
    where
        'a: 'p,
    {
        Turn {
            anchor: &self.anchor,
            at: base.at.checked_add(self.after).unwrap_or(base.at),
            speaker: self.speaker,
            side: self.side,
            text: self.text,
            mentions: &[],
            to: &[],
            form: self.form,
            ..base.clone()
        }
    }

    fn task(task: &'a Task, anchor: String) -> Self {
        Piece { anchor, text: &task.quote, speaker: "", side: Side::Other, after: SignedDuration::ZERO, form: Form::Task(task) }
    }
}

/// The pieces of a call: what was said, in the order of `speech`, and behind it the action items that the vendor names.
pub fn call_pieces<'a>(speech: &[Speech<'a>], tasks: &'a [Task]) -> Vec<Piece<'a>> {
    let said = speech.iter().map(|s| Piece {
        anchor: format!("t={}", s.start / 1_000),
        text: s.text,
        speaker: s.speaker,
        side: s.side,
        after: SignedDuration::from_millis(i64::try_from(s.start).unwrap_or(0)),
        form: Form::Spoken,
    });
    let named = tasks.iter().map(|t| {
        let second = t.at.and_then(|s| i64::try_from(s).ok()).filter(|s| *s <= 86_400);
        let anchor = t.at.map(|s| format!("t={s}")).unwrap_or_default();
        Piece { after: SignedDuration::from_secs(second.unwrap_or(0)), ..Piece::task(t, anchor) }
    });
    said.chain(named).collect()
}

/// The pieces of a note in the order of its lines: every paragraph and list item, and in their places the action items of its own lists
/// (`tasks`, as [`crate::listed_tasks`] gives them). Who was there, agendas and transcripts are none. `top` is the anchor of what stands
/// before the first heading.
pub fn note_pieces<'a>(markdown: &'a str, tasks: &'a [Task], top: &str) -> Vec<Piece<'a>> {
    let mut out = Vec::new();
    let mut tasks = tasks.iter().peekable();
    let mut anchor = top.to_owned();
    // Headings above the line, the outermost first.
    let mut above: Vec<(u8, Option<Section>)> = Vec::new();
    for block in blocks(markdown) {
        let line = block.line as u64;
        // A line's own task stands for it.
        let mut held = false;
        while let Some(task) = tasks.next_if(|t| t.at.is_none_or(|at| at <= line)) {
            held |= task.at == Some(line);
            out.push(Piece::task(task, anchor.clone()));
        }
        match block.kind {
            Kind::Heading(level) => {
                let title = plain(block.text);
                above.retain(|a| a.0 < level);
                above.push((level, heading::section(&title)));
                if level < 7 {
                    anchor = slug(&title);
                }
            }
            Kind::Item(_) | Kind::Paragraph if !held => {
                let section = above.iter().rev().find_map(|a| a.1);
                let apart = matches!(section, Some(Section::Apart | Section::Agenda)) || struck(block.text);
                if !apart && !block.text.is_empty() {
                    out.push(Piece {
                        anchor: anchor.clone(),
                        text: block.text,
                        speaker: "",
                        side: Side::Other,
                        after: SignedDuration::ZERO,
                        form: Form::Note(section),
                    });
                }
            }
            _ => {}
        }
    }
    out.extend(tasks.map(|t| Piece::task(t, anchor.clone())));
    out
}
