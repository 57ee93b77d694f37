//! Why a stream brought no more.

/// Why a connection could not be made, or is of no use any more. Nothing that was sent or read stands in it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StreamError {
    /// An address that must not be connected to (without TLS beyond this machine).
    #[error("refused to connect to {0}")]
    Refused(String),
    /// No connection.
    #[error("{0}")]
    Unreachable(String),
    /// The server's certificate is not trusted, or it speaks no TLS.
    #[error("{host}: no secure connection: {why}")]
    Tls {
        /// The server.
        host: String,
        /// Why.
        why: String,
    },
    /// The server closed the connection, or it broke.
    #[error("the connection to {0} ended")]
    Torn(String),
    /// Nothing came for too long, or all of it took too long.
    #[error("{0} did not answer in time")]
    Late(String),
    /// More came than is accepted.
    #[error("{host} sent more than {cap} bytes")]
    TooLarge {
        /// The server.
        host: String,
        /// The limit.
        cap: usize,
    },
    /// Bytes came before the secure connection began: they may be anybody's.
    #[error("{0} sent something between the order to secure the connection and its doing so; it may come from somebody in between")]
    Injected(String),
}
