use std::{collections::BTreeSet, path::Path};

use jiff::civil::Date;
use sales_model::{CustomerId, Profile, Settings};
use toml_edit::{Document, Item, Table, Value};

use super::{Customers, domains::no_domain};
use crate::{
    Disk, FileError, Kind, Workspace,
    domain::{looks_like_domain, tidy_domain},
    error::{harmless, quoted},
    toml_text,
};

/// MEDDPICC roles of contacts.
pub(super) const ROLES: &[&str] = &["economic_buyer", "champion", "decision_maker", "influencer", "user", "blocker"];

/// Keys of a profile. Others are left alone, and reported as probably mistyped.
const KEYS: &[&str] = &[
    "name",
    "aliases",
    "domains",
    "exclude",
    "owner",
    "stage",
    "amount",
    "currency",
    "close_date",
    "next_step",
    "competitors",
    "archived",
    "slack",
    "gong",
    "contacts",
];
const SLACK_KEYS: &[&str] = &["channels", "team_ids"];
const GONG_KEYS: &[&str] = &["crm_account_ids"];
const CONTACT_KEYS: &[&str] = &["name", "email", "title", "role"];

/// A profile, and what it was read from.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadProfile {
    /// What it says.
    pub profile: Profile,
    /// The very text; the file may have another one by now.
    pub text: String,
}

impl Workspace {
    /// All customers, sorted by id. A folder is one if it holds a `profile.toml`, or held one when profiles were last read: editors take a
    /// file away for a moment when they save it, and a customer is removed with its folder only.
    ///
    /// # Errors
    /// The folder of the profiles can't be listed. What is wrong with a single profile stands beside the good ones.
    pub fn customers(&self, disk: &dyn Disk) -> Result<Customers, FileError> {
        Ok(self.customers_with_text(disk)?.into_iter().map(|(id, read)| (id, read.map(|r| r.profile))).collect())
    }

    /// The same with the texts that the profiles were read from.
    ///
    /// # Errors
    /// As [`Workspace::customers`].
    pub fn customers_with_text(&self, disk: &dyn Disk) -> Result<Customers<ReadProfile>, FileError> {
        let mut out = Vec::new();
        for name in self.folders(disk)? {
            let Ok(id) = name.parse::<CustomerId>() else { continue };
            match self.read_profile(disk, &id) {
                Ok(None) if matches!(disk.stat(&self.last_profile_path(&id)), Ok(Some(_))) => {
                    let missing = self.missing(&id);
                    out.push((id, Err(missing)));
                }
                Ok(None) => {}
                Ok(Some(read)) => out.push((id, Ok(read))),
                Err(e) => out.push((id, Err(e))),
            }
        }
        Ok(out)
    }

    fn missing(&self, id: &CustomerId) -> FileError {
        let (path, last) = (self.profile_path(id), self.last_profile_path(id));
        let next = format!("put it back: cp {} {}; a customer goes with its whole folder", quoted(&last), quoted(&path));
        FileError::new(&path, None, "it is missing, though its folder is there; the last readable version stands in", next)
    }

    /// Folders with a `profile.toml` that are no customers because their names are no ids, each with what to do about it.
    ///
    /// # Errors
    /// The folder of the profiles can't be listed.
    pub fn misnamed_folders(&self, disk: &dyn Disk) -> Result<Vec<FileError>, FileError> {
        let mut out = Vec::new();
        for name in self.folders(disk)? {
            let dir = self.profiles_dir().join(&name);
            if name.parse::<CustomerId>().is_ok() || !matches!(disk.stat(&dir.join("profile.toml")), Ok(Some(_))) {
                continue;
            }
            let better = self.customer_dir(&super::id_from_name(&name));
            let reason = "the folder's name is no customer id: it has lower-case letters, digits and `_` only";
            out.push(FileError::new(&dir, None, reason, format!("mv {} {}", quoted(&dir), quoted(&better))));
        }
        Ok(out)
    }

    /// A customer's profile; `None` if there is none.
    ///
    /// # Errors
    /// It can't be read, is no TOML, or holds a value that makes no sense.
    pub fn profile(&self, disk: &dyn Disk, id: &CustomerId) -> Result<Option<Profile>, FileError> {
        Ok(self.read_profile(disk, id)?.map(|r| r.profile))
    }

    fn read_profile(&self, disk: &dyn Disk, id: &CustomerId) -> Result<Option<ReadProfile>, FileError> {
        let path = self.profile_path(id);
        let Some(text) = toml_text::read(disk, &path)? else { return Ok(None) };
        parse_profile(&path, &text).map(|profile| Some(ReadProfile { profile, text }))
    }

    /// What looks wrong in a readable profile, though it can be used: keys nobody knows, an unknown role, a stage that `stages` lacks,
    /// domains that are not used (see [`no_domain`](super::no_domain)).
    ///
    /// # Errors
    /// As [`Workspace::profile`].
    pub fn profile_warnings(&self, disk: &dyn Disk, id: &CustomerId, settings: &Settings) -> Result<Vec<FileError>, FileError> {
        let path = self.profile_path(id);
        let Some(text) = toml_text::read(disk, &path)? else { return Ok(Vec::new()) };
        let profile = parse_profile(&path, &text)?;
        Ok(warnings(&path, &text, &profile, settings))
    }

    fn folders(&self, disk: &dyn Disk) -> Result<Vec<String>, FileError> {
        let dir = self.profiles_dir();
        let entries = disk.list(&dir).map_err(|e| FileError::unreadable(&dir, &e))?;
        let folders = entries.into_iter().filter(|e| matches!(e.kind, Kind::Folder | Kind::Link));
        Ok(folders.map(|e| e.name.to_string_lossy().into_owned()).collect())
    }
}

/// Reads a profile out of the text of a `profile.toml`; `path` is for messages. Domains and addresses come out in lower case.
///
/// # Errors
/// As [`Workspace::profile`].
pub fn parse_profile(path: &Path, text: &str) -> Result<Profile, FileError> {
    let failed = |message: &str, span: Option<std::ops::Range<usize>>| toml_text::error(path, text, message, span.map(|s| s.start));
    let doc = Document::parse(text).map_err(|e| failed(e.message(), e.span()))?;
    let quoted_date = with_quoted_date(text, doc.as_table());
    // One line of that text may be two characters longer; the lines are the same.
    let mut profile: Profile =
        toml::from_str(&quoted_date).map_err(|e| toml_text::error(path, &quoted_date, e.message(), e.span().map(|s| s.start)))?;
    tidy(&mut profile);
    match problem(&profile) {
        None => Ok(profile),
        Some((key, reason)) => {
            let line = doc.get(key).and_then(Item::span).map(|s| toml_text::line_of(text, s.start));
            Err(FileError::new(path, line, reason, format!("Correct it in your editor: {}", quoted(path))))
        }
    }
}

/// The text with a bare `close_date = 2024-06-30` in quotes: the model keeps dates as text.
fn with_quoted_date(text: &str, table: &Table) -> String {
    let span = match table.get("close_date") {
        Some(Item::Value(Value::Datetime(date))) => date.span(),
        _ => None,
    };
    let parts = span.and_then(|s| Some((text.get(..s.start)?, text.get(s.clone())?, text.get(s.end..)?)));
    match parts {
        Some((before, date, after)) => format!("{before}\"{}\"{after}", date.trim()),
        None => text.to_owned(),
    }
}

fn tidy(profile: &mut Profile) {
    let trim = |list: &mut Vec<String>| {
        list.retain_mut(|word| {
            *word = word.trim().to_owned();
            !word.is_empty()
        });
    };
    profile.name = profile.name.trim().to_owned();
    for list in [
        &mut profile.aliases,
        &mut profile.exclude,
        &mut profile.competitors,
        &mut profile.slack.channels,
        &mut profile.slack.team_ids,
        &mut profile.gong.crm_account_ids,
        &mut profile.matching.records,
        &mut profile.matching.never,
    ] {
        trim(list);
    }
    // Case tells ids of Salesforce apart.
    let mut seen = BTreeSet::new();
    profile.gong.crm_account_ids.retain(|id| seen.insert(id.clone()));
    profile.domains = profile.domains.iter().map(|d| tidy_domain(d)).filter(|d| !d.is_empty()).collect();
    for text in [&mut profile.owner, &mut profile.stage, &mut profile.currency, &mut profile.next_step] {
        *text = text.take().map(|t| t.trim().to_owned()).filter(|t| !t.is_empty());
    }
    profile.currency = profile.currency.take().map(|c| c.to_uppercase());
    for contact in &mut profile.contacts {
        contact.email = contact.email.take().map(|e| e.trim().to_lowercase()).filter(|e| !e.is_empty());
    }
}

/// The first value that makes no sense: (key, reason).
fn problem(profile: &Profile) -> Option<(&'static str, &'static str)> {
    if profile.name.is_empty() {
        return Some(("name", "the name is missing: name = \"...\""));
    }
    if profile.domains.iter().any(|d| !looks_like_domain(d)) {
        return Some(("domains", "`domains` holds something that is not a domain, such as \"acme.dev\""));
    }
    if profile.close_date.as_ref().is_some_and(|d| d.parse::<Date>().is_err() || d.len() != 10) {
        return Some(("close_date", "`close_date` is not a date, such as 2024-06-30"));
    }
    if profile.amount.is_some_and(|a| !a.is_finite() || a < 0.0) {
        return Some(("amount", "`amount` is not an amount of money"));
    }
    if profile.currency.as_ref().is_some_and(|c| c.len() != 3 || !c.bytes().all(|b| b.is_ascii_alphabetic())) {
        return Some(("currency", "`currency` is not a code of three letters, such as \"USD\""));
    }
    if profile.contacts.iter().any(|c| c.name.trim().is_empty() && c.email.is_none()) {
        return Some(("contacts", "one of `contacts` has neither name nor email"));
    }
    None
}

fn warnings(path: &Path, text: &str, profile: &Profile, settings: &Settings) -> Vec<FileError> {
    let mut out = Vec::new();
    let Ok(doc) = Document::parse(text) else { return out };
    let mut unknown = |table: &dyn toml_edit::TableLike, known: &[&str], of: &str| {
        for (key, item) in table.iter().filter(|(key, _)| !known.contains(key)) {
            let line = item.span().map(|s| toml_text::line_of(text, s.start));
            let closest = known.iter().map(|k| (strsim::jaro_winkler(k, key), k)).filter(|(score, _)| *score > 0.8);
            let closest = closest.max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, k)| format!("; is it `{k}`?")).unwrap_or_default();
            let reason = format!("nobody reads the key `{}`{of}{closest}", harmless(key));
            out.push(FileError::new(path, line, reason, format!("Correct it in your editor: {}", quoted(path))));
        }
    };
    unknown(doc.as_table(), KEYS, "");
    for (table, known) in [("slack", SLACK_KEYS), ("gong", GONG_KEYS)] {
        if let Some(t) = doc.get(table).and_then(Item::as_table_like) {
            unknown(t, known, &format!(" in [{table}]"));
        }
    }
    for contact in doc.get("contacts").and_then(Item::as_array_of_tables).into_iter().flatten() {
        unknown(contact, CONTACT_KEYS, " in [[contacts]]");
    }
    let line_of = |item: Option<&Item>| item.and_then(Item::span).map(|s| toml_text::line_of(text, s.start));
    let stages = &settings.stages;
    out.extend(domain_warnings(path, (text, &doc), profile, settings));
    if let Some(stage) = profile.stage.as_ref().filter(|s| !stages.is_empty() && !stages.contains(s)) {
        let reason = format!("the stage \"{}\" is none of workspace.toml", harmless(stage));
        out.push(FileError::new(path, line_of(doc.get("stage")), reason, format!("Use one of: {}", stages.join(", "))));
    }
    for (n, contact) in profile.contacts.iter().enumerate() {
        let at = |key: &str| line_of(item_of_contact(&doc, n, key)).or_else(|| line_of(doc.get("contacts")));
        if let Some(role) = contact.role.as_deref().filter(|r| !ROLES.contains(r)) {
            let reason = format!("the role \"{}\" is unknown", harmless(role));
            out.push(FileError::new(path, at("role"), reason, format!("Use one of: {}", ROLES.join(", "))));
        }
        if let (true, Some(email)) = (contact.name.trim().is_empty(), &contact.email) {
            let reason = format!("the contact {} has no name", harmless(email));
            out.push(FileError::new(path, at("email"), reason, format!("Correct it in your editor: {}", quoted(path))));
        }
    }
    out
}

/// The domains of a profile that are not used, with why not; `text` is that of its file. See [`no_domain`](super::no_domain).
pub fn unused_domains(path: &Path, text: &str, settings: &Settings) -> Vec<FileError> {
    let (Ok(profile), Ok(doc)) = (parse_profile(path, text), Document::parse(text)) else { return Vec::new() };
    domain_warnings(path, (text, &doc), &profile, settings)
}

fn domain_warnings(path: &Path, (text, doc): (&str, &Table), profile: &Profile, settings: &Settings) -> Vec<FileError> {
    let unused = profile.domains.iter().filter_map(|d| Some((d, no_domain(d, settings)?)));
    let told = unused.map(|(domain, why)| {
        let line = doc.get("domains").and_then(Item::span).map(|s| toml_text::line_of(text, s.start));
        FileError::new(path, line, format!("the domain {} is not used: it {}", harmless(domain), why.reason()), why.next())
    });
    told.collect()
}

/// A value of the nth contact, in either of the forms that TOML has for a list of tables.
fn item_of_contact<'a>(doc: &'a Table, n: usize, key: &str) -> Option<&'a Item> {
    let contacts = doc.get("contacts")?;
    match contacts.as_array_of_tables() {
        Some(tables) => tables.get(n)?.get(key),
        None => None,
    }
}
