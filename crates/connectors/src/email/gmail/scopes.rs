//! What a sign-in may do.

use crate::ScopeState;

/// All that is needed to read.
pub(crate) const READ: &str = "https://www.googleapis.com/auth/gmail.readonly";
/// Headers only. Never asked for: a token that holds it beside others is refused bodies too.
const METADATA: &str = "https://www.googleapis.com/auth/gmail.metadata";
/// Include reading.
const MODIFY: &str = "https://www.googleapis.com/auth/gmail.modify";
const FULL: &str = "https://mail.google.com/";
/// Drafts and sending.
const COMPOSE: &str = "https://www.googleapis.com/auth/gmail.compose";

/// What a sign-in asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Reading, as always.
    Read,
    /// Also labels and drafts, where writing back is switched on.
    ReadAndWrite,
}

/// The scopes to ask for, separated by spaces.
pub(crate) fn wanted(purpose: Purpose) -> String {
    match purpose {
        Purpose::Read => READ.to_owned(),
        Purpose::ReadAndWrite => format!("{MODIFY} {COMPOSE}"),
    }
}

fn holds(held: &str, any: &[&str]) -> bool {
    held.split_whitespace().any(|scope| any.contains(&scope))
}

/// Whether bodies come with these scopes.
pub(crate) fn can_read(held: &str) -> bool {
    holds(held, &[READ, MODIFY, FULL]) && !holds(held, &[METADATA])
}

/// Whether the sign-in is for headers only.
pub(crate) fn headers_only(held: &str) -> bool {
    holds(held, &[METADATA])
}

/// The state of the permissions. `held`: what the vendor said; `None` if it did not. What allows writing is told where it is there, and
/// not missed where it is not: nobody asked for it.
pub(crate) fn states(held: Option<&str>) -> Vec<ScopeState> {
    let state = |name: &str, feature: &str, required: bool, granted: Option<bool>| ScopeState {
        name: name.into(),
        feature: feature.into(),
        required,
        granted,
    };
    let mut all = vec![state("gmail.readonly", "mails, their labels and threads", true, held.map(can_read))];
    let more = [
        ("gmail.modify", "setting labels: more than reading needs", &[MODIFY, FULL][..]),
        ("gmail.compose", "drafts and sending: more than reading needs", &[COMPOSE, MODIFY, FULL]),
    ];
    let there = more.into_iter().filter(|(.., any)| held.is_some_and(|h| holds(h, any)));
    all.extend(there.map(|(name, feature, _)| state(name, feature, false, Some(true))));
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_scopes_give() {
        assert!(can_read(READ) && can_read(&wanted(Purpose::ReadAndWrite)) && can_read(&format!("openid {FULL}")));
        // Both together are treated as the lesser one.
        assert!(!can_read(&format!("{READ} {METADATA}")) && headers_only(&format!("{READ} {METADATA}")));
        assert!(!can_read("") && !can_read(COMPOSE) && !can_read(&format!("{READ}x")));
        let told = |held: Option<&str>| states(held).into_iter().map(|s| (s.name, s.granted)).collect::<Vec<_>>();
        let read = |granted| ("gmail.readonly".to_owned(), granted);
        let more = |name: &str| (format!("gmail.{name}"), Some(true));
        assert_eq!(told(None), [read(None)]);
        assert_eq!(told(Some(READ)), [read(Some(true))]);
        assert_eq!(told(Some("openid")), [read(Some(false))]);
        assert_eq!(told(Some(COMPOSE)), [read(Some(false)), more("compose")]);
        assert_eq!(told(Some(MODIFY)), [read(Some(true)), more("modify"), more("compose")]);
    }
}
