use std::{fmt::Write, path::Path};

use jiff::tz::TimeZone;
use sales_model::Settings;
use toml_edit::{Array, Value};

use crate::{
    Disk, FileError, Workspace,
    domain::{is_provider, looks_like_domain, tidy_domain},
    error::quoted,
    toml_text,
};

impl Workspace {
    /// The settings of `workspace.toml`.
    ///
    /// # Errors
    /// The file is missing, unreadable, no TOML, has an unknown key (which may be a mistyped one) or a value that makes no sense.
    pub fn settings(&self, disk: &dyn Disk) -> Result<Settings, FileError> {
        let path = self.settings_path();
        match toml_text::read(disk, &path)? {
            None => Err(FileError::new(&path, None, "there is no such file", format!("sales init {}", quoted(self.root())))),
            Some(text) => parse_settings(&path, &text),
        }
    }
}

/// Reads settings out of the text of a `workspace.toml`; `path` is for messages.
///
/// # Errors
/// As [`Workspace::settings`].
pub fn parse_settings(path: &Path, text: &str) -> Result<Settings, FileError> {
    let mut settings: Settings = toml::from_str(text).map_err(|e| toml_text::error(path, text, e.message(), e.span().map(|s| s.start)))?;
    for list in [&mut settings.own_domains, &mut settings.partners] {
        *list = list.iter().map(|d| tidy_domain(d)).filter(|d| !d.is_empty()).collect();
    }
    for list in [&mut settings.competitors, &mut settings.stages, &mut settings.slack.channel_patterns, &mut settings.slack.ignore_channels]
    {
        list.retain_mut(|word| {
            *word = word.trim().to_owned();
            !word.is_empty()
        });
    }
    match problem(&settings) {
        None => Ok(settings),
        Some((table, key, reason)) => {
            let next = format!("Correct it in your editor: {}", quoted(path));
            Err(FileError::new(path, line_of_key(text, table, key), reason, next))
        }
    }
}

/// The first value that makes no sense: (table, key, reason).
fn problem(settings: &Settings) -> Option<(&'static str, &'static str, String)> {
    if TimeZone::get(&settings.timezone).is_err() {
        return Some(("", "timezone", "`timezone` is not the name of a time zone, such as \"Europe/Berlin\" or \"UTC\"".to_owned()));
    }
    if settings.partners.iter().any(|d| !looks_like_domain(d)) {
        return Some(("", "partners", "`partners` holds something that is not a mail domain, such as \"reseller.example\"".to_owned()));
    }
    if settings.own_domains.iter().any(|d| !looks_like_domain(d)) {
        return Some((
            "",
            "own_domains",
            "`own_domains` holds something that is not a mail domain, such as \"yourcompany.com\"".to_owned(),
        ));
    }
    if let Some(reason) = own_domains_problem(&settings.own_domains) {
        return Some(("", "own_domains", reason));
    }
    if settings.slack.channel_patterns.iter().any(|p| !p.contains("{alias}")) {
        return Some((
            "slack",
            "channel_patterns",
            "each of `channel_patterns` has to contain `{alias}`, as in \"ext-{alias}\"".to_owned(),
        ));
    }
    if !matches!(settings.slack.limits.as_str(), "on" | "off") {
        return Some(("slack", "limits", "`limits` is \"on\" or \"off\"".to_owned()));
    }
    account_problem(settings).map(|reason| ("", "accounts", reason))
}

/// Why these can't be our own mail domains: with a mail provider's everybody who writes from there would be one of us.
pub fn own_domains_problem(domains: &[String]) -> Option<String> {
    let provider = domains.iter().map(|d| tidy_domain(d)).find(|d| is_provider(d))?;
    Some(format!("`own_domains` holds {provider}, a mail provider's domain: everybody with an address there would count as one of us"))
}

/// What is wrong with `[[accounts]]`.
fn account_problem(settings: &Settings) -> Option<String> {
    let mut seen = std::collections::BTreeSet::new();
    for account in &settings.accounts {
        let (source, name) = (account.source.as_str(), account.name.as_str());
        let shown: String = name.chars().filter(|c| !c.is_control()).take(40).collect();
        if !["slack", "gong", "granola", "email"].contains(&source) {
            return Some("`source` of an account is \"slack\", \"gong\", \"granola\" or \"email\"".to_owned());
        }
        if name.is_empty() || name.len() > 40 || !name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_') {
            return Some(format!("the account name `{shown}` is not made of small letters, digits and `_`"));
        }
        if name == "default" {
            return Some("the account `default` is the one of the plain variables: choose another name".to_owned());
        }
        if !seen.insert((source, name)) {
            return Some(format!("there are two {source} accounts of the name `{shown}`"));
        }
        // Of mail the client may be the same for all: each is signed in by itself.
        if account.variables.is_empty() && source != "email" {
            return Some(format!("the account `{shown}` names no variables, as in `variables = {{ SLACK_TOKEN = \"SLACK_TOKEN_EMEA\" }}`"));
        }
    }
    None
}

fn line_of_key(text: &str, table: &str, key: &str) -> Option<usize> {
    let doc = toml_edit::Document::parse(text).ok()?;
    let root = doc.as_table();
    let place = if table.is_empty() { root } else { root.get(table)?.as_table()? };
    Some(toml_text::line_of(text, place.get(key)?.span()?.start))
}

/// Names that a machine has when nobody gave it one.
const NOBODYS: &[&str] = &["example.com", "localhost"];

/// Settings for a new workspace, as far as they can be guessed from what the caller knows: a mail address of the user (its domain is
/// ours, its first label the company's name) and the machine's time zone.
pub fn guess_settings(email: Option<&str>, timezone: Option<&str>) -> Settings {
    let mut settings = Settings::default();
    let domain = email.and_then(|e| e.rsplit_once('@')).map(|(_, d)| tidy_domain(d));
    if let Some(domain) = domain.filter(|d| looks_like_domain(d) && !is_provider(d) && !NOBODYS.contains(&d.as_str())) {
        let mut letters = domain.split('.').next().unwrap_or_default().chars();
        settings.company = letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default();
        settings.own_domains = vec![domain];
    }
    if let Some(zone) = timezone.filter(|z| TimeZone::get(z).is_ok()) {
        settings.timezone = zone.to_owned();
    }
    settings
}

/// The text of a `workspace.toml` with every key present, explained, and set as in `settings`.
pub fn settings_template(settings: &Settings) -> String {
    let text = |s: &str| Value::from(s).to_string();
    let list = |l: &[String]| Value::from(l.iter().map(String::as_str).collect::<Array>()).to_string();
    let slack = &settings.slack;
    let keys = [
        ("company", text(&settings.company), "Our company's name, as it stands in the summaries."),
        ("own_domains", list(&settings.own_domains), "Our mail domains: our side of every conversation, such as [\"yourcompany.com\"]."),
        ("partners", list(&settings.partners), "Mail domains of partners and resellers: a mail with one of them in copy is not theirs."),
        ("timezone", text(&settings.timezone), "IANA time zone of file dates and schedules, such as \"Europe/Berlin\"."),
        ("competitors", list(&settings.competitors), "Competitors to look for at all customers; a profile may add its own."),
        ("stages", list(&settings.stages), "The stages of a deal, in order."),
        ("history", text(&settings.history.to_string()), "How far back a first sync goes: a number and d (days), w (weeks) or y (years)."),
    ];
    let slack_keys = [
        ("look_back", text(&slack.look_back.to_string()), "Every sync reads this far back again, for edits, deletions and new replies."),
        ("wide", text(&slack.wide.to_string()), "Once a day a sync reads this far back, edited replies included."),
        ("audit_every", text(&slack.audit_every.to_string()), "Everything is read again once in this time, little by little."),
        (
            "channel_patterns",
            list(&slack.channel_patterns),
            "Channel names that belong to the customer whose alias stands at {alias}, such as [\"ext-{alias}\", \"{alias}-internal\"].",
        ),
        ("ignore_channels", list(&slack.ignore_channels), "Channels never read: names, ids or globs, such as [\"random\", \"fun-*\"]."),
        (
            "direct_messages",
            slack.direct_messages.to_string(),
            "Read direct messages too; the Slack app then needs the scopes im:history and mpim:history.",
        ),
        ("limits", text(&slack.limits), "Keep to Slack's rate limits: \"on\"; \"off\" is only possible with a server on this machine."),
    ];
    let mut out =
        String::from("# Settings of this workspace. Credentials never stand here: they come from the environment or from the file .env.\n");
    let mut put = |header: &str, keys: &[(&str, String, &str)]| {
        if !header.is_empty() {
            let _ = write!(out, "\n[{header}]\n");
        }
        for (key, value, explained) in keys {
            // Writing to a string can't fail.
            let _ = write!(out, "\n# {explained}\n{key} = {value}\n");
        }
    };
    put("", &keys);
    put("slack", &slack_keys);
    let (gong, granola) = (&settings.gong, &settings.granola);
    let gong_keys = [
        ("daily_requests", gong.daily_requests.to_string(), "Requests a day that Gong allows your company, for all programs together."),
        (
            "look_back",
            text(&gong.look_back.to_string()),
            "Every sync reads this far back again: late calls, titles, CRM links, calls deleted or made private.",
        ),
        (
            "transcript_wait",
            text(&gong.transcript_wait.to_string()),
            "A transcript that has not come this long after its call is given up.",
        ),
        ("limits", text(&gong.limits), "Keep to Gong's rate limits: \"on\"; \"off\" is only possible with a server on this machine."),
    ];
    put("gong", &gong_keys);
    let granola_keys = [
        (
            "overlap",
            text(&granola.overlap.to_string()),
            "Notes changed this long before the last sync are looked at again: some come late (m, h, d, w).",
        ),
        ("limits", text(&granola.limits), "Keep to Granola's rate limits: \"on\"; \"off\" is only possible with a server on this machine."),
    ];
    put("granola", &granola_keys);
    let email = &settings.email;
    let email_keys = [
        ("folders", list(&email.folders), "IMAP folders to read, names or globs; empty for all mail without junk, bin and drafts."),
        ("ignore_folders", list(&email.ignore_folders), "Folders (IMAP) and labels (Gmail) never read: names or globs."),
        (
            "units_per_minute",
            email.units_per_minute.to_string(),
            "Gmail quota units a minute for a mailbox: 6000 for projects made since May 2026, 15000 for older ones.",
        ),
        ("max_message_bytes", email.max_message_bytes.to_string(), "Of a larger mail only the header is read."),
        ("limits", text(&email.limits), "Keep to Gmail's rate limits: \"on\"; \"off\" is only possible with a server on this machine."),
    ];
    put("email", &email_keys);
    let keep = &settings.retention;
    let retention_keys = [
        (
            "slack",
            text(&keep.slack.to_string()),
            "Messages older than this are erased by sync, and not read again: \"never\", or as in \"2y\".",
        ),
        ("gong", text(&keep.gong.to_string()), "The same of calls and their transcripts."),
        ("granola", text(&keep.granola.to_string()), "The same of meeting notes."),
        ("email", text(&keep.email.to_string()), "The same of mails."),
        (
            "deleted",
            text(&keep.deleted.to_string()),
            "What was said in records that are deleted at the vendor is erased this long after that was seen: \"never\", or as in \"30d\".",
        ),
    ];
    put("retention", &retention_keys);
    out.push_str(ACCOUNTS);
    for account in &settings.accounts {
        let pairs: Vec<String> = account.variables.iter().map(|(usual, own)| format!("{} = {}", text(usual), text(own))).collect();
        let (source, name) = (text(&account.source), text(&account.name));
        let _ = write!(out, "\n[[accounts]]\nsource = {source}\nname = {name}\nvariables = {{ {} }}\n", pairs.join(", "));
    }
    out
}

/// What stands about further accounts in a new `workspace.toml`.
const ACCOUNTS: &str = r#"
# More accounts of a source, each with the names of the variables that hold its credentials:
# [[accounts]]
# source = "slack"
# name = "emea"
# variables = { SLACK_TOKEN = "SLACK_TOKEN_EMEA" }
"#;
