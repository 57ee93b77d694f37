//! What a transaction changes beside the rows themselves: dirty units and the counts of places.

use std::collections::BTreeMap;

use rusqlite::params;

use super::{error::Run, writer::Work};

/// Changes of the counts of one place.
#[derive(Default)]
struct Counts {
    live: i64,
    versions: i64,
    /// The latest `at` of what became live.
    newest: Option<i64>,
    /// The latest `at` of what is no longer there: the newest may have gone with it.
    lost: Option<i64>,
}

/// Gathered while a page is applied, written once at its end.
#[derive(Default)]
pub(super) struct Changes {
    units: Vec<i64>,
    places: BTreeMap<i64, Counts>,
}

impl Changes {
    pub(super) fn dirty(&mut self, unit: i64) {
        if self.units.last() != Some(&unit) {
            self.units.push(unit);
        }
    }

    /// A record became live.
    pub(super) fn came(&mut self, place: i64, at: i64) {
        let counts = self.places.entry(place).or_default();
        counts.live += 1;
        counts.newest = counts.newest.max(Some(at));
    }

    /// A live record is live no more.
    pub(super) fn went(&mut self, place: i64, at: i64) {
        let counts = self.places.entry(place).or_default();
        counts.live -= 1;
        counts.lost = counts.lost.max(Some(at));
    }

    /// A live record is of another time now.
    pub(super) fn shifted(&mut self, place: i64, old: i64, new: i64) {
        let counts = self.places.entry(place).or_default();
        counts.lost = counts.lost.max(Some(old));
        counts.newest = counts.newest.max(Some(new));
    }

    pub(super) fn version(&mut self, place: i64) {
        self.places.entry(place).or_default().versions += 1;
    }

    /// Writes what was gathered.
    pub(super) fn write(mut self, work: &Work<'_>) -> Run<()> {
        // The newest is looked for in the whole place only when it may be what went.
        let sql = "UPDATE place SET live = live + ?2, versions = versions + ?3, newest = CASE
               WHEN ?5 >= coalesce(max(newest, ?4), newest, ?4) THEN (SELECT max(at) FROM record WHERE place = ?1 AND state = 0)
               ELSE coalesce(max(newest, ?4), newest, ?4) END
             WHERE id = ?1";
        for (place, counts) in &self.places {
            let values = params![place, counts.live, counts.versions, counts.newest, counts.lost];
            work.conn.prepare_cached(sql)?.execute(values)?;
        }
        self.units.sort_unstable();
        self.units.dedup();
        mark(work, &self.units)
    }
}

/// Marks units as not yet in the files.
pub(super) fn mark(work: &Work<'_>, units: &[i64]) -> Run<()> {
    if units.is_empty() {
        return Ok(());
    }
    let mark = work.next_mark()?;
    let mut update = work.conn.prepare_cached("UPDATE unit SET mark = ?2 WHERE id = ?1")?;
    for unit in units {
        update.execute([*unit, mark])?;
    }
    Ok(())
}
