use std::{
    borrow::Cow,
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use sales_connectors::registry;
use sales_engine::Account;
use sales_files::{Disk, InitError, Workspace};
use sales_model::{Clock, Route, Settings};
use sales_simulator::{GmailWorld, GongWorld, GranolaWorld, Running, SimOptions, Simulator, World};
use sales_transport::{MemoryBudget, MemoryTokenStore, Timer};

use super::{
    Home,
    accounts::{Shared, account},
};
use crate::{
    args::Integration,
    config::{self, Around, Variables},
    errors::{Failure, Result, io_failure},
};

/// `workspace.toml` of the sample workspace.
const SETTINGS: &str = include_str!("../../../../samples/workspace.toml");
/// The sample customers' profiles, by id.
const PROFILES: &[(&str, &str)] = &[
    ("acme_inc", include_str!("../../../../samples/customers/acme_inc/profile.toml")),
    ("globex", include_str!("../../../../samples/customers/globex/profile.toml")),
    ("northwind_labs", include_str!("../../../../samples/customers/northwind_labs/profile.toml")),
];

/// A throw-away workspace with the sample customers.
pub(crate) struct Sample {
    /// The workspace, opened.
    pub(crate) home: Home,
}

impl Sample {
    /// Makes it in `keep`, or in a new folder for temporary files. Real credentials play no part: its only variables are the simulator's,
    /// and those of tests.
    pub(crate) fn make(keep: Option<&Path>, variables: &Variables) -> Result<Sample> {
        let dir = match keep {
            Some(dir) => dir.to_owned(),
            None => temporary(variables)?,
        };
        let settings = sales_files::parse_settings(Path::new("samples/workspace.toml"), SETTINGS)?;
        let workspace = make(&dir, &settings)?;
        Ok(Sample { home: Home::at(workspace, variables.only(&["SALES_FAILPOINT", "SALES_TEST_NOW"]))? })
    }

    /// Starts the simulated vendors in this process, and gives the accounts that reach them. Its limits are off: they would make a
    /// demonstration of a second take minutes.
    pub(crate) async fn start(&self, timer: &Arc<dyn Timer>, wanted: &Integration) -> Result<(Vec<Account>, Running)> {
        let cannot = |e: &dyn std::fmt::Display| {
            Failure::new("the simulated vendors could not be started", e, "run the command again with `--debug`")
        };
        let clock: Arc<dyn Clock> = timer.clone();
        let world = World::sample().map_err(|e| cannot(&e))?;
        let gong = Some(GongWorld::sample().map_err(|e| cannot(&e))?);
        let granola = Some(GranolaWorld::sample().map_err(|e| cannot(&e))?);
        let gmail = Some(GmailWorld::sample().map_err(|e| cannot(&e))?);
        let vendor =
            Simulator::start(SimOptions { world, gong, granola, gmail, ..SimOptions::new(clock) }).await.map_err(|e| cannot(&e))?;
        let set = vendor.env();
        let variables = Variables::given(set.iter().map(|(k, v)| (k.as_str(), v.as_str())));
        let (budget, tokens) = (Arc::new(MemoryBudget::new()), Arc::new(MemoryTokenStore::new()));
        let shared = Shared { home: &self.home, timer, budget, tokens, route: Route::Simulated };
        let mut accounts = Vec::new();
        for connector in registry::connectors() {
            let descriptor = connector.descriptor();
            if wanted.includes(&descriptor.source) {
                let Some(access) = config::access(descriptor, &variables, Around::default())? else {
                    // What is asked for by name has to be there.
                    if *wanted == Integration::All {
                        continue;
                    }
                    return Err(cannot(&format!("{} gave no key", descriptor.title)));
                };
                accounts.push(account(&shared, connector, "default", access, true)?);
            }
        }
        Ok((accounts, vendor))
    }
}

/// Writes settings and profiles into a folder that is no workspace yet.
fn make(dir: &Path, settings: &Settings) -> Result<Workspace> {
    let disk = sales_files::RealDisk::within(dir);
    let workspace = Workspace::init(&disk, dir, settings).map_err(|e| match e {
        InitError::Exists(_) => Failure { next: "name another folder after `--keep`".into(), ..e.into() },
        InitError::Disk(_) => e.into(),
    })?;
    let file = |(id, text): &(&str, &'static str)| {
        let path = workspace.profiles_dir().join(id).join("profile.toml");
        (path, Cow::Borrowed(text.as_bytes()))
    };
    let mut files: Vec<(PathBuf, Cow<'_, [u8]>)> = PROFILES.iter().map(file).collect();
    files.push((workspace.settings_path(), Cow::Borrowed(SETTINGS.as_bytes())));
    workspace.disk().write_all(&files)?;
    Ok(workspace)
}

/// A new folder of our own for temporary files, closed to others.
fn temporary(variables: &Variables) -> Result<PathBuf> {
    let base = variables.get("TMPDIR").map_or_else(std::env::temp_dir, PathBuf::from);
    for attempt in 0..1_000_u32 {
        let dir = base.join(format!("sales-test-{}-{attempt}", std::process::id()));
        match create_private(&dir) {
            Ok(()) => return Ok(dir),
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
            Err(e) => return Err(io_failure("cannot make the folder", &dir, &e)),
        }
    }
    Err(Failure::new(format!("cannot make a folder in `{}`", base.display()), "all names are taken", "sales run ... --test --keep DIR"))
}

#[cfg(unix)]
fn create_private(dir: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new().mode(0o700).create(dir)
}

#[cfg(not(unix))]
fn create_private(dir: &Path) -> io::Result<()> {
    fs::create_dir(dir)
}

#[cfg(test)]
mod tests {

    use std::{fs, path::Path};

    use super::PROFILES;

    #[test]
    fn every_sample_customer_is_embedded() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples/customers");
        let mut there: Vec<String> = fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        there.sort();
        let embedded: Vec<&str> = PROFILES.iter().map(|(id, _)| *id).collect();
        assert_eq!(there, embedded);
    }
}
