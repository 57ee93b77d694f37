use jiff::Timestamp;
use serde::Deserialize;

use super::{GmailError, GmailWorld, label::Label};
use crate::google::{GoogleClient, GoogleEvent, ServiceAccount};

// `ACCOUNT`, `MESSAGES` and `FILES`: what `samples/email` holds, put together by the build script, as the messages are many and each is a
// file of its own.
include!(concat!(env!("OUT_DIR"), "/email.rs"));

/// Why sample files are not a world.
#[derive(Debug, thiserror::Error)]
pub enum GmailSampleError {
    /// A file is not JSON of the expected form.
    #[error("{file}: {source}")]
    Json {
        /// The file.
        file: String,
        /// What is wrong.
        source: serde_json::Error,
    },
    /// A message can't be taken.
    #[error("{file}: {source}")]
    World {
        /// The file.
        file: String,
        /// What is wrong.
        source: GmailError,
    },
    /// A message is listed whose file is not there, or a file is there that is not listed.
    #[error("{file}: {reason}")]
    File {
        /// The file.
        file: String,
        /// What is wrong.
        reason: &'static str,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Account {
    mailbox: String,
    client: GoogleClient,
    tokens: Vec<Token>,
    labels: Vec<Label>,
    #[serde(default)]
    service_accounts: Vec<ServiceAccount>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Token {
    refresh_token: String,
    scopes: Vec<String>,
    /// It was good once.
    #[serde(default)]
    revoked: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Entry {
    file: String,
    id: String,
    thread_id: String,
    label_ids: Vec<String>,
    internal_date: String,
}

fn parse<T: serde::de::DeserializeOwned>(file: &str, text: &str) -> Result<T, GmailSampleError> {
    serde_json::from_str(text).map_err(|source| GmailSampleError::Json { file: file.to_owned(), source })
}

impl GmailWorld {
    /// The sample mailbox of `samples/email`, as it was told; an empty one where there are no such samples.
    ///
    /// # Errors
    /// The samples built in are broken, which a test of this crate excludes.
    pub fn sample() -> Result<GmailWorld, GmailSampleError> {
        if ACCOUNT.is_empty() {
            let mut world = GmailWorld::new("deals@yourcompany.com");
            world.google.add_client(GoogleClient { id: "sample-client".into(), secret: "sample-not-a-secret".into() });
            world.google.add_refresh_token("1//sample-not-a-secret", &["gmail.readonly"]);
            return Ok(world);
        }
        GmailWorld::from_files(ACCOUNT, MESSAGES, FILES)
    }

    /// A mailbox from the texts of `account.json` and `messages.json`, and the messages by their files' names. Every message is listed,
    /// and every one listed is there.
    ///
    /// # Errors
    /// A text is not of its form, an id stands twice, or messages and list differ.
    pub fn from_files(account: &str, messages: &str, files: &[(&str, &[u8])]) -> Result<GmailWorld, GmailSampleError> {
        let account: Account = parse("account.json", account)?;
        let mut world = GmailWorld::new(&account.mailbox);
        world.google.add_client(account.client);
        for token in &account.tokens {
            world.google.add_refresh_token(&token.refresh_token, &token.scopes.iter().map(String::as_str).collect::<Vec<_>>());
            if token.revoked {
                // The time makes no difference to a revocation.
                world.google.apply(&GoogleEvent::Revoke { token: Some(token.refresh_token.clone()) }, Timestamp::UNIX_EPOCH);
            }
        }
        account.service_accounts.into_iter().for_each(|s| world.google.add_service_account(s));
        for label in account.labels {
            world.labels.retain(|l| l.id != label.id);
            world.labels.push(label);
        }
        let entries: Vec<Entry> = parse("messages.json", messages)?;
        for entry in &entries {
            let found = files.iter().find(|(name, _)| *name == entry.file);
            let missing = |reason| GmailSampleError::File { file: entry.file.clone(), reason };
            let (_, raw) = found.ok_or_else(|| missing("it is listed, but not there"))?;
            let at = entry.internal_date.parse::<i64>().ok().and_then(|ms| Timestamp::from_millisecond(ms).ok());
            let at = at.ok_or_else(|| missing("its internalDate is no time in milliseconds"))?;
            let labels: Vec<&str> = entry.label_ids.iter().map(String::as_str).collect();
            let added = world.add_raw((Some(&entry.id), Some(&entry.thread_id)), &labels, at, raw.to_vec(), at);
            added.map_err(|source| GmailSampleError::World { file: entry.file.clone(), source })?;
        }
        match files.iter().find(|(name, _)| !entries.iter().any(|e| e.file == *name)) {
            Some((name, _)) => Err(GmailSampleError::File { file: (*name).to_owned(), reason: "it is there, but not listed" }),
            None => Ok(world),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_samples_are_a_world() {
        let world = GmailWorld::sample().unwrap();
        assert_eq!(world.messages().len(), FILES.len());
        assert_eq!(world.mailbox(), "deals@yourcompany.com");
        assert!(world.google().client().is_some() && world.google().refresh_token().is_some());
    }

    const ACCOUNT: &str = r#"{"mailbox":"Deals@us.example","client":{"id":"c","secret":"s"},"tokens":[{"refresh_token":"r","scopes":["gmail.readonly"]}],
        "labels":[{"id":"INBOX","name":"INBOX","type":"system"},{"id":"Label_1","name":"Deals","type":"user"}]}"#;
    #[test]
    fn a_revoked_token_is_not_the_one_to_use() {
        let account = ACCOUNT.replace("\"tokens\":[", r#""tokens":[{"refresh_token":"gone","scopes":["gmail.readonly"],"revoked":true},"#);
        let world = GmailWorld::from_files(&account, "[]", &[]).unwrap();
        assert_eq!(world.google().refresh_token(), Some("r"));
    }

    const ONE: &str = r#"[{"file":"threads/a/1.eml","id":"18e2a1b2c3d4e5f6","threadId":"18e2a1b2c3d4e5f0","labelIds":["Label_1"],"internalDate":"1712300000123"}]"#;
    const RAW: &[u8] = b"Subject: x\r\n\r\ny\r\n";

    #[test]
    fn files_become_a_mailbox() {
        let world = GmailWorld::from_files(ACCOUNT, ONE, &[("threads/a/1.eml", RAW)]).unwrap();
        assert_eq!((world.mailbox(), world.messages()), ("deals@us.example", vec!["18e2a1b2c3d4e5f6".to_owned()]));
        assert_eq!(world.thread_of("18e2a1b2c3d4e5f6").unwrap(), "18e2a1b2c3d4e5f0");
        assert_eq!(world.raw("18e2a1b2c3d4e5f6").unwrap(), RAW);
        assert_eq!(world.newest().unwrap().as_millisecond(), 1_712_300_000_123);
        assert_eq!(world.label("Label_1").unwrap().name, "Deals");
    }

    #[test]
    fn broken_files_are_told_by_name() {
        let load = |account: &str, messages: &str, files: &[(&str, &[u8])]| {
            GmailWorld::from_files(account, messages, files).map(|_| ()).unwrap_err().to_string()
        };
        assert_eq!(load(ACCOUNT, ONE, &[]), "threads/a/1.eml: it is listed, but not there");
        assert_eq!(load(ACCOUNT, "[]", &[("b.eml", RAW)]), "b.eml: it is there, but not listed");
        assert!(load("{}", "[]", &[]).starts_with("account.json: "));
        assert!(load(ACCOUNT, "{}", &[]).starts_with("messages.json: "));
        let wrong = |from: &str, to: &str| load(ACCOUNT, &ONE.replace(from, to), &[("threads/a/1.eml", RAW)]);
        assert_eq!(wrong("Label_1", "Label_9"), "threads/a/1.eml: there is no label `Label_9`");
        assert_eq!(wrong("18e2a1b2c3d4e5f6", "x"), "threads/a/1.eml: `x` is no id: 16 hex digits are one");
        assert_eq!(wrong("1712300000123", "soon"), "threads/a/1.eml: its internalDate is no time in milliseconds");
        let twice = format!("{},{}", ONE.trim_end_matches(']'), ONE.trim_start_matches('['));
        assert!(load(ACCOUNT, &twice, &[("threads/a/1.eml", RAW)]).ends_with("is there already"));
    }
}
