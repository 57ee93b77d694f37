use std::fmt::Write as _;

use jiff::{SignedDuration, Timestamp};
use rand::{Rng, SeedableRng, rngs::SmallRng};
use serde_json::{Value, json};

use super::{GongGenerate, Object, world::region};
use crate::words::Vocabulary;

/// Halves of sentences: any two make one, so that a transcript costs next to nothing.
const HALVES: usize = 800;

/// Makes any call from its number. The same number gives the same call.
pub(crate) struct Talk {
    spec: GongGenerate,
    seed: u64,
    openings: Vec<String>,
    endings: Vec<String>,
}

/// What all parts of one call agree about.
pub(crate) struct Scene {
    pub(crate) id: String,
    pub(crate) host_id: String,
    pub(crate) scheduled: Timestamp,
    pub(crate) ended: Timestamp,
    started: Timestamp,
    seconds: i64,
    host: usize,
    customer: usize,
    random: SmallRng,
}

const TOPICS: [&str; 5] = ["Pricing", "Security", "Rollout", "Objections", "Next Steps"];
const TRACKER: &str = "8000000000000000001";

impl Talk {
    pub(crate) const REGION: u32 = 10_000;
    pub(crate) const WORKSPACE: &'static str = "9000000000000000001";

    pub(crate) fn new(spec: GongGenerate, seed: u64) -> Self {
        let mut random = SmallRng::seed_from_u64(seed);
        let vocabulary = Vocabulary::new(6_000, &mut random);
        let mut half = |words: std::ops::Range<usize>| {
            let count = random.random_range(words);
            let words: Vec<&str> = (0..count).map(|_| vocabulary.word(&mut random)).collect();
            words.join(" ")
        };
        let openings = (0..HALVES).map(|_| half(3..8)).collect();
        let endings = (0..HALVES).map(|_| half(3..9)).collect();
        Talk { spec, seed, openings, endings }
    }

    fn sentence(&self, random: &mut SmallRng) -> (&str, &str) {
        let pick = |from: &'_ [String], n: usize| -> usize { n % from.len().max(1) };
        let (a, b) = (pick(&self.openings, random.random::<u32>() as usize), pick(&self.endings, random.random::<u32>() as usize));
        (self.openings.get(a).map_or("so", String::as_str), self.endings.get(b).map_or("yes", String::as_str))
    }

    fn said(&self, random: &mut SmallRng) -> String {
        let (a, b) = self.sentence(random);
        format!("{a} {b}.")
    }

    fn user_id(n: usize) -> String {
        (5_000_000_000_000_000_001 + n as u64).to_string()
    }

    fn speaker_id(call: usize, n: usize) -> String {
        (6_000_000_000_000_000_000 + call as u64 * 16 + n as u64 + 1).to_string()
    }

    pub(crate) fn user(&self, n: usize) -> Value {
        json!({"id": Self::user_id(n), "emailAddress": format!("host{n}@generated.example"), "firstName": "Host", "lastName": n.to_string(),
            "title": "Account executive", "spokenLanguages": [{"language": "en-US", "primary": true}]})
    }

    pub(crate) fn tracker(&self) -> Value {
        json!({"trackerId": TRACKER, "trackerName": "Competitors", "workspaceId": Self::WORKSPACE,
            "languageKeywords": [{"language": "eng", "keywords": ["RivalDB", "OtherCo"], "includeRelatedForms": true}],
            "affiliation": "Anyone", "partOfQuestion": false, "saidAt": "Anytime", "saidAtInterval": null, "saidAtUnit": null,
            "saidInTopics": [], "filterQuery": null, "created": "2023-01-09T09:00:00Z", "creatorUserId": null,
            "updated": "2023-01-09T09:00:00Z", "updaterUserId": null})
    }

    pub(crate) fn scene(&self, n: usize) -> Scene {
        let mut random = SmallRng::seed_from_u64(self.seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ n as u64);
        let span = i64::from(self.spec.days) * 86_400;
        let slot = (span / i64::try_from(self.spec.calls.max(1)).unwrap_or(1)).max(1);
        let back = span - slot * i64::try_from(n).unwrap_or(0);
        let from = self.spec.until.as_second() - back + random.random_range(0..slot.max(2) / 2);
        let scheduled = Timestamp::from_second(from).unwrap_or(self.spec.until);
        let started = scheduled + SignedDuration::from_secs(random.random_range(0..120));
        // Four seconds a sentence, and some silence.
        let seconds = i64::try_from(self.spec.sentences).unwrap_or(0) * 4 + random.random_range(60..600);
        let host = n % self.spec.hosts.max(1);
        Scene {
            id: (7_000_000_000_000_000_001 + n as u64).to_string(),
            host_id: Self::user_id(host),
            scheduled,
            ended: started + SignedDuration::from_secs(seconds),
            started,
            seconds,
            host,
            customer: n % self.spec.domains.len().max(1),
            random,
        }
    }

    fn domain(&self, scene: &Scene) -> &str {
        self.spec.domains.get(scene.customer).map_or("customer.example", String::as_str)
    }

    pub(crate) fn meta(&self, n: usize) -> Object {
        self.meta_of(&self.scene(n), n)
    }

    fn meta_of(&self, scene: &Scene, n: usize) -> Object {
        let company = self.domain(scene).split('.').next().unwrap_or_default();
        let meta = json!({
            "id": scene.id, "url": format!("https://{}/call?id={}", region(Self::REGION), scene.id),
                "title": format!("{company}: call {n}"),
            "scheduled": scene.scheduled.to_string(), "started": scene.started.to_string(), "duration": scene.seconds,
            "primaryUserId": scene.host_id, "direction": "Conference", "system": "Zoom", "scope": "External", "media": "Video",
            "language": "eng", "workspaceId": Self::WORKSPACE, "sdrDisposition": null, "clientUniqueId": null, "customData": null,
            "purpose": null, "meetingUrl": format!("https://zoom.us/j/{n:09}"), "isPrivate": false,
            "calendarEventId": format!("{n:09}@calendar.example"),
        });
        meta.as_object().cloned().unwrap_or_default()
    }

    pub(crate) fn data(&self, n: usize) -> Object {
        let mut scene = self.scene(n);
        let mut data = Object::new();
        data.insert("metaData".into(), Value::Object(self.meta_of(&scene, n)));
        data.insert("context".into(), self.context(&scene));
        data.insert("parties".into(), self.parties(&scene, n));
        data.insert("content".into(), self.content(&mut scene, n));
        data.insert("interaction".into(), self.interaction(&mut scene, n));
        data.insert("collaboration".into(), json!({"publicComments": []}));
        let url = |kind: &str| format!("https://media.gong.example/{}/{kind}?sig=generated", scene.id);
        data.insert("media".into(), json!({"audioUrl": url("audio"), "videoUrl": url("video")}));
        data
    }

    fn context(&self, scene: &Scene) -> Value {
        let domain = self.domain(scene);
        json!([{"system": "Salesforce", "objects": [
            {"objectType": "Account", "objectId": format!("001G{:08}", scene.customer), "timing": "Now",
                "fields": [{"name": "Name", "value": domain.split('.').next()}, {"name": "Website", "value": domain}]},
            {"objectType": "Opportunity", "objectId": format!("006G{:08}", scene.customer), "timing": "Now",
                "fields": [{"name": "StageName", "value": "Proposal"}, {"name": "Amount", "value": 50_000}]},
        ]}])
    }

    fn parties(&self, scene: &Scene, n: usize) -> Value {
        let domain = self.domain(scene);
        let host = json!({"id": Self::speaker_id(n, 8), "emailAddress": format!("host{}@generated.example", scene.host),
            "name": format!("Host {}", scene.host), "title": "Account executive", "userId": scene.host_id,
            "speakerId": Self::speaker_id(n, 0), "context": [], "affiliation": "Internal", "phoneNumber": null,
            "methods": ["Invitee", "Attendee"]});
        let guest = |g: usize, speaks: bool| {
            json!({"id": Self::speaker_id(n, 8 + g), "emailAddress": format!("guest{g}@{domain}"), "name": format!("Guest {g}"),
                "title": null, "userId": null, "speakerId": speaks.then(|| Self::speaker_id(n, g)), "context": [],
                "affiliation": "External", "phoneNumber": null, "methods": ["Attendee"]})
        };
        let guests = self.guests();
        Value::Array(std::iter::once(host).chain((1..=guests).map(|g| guest(g, true))).chain([guest(guests + 1, false)]).collect())
    }

    /// Ids have room for six who speak.
    fn guests(&self) -> usize {
        self.spec.guests.min(6)
    }

    fn content(&self, scene: &mut Scene, n: usize) -> Value {
        let random = &mut scene.random;
        let mut part = || random.random_range(20..300_i64);
        let topics: Vec<Value> = TOPICS.iter().map(|t| json!({"name": t, "duration": part()})).collect();
        let (a, b) = (part(), part());
        let said: Vec<String> = (0..4).map(|_| self.said(random)).collect();
        let at = json!({"startTime": a, "speakerId": Self::speaker_id(n, 1)});
        let mentioned = u32::from(n.is_multiple_of(3));
        let times = if mentioned == 0 { json!([]) } else { json!([at]) };
        json!({
            "structure": [{"name": "Meeting Setup", "duration": a}, {"name": "Discussion", "duration": b}],
            "topics": topics,
            "trackers": [{"id": TRACKER, "name": "Competitors", "count": mentioned, "type": "KEYWORD", "occurrences": times,
                "phrases": if mentioned == 0 { json!([]) } else { json!([{"phrase": "RivalDB", "count": 1, "occurrences": times}]) }}],
            "brief": said.first(),
            "outline": [{"section": "Discussion", "startTime": a, "duration": b, "items": [{"text": said.get(1), "startTime": a}]}],
            "highlights": [{"title": "Next steps", "items": [{"text": said.get(2), "startTimes": [a]}]}],
            "callOutcome": null,
            "keyPoints": [{"text": said.get(3)}],
        })
    }

    fn interaction(&self, scene: &mut Scene, n: usize) -> Value {
        let ratio = f64::from(scene.random.random_range(20..80_u32)) / 100.0;
        #[expect(clippy::cast_precision_loss, reason = "seconds of a call are few")]
        let talk = (scene.seconds as f64 * ratio).round();
        let speakers: Vec<Value> = std::iter::once(json!({"id": Self::speaker_id(n, 8), "userId": scene.host_id, "talkTime": talk}))
            .chain((1..=self.guests()).map(|g| json!({"id": Self::speaker_id(n, 8 + g), "userId": null, "talkTime": 60.0})))
            .collect();
        let stat = |name: &str, value: f64| json!({"name": name, "value": value});
        json!({
            "speakers": speakers,
            "interactionStats": [stat("Talk Ratio", ratio), stat("Longest Monologue", 95.0), stat("Longest Customer Story", 60.0),
                stat("Interactivity", 5.5), stat("Patience", 0.8)],
            "video": [{"name": "Presentation", "duration": 300.0}],
            "questions": {"companyCount": 7, "nonCompanyCount": 5},
        })
    }

    /// The monologues, written straight as JSON: invented words need no escapes.
    pub(crate) fn transcript(&self, n: usize) -> String {
        let mut random = SmallRng::seed_from_u64(self.seed.wrapping_mul(0xd129_0d3f_63c6_8c9b) ^ n as u64);
        let mut out = String::with_capacity(self.spec.sentences * 110 + 2);
        out.push('[');
        let mut left = self.spec.sentences;
        let mut at: u64 = 1_000;
        let mut speaker = 0;
        while left > 0 {
            let here = random.random_range(1..=6_usize).min(left);
            let topic = TOPICS.get(random.random_range(0..TOPICS.len())).copied().unwrap_or_default();
            let comma = if left == self.spec.sentences { "" } else { "," };
            // Writing to a string can't fail.
            let _ = write!(out, "{comma}{{\"speakerId\":\"{}\",\"topic\":\"{topic}\",\"sentences\":[", Self::speaker_id(n, speaker));
            for i in 0..here {
                let (a, b) = self.sentence(&mut random);
                let end = at + random.random_range(1_500..3_500);
                let comma = if i == 0 { "" } else { "," };
                let _ = write!(out, "{comma}{{\"start\":{at},\"end\":{end},\"text\":\"{a} {b}.\"}}");
                at = end + random.random_range(50..400);
            }
            out.push_str("]}");
            left -= here;
            speaker = (speaker + random.random_range(1..=self.guests().max(1))) % (self.guests() + 1);
        }
        out.push(']');
        out
    }
}
