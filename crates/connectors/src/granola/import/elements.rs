//! A list in JSON, read element by element: what is torn or odd further down costs nothing of what stands before it, and one element alone
//! is in memory.

use std::io::{BufRead, Error, Read, Seek, SeekFrom};

use bytes::Bytes;
use serde::de::IgnoredAny;

/// Most bytes of one element: a note with the transcript of a long day has some megabytes.
const ELEMENT: usize = 32 << 20;
/// Some programs begin a text file so.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// The first byte that is no space, with the file at its beginning again.
pub(super) fn first_byte(file: &mut (impl Read + Seek)) -> Result<Option<u8>, Error> {
    let mut head = Vec::new();
    file.rewind()?;
    file.by_ref().take(4 << 10).read_to_end(&mut head)?;
    file.seek(SeekFrom::Start(0))?;
    let text = head.strip_prefix(MARK).unwrap_or(&head);
    Ok(text.iter().copied().find(|b| !b.is_ascii_whitespace()))
}

/// A file without the mark at its beginning.
pub(super) fn without_mark(body: Bytes) -> Bytes {
    if body.starts_with(MARK) { body.slice(MARK.len()..) } else { body }
}

/// The elements of a list.
pub(super) struct Elements<R> {
    reader: R,
    count: usize,
    begun: bool,
    ended: bool,
}

impl<R: BufRead> Elements<R> {
    pub(super) fn new(reader: R) -> Self {
        Elements { reader, count: 0, begun: false, ended: false }
    }

    /// From the beginning again.
    pub(super) fn rewind(&mut self, back: impl FnOnce(&mut R) -> Result<(), Error>) -> Result<(), Error> {
        (self.count, self.begun, self.ended) = (0, false, false);
        back(&mut self.reader)
    }

    /// The next element with its number from 1, or why there is none at that place; `None` at the end.
    pub(super) fn next(&mut self) -> Option<(usize, Result<Bytes, String>)> {
        if self.ended {
            return None;
        }
        let found = self.element();
        self.ended = !matches!(found, Ok(Some(_)));
        let element = match found {
            Ok(None) => return None,
            Ok(Some(element)) => element,
            Err(e) if e.kind() == std::io::ErrorKind::UnexpectedEof => Err("the file ends in the middle of the list".into()),
            Err(e) => Err(format!("the file cannot be read on ({e})")),
        };
        self.count += 1;
        Some((self.count, element))
    }

    fn element(&mut self) -> Result<Option<Result<Bytes, String>>, Error> {
        if !self.begun {
            self.begun = true;
            while self.peek()? != b'[' {
                self.reader.consume(1);
            }
            self.reader.consume(1);
        }
        loop {
            match self.peek()? {
                b']' => return Ok(None),
                b if b == b',' || b.is_ascii_whitespace() => self.reader.consume(1),
                _ => break,
            }
        }
        let mut scan = Scan::default();
        let mut out = Vec::new();
        let mut large = false;
        while !scan.ended {
            let buffer = self.reader.fill_buf()?;
            if buffer.is_empty() {
                return Err(std::io::ErrorKind::UnexpectedEof.into());
            }
            let used = scan.over(buffer);
            large |= out.len() + used > ELEMENT;
            if !large {
                out.extend_from_slice(buffer.get(..used).unwrap_or_default());
            }
            self.reader.consume(used);
        }
        if large {
            return Ok(Some(Err(format!("it is larger than {} MB", ELEMENT >> 20))));
        }
        let json = serde_json::from_slice::<IgnoredAny>(&out).is_ok();
        Ok(Some(if json { Ok(out.into()) } else { Err("it is not JSON".into()) }))
    }

    fn peek(&mut self) -> Result<u8, Error> {
        self.reader.fill_buf()?.first().copied().ok_or_else(|| std::io::ErrorKind::UnexpectedEof.into())
    }
}

/// Looks for the end of a value.
#[derive(Default)]
struct Scan {
    depth: u32,
    in_text: bool,
    escaped: bool,
    ended: bool,
}

impl Scan {
    /// Goes on over these bytes; how many of them belong to the value.
    fn over(&mut self, bytes: &[u8]) -> usize {
        for (at, &b) in bytes.iter().enumerate() {
            if self.in_text {
                match b {
                    _ if self.escaped => self.escaped = false,
                    b'\\' => self.escaped = true,
                    b'"' => self.in_text = false,
                    _ => {}
                }
                continue;
            }
            match b {
                b'"' => self.in_text = true,
                b'{' | b'[' => self.depth = self.depth.saturating_add(1),
                b',' | b']' if self.depth == 0 => {
                    self.ended = true;
                    return at;
                }
                b'}' | b']' => {
                    self.depth = self.depth.saturating_sub(1);
                    if self.depth == 0 {
                        self.ended = true;
                        return at + 1;
                    }
                }
                _ => {}
            }
        }
        bytes.len()
    }
}

#[cfg(test)]
mod tests {
    use std::io::{BufReader, Cursor};

    use super::*;

    fn read(text: &str, buffer: usize) -> Vec<String> {
        let mut elements = Elements::new(BufReader::with_capacity(buffer, Cursor::new(text.as_bytes())));
        let mut out = Vec::new();
        while let Some((n, element)) = elements.next() {
            assert_eq!(n, out.len() + 1);
            out.push(element.map_or_else(|e| format!("! {e}"), |b| String::from_utf8(b.to_vec()).unwrap()));
        }
        assert!(elements.next().is_none());
        out
    }

    #[test]
    fn elements_come_one_by_one_whatever_the_buffer() {
        for buffer in [1, 2, 7, 4096] {
            assert_eq!(read("\u{feff} [] ", buffer), Vec::<String>::new());
            assert_eq!(
                read(r#" [ {"a":"]}\"\\"} ,[1,[2]], "x,]" , 5 , null]trailing"#, buffer),
                [r#"{"a":"]}\"\\"}"#, "[1,[2]]", "\"x,]\" ", "5 ", "null"]
            );
            assert_eq!(read(r#"[{"a":1},{"b":oops},{"c":3}]"#, buffer), [r#"{"a":1}"#, "! it is not JSON", r#"{"c":3}"#]);
            assert_eq!(read(r#"[{"a":1},{"b":"#, buffer), [r#"{"a":1}"#, "! the file ends in the middle of the list"]);
            assert_eq!(read("[1}", buffer), ["! it is not JSON", "! the file ends in the middle of the list"]);
        }
    }

    #[test]
    fn a_giant_among_them_is_skipped() {
        let text = format!("[1,\"{}\",2]", "x".repeat(ELEMENT));
        assert_eq!(read(&text, 64 << 10), ["1", "! it is larger than 32 MB", "2"]);
    }

    #[test]
    fn the_first_byte_leaves_the_file_as_it_was() {
        let mut file = Cursor::new(b"\xef\xbb\xbf\n\t {".to_vec());
        assert_eq!(first_byte(&mut file).unwrap(), Some(b'{'));
        assert_eq!(file.position(), 0);
        assert_eq!(first_byte(&mut Cursor::new(Vec::new())).unwrap(), None);
    }
}
