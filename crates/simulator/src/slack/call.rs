use jiff::Timestamp;

use super::{
    Token, TokenKind, World, WorldHandle,
    api::search::Found,
    args::Args,
    channel::Channel,
    cursor::Binding,
    error::Refusal,
    method::{Method, Scopes},
};
use crate::{scenario::Fault, wire::Incoming};

/// One authenticated request on its way to an answer.
pub(crate) struct Call<'a> {
    pub(crate) world: &'a WorldHandle,
    pub(crate) found: &'a Found,
    pub(crate) method: &'static Method,
    pub(crate) args: &'a Args,
    pub(crate) request: &'a Incoming,
    pub(crate) token: &'a Token,
    pub(crate) now: Timestamp,
    pub(crate) seed: u64,
    /// The regime of distributed apps: 15 objects a page.
    pub(crate) commercial: bool,
    /// `url` of `auth.test`, if it is to be the double itself.
    pub(crate) own_url: Option<&'a str>,
    /// A fault that concerns pages.
    pub(crate) fault: Option<&'a Fault>,
}

/// Where a page starts, and how the next cursor is made.
pub(crate) struct Page<'a> {
    binding: Binding<'a>,
    /// Where it starts; nothing on the first page.
    pub(crate) place: Option<String>,
    salt: u64,
    cursor: Option<&'a str>,
    fault: Option<&'a Fault>,
}

impl<'a> Call<'a> {
    /// `limit` within 1 and `max`; more is cut, as Slack does.
    pub(crate) fn limit(&self, default: usize, max: usize) -> Result<usize, Refusal> {
        match self.args.int("limit") {
            None => Ok(default),
            Some(n) if n < 1 => Err(Refusal::new("invalid_limit")),
            Some(n) => Ok(usize::try_from(n).unwrap_or(max).min(max)),
        }
    }

    /// Opens the request's cursor. `bound` is [`Args::without_cursor`].
    pub(crate) fn page(&self, world: &World, identity: &'a str, bound: &'a str) -> Result<Page<'a>, Refusal> {
        let binding = Binding { seed: self.seed, epoch: world.cursor_epoch, identity, method: self.method.name, args: bound };
        let cursor = self.args.text("cursor").filter(|c| !c.is_empty());
        let (place, salt) = match cursor {
            None => (None, 0),
            Some(c) => binding.open(c).map(|(p, s)| (Some(p), s)).ok_or_else(|| Refusal::new("invalid_cursor"))?,
        };
        Ok(Page { binding, place, salt, cursor, fault: self.fault })
    }

    /// The channel of the argument `channel`, if the token may know of it and has the scope of its kind.
    pub(crate) fn channel<'w>(&self, world: &'w World) -> Result<(&'w str, &'w Channel), Refusal> {
        let id = self.args.text("channel").unwrap_or_default();
        let Some((id, channel)) = world.channels.get_key_value(id).filter(|(_, c)| world.sees(self.token, c)) else {
            return Err(Refusal::new("channel_not_found"));
        };
        if let Scopes::Family(word) = self.method.scopes {
            let needed = format!("{}:{word}", channel.family());
            if !self.token.has(&needed) {
                return Err(Refusal::scope(needed, self.token.scope_list()));
            }
        }
        Ok((id, channel))
    }

    /// The same for reading messages: a bot must be in the channel, a user reads all public ones.
    pub(crate) fn readable<'w>(&self, world: &'w World) -> Result<(&'w str, &'w Channel), Refusal> {
        let (id, channel) = self.channel(world)?;
        if self.token.kind == TokenKind::Bot && !channel.members.contains(&self.token.user_id) {
            return Err(Refusal::new("not_in_channel"));
        }
        Ok((id, channel))
    }
}

impl Page<'_> {
    /// How many items this page may hold.
    pub(crate) fn size(&self, limit: usize) -> usize {
        match self.fault {
            Some(Fault::ShortPage(size)) => limit.min(*size),
            _ => limit,
        }
    }

    /// The cursor to what follows. `here` is where this page starts, `next` where the next one does, if there is more.
    pub(crate) fn next(&self, here: &str, next: Option<String>) -> Option<String> {
        match self.fault {
            Some(Fault::LoopCursor) => Some(self.cursor.map_or_else(|| self.binding.cursor(here, self.salt), str::to_owned)),
            // The salt tells that a page has been repeated, so that each comes twice, not for ever.
            Some(Fault::RepeatPage) if self.salt.is_multiple_of(2) => Some(self.binding.cursor(here, self.salt + 1)),
            // An empty page leads to where it stands, but by another cursor: it is no loop.
            _ => next.map(|n| self.binding.cursor(&n, if n == here { self.salt + 2 } else { 0 })),
        }
    }
}
