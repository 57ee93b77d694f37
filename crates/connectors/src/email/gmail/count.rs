//! How many mails there are of somebody who is no customer yet: listed, not fetched.

use std::collections::{BTreeSet, HashSet};

use jiff::Timestamp;

use super::{
    api::Api,
    errors::Failure,
    load::{Load, rank},
    state::is_id,
};
use crate::MailCount;

/// Most pages that are listed, of 500 mails each: a preview is waited for.
const MOST_PAGES: usize = 20;

/// Counts the mails since then that name one of the terms.
pub(super) async fn count(api: &Api<'_>, terms: BTreeSet<String>, since: Timestamp) -> Result<MailCount, Failure> {
    let (mut found, mut asked) = (HashSet::new(), 0);
    for query in Load::new(terms, since, None, false).searches_for() {
        let mut page: Option<String> = None;
        loop {
            if asked == MOST_PAGES {
                return Ok(MailCount { mails: found.len() as u64, more: true });
            }
            asked += 1;
            let listed = api.list(&query, page.as_deref()).await?;
            let before = found.len();
            found.extend(listed.messages.into_iter().filter(|m| is_id(&m.id)).map(|m| rank(&m.id)));
            page = listed.next_page_token.filter(|t| !t.is_empty());
            // A page that brings nothing new goes round in a circle.
            if page.is_none() || found.len() == before {
                break;
            }
        }
    }
    Ok(MailCount { mails: found.len() as u64, more: false })
}
