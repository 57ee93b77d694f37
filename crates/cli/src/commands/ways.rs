//! What there is of each way to connect a source, by names of variables alone.

use sales_connectors::Descriptor;
use serde::Serialize;

use crate::{
    compose::{DEFAULT, Home, signed_in},
    config::Variables,
};

/// One way.
#[derive(Serialize)]
pub(super) struct Way {
    variables: Vec<Part>,
    /// Whether somebody signed in; absent where there is no sign-in.
    #[serde(skip_serializing_if = "Option::is_none")]
    signed_in: Option<bool>,
    /// It has all that it needs.
    ready: bool,
    /// What is still to be done, where it was begun.
    #[serde(skip_serializing_if = "String::is_empty")]
    next: String,
}

#[derive(Serialize)]
struct Part {
    name: &'static str,
    set: bool,
}

impl Way {
    /// `GMAIL_CLIENT_ID set, GMAIL_CLIENT_SECRET set, signed in`, and what is to be done.
    pub(super) fn words(&self) -> String {
        let part = |p: &Part| format!("{} {}", p.name, if p.set { "set" } else { "not set" });
        let login = self.signed_in.map(|yes| if yes { "signed in" } else { "not signed in" }.to_owned());
        let all: Vec<String> = self.variables.iter().map(part).chain(login).collect();
        let next = if self.next.is_empty() { String::new() } else { format!("; next: {}", self.next) };
        format!("{}{next}", all.join(", "))
    }
}

/// All ways of a source, of its plain variables; none where there is only one, which the variables show by themselves.
pub(super) fn ways(descriptor: &Descriptor, home: Option<&Home>, variables: &Variables) -> Vec<Way> {
    if descriptor.sufficient.len() < 2 {
        return Vec::new();
    }
    let stored = home.is_some_and(|home| signed_in(home, descriptor, DEFAULT));
    let mut all: Vec<Way> = descriptor.sufficient.iter().map(|names| way(descriptor, names, variables, stored)).collect();
    // One is enough.
    if all.iter().any(|way| way.ready) {
        all.iter_mut().for_each(|way| way.next.clear());
    }
    all
}

fn way(descriptor: &Descriptor, names: &[&'static str], variables: &Variables, stored: bool) -> Way {
    let set = |name: &str| {
        let group = descriptor.variables.iter().find(|group| group.first() == Some(&name));
        group.is_some_and(|group| variables.secret(group).is_some())
    };
    let login = descriptor.login.filter(|login| names.contains(login));
    // A sign-in that is stored, or still to be done, stands in the place of its variable.
    let signed_in = login.filter(|login| stored || !set(login)).map(|_| stored);
    let shown = names.iter().filter(|name| signed_in.is_none() || login != Some(**name));
    let parts: Vec<Part> = shown.map(|name| Part { name, set: set(name) }).collect();
    let missing: Vec<&str> = parts.iter().filter(|part| !part.set).map(|part| part.name).collect();
    let mut way = Way { ready: missing.is_empty() && signed_in != Some(false), signed_in, next: String::new(), variables: Vec::new() };
    if !way.ready && missing.len() < parts.len() {
        way.next = match missing.is_empty() {
            true => format!("sales auth login {}", descriptor.source),
            false => format!("set {}", missing.join(" and ")),
        };
    }
    Way { variables: parts, ..way }
}

#[cfg(test)]
mod tests {
    use sales_connectors::registry;
    use sales_model::Source;

    use super::*;

    fn told(source: &Source, set: &[&str]) -> Vec<String> {
        let variables = Variables::given(set.iter().map(|name| (*name, "canary")));
        let connector = registry::connector(source).unwrap();
        let all = ways(connector.descriptor(), None, &variables);
        all.iter().map(|way| format!("{}{}", if way.ready { "* " } else { "" }, way.words())).collect()
    }

    #[test]
    fn what_is_there_and_what_is_missing() {
        assert_eq!(
            told(&Source::EMAIL, &[]),
            [
                "GMAIL_CLIENT_ID not set, GMAIL_CLIENT_SECRET not set, not signed in",
                "GOOGLE_SERVICE_ACCOUNT_FILE not set, GMAIL_USER not set",
                "IMAP_URL not set, IMAP_PASSWORD not set",
                "IMAP_URL not set, IMAP_ACCESS_TOKEN not set",
            ]
        );
        let first = |set: &[&str], n: usize| told(&Source::EMAIL, set).swap_remove(n);
        assert_eq!(
            first(&["GOOGLE_CLIENT_ID"], 0),
            "GMAIL_CLIENT_ID set, GMAIL_CLIENT_SECRET not set, not signed in; next: set GMAIL_CLIENT_SECRET"
        );
        assert_eq!(
            first(&["GMAIL_CLIENT_ID", "GOOGLE_CLIENT_SECRET"], 0),
            "GMAIL_CLIENT_ID set, GMAIL_CLIENT_SECRET set, not signed in; next: sales auth login email"
        );
        let headless = ["GMAIL_CLIENT_ID", "GMAIL_CLIENT_SECRET", "GMAIL_REFRESH_TOKEN"];
        assert_eq!(first(&headless, 0), "* GMAIL_CLIENT_ID set, GMAIL_CLIENT_SECRET set, GMAIL_REFRESH_TOKEN set");
        assert_eq!(first(&["GMAIL_USER"], 1), "GOOGLE_SERVICE_ACCOUNT_FILE not set, GMAIL_USER set; next: set GOOGLE_SERVICE_ACCOUNT_FILE");
        assert_eq!(
            told(&Source::EMAIL, &["IMAP_URL", "IMAP_PASSWORD"])[2..],
            ["* IMAP_URL set, IMAP_PASSWORD set", "IMAP_URL set, IMAP_ACCESS_TOKEN not set"]
        );
        assert_eq!(told(&Source::GRANOLA, &[]), Vec::<String>::new(), "one way needs no list");
        assert_eq!(told(&Source::GONG, &["GONG_API_KEY"])[0], "GONG_API_KEY set, GONG_API_SECRET not set; next: set GONG_API_SECRET");
    }
}
