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

/// The state of the permissions that the product can use. `held`: what the vendor said; `None` if it did not.
pub(crate) fn states(held: Option<&str>) -> Vec<ScopeState> {
    let state = |name: &str, feature: &str, required: bool, granted: Option<bool>| ScopeState {
        name: name.into(),
        feature: feature.into(),
        required,
        granted,
    };
    vec![
        state("gmail.readonly", "mails, their labels and threads", true, held.map(can_read)),
        state("gmail.modify", "setting labels, when writing back is switched on", false, held.map(|h| holds(h, &[MODIFY, FULL]))),
        state("gmail.compose", "making drafts, when writing back is switched on", false, held.map(|h| holds(h, &[COMPOSE, MODIFY, FULL]))),
    ]
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
        let granted = |held: Option<&str>| states(held).iter().map(|s| s.granted).collect::<Vec<_>>();
        assert_eq!(granted(None), [None, None, None]);
        assert_eq!(granted(Some(READ)), [Some(true), Some(false), Some(false)]);
        assert_eq!(granted(Some(MODIFY)), [Some(true), Some(true), Some(true)]);
    }
}
