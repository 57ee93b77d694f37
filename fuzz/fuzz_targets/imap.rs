//! What an IMAP server says: responses with literals, names of folders, sets of UIDs.
#![cfg_attr(not(feature = "drive"), no_main)]

use sales_connectors::email::imap_fuzzing::read;
use sales_fuzz::target;

target!(|bytes: &[u8]| {
    read(bytes);
});
