//! What an IMAP server says: responses with literals, names of folders, sets of UIDs.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sales_connectors::email::imap_fuzzing::read;

fuzz_target!(|bytes: &[u8]| {
    read(bytes);
});
