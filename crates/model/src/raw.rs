use std::{fmt, io};

use bytes::Bytes;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::AccountKey;

/// How a raw item came to us. Data only: no code after the fetch may depend on it, except that partial results never replace richer ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Route {
    /// The vendor's API.
    Direct,
    /// An MCP server.
    Mcp,
    /// A web page.
    Web,
    /// A file the user exported.
    Import,
    /// The simulated vendor of `--test`.
    Simulated,
}

/// What a raw item is at its vendor; a connector's own word (`message`, `user`, `channel`, `call`), never shown to people.
pub type RawKind = &'static str;

/// SHA-256 of an item's bytes, first 16 bytes: enough to tell versions of one item apart.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ContentHash(pub [u8; 16]);

impl ContentHash {
    /// Hashes the bytes.
    pub fn of(bytes: &[u8]) -> Self {
        let mut hashing = Hashing::default();
        hashing.0.update(bytes);
        hashing.done()
    }
}

/// Hashes what is written to it: the same as [`ContentHash::of`] of all of it.
#[derive(Debug, Clone, Default)]
pub struct Hashing(Sha256);

impl Hashing {
    /// The hash of everything so far.
    pub fn done(self) -> ContentHash {
        let mut out = [0; 16];
        out.copy_from_slice(self.0.finalize().get(..16).unwrap_or(&[0; 16]));
        ContentHash(out)
    }
}

impl io::Write for Hashing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl fmt::Debug for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|b| write!(f, "{b:02x}"))
    }
}

/// The vendor's JSON or bytes for one item, whole.
#[derive(Debug, Clone)]
pub struct RawItem {
    /// Whose credential fetched it.
    pub account: AccountKey,
    /// What it is at the vendor.
    pub kind: RawKind,
    /// Where it stands at the vendor, where items do not say so themselves (a Slack message does not name its channel): a place key.
    pub place: Option<std::sync::Arc<str>>,
    /// When it was said, where items do not say so themselves (a Gong transcript does not name its call's start).
    pub at: Option<Timestamp>,
    /// The bytes; a slice of the page it came in.
    pub body: Bytes,
    /// When it was fetched.
    pub fetched_at: Timestamp,
    /// How it came.
    pub route: Route,
    /// Fields are known to be missing (search results, lossy MCP): it must not replace a whole version.
    pub partial: bool,
}
