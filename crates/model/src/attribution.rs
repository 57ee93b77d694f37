use std::fmt;

use serde::{Deserialize, Serialize};

use crate::CustomerId;

/// What an attribution stands on: a whole place, one conversation, or one record. The widest that applies is stored.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "scope", rename_all = "snake_case")]
pub enum Scope {
    /// All records of a place.
    Place {
        /// `slack:C0123`.
        place: String,
    },
    /// One conversation in it.
    Thread {
        /// `slack:C0123`.
        place: String,
        /// `native` of its first record.
        thread: String,
    },
}

impl Scope {
    /// Key of the place it is, or is in.
    pub fn place(&self) -> &str {
        match self {
            Scope::Place { place } | Scope::Thread { place, .. } => place,
        }
    }
}

/// Which rule decided, in the fixed order of trust.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// The profile names the place.
    Explicit,
    /// The vendor links it to the customer.
    VendorLink,
    /// A contact's exact address takes part.
    Address,
    /// A mail domain of the customer takes part.
    Domain,
    /// Shared with the customer's own team at the vendor.
    SharedTeam,
    /// A channel pattern of `workspace.toml`.
    ChannelPattern,
    /// An alias in the name, and a second reason.
    AliasAndSecond,
    /// It belongs to a conversation or meeting that is attributed.
    Membership,
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Rule::Explicit => "explicit",
            Rule::VendorLink => "vendor link",
            Rule::Address => "exact address",
            Rule::Domain => "mail domain",
            Rule::SharedTeam => "shared Slack team",
            Rule::ChannelPattern => "channel pattern",
            Rule::AliasAndSecond => "alias with a second reason",
            Rule::Membership => "membership of an attributed conversation",
        })
    }
}

/// That a scope belongs to a customer, and why.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Attribution {
    /// What belongs.
    #[serde(flatten)]
    pub scope: Scope,
    /// To whom.
    pub customer: CustomerId,
    /// By which rule.
    pub rule: Rule,
    /// In words: what matched what.
    pub reason: String,
}

/// A customer that a doubtful scope might belong to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Candidate {
    /// The customer.
    pub customer: CustomerId,
    /// What speaks for it.
    pub reason: String,
}

/// A scope that nobody could assign safely: it stands on the review list and in no customer's folder.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Doubt {
    /// What is doubtful.
    #[serde(flatten)]
    pub scope: Scope,
    /// Who it might belong to; empty when nothing points anywhere.
    pub candidates: Vec<Candidate>,
    /// What the user can do to decide it.
    pub decide: String,
}
