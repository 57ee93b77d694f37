use std::io::{self, Read, Write};

use sales_model::{ContentHash, Hashing};

/// What a file holds.
#[derive(Clone, Copy)]
pub enum Content<'a> {
    /// These bytes.
    Whole(&'a [u8]),
    /// What this writes, each time the same: too large to be held for long.
    Made(&'a (dyn Fn(&mut dyn Write) -> io::Result<()> + Sync)),
}

impl Content<'_> {
    pub(super) fn write(self, to: &mut dyn Write) -> io::Result<()> {
        match self {
            Content::Whole(bytes) => to.write_all(bytes),
            Content::Made(make) => make(to),
        }
    }

    pub(super) fn bytes(self) -> io::Result<Vec<u8>> {
        let mut out = Vec::new();
        self.write(&mut out)?;
        Ok(out)
    }

    /// The hash of it.
    ///
    /// # Errors
    /// It can't be made.
    pub fn hash(self) -> io::Result<ContentHash> {
        let mut hashing = Hashing::default();
        self.write(&mut hashing)?;
        Ok(hashing.done())
    }

    /// Whether it is what can be read here.
    pub(super) fn is(self, file: impl Read) -> io::Result<bool> {
        let mut same = Same { file, buffer: Vec::new(), differs: false };
        match self.write(&mut same) {
            Err(_) if same.differs => Ok(false),
            Err(e) => Err(e),
            Ok(()) => Ok(same.file.read(&mut [0])? == 0),
        }
    }
}

/// Takes what stands in a file, and stops at anything else.
struct Same<R> {
    file: R,
    buffer: Vec<u8>,
    differs: bool,
}

impl<R: Read> Write for Same<R> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.buffer.clear();
        self.file.by_ref().take(bytes.len() as u64).read_to_end(&mut self.buffer)?;
        self.differs = self.buffer != bytes;
        if self.differs { Err(io::ErrorKind::InvalidData.into()) } else { Ok(bytes.len()) }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
