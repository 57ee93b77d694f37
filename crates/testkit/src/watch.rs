use std::sync::{
    Mutex, PoisonError,
    atomic::{AtomicUsize, Ordering},
};

use sales_engine::{Event, Failpoints, Progress};
use tokio_util::sync::CancellationToken;

/// Stops a run once a failpoint was passed so many times: the run ends as after Ctrl-C, between two pages.
pub struct Halt {
    /// Which failpoint counts.
    pub at: &'static str,
    /// How often it is passed before the run stops; 0 for never.
    pub after: usize,
    /// What stops the run.
    pub stop: CancellationToken,
    passed: AtomicUsize,
}

impl Halt {
    /// Never stops.
    pub fn never() -> Self {
        Self::after("", 0)
    }

    /// Stops after the n-th time.
    pub fn after(at: &'static str, after: usize) -> Self {
        Halt { at, after, stop: CancellationToken::new(), passed: AtomicUsize::new(0) }
    }

    /// Whether it stopped the run.
    pub fn stopped(&self) -> bool {
        self.stop.is_cancelled()
    }
}

impl Failpoints for Halt {
    fn hit(&self, name: &'static str) {
        if name == self.at && self.passed.fetch_add(1, Ordering::SeqCst) + 1 == self.after {
            self.stop.cancel();
        }
    }
}

/// Keeps what a run told whoever watches it.
#[derive(Default)]
pub struct Watch(Mutex<Vec<String>>);

impl Watch {
    /// Notices and plans so far, in words.
    pub fn told(&self) -> Vec<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Progress for Watch {
    fn event(&self, event: Event<'_>) {
        let line = match event {
            Event::Planned { streams, estimate, .. } => format!("planned {streams}: {}", estimate.unwrap_or("no estimate")),
            Event::Notice(text) => format!("notice: {text}"),
            _ => return,
        };
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(line);
    }
}
