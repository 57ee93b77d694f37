//! The one list of connectors.

use std::{
    io::{Read, Seek},
    sync::Arc,
};

use sales_model::Source;

use crate::{
    Connector, ConnectorError, Import, ImportRequest,
    email::{self, Email},
    gong::Gong,
    granola::Granola,
    slack::Slack,
    sniff,
};

pub use crate::email::import::{EntryKind, Folder, FolderEntry};

/// A file that can be read from any place in it.
pub trait ReadSeek: Read + Seek + Send {}

impl<T: Read + Seek + Send> ReadSeek for T {}

/// All connectors, in the order in which sources are listed.
pub fn connectors() -> Vec<Arc<dyn Connector>> {
    vec![Arc::new(Slack), Arc::new(Gong), Arc::new(Granola), Arc::new(Email)]
}

/// The connector of a source, if there is one.
pub fn connector(source: &Source) -> Option<Arc<dyn Connector>> {
    connectors().into_iter().find(|c| c.descriptor().source == *source)
}

/// Opens a file that a user exported, as whatever it turns out to be.
///
/// # Errors
///
/// If no connector knows the format, or the file is damaged.
pub fn open_import(mut file: Box<dyn ReadSeek>, request: &ImportRequest) -> Result<Box<dyn Import>, ConnectorError> {
    sniff::format(&mut *file)?.open(file, request)
}

/// Opens a folder that a user exported: only mail comes as folders.
///
/// # Errors
///
/// If there is no mail in it.
pub fn open_import_folder(folder: Box<dyn Folder>, request: &ImportRequest) -> Result<Box<dyn Import>, ConnectorError> {
    email::import::open_folder(folder, request)
}
