//! A list in JSON, read element by element from a stream: a day of a busy channel may be larger than the memory.

use std::{
    cell::Cell,
    fmt,
    io::{BufReader, Error, Read},
    rc::Rc,
};

use bytes::Bytes;
use serde::de::{Deserializer as _, SeqAccess, Visitor};
use serde_json::value::RawValue;

/// Most bytes of one element: a message has at most 40,000 characters, and its blocks and attachments as much again.
pub(super) const ELEMENT: u64 = 16 << 20;

/// Hands out each element, until `each` says that it wants no more. Gives how many there were.
///
/// # Errors
/// Why the list can't be read, in words that follow on its name; the elements before that place were handed out.
pub(super) fn elements(reader: impl Read, each: &mut dyn FnMut(Bytes) -> bool) -> Result<u64, String> {
    let left = Rc::new(Cell::new(ELEMENT));
    let capped = Capped { reader, left: left.clone() };
    let mut json = serde_json::Deserializer::from_reader(BufReader::with_capacity(64 << 10, capped));
    let (mut count, mut stopped) = (0, false);
    let list = List { each, count: &mut count, stopped: &mut stopped, left: &left };
    // The end too: what follows the list makes it none, and a zip compares its checksum only there.
    let read = json.deserialize_seq(list).and_then(|()| json.end());
    match read {
        Ok(()) => Ok(count),
        Err(_) if stopped => Ok(count),
        Err(_) if left.get() == 0 => Err(format!("its item {} is larger than {} MB", count + 1, ELEMENT >> 20)),
        Err(e) if e.is_io() => Err(format!("it cannot be unpacked ({})", Error::from(e))),
        Err(e) => Err(format!("it is not a list in JSON (line {}, column {})", e.line(), e.column())),
    }
}

/// Gives no more bytes than one element may have; each new one begins to count anew.
struct Capped<R> {
    reader: R,
    left: Rc<Cell<u64>>,
}

impl<R: Read> Read for Capped<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let left = self.left.get();
        if left == 0 {
            return Err(Error::other("too large"));
        }
        let most = buffer.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        let n = self.reader.read(buffer.get_mut(..most).unwrap_or_default())?;
        self.left.set(left - n as u64);
        Ok(n)
    }
}

struct List<'a> {
    each: &'a mut dyn FnMut(Bytes) -> bool,
    count: &'a mut u64,
    stopped: &'a mut bool,
    left: &'a Cell<u64>,
}

impl<'de> Visitor<'de> for List<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while let Some(raw) = list.next_element::<Box<RawValue>>()? {
            self.left.set(ELEMENT);
            *self.count += 1;
            let text: Box<str> = raw.into();
            if !(self.each)(Bytes::from(text.into_boxed_bytes())) {
                *self.stopped = true;
                return Err(serde::de::Error::custom("enough"));
            }
        }
        // White space up to the end of the file is no element.
        self.left.set(u64::MAX);
        Ok(())
    }
}
