use jiff::{SignedDuration, Timestamp};

use super::{Note, World};

const WEEK: i64 = 7 * 24 * 3600;

impl World {
    /// Moves everything that happened by whole weeks, so that the newest change lies in the week before `now` and all weekdays and times of
    /// day stay. Dates written out as words can't move.
    pub fn shift_to(&mut self, now: Timestamp) {
        let Some(newest) = self.newest() else { return };
        let weeks = (now.as_second() - newest.as_second()).div_euclid(WEEK);
        self.shift(SignedDuration::from_secs(weeks * WEEK));
    }

    /// Moves everything that happened by so much: for a world whose story belongs to that of others, and must move with it.
    pub fn shift(&mut self, by: SignedDuration) {
        if by.is_zero() {
            return;
        }
        self.notes.values_mut().for_each(|note| shift(note, by));
    }
}

fn shift(note: &mut Note, by: SignedDuration) {
    // A moment that would leave the calendar stays where it is.
    let moved = |at: &mut Timestamp| *at = at.checked_add(by).unwrap_or(*at);
    moved(&mut note.created_at);
    moved(&mut note.updated_at);
    note.sim.ready_at.iter_mut().for_each(moved);
    if let Some(event) = &mut note.calendar_event {
        event.scheduled_start_time.iter_mut().chain(&mut event.scheduled_end_time).for_each(moved);
    }
    for item in note.transcript.iter_mut().flatten() {
        moved(&mut item.start_time);
        moved(&mut item.end_time);
    }
}
