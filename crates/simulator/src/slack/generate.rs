use bytes::Bytes;
use jiff::Timestamp;
use rand::{Rng, SeedableRng, rngs::SmallRng};
use serde_json::json;

use super::{Token, TokenKind, Ts, World, channel::Entry};
use crate::words::Vocabulary;

/// How much to generate. Texts are words of an invented vocabulary with Zipf frequencies; a message is about 685 bytes on the wire.
#[derive(Debug, Clone, PartialEq)]
pub struct GenerateSpec {
    /// Channels, all joined by the bot.
    pub channels: usize,
    /// First-level messages in all channels together, thread parents among them.
    pub first_level: usize,
    /// How many of those have replies.
    pub threads: usize,
    /// Replies in each thread.
    pub replies: usize,
    /// People.
    pub users: usize,
    /// Words of the vocabulary.
    pub words: usize,
    /// The time the messages spread over, in days before `until`.
    pub days: u32,
    /// When the newest message was written, nearly.
    pub until: Timestamp,
}

impl GenerateSpec {
    /// The bench's data: 200 channels over two years, 140,000 first-level messages and 6,000 threads of 10 replies: 200,000 messages.
    pub fn bench(until: Timestamp) -> Self {
        GenerateSpec { channels: 200, first_level: 140_000, threads: 6_000, replies: 10, users: 150, words: 30_000, days: 730, until }
    }

    /// The crash tests' data: 5,000 messages in 10 channels.
    pub fn crash(until: Timestamp) -> Self {
        GenerateSpec { channels: 10, first_level: 4_000, threads: 100, replies: 10, users: 20, words: 3_000, days: 90, until }
    }
}

/// One message in wire form. Names, ids and invented words need no JSON escapes.
fn message(ts: Ts, user: &str, text: &str, thread: &str, random: &mut SmallRng) -> Bytes {
    let id = random.random::<u128>();
    Bytes::from(format!(
        "{{\"type\":\"message\",\"user\":\"{user}\",\"text\":\"{text}\",\"ts\":\"{ts}\",\"team\":\"T0GENERATE\",\
         \"client_msg_id\":\"{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}\",\"blocks\":[{{\"type\":\"rich_text\",\"block_id\":\"{:05x}\",\"elements\":\
         [{{\"type\":\"rich_text_section\",\"elements\":[{{\"type\":\"text\",\"text\":\"{text}\"}}]}}]}}]{thread}}}",
        id >> 96,
        (id >> 80) & 0xffff,
        (id >> 68) & 0xfff,
        (id >> 56) & 0xfff,
        id & 0xffff_ffff_ffff,
        (id >> 100) & 0xfffff,
    ))
}

impl World {
    /// A workspace of generated talk: the same seed and spec give the same bytes. Its bot token is `xoxb-generated`, its user token
    /// `xoxp-generated`.
    pub fn generate(spec: &GenerateSpec, seed: u64) -> World {
        let mut random = SmallRng::seed_from_u64(seed);
        let vocabulary = Vocabulary::new(spec.words.max(1), &mut random);
        let mut world = World { client_id: "333.444".into(), client_secret: "generated-secret".into(), ..World::default() };
        let team = json!({"id": "T0GENERATE", "name": "Generated", "domain": "generated", "email_domain": "generated.example"});
        world.set_team(team.as_object().cloned().unwrap_or_default());
        let users = people(&mut world, spec.users.max(1));
        for number in 0..spec.channels {
            let share = |total: usize| total / spec.channels + usize::from(number < total % spec.channels);
            let members: Vec<&String> = users.iter().skip(number % 7).step_by(3).collect();
            let id = format!("C0GEN{number:05}");
            let mut all: Vec<&str> = members.iter().map(|m| m.as_str()).collect();
            all.extend(["U0GENBOT01", "U0GENOWNER"]);
            let made = world.add_channel(json!({
                "id": id, "name": format!("generated-{number:03}"), "creator": "U0GENOWNER", "members": all,
                "created": spec.until.as_second() - i64::from(spec.days) * 86_400 - 86_400,
            }));
            debug_assert!(made.is_ok(), "{made:?}");
            if let Some(channel) = world.channels.get_mut(&id) {
                // The bot that reads says nothing: its own posts are no news to it.
                all.retain(|member| *member != "U0GENBOT01");
                fill(channel, spec, share(spec.first_level), share(spec.threads), &all, &vocabulary, &mut random);
            }
        }
        world
    }
}

fn people(world: &mut World, count: usize) -> Vec<String> {
    let ids: Vec<String> = (0..count).map(|n| format!("U0GEN{n:05}")).collect();
    let mut add = |user| {
        let added = world.add_user(user);
        debug_assert!(added.is_ok(), "{added:?}");
    };
    for (n, id) in ids.iter().enumerate() {
        let name = format!("person{n}");
        let email = format!("{name}@generated.example");
        add(json!({"id": id, "name": name, "profile": {"real_name": format!("Person {n}"), "display_name": name, "email": email}}));
    }
    add(json!({"id": "U0GENOWNER", "name": "owner", "profile": {"real_name": "The Owner", "email": "owner@generated.example"}}));
    add(json!({"id": "U0GENBOT01", "name": "reader", "is_bot": true,
        "profile": {"real_name": "Reader", "bot_id": "B0GENBOT01", "api_app_id": "A0GENAPP01"}}));
    let scopes = ["channels:read", "groups:read", "channels:history", "groups:history", "users:read", "users:read.email", "team:read"];
    let mut bot = Token::new(TokenKind::Bot, "xoxb-generated", "U0GENBOT01", &scopes);
    (bot.bot_id, bot.app_id) = (Some("B0GENBOT01".into()), Some("A0GENAPP01".into()));
    let mut user = Token::new(TokenKind::User, "xoxp-generated", "U0GENOWNER", &scopes);
    user.scopes.insert("search:read".into());
    user.app_id = Some("A0GENAPP01".into());
    world.add_token(bot);
    world.add_token(user);
    ids
}

/// First-level messages of a day on which a channel talks: with the replies about 25, as measured for the speed targets (8,098
/// channel-days of 15 to 35 messages).
const A_DAY: usize = 17;

/// On how many days a channel talks, and how many days lie from one to the next.
fn talk_days(messages: usize, days: u32) -> (usize, u64) {
    let talks = messages.div_ceil(A_DAY).max(1);
    (talks, (u64::from(days) / talks as u64).max(1))
}

/// Writes a channel's messages straight in wire form: a quarter of a million JSON trees would take seconds.
fn fill(
    channel: &mut super::Channel,
    spec: &GenerateSpec,
    messages: usize,
    threads: usize,
    members: &[&str],
    vocabulary: &Vocabulary,
    random: &mut SmallRng,
) {
    const DAY: u64 = 86_400 * 1_000_000;
    let until = Ts::of(spec.until).0;
    let (talks, stride) = talk_days(messages, spec.days);
    // Ten hours of a working day that begins at eight.
    let step = DAY * 10 / 24 / A_DAY as u64;
    let every = messages.checked_div(threads).map_or(usize::MAX, |n| n.max(1));
    let author = |random: &mut SmallRng| members.get(random.random_range(0..members.len().max(1))).copied().unwrap_or("U0GENOWNER");
    let mut parents = 0;
    for i in 0..messages {
        let back = (talks - i / A_DAY) as u64 * stride * DAY;
        let opening = (until - until % DAY).saturating_sub(back) + DAY / 3;
        let ts = Ts(opening + step * (i % A_DAY) as u64 + random.random_range(0..step.max(2) / 2));
        let user = author(random);
        let text = vocabulary.text(random);
        let mut extra = String::new();
        if i % every == every - 1 && parents < threads {
            parents += 1;
            // Replies come within minutes, and never after the end.
            let gap = (60_000_000).min(until.saturating_sub(ts.0) / (spec.replies as u64 + 1)).max(1);
            let mut names: Vec<&str> = Vec::new();
            let tag = format!(",\"thread_ts\":\"{ts}\",\"parent_user_id\":\"{user}\"");
            let replies: Vec<Entry> = (1..=spec.replies as u64)
                .map(|n| {
                    let (at, by) = (Ts(ts.0 + gap * n), author(random));
                    if !names.contains(&by) {
                        names.push(by);
                    }
                    let bytes = message(at, by, &vocabulary.text(random), &tag, random);
                    Entry { ts: at, user: by.into(), bytes, metadata: false, thread: Some(ts) }
                })
                .collect();
            if let Some(last) = replies.last() {
                let count = names.len();
                names.truncate(5);
                extra = format!(
                    ",\"thread_ts\":\"{ts}\",\"reply_count\":{},\"reply_users\":{},\"reply_users_count\":{count},\"latest_reply\":\"{}\",\
                     \"subscribed\":false,\"is_locked\":false",
                    replies.len(),
                    json!(names),
                    last.ts
                );
                channel.threads.insert(ts, replies);
            }
        }
        let bytes = message(ts, user, &text, &extra, random);
        channel.history.push(Entry { ts, user: user.into(), bytes, metadata: false, thread: None });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn generated_worlds_are_sound_and_repeatable() {
        let until: Timestamp = "2026-11-20T00:00:00Z".parse().unwrap();
        let spec = GenerateSpec::crash(until);
        let world = World::generate(&spec, 3);
        assert_eq!(world.count(), (4_000, 1_000));
        let mut bytes = 0;
        for channel in world.channels.values() {
            assert!(channel.history.is_sorted_by(|a, b| a.ts < b.ts));
            for (thread, replies) in &channel.threads {
                assert!(replies.is_sorted_by(|a, b| a.ts < b.ts) && replies.first().unwrap().ts > *thread);
                let parent = channel.first_level(*thread).unwrap().object();
                // What the generator writes by hand is what the world would have computed.
                let mut same = channel.clone();
                same.refresh(*thread);
                assert_eq!(same.first_level(*thread).unwrap().object(), parent);
            }
            for (_, e) in channel.all() {
                bytes += e.bytes.len();
                assert_eq!(e.object().get("ts").unwrap(), &json!(e.ts.to_string()));
                assert!(e.ts <= Ts::of(until));
            }
        }
        let mean = bytes / 5_000;
        assert!((600..770).contains(&mean), "{mean} bytes a message");
        let again = World::generate(&spec, 3);
        assert_eq!(again.messages("generated-004"), world.messages("generated-004"));
        assert_ne!(World::generate(&spec, 4).messages("generated-004"), world.messages("generated-004"));
    }
}
