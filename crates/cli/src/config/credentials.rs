use std::{collections::BTreeMap, fs, io::Read as _, net::IpAddr, path::Path};

use sales_connectors::{Credentials, Descriptor};
use sales_model::Source;
use sales_transport::Secret;
use secrecy::ExposeSecret;
use url::{Host, Url};

use super::Variables;
use crate::errors::{Exit, Failure, Result, io_failure};

/// Names of the token, in order of preference. What kind it is, its own prefix tells.
const TOKENS: &[&str] = &["SLACK_TOKEN", "SLACK_BOT_TOKEN", "SLACK_API_TOKEN", "SLACK_USER_TOKEN"];
/// What rotation needs.
const ROTATION: &[&str] = &["SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "SLACK_REFRESH_TOKEN"];

/// What the environment gives for a source.
pub(crate) struct Access {
    /// Secrets and address.
    pub(crate) credentials: Credentials,
    /// The address stands on this machine.
    pub(crate) loopback: bool,
}

/// Other names under which people know the variables of addresses.
const ADDRESS_ALIASES: &[(&str, &str)] = &[("GONG_API_URL", "GONG_BASE_URL"), ("GRANOLA_API_URL", "GRANOLA_API_ENDPOINT")];

/// Variables that hold the name of a file with a secret.
const FILES: &[&str] = &["GOOGLE_SERVICE_ACCOUNT_FILE"];
/// Longest such file: a key is below 3 KB.
const LARGEST_FILE: u64 = 64 << 10;
/// Names that other programs use too: what is set under them alone says nothing about us.
const COMMON: &[&str] = &["GOOGLE_CLIENT_ID", "GOOGLE_CLIENT_SECRET"];

/// What beside the environment decides about an account.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Around<'a> {
    /// The workspace's folder: names of files start there.
    pub(crate) root: Option<&'a Path>,
    /// Somebody signed in, and the token is stored.
    pub(crate) signed_in: bool,
    /// The account's name, where it is not that of the plain variables.
    pub(crate) account: Option<&'a str>,
}

/// A source's credentials; `None` without any.
///
/// # Errors
/// A credential of a kind that can't be used, half of one, or an address that must not be called.
pub(crate) fn access(descriptor: &Descriptor, variables: &Variables, around: Around<'_>) -> Result<Option<Access>> {
    let all = partial(descriptor, variables, around)?;
    let secrets = match descriptor.source == Source::SLACK {
        true => slack(variables)?,
        false => enough(descriptor, variables, all.credentials.secrets, around)?,
    };
    Ok(secrets.map(|secrets| Access { credentials: Credentials { secrets, ..all.credentials }, loopback: all.loopback }))
}

/// What there is of a source's credentials, whether it is enough or not: for signing in.
///
/// # Errors
/// A value that can't be used, or an address that must not be called.
pub(crate) fn partial(descriptor: &Descriptor, variables: &Variables, around: Around<'_>) -> Result<Access> {
    let usual = descriptor.base_url.0;
    let aliases = ADDRESS_ALIASES.iter().filter(|(name, _)| *name == usual).map(|(_, alias)| *alias);
    let named = std::iter::once(usual).chain(aliases).find_map(|name| Some((name, variables.get(name)?)));
    let base_url = named.map(|(name, value)| address(name, value)).transpose()?;
    let mut addresses = BTreeMap::new();
    for (name, _) in descriptor.addresses {
        if let Some(value) = variables.get(name) {
            addresses.insert(*name, address(name, value)?);
        }
    }
    let secrets = if descriptor.source == Source::SLACK { Secrets::new() } else { plain(descriptor, variables, around)? };
    let loopback = base_url.as_ref().is_some_and(on_loopback);
    Ok(Access { credentials: Credentials { secrets, base_url, addresses }, loopback })
}

type Secrets = BTreeMap<&'static str, Secret>;

/// Secrets that need no look at what they are.
fn plain(descriptor: &Descriptor, variables: &Variables, around: Around<'_>) -> Result<Secrets> {
    let mut secrets = Secrets::new();
    for group in descriptor.variables {
        let Some(preferred) = group.first() else { continue };
        if let Some((name, secret)) = variables.secret(group) {
            if FILES.contains(preferred) {
                secrets.insert(*preferred, file(name, secret.expose_secret(), around.root)?);
                continue;
            }
            // People choose passwords of whatever they like, and mail services show them in groups with blanks between.
            let usable = match preferred.ends_with("_PASSWORD") {
                true => !secret.expose_secret().chars().any(char::is_control),
                false => secret.expose_secret().bytes().all(|b| b.is_ascii_graphic()),
            };
            if !usable {
                return Err(Failure::auth(
                    format!("the value of `{name}` cannot be used"),
                    "it holds spaces or characters that no key has",
                    format!("copy it again from {}", descriptor.title),
                ));
            }
            secrets.insert(*preferred, secret);
        }
    }
    Ok(secrets)
}

/// The content of a file that a variable names.
fn file(name: &str, path: &str, root: Option<&Path>) -> Result<Secret> {
    let path = root.map_or_else(|| Path::new(path).to_owned(), |root| root.join(path));
    let mut text = String::new();
    let read = fs::File::open(&path).and_then(|file| file.take(LARGEST_FILE).read_to_string(&mut text));
    match read {
        Ok(_) => Ok(Secret::from(text)),
        Err(e) => {
            let mut failure = io_failure(&format!("the file that `{name}` names cannot be read:"), &path, &e);
            failure.exit = Exit::Auth;
            Err(failure)
        }
    }
}

/// The secrets, if they are enough.
fn enough(descriptor: &Descriptor, variables: &Variables, secrets: Secrets, around: Around<'_>) -> Result<Option<Secrets>> {
    let there = |name: &str| secrets.contains_key(name) || (around.signed_in && descriptor.login == Some(name));
    let has = |way: &&&[&str]| way.iter().all(|name| there(name));
    if descriptor.sufficient.iter().any(|way| has(&way)) {
        return Ok(Some(secrets));
    }
    let used: Vec<&str> = descriptor.variables.iter().filter_map(|group| variables.secret(group)).map(|(name, _)| name).collect();
    let Some(first) = used.iter().find(|name| !COMMON.contains(name)) else { return Ok(None) };
    // Half of a pair is a slip, and nothing that may pass for "not connected".
    let way = descriptor.sufficient.iter().find(|way| way.iter().any(|name| secrets.contains_key(name)));
    if let Some(login) = descriptor.login.filter(|login| way.is_some_and(|way| way.iter().all(|name| there(name) || name == login))) {
        return Err(Failure::auth(
            format!("{} cannot be read", descriptor.title),
            "nobody has signed in yet",
            format!(
                "sales auth login {}{} (on a server without a browser: set {login})",
                descriptor.source,
                around.account.map(|name| format!(" --account {name}")).unwrap_or_default()
            ),
        ));
    }
    // What a sign-in gives comes after the rest.
    let wanted = way.into_iter().flat_map(|way| way.iter().copied()).filter(|name| descriptor.login != Some(*name));
    let missing: Vec<&str> = wanted.filter(|name| !secrets.contains_key(name)).collect();
    Err(Failure::auth(
        format!("{} cannot be read", descriptor.title),
        format!("`{first}` is set, but {} is not", missing.join(" and ")),
        format!("set {} in the environment or in the workspace's `.env`", missing.join(" and ")),
    ))
}

/// Whether all is there but that somebody signs in.
pub(crate) fn awaits_sign_in(descriptor: &Descriptor, variables: &Variables) -> bool {
    let set = |name: &str| {
        let group = descriptor.variables.iter().find(|group| group.first() == Some(&name));
        group.is_some_and(|group| variables.secret(group).is_some())
    };
    let but_login = |way: &&&[&str]| {
        way.iter().any(|name| descriptor.login == Some(*name)) && way.iter().all(|n| descriptor.login == Some(*n) || set(n))
    };
    descriptor.sufficient.iter().any(|way| but_login(&way))
}

/// Slack's secrets.
fn slack(variables: &Variables) -> Result<Option<Secrets>> {
    let mut secrets = BTreeMap::new();
    for name in TOKENS {
        let Some((_, token)) = variables.secret(&[name]) else { continue };
        let kind = kind(name, &token)?;
        // The first one reads everything. If it is a user's it searches too, under its own name: were it kept a second time, a renewed
        // one would not take the place of the copy.
        let Some(main) = secrets.get("SLACK_TOKEN").map(Secret::expose_secret) else {
            secrets.insert("SLACK_TOKEN", token);
            continue;
        };
        if kind == Kind::User && main != token.expose_secret() {
            secrets.entry("SLACK_USER_TOKEN").or_insert(token);
        }
    }
    for name in ROTATION {
        if let Some((_, secret)) = variables.secret(&[name]) {
            secrets.insert(name, secret);
        }
    }
    if !secrets.contains_key("SLACK_TOKEN") && !ROTATION.iter().all(|n| secrets.contains_key(n)) {
        return Ok(None);
    }
    Ok(Some(secrets))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    User,
    Other,
}

/// Slack's prefixes: `xoxb-` bot, `xoxp-` user, `xoxe.` before either rotated, `xoxe-` refresh, `xapp-` app-level, `xoxc-` and `xoxd-` a
/// browser's session.
fn kind(name: &str, token: &Secret) -> Result<Kind> {
    let token = token.expose_secret();
    let refuse = |why: &str, next: &str| Err(Failure::auth(format!("the Slack token in `{name}` cannot be used"), why, next));
    let setup = "set a bot token (`xoxb-...`) as docs/slack-setup.md shows";
    match token.strip_prefix("xoxe.").unwrap_or(token) {
        t if t.starts_with("xoxc-") || t.starts_with("xoxd-") => {
            refuse("it is a browser session (`xoxc-`/`xoxd-`), which Slack does not allow for apps", setup)
        }
        t if t.starts_with("xapp-") => refuse("it is an app-level token (`xapp-`), which cannot read messages", setup),
        t if t.starts_with("xoxe-") => {
            refuse("it is a refresh token (`xoxe-`), which only renews others", "put it into `SLACK_REFRESH_TOKEN`")
        }
        t if t.starts_with("xoxp-") => Ok(Kind::User),
        _ if !token.bytes().all(|b| b.is_ascii_graphic()) => refuse("it holds spaces or characters that no token has", setup),
        _ => Ok(Kind::Other),
    }
}

/// An API's address: `https`, or `http` to this machine alone.
fn address(name: &str, value: &str) -> Result<Url> {
    // The value itself is not shown: people put passwords into addresses.
    let refuse = |why: String| {
        Err(Failure::usage(
            format!("the address in `{name}` cannot be used"),
            why,
            format!("correct `{name}`; without it the vendor's own address is used"),
        ))
    };
    let url = match Url::parse(value) {
        Ok(url) => url,
        Err(e) => return refuse(format!("it is not an address: {e}")),
    };
    if !url.username().is_empty() || url.password().is_some() {
        return refuse("it holds a user name or password".into());
    }
    if url.query().is_some() || url.fragment().is_some() {
        return refuse("it holds more than host and path".into());
    }
    match url.scheme() {
        "https" => Ok(url),
        "http" if on_loopback(&url) => Ok(url),
        "http" => refuse(format!("plain `http` is allowed to this machine only, and `{}` is another", url.host_str().unwrap_or_default())),
        other => refuse(format!("`{other}` is not `https`")),
    }
}

fn on_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(d)) => d.eq_ignore_ascii_case("localhost"),
        Some(Host::Ipv4(ip)) => IpAddr::V4(ip).is_loopback(),
        Some(Host::Ipv6(ip)) => IpAddr::V6(ip).is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {

    use secrecy::ExposeSecret;

    use super::{address, slack};
    use crate::{config::Variables, errors::Exit};

    fn given(set: &[(&str, &str)]) -> Variables {
        Variables::given(set.iter().copied())
    }

    fn read(set: &[(&str, &str)]) -> Vec<(&'static str, String)> {
        let secrets = slack(&given(set)).unwrap().unwrap();
        secrets.iter().map(|(k, v)| (*k, v.expose_secret().to_owned())).collect()
    }

    #[test]
    fn the_prefix_decides_what_a_token_is() {
        type Pairs<'a> = &'a [(&'a str, &'a str)];
        let cases: &[(Pairs<'_>, Pairs<'_>)] = &[
            (&[("SLACK_TOKEN", "xoxb-1")], &[("SLACK_TOKEN", "xoxb-1")]),
            (&[("SLACK_TOKEN", "xoxp-1")], &[("SLACK_TOKEN", "xoxp-1")]),
            (&[("SLACK_API_TOKEN", "xoxe.xoxp-1")], &[("SLACK_TOKEN", "xoxe.xoxp-1")]),
            (&[("SLACK_USER_TOKEN", "xoxp-1")], &[("SLACK_TOKEN", "xoxp-1")]),
            (&[("SLACK_TOKEN", "xoxp-1"), ("SLACK_USER_TOKEN", "xoxp-1")], &[("SLACK_TOKEN", "xoxp-1")]),
            (&[("SLACK_TOKEN", "xoxp-1"), ("SLACK_USER_TOKEN", "xoxp-2")], &[("SLACK_TOKEN", "xoxp-1"), ("SLACK_USER_TOKEN", "xoxp-2")]),
            (
                &[("SLACK_BOT_TOKEN", "xoxb-1"), ("SLACK_USER_TOKEN", "xoxp-2")],
                &[("SLACK_TOKEN", "xoxb-1"), ("SLACK_USER_TOKEN", "xoxp-2")],
            ),
            (&[("SLACK_USER_TOKEN", "xoxb-1")], &[("SLACK_TOKEN", "xoxb-1")]),
            (&[("SLACK_TOKEN", "xoxb-1"), ("SLACK_BOT_TOKEN", "xoxb-2")], &[("SLACK_TOKEN", "xoxb-1")]),
            (
                &[("SLACK_REFRESH_TOKEN", "xoxe-1"), ("SLACK_CLIENT_ID", "1.2"), ("SLACK_CLIENT_SECRET", "s")],
                &[("SLACK_CLIENT_ID", "1.2"), ("SLACK_CLIENT_SECRET", "s"), ("SLACK_REFRESH_TOKEN", "xoxe-1")],
            ),
        ];
        for (set, expected) in cases {
            let expected: Vec<_> = expected.iter().map(|(k, v)| (*k, (*v).to_owned())).collect();
            assert_eq!(read(set), expected);
        }
    }

    #[test]
    fn without_a_token_there_is_no_account() {
        for set in [&[][..], &[("SLACK_CLIENT_ID", "1.2")], &[("SLACK_TOKEN", "")], &[("SLACK_API_URL", "http://127.0.0.1:1/x")]] {
            assert!(slack(&given(set)).unwrap().is_none());
        }
    }

    #[test]
    fn tokens_that_cannot_read_are_refused_without_showing_them() {
        for token in ["xoxc-canary", "xoxd-canary", "xapp-canary", "xoxe-canary", "xoxb-canary with a space"] {
            let e = slack(&given(&[("SLACK_TOKEN", token)])).err().unwrap();
            assert_eq!(e.exit, Exit::Auth);
            assert!(!format!("{e:?}").contains("canary"));
        }
    }

    #[test]
    fn plain_http_stays_on_this_machine() {
        for good in ["https://slack.com/api", "http://127.0.0.1:8123/slack/api", "http://[::1]:1", "http://localhost:1/slack/api"] {
            assert!(address("SLACK_API_URL", good).is_ok(), "{good}");
        }
        let bad = [
            "http://slack.com/api",
            "http://localhost.evil.example/",
            "http://127.0.0.1.evil.example",
            "http://10.0.0.1",
            "ftp://slack.com",
            "slack.com",
            "https://canary:canary@slack.com",
            "https://slack.com/?x=canary",
        ];
        for bad in bad {
            let e = address("SLACK_API_URL", bad).err().unwrap();
            assert!(!format!("{e:?}").contains("canary"), "{e:?}");
        }
    }
}
