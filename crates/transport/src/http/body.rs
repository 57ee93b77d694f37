//! Reading an answer's body, up to a cap.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use reqwest::Response;
use tokio::time::timeout;

/// Why a body did not arrive.
#[derive(Debug)]
pub(crate) enum BodyError {
    /// It is larger than accepted; counted after decoding, while it arrives.
    TooLarge,
    /// Nothing came for too long.
    Idle,
    /// The connection ended before the body did, or its encoding is broken.
    Torn,
}

/// Reads the body whole, piece by piece, so that a small answer that decodes to a huge one stops at `cap`.
pub(crate) async fn read(response: &mut Response, cap: usize, idle: Duration) -> Result<Bytes, BodyError> {
    // Before decoding: the header is taken away from compressed answers.
    let told = response.content_length().and_then(|length| usize::try_from(length).ok()).unwrap_or(0);
    if told > cap {
        return Err(BodyError::TooLarge);
    }
    let mut first = match next(response, idle).await? {
        None => return Ok(Bytes::new()),
        Some(piece) if piece.len() > cap => return Err(BodyError::TooLarge),
        Some(piece) => piece,
    };
    let mut whole = BytesMut::new();
    while let Some(piece) = next(response, idle).await? {
        if whole.is_empty() {
            // What the server says about the size is believed up to a bound only.
            whole.reserve(told.clamp(first.len() + piece.len(), 1 << 20));
            whole.extend_from_slice(&std::mem::take(&mut first));
        }
        if piece.len() > cap - whole.len() {
            return Err(BodyError::TooLarge);
        }
        whole.extend_from_slice(&piece);
    }
    Ok(if whole.is_empty() { first } else { whole.freeze() })
}

async fn next(response: &mut Response, idle: Duration) -> Result<Option<Bytes>, BodyError> {
    match timeout(idle, response.chunk()).await {
        Ok(Ok(piece)) => Ok(piece),
        Ok(Err(_)) => Err(BodyError::Torn),
        Err(_) => Err(BodyError::Idle),
    }
}
