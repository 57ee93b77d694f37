//! How many older mails a changed profile would bring: mailboxes are asked, nothing is fetched.

use jiff::{SignedDuration, Timestamp};
use sales_connectors::Wanted;
use sales_model::{CustomerId, Profile};
use serde::Serialize;

use crate::{Account, App, error::Result, sync::wanted, units::MAIL};

/// How long a mailbox is waited for: somebody looks at the screen.
const PATIENCE: SignedDuration = SignedDuration::from_secs(60);

/// What mailboxes hold of those who would be customers' people then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Older {
    /// Domains and addresses that no profile has yet.
    pub terms: Vec<String>,
    /// Nothing older is looked at.
    pub since: Timestamp,
    /// Mails that name them and are here, if only by their headers.
    pub here: u64,
    /// What each mailbox says.
    pub mailboxes: Vec<Mailbox>,
}

/// What one mailbox says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Mailbox {
    /// The account: `email:default`.
    pub account: String,
    /// Mails that name one of the terms, those that are here included.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mails: Option<u64>,
    /// There are more than these: not everything was looked at.
    pub more: bool,
    /// Why it did not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

impl Older {
    /// About how many would be fetched. A mail in two mailboxes counts in both.
    pub fn fetch(&self) -> u64 {
        self.mailboxes.iter().filter_map(|m| m.mails).sum::<u64>().saturating_sub(self.here)
    }
}

impl App {
    /// Asks the mailboxes among the accounts for mail of those whom only these profiles have; `None` if there is nobody new. A mailbox that
    /// does not answer is told of, and is no error.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub async fn older_mail(&self, customers: &[(CustomerId, Profile)], accounts: &[Account]) -> Result<Option<Older>> {
        let (then, now) = (wanted(customers), wanted(&self.directory.customers()));
        let new = |then: std::collections::BTreeSet<String>| then.into_iter().filter(|term| !known(&now, term)).collect();
        let new = Wanted { domains: new(then.domains), addresses: new(then.addresses) };
        if new == Wanted::default() {
            return Ok(None);
        }
        let here = self.ports.store.signs(MAIL).await?;
        let here = here.iter().filter(|r| r.signs.addresses.iter().any(|a| new.concerns(a))).count() as u64;
        let time = self.ports.timer.now();
        let since = self.ports.settings.history.before(time);
        let since = self.kept_from(&sales_model::Source::EMAIL, time).map_or(since, |kept| since.max(kept));
        let mut mailboxes = Vec::new();
        for account in accounts {
            let timer = &self.ports.timer;
            let told = tokio::select! {
                told = account.connector.count(&account.cx, since, &new) => told.map_err(|e| e.to_string()),
                () = timer.sleep_until(timer.now() + PATIENCE) => Err(format!("it did not answer within {} seconds", PATIENCE.as_secs())),
            };
            let account = account.cx.account.to_string();
            mailboxes.extend(match told {
                Ok(None) => None,
                Ok(Some(found)) => Some(Mailbox { account, mails: Some(found.mails), more: found.more, why: None }),
                Err(why) => Some(Mailbox { account, mails: None, more: true, why: Some(why) }),
            });
        }
        Ok(Some(Older { terms: new.terms().into_iter().collect(), since, here, mailboxes }))
    }
}

/// Whether mail of a domain or an address is read already.
fn known(now: &Wanted, term: &str) -> bool {
    if term.contains('@') { now.concerns(term) } else { now.concerns(&format!("@{term}")) }
}
