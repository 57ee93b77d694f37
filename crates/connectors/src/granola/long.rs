//! Transcripts that are too long to come with their note (413 `TRANSCRIPT_TOO_LARGE`): the note without it, then its pages.

use bytes::Bytes;
use jiff::Timestamp;
use sales_model::RawItem;
use serde_json::value::RawValue;

use super::{
    api::{self, Api},
    budget::TRANSCRIPT,
    errors::Failure,
    map::{self, PLACE},
    page::{Next, Origin, Walk},
    wire,
};
use crate::{ItemFailure, slack};

/// Most bytes of one transcript; an hour of talk is about 150 KB in this form.
const CAP: usize = 48 << 20;
/// A cursor that dies begins the transcript anew, this often.
const MOST_RESTARTS: u32 = 3;

/// The note, and its transcript with whatever is wrong with it; and how many requests it took.
pub(crate) async fn read(api: &Api<'_>, origin: &Origin, id: &str) -> Result<(Vec<RawItem>, Option<ItemFailure>, u64), Failure> {
    let body = api.note(id, false).await?;
    let note: wire::Note = serde_json::from_slice(&slack::mend(body.clone())).unwrap_or_default();
    let mut got = Pages::default();
    while let Some(cursor) = got.wanted() {
        let page = match api.transcript(id, cursor.as_deref()).await {
            Err(f) if f.status() == Some(400) && cursor.is_some() && got.restarts < MOST_RESTARTS => {
                got = Pages { restarts: got.restarts + 1, requests: got.requests + 1, ..Pages::default() };
                continue;
            }
            other => slack::mend(other?),
        };
        got.take(&page)?;
    }
    let scheduled = note.calendar_event.and_then(|e| e.scheduled_start_time);
    // Without an event the meeting began when somebody first spoke, which the note does not say here.
    let heard = got.first.filter(|_| scheduled.is_none());
    let start = map::dated(scheduled, heard, note.created_at).map(|(at, _)| at);
    let failure = got.cut.then(|| ItemFailure {
        item: format!("{PLACE}:{id}"),
        reason: format!("its transcript is longer than {} MB; the rest is left out", CAP >> 20),
        native: Some(id.to_owned()),
    });
    let transcript = RawItem { partial: got.cut, ..origin.item(map::TRANSCRIPT, start, got.body(id, start)) };
    let requests = got.requests + 2;
    Ok((vec![origin.item(map::NOTE, heard, body), transcript], failure, requests))
}

/// The pages read so far.
#[derive(Default)]
struct Pages {
    /// The items as they came, with commas between them.
    items: String,
    first: Option<Timestamp>,
    next: Option<String>,
    begun: bool,
    walk: Walk,
    requests: u64,
    restarts: u32,
    /// There is more than is kept.
    cut: bool,
}

impl Pages {
    /// The cursor of the next page; `None` at the end.
    fn wanted(&self) -> Option<Option<String>> {
        match (&self.next, self.begun) {
            (None, true) => None,
            (next, _) => Some(next.clone()),
        }
    }

    fn take(&mut self, body: &Bytes) -> Result<(), Failure> {
        let page: wire::Page<'_> = api::read(TRANSCRIPT, body)?;
        let next = Next::of(&page);
        let raws = page.transcript.ok_or(Failure::Shape { operation: TRANSCRIPT, path: "transcript".into() })?;
        (self.begun, self.requests) = (true, self.requests + 1);
        let from = self.items.len();
        for raw in &raws {
            if self.items.len() + raw.get().len() > CAP {
                (self.cut, self.next) = (true, None);
                return Ok(());
            }
            self.keep(raw);
        }
        self.next = match next {
            Next::Page(cursor) => {
                let text = self.items.get(from..).unwrap_or_default();
                if self.walk.circles(text.as_bytes(), raws.is_empty(), &cursor) {
                    return Err(Failure::Loop(TRANSCRIPT));
                }
                Some(cursor)
            }
            Next::End => None,
            Next::Lost => return Err(Failure::Shape { operation: TRANSCRIPT, path: "cursor".into() }),
        };
        Ok(())
    }

    fn keep(&mut self, raw: &RawValue) {
        if !self.items.is_empty() {
            self.items.push(',');
        }
        self.items.push_str(raw.get());
        let start = serde_json::from_str::<wire::Item>(raw.get()).ok().and_then(|i| i.start_time);
        self.first = self.first.into_iter().chain(start).min();
    }

    /// The raw item's bytes.
    fn body(&self, id: &str, start: Option<Timestamp>) -> Bytes {
        let start = start.map_or_else(|| "null".to_owned(), |at| format!("\"{at}\""));
        format!("{{\"note_id\":\"{id}\",\"start\":{start},\"transcript\":[{}]}}", self.items).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(items: &str, more: &str) -> Bytes {
        format!("{{\"transcript\":[{items}],{more}}}").into()
    }

    #[test]
    fn pages_are_put_together_as_they_came() {
        let mut pages = Pages::default();
        assert_eq!(pages.wanted(), Some(None));
        pages.take(&page(r#"{"text":"b", "start_time":"2026-01-27T15:30:09Z"}, {"odd":1}"#, r#""hasMore":true,"cursor":"c1""#)).unwrap();
        assert_eq!(pages.wanted(), Some(Some("c1".into())));
        pages.take(&page(r#"{"text":"a","start_time":"2026-01-27T15:30:05Z"}"#, r#""hasMore":false,"cursor":null"#)).unwrap();
        assert_eq!((pages.wanted(), pages.requests, pages.cut), (None, 2, false));
        assert_eq!(pages.first.map(|t| t.to_string()).as_deref(), Some("2026-01-27T15:30:05Z"));
        let body = pages.body("not_1d3tmYTlCICgjy", pages.first);
        assert_eq!(
            std::str::from_utf8(&body).unwrap(),
            r#"{"note_id":"not_1d3tmYTlCICgjy","start":"2026-01-27T15:30:05Z","transcript":[{"text":"b", "start_time":"2026-01-27T15:30:09Z"},{"odd":1},{"text":"a","start_time":"2026-01-27T15:30:05Z"}]}"#
        );
    }

    #[test]
    fn a_flood_is_cut_and_a_circle_is_an_error() {
        let mut pages = Pages::default();
        let large = format!("{{\"text\":\"{}\"}}", "x".repeat(10 << 20));
        for n in 0.. {
            pages.take(&page(&large, &format!("\"hasMore\":true,\"cursor\":\"c{n}\""))).unwrap();
            if pages.wanted().is_none() {
                break;
            }
        }
        assert!(pages.cut && pages.items.len() <= CAP && pages.requests == 5);
        let mut pages = Pages::default();
        let circle = (0..10).find_map(|_| pages.take(&page("", r#""hasMore":true,"cursor":"c""#)).err());
        assert!(matches!(circle, Some(Failure::Loop(_))));
        let lost = Pages::default().take(&page("", r#""hasMore":true,"cursor":null"#));
        assert!(matches!(lost, Err(Failure::Shape { .. })));
    }
}
