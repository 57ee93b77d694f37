use std::{
    collections::{BTreeMap, HashMap},
    env,
    ffi::OsString,
    io,
};

use sales_files::{Disk, Workspace, env_mode_problem, parse_env};
use sales_transport::Secret;

use crate::errors::{Failure, Result, io_failure};

/// The process's environment over the workspace's `.env`. Values cannot be printed through it.
#[derive(Clone, Default)]
pub(crate) struct Variables {
    process: HashMap<String, String>,
    file: HashMap<String, String>,
}

impl std::fmt::Debug for Variables {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Variables({} + {})", self.process.len(), self.file.len())
    }
}

impl Variables {
    /// The process's environment alone. What is not Unicode is left out.
    pub(crate) fn of_process() -> Self {
        Variables::new(env::vars_os())
    }

    fn new(process: impl Iterator<Item = (OsString, OsString)>) -> Self {
        let process = process.filter_map(|(k, v)| Some((k.into_string().ok()?, v.into_string().ok()?))).collect();
        Variables { process, file: HashMap::new() }
    }

    /// Exactly these variables.
    pub(crate) fn given<'a>(set: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        Variables::new(set.map(|(k, v)| (k.into(), v.into())))
    }

    /// Of these variables only those.
    pub(crate) fn only(&self, names: &[&str]) -> Self {
        Variables::given(names.iter().filter_map(|n| Some((*n, self.get(n)?))))
    }

    /// The variables of another account: each usual name leads to the one that holds this account's value. Of those that are not named
    /// only addresses stay, which the accounts of a source share, and what is the app's own and no account's.
    pub(crate) fn through(&self, names: &BTreeMap<String, String>) -> Self {
        let addresses = [&self.process, &self.file].into_iter().flat_map(HashMap::keys).filter(|n| is_address(n) || is_app(n));
        let kept = addresses.filter(|n| !names.contains_key(*n)).map(|n| (n.as_str(), n.as_str()));
        let all = names.iter().map(|(usual, own)| (usual.as_str(), own.as_str())).chain(kept);
        Variables::given(all.filter_map(|(usual, own)| Some((usual, self.get(own)?))))
    }

    /// Adds the workspace's `.env`; the remarks that came up.
    pub(crate) fn with_file(mut self, workspace: &Workspace) -> Result<(Self, Vec<String>)> {
        let path = workspace.env_path();
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok((self, Vec::new())),
            Err(e) if e.kind() == io::ErrorKind::InvalidData => {
                return Err(Failure::new(
                    format!("`{}` cannot be used", path.display()),
                    "it is not UTF-8 text",
                    "write it again as plain text",
                ));
            }
            Err(e) => return Err(io_failure("cannot read", &path, &e)),
        };
        let read = parse_env(&text).map_err(|e| {
            Failure::new(format!("`{}`, line {} cannot be used", path.display(), e.line), e.reason, "write each line as `NAME=value`")
        })?;
        self.file = read.into_iter().collect();
        let stat = workspace.disk().stat(&path).ok().flatten();
        Ok((self, stat.and_then(|s| env_mode_problem(&path, &s)).into_iter().collect()))
    }

    /// A variable's value. An empty value counts as not set.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        [&self.process, &self.file].into_iter().find_map(|m| m.get(name)).map(|v| v.trim()).filter(|v| !v.is_empty())
    }

    /// The first of several names that is set, with its value as a secret.
    pub(crate) fn secret<'n>(&self, names: &[&'n str]) -> Option<(&'n str, Secret)> {
        names.iter().find_map(|n| self.get(n).map(|v| (*n, Secret::from(v))))
    }
}

/// Whether a variable holds an API's address, which is no secret.
fn is_address(name: &str) -> bool {
    name.ends_with("_API_URL") || matches!(name, "GONG_BASE_URL" | "GRANOLA_API_ENDPOINT" | "GOOGLE_AUTH_URL" | "GOOGLE_TOKEN_URL")
}

/// Whether a variable holds something of the app with which people sign in: it is the same for all mailboxes.
fn is_app(name: &str) -> bool {
    matches!(name, "GMAIL_CLIENT_ID" | "GMAIL_CLIENT_SECRET" | "GOOGLE_CLIENT_ID" | "GOOGLE_CLIENT_SECRET" | "GOOGLE_SERVICE_ACCOUNT_FILE")
}

#[cfg(test)]
mod tests {
    use super::Variables;

    fn variables(process: &[(&str, &str)], file: &[(&str, &str)]) -> Variables {
        let mut v = Variables::given(process.iter().copied());
        v.file = file.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        v
    }

    #[test]
    fn the_process_beats_the_file() {
        let v = variables(&[("A", "process"), ("EMPTY", " ")], &[("A", "file"), ("B", " file\n"), ("EMPTY", "file")]);
        assert_eq!(v.get("A"), Some("process"));
        assert_eq!(v.get("B"), Some("file"));
        assert_eq!(v.get("EMPTY"), None, "set to nothing in the process means: without");
        assert_eq!(v.get("C"), None);
    }

    #[test]
    fn another_account_sees_its_own_variables_and_the_common_address() {
        let all = variables(&[("SLACK_TOKEN", "plain"), ("SLACK_TOKEN_EMEA", "emea")], &[("SLACK_API_URL", "u"), ("SLACK_CLIENT_ID", "c")]);
        let own = all.through(&[("SLACK_TOKEN".to_owned(), "SLACK_TOKEN_EMEA".to_owned())].into());
        assert_eq!((own.get("SLACK_TOKEN"), own.get("SLACK_API_URL"), own.get("SLACK_CLIENT_ID")), (Some("emea"), Some("u"), None));
        assert_eq!(all.through(&[("SLACK_TOKEN".to_owned(), "UNSET".to_owned())].into()).get("SLACK_TOKEN"), None);
    }

    #[test]
    fn nothing_of_a_value_can_be_printed() {
        let v = variables(&[("A", "xoxb-canary")], &[("B", "xoxb-canary")]);
        assert!(!format!("{v:?} {:?}", v.secret(&["C", "A"])).contains("canary"));
    }
}
