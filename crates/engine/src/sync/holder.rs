//! The ledger, asked by a connector while it reads.

use std::{collections::BTreeMap, sync::Arc};

use async_trait::async_trait;
use sales_connectors::Holdings;
use sales_ledger::Store;

use crate::units::MAIL;

/// Which mails are there.
pub(super) struct Holder(pub(super) Arc<dyn Store>);

#[async_trait]
impl Holdings for Holder {
    async fn held(&self, natives: &[String]) -> BTreeMap<String, bool> {
        // What nobody can tell is fetched again: that costs a request and loses nothing.
        self.0.live(MAIL, natives).await.unwrap_or_default()
    }
}
