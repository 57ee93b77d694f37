//! What fuzzing reaches beyond the contract: the same functions that the streams use, on any bytes. Nothing of the product calls this.

use std::sync::Arc;

use bytes::Bytes;
use sales_model::{RawItem, Text};
use serde_json::value::RawValue;

use super::{budget, mrkdwn, page, rich_text};
use crate::ImportRequest;

/// Slack's `mrkdwn` as text.
pub fn text(input: &str) -> Text {
    mrkdwn::decode(input)
}

/// A message's blocks and its attachments as text; `None` if the input is no JSON.
pub fn blocks(json: &str) -> Option<[Text; 3]> {
    let raw: &RawValue = serde_json::from_str(json).ok()?;
    Some([rich_text::blocks(raw), rich_text::attachments(raw, true), rich_text::attachments(raw, false)])
}

/// The raw items of a page of messages; `None` if it is refused as a whole. `of_thread`: a page of that conversation's replies.
pub fn page(body: &[u8], of_thread: Option<&str>, request: &ImportRequest) -> Option<Vec<RawItem>> {
    let method = if of_thread.is_some() { budget::REPLIES } else { budget::HISTORY };
    let place: Arc<str> = "slack:C0123ABCD".into();
    let body = Bytes::copy_from_slice(body);
    page::split(&page::Origin::import(request), method, &body, &place, of_thread).ok().map(|page| page.items)
}
