use jiff::{Timestamp, ToSpan, civil::Date};
use serde_json::Value;

use super::{
    GongWorld,
    call::{Source, Told},
};

const WEEK: i64 = 7 * 24 * 3600;

impl GongWorld {
    /// Moves all calls by whole weeks, so that the newest lies in the week before `now` and all weekdays and times of day stay: the times
    /// in `metaData`, of comments and in CRM fields. Transcripts count from their call's start; dates written out as words can't move.
    pub fn shift_to(&mut self, now: Timestamp) {
        if let Some(newest) = self.newest() {
            self.shift_weeks((now.as_second() - newest.as_second()).div_euclid(WEEK));
        }
    }

    /// The same by a number of weeks that is known, so that several vendors' data stay together. Generated calls stay where they are.
    pub fn shift_weeks(&mut self, weeks: i64) {
        if weeks == 0 {
            return;
        }
        for id in self.calls() {
            let Some(call) = self.find(&id).filter(|c| matches!(c.source, Source::Told(_))).cloned() else { continue };
            let ready = match call.ready {
                super::Ready::From(at) => super::Ready::From(at.checked_add(jiff::SignedDuration::from_secs(weeks * WEEK)).unwrap_or(at)),
                super::Ready::Never => super::Ready::Never,
            };
            let (mut told, _) = call.into_told();
            told.data.values_mut().for_each(|v| moved(v, "", weeks));
            let Told { data, transcript } = told;
            if let Err(error) = self.put(Told { data, transcript }, Some(ready)) {
                tracing::warn!(%error, id, "a call was lost while shifting");
            }
        }
    }
}

/// Times and dates below a key that holds such; the rest stays.
fn moved(value: &mut Value, key: &str, weeks: i64) {
    match value {
        Value::Object(object) => {
            // A CRM field has its name beside its value.
            let field = object.get("name").and_then(Value::as_str).is_some_and(|n| n.contains("Date") || n.contains("date"));
            for (k, v) in object.iter_mut() {
                let timed = ["scheduled", "started", "posted"].contains(&k.as_str()) || (field && k == "value");
                moved(v, if timed { "time" } else { "" }, weeks);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|v| moved(v, key, weeks)),
        Value::String(text) if key == "time" => {
            if let Some(later) = date(text, weeks) {
                *text = later;
            }
        }
        _ => {}
    }
}

/// The date a text begins with, moved; time of day, fraction and offset stay as they are written.
fn date(text: &str, weeks: i64) -> Option<String> {
    let (day, rest) = text.split_at_checked(10)?;
    let day: Date = day.parse().ok()?;
    if !rest.is_empty() && !rest.starts_with('T') {
        return None;
    }
    Some(format!("{}{rest}", day.checked_add(weeks.weeks()).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_times_move_and_keep_their_form() {
        let mut call = json!({
            "metaData": {"scheduled": "2024-04-05T08:00:00.041977-07:00", "started": null, "title": "2024-04-05", "id": "2024"},
            "context": [{"objects": [{"fields": [{"name": "CloseDate", "value": "2024-06-28"}, {"name": "Amount", "value": 5},
                {"name": "Name", "value": "2024-06-28"}, {"name": "Updated date", "value": "soon"}]}]}],
            "collaboration": {"publicComments": [{"posted": "2024-04-05T17:00:00Z", "comment": "2024-04-05"}]}
        });
        moved(&mut call, "", 2);
        assert_eq!(
            call,
            json!({
                "metaData": {"scheduled": "2024-04-19T08:00:00.041977-07:00", "started": null, "title": "2024-04-05", "id": "2024"},
                "context": [{"objects": [{"fields": [{"name": "CloseDate", "value": "2024-07-12"}, {"name": "Amount", "value": 5},
                    {"name": "Name", "value": "2024-06-28"}, {"name": "Updated date", "value": "soon"}]}]}],
                "collaboration": {"publicComments": [{"posted": "2024-04-19T17:00:00Z", "comment": "2024-04-05"}]}
            })
        );
    }
}
