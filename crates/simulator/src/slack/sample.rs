use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::{Token, World, WorldError};

macro_rules! sample {
    ($($path:literal),+) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../samples/slack/", $($path),+))
    };
}

macro_rules! messages {
    ($($name:literal),+ $(,)?) => {
        [$(($name, sample!("messages/", $name, ".json"))),+]
    };
}

const TEAM: &str = sample!("team.json");
const USERS: &str = sample!("users.json");
const CHANNELS: &str = sample!("channels.json");

/// The files of `samples/slack/messages/`, by channel name; a test compares this list with the folder.
static MESSAGES: [(&str, &str); 12] = messages![
    "acme-bricks-event",
    "acme-internal",
    "eng-deploys",
    "ext-globex-rollout",
    "general",
    "globex-eval-2023",
    "globex-internal",
    "northwind-renewal",
    "partner-brightpixel",
    "random",
    "sales-wins",
    "yourcompany-acme-poc",
];

/// Why sample files are not a world.
#[derive(Debug, thiserror::Error)]
pub enum SampleError {
    /// A file is not JSON of the expected form.
    #[error("{file}: {source}")]
    Json {
        /// The file.
        file: String,
        /// What is wrong.
        source: serde_json::Error,
    },
    /// A message, channel or user can't be taken.
    #[error("{file}: {source}")]
    World {
        /// The file.
        file: String,
        /// What is wrong.
        source: WorldError,
    },
    /// A reply to a message that is not there.
    #[error("messages/{channel}.json: the reply {ts} answers {thread}, which is not there")]
    Orphan {
        /// The channel's name.
        channel: String,
        /// The reply.
        ts: String,
        /// What it answers.
        thread: String,
    },
}

#[derive(Deserialize)]
struct TeamFile {
    team: serde_json::Map<String, Value>,
    tokens: Vec<Token>,
    #[serde(default)]
    other_teams: Vec<serde_json::Map<String, Value>>,
    #[serde(default)]
    bots: Vec<serde_json::Map<String, Value>>,
    #[serde(default)]
    client_id: Option<String>,
    #[serde(default)]
    client_secret: Option<String>,
}

fn parse<T: serde::de::DeserializeOwned>(file: &str, text: &str) -> Result<T, SampleError> {
    serde_json::from_str(text).map_err(|source| SampleError::Json { file: file.to_owned(), source })
}

impl World {
    /// The sample workspace of `samples/slack`, as it was told: its story ends on 2024-04-05.
    ///
    /// # Errors
    /// The samples built in are broken, which a test of this crate excludes.
    pub fn sample() -> Result<World, SampleError> {
        World::from_files(TEAM, USERS, CHANNELS, &MESSAGES)
    }

    /// A world from the texts of `team.json`, `users.json`, `channels.json` and, by channel name, the arrays of messages. Replies stand among
    /// the messages with their `thread_ts`; thread counters are computed.
    ///
    /// # Errors
    /// A text is not of that form, a file belongs to no channel, or a reply answers nothing.
    pub fn from_files(team: &str, users: &str, channels: &str, messages: &[(&str, &str)]) -> Result<World, SampleError> {
        let file: TeamFile = parse("team.json", team)?;
        let mut world = World {
            client_id: file.client_id.unwrap_or_else(|| "1060000000001.1060000000002".to_owned()),
            client_secret: file.client_secret.unwrap_or_else(|| "simulated-client-secret".to_owned()),
            ..World::default()
        };
        world.set_team(file.team);
        file.other_teams.into_iter().for_each(|t| world.add_other_team(t));
        file.tokens.into_iter().for_each(|t| world.add_token(t));
        let at = |file: &str| {
            let file = file.to_owned();
            move |source| SampleError::World { file, source }
        };
        for user in parse::<Vec<Value>>("users.json", users)? {
            world.add_user(user).map_err(at("users.json"))?;
        }
        // What the file says of a bot beats what its user tells.
        for bot in file.bots {
            if let Some(id) = bot.get("id").and_then(Value::as_str) {
                world.bots.insert(id.to_owned(), bot);
            }
        }
        for channel in parse::<Vec<Value>>("channels.json", channels)? {
            world.add_channel(channel).map_err(at("channels.json"))?;
        }
        for (channel, text) in messages {
            let name = format!("messages/{channel}.json");
            world.add_messages(channel, parse(&name, text)?).map_err(at(&name))?;
        }
        match world.orphan() {
            Some((channel, ts, thread)) => Err(SampleError::Orphan { channel, ts, thread }),
            None => Ok(world),
        }
    }

    /// A reply whose thread's first message is missing.
    fn orphan(&self) -> Option<(String, String, String)> {
        self.channels.values().find_map(|c| {
            let (thread, replies) = c.threads.iter().find(|(t, _)| c.first_level(**t).is_none())?;
            let first = replies.first().map(|r| r.ts.to_string()).unwrap_or_default();
            Some((c.name().to_owned(), first, thread.to_string()))
        })
    }

    /// Sets the own team; standard fields that are missing are filled in.
    pub(crate) fn set_team(&mut self, team: serde_json::Map<String, Value>) {
        self.team = filled(team);
    }

    /// Adds a team of another company.
    pub(crate) fn add_other_team(&mut self, team: serde_json::Map<String, Value>) {
        if let Some(id) = team.get("id").and_then(Value::as_str).map(str::to_owned) {
            self.other_teams.insert(id, filled(team));
        }
    }
}

fn filled(mut team: serde_json::Map<String, Value>) -> serde_json::Map<String, Value> {
    team.entry("email_domain").or_insert(Value::from(""));
    team.entry("icon").or_insert_with(|| {
        let sizes: BTreeMap<String, Value> = [34, 44, 68, 88, 102, 132]
            .iter()
            .map(|s| (format!("image_{s}"), Value::from(format!("https://a.slack-edge.com/80588/img/avatars-teams/ava_{s}.png"))))
            .chain([("image_default".to_owned(), Value::from(true))])
            .collect();
        serde_json::json!(sizes)
    });
    team
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_message_file_is_built_in() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples/slack/messages");
        let mut names: Vec<String> =
            std::fs::read_dir(folder).unwrap().map(|f| f.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned()).collect();
        names.sort();
        assert_eq!(names, MESSAGES.iter().map(|(n, _)| (*n).to_owned()).collect::<Vec<_>>());
    }

    #[test]
    fn the_samples_are_a_world() {
        let world = World::sample().unwrap();
        let (first, replies) = world.count();
        assert!(first + replies >= 300, "{first} + {replies}");
        let poc = world.channel_id("yourcompany-acme-poc").unwrap();
        assert!(world.messages(&poc).iter().any(|m| m.get("reply_count").is_some()));
        let end = world.newest().unwrap().seconds();
        assert!((1_712_275_200..1_712_361_600).contains(&end), "the story ends on 2024-04-05");
    }

    #[test]
    fn shifted_samples_keep_their_shape() {
        let original = World::sample().unwrap();
        let mut world = original.clone();
        let now: jiff::Timestamp = "2026-11-22T10:00:00Z".parse().unwrap();
        world.shift_to(now);
        assert_eq!(world.count(), original.count());
        let newest = world.newest().unwrap().0;
        let moved = newest - original.newest().unwrap().0;
        assert_eq!(moved % (7 * 24 * 3600 * 1_000_000), 0, "whole weeks");
        let age = u64::try_from(now.as_microsecond()).unwrap() - newest;
        assert!(age < 7 * 24 * 3600 * 1_000_000, "within the last week");
        let texts = |w: &World| -> usize { w.channels().iter().map(|(id, _)| w.messages(id).len()).sum() };
        assert_eq!(texts(&world), texts(&original));
        let again = {
            let mut w = world.clone();
            w.shift_to(now);
            w
        };
        assert_eq!(again.messages("yourcompany-acme-poc"), world.messages("yourcompany-acme-poc"));
    }

    #[test]
    fn broken_files_are_told_by_name() {
        let team = r#"{"team":{"id":"T1"},"tokens":[]}"#;
        let channels = r#"[{"id":"C1","name":"a"}]"#;
        let load = |messages: &str| World::from_files(team, "[]", channels, &[("a", messages)]).unwrap_err().to_string();
        assert_eq!(load(r#"[{"ts":"1.2"}]"#), "messages/a.json: `1.2` is no message's ts");
        assert!(load("{").starts_with("messages/a.json: "));
        let orphan = r#"[{"ts":"1710493200.000200","thread_ts":"1710493200.000100"}]"#;
        assert_eq!(load(orphan), "messages/a.json: the reply 1710493200.000200 answers 1710493200.000100, which is not there");
    }
}
