use std::{fmt, str::FromStr};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{IdError, Source};

/// A length of time as people write it in settings: `30d`, `12h`, `2y` (365 days), `6w`, `90m` (minutes).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Span {
    /// How many units.
    pub count: u32,
    /// `m`, `h`, `d`, `w` or `y`.
    pub unit: char,
}

impl Span {
    /// Whole days.
    pub const fn days(count: u32) -> Self {
        Span { count, unit: 'd' }
    }

    /// As an exact duration.
    pub fn duration(self) -> SignedDuration {
        let unit = match self.unit {
            'm' => 60,
            'h' => 3_600,
            'w' => 7 * 86_400,
            'y' => 365 * 86_400,
            _ => 86_400,
        };
        SignedDuration::from_secs(i64::from(self.count) * unit)
    }

    /// The instant this long before `now`; the earliest instant there is if that is out of range.
    pub fn before(self, now: Timestamp) -> Timestamp {
        now.checked_sub(self.duration()).unwrap_or(Timestamp::UNIX_EPOCH)
    }
}

impl FromStr for Span {
    type Err = IdError;

    fn from_str(s: &str) -> Result<Self, IdError> {
        let bad = || IdError {
            text: s.chars().take(60).collect(),
            what: "length of time",
            reason: "write a number and `m`, `h`, `d`, `w` or `y`, as in `90d`",
        };
        let mut chars = s.chars();
        let unit = chars.next_back().filter(|u| "mhdwy".contains(*u)).ok_or_else(bad)?;
        let count = chars.as_str().parse().ok().filter(|n| *n <= 100_000).ok_or_else(bad)?;
        Ok(Span { count, unit })
    }
}

impl TryFrom<String> for Span {
    type Error = IdError;

    fn try_from(s: String) -> Result<Self, IdError> {
        s.parse()
    }
}

impl From<Span> for String {
    fn from(s: Span) -> String {
        s.to_string()
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.count, self.unit)
    }
}

/// `workspace.toml`: settings without secrets. [`Settings::default`] is what `sales init` writes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Our company's name.
    pub company: String,
    /// Our mail domains: our side of every conversation.
    pub own_domains: Vec<String>,
    /// Mail domains of partners and resellers: they stand on the side `other`.
    pub partners: Vec<String>,
    /// IANA time zone of file dates and schedules.
    pub timezone: String,
    /// Competitors for all customers.
    pub competitors: Vec<String>,
    /// Stages of a deal in order.
    pub stages: Vec<String>,
    /// How far back a first sync goes.
    pub history: Span,
    /// Slack.
    pub slack: SlackSettings,
    /// Gong.
    pub gong: GongSettings,
    /// Granola.
    pub granola: GranolaSettings,
    /// Email.
    pub email: EmailSettings,
    /// How long what was said is kept.
    pub retention: RetentionSettings,
    /// Accounts beside the one that the plain variables give.
    pub accounts: Vec<AccountSettings>,
}

/// How long something is kept: `never` erased, or a length of time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Keep(pub Option<Span>);

impl Keep {
    /// What is older than this is not kept.
    pub fn from(self, now: Timestamp) -> Option<Timestamp> {
        self.0.map(|span| span.before(now))
    }
}

impl TryFrom<String> for Keep {
    type Error = IdError;

    fn try_from(s: String) -> Result<Self, IdError> {
        if s == "never" { Ok(Keep(None)) } else { s.parse().map(|span| Keep(Some(span))) }
    }
}

impl From<Keep> for String {
    fn from(keep: Keep) -> String {
        keep.to_string()
    }
}

impl fmt::Display for Keep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(span) => span.fmt(f),
            None => f.write_str("never"),
        }
    }
}

/// `[retention]` of `workspace.toml`: when what was said is erased, counted from when it was said.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RetentionSettings {
    /// Slack messages.
    pub slack: Keep,
    /// Calls with their transcripts.
    pub gong: Keep,
    /// Meeting notes with their transcripts.
    pub granola: Keep,
    /// Mails.
    pub email: Keep,
    /// What the vendors' records said that are deleted there, counted from when that was seen.
    pub deleted: Keep,
}

impl RetentionSettings {
    /// How long records of a source are kept.
    pub fn of(&self, source: &Source) -> Keep {
        match source.as_str() {
            "slack" => self.slack,
            "gong" => self.gong,
            "granola" => self.granola,
            "email" => self.email,
            _ => Keep(None),
        }
    }
}

/// `[gong]` of `workspace.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct GongSettings {
    /// Requests a day that the company's Gong account allows, for all programs together.
    pub daily_requests: u32,
    /// Re-read this far back at every sync: calls that came late, titles, CRM links, calls deleted or made private.
    pub look_back: Span,
    /// A transcript that has not come this long after its call is given up.
    pub transcript_wait: Span,
    /// `on`, or `off` to send without rate limits; `off` is refused unless the API stands on loopback.
    pub limits: String,
}

impl Default for GongSettings {
    fn default() -> Self {
        GongSettings { daily_requests: 10_000, look_back: Span::days(14), transcript_wait: Span::days(14), limits: "on".into() }
    }
}

/// `[granola]` of `workspace.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct GranolaSettings {
    /// Notes that were changed this long before the last sync began are looked at again: those of the last minutes come late.
    pub overlap: Span,
    /// `on`, or `off` to send without rate limits; `off` is refused unless the API stands on loopback.
    pub limits: String,
}

impl Default for GranolaSettings {
    fn default() -> Self {
        GranolaSettings { overlap: Span { count: 2, unit: 'h' }, limits: "on".into() }
    }
}

/// `[email]` of `workspace.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EmailSettings {
    /// IMAP folders to read: names or globs. Empty for all mail, without junk, bin and drafts.
    pub folders: Vec<String>,
    /// Folders (IMAP) and labels (Gmail) never read: names or globs.
    pub ignore_folders: Vec<String>,
    /// Gmail quota units a minute that the mailbox may use, for all programs together (6,000 for projects since May 2026, 15,000 before).
    pub units_per_minute: u32,
    /// Bytes of a mail that are read; of a larger one only the header.
    pub max_message_bytes: u64,
    /// `on`, or `off` to send without rate limits; `off` is refused unless the API stands on loopback.
    pub limits: String,
}

impl Default for EmailSettings {
    fn default() -> Self {
        EmailSettings {
            folders: Vec::new(),
            ignore_folders: Vec::new(),
            units_per_minute: 6_000,
            max_message_bytes: 64 << 20,
            limits: "on".into(),
        }
    }
}

/// One of `[[accounts]]`: another credential at a vendor, in variables of other names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountSettings {
    /// `slack`, `gong`, `granola` or `email`.
    pub source: String,
    /// Its name; the plain variables are the account `default`.
    pub name: String,
    /// The usual variable's name to the one that holds this account's value: `SLACK_TOKEN` to `SLACK_TOKEN_EMEA`.
    pub variables: std::collections::BTreeMap<String, String>,
}

impl Default for Settings {
    fn default() -> Self {
        let words = |w: &[&str]| w.iter().map(|s| (*s).to_owned()).collect();
        Settings {
            company: String::new(),
            own_domains: Vec::new(),
            partners: Vec::new(),
            timezone: "UTC".into(),
            competitors: Vec::new(),
            stages: words(&["qualified", "discovery", "technical_validation", "business_case", "negotiation", "closed_won", "closed_lost"]),
            history: Span { count: 2, unit: 'y' },
            slack: SlackSettings::default(),
            gong: GongSettings::default(),
            granola: GranolaSettings::default(),
            email: EmailSettings::default(),
            retention: RetentionSettings::default(),
            accounts: Vec::new(),
        }
    }
}

/// `[slack]` of `workspace.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SlackSettings {
    /// Re-read this far back at every sync for edits, deletions and new replies.
    pub look_back: Span,
    /// The daily wide pass re-reads this far back, edited replies included.
    pub wide: Span,
    /// The rotating audit reads everything once in this time.
    pub audit_every: Span,
    /// Channel name patterns that bind a channel to the customer whose alias stands at `{alias}`.
    pub channel_patterns: Vec<String>,
    /// Channels never read: names, ids or globs.
    pub ignore_channels: Vec<String>,
    /// Read direct messages too (needs `im:history`, `mpim:history`).
    pub direct_messages: bool,
    /// `on`, or `off` to send without rate limits; `off` is refused unless the API stands on loopback.
    pub limits: String,
}

impl Default for SlackSettings {
    fn default() -> Self {
        SlackSettings {
            look_back: Span::days(30),
            wide: Span::days(90),
            audit_every: Span::days(7),
            channel_patterns: Vec::new(),
            ignore_channels: Vec::new(),
            direct_messages: false,
            limits: "on".into(),
        }
    }
}
