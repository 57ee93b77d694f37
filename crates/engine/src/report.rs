//! What a run brought, for people (`Display` by the command line) and machines (`--json`).

use sales_connectors::Mode;
use std::collections::{BTreeMap, BTreeSet};

use sales_ledger::Committed;
use sales_model::{CustomerId, Gap, Source};
use serde::Serialize;

/// What a sync is asked for.
#[derive(Debug, Clone)]
pub struct SyncRequest {
    /// How far.
    pub mode: Mode,
    /// Nothing older than this long ago; the workspace's `history` if absent.
    pub since: Option<sales_model::Span>,
    /// Only what belongs to this customer.
    pub customer: Option<CustomerId>,
    /// Streams of one kind read side by side.
    pub concurrency: usize,
}

/// A stream that could not be read; what it held before is kept.
#[derive(Debug, Clone, Serialize)]
pub struct FailedStream {
    /// Its key in words: `slack:default/history/C0123`.
    pub stream: String,
    /// What failed, by name.
    pub what: String,
    /// Why.
    pub why: String,
    /// The next thing to do or type.
    pub hint: String,
    /// Authentication or permission.
    pub auth: bool,
}

/// A stream that another process holds.
#[derive(Debug, Clone, Serialize)]
pub struct BusyStream {
    /// Its key in words.
    pub stream: String,
    /// The holder's process id.
    pub pid: u32,
}

/// One account's part of a run.
#[derive(Debug, Clone, Serialize)]
pub struct AccountReport {
    /// The source.
    pub source: Source,
    /// The account's name.
    pub account: String,
    /// Who we were there: "YourCompany as sales-bot (bot token)".
    pub identity: Option<String>,
    /// Missing permissions, and what each is for.
    pub missing_scopes: Vec<String>,
    /// Streams read to their end.
    pub finished: u64,
    /// Streams left for later: by the stop signal, or because a pass had its share of the run.
    pub paused: u64,
    /// What changed in the ledger.
    pub records: Committed,
    /// Streams that failed.
    pub failed: Vec<FailedStream>,
    /// Streams skipped because another process reads them.
    pub busy: Vec<BusyStream>,
    /// Items that could not be read: (item, reason).
    pub unreadable: Vec<(String, String)>,
    /// What could not be seen.
    pub gaps: Vec<Gap>,
    /// Requests sent, throttled answers, retries.
    pub requests: u64,
    /// Answers that said "too fast".
    pub throttled: u64,
}

/// One customer whose files changed.
#[derive(Debug, Clone, Serialize)]
pub struct CustomerReport {
    /// The customer.
    pub customer: CustomerId,
    /// Files written or removed, with the contexts.
    pub files: u64,
    /// The context summary's path, from the workspace's root.
    pub context: String,
}

/// A file of the program that somebody had edited when it had to be written or removed. Paths from the workspace's root.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct KeptCopy {
    /// The file.
    pub file: String,
    /// Where their version is now.
    pub copy: String,
}

/// What a sync brought.
#[derive(Debug, Clone, Default, Serialize)]
pub struct SyncReport {
    /// Per account.
    pub accounts: Vec<AccountReport>,
    /// Customers whose files changed.
    pub customers: Vec<CustomerReport>,
    /// Files written.
    pub files: u64,
    /// Scopes on the review list.
    pub review: u64,
    /// Records, and texts of deleted ones, erased because they are older than `[retention]` says.
    #[serde(skip_serializing_if = "is_zero")]
    pub expired: u64,
    /// Copies of edited files, erased for the same reason.
    #[serde(skip_serializing_if = "is_zero")]
    pub expired_copies: u64,
    /// Edited files whose version was kept aside.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub edited: Vec<KeptCopy>,
    /// Stopped before everything was read.
    pub stopped: bool,
    /// Paths in the customers' folders: a file that is written twice in a run counts once.
    #[serde(skip)]
    written: BTreeMap<CustomerId, BTreeSet<String>>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes it so")]
fn is_zero(n: &u64) -> bool {
    *n == 0
}

impl SyncReport {
    /// Whether any stream failed.
    pub fn partly(&self) -> bool {
        self.accounts.iter().any(|a| !a.failed.is_empty() || !a.unreadable.is_empty())
    }

    /// Whether nothing worked because of authentication or permission.
    pub fn unauthorised(&self) -> bool {
        !self.accounts.is_empty()
            && self.accounts.iter().all(|a| a.finished == 0 && !a.failed.is_empty() && a.failed.iter().all(|f| f.auth))
    }
}

/// What `sales files rebuild` did.
#[derive(Debug, Clone, Default, Serialize)]
pub struct RebuildReport {
    /// Files that were missing or different, and are right now.
    pub written: u64,
    /// Files that did not belong there any more.
    pub removed: u64,
    /// Customers whose contexts were made again.
    pub customers: u64,
    /// Edited files whose version was kept aside.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub edited: Vec<KeptCopy>,
}

impl SyncReport {
    /// A customer's context was looked at, and perhaps left as it was. Customers stand in the order of their ids: which of them came first
    /// depends on what was read side by side.
    pub(crate) fn note_customer(&mut self, customer: &CustomerId) -> &mut CustomerReport {
        let at = match self.customers.binary_search_by(|c| c.customer.cmp(customer)) {
            Ok(at) => at,
            Err(at) => {
                let context = format!("customers/profiles/{customer}/context_summary.md");
                self.customers.insert(at, CustomerReport { customer: customer.clone(), files: 0, context });
                at
            }
        };
        &mut self.customers[at]
    }

    /// A file was written or removed.
    pub(crate) fn note(&mut self, customer: &CustomerId, path: &str) {
        if self.written.entry(customer.clone()).or_default().insert(path.to_owned()) {
            self.files += 1;
            self.note_customer(customer).files += 1;
        }
    }

    /// Takes in the files of a part of the work.
    pub(crate) fn join(&mut self, part: &SyncReport) {
        for customer in &part.customers {
            self.note_customer(&customer.customer);
        }
        self.edited.extend(part.edited.iter().cloned());
        for (customer, paths) in &part.written {
            for path in paths {
                self.note(customer, path);
            }
        }
    }
}
