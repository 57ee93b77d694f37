//! From turns to findings.

use std::sync::LazyLock;

use sales_model::{Finding, FindingDetail, FindingKind, Side, Source};

use crate::{
    ReaderConfig, Turn,
    action::{self, Scene},
    competitor::{self, Rivals},
    decision,
    draft::Draft,
    lexicon::triggers,
    owner::Cast,
    pattern::Pattern,
    sentence::{self, Label, Mark},
    signals, thread, topics,
};

/// Finds facts in conversations. Made once per customer, used for all their turns.
#[derive(Debug)]
pub struct Reader {
    config: ReaderConfig,
    rivals: Rivals,
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
        Reader { config, rivals }
    }

    /// Findings of one unit of conversation(s), turns in time order; `evidence.path` stays empty.
    ///
    /// A later turn of the same thread that says "sent", "done" or "no longer needed" closes the item it is about, and "will do" makes a
    /// request a promise. What two turns say twice stays twice until [`crate::merge`], and so do the reports that only serve to close
    /// something said elsewhere (`action.report`).
    pub fn read(&self, source: &Source, turns: &[Turn<'_>]) -> Vec<Finding> {
        let mut drafts: Vec<Draft> = Vec::new();
        let mut cast = None;
        for (index, turn) in turns.iter().enumerate() {
            if turn.quiet || turn.side == Side::Bot {
                continue;
            }
            let hits = topics::scan(turn.text);
            let rival = self.rivals.named_in(turn.text);
            if hits.groups == 0 && hits.topics.is_empty() && !rival {
                continue;
            }
            let cast = cast.get_or_insert_with(|| Cast::new(&self.config, turns));
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
        let sentences = sentence::sentences(turn.text);
        for (n, sentence) in sentences.iter().enumerate() {
            // Each sentence wakes its own rules: most of a long message wakes none.
            let groups = if sentences.len() == 1 { hits.groups } else { topics::scan(&sentence.cased).groups };
            if sentence.label == Some(Label::Agenda) {
                continue;
            }
            let listed = sentence.label.is_some() || matches!(sentence.mark, Mark::Open | Mark::Done);
            let rival = rival && self.rivals.named_in(&sentence.cased);
            if groups == 0 && !rival && !listed {
                continue;
            }
            let scene = Scene { source, turn, index, sentence, first: n == 0, groups, day, cast };
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
        }
        for (topic, from, to) in hits.topics {
            // Only in what the speaker says: not in quoted lines, code or links.
            let said = sentences.iter().map(sentence::Sentence::whole).find(|w| w.0 <= from && to <= w.1);
            let Some(quote) = said else { continue };
            let name = topics::topic(topic);
            drafts.push(Draft {
                kind: FindingKind::Topic,
                value: name.to_owned(),
                detail: FindingDetail { r#type: Some(name.to_owned()), ..FindingDetail::default() },
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

#[cfg(test)]
mod tests {
    #[test]
    fn every_pattern_compiles() {
        assert!(
            crate::action::all_sound() && crate::decision::all_sound() && crate::signals::all_sound() && crate::competitor::all_sound()
        );
        assert!(super::AWAY.sound() && crate::report::all_sound() && crate::ending::all_sound() && crate::note::parse::all_sound());
    }
}
