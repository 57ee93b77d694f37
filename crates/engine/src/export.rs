//! What the workspace holds of a customer or a person, for them to read: JSON Lines, and the readable files.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use sales_ledger::{Range, StoredRecord};
use sales_model::{CustomerId, Detail, Identity, Links, Participant, Record, RecordState, Scope};
use serde::Serialize;
use serde_json::{Value, json};

use crate::{
    App, Audience, Somebody,
    attribute::{mail_of, name_of},
    error::Result,
    project::files_error,
    units::{by_day, instant, one_range, source_of},
};

/// Files of an export by name.
pub type Entries = Vec<(String, Cow<'static, [u8]>)>;

/// How the files of an export are to be read.
/// Units whose findings are read at once.
const UNITS: usize = 256;

const README: &str = include_str!("export_readme.md");

/// One line of `records.jsonl`.
#[derive(Serialize)]
struct Line<'a> {
    record: String,
    source: String,
    place: &'a str,
    conversation: &'a str,
    at: String,
    edited: Option<String>,
    author: Option<String>,
    title: Option<&'a str>,
    text: String,
    participants: Vec<Value>,
    files: Vec<&'a str>,
    evidence: Option<String>,
}

impl App {
    /// Everything of a customer: records, findings, profile, and the readable files. With `raw` also what the sources sent.
    ///
    /// # Errors
    /// The ledger or a file cannot be read.
    pub async fn export_customer(&self, customer: &CustomerId, raw: bool) -> Result<(Entries, u64)> {
        let store = &self.ports.store;
        self.directory.catch_up(&self.ports).await?;
        let mut ranges = Vec::new();
        for attribution in store.attributions().await?.into_iter().filter(|a| a.customer == *customer) {
            ranges.push(match attribution.scope {
                Scope::Place { place } => Range { place: place.into(), from: String::new(), to: String::new() },
                Scope::Thread { place, thread } => one_range(&Arc::from(place.as_str()), &thread),
            });
        }
        ranges.sort_by(|a, b| (&a.place, &a.from).cmp(&(&b.place, &b.from)));
        ranges.dedup();
        let paths: BTreeMap<_, _> = store.files(Some(customer)).await?.into_iter().map(|f| ((f.place, f.unit), f.path)).collect();
        let (mut lines, mut raws, mut count) = (Vec::new(), Vec::new(), 0);
        let mut audience = Audience::new(self);
        for range in ranges {
            let mut all: Vec<_> = store.read(&[range]).await?.into_iter().flatten().collect();
            all.retain(|s| s.record.state == RecordState::Live);
            let whole = all.len();
            let mut own = Vec::with_capacity(whole);
            for stored in all {
                if audience.of(&stored.record).await?.contains(customer) {
                    own.push(stored);
                }
            }
            let part = (own.len() < whole).then(|| name_of(own.iter().filter_map(|s| Some((&s.record, mail_of(&s.record)?)))));
            for mut stored in own {
                let secret = audience.take_secrets(&mut stored.record, customer);
                self.line(&stored, part.as_deref(), &paths, &mut lines)?;
                count += 1;
                if raw && !secret {
                    self.raw_line(&stored.record, &mut raws).await?;
                }
            }
        }
        let mut findings = Vec::new();
        let mut after = (String::new(), String::new());
        loop {
            let units = store.findings(customer, (&after.0, &after.1), UNITS).await?;
            let Some(last) = units.last() else { break };
            after = (last.place.clone(), last.unit.clone());
            units.iter().flat_map(|unit| &unit.findings).for_each(|finding| put(&mut findings, finding));
        }
        let mut entries: Entries = vec![
            ("README.md".into(), README.as_bytes().into()),
            ("records.jsonl".into(), lines.into()),
            ("findings.jsonl".into(), findings.into()),
        ];
        let here = self.identities_at(customer).await?;
        let links = self.links_of(|id| here.contains(id));
        if !links.is_empty() {
            entries.push(("people.json".into(), serde_json::to_vec_pretty(&links).unwrap_or_default().into()));
        }
        if raw {
            entries.push(("raw.jsonl".into(), raws.into()));
        }
        let (disk, workspace, id) = (self.ports.disk.clone(), self.ports.workspace.clone(), customer.clone());
        let files = tokio::task::spawn_blocking(move || {
            let root = workspace.customer_dir(&id);
            let failed = |path: &std::path::Path, e: String| files_error(path, &e, "check its permissions");
            let mut files: Entries = Vec::new();
            for path in workspace.customer_files(&*disk, &id).map_err(|e| crate::project::disk_error(&e))? {
                let Ok(name) = path.strip_prefix(&root) else { continue };
                if let Some(bytes) = disk.read(&path).map_err(|e| failed(&path, e.to_string()))? {
                    let parts: Vec<_> = name.components().map(|c| c.as_os_str().to_string_lossy()).collect();
                    files.push((format!("files/{}", parts.join("/")), bytes.into()));
                }
            }
            Ok::<_, crate::EngineError>(files)
        });
        entries.extend(files.await??);
        Ok((entries, count))
    }

    /// Everything of a person: what they wrote, and where others name them, without the words of others.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub async fn export_person(&self, who: &Somebody, raw: bool) -> Result<(Entries, u64)> {
        let store = &self.ports.store;
        self.directory.catch_up(&self.ports).await?;
        let places: Vec<String> = self.directory.read().places.keys().cloned().collect();
        let (mut lines, mut raws, mut named, mut count) = (Vec::new(), Vec::new(), Vec::new(), 0);
        for place in places {
            let whole = Range { place: place.as_str().into(), from: String::new(), to: String::new() };
            for stored in store.read(&[whole]).await?.into_iter().flatten().filter(|s| s.record.state == RecordState::Live) {
                match self.about(who, &stored.record) {
                    Some(true) => {
                        self.line(&stored, None, &BTreeMap::new(), &mut lines)?;
                        count += 1;
                        if raw {
                            self.raw_line(&stored.record, &mut raws).await?;
                        }
                    }
                    Some(false) => {
                        let source = source_of(&stored.record.place).map(|s| s.to_string());
                        put(&mut named, &json!({ "record": stored.record.id(), "source": source, "at": stored.record.at }));
                    }
                    None => {}
                }
            }
        }
        let people: Vec<_> = {
            let known = self.directory.read();
            known.people.values().filter(|p| who.keys.contains(&p.key)).cloned().collect()
        };
        let mut contacts = Vec::new();
        for (customer, profile) in self.directory.customers().iter() {
            let theirs = profile.contacts.iter().filter(|c| c.email.as_ref().is_some_and(|e| who.addresses.contains(&e.to_lowercase())));
            contacts.extend(theirs.map(|c| json!({ "customer": customer, "contact": c })));
        }
        let profile =
            serde_json::to_vec_pretty(&json!({ "sources": people, "contacts": contacts, "links": self.links_of(|id| who.is(id)) }))
                .unwrap_or_default();
        let mut entries: Entries = vec![
            ("README.md".into(), README.as_bytes().into()),
            ("person.json".into(), profile.into()),
            ("records.jsonl".into(), lines.into()),
            ("named.jsonl".into(), named.into()),
        ];
        if raw {
            entries.push(("raw.jsonl".into(), raws.into()));
        }
        Ok((entries, count))
    }

    /// What the user says of who is whom, as far as it names somebody.
    fn links_of(&self, is: impl Fn(&Identity) -> bool) -> Links {
        let mut links = (*self.directory.links()).clone();
        links.same.retain(|same| same.who.iter().any(&is));
        links.apart.retain(|apart| is(&apart.who) || apart.from.iter().any(&is));
        links
    }

    /// Whether they wrote it (`true`) or stand in it.
    fn about(&self, who: &Somebody, record: &Record) -> Option<bool> {
        let is = |address: &str| who.addresses.contains(&address.to_lowercase());
        let key = |key: &String| who.keys.contains(key);
        let part = |p: &Participant| p.email.as_deref().is_some_and(is) || p.person.as_ref().is_some_and(key);
        if record.author.as_ref().is_some_and(key) {
            return Some(true);
        }
        let mentioned = record.text.refs.iter().any(|r| key(&r.key));
        let (wrote, there) = match record.detail.as_deref() {
            Some(Detail::Mail(mail)) => (mail.from.as_ref().is_some_and(|f| is(&f.email)), mail.people().into_iter().any(|a| is(&a.email))),
            Some(Detail::Note(note)) => (part(&note.owner), note.attendees.iter().any(part)),
            Some(Detail::Call(call)) => (false, call.participants.iter().any(part)),
            _ => (false, false),
        };
        if wrote { Some(true) } else { (mentioned || there).then_some(false) }
    }

    /// `part`: the name of the conversation, where only a part of it is shown.
    fn line(
        &self,
        stored: &StoredRecord,
        part: Option<&str>,
        paths: &BTreeMap<(String, String), String>,
        into: &mut Vec<u8>,
    ) -> Result<()> {
        let record = &stored.record;
        let zone = self.zone()?;
        let known = self.directory.read();
        let name = |key: &str| known.label(sales_model::RefKind::Person, key).map(str::to_owned);
        let day = instant(&record.thread).filter(|_| by_day(&record.place));
        let unit = day.map_or_else(|| record.thread.clone(), |at| zone.to_datetime(at).date().to_string());
        let path = paths.get(&(record.place.to_string(), unit));
        let anchor = if by_day(&record.place) { format!("#{}", record.native) } else { String::new() };
        let place = known.places.get(&*record.place).map_or(&*record.place, |p| p.name.as_str());
        let (title, text, participants) = content(record);
        let said = record.text.render(|kind, key| known.label(kind, key).map(str::to_owned));
        put(
            into,
            &Line {
                record: record.shown_id().0.to_string(),
                source: source_of(&record.place).map(|s| s.to_string()).unwrap_or_default(),
                place,
                conversation: part.unwrap_or(&record.thread),
                at: record.at.to_string(),
                edited: record.edited.map(|at| at.to_string()),
                author: record.author.as_deref().and_then(name).or_else(|| record.author_name.clone()),
                title,
                text: if text.is_empty() { said } else { text },
                participants,
                files: record.files.iter().map(|f| f.name.as_str()).collect(),
                evidence: path.map(|path| format!("files/{path}{anchor}")),
            },
        );
        Ok(())
    }

    async fn raw_line(&self, record: &Record, into: &mut Vec<u8>) -> Result<()> {
        if let Some(bytes) = self.ports.store.raw(&record.id()).await? {
            put(into, &json!({ "record": record.id(), "raw": String::from_utf8_lossy(&bytes) }));
        }
        Ok(())
    }
}

/// Title, words and people of what is more than a message.
fn content(record: &Record) -> (Option<&str>, String, Vec<Value>) {
    let person = |p: &Participant| json!({ "name": p.name, "email": p.email, "title": p.title, "attended": p.attended });
    match record.detail.as_deref() {
        Some(Detail::Mail(mail)) => {
            let people: BTreeSet<_> = mail.people().into_iter().map(|a| (a.name.clone(), a.email.clone())).collect();
            let people = people.into_iter().map(|(name, email)| json!({ "name": name, "email": email })).collect();
            (Some(&mail.subject), mail.body.clone(), people)
        }
        Some(Detail::Call(call)) => (Some(&call.title), call.brief.clone(), call.participants.iter().map(person).collect()),
        Some(Detail::Note(note)) => (Some(&note.title), note.markdown.clone(), note.attendees.iter().map(person).collect()),
        Some(Detail::Transcript(transcript)) => {
            let turns: Vec<String> = transcript.turns.iter().map(|t| format!("{}: {}", t.speaker, t.text)).collect();
            (None, turns.join("\n"), Vec::new())
        }
        None => (None, String::new(), Vec::new()),
    }
}

/// One JSON value and a line end.
fn put(into: &mut Vec<u8>, value: &impl Serialize) {
    if let Ok(mut line) = serde_json::to_vec(value) {
        into.append(&mut line);
        into.push(b'\n');
    }
}
