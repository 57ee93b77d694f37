//! The zip itself: names, sizes, and entries that unpack within caps.

use std::io::{Read, Seek};

use bytes::Bytes;
use zip::ZipArchive;

use super::{elements::elements, no_zip, refuse};
use crate::ConnectorError;

/// Most bytes of one entry, unpacked. They are never in memory together; this bounds the time.
const ENTRY: u64 = 16 << 30;
/// An entry that unpacks to more than this many times its size is a trap; text packs at most about 100 to 1.
const RATIO: u64 = 400;
/// Small entries may pack as well as they like.
const RATIO_FROM: u64 = 8 << 20;
/// Most entries: 50 years of 1,000 channels.
const ENTRIES: usize = 20_000_000;

/// An opened zip.
pub(super) struct Zip<R>(ZipArchive<R>);

impl<R: Read + Seek> Zip<R> {
    pub(super) fn open(reader: R) -> Result<Self, ConnectorError> {
        Self::of(ZipArchive::new(reader).map_err(|e| no_zip(&e))?)
    }

    /// An opened one.
    pub(super) fn of(zip: ZipArchive<R>) -> Result<Self, ConnectorError> {
        if zip.len() > ENTRIES {
            return Err(refuse("it holds more files than any Slack export"));
        }
        Ok(Zip(zip))
    }

    /// Indices and names, as they stand there.
    pub(super) fn names(&self) -> impl Iterator<Item = (usize, &str)> {
        (0..self.0.len()).filter_map(|index| Some((index, self.0.name_for_index(index)?)))
    }

    /// Unpacked bytes, as the zip says.
    pub(super) fn size(&mut self, index: usize) -> u64 {
        self.0.by_index_raw(index).map_or(0, |file| file.size())
    }

    pub(super) fn is_encrypted(&mut self, index: usize) -> bool {
        self.0.by_index_raw(index).is_ok_and(|file| file.encrypted())
    }

    /// Hands out the elements of an entry that is a list in JSON; see [`elements`].
    pub(super) fn elements(&mut self, index: usize, each: &mut dyn FnMut(Bytes) -> bool) -> Result<u64, String> {
        let file = self.0.by_index(index).map_err(|e| format!("it cannot be unpacked ({e})"))?;
        let packed = file.compressed_size().max(1);
        let cap = if file.size() > RATIO_FROM { ENTRY.min(packed.saturating_mul(RATIO).max(RATIO_FROM)) } else { RATIO_FROM };
        if file.size() > cap {
            return Err(format!("it is too large ({} bytes, packed in {packed})", file.size()));
        }
        elements(Limited { file, left: cap }, each)
    }
}

/// What the zip says of sizes is not believed.
struct Limited<R> {
    file: R,
    left: u64,
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let n = self.file.read(buffer)?;
        let more = || std::io::Error::other("it unpacks to more than the zip says");
        self.left = self.left.checked_sub(n as u64).ok_or_else(more)?;
        Ok(n)
    }
}
