//! HTML bodies as plain text.

/// The text of an HTML body: readable lines; quotes (`blockquote`, the containers of mail programs) have `> ` before each line, once per
/// level.
pub fn to_text(_html: &str) -> String {
    String::new()
}
