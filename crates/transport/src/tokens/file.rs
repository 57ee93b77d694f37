//! Rotated tokens in a file of the workspace, shared by all its processes.

use std::{
    collections::BTreeMap,
    error::Error,
    fs::{self, File, OpenOptions},
    io::{self, Read as _, Write as _},
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use sales_model::AccountKey;
use secrecy::{ExposeSecret as _, zeroize::Zeroizing};
use serde::{Deserialize, Serialize};

use crate::{PortError, Secret, TokenPair, TokenStore};

/// Tokens in a JSON file that only its owner may read, replaced as a whole: after a crash there is the old file or the new one.
pub struct FileTokenStore {
    path: PathBuf,
}

/// The file's content; by account (`slack:default`).
#[derive(Serialize, Deserialize)]
struct Stored {
    version: u32,
    accounts: BTreeMap<String, StoredPair>,
}

#[derive(Serialize, Deserialize)]
struct StoredPair {
    access: Shown,
    refresh: Option<Shown>,
    expires_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    given: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    scope: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    since: Option<Timestamp>,
}

/// A secret that may be written, into this one file.
#[derive(Deserialize)]
#[serde(from = "String")]
struct Shown(Secret);

impl From<String> for Shown {
    fn from(text: String) -> Self {
        Shown(text.into())
    }
}

impl Serialize for Shown {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.expose_secret())
    }
}

impl Stored {
    fn empty() -> Self {
        Stored { version: 1, accounts: BTreeMap::new() }
    }
}

/// Why the file's content was not understood. The parser's own words could quote a token.
#[derive(Debug, thiserror::Error)]
#[error("line {line}, column {column}: not in the form that was written")]
struct NotOurs {
    line: usize,
    column: usize,
}

impl FileTokenStore {
    /// Tokens in that file, usually `.sales/tokens.json`; the file is made when first needed, its folder must exist.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        FileTokenStore { path: path.into() }
    }

    /// A file beside the token file.
    fn beside(&self, suffix: &str) -> PathBuf {
        let mut name = self.path.file_name().unwrap_or_default().to_owned();
        name.push(suffix);
        self.path.with_file_name(name)
    }

    fn read(&self) -> Result<Stored, PortError> {
        let mut text = Zeroizing::new(Vec::new());
        match File::open(&self.path).and_then(|mut file| file.read_to_end(&mut text)) {
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Stored::empty()),
            Err(error) => return Err(failed("reading", &self.path, error)),
        }
        serde_json::from_slice(&text).map_err(|error| failed("reading", &self.path, NotOurs { line: error.line(), column: error.column() }))
    }

    /// What is to be kept of the present file. One that is not understood is put aside: the new pair must not be lost because of it,
    /// for the vendor has voided the old one.
    fn read_or_put_aside(&self) -> Result<Stored, PortError> {
        let error = match self.read() {
            Ok(stored) => return Ok(stored),
            Err(error) => error,
        };
        if !error.source.is::<NotOurs>() {
            return Err(error);
        }
        let aside = self.beside(".broken");
        fs::rename(&self.path, &aside).map_err(|error| failed("putting aside", &self.path, error))?;
        tracing::warn!(kept_as = %aside.display(), %error, "the token file was not understood and put aside");
        Ok(Stored::empty())
    }

    fn replace(&self, content: &[u8]) -> io::Result<()> {
        // One name, used under the lock: a crash leaves at most this one file, and the next save removes it.
        let fresh = self.beside(".new");
        match fs::remove_file(&fresh) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let mut file = private(OpenOptions::new().write(true).create_new(true)).open(&fresh)?;
        file.write_all(content)?;
        file.sync_all()?;
        drop(file);
        fs::rename(&fresh, &self.path)?;
        sync_folder(&self.path)
    }

    fn write(&self, stored: &Stored) -> Result<(), PortError> {
        let mut content = Zeroizing::new(Vec::with_capacity(4096));
        serde_json::to_writer_pretty(&mut *content, stored).map_err(|error| failed("writing", &self.path, error))?;
        content.push(b'\n');
        self.replace(&content).map_err(|error| failed("writing", &self.path, error))
    }

    fn lock(&self, suffix: &str) -> Result<File, PortError> {
        let path = self.beside(suffix);
        let open = || {
            let file = private(OpenOptions::new().write(true).create(true).truncate(false)).open(&path)?;
            file.lock()?;
            Ok(file)
        };
        open().map_err(|error: io::Error| failed("locking", &path, error))
    }
}

impl TokenStore for FileTokenStore {
    fn load(&self, account: &AccountKey) -> Result<Option<TokenPair>, PortError> {
        let pair = self.read()?.accounts.remove(&account.to_string());
        Ok(pair.map(|pair| TokenPair {
            access: pair.access.0,
            refresh: pair.refresh.map(|secret| secret.0),
            expires_at: pair.expires_at,
            given: pair.given,
            scope: pair.scope,
            since: pair.since,
        }))
    }

    fn save(&self, account: &AccountKey, pair: &TokenPair) -> Result<(), PortError> {
        // Other accounts' pairs stand in the same file: nobody else may write between reading and replacing it.
        let _lock = self.lock(".lock")?;
        let mut stored = self.read_or_put_aside()?;
        let pair = StoredPair {
            access: Shown(pair.access.clone()),
            refresh: pair.refresh.clone().map(Shown),
            expires_at: pair.expires_at,
            given: pair.given.clone(),
            scope: pair.scope.clone(),
            since: pair.since,
        };
        stored.accounts.insert(account.to_string(), pair);
        self.write(&stored)
    }

    fn remove(&self, account: &AccountKey) -> Result<bool, PortError> {
        if !self.read()?.accounts.contains_key(&account.to_string()) {
            return Ok(false);
        }
        let _lock = self.lock(".lock")?;
        let mut stored = self.read()?;
        let there = stored.accounts.remove(&account.to_string()).is_some();
        self.write(&stored)?;
        Ok(there)
    }

    fn exclusive(&self, account: &AccountKey) -> Result<Box<dyn Send>, PortError> {
        Ok(Box::new(self.lock(&format!(".{}.lock", file_name(&account.to_string())))?))
    }
}

fn failed(what: &str, path: &Path, error: impl Error + Send + Sync + 'static) -> PortError {
    PortError { what: format!("{what} {}", path.display()), source: Box::new(error) }
}

/// An account's name as part of a file name: what is not a plain character is written as its code.
fn file_name(account: &str) -> String {
    use std::fmt::Write as _;
    account.bytes().fold(String::new(), |mut name, byte| {
        match byte {
            b'a'..=b'z' | b'0'..=b'9' | b'-' => name.push(char::from(byte)),
            _ => _ = write!(name, "_{byte:02x}"),
        }
        name
    })
}

#[cfg(unix)]
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    use std::os::unix::fs::OpenOptionsExt as _;
    options.mode(0o600)
}

#[cfg(not(unix))]
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    options
}

/// Makes a rename in the file's folder durable.
#[cfg(unix)]
fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}
