//! A message's bytes to what it means.

use sales_model::Mail;

/// Reads a message. Never fails: what cannot be read is left out.
pub fn read(_raw: &[u8]) -> Mail {
    Mail::default()
}

/// Reads a message's header alone (the lines before the first empty one; what follows is not looked at): a [`Mail`] with `header_only`.
pub fn read_header(_header: &[u8]) -> Mail {
    Mail { header_only: true, ..Mail::default() }
}

/// The vendor id of the record (`mail:<native>` is its id): the `Message-ID` where it can serve as one, else a hash. `raw` is the whole
/// message where it has no usable `Message-ID`; the header is enough otherwise.
pub fn native(_mail: &Mail, _raw: &[u8]) -> String {
    String::new()
}
