//! What a mail means. Pure.

use sales_model::RawItem;

use crate::{ItemFailure, Mapped};

/// Key of the place that all mails stand in.
pub(crate) const PLACE: &str = "mail";
/// A raw item that is a whole mail (RFC 5322).
pub(crate) const MESSAGE: &str = "message";
/// A raw item that is a mail's header alone, up to and including the empty line.
pub(crate) const HEADER: &str = "header";

/// What a raw item means.
pub(super) fn process(_raw: &RawItem) -> Result<Mapped, ItemFailure> {
    Ok(Mapped::default())
}
