//! Slack's objects as they come over the wire: only the fields that are read, borrowed from the page they stand in.
//!
//! Everything is optional except what identifies an object, because Slack leaves out freely; unknown fields are ignored. No meaning
//! lives here: that is `map.rs`.

use std::{borrow::Cow, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{Error, IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use serde_json::value::RawValue;

use super::lenient;

/// A string borrowed where it has no escapes. Numbers and truth values become text: apps put them where strings belong. Anything else is
/// as good as no text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Str<'a>(pub(crate) Cow<'a, str>);

impl std::ops::Deref for Str<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Str<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct V;
        impl<'de> Visitor<'de> for V {
            type Value = Str<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }
            fn visit_borrowed_str<E: Error>(self, v: &'de str) -> Result<Self::Value, E> {
                Ok(Str(Cow::Borrowed(v)))
            }
            fn visit_str<E: Error>(self, v: &str) -> Result<Self::Value, E> {
                Ok(Str(Cow::Owned(v.to_owned())))
            }
            fn visit_string<E: Error>(self, v: String) -> Result<Self::Value, E> {
                Ok(Str(Cow::Owned(v)))
            }
            fn visit_bool<E: Error>(self, v: bool) -> Result<Self::Value, E> {
                Ok(Str(Cow::Borrowed(if v { "true" } else { "false" })))
            }
            fn visit_i64<E: Error>(self, v: i64) -> Result<Self::Value, E> {
                Ok(Str(Cow::Owned(v.to_string())))
            }
            fn visit_u64<E: Error>(self, v: u64) -> Result<Self::Value, E> {
                Ok(Str(Cow::Owned(v.to_string())))
            }
            fn visit_f64<E: Error>(self, v: f64) -> Result<Self::Value, E> {
                Ok(Str(Cow::Owned(v.to_string())))
            }
            fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
                Ok(Str::default())
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(Str::default())
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
                while seq.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Str::default())
            }
        }
        deserializer.deserialize_any(V)
    }
}

/// What every answer begins with.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Envelope<'a> {
    pub(crate) ok: bool,
    #[serde(borrow)]
    pub(crate) error: Option<Str<'a>>,
    #[serde(borrow)]
    pub(crate) needed: Option<Str<'a>>,
}

/// Where the next page begins.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ResponseMetadata {
    pub(crate) next_cursor: Option<String>,
}

/// A page of any listing: whole items as slices of the page.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Page<'a> {
    #[serde(borrow)]
    pub(crate) messages: Option<Vec<&'a RawValue>>,
    #[serde(borrow)]
    pub(crate) channels: Option<Vec<&'a RawValue>>,
    #[serde(borrow)]
    pub(crate) members: Option<Vec<&'a RawValue>>,
    #[serde(deserialize_with = "lenient::flag")]
    pub(crate) has_more: Option<bool>,
    pub(crate) response_metadata: Option<ResponseMetadata>,
}

/// `search.messages`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct SearchPage<'a> {
    #[serde(borrow)]
    pub(crate) messages: SearchMessages<'a>,
}

/// The part of a search answer that holds its results.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct SearchMessages<'a> {
    #[serde(borrow)]
    pub(crate) matches: Vec<&'a RawValue>,
    #[serde(deserialize_with = "lenient::owned")]
    pub(crate) paging: Option<Paging>,
    #[serde(deserialize_with = "lenient::owned")]
    pub(crate) pagination: Option<Pagination>,
}

/// Which page of how many.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Paging {
    #[serde(deserialize_with = "lenient::int")]
    pub(crate) pages: Option<u64>,
}

/// The same once more; answers may lack either.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Pagination {
    #[serde(deserialize_with = "lenient::int")]
    pub(crate) page_count: Option<u64>,
}

/// `users.info`.
#[derive(Debug, Deserialize)]
pub(crate) struct UserPage<'a> {
    #[serde(borrow)]
    pub(crate) user: &'a RawValue,
}

/// `bots.info`.
#[derive(Debug, Deserialize)]
pub(crate) struct BotPage<'a> {
    #[serde(borrow)]
    pub(crate) bot: &'a RawValue,
}

/// `auth.test`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct AuthTest {
    #[serde(deserialize_with = "lenient::text")]
    pub(crate) url: String,
    #[serde(deserialize_with = "lenient::text")]
    pub(crate) team: String,
    #[serde(deserialize_with = "lenient::text")]
    pub(crate) team_id: String,
    #[serde(deserialize_with = "lenient::text")]
    pub(crate) user: String,
    #[serde(deserialize_with = "lenient::text")]
    pub(crate) user_id: String,
    pub(crate) bot_id: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    pub(crate) enterprise_id: String,
}

/// What paging needs of a message.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Peek<'a> {
    #[serde(borrow)]
    pub(crate) ts: Option<Str<'a>>,
    #[serde(borrow)]
    pub(crate) thread_ts: Option<Str<'a>>,
    #[serde(borrow)]
    pub(crate) latest_reply: Option<Str<'a>>,
    #[serde(deserialize_with = "lenient::int")]
    pub(crate) reply_count: Option<u64>,
}

/// A message of history, replies or an export.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Message<'a> {
    #[serde(borrow)]
    pub(crate) ts: Option<Str<'a>>,
    #[serde(borrow)]
    pub(crate) subtype: Option<Str<'a>>,
    #[serde(borrow)]
    pub(crate) user: Option<Str<'a>>,
    #[serde(borrow)]
    pub(crate) bot_id: Option<Str<'a>>,
    #[serde(borrow)]
    pub(crate) username: Option<Str<'a>>,
    #[serde(borrow, deserialize_with = "lenient::object")]
    pub(crate) bot_profile: Option<BotProfile<'a>>,
    #[serde(borrow, deserialize_with = "lenient::object")]
    pub(crate) user_profile: Option<ExportProfile<'a>>,
    #[serde(borrow)]
    pub(crate) team: Option<Str<'a>>,
    #[serde(borrow)]
    pub(crate) user_team: Option<Str<'a>>,
    #[serde(borrow, deserialize_with = "lenient::words")]
    pub(crate) text: Option<Str<'a>>,
    #[serde(borrow)]
    pub(crate) thread_ts: Option<Str<'a>>,
    #[serde(borrow)]
    pub(crate) latest_reply: Option<Str<'a>>,
    #[serde(deserialize_with = "lenient::int")]
    pub(crate) reply_count: Option<u64>,
    #[serde(borrow, deserialize_with = "lenient::object")]
    pub(crate) edited: Option<Edited<'a>>,
    #[serde(borrow, deserialize_with = "lenient::list")]
    pub(crate) reactions: Option<Vec<Reaction<'a>>>,
    #[serde(borrow, deserialize_with = "lenient::list")]
    pub(crate) files: Option<Vec<File<'a>>>,
    #[serde(borrow)]
    pub(crate) blocks: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(crate) attachments: Option<&'a RawValue>,
    #[serde(deserialize_with = "lenient::flag")]
    pub(crate) hidden: Option<bool>,
    #[serde(deserialize_with = "lenient::flag")]
    pub(crate) is_ephemeral: Option<bool>,
}

/// Who a bot post is by.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct BotProfile<'a> {
    #[serde(borrow)]
    pub(crate) name: Option<Str<'a>>,
}

/// An author's names, as exports put them on each message.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ExportProfile<'a> {
    #[serde(borrow)]
    pub(crate) display_name: Option<Str<'a>>,
    #[serde(borrow)]
    pub(crate) real_name: Option<Str<'a>>,
    #[serde(borrow)]
    pub(crate) name: Option<Str<'a>>,
}

/// That a message was edited, and when.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Edited<'a> {
    #[serde(borrow)]
    pub(crate) ts: Option<Str<'a>>,
}

/// A reaction; its list of users may be shorter than the count.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Reaction<'a> {
    #[serde(borrow)]
    pub(crate) name: Option<Str<'a>>,
    #[serde(deserialize_with = "lenient::int")]
    pub(crate) count: Option<u32>,
}

/// A file of a message.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct File<'a> {
    #[serde(borrow)]
    pub(crate) name: Option<Str<'a>>,
    #[serde(borrow)]
    pub(crate) title: Option<Str<'a>>,
    #[serde(borrow)]
    pub(crate) filetype: Option<Str<'a>>,
    #[serde(borrow)]
    pub(crate) mode: Option<Str<'a>>,
    #[serde(borrow)]
    pub(crate) permalink: Option<Str<'a>>,
}

/// A result of `search.messages`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Match<'a> {
    #[serde(borrow)]
    pub(crate) channel: MatchChannel<'a>,
    #[serde(borrow)]
    pub(crate) ts: Option<Str<'a>>,
    #[serde(borrow)]
    pub(crate) permalink: Option<Str<'a>>,
    #[serde(borrow)]
    pub(crate) user: Option<Str<'a>>,
    #[serde(borrow)]
    pub(crate) username: Option<Str<'a>>,
    #[serde(borrow, deserialize_with = "lenient::words")]
    pub(crate) text: Option<Str<'a>>,
    #[serde(borrow)]
    pub(crate) team: Option<Str<'a>>,
    #[serde(borrow)]
    pub(crate) blocks: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(crate) attachments: Option<&'a RawValue>,
    #[serde(borrow, deserialize_with = "lenient::list")]
    pub(crate) files: Option<Vec<File<'a>>>,
}

/// The channel of a search result.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct MatchChannel<'a> {
    #[serde(borrow)]
    pub(crate) id: Option<Str<'a>>,
}

/// A user.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct User<'a> {
    #[serde(borrow)]
    pub(crate) id: Option<Str<'a>>,
    #[serde(borrow)]
    pub(crate) team_id: Option<Str<'a>>,
    #[serde(borrow)]
    pub(crate) name: Option<Str<'a>>,
    #[serde(borrow)]
    pub(crate) real_name: Option<Str<'a>>,
    #[serde(deserialize_with = "lenient::flag")]
    pub(crate) deleted: Option<bool>,
    #[serde(deserialize_with = "lenient::flag")]
    pub(crate) is_bot: Option<bool>,
    #[serde(deserialize_with = "lenient::flag")]
    pub(crate) is_workflow_bot: Option<bool>,
    #[serde(deserialize_with = "lenient::flag")]
    pub(crate) is_connector_bot: Option<bool>,
    #[serde(deserialize_with = "lenient::flag")]
    pub(crate) is_restricted: Option<bool>,
    #[serde(deserialize_with = "lenient::flag")]
    pub(crate) is_ultra_restricted: Option<bool>,
    #[serde(borrow, deserialize_with = "lenient::object")]
    pub(crate) profile: Option<Profile<'a>>,
    #[serde(borrow, deserialize_with = "lenient::object")]
    pub(crate) enterprise_user: Option<EnterpriseUser<'a>>,
}

/// What a user is in an Enterprise Grid organisation.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct EnterpriseUser<'a> {
    #[serde(borrow)]
    pub(crate) enterprise_id: Option<Str<'a>>,
}

/// A user's profile.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Profile<'a> {
    #[serde(borrow)]
    pub(crate) display_name: Option<Str<'a>>,
    #[serde(borrow)]
    pub(crate) real_name: Option<Str<'a>>,
    #[serde(borrow)]
    pub(crate) email: Option<Str<'a>>,
    #[serde(borrow)]
    pub(crate) title: Option<Str<'a>>,
}

/// A bot.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Bot<'a> {
    #[serde(borrow)]
    pub(crate) id: Option<Str<'a>>,
    #[serde(borrow)]
    pub(crate) name: Option<Str<'a>>,
    #[serde(deserialize_with = "lenient::flag")]
    pub(crate) deleted: Option<bool>,
}

/// Our own note that Slack refused to show somebody: the id asked for and the error word.
#[derive(Debug, Default, Deserialize, serde::Serialize)]
#[serde(default)]
pub(crate) struct Refused {
    pub(crate) id: String,
    pub(crate) error: String,
}

/// A conversation, as listed or as it stands in an export.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Conversation<'a> {
    #[serde(borrow)]
    pub(crate) id: Option<Str<'a>>,
    #[serde(borrow)]
    pub(crate) name: Option<Str<'a>>,
    #[serde(borrow)]
    pub(crate) user: Option<Str<'a>>,
    #[serde(borrow, deserialize_with = "lenient::list")]
    pub(crate) members: Option<Vec<Str<'a>>>,
    #[serde(borrow, deserialize_with = "lenient::list")]
    pub(crate) previous_names: Option<Vec<Str<'a>>>,
    #[serde(borrow, deserialize_with = "lenient::object")]
    pub(crate) topic: Option<Topic<'a>>,
    #[serde(deserialize_with = "lenient::flag")]
    pub(crate) is_im: Option<bool>,
    #[serde(deserialize_with = "lenient::flag")]
    pub(crate) is_mpim: Option<bool>,
    #[serde(deserialize_with = "lenient::flag")]
    pub(crate) is_private: Option<bool>,
    #[serde(deserialize_with = "lenient::flag")]
    pub(crate) is_group: Option<bool>,
    #[serde(deserialize_with = "lenient::flag")]
    pub(crate) is_archived: Option<bool>,
    #[serde(deserialize_with = "lenient::flag")]
    pub(crate) is_ext_shared: Option<bool>,
    #[serde(deserialize_with = "lenient::int")]
    pub(crate) created: Option<i64>,
    #[serde(borrow)]
    pub(crate) context_team_id: Option<Str<'a>>,
    #[serde(borrow, deserialize_with = "lenient::list")]
    pub(crate) shared_team_ids: Option<Vec<Str<'a>>>,
    #[serde(borrow, deserialize_with = "lenient::list")]
    pub(crate) internal_team_ids: Option<Vec<Str<'a>>>,
}

/// A topic.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Topic<'a> {
    #[serde(borrow)]
    pub(crate) value: Option<Str<'a>>,
}

/// `oauth.v2.access` with a refresh token; for user tokens the pair stands under `authed_user`.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct OauthAccess {
    pub(crate) access_token: Option<String>,
    pub(crate) refresh_token: Option<String>,
    #[serde(deserialize_with = "lenient::int")]
    pub(crate) expires_in: Option<i64>,
    pub(crate) authed_user: Option<AuthedUser>,
}

/// The user's part of an `oauth.v2.access` answer.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct AuthedUser {
    pub(crate) access_token: Option<String>,
    pub(crate) refresh_token: Option<String>,
    #[serde(deserialize_with = "lenient::int")]
    pub(crate) expires_in: Option<i64>,
}

/// An attachment: what apps posted before blocks, link previews, and shared messages.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Attachment<'a> {
    #[serde(borrow)]
    pub(crate) pretext: Option<Str<'a>>,
    #[serde(borrow)]
    pub(crate) author_name: Option<Str<'a>>,
    #[serde(borrow)]
    pub(crate) title: Option<Str<'a>>,
    #[serde(borrow)]
    pub(crate) title_link: Option<Str<'a>>,
    #[serde(borrow, deserialize_with = "lenient::words")]
    pub(crate) text: Option<Str<'a>>,
    #[serde(borrow)]
    pub(crate) fallback: Option<Str<'a>>,
    #[serde(borrow)]
    pub(crate) from_url: Option<Str<'a>>,
    #[serde(borrow, deserialize_with = "lenient::list")]
    pub(crate) fields: Option<Vec<AttachmentField<'a>>>,
    #[serde(borrow)]
    pub(crate) blocks: Option<&'a RawValue>,
    #[serde(borrow, deserialize_with = "lenient::list")]
    pub(crate) message_blocks: Option<Vec<MessageBlock<'a>>>,
}

/// A field of an attachment.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct AttachmentField<'a> {
    #[serde(borrow)]
    pub(crate) title: Option<Str<'a>>,
    #[serde(borrow)]
    pub(crate) value: Option<Str<'a>>,
}

/// The blocks of a shared message.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct MessageBlock<'a> {
    #[serde(borrow)]
    pub(crate) message: Option<SharedBlocks<'a>>,
}

/// A shared message's own blocks.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct SharedBlocks<'a> {
    #[serde(borrow)]
    pub(crate) blocks: Option<&'a RawValue>,
}

/// A block or any element inside one; which fields count depends on `kind`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Element<'a> {
    #[serde(borrow, rename = "type")]
    pub(crate) kind: Option<Str<'a>>,
    #[serde(borrow)]
    pub(crate) text: Option<TextOf<'a>>,
    #[serde(borrow)]
    pub(crate) title: Option<TextOf<'a>>,
    #[serde(borrow)]
    pub(crate) description: Option<TextOf<'a>>,
    #[serde(borrow, deserialize_with = "lenient::list")]
    pub(crate) fields: Option<Vec<TextOf<'a>>>,
    #[serde(borrow)]
    pub(crate) elements: Option<Vec<Element<'a>>>,
    #[serde(borrow)]
    pub(crate) style: Option<Style<'a>>,
    #[serde(deserialize_with = "lenient::int")]
    pub(crate) indent: Option<u32>,
    #[serde(borrow)]
    pub(crate) user_id: Option<Str<'a>>,
    #[serde(borrow)]
    pub(crate) channel_id: Option<Str<'a>>,
    #[serde(borrow)]
    pub(crate) usergroup_id: Option<Str<'a>>,
    #[serde(borrow)]
    pub(crate) name: Option<Str<'a>>,
    #[serde(borrow)]
    pub(crate) url: Option<Str<'a>>,
    #[serde(borrow)]
    pub(crate) range: Option<Str<'a>>,
    #[serde(borrow)]
    pub(crate) value: Option<Str<'a>>,
    #[serde(borrow)]
    pub(crate) fallback: Option<Str<'a>>,
    #[serde(borrow)]
    pub(crate) alt_text: Option<Str<'a>>,
    #[serde(deserialize_with = "lenient::int")]
    pub(crate) timestamp: Option<i64>,
}

/// A text: a bare string in rich text and Markdown blocks, an object elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TextOf<'a> {
    pub(crate) text: Str<'a>,
    /// Written in mrkdwn, so that it has to be decoded.
    pub(crate) mrkdwn: bool,
}

impl<'de: 'a, 'a> Deserialize<'de> for TextOf<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Default, Deserialize)]
        #[serde(default)]
        struct Object<'a> {
            #[serde(borrow, rename = "type")]
            kind: Option<Str<'a>>,
            #[serde(borrow)]
            text: Option<Str<'a>>,
        }
        struct V;
        impl<'de> Visitor<'de> for V {
            type Value = TextOf<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text")
            }
            fn visit_borrowed_str<E: Error>(self, v: &'de str) -> Result<Self::Value, E> {
                Ok(TextOf { text: Str(Cow::Borrowed(v)), mrkdwn: false })
            }
            fn visit_str<E: Error>(self, v: &str) -> Result<Self::Value, E> {
                Ok(TextOf { text: Str(Cow::Owned(v.to_owned())), mrkdwn: false })
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                let o = Object::deserialize(serde::de::value::MapAccessDeserializer::new(map))?;
                Ok(TextOf { text: o.text.unwrap_or_default(), mrkdwn: o.kind.as_deref() == Some("mrkdwn") })
            }
        }
        deserializer.deserialize_any(V)
    }
}

/// A style: a word on lists, an object of truth values (not read) on leaves.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Style<'a>(pub(crate) Option<Str<'a>>);

impl<'de: 'a, 'a> Deserialize<'de> for Style<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct V;
        impl<'de> Visitor<'de> for V {
            type Value = Style<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a style")
            }
            fn visit_borrowed_str<E: Error>(self, v: &'de str) -> Result<Self::Value, E> {
                Ok(Style(Some(Str(Cow::Borrowed(v)))))
            }
            fn visit_str<E: Error>(self, v: &str) -> Result<Self::Value, E> {
                Ok(Style(Some(Str(Cow::Owned(v.to_owned())))))
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(Style(None))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
                while seq.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Style(None))
            }
        }
        deserializer.deserialize_any(V)
    }
}
