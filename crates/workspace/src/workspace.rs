use std::{
    borrow::Cow,
    io,
    path::{Path, PathBuf},
};

use sales_model::{CustomerId, Settings};

use crate::{
    Access, Disk, DiskError, RealDisk, Scratch,
    env_file::ENV_TEMPLATE,
    error::{harmless, quoted, reason},
    settings_template,
};

/// The file that makes a folder a workspace.
const SETTINGS: &str = "workspace.toml";

/// The file of the user's credentials.
const ENV: &str = ".env";

/// A workspace: its root folder, and where everything stands in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workspace {
    root: PathBuf,
}

/// Why there is no workspace to work in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WorkspaceError {
    /// Neither the current folder, nor one above it, nor `SALES_WORKSPACE`.
    #[error("there is no workspace here: neither {} nor a folder above it holds a {SETTINGS}, and SALES_WORKSPACE is not set", harmless(&start.to_string_lossy()))]
    None {
        /// Where the search began.
        start: PathBuf,
    },
    /// The folder that was named is none.
    #[error("{} ({from}) is not a workspace: {why}", harmless(&dir.to_string_lossy()))]
    NotOne {
        /// The folder.
        dir: PathBuf,
        /// Who named it: `--workspace` or `SALES_WORKSPACE`.
        from: &'static str,
        /// What is wrong.
        why: String,
    },
}

impl WorkspaceError {
    /// The command to type next.
    pub fn next(&self) -> String {
        match self {
            WorkspaceError::None { .. } => {
                "sales init (makes one here), or name yours: sales --workspace DIR ...; to look around first: sales run --integration all --customer acme-corp --test".to_owned()
            }
            WorkspaceError::NotOne { dir, .. } => format!("sales init {}", quoted(dir)),
        }
    }
}

/// Why no workspace was made.
#[derive(Debug, thiserror::Error)]
pub enum InitError {
    /// There is one already; it was left as it is.
    #[error("{} is a workspace already; it was left as it is", harmless(&.0.to_string_lossy()))]
    Exists(PathBuf),
    /// The folder can't be written.
    #[error(transparent)]
    Disk(#[from] DiskError),
}

impl InitError {
    /// The next thing to do or the command to type.
    pub fn next(&self) -> String {
        match self {
            InitError::Exists(dir) => format!("sales --workspace {} customer list", quoted(dir)),
            InitError::Disk(e) => e.next(),
        }
    }
}

impl Workspace {
    /// The workspace in this folder, unchecked.
    pub fn at(root: impl Into<PathBuf>) -> Self {
        Workspace { root: root.into() }
    }

    /// The workspace to use: the one named (`--workspace`), else `start` or the nearest folder above it that is one, else the one of the
    /// variable `SALES_WORKSPACE`.
    ///
    /// # Errors
    /// The named folder is none, or nothing was found.
    pub fn find(start: &Path, explicit: Option<&Path>, env: Option<&Path>) -> Result<Workspace, WorkspaceError> {
        if let Some(dir) = explicit {
            return named(&start.join(dir), "--workspace");
        }
        let from = real(start);
        if let Some(found) = from.ancestors().find(|dir| dir.join(SETTINGS).is_file()) {
            return Ok(Workspace::at(found));
        }
        match env {
            Some(dir) if !dir.as_os_str().is_empty() => named(&start.join(dir), "SALES_WORKSPACE"),
            _ => Err(WorkspaceError::None { start: start.to_owned() }),
        }
    }

    /// Makes a workspace in a folder, which may exist; the settings are written last, so that a failure leaves none behind.
    ///
    /// An existing `.gitignore` keeps its lines and gets those that keep secrets and machine state out of Git. A `.env` for the user alone
    /// explains each variable and sets none; one that is there is left as it is.
    ///
    /// # Errors
    /// The folder is a workspace already, or can't be written.
    pub fn init(disk: &dyn Disk, dir: &Path, settings: &Settings) -> Result<Workspace, InitError> {
        let made = Workspace::at(real(dir));
        let exists = |e| DiskError::new(&made.settings_path(), "look at", e);
        if disk.stat(&made.settings_path()).map_err(exists)?.is_some() {
            return Err(InitError::Exists(made.root));
        }
        disk.create_dir_all(&made.profiles_dir(), Access::Shared)?;
        // Only now links in it can be resolved.
        let made = Workspace::at(real(dir));
        disk.create_dir_all(&made.state_dir(), Access::Private)?;
        let ignore = made.root.join(".gitignore");
        let old = disk.read(&ignore).map_err(|e| DiskError::new(&ignore, "read", e))?.unwrap_or_default();
        if let Some(new) = with_ignored(&old) {
            disk.write_all(&[(ignore, Cow::Owned(new))])?;
        }
        // Listed, not looked up: a link to nothing is the user's own, too.
        let there = disk.list(&made.root).map_err(|e| DiskError::new(&made.root, "list", e))?;
        if !there.iter().any(|entry| entry.name == ENV) {
            disk.write_private(&made.env_path(), ENV_TEMPLATE.as_bytes())?;
        }
        made.write_settings_template(disk, settings)?;
        Ok(made)
    }

    /// Writes `workspace.toml` with every key present, explained, and set as in `settings`.
    ///
    /// # Errors
    /// The file can't be written.
    pub fn write_settings_template(&self, disk: &dyn Disk, settings: &Settings) -> Result<(), DiskError> {
        disk.write_all(&[(self.settings_path(), Cow::Owned(settings_template(settings).into_bytes()))])
    }

    /// The computer's disk, for this workspace.
    pub fn disk(&self) -> RealDisk {
        RealDisk::within(&self.root)
    }

    /// The folder itself.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// `workspace.toml`.
    pub fn settings_path(&self) -> PathBuf {
        self.root.join(SETTINGS)
    }

    /// `customers/profiles`.
    pub fn profiles_dir(&self) -> PathBuf {
        self.root.join("customers").join("profiles")
    }

    /// A customer's folder.
    pub fn customer_dir(&self, id: &CustomerId) -> PathBuf {
        self.profiles_dir().join(id.as_str())
    }

    /// A customer's `profile.toml`.
    pub fn profile_path(&self, id: &CustomerId) -> PathBuf {
        self.customer_dir(id).join("profile.toml")
    }

    /// The last readable version of a customer's profile, kept in the machine's state.
    pub fn last_profile_path(&self, id: &CustomerId) -> PathBuf {
        self.last_profiles_dir().join(format!("{id}.toml"))
    }

    /// The folder of all of them.
    pub fn last_profiles_dir(&self) -> PathBuf {
        self.state_dir().join("profiles")
    }

    /// `.sales`: machine state, for the user alone.
    pub fn state_dir(&self) -> PathBuf {
        self.root.join(".sales")
    }

    /// The ledger's database.
    pub fn ledger_path(&self) -> PathBuf {
        self.state_dir().join("ledger.db")
    }

    /// A path for a copy of the ledger, in the machine's state.
    pub fn ledger_copy(&self) -> Scratch {
        Scratch::beside(&self.ledger_path())
    }

    /// The database of rate limits that all processes share.
    pub fn budgets_path(&self) -> PathBuf {
        self.state_dir().join("budgets.db")
    }

    /// Rotated tokens (0600).
    pub fn tokens_path(&self) -> PathBuf {
        self.state_dir().join("tokens.json")
    }

    /// `.env`: the user's credentials (0600).
    pub fn env_path(&self) -> PathBuf {
        self.root.join(ENV)
    }

    /// A path as people see it: relative to the workspace if it is in it.
    pub fn shown<'a>(&self, path: &'a Path) -> Cow<'a, str> {
        path.strip_prefix(&self.root).unwrap_or(path).to_string_lossy()
    }
}

/// Links and `..` resolved; as it is, from the root on, where it does not exist.
fn real(dir: &Path) -> PathBuf {
    std::fs::canonicalize(dir).or_else(|_| std::path::absolute(dir)).unwrap_or_else(|_| dir.to_owned())
}

fn named(dir: &Path, from: &'static str) -> Result<Workspace, WorkspaceError> {
    let dir = real(dir);
    let settings = dir.join(SETTINGS);
    let why = match std::fs::metadata(&settings) {
        Ok(facts) if facts.is_file() => return Ok(Workspace::at(dir)),
        Ok(_) => format!("its {SETTINGS} is not a file"),
        Err(_) if !dir.exists() => "there is no such folder".to_owned(),
        Err(e) if e.kind() == io::ErrorKind::NotFound => format!("it holds no {SETTINGS}"),
        Err(e) => reason(&e),
    };
    Err(WorkspaceError::NotOne { dir, from, why })
}

/// The `.gitignore` with what must stay out of Git; `None` if it has all of it.
fn with_ignored(old: &[u8]) -> Option<Vec<u8>> {
    let has = |wanted: &[&str]| old.split(|b| *b == b'\n').any(|line| wanted.iter().any(|w| line.trim_ascii() == w.as_bytes()));
    let missing: Vec<&str> = [(".env", ["/.env", ".env"]), (".sales/", ["/.sales/", ".sales"])]
        .into_iter()
        .filter(|(line, others)| !has(&[line, others[0], others[1]]))
        .map(|(line, _)| line)
        .collect();
    if missing.is_empty() {
        return None;
    }
    let mut new = old.to_vec();
    if !old.is_empty() && !old.ends_with(b"\n") {
        new.push(b'\n');
    }
    new.extend_from_slice(b"# Sales Workspace: credentials and machine state\n");
    for line in missing {
        new.extend_from_slice(line.as_bytes());
        new.push(b'\n');
    }
    Some(new)
}
