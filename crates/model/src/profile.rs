use serde::{Deserialize, Serialize};

/// `profile.toml`: who a customer is, in the user's own words. All but `name` may be missing; unknown keys are kept by the editor.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Profile {
    /// The company's name.
    pub name: String,
    /// Other names that reach this customer.
    pub aliases: Vec<String>,
    /// Mail and web domains in lower case.
    pub domains: Vec<String>,
    /// Phrases that mean somebody else.
    pub exclude: Vec<String>,
    /// Mail address of the owner on our side.
    pub owner: Option<String>,
    /// One of the workspace's stages.
    pub stage: Option<String>,
    /// The deal's amount.
    pub amount: Option<f64>,
    /// ISO 4217.
    pub currency: Option<String>,
    /// The expected close, `YYYY-MM-DD`.
    pub close_date: Option<String>,
    /// The next step as the user sees it.
    pub next_step: Option<String>,
    /// Competitors in this deal, beside the workspace's.
    pub competitors: Vec<String>,
    /// Not looked after any more.
    pub archived: bool,
    /// Slack channels that belong to this customer.
    pub slack: ProfileSlack,
    /// What belongs to this customer in Gong.
    pub gong: ProfileGong,
    /// Single conversations that are theirs, or are not.
    #[serde(rename = "match")]
    pub matching: ProfileMatch,
    /// People the user knows.
    pub contacts: Vec<Contact>,
}

/// `[match]` of a profile: what the user said of single conversations, by the ids of records in them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ProfileMatch {
    /// They belong to this customer, whatever else is known: `gong:7782342274025937895`, `mail:<message-id>`.
    pub records: Vec<String>,
    /// They never belong to this customer; whole places too, as in `slack:C0123ABCD`.
    pub never: Vec<String>,
    /// The same as `records`, said by where mails are filed: never a part of the profile's text.
    #[serde(skip_deserializing, skip_serializing_if = "Vec::is_empty")]
    pub filed: Vec<String>,
}

/// `[slack]` of a profile.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ProfileSlack {
    /// Names, ids or globs.
    pub channels: Vec<String>,
    /// Slack team ids of the customer's own workspace.
    pub team_ids: Vec<String>,
}

/// `[gong]` of a profile.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ProfileGong {
    /// Ids of the customer's accounts in the CRM that Gong is connected to.
    pub crm_account_ids: Vec<String>,
}

/// A person the user wrote into the profile.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Contact {
    /// Name.
    pub name: String,
    /// Mail address.
    pub email: Option<String>,
    /// Job title.
    pub title: Option<String>,
    /// A MEDDPICC role: `economic_buyer`, `champion`, `decision_maker`, `influencer`, `user`, `blocker`.
    pub role: Option<String>,
}
