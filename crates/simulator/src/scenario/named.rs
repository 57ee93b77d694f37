//! The built-in scenarios. Channels and messages are chosen by selectors, so that they fit every world.

/// Their names.
pub const NAMES: &[&str] = &[
    "storm",
    "slow-regime",
    "throttle",
    "torn-body",
    "slow-body",
    "html",
    "token-expired",
    "token-revoked",
    "missing-scope",
    "expired-cursor",
    "short-pages",
    "repeated-page",
    "looping-cursor",
    "late-reply",
    "new-message",
    "edit",
    "delete",
    "rename",
    "archive",
    "private",
    "removed",
    "gong-limits",
    "gong-daily-cap",
    "gong-late-transcript",
    "gong-expired-cursor",
    "gong-private-call",
    "gong-deleted-call",
    "gong-missing-scope",
    "gong-regional-host",
    "gong-redirect",
    "granola-edit",
    "granola-few-notes",
    "granola-throttle",
    "gmail-limits",
    "gmail-batch-limits",
    "gmail-history-expired",
    "gmail-new-message",
    "gmail-deleted-message",
    "gmail-label",
    "google-rotation",
    "google-revoked",
    "google-test-mode",
];

pub(super) fn text(name: &str) -> Option<&'static str> {
    Some(match name {
        "storm" => {
            "name = 'storm'
about = '30 % of all answers are 429, 5xx or torn'
[[rule]]
chance = 0.3
do = 'storm'
retry_after = 1"
        }
        "slow-regime" => {
            "name = 'slow-regime'
about = 'the limits of distributed apps outside the Marketplace: 1 request a minute and 15 objects for history and replies'
limits = 'commercial'"
        }
        "throttle" => {
            "name = 'throttle'
about = 'every fourth answer is a 429, with the wait as seconds, as a date, missing and absurd'
[[rule]]
every = 16
do = 'throttle'
retry_after = 'absurd'
[[rule]]
every = 12
do = 'throttle'
retry_after = 'missing'
[[rule]]
every = 8
do = 'throttle'
retry_after = 'date:2'
[[rule]]
every = 4
do = 'throttle'
retry_after = 1"
        }
        "torn-body" => {
            "name = 'torn-body'
about = 'every third body breaks off in the middle'
[[rule]]
every = 3
do = 'torn_body'"
        }
        "slow-body" => {
            "name = 'slow-body'
about = 'every third body trickles'
[[rule]]
every = 3
do = 'slow_body'
millis = 20"
        }
        "html" => {
            "name = 'html'
about = 'every fifth answer is a login page with status 200'
[[rule]]
every = 5
do = 'html'"
        }
        "token-expired" => {
            "name = 'token-expired'
about = 'the token expires at the third history call; only a refreshed one works after that'
[[rule]]
method = 'conversations.history'
request = 3
do = 'token_expired'"
        }
        "token-revoked" => {
            "name = 'token-revoked'
about = 'the token is revoked before the fifth request'
[[event]]
at_request = 5
do = 'revoke_token'"
        }
        "missing-scope" => {
            "name = 'missing-scope'
about = 'replies are refused for want of channels:history'
[[rule]]
method = 'conversations.replies'
do = 'missing_scope'
needed = 'channels:history'"
        }
        "expired-cursor" => {
            "name = 'expired-cursor'
about = 'the second and the fifth cursor have expired'
[[rule]]
request = 2
do = 'expire_cursor'
[[rule]]
request = 5
do = 'expire_cursor'"
        }
        "short-pages" => {
            "name = 'short-pages'
about = 'pages hold fewer items than asked for, sometimes none'
[[rule]]
every = 5
do = 'short_page'
size = 0
[[rule]]
every = 2
do = 'short_page'
size = 3"
        }
        "repeated-page" => {
            "name = 'repeated-page'
about = 'every second page comes twice'
[[rule]]
method = 'conversations.*'
every = 2
do = 'repeat_page'"
        }
        "looping-cursor" => {
            "name = 'looping-cursor'
about = 'the cursors of history never move on'
[[rule]]
method = 'conversations.history'
do = 'loop_cursor'"
        }
        "late-reply" => {
            "name = 'late-reply'
about = 'after the first history page somebody answers in the oldest thread'
[[event]]
after_call = 'conversations.history'
do = 'late_reply'
thread = 'oldest'
text = 'One late answer: the numbers are in, we are good to go.'"
        }
        "new-message" => {
            "name = 'new-message'
about = 'after the first history page somebody writes something new'
[[event]]
after_call = 'conversations.history'
do = 'new_message'
text = 'Something new: can we move the review to Friday?'"
        }
        "edit" => {
            "name = 'edit'
about = 'after the first history page the newest message is edited'
[[event]]
after_call = 'conversations.history'
do = 'edit'
ts = 'newest'
text = 'Corrected: the price is 42,000 a year, not a month.'"
        }
        "delete" => {
            "name = 'delete'
about = 'after the first history page the newest message disappears, and the first message of the oldest thread leaves a tombstone'
[[event]]
after_call = 'conversations.history'
do = 'delete'
ts = 'newest'
[[event]]
after_call = 'conversations.history'
do = 'delete'
ts = 'parent'"
        }
        "rename" => {
            "name = 'rename'
about = 'after the first history page the channel gets another name'
[[event]]
after_call = 'conversations.history'
do = 'rename'
name = 'renamed-channel'"
        }
        "archive" => {
            "name = 'archive'
about = 'after the first history page the channel is archived'
[[event]]
after_call = 'conversations.history'
do = 'archive'"
        }
        "private" => {
            "name = 'private'
about = 'after the first history page the channel is made private'
[[event]]
after_call = 'conversations.history'
do = 'make_private'"
        }
        "removed" => {
            "name = 'removed'
about = 'after the first history page the bot is removed from the channel'
[[event]]
after_call = 'conversations.history'
do = 'remove_bot'"
        }
        "gong-limits" => {
            "name = 'gong-limits'
about = 'the limits that Gong publishes: 3 requests a second and 10,000 a day'
[gong]
per_second = 3
per_day = 10000"
        }
        "gong-daily-cap" => {
            "name = 'gong-daily-cap'
about = 'the company may send 12 requests a day: the cap is reached on the way'
[gong]
per_second = 3
per_day = 12"
        }
        "gong-late-transcript" => {
            "name = 'gong-late-transcript'
about = 'the transcript of the newest call is ready an hour after the first request'
[[event]]
at_request = 1
do = 'gong.transcript_ready'
call = 'newest'
in_seconds = 3600"
        }
        "gong-expired-cursor" => {
            "name = 'gong-expired-cursor'
about = 'the second and the fifth cursor have expired'
[[rule]]
method = 'gong.*'
request = 2
do = 'expire_cursor'
[[rule]]
method = 'gong.*'
request = 5
do = 'expire_cursor'"
        }
        "gong-private-call" => {
            "name = 'gong-private-call'
about = 'after the first page of calls the newest call is made private'
[[event]]
after_call = 'gong.calls.extensive'
do = 'gong.make_private'
call = 'newest'"
        }
        "gong-deleted-call" => {
            "name = 'gong-deleted-call'
about = 'after the first page of calls the newest call is deleted'
[[event]]
after_call = 'gong.calls.extensive'
do = 'gong.delete_call'
call = 'newest'"
        }
        "gong-missing-scope" => {
            "name = 'gong-missing-scope'
about = 'transcripts are refused for want of api:calls:read:transcript'
[[rule]]
method = 'gong.calls.transcript'
do = 'missing_scope'"
        }
        "gong-regional-host" => {
            "name = 'gong-regional-host'
about = 'the company has a host of its own, and its key is refused on the one that all share'
[gong]
regional = 'refuse'"
        }
        "gong-redirect" => {
            "name = 'gong-redirect'
about = 'the same, but the host that all share redirects'
[gong]
regional = 'redirect'"
        }
        "granola-edit" => {
            "name = 'granola-edit'
about = 'after the first list of notes the newest note gets another summary'
[[event]]
after_call = 'granola.notes.list'
do = 'granola.edit_note'
note = 'newest'
summary = '- Corrected: the pilot starts on Monday'"
        }
        "granola-few-notes" => {
            "name = 'granola-few-notes'
about = 'the keys give access to public notes only: lists are short, and nothing says so'
[[event]]
at_request = 1
do = 'granola.set_scopes'
scopes = ['public']"
        }
        "granola-throttle" => {
            "name = 'granola-throttle'
about = 'every third answer of Granola is a 429 that does not say how long to wait'
[[rule]]
method = 'granola.*'
every = 3
do = 'throttle'
retry_after = 'missing'"
        }
        "gmail-limits" => {
            "name = 'gmail-limits'
about = 'the quota that Google publishes for new projects: 6,000 units a minute'
[gmail]
per_minute = 6000"
        }
        "gmail-batch-limits" => {
            "name = 'gmail-batch-limits'
about = 'every third message is refused, as 403 or as 429, alone or in a batch, whose parts come in any order'
[gmail]
shuffle = true
rate_shape = 'mixed'
[[rule]]
method = 'gmail.messages.get'
every = 3
do = 'throttle'
retry_after = 'missing'"
        }
        "gmail-history-expired" => {
            "name = 'gmail-history-expired'
about = 'no id of the history given before the first request is found any more'
[[event]]
at_request = 1
do = 'gmail.expire_history'"
        }
        "gmail-new-message" => {
            "name = 'gmail-new-message'
about = 'after the first page of the history a message comes in, in the newest thread'
[[event]]
after_call = 'gmail.history.list'
do = 'gmail.add_message'
thread = 'newest'
letter = { text = 'One more thing: can we start on Monday?' }"
        }
        "gmail-deleted-message" => {
            "name = 'gmail-deleted-message'
about = 'after the first page of messages the newest one is deleted for good'
[[event]]
after_call = 'gmail.messages.list'
do = 'gmail.delete'"
        }
        "gmail-label" => {
            "name = 'gmail-label'
about = 'after the first page of messages the newest one gets a star and leaves the inbox'
[[event]]
after_call = 'gmail.messages.list'
do = 'gmail.add_labels'
labels = ['STARRED']
[[event]]
after_call = 'gmail.messages.list'
do = 'gmail.remove_labels'
labels = ['INBOX']"
        }
        "google-rotation" => {
            "name = 'google-rotation'
about = 'access tokens live for six minutes, and every refresh gives a new refresh token and ends the old one'
[google]
rotate = true
access_seconds = 360"
        }
        "google-revoked" => {
            "name = 'google-revoked'
about = 'the user takes the access away before the fifth request'
[[event]]
at_request = 5
do = 'google.revoke'"
        }
        "google-test-mode" => {
            "name = 'google-test-mode'
about = 'the consent screen is in test mode: sign-ins end after seven days'
[google]
testing = true"
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use crate::Scenario;

    #[test]
    fn each_is_in_the_language() {
        for name in super::NAMES {
            let scenario = Scenario::named(name);
            assert!(matches!(&scenario, Ok(s) if s.name == *name && !s.about.is_empty()), "{name}: {scenario:?}");
        }
    }
}
