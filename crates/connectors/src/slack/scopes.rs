//! Scopes that the product asks for, and what each is for.

use sales_model::Settings;

use crate::ScopeState;

/// Scope, feature, whether nothing works without it, for whom.
const SCOPES: [(&str, &str, bool, For); 11] = [
    ("channels:read", "list public channels", true, For::All),
    ("channels:history", "read public channels", true, For::All),
    ("users:read", "names of people", true, For::All),
    ("groups:read", "list private channels", false, For::All),
    ("groups:history", "read private channels", false, For::All),
    ("users:read.email", "mail addresses, which tell whose side somebody is on", false, For::All),
    ("mpim:read", "list group messages", false, For::Direct),
    ("mpim:history", "read group messages", false, For::Direct),
    ("im:read", "list direct messages", false, For::Direct),
    ("im:history", "read direct messages", false, For::Direct),
    ("search:read", "find new replies to old threads at once", false, For::Users),
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum For {
    /// Every token.
    All,
    /// Where direct messages are to be read.
    Direct,
    /// User tokens.
    Users,
}

/// The state of each scope that matters here; `held` is what Slack says the token has.
pub(crate) fn states(held: Option<&[String]>, user: bool, settings: &Settings) -> Vec<ScopeState> {
    let applies = |f: For| match f {
        For::All => true,
        For::Direct => settings.slack.direct_messages,
        For::Users => user,
    };
    SCOPES
        .iter()
        .filter(|s| applies(s.3))
        .map(|(name, feature, required, _)| ScopeState {
            name: (*name).into(),
            feature: (*feature).into(),
            required: *required,
            granted: held.map(|h| h.iter().any(|x| x == name)),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_scope_says_whether_it_is_there() {
        let held = ["channels:read".to_owned(), "users:read".to_owned()];
        let states = states(Some(&held), false, &Settings::default());
        let got: Vec<_> = states.iter().map(|s| (s.name.as_str(), s.required, s.granted)).collect();
        assert_eq!(
            got,
            [
                ("channels:read", true, Some(true)),
                ("channels:history", true, Some(false)),
                ("users:read", true, Some(true)),
                ("groups:read", false, Some(false)),
                ("groups:history", false, Some(false)),
                ("users:read.email", false, Some(false)),
            ]
        );
    }

    #[test]
    fn direct_messages_and_search_are_asked_for_only_where_used() {
        let mut settings = Settings::default();
        settings.slack.direct_messages = true;
        let names: Vec<_> = states(None, true, &settings).into_iter().map(|s| (s.name, s.granted)).collect();
        assert!(names.contains(&("im:history".into(), None)) && names.contains(&("search:read".into(), None)));
    }
}
