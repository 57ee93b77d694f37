//! What a run will take under Gmail's quota: fetching mails decides.

use jiff::SignedDuration;
use sales_model::StreamKey;

use super::{budget, load, mailbox, state};
use crate::{Cx, Estimate, Known, Plan};

/// A time in words.
fn about(seconds: i64) -> String {
    match seconds {
        0..=59 => "less than a minute".to_owned(),
        60..=119 => "about a minute".to_owned(),
        120..=7_199 => format!("about {} minutes", seconds / 60),
        172_800.. => format!("about {} days", seconds / 86_400),
        _ => format!("about {} hours", (seconds / 60 + 30) / 60),
    }
}

/// Seconds that so many units take at least. A minute's units may be used at once.
fn seconds(units: u64, per_minute: u32) -> i64 {
    let per_minute = u64::from(per_minute.max(1));
    i64::try_from(units.saturating_sub(per_minute.min(units)).saturating_mul(60) / per_minute).unwrap_or(i64::MAX)
}

fn of(mails: u64, searches: u64, cost: u32, per_minute: u32) -> Estimate {
    let units = mails.saturating_mul(u64::from(cost));
    let seconds = seconds(units, per_minute);
    let mut requests = Vec::new();
    if mails > 0 {
        requests.push((budget::GET.name.to_owned(), mails));
    }
    if searches > 0 {
        requests.push((budget::LIST.name.to_owned(), searches));
    }
    requests.sort();
    let words = match (mails, searches) {
        (0, 0) => "less than a minute (no mail waits)".to_owned(),
        (0, n) => format!(
            "how many mails there are shows when they are searched ({n} {}); 1,000 mails take {} ({cost} quota units each, {per_minute} a minute)",
            if n == 1 { "search" } else { "searches" },
            about(self::seconds(u64::from(cost) * 1_000, per_minute)),
        ),
        (n, _) => format!("{} ({n} mails, {cost} quota units each, {per_minute} a minute)", about(seconds)),
    };
    Estimate { requests, duration: SignedDuration::from_secs(seconds), words }
}

/// What a search found, in words.
pub(crate) fn found(cx: &Cx, mails: u64) -> String {
    let noun = if mails == 1 { "mail" } else { "mails" };
    if cx.unlimited {
        return format!("Gmail: {mails} {noun} of your customers to read");
    }
    let per_minute = cx.settings.email.units_per_minute;
    let units = mails.saturating_mul(u64::from(budget::GET.units(per_minute)));
    format!("Gmail: {mails} {noun} of your customers to read, which takes {}", about(seconds(units, per_minute)))
}

/// The estimate of a plan.
pub(crate) fn plan(cx: &Cx, plan: &Plan, known: &Known) -> Estimate {
    let key = StreamKey { account: cx.account.clone(), stream: mailbox::STREAM.into(), partition: String::new() };
    let mut at = state::State::read(known.checkpoints.get(&key));
    if at.run != Some(plan.now) && plan.mode == crate::Mode::Full {
        at.begin(plan);
    }
    let open = at.load.take();
    let load = open.or_else(|| at.next_load(&known.wanted, plan.since));
    let owed = at.owed(known.lacking.get(&key).map(Vec::as_slice).unwrap_or_default(), cx.settings.email.max_message_bytes);
    let mails =
        owed.len() as u64 + load.as_ref().map_or(0, |l| l.left) + at.changes.map_or(0, |c| (c.whole.len() + c.relabelled.len()) as u64);
    let searches = load.as_ref().filter(|l| l.left == 0 && !l.is_complete()).map_or(0, load::Load::searches);
    let per_minute = cx.settings.email.units_per_minute;
    let mut out = of(mails, searches, budget::GET.units(per_minute), per_minute);
    if cx.unlimited {
        out.duration = SignedDuration::ZERO;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fetching_decides() {
        let e = of(10_000, 0, 20, 6_000);
        assert_eq!(e.words, "about 32 minutes (10000 mails, 20 quota units each, 6000 a minute)");
        assert_eq!((e.duration.as_secs(), e.requests), (1_940, vec![("mails".to_owned(), 10_000)]));
        assert_eq!(of(10_000, 0, 5, 15_000).words, "about 2 minutes (10000 mails, 5 quota units each, 15000 a minute)");
        assert_eq!(of(0, 0, 20, 6_000).words, "less than a minute (no mail waits)");
        assert_eq!(
            of(0, 1, 20, 6_000).words,
            "how many mails there are shows when they are searched (1 search); 1,000 mails take about 2 minutes (20 quota units each, 6000 a minute)"
        );
        // Nothing overflows, and a setting of nothing divides by nothing.
        assert!(of(u64::MAX, 3, 20, 0).words.contains("days"));
    }
}
