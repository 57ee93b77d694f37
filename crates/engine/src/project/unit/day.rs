//! A Slack channel's day.

use sales_files::slack::{DayFile, render};
use sales_insight::Turn;
use sales_model::{Record, RecordState, Side, Source};

use super::{
    super::{digest::Digest, plan::Job},
    Made,
    voices::{Spoken, Voices},
};

/// The day's file and what stands in it; `None` if no message is left for it.
pub(super) fn make(job: &Job, voices: &Voices<'_>) -> Option<Made> {
    let renderer = voices.renderer;
    let place = voices.place?;
    let records: Vec<&Record> = job.records.iter().map(|r| &r.record).collect();
    let file = DayFile { place, date: job.date, customer: &job.customer, records: &records, timezone: &renderer.zone };
    let bytes = render(&file, voices)?;
    let spoken: Vec<Spoken<'_>> = records.iter().filter(|r| r.state == RecordState::Live).map(|r| voices.spoken(r)).collect();
    // A guest of theirs can be in a place that is shared with nobody.
    let internal = !place.shared && !spoken.iter().any(|s| s.side == Side::Theirs);
    let turns: Vec<Turn<'_>> = spoken.iter().map(|s| Turn { internal, ..s.turn() }).collect();
    let findings = renderer.reader(&job.customer, voices).read(&Source::SLACK, &turns);
    let mut digest = Digest { internal, ..Digest::default() };
    for said in spoken.iter().filter(|s| !s.record.activity) {
        digest.add(&said.said(), &renderer.zone);
    }
    Some(Made { bytes, findings, digest })
}
