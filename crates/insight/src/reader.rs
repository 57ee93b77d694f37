//! From turns to findings.

use std::sync::LazyLock;

use sales_model::{Finding, FindingDetail, FindingKind, Side, Source};

use crate::{
    Form, ReaderConfig, Section, Turn,
    action::{self, Scene},
    competitor::{self, Rivals},
    decision,
    draft::Draft,
    lexicon::triggers,
    owner::{Cast, Roster},
    pattern::Pattern,
    sentence::{self, Label, Mark},
    signals, spoken, thread, topics,
};

/// Finds facts in conversations. Made once per customer, used for all their turns.
#[derive(Debug)]
pub struct Reader {
    config: ReaderConfig,
    rivals: Rivals,
    roster: Roster,
}

/// An automatic reply speaks for nobody.
static AWAY: LazyLock<Pattern> = LazyLock::new(|| {
    Pattern::new(
        r"\b(?:out[- ]of[- ](?:the[- ])?office|automat(?:ic|ed) (?:reply|response)|auto-?reply|limited access to (?:my )?e?-?mail|on (?:annual|parental|maternity|paternity) leave|on leave until|on vacation (?:until|from|and)|ooo (?:until|from|till|today|tomorrow|next|this))\b",
    )
});

impl Reader {
    /// Prepares a reader. The word lists are compiled once per process; only the competitors' names are compiled here.
    pub fn new(config: ReaderConfig) -> Self {
        let rivals = Rivals::new(&config);
        let roster = Roster::new(&config.people);
        Reader { config, rivals, roster }
    }

    /// Findings of one unit of conversation(s), turns in time order; `evidence.path` stays empty.
    ///
    /// A later turn of the same thread that says "sent", "done" or "no longer needed" closes the item it is about, and "will do" makes a
    /// request a promise. What two turns say twice stays twice until [`crate::merge`], and so do the reports that only serve to close
    /// something said elsewhere (`action.report`).
    pub fn read(&self, source: &Source, turns: &[Turn<'_>]) -> Vec<Finding> {
        let mut drafts: Vec<Draft> = Vec::new();
        let mut cast = None;
        // What a call speaks of is told once, with its first words about it.
        let mut spoken_of: Vec<(&str, u8)> = Vec::new();
        for (index, turn) in turns.iter().enumerate() {
            if turn.quiet || turn.side == Side::Bot {
                continue;
            }
            if let Form::Task(task) = turn.form {
                let cast = cast.get_or_insert_with(|| Cast::new(&self.roster, turns));
                action::held(source, turn, index, task, cast, &mut drafts);
                continue;
            }
            let mut hits = topics::scan(turn.text);
            if turn.form == Form::Spoken {
                hits.topics.retain(|(topic, ..)| {
                    let fresh = !spoken_of.contains(&(turn.thread, *topic));
                    spoken_of.extend(fresh.then_some((turn.thread, *topic)));
                    fresh
                });
            }
            let rival = self.rivals.named_in(turn.text);
            let labelled =
                matches!(turn.form, Form::Note(heading) if heading.is_some() || turn.text.contains(':') || turn.text.contains(" to "));
            if hits.groups == 0 && hits.topics.is_empty() && !rival && !labelled {
                continue;
            }
            let cast = cast.get_or_insert_with(|| Cast::new(&self.roster, turns));
            self.turn(source, turn, index, hits, rival, cast, &mut drafts);
        }
        thread::settle(source, turns, drafts)
    }

    #[expect(clippy::too_many_arguments, reason = "the state of one loop, split off for reading")]
    fn turn(
        &self,
        source: &Source,
        turn: &Turn<'_>,
        index: usize,
        hits: topics::Hits,
        rival: bool,
        cast: &Cast<'_>,
        drafts: &mut Vec<Draft>,
    ) {
        let away = hits.groups & triggers::AWAY != 0 && AWAY.is_match(&turn.text.to_ascii_lowercase());
        if away {
            return;
        }
        let day = turn.at.to_zoned(self.config.timezone.clone()).date();
        let sentences = match turn.form {
            Form::Note(heading) => sentence::of_note(turn.text, heading.and_then(label)),
            _ => sentence::sentences(turn.text),
        };
        for (n, sentence) in sentences.iter().enumerate() {
            // Each sentence wakes its own rules: most of a long message wakes none.
            let mut groups = if sentences.len() == 1 { hits.groups } else { topics::scan(&sentence.cased).groups };
            if turn.form == Form::Spoken {
                groups &= spoken::woken(&sentence.norm, turn.side);
            }
            if sentence.label == Some(Label::Agenda) {
                continue;
            }
            let note = matches!(turn.form, Form::Note(_));
            let listed =
                sentence.label.is_some() || matches!(sentence.mark, Mark::Open | Mark::Done) || note && sentence.cased.contains(" to ");
            let rival = rival && self.rivals.named_in(&sentence.cased);
            if groups == 0 && !rival && !listed {
                continue;
            }
            let scene = Scene { source, turn, index, sentence, first: n == 0, groups, day, cast };
            let before = drafts.len();
            let work = triggers::ACTION | triggers::DONE | triggers::CANCEL;
            if groups & work != 0 || listed {
                action::read(&scene, drafts);
            }
            if groups & triggers::DECISION != 0 || sentence.label.is_some() {
                decision::read(&scene, drafts);
            }
            if groups & triggers::NEXT != 0 || sentence.label.is_some() {
                decision::next(&scene, drafts);
            }
            if rival || groups & triggers::RIVAL != 0 {
                competitor::read(&scene, &self.rivals, drafts);
            }
            if groups & (triggers::BUYING | triggers::RISK) != 0 || sentence.label.is_some() {
                signals::read(&scene, drafts);
            }
            if turn.form == Form::Spoken {
                let said = drafts.split_off(before);
                drafts.extend(said.into_iter().filter_map(|d| spoken::sifted(&scene, d)));
            }
        }
        for (topic, from, to) in hits.topics {
            // Only in what the speaker says: not in quoted lines, code or links.
            let said = sentences.iter().map(sentence::Sentence::whole).find(|w| w.0 <= from && to <= w.1);
            let Some(quote) = said else { continue };
            let name = topics::topic(topic);
            drafts.push(Draft {
                kind: FindingKind::Topic,
                value: name.to_owned(),
                detail: FindingDetail { r#type: Some(name.into()), ..FindingDetail::default() },
                confidence: 80,
                rule: "topic.term",
                turn: index,
                quote,
                focus: (from, to),
                bare: false,
                pronoun: false,
                arrived: false,
                context: None,
            });
        }
    }
}

/// What a heading says of the lines below it. Those below "Action items" that are no tasks are no more than words.
fn label(heading: Section) -> Option<Label> {
    match heading {
        Section::Decisions => Some(Label::Decision),
        Section::Risks => Some(Label::Risk),
        Section::Budget => Some(Label::Budget),
        Section::Timeline => Some(Label::Timeline),
        Section::Agenda => Some(Label::Agenda),
        Section::Tasks | Section::Apart => None,
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_pattern_compiles() {
        assert!(
            crate::action::all_sound() && crate::decision::all_sound() && crate::signals::all_sound() && crate::competitor::all_sound()
        );
        assert!(
            super::AWAY.sound()
                && crate::report::all_sound()
                && crate::ending::all_sound()
                && crate::note::parse::all_sound()
                && crate::spoken::all_sound()
        );
    }
}
