use std::sync::Arc;

use jiff::Timestamp;
use serde_json::json;

use super::{
    AccessKey, AccessToken, GongWorld, Ready,
    call::{Call, Source},
    talk::Talk,
    world::region,
};

/// How many calls to generate, and how long they are. Nothing of a call but its id and time is made before it is asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct GongGenerate {
    /// Calls.
    pub calls: usize,
    /// The time they spread over, in days before `until`.
    pub days: u32,
    /// When the newest call took place, nearly.
    pub until: Timestamp,
    /// Sentences of each transcript.
    pub sentences: usize,
    /// The customers' mail domains; a call's external participants are all of one of them, in turn.
    pub domains: Vec<String>,
    /// External participants of each call who speak; one more is silent.
    pub guests: usize,
    /// Users of Gong, who host the calls in turn.
    pub hosts: usize,
}

impl GongGenerate {
    /// So many calls of so many sentences, over two years and fifty customers `customer-00.example` and so on.
    pub fn new(calls: usize, sentences: usize, until: Timestamp) -> Self {
        let domains = (0..50).map(|n| format!("customer-{n:02}.example")).collect();
        GongGenerate { calls, days: 730, until, sentences, domains, guests: 2, hosts: 8 }
    }
}

impl GongWorld {
    /// A company of generated calls: the same seed and spec give the same bytes. Its access key is `GENERATED`, the secret
    /// `generated-secret`, its token `generated-token`.
    pub fn generate(spec: &GongGenerate, seed: u64) -> GongWorld {
        let mut world = GongWorld { hostname: region(Talk::REGION), ..GongWorld::default() };
        world.add_key(AccessKey::new("GENERATED", "generated-secret"));
        world.add_token(AccessToken::new("generated-token", &SCOPES));
        let talk = Arc::new(Talk::new(spec.clone(), seed));
        let mut added = vec![world.add_workspace(json!({"id": Talk::WORKSPACE, "name": "Generated", "description": null}))];
        added.extend((0..spec.hosts.max(1)).map(|n| world.add_user(talk.user(n))));
        added.push(world.add_tracker(talk.tracker()));
        debug_assert!(added.iter().all(Result::is_ok), "{added:?}");
        for n in 0..spec.calls {
            let scene = talk.scene(n);
            world.file(Call {
                id: scene.id,
                workspace: Talk::WORKSPACE.to_owned(),
                primary: scene.host_id,
                private: false,
                at: scene.scheduled,
                ready: if spec.sentences == 0 { Ready::Never } else { Ready::From(scene.ended) },
                source: Source::Generated(Arc::clone(&talk), n),
            });
        }
        world
    }
}

/// All scopes that the paths served need.
pub(crate) const SCOPES: [&str; 10] = [
    "api:calls:read:basic",
    "api:calls:read:extensive",
    "api:calls:read:transcript",
    "api:calls:read:media-url",
    "api:users:read",
    "api:workspaces:read",
    "api:settings:trackers:read",
    "api:settings:scorecards:read",
    "api:stats:interaction",
    "api:crm:integrations:read",
];

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    #[test]
    fn generated_companies_are_sound_and_repeatable() {
        let until: Timestamp = "2026-11-20T00:00:00Z".parse().unwrap();
        let spec = GongGenerate::new(400, 30, until);
        let world = GongWorld::generate(&spec, 3);
        let ids = world.calls();
        assert_eq!(ids.len(), 400);
        let mut last = Timestamp::MIN;
        for id in &ids {
            let call = world.find(id).unwrap();
            assert!(call.at >= last && call.at < until);
            last = call.at;
            let data = call.data();
            // What stands beside a call is what a told one of the same data would get.
            let (told, ready) = call.clone().into_told();
            let mut same = Call::told(told, None, "x", ("1", "1")).unwrap();
            assert_eq!(
                (&same.id, &same.workspace, &same.primary, same.at, same.ready),
                (&call.id, &call.workspace, &call.primary, call.at, ready)
            );
            assert_eq!(*same.data(), *data, "nothing of its `metaData` is missing");
            same.ready = Ready::Never;
            assert_eq!(data.get("metaData").unwrap().as_object().unwrap(), &*call.meta());
            let speakers: Vec<&Value> =
                data["parties"].as_array().unwrap().iter().map(|p| &p["speakerId"]).filter(|s| !s.is_null()).collect();
            let transcript = world.transcript(id).unwrap();
            let mut sentences = 0;
            let mut end = 0;
            for monologue in transcript.as_array().unwrap() {
                assert!(speakers.contains(&&monologue["speakerId"]));
                for sentence in monologue["sentences"].as_array().unwrap() {
                    let (from, to) = (sentence["start"].as_i64().unwrap(), sentence["end"].as_i64().unwrap());
                    assert!(end <= from && from < to);
                    end = to;
                    sentences += 1;
                }
            }
            assert_eq!(sentences, 30);
            assert!(end <= 1000 * data["metaData"]["duration"].as_i64().unwrap());
        }
        let again = GongWorld::generate(&spec, 3);
        assert_eq!(
            (again.calls(), again.call(&ids[7]), again.transcript(&ids[7])),
            (ids.clone(), world.call(&ids[7]), world.transcript(&ids[7]))
        );
        assert_ne!(GongWorld::generate(&spec, 4).transcript(&ids[7]), world.transcript(&ids[7]));
    }

    #[test]
    fn a_generated_call_can_be_changed() {
        let until: Timestamp = "2026-11-20T00:00:00Z".parse().unwrap();
        let mut world = GongWorld::generate(&GongGenerate::new(3, 5, until), 3);
        let id = world.calls()[1].clone();
        let (before, transcript) = (world.call(&id).unwrap(), world.transcript(&id));
        world.retitle(&id, "Another \"title\"").unwrap();
        let after = world.call(&id).unwrap();
        assert_eq!(after["metaData"]["title"], "Another \"title\"");
        assert_eq!((&after["parties"], &after["content"]), (&before["parties"], &before["content"]));
        assert_eq!(world.transcript(&id), transcript);
        assert_eq!(world.calls().len(), 3);
    }
}
