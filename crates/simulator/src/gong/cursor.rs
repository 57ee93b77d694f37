use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::refusal::Refusal;

/// What a cursor carries. Gong's are signed tokens with much the same in them, and an `exp`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Claims {
    /// The last record given: the next page begins behind it.
    pub(crate) after: String,
    /// How many there were when the first page was made.
    pub(crate) total: usize,
    pub(crate) page_number: u64,
    /// Tells a repeated page from the first time.
    pub(crate) salt: u64,
    /// Digest of the operation and everything that was asked but the cursor.
    pub(crate) bound: String,
    /// Cursors of an older epoch are invalid.
    pub(crate) epoch: u64,
    /// Second from which on it is refused.
    pub(crate) exp: i64,
}

/// `{"alg":"HS256"}`
const HEADER: &str = "eyJhbGciOiJIUzI1NiJ9";

fn signature(seed: u64, payload: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(format!("gong cursor\n{seed}\n{payload}")))
}

/// What a cursor is bound to.
pub(crate) fn binding(operation: &str, bound: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(format!("{operation}\n{bound}")).iter().take(9).copied().collect::<Vec<u8>>())
}

impl Claims {
    pub(crate) fn seal(&self, seed: u64) -> String {
        let payload = URL_SAFE_NO_PAD.encode(serde_json::to_string(self).unwrap_or_default());
        let signature = signature(seed, &payload);
        format!("{HEADER}.{payload}.{signature}")
    }

    /// The claims of a cursor that was given for exactly this, and has not expired.
    pub(crate) fn open(cursor: &str, seed: u64, bound: &str, epoch: u64, now: Timestamp) -> Result<Self, Refusal> {
        let refused = || Refusal::malformed("cursor: is invalid or has expired");
        let mut parts = cursor.split('.');
        let (Some(HEADER), Some(payload), Some(signed), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
            return Err(refused());
        };
        if signature(seed, payload) != signed {
            return Err(refused());
        }
        let claims = URL_SAFE_NO_PAD.decode(payload).ok().and_then(|bytes| serde_json::from_slice::<Claims>(&bytes).ok());
        claims.filter(|c| c.bound == bound && c.epoch == epoch && now.as_second() < c.exp).ok_or_else(refused)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_good_for_one_thing_and_for_a_time() {
        let now = Timestamp::from_second(1_712_000_000).unwrap();
        let bound = binding("gong.calls.list", "fromDateTime=x\n");
        let claims =
            Claims { after: "0042".into(), total: 7, page_number: 1, salt: 0, bound: bound.clone(), epoch: 3, exp: now.as_second() + 60 };
        let cursor = claims.seal(1);
        let later = |s| now + jiff::SignedDuration::from_secs(s);
        assert_eq!(Claims::open(&cursor, 1, &bound, 3, now), Ok(claims.clone()));
        assert_eq!(Claims::open(&cursor, 1, &bound, 3, later(59)), Ok(claims));
        let mut forged = cursor.clone();
        forged.replace_range(25..26, if forged.get(25..26) == Some("A") { "B" } else { "A" });
        let other = binding("gong.calls.list", "fromDateTime=y\n");
        for refused in [
            Claims::open(&cursor, 1, &bound, 3, later(60)),
            Claims::open(&cursor, 2, &bound, 3, now),
            Claims::open(&cursor, 1, &bound, 4, now),
            Claims::open(&cursor, 1, &other, 3, now),
            Claims::open(&forged, 1, &bound, 3, now),
            Claims::open("", 1, &bound, 3, now),
            Claims::open(&format!("{cursor}."), 1, &bound, 3, now),
            Claims::open("eyJhbGciOiJIUzI1NiJ9.e30.x", 1, &bound, 3, now),
        ] {
            assert_eq!(refused, Err(Refusal::malformed("cursor: is invalid or has expired")));
        }
    }
}
