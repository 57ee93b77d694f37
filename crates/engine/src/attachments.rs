//! Attachments of mails: what they are, and on request what stands in them. Nothing is opened, unpacked or fetched: they are bytes.

use sales_ledger::StoreError;
use sales_mail::mime::{self, Attachment};
use sales_model::{Detail, MailFile, RecordId, RecordState};

use crate::{App, EngineError};

/// What a mail has of attachments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachments {
    /// Whether the mail still stands at its source.
    pub state: RecordState,
    /// Descriptions, in the order in which they stand in the mail.
    pub files: Vec<MailFile>,
}

/// Why there is no attachment to have.
#[derive(Debug, thiserror::Error)]
pub enum AttachmentError {
    /// The ledger holds no such record.
    #[error("the ledger holds no such record")]
    NoRecord,
    /// The record is a message, a call or a note.
    #[error("the record is not a mail")]
    NoMail,
    /// Only the header was kept.
    #[error("only the header of this mail was kept")]
    HeaderOnly {
        /// Whether it belongs to somebody: then it is too large, or was not fetched yet.
        wanted: bool,
    },
    /// The mail as it came is not in the ledger any more.
    #[error("the mail as it came is not in the ledger any more")]
    Gone,
    /// The mail as it came has no such file.
    #[error("the mail as it came has no such attachment")]
    NoFile,
    /// It is larger than asked for.
    #[error("it has {size} bytes")]
    TooLarge {
        /// Its bytes.
        size: u64,
    },
    /// Something else.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

impl From<StoreError> for AttachmentError {
    fn from(e: StoreError) -> Self {
        AttachmentError::Engine(e.into())
    }
}

type Result<T> = std::result::Result<T, AttachmentError>;

pub(crate) async fn list(app: &App, id: &RecordId) -> Result<Attachments> {
    let newest = app.ports.store.record(id).await?.into_iter().next();
    let record = newest.ok_or(AttachmentError::NoRecord)?.record;
    match record.detail.map(|d| *d) {
        Some(Detail::Mail(mail)) if mail.header_only => {
            let wanted = app.explain(id).await?.is_some_and(|e| !e.attributions.is_empty() || !e.doubts.is_empty());
            Err(AttachmentError::HeaderOnly { wanted })
        }
        Some(Detail::Mail(mail)) => Ok(Attachments { state: record.state, files: mail.files }),
        _ => Err(AttachmentError::NoMail),
    }
}

pub(crate) async fn content(app: &App, id: &RecordId, index: usize, most: u64) -> Result<Attachment> {
    let listed = list(app, id).await?.files.into_iter().nth(index).ok_or(AttachmentError::NoFile)?;
    within(listed.size, most)?;
    let raw = app.ports.store.raw(id).await?.ok_or(AttachmentError::Gone)?;
    // Tens of megabytes may have to be decoded.
    let taken = tokio::task::spawn_blocking(move || mime::attachment(&raw, index)).await.map_err(EngineError::from)?;
    let taken = taken.ok_or(AttachmentError::NoFile)?;
    within(taken.file.size, most)?;
    Ok(taken)
}

fn within(size: u64, most: u64) -> Result<()> {
    if size > most { Err(AttachmentError::TooLarge { size }) } else { Ok(()) }
}
