//! Why there is no attachment to have, in words.

use sales_engine::AttachmentError;
use sales_model::RecordId;

use crate::{
    errors::Failure,
    output::{grouped, word},
};

/// Of the list; `unknown` says that there is no such record.
pub(super) fn list(e: AttachmentError, record: &RecordId, unknown: impl Fn() -> Failure) -> Failure {
    let what = format!("`{record}` has no attachments to show");
    match e {
        AttachmentError::NoRecord => unknown(),
        AttachmentError::NoMail => {
            let next = "open it where it was said: `sales search` shows the link";
            Failure::new(what, "it is not a mail, and of what is attached elsewhere only names and links are kept", next)
        }
        AttachmentError::HeaderOnly { wanted: false } => {
            let more = format!("`sales match explain {}` says more", word(&record.0));
            let next = format!("{more}; once it belongs to a customer, `sales sync` fetches the rest");
            Failure::new(what, "only its header was kept, as it concerns no customer", next)
        }
        AttachmentError::HeaderOnly { wanted: true } => {
            let next = "raise `max_message_bytes` in `workspace.toml` if it is large, then `sales sync`, or import it again";
            Failure::new(what, "only its header is here: it is larger than `max_message_bytes`, or the rest was not fetched yet", next)
        }
        other => rest(other, what),
    }
}

/// Of the content of one.
pub(super) fn content(e: AttachmentError, record: &RecordId, number: usize, most: u64) -> Failure {
    let what = format!("attachment {number} of `{record}` cannot be saved");
    match e {
        AttachmentError::TooLarge { size } => {
            let why = format!("it has {} bytes, and at most {} are allowed", grouped(size), grouped(most));
            Failure::new(what, why, format!("`--max-bytes {size}` allows it"))
        }
        other => rest(other, what),
    }
}

fn rest(e: AttachmentError, what: String) -> Failure {
    match e {
        AttachmentError::Engine(e) => e.into(),
        e => Failure::new(what, e, "sales verify"),
    }
}
