//! Tests end the real process at a chosen place by `SALES_FAILPOINT`, and stop its clock by `SALES_TEST_NOW`.
//!
//! Both are read in debug builds only: what a user runs can neither be made to abort nor be lied to about the time by a stray variable.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use jiff::Timestamp;
use sales_engine::{Failpoints, NoFailpoints};

/// Aborts the process at the `n`-th hit of a name, or at the `n`-th hit of all names together (`any`).
#[derive(Debug)]
struct Abort {
    name: String,
    nth: u64,
    hits: AtomicU64,
}

impl Failpoints for Abort {
    fn hit(&self, name: &'static str) {
        if (self.name == name || self.name == "any") && self.hits.fetch_add(1, Ordering::SeqCst) + 1 == self.nth {
            // Not `exit`: no destructor may tidy up, as none would after a power cut.
            std::process::abort();
        }
    }
}

/// The failpoints that `SALES_FAILPOINT` asks for: `name`, `name:n` or `any:n`.
pub(crate) fn failpoints(variable: Option<&str>) -> Arc<dyn Failpoints> {
    match variable.filter(|_| cfg!(debug_assertions)).and_then(parse) {
        Some(abort) => Arc::new(abort),
        None => Arc::new(NoFailpoints),
    }
}

fn parse(text: &str) -> Option<Abort> {
    let (name, nth) = match text.rsplit_once(':') {
        Some((name, n)) => (name, n.parse().ok()?),
        None => (text, 1),
    };
    (!name.is_empty()).then(|| Abort { name: name.to_owned(), nth, hits: AtomicU64::new(0) })
}

/// The time that `SALES_TEST_NOW` gives.
pub(crate) fn test_now(variable: Option<&str>) -> Option<Timestamp> {
    variable.filter(|_| cfg!(debug_assertions)).and_then(|v| v.parse().ok())
}

#[cfg(test)]
mod tests {

    use super::{parse, test_now};

    #[test]
    fn forms_of_the_variable() {
        let read = |text| parse(text).map(|a| (a.name, a.nth));
        assert_eq!(read("ledger.in_commit"), Some(("ledger.in_commit".into(), 1)));
        assert_eq!(read("any:17"), Some(("any".into(), 17)));
        assert_eq!(read("any:x"), None);
        assert_eq!(read(""), None);
    }

    #[test]
    fn a_fixed_time_is_read() {
        assert_eq!(test_now(Some("2024-04-08T09:00:00Z")).unwrap().as_second(), 1_712_566_800);
        assert_eq!(test_now(Some("yesterday")), None);
        assert_eq!(test_now(None), None);
    }
}
