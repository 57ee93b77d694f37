//! Why a call failed.

use jiff::Timestamp;

/// Why a call brought no usable answer. No variant holds a body, a query value or a header.
#[derive(Debug, thiserror::Error)]
pub enum TransportError {
    /// Still throttled, or asked to wait longer than patience allows.
    #[error("{operation}: the vendor asks to wait until {until}")]
    Throttled {
        /// The operation.
        operation: &'static str,
        /// When it may be tried again.
        until: Timestamp,
    },
    /// No connection, or it broke, or a time limit passed, on every attempt.
    #[error("{operation}: {why} ({attempts} attempts)")]
    Unreachable {
        /// The operation.
        operation: &'static str,
        /// In words, with the host.
        why: String,
        /// How often it was tried.
        attempts: u32,
    },
    /// The vendor failed on every attempt.
    #[error("{operation}: the server answered {status} ({attempts} attempts)")]
    Status {
        /// The operation.
        operation: &'static str,
        /// HTTP status.
        status: u16,
        /// How often it was tried.
        attempts: u32,
    },
    /// The answer is larger than accepted.
    #[error("{operation}: the answer is larger than {cap} bytes")]
    TooLarge {
        /// The operation.
        operation: &'static str,
        /// The limit.
        cap: usize,
    },
    /// A redirect that must not be followed.
    #[error("{operation}: {what}")]
    Redirected {
        /// The operation.
        operation: &'static str,
        /// Where to, in words, without query.
        what: String,
    },
    /// An address that must not be called (plain HTTP beyond loopback).
    #[error("{operation}: refused to call {what}")]
    Refused {
        /// The operation.
        operation: &'static str,
        /// Why, without query.
        what: String,
    },
    /// Budget store.
    #[error(transparent)]
    Budget(#[from] crate::PortError),
}

/// Why no client could be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SetupError {
    /// The name we give ourselves cannot be sent.
    #[error("the user agent holds characters that no header may carry")]
    UserAgent,
    /// The proxy settings make no proxy.
    #[error("the proxy cannot be used: {0}")]
    Proxy(String),
    /// The further certificate authorities are not readable.
    #[error("the certificate file cannot be used: there is no readable certificate in PEM form in it")]
    Certificates,
}
