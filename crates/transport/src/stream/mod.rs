//! A connection that lines and bytes are read from, for protocols other than HTTP: with the same trust, time limits and counts as the HTTP
//! client, and with caps on all that a server sends. What is said over it stands in `connectors`.

mod dial;
mod error;
mod wire;

pub(crate) use dial::Dialer;
pub use dial::{Security, Target};
pub use error::StreamError;
pub use wire::Wire;
pub(crate) use wire::{Setup, StreamCounts};

/// What went over streams so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct StreamTraffic {
    /// Connections opened.
    pub connections: u64,
    /// Bytes read, after decryption.
    pub read: u64,
    /// Bytes written, before encryption.
    pub written: u64,
}

#[cfg(test)]
mod tests;
