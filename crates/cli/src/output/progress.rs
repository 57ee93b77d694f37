use std::{
    io::IsTerminal,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use jiff::{SignedDuration, Timestamp};
use sales_engine::{Event, Progress};

use super::{Printer, count, duration, grouped, line, pace::Pace};

/// Plain lines come at most this often.
const EVERY: Duration = Duration::from_secs(2);

/// Limits are per minute: after two of them the pace is theirs.
const UNDER_LIMITS: SignedDuration = SignedDuration::from_mins(2);

/// Shows long work: a bar on a terminal, plain lines elsewhere, nothing when quiet.
pub(crate) struct Watch {
    printer: Printer,
    state: Mutex<State>,
    limited: bool,
}

struct State {
    bar: Option<ProgressBar>,
    pace: Pace,
    started: Instant,
    /// When the last plain line was printed.
    spoke: Option<Instant>,
}

impl Watch {
    /// Begins to watch work without rate limits.
    pub(crate) fn new(printer: &Printer) -> Self {
        let bar = (!printer.quiet && std::io::stderr().is_terminal()).then(|| {
            let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr_with_hz(8));
            if let Ok(style) = ProgressStyle::with_template("{spinner} [{bar:24}] {pos}/{len} streams  {msg}") {
                bar.set_style(style.progress_chars("=> "));
            }
            bar
        });
        let state = State { bar, pace: Pace::default(), started: Instant::now(), spoke: None };
        Watch { printer: printer.clone(), state: Mutex::new(state), limited: false }
    }

    /// The same for work that a vendor's rate limits hold up: a short pace promises nothing.
    pub(crate) fn under_limits(self, limited: bool) -> Self {
        Watch { limited, ..self }
    }

    /// Takes the bar away.
    pub(crate) fn end(&self) {
        self.printer.clear_bar();
    }

    fn page(&self, state: &mut State, place: Option<&str>, total: u64, streams_done: usize, streams: usize) {
        let seconds = state.started.elapsed().as_secs_f64();
        let rate = if seconds > 0.05 { total as f64 / seconds } else { 0.0 };
        let mut text = format!("{} ({}/s)", count(total, "record"), grouped(rate.round() as u64));
        if let Some(left) = state.pace.remaining(streams_done, streams, if self.limited { UNDER_LIMITS } else { SignedDuration::ZERO }) {
            text.push_str(&format!(", about {} left", duration(left)));
        }
        match state.bar.clone() {
            Some(bar) => {
                if bar.length() != Some(streams as u64) {
                    bar.set_length(streams as u64);
                }
                bar.set_position(streams_done as u64);
                bar.set_message(match place {
                    Some(p) => format!("{text}  {}", line(p)),
                    None => text,
                });
                self.printer.show_bar(&bar);
            }
            None if state.due() => self.printer.note(format_args!("{streams_done}/{streams} streams, {text}")),
            None => {}
        }
    }
}

impl State {
    /// Whether a plain line may be printed now; the first one waits too, so that short work prints none.
    fn due(&mut self) -> bool {
        let since = self.spoke.unwrap_or(self.started);
        let due = since.elapsed() >= EVERY;
        if due {
            self.spoke = Some(Instant::now());
        }
        due
    }
}

impl Progress for Watch {
    fn event(&self, event: Event<'_>) {
        if self.printer.quiet {
            return;
        }
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let state = &mut *state;
        match event {
            Event::Planned { account, streams, estimate } => {
                if let Some(words) = estimate {
                    self.printer.note(format_args!("{account}: {}, {}", count(streams as u64, "stream"), line(words)));
                }
            }
            Event::Page { stream, place, total, streams_done, streams, waiting, .. } => {
                // A stream that finds more work ends more than once.
                let streams_done = streams_done.min(streams);
                // The distance between two pages in real time, whatever clock the run itself has.
                let now = Timestamp::UNIX_EPOCH.checked_add(state.started.elapsed()).unwrap_or(Timestamp::UNIX_EPOCH);
                state.pace.step(now, stream, waiting);
                self.page(state, place, total, streams_done, streams);
            }
            Event::Notice(text) => self.printer.note(line(text)),
            Event::Files(n) => match state.bar.clone() {
                Some(bar) => bar.set_message(format!("{} written", count(n, "file"))),
                None if state.due() => self.printer.note(format_args!("{} written", count(n, "file"))),
                None => {}
            },
            Event::Context(customer) => {
                if let Some(bar) = &state.bar {
                    bar.set_message(format!("context of {customer}"));
                }
            }
        }
    }
}
