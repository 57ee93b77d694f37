//! Invitations: iCalendar (RFC 5545, 5546) as mail carries it.
//!
//! Calendars are read line by line here and not by a library. `calcard` and `icalendar` were looked at: the first finds time zones by name only,
//! so the rules that a calendar brings would be left to do, and both come with a second library for time and a second database of time zones;
//! the second gives up a whole calendar for one broken line. What is needed of an event is a dozen of its lines.
//!
//! Zones come from the database that is built in, never from the system: a calendar means the same on every machine.

mod component;
mod event;
mod line;
mod meeting;
mod state;
mod text;
mod time;
mod windows;
mod zone;

pub use meeting::{Likeness, Meeting, Sign, same_meeting};
use sales_model::Invitation;
pub use state::{Event, state};

/// More is not read; the largest real ones carry a file in a line.
const BYTES: usize = 8 * 1024 * 1024;
const EVENTS: usize = 100;
const ATTENDEES: usize = 1_000;

/// The events of a `text/calendar` part. `method` is the part's own parameter, which holds where the calendar names none; without either it is
/// `PUBLISH`. An event that is marked as cancelled has the method `CANCEL`. At most 100 events with 1,000 attendees each; times without a zone
/// are read as UTC; lines that cannot be read are left out.
pub fn read(text: &str, method: Option<&str>) -> Vec<Invitation> {
    read_bytes(text.as_bytes(), method)
}

/// The same for the part's bytes, transfer encoding undone: UTF-8, or Latin-1 where a line is not. Better than [`read`] where the bytes are at
/// hand: lines may be folded inside a character, which a text that was decoded before has lost.
pub fn read_bytes(bytes: &[u8], method: Option<&str>) -> Vec<Invitation> {
    let mut reader = component::Reader::new(component::Caps { events: EVENTS, attendees: ATTENDEES });
    for line in line::lines(bytes.get(..BYTES).unwrap_or(bytes)) {
        reader.line(line);
    }
    reader.finish().iter().flat_map(|calendar| event::invitations(calendar, method.unwrap_or_default())).collect()
}
