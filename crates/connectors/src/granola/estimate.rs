//! What a run will take under Granola's limits: one request per changed note decides.

use jiff::SignedDuration;
use sales_model::StreamKey;

use super::{budget, map, notes};
use crate::{Cx, Estimate, Known, Plan};

/// Requests and time for so many notes. `listed`: the list of notes is complete.
fn of(waiting: u64, listed: bool) -> Estimate {
    let seconds = i64::try_from(waiting / budget::SUSTAINED).unwrap_or(i64::MAX);
    let duration = SignedDuration::from_secs(seconds);
    let time = match seconds {
        0..=59 => "less than a minute".to_owned(),
        60..=119 => "about a minute".to_owned(),
        120..=7_199 => format!("about {} minutes", seconds / 60),
        _ => format!("about {} hours", (seconds / 60 + 30) / 60),
    };
    let what = match waiting {
        0 => "no note waits".to_owned(),
        1 => "1 note".to_owned(),
        n => format!("{n} notes, one request each at {} a second", budget::SUSTAINED),
    };
    let mut words = format!("{time} ({what})");
    if !listed {
        words.push_str("; the list of notes is not read to its end yet, so this grows while it shows how many there are");
    }
    let requests = if waiting > 0 { vec![("notes".to_owned(), waiting)] } else { Vec::new() };
    Estimate { requests, duration, words }
}

/// The estimate of a plan.
pub(crate) fn plan(cx: &Cx, plan: &Plan, known: &Known) -> Estimate {
    let key = |stream: &str| StreamKey { account: cx.account.clone(), stream: stream.into(), partition: String::new() };
    let listed = notes::State::read(known.checkpoints.get(&key(notes::STREAM))).is_loaded(plan.since);
    let mut out = of(known.waiting.get(&key(map::DETAILS)).copied().unwrap_or(0), listed);
    if cx.unlimited {
        out.duration = SignedDuration::ZERO;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_decide() {
        let e = of(3_000, true);
        assert_eq!((e.duration, e.requests.clone()), (SignedDuration::from_mins(10), vec![("notes".to_owned(), 3_000)]));
        assert_eq!(e.words, "about 10 minutes (3000 notes, one request each at 5 a second)");
        let words = |n, listed| of(n, listed).words;
        assert_eq!(words(0, true), "less than a minute (no note waits)");
        assert_eq!(words(1, true), "less than a minute (1 note)");
        assert_eq!(words(400, true), "about a minute (400 notes, one request each at 5 a second)");
        assert_eq!(words(90_000, true), "about 5 hours (90000 notes, one request each at 5 a second)");
        assert_eq!(
            words(0, false),
            "less than a minute (no note waits); the list of notes is not read to its end yet, so this grows while it shows how many there are"
        );
    }
}
