//! The components of a calendar that are read: events and time zones.

use super::{
    line::Line,
    zone::{Observance, Rules},
};

const ZONES: usize = 100;
/// Lines of one event that count; attendees come on top.
const LINES: usize = 100;

/// One VCALENDAR.
#[derive(Debug, Default)]
pub(super) struct Calendar {
    pub(super) method: String,
    pub(super) zones: Vec<Rules>,
    pub(super) events: Vec<Event>,
}

/// The lines of one VEVENT that are of use.
#[derive(Debug, Default)]
pub(super) struct Event {
    lines: Vec<Line>,
    pub(super) attendees: Vec<Line>,
}

impl Event {
    /// The first line of a name.
    pub(super) fn get(&self, name: &str) -> Option<&Line> {
        self.lines.iter().find(|l| l.name == name)
    }
}

/// How much is taken.
#[derive(Debug, Clone, Copy)]
pub(super) struct Caps {
    pub(super) events: usize,
    pub(super) attendees: usize,
}

/// Components by line. A component that is never closed ends where the next of its kind begins; one that nobody reads (an alarm in an event, a
/// task) is passed over as a whole.
#[derive(Debug)]
pub(super) struct Reader {
    caps: Caps,
    done: Vec<Calendar>,
    calendar: Calendar,
    taken: usize,
    zone: Option<Rules>,
    observance: Option<Observance>,
    event: Option<Event>,
    /// How deep inside something that nobody reads.
    skipped: usize,
}

impl Reader {
    pub(super) fn new(caps: Caps) -> Self {
        let calendar = Calendar::default();
        Self { caps, done: Vec::new(), calendar, taken: 0, zone: None, observance: None, event: None, skipped: 0 }
    }

    pub(super) fn line(&mut self, line: Line) {
        let opens = line.name == "BEGIN";
        if opens || line.name == "END" {
            return self.bound(opens, &line.value.trim().to_ascii_uppercase());
        }
        if self.skipped > 0 {
            return;
        }
        if let Some(observance) = &mut self.observance {
            observance.line(&line);
        } else if let Some(zone) = &mut self.zone {
            zone.line(&line);
        } else if line.name == "METHOD" {
            // Some programs write it into the event.
            self.calendar.method = line.value;
        } else if let Some(event) = &mut self.event {
            match line.name.as_str() {
                "ATTENDEE" if event.attendees.len() < self.caps.attendees => event.attendees.push(line),
                "UID"
                | "SEQUENCE"
                | "SUMMARY"
                | "LOCATION"
                | "DTSTART"
                | "DTEND"
                | "DURATION"
                | "RECURRENCE-ID"
                | "RRULE"
                | "RDATE"
                | "ORGANIZER"
                | "STATUS"
                | "X-MICROSOFT-CDO-ALLDAYEVENT"
                    if event.lines.len() < LINES =>
                {
                    event.lines.push(line);
                }
                _ => {}
            }
        }
    }

    fn bound(&mut self, opens: bool, name: &str) {
        match name {
            "VCALENDAR" => {
                self.close();
                self.done.push(std::mem::take(&mut self.calendar));
            }
            "VEVENT" => {
                self.close();
                self.event = opens.then(Event::default);
            }
            "VTIMEZONE" => {
                self.close();
                self.zone = opens.then(Rules::default);
            }
            "STANDARD" | "DAYLIGHT" if self.zone.is_some() => {
                self.end_observance();
                self.observance = opens.then(Observance::default);
            }
            _ if opens => self.skipped += 1,
            _ => self.skipped = self.skipped.saturating_sub(1),
        }
    }

    fn end_observance(&mut self) {
        if let (Some(zone), Some(observance)) = (&mut self.zone, self.observance.take()) {
            zone.push(observance);
        }
    }

    fn close(&mut self) {
        self.end_observance();
        self.skipped = 0;
        if let Some(zone) = self.zone.take()
            && self.calendar.zones.len() < ZONES
        {
            self.calendar.zones.push(zone);
        }
        if let Some(event) = self.event.take()
            && self.taken < self.caps.events
        {
            self.taken += 1;
            self.calendar.events.push(event);
        }
    }

    /// All calendars of the text; of each, zones and events in their order.
    pub(super) fn finish(mut self) -> Vec<Calendar> {
        self.close();
        self.done.push(self.calendar);
        self.done.retain(|c| !c.events.is_empty());
        self.done
    }
}
