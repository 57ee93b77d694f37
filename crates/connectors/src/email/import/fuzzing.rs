//! Entry points for `fuzz/`.

use std::io::Cursor;

use super::{
    mbox::{self, Options},
    separator::Separator,
};

/// Reads an mbox in pieces of `chunk` bytes, messages up to `limit` bytes whole: each message's bytes, its size in the file, and whether it
/// is only a header. Nothing of a file that begins with no separator.
pub fn mbox(file: &[u8], chunk: usize, limit: u64) -> Vec<(Vec<u8>, u64, bool)> {
    let mut out = Vec::new();
    if Separator::at(file, true).is_some() {
        let options = Options { limit, chunk, dialect: None };
        // A file in memory can be read to its end.
        _ = mbox::read(&mut Cursor::new(file), &options, &mut |entry| {
            out.push((entry.body.to_vec(), entry.size, entry.cut));
            true
        });
    }
    out
}
