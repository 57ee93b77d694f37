//! TOML with errors that people understand: line, reason, and no value out of the file.

use std::path::Path;

use crate::{
    Disk, FileError,
    error::{harmless, quoted},
};

/// People's settings and profiles have a few kilobytes.
const LARGEST: u64 = 1 << 20;

/// The mark that editors on Windows put before a text.
pub(crate) const BOM: char = '\u{feff}';

/// The text of a person's TOML file; `None` if there is none.
pub(crate) fn read(disk: &dyn Disk, path: &Path) -> Result<Option<String>, FileError> {
    Ok(read_whole(disk, path)?.map(|text| text.strip_prefix(BOM).map(str::to_owned).unwrap_or(text)))
}

/// The same with everything that stands in it: these bytes can be compared with the file's.
pub(crate) fn read_whole(disk: &dyn Disk, path: &Path) -> Result<Option<String>, FileError> {
    let too_large =
        || FileError::new(path, None, "it is larger than 1 MB", "Take out what does not belong there; such a file has a few kilobytes.");
    match disk.stat(path) {
        Ok(None) => return Ok(None),
        Ok(Some(stat)) if stat.len > LARGEST => return Err(too_large()),
        Ok(Some(_)) => {}
        Err(e) => return Err(FileError::unreadable(path, &e)),
    }
    let Some(bytes) = disk.read(path).map_err(|e| FileError::unreadable(path, &e))? else { return Ok(None) };
    if bytes.len() as u64 > LARGEST {
        return Err(too_large());
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok(Some(text)),
        Err(e) => {
            let valid = e.utf8_error().valid_up_to();
            let line = 1 + e.as_bytes().iter().take(valid).filter(|b| **b == b'\n').count();
            Err(FileError::new(path, Some(line), "the text is not UTF-8", format!("Save {} as UTF-8 in your editor.", quoted(path))))
        }
    }
}

/// Line of a byte, counted from 1.
pub(crate) fn line_of(text: &str, byte: usize) -> usize {
    1 + text.bytes().take(byte).filter(|b| *b == b'\n').count()
}

/// An error of the TOML parser, without the values that it quotes: a credential may have got into the file by mistake.
pub(crate) fn error(path: &Path, text: &str, message: &str, at: Option<usize>) -> FileError {
    let mut kept = String::new();
    let mut quotes = message.split('"');
    kept.push_str(quotes.next().unwrap_or_default());
    if let Some(last) = quotes.next_back() {
        kept.push('…');
        kept.push_str(last);
    }
    // The parser speaks of Rust's types.
    for (theirs, ours) in
        [("expected a sequence", "expected a list"), ("expected f64", "expected a number"), ("a boolean", "true or false")]
    {
        kept = kept.replace(theirs, ours);
    }
    if let Some((before, _)) = kept.split_once("expected struct ") {
        kept = format!("{before}expected a table");
    }
    let next = format!("Correct it in your editor: {}", quoted(path));
    FileError::new(path, at.map(|byte| line_of(text, byte)), harmless(&kept.replace('\n', "; ")), next)
}
