//! What Slack's objects mean: wire to records, people and places. Pure; the route an item came by is not looked at.

use sales_model::{FileRef, Person, Place, RawItem, RawKind, Reaction, Record, RecordState, Text, WorkItem};
use serde::Deserialize;

use super::{
    mrkdwn, rich_text, ts, url,
    wire::{Bot, Conversation, File, Match, Message, Refused, Str, User},
};
use crate::{ItemFailure, Mapped};

/// A message of `conversations.history` or `conversations.replies`.
pub(crate) const MESSAGE: RawKind = "message";
/// A result of `search.messages`.
pub(crate) const MATCH: RawKind = "match";
/// A message of an exported day file: its thread stands in the same export, so nothing has to be fetched for it.
pub(crate) const EXPORT_MESSAGE: RawKind = "export_message";
/// A conversation of `users.conversations`: the token's user is in it.
pub(crate) const CONVERSATION: RawKind = "conversation";
/// A conversation of an export's lists.
pub(crate) const EXPORT_CONVERSATION: RawKind = "export_conversation";
/// A user of `users.list`, `users.info` or an export.
pub(crate) const USER: RawKind = "user";
/// A bot of `bots.info`.
pub(crate) const BOT: RawKind = "bot";
/// Our own note `{"id","error"}` that Slack refused to show somebody.
pub(crate) const REFUSED: RawKind = "refused";

/// Name of the work-list stream of threads.
pub(crate) const THREADS: &str = "threads";
/// Name of the work-list stream of people who turned up in records.
pub(crate) const PEOPLE: &str = "people";

/// What a raw item means.
pub(crate) fn process(raw: &RawItem) -> Result<Mapped, ItemFailure> {
    match raw.kind {
        MESSAGE | EXPORT_MESSAGE => message(raw),
        MATCH => search_match(raw),
        CONVERSATION | EXPORT_CONVERSATION => conversation(raw),
        USER => person(raw, user),
        BOT => person(raw, bot),
        REFUSED => person(raw, refused),
        other => Err(ItemFailure::new(other, "Slack has no items of this kind")),
    }
}

/// Reads an item's JSON; a failure names the path in it, never its content.
fn parse<'a, T: Deserialize<'a>>(raw: &'a RawItem, what: &str) -> Result<T, ItemFailure> {
    let mut reader = serde_json::Deserializer::from_slice(&raw.body);
    match T::deserialize(&mut reader) {
        Ok(value) => Ok(value),
        Err(_) => {
            // Once more, with the path: only on the rare failure, because tracking it costs.
            let mut again = serde_json::Deserializer::from_slice(&raw.body);
            let reason = match serde_path_to_error::deserialize::<_, T>(&mut again) {
                Err(e) => format!("it has an unexpected shape at `{}` ({:?} error)", e.path(), e.inner().classify()),
                Ok(_) => "it has an unexpected shape".into(),
            };
            Err(failure(raw, what, reason))
        }
    }
}

/// An item that cannot be read, named as well as its bytes allow.
fn failure(raw: &RawItem, what: &str, reason: impl Into<String>) -> ItemFailure {
    #[derive(Deserialize, Default)]
    #[serde(default)]
    struct Id<'a> {
        #[serde(borrow)]
        id: Option<Str<'a>>,
        #[serde(borrow)]
        ts: Option<Str<'a>>,
    }
    let id: Id<'_> = serde_json::from_slice(&raw.body).unwrap_or_default();
    let native = id.ts.as_deref().filter(|t| ts::instant(t).is_some()).map(str::to_owned);
    let name: String = full(&id.ts).or(full(&id.id)).unwrap_or("without id").chars().take(40).collect();
    let item = match (&raw.place, &native) {
        // As its record is called, so that the ledger strikes the failure out once there is such a record.
        (Some(place), Some(native)) => format!("{place}:{native}"),
        (Some(place), None) => format!("{what} {place}:{name}"),
        (None, _) => format!("{what} slack:{name}"),
    };
    ItemFailure { item, reason: reason.into(), native }
}

fn key(id: &str) -> String {
    format!("slack:{id}")
}

fn full<'a>(s: &'a Option<Str<'_>>) -> Option<&'a str> {
    s.as_deref().filter(|s| !s.is_empty())
}

/// Subtypes that say something about the channel instead of saying something in it.
fn is_activity(subtype: &str, text: &str) -> bool {
    match subtype {
        "" | "bot_message" | "me_message" | "file_share" | "thread_broadcast" | "reply_broadcast" | "file_comment" | "file_mention" => {
            false
        }
        "channel_join"
        | "channel_leave"
        | "channel_topic"
        | "channel_purpose"
        | "channel_name"
        | "channel_archive"
        | "channel_unarchive"
        | "channel_posting_permissions"
        | "channel_convert_to_private"
        | "channel_convert_to_public"
        | "ekm_access_denied"
        | "bot_add"
        | "bot_remove"
        | "bot_enable"
        | "bot_disable"
        | "pinned_item"
        | "unpinned_item"
        | "reminder_add"
        | "sh_room_created"
        | "sh_room_shared"
        | "huddle_thread"
        | "joiner_notification"
        | "joiner_notification_for_inviter"
        | "assistant_app_thread"
        | "document_mention"
        | "app_conversation_join" => true,
        s if s.starts_with("group_") || s.starts_with("mpim_") => true,
        // Slack adds subtypes without notice: what has words is kept as said by somebody.
        _ => text.trim().is_empty(),
    }
}

fn message(raw: &RawItem) -> Result<Mapped, ItemFailure> {
    let m: Message<'_> = parse(raw, "message")?;
    let fail = |reason: &str| failure(raw, "message", reason);
    let place = raw.place.clone().ok_or_else(|| fail("its channel is not known"))?;
    let native = full(&m.ts).ok_or_else(|| fail("it has no `ts`"))?;
    let at = ts::instant(native).ok_or_else(|| fail("its `ts` is not a Slack message id"))?;
    let thread = full(&m.thread_ts).filter(|t| ts::instant(t).is_some()).unwrap_or(native);
    let subtype = m.subtype.as_deref().unwrap_or_default();
    let tombstone = subtype == "tombstone";
    if m.is_ephemeral == Some(true) || (m.hidden == Some(true) && !tombstone) || matches!(subtype, "message_changed" | "message_deleted") {
        return Ok(Mapped::default());
    }
    let mut out = Mapped::default();
    let replies = m.reply_count.unwrap_or(0);
    if replies > 0 && thread == native && raw.kind == MESSAGE {
        let channel = place.strip_prefix("slack:").unwrap_or(&place);
        out.work.push(WorkItem::now(THREADS, channel, native, marker(full(&m.latest_reply), replies)));
    }
    let mut record = Record {
        place,
        native: native.to_owned(),
        thread: thread.to_owned(),
        at,
        state: RecordState::Live,
        partial: raw.partial,
        author: None,
        author_name: None,
        bot: false,
        text: Text::default(),
        activity: false,
        edited: None,
        reactions: Vec::new(),
        files: Vec::new(),
        team: None,
        detail: None,
    };
    if tombstone {
        // A tombstone is left only for the sake of replies; its author and text are Slack's own words, not the author's.
        record.state = if replies > 0 { RecordState::Stub } else { RecordState::Deleted };
        out.records.push(record);
        return Ok(out);
    }
    let bot_id = full(&m.bot_id);
    record.bot = bot_id.is_some() || subtype == "bot_message" || full(&m.user) == Some("USLACKBOT");
    record.author = full(&m.user).or(bot_id).map(key);
    let profile = m.user_profile.as_ref();
    record.author_name = match record.bot {
        true => full(&m.username).or_else(|| m.bot_profile.as_ref().and_then(|p| full(&p.name))),
        false => profile.and_then(|p| full(&p.display_name).or(full(&p.real_name)).or(full(&p.name))),
    }
    .map(|n| mrkdwn::decode(n).plain);
    record.text = text(m.text.as_deref().unwrap_or_default(), m.blocks, m.attachments, record.bot);
    record.activity = is_activity(subtype, &record.text.plain);
    record.edited = m.edited.as_ref().and_then(|e| ts::instant(full(&e.ts)?));
    record.reactions = m
        .reactions
        .iter()
        .flatten()
        .filter_map(|r| Some(Reaction { name: full(&r.name)?.to_owned(), count: r.count.unwrap_or(1) }))
        .collect();
    record.files = files(m.files.as_deref());
    record.team = full(&m.user_team).or(full(&m.team)).map(str::to_owned);
    out.records.push(record);
    Ok(out)
}

/// The state of a thread as its first message tells it: equal markers mean that no reply came or went.
pub(crate) fn marker(latest_reply: Option<&str>, reply_count: u64) -> String {
    format!("{}|{reply_count}", latest_reply.unwrap_or_default())
}

/// How many replies a marker speaks of; 0 if it does not say.
pub(crate) fn replies_of(marker: &str) -> u64 {
    marker.rsplit_once('|').and_then(|(_, n)| n.parse().ok()).unwrap_or(0)
}

/// The text of a message. People's `text` flattens their blocks faithfully; programs often put only a summary there for notifications,
/// so theirs is joined by what blocks and attachments add.
fn text(text: &str, blocks: Option<&serde_json::value::RawValue>, attachments: Option<&serde_json::value::RawValue>, bot: bool) -> Text {
    let own = mrkdwn::decode(text);
    let empty = own.plain.trim().is_empty();
    if !empty && !bot {
        return own;
    }
    let mut out = own;
    if let Some(raw) = blocks {
        out = richer(out, rich_text::blocks(raw));
    }
    if let Some(raw) = attachments {
        let more = rich_text::attachments(raw, !out.plain.trim().is_empty());
        out = richer(out, more);
    }
    out
}

/// Of two texts the one that holds the other; both if neither does.
fn richer(a: Text, b: Text) -> Text {
    let squeezed = |t: &Text| t.plain.split_whitespace().collect::<Vec<_>>().join(" ");
    let (x, y) = (squeezed(&a), squeezed(&b));
    if y.contains(&x) {
        return if y.is_empty() { a } else { b };
    }
    if x.contains(&y) {
        return a;
    }
    let mut out = a;
    out.plain.push('\n');
    let shift = u32::try_from(out.plain.len()).unwrap_or(u32::MAX);
    out.plain.push_str(&b.plain);
    out.refs.extend(b.refs.into_iter().filter_map(|mut r| {
        r.start = r.start.checked_add(shift)?;
        r.end = r.end.checked_add(shift)?;
        Some(r)
    }));
    out
}

/// Files by description; deleted ones and those a free plan hides are left out.
fn files(files: Option<&[File<'_>]>) -> Vec<FileRef> {
    let shown = |f: &&File<'_>| !matches!(f.mode.as_deref(), Some("tombstone" | "hidden_by_limit"));
    let of = |f: &File<'_>| FileRef {
        name: full(&f.name).or(full(&f.title)).unwrap_or("file").to_owned(),
        kind: f.filetype.as_deref().unwrap_or_default().to_owned(),
        url: f.permalink.as_deref().unwrap_or_default().to_owned(),
    };
    files.unwrap_or_default().iter().filter(shown).map(of).collect()
}

/// A search result. Only replies are taken: what stands at the first level comes whole through history.
fn search_match(raw: &RawItem) -> Result<Mapped, ItemFailure> {
    let m: Match<'_> = parse(raw, "search result")?;
    let fail = |reason: &str| failure(raw, "search result", reason);
    let channel = full(&m.channel.id).filter(|c| mrkdwn::is_id(c)).ok_or_else(|| fail("it names no channel"))?;
    let native = full(&m.ts).ok_or_else(|| fail("it has no `ts`"))?;
    let at = ts::instant(native).ok_or_else(|| fail("its `ts` is not a Slack message id"))?;
    let Some(thread) = full(&m.permalink).and_then(url::thread_of).filter(|t| t != native) else { return Ok(Mapped::default()) };
    let bot = full(&m.user).is_none();
    let record = Record {
        place: key(channel).into(),
        native: native.to_owned(),
        thread,
        at,
        state: RecordState::Live,
        partial: true,
        author: full(&m.user).map(key),
        author_name: if bot { full(&m.username).map(|n| mrkdwn::decode(n).plain) } else { None },
        bot,
        text: text(m.text.as_deref().unwrap_or_default(), m.blocks, m.attachments, bot),
        activity: false,
        edited: None,
        reactions: Vec::new(),
        files: files(m.files.as_deref()),
        team: full(&m.team).map(str::to_owned),
        detail: None,
    };
    Ok(Mapped { records: vec![record], ..Mapped::default() })
}

fn person(raw: &RawItem, map: impl Fn(&RawItem) -> Result<Person, ItemFailure>) -> Result<Mapped, ItemFailure> {
    Ok(Mapped { people: vec![map(raw)?], ..Mapped::default() })
}

fn user(raw: &RawItem) -> Result<Person, ItemFailure> {
    let u: User<'_> = parse(raw, "user")?;
    let id = full(&u.id).ok_or_else(|| failure(raw, "user", "it has no id"))?;
    let p = u.profile.as_ref();
    let name = p.and_then(|p| full(&p.display_name).or(full(&p.real_name))).or(full(&u.real_name)).or(full(&u.name)).unwrap_or(id);
    Ok(Person {
        key: key(id),
        name: mrkdwn::decode(name).plain,
        email: p.and_then(|p| full(&p.email)).map(str::to_lowercase),
        title: p.and_then(|p| full(&p.title)).map(|t| mrkdwn::decode(t).plain),
        team: full(&u.team_id).map(str::to_owned),
        enterprise: u.enterprise_user.as_ref().and_then(|e| full(&e.enterprise_id)).map(str::to_owned),
        // Slack does not count its own helper among the bots.
        bot: [u.is_bot, u.is_workflow_bot, u.is_connector_bot].contains(&Some(true)) || id == "USLACKBOT",
        guest: u.is_restricted == Some(true) || u.is_ultra_restricted == Some(true),
        deleted: u.deleted == Some(true),
        unknown: false,
    })
}

fn bot(raw: &RawItem) -> Result<Person, ItemFailure> {
    let b: Bot<'_> = parse(raw, "bot")?;
    let id = full(&b.id).ok_or_else(|| failure(raw, "bot", "it has no id"))?;
    let name = full(&b.name).unwrap_or(id);
    Ok(Person { key: key(id), name: mrkdwn::decode(name).plain, bot: true, deleted: b.deleted == Some(true), ..Person::default() })
}

fn refused(raw: &RawItem) -> Result<Person, ItemFailure> {
    let r: Refused = parse(raw, "user")?;
    Ok(Person { bot: r.id.starts_with('B'), key: key(&r.id), name: r.id, unknown: true, ..Person::default() })
}

fn conversation(raw: &RawItem) -> Result<Mapped, ItemFailure> {
    let c: Conversation<'_> = parse(raw, "channel")?;
    let fail = |reason: &str| failure(raw, "channel", reason);
    let id = full(&c.id).filter(|id| mrkdwn::is_id(id)).ok_or_else(|| fail("its id is not one of Slack's"))?;
    let direct = c.is_im == Some(true) || c.is_mpim == Some(true) || (full(&c.name).is_none() && id.starts_with('D'));
    let members = || c.members.iter().flatten().map(|m| m.to_string()).collect::<Vec<_>>().join(", ");
    let name = full(&c.name).or(full(&c.user)).map(str::to_owned).or_else(|| Some(members()).filter(|m| !m.is_empty()));
    let own = |t: &str| c.context_team_id.as_deref() == Some(t) || c.internal_team_ids.iter().flatten().any(|i| &**i == t);
    let shared = c.is_ext_shared == Some(true);
    let place = Place {
        key: key(id),
        name: name.unwrap_or_else(|| id.to_owned()),
        previous_names: c.previous_names.iter().flatten().filter(|n| !n.is_empty()).map(|n| n.to_string()).collect(),
        topic: c.topic.as_ref().and_then(|t| full(&t.value)).map(|t| mrkdwn::decode(t).plain).unwrap_or_default(),
        private: c.is_private == Some(true) || c.is_group == Some(true) || direct,
        direct,
        archived: c.is_archived == Some(true),
        shared,
        external_teams: match shared {
            true => c.shared_team_ids.iter().flatten().filter(|t| !t.is_empty() && !own(t)).map(|t| t.to_string()).collect(),
            false => Vec::new(),
        },
        member: raw.kind == CONVERSATION,
        url: String::new(),
        created: c.created.unwrap_or(0),
    };
    Ok(Mapped { places: vec![place], ..Mapped::default() })
}

#[cfg(test)]
#[path = "map_tests.rs"]
mod tests;
