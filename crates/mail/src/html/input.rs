//! What the tokenizer reads from.

use std::convert::Infallible;

use html5gum::{Readable as _, Reader, StringReader};

/// A page. Before the `=` of an attribute it shows a space, which means the same: without one, html5gum 0.9 calls itself from each attribute in
/// double quotes to the next, and a tag with some thousands of them would end the stack.
pub(super) struct Page<'a> {
    inner: StringReader<'a>,
    /// The same, to look ahead in.
    rest: &'a [u8],
    /// The space was shown.
    spaced: bool,
}

impl<'a> Page<'a> {
    pub(super) fn new(html: &'a str) -> Self {
        Page { inner: html.to_reader(), rest: html.as_bytes(), spaced: false }
    }

    fn pass(&mut self, bytes: usize) -> &'a [u8] {
        let (passed, rest) = self.rest.split_at_checked(bytes).unwrap_or((self.rest, &[]));
        (self.rest, self.spaced) = (rest, false);
        passed
    }
}

impl Reader for Page<'_> {
    type Error = Infallible;

    fn read_byte(&mut self) -> Result<Option<u8>, Infallible> {
        let byte = self.inner.read_byte()?;
        self.pass(usize::from(byte.is_some()));
        Ok(byte)
    }

    fn read_until<'b>(&'b mut self, needle: &[u8], char_buf: &'b mut [u8; 4]) -> Result<Option<&'b [u8]>, Infallible> {
        // Of what it stops at, only an attribute's name and a value without quotes know `=`, and only the latter the grave accent.
        let name = needle.contains(&b'=') && !needle.contains(&b'`');
        if name && !self.spaced && self.rest.starts_with(b"=") {
            self.spaced = true;
            return Ok(Some(b" "));
        }
        let Some(length) = self.inner.read_until(needle, char_buf)?.map(<[u8]>::len) else { return Ok(None) };
        Ok(Some(self.pass(length)))
    }

    fn try_read_string(&mut self, s: &[u8], case_sensitive: bool) -> Result<bool, Infallible> {
        let read = self.inner.try_read_string(s, case_sensitive)?;
        if read {
            self.pass(s.len());
        }
        Ok(read)
    }
}
