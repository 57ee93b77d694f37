//! Documents of `--json` that several commands share. Schemas stand in `docs/schemas`.

use sales_engine::SyncReport;
use serde::Serialize;

use super::filed::Brought;
use crate::errors::Failure;

/// The document of `sales run` and `sales sync`.
#[derive(Serialize)]
pub(crate) struct Synced<'a> {
    /// `sync`.
    pub(crate) kind: &'static str,
    /// The workspace's folder.
    pub(crate) workspace: String,
    /// The customer asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) customer: Option<&'a str>,
    /// What the run brought.
    pub(crate) report: &'a SyncReport,
    /// What could not be used, beside the run itself: unreadable profiles.
    pub(crate) problems: Vec<Problem<'a>>,
    /// What folders `emails/` of an older workspace brought, where they were new or changed.
    #[serde(skip_serializing_if = "<[Brought]>::is_empty")]
    pub(crate) emails: &'a [Brought],
    /// The customer's context.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) context: Option<Context<'a>>,
}

/// A customer's context.
#[derive(Serialize)]
pub(crate) struct Context<'a> {
    /// The customer's id.
    pub(crate) customer: &'a str,
    /// The file, from the workspace's root.
    pub(crate) path: String,
    /// Which size.
    pub(crate) size: &'static str,
    /// The text.
    pub(crate) text: &'a str,
}

/// An error beside results.
#[derive(Serialize)]
pub(crate) struct Problem<'a> {
    what: &'a str,
    why: &'a str,
    next: &'a str,
}

impl<'a> From<&'a Failure> for Problem<'a> {
    fn from(f: &'a Failure) -> Self {
        Problem { what: &f.what, why: &f.why, next: &f.next }
    }
}
