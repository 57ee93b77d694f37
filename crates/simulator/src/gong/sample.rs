use serde::Deserialize;
use serde_json::Value;

use super::{AccessKey, AccessToken, GongError, GongWorld, Object};

/// Texts of `samples/gong/<folder>`, with the names they have there.
macro_rules! samples {
    ($folder:literal: $($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../samples/gong/", $folder, $name, ".json")))),*]
    };
}

/// The files of `samples/gong/` but the calls: `company`, `users`, `trackers`.
static COMPANY: &[(&str, &str)] = samples!("": "company", "trackers", "users");

/// The files of `samples/gong/calls/`; a test compares this list with the folder.
static CALLS: &[(&str, &str)] = samples!("calls/":
    "2024-01-18_globex_wave_1_kick_off",
    "2024-02-20_acme_discovery_builds_and_product_pages",
    "2024-02-20_northwind_labs_getting_to_know_greta",
    "2024-02-28_globex_yourcompany_quarterly_review_q1",
    "2024-03-08_northwind_yourcompany_build_queue_and_log_drain",
    "2024-03-12_acme_poc_scoping",
    "2024-03-20_daniel_osei_ekow_ansah",
    "2024-03-21_acme_security_session",
    "2024-03-27_call_to_omar_haddad",
    "2024-03-27_northwind_labs_renewal_with_aisha_rahman",
    "2024-03-28_globex_wave_2_technical_planning",
    "2024-03-28_one_pager_and_pricing",
    "2024-04-03_call_with_greta_holm",
    "2024-04-04_review_dry_run_internal",
    "2024-04-05_acme_x_globex_two_regions_peer_to_peer",
    "2024-04-05_poc_results_review",
);

/// Why sample files are not a world.
#[derive(Debug, thiserror::Error)]
pub enum GongSampleError {
    /// A file is not JSON of the expected form.
    #[error("{file}.json: {source}")]
    Json {
        /// The file.
        file: String,
        /// What is wrong.
        source: serde_json::Error,
    },
    /// A call or user can't be taken.
    #[error("{file}.json: {source}")]
    World {
        /// The file.
        file: String,
        /// What is wrong.
        source: GongError,
    },
    /// Two files hold the same call.
    #[error("calls/{file}.json: the call {id} stands in another file too")]
    Twice {
        /// The file.
        file: String,
        /// The call's id.
        id: String,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Company {
    hostname: String,
    workspaces: Vec<Value>,
    access_keys: Vec<AccessKey>,
    #[serde(default)]
    access_tokens: Vec<AccessToken>,
    #[serde(default)]
    crm_integrations: Vec<Object>,
    #[serde(default)]
    scorecards: Vec<Object>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CallFile {
    call: Value,
    transcript: Value,
}

fn parse<T: serde::de::DeserializeOwned>(file: &str, text: &str) -> Result<T, GongSampleError> {
    serde_json::from_str(text).map_err(|source| GongSampleError::Json { file: file.to_owned(), source })
}

impl GongWorld {
    /// The sample company of `samples/gong`, as it was told.
    ///
    /// # Errors
    /// The samples built in are broken, which a test of this crate excludes.
    pub fn sample() -> Result<GongWorld, GongSampleError> {
        GongWorld::from_files(COMPANY, CALLS)
    }

    /// A company from the texts of `company`, `users` and `trackers` (what is not there is empty), and of the calls, by their files' names.
    ///
    /// # Errors
    /// A text is not of its form, or two hold the same call.
    pub fn from_files(company: &[(&str, &str)], calls: &[(&str, &str)]) -> Result<GongWorld, GongSampleError> {
        let text = |name: &str| company.iter().find(|(n, _)| *n == name).map(|(_, text)| *text);
        let at = |file: &str| {
            let file = file.to_owned();
            move |source| GongSampleError::World { file, source }
        };
        let mut world = GongWorld::default();
        if let Some(text) = text("company") {
            let company: Company = parse("company", text)?;
            world.hostname = company.hostname;
            (world.keys, world.tokens) = (company.access_keys, company.access_tokens);
            (world.crm_integrations, world.scorecards) = (company.crm_integrations, company.scorecards);
            for workspace in company.workspaces {
                world.add_workspace(workspace).map_err(at("company"))?;
            }
        }
        for user in text("users").map_or(Ok(Vec::new()), |t| parse::<Vec<Value>>("users", t))? {
            world.add_user(user).map_err(at("users"))?;
        }
        for tracker in text("trackers").map_or(Ok(Vec::new()), |t| parse::<Vec<Value>>("trackers", t))? {
            world.add_tracker(tracker).map_err(at("trackers"))?;
        }
        for (name, text) in calls {
            let file = format!("calls/{name}");
            let CallFile { call, transcript } = parse(&file, text)?;
            let before = world.calls.len();
            let id = world.add_call(call, transcript).map_err(at(&file))?;
            if world.calls.len() == before {
                return Err(GongSampleError::Twice { file: (*name).to_owned(), id });
            }
        }
        Ok(world)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_call_file_is_built_in() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples/gong/calls");
        let mut names: Vec<String> = std::fs::read_dir(folder)
            .map(|files| files.map(|f| f.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned()).collect())
            .unwrap_or_default();
        names.sort();
        assert_eq!(names, CALLS.iter().map(|(n, _)| (*n).to_owned()).collect::<Vec<_>>());
    }

    #[test]
    fn the_samples_are_a_world() {
        let world = GongWorld::sample().unwrap();
        assert_eq!(world.calls().len(), CALLS.len());
    }

    #[test]
    fn files_become_a_world_and_broken_ones_are_told_by_name() {
        let company = r#"{"hostname":"us-1.app.gong.io","workspaces":[{"id":"1","name":"A","description":null}],
            "access_keys":[{"key":"K","secret":"S","scopes":null}],"access_tokens":[{"token":"T","scopes":["api:users:read"]}]}"#;
        let call = r#"{"call":{"metaData":{"id":"7","started":"2024-04-05T15:00:00Z","duration":60}},
            "transcript":[{"speakerId":"1","topic":null,"sentences":[]}]}"#;
        let world = GongWorld::from_files(&[("company", company), ("users", r#"[{"id":"5"}]"#)], &[("a", call)]).unwrap();
        let told = world.call("7").unwrap();
        assert_eq!(told["metaData"]["url"], "https://us-1.app.gong.io/call?id=7");
        assert_eq!((&told["metaData"]["primaryUserId"], &told["metaData"]["workspaceId"]), (&"5".into(), &"1".into()));
        assert_eq!(world.ready("7"), Some(super::super::Ready::From("2024-04-05T15:01:00Z".parse().unwrap())));
        let error = |company: &[(&str, &str)], calls: &[(&str, &str)]| GongWorld::from_files(company, calls).unwrap_err().to_string();
        assert_eq!(error(&[], &[("a", call), ("b", call)]), "calls/b.json: the call 7 stands in another file too");
        assert!(error(&[], &[("a", "{")]).starts_with("calls/a.json: "));
        assert!(error(&[("users", "{}")], &[]).starts_with("users.json: "));
        assert!(error(&[], &[("a", r#"{"call":{"metaData":{"id":"x1"}},"transcript":[]}"#)]).starts_with("calls/a.json: a call's id"));
    }
}
