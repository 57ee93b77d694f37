use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::refusal::Refusal;

/// What a page token carries. Gmail's are opaque numbers; nobody may look into one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Claims {
    /// The last item given: time and id, or 0 and the id of a record.
    pub(crate) after: (i64, u64),
    /// Tells a repeated page from the first time.
    pub(crate) salt: u64,
    bound: String,
    epoch: u64,
    until: i64,
}

/// What tokens of a request are good for.
pub(crate) struct Seal {
    pub(crate) seed: u64,
    pub(crate) epoch: u64,
    pub(crate) now: Timestamp,
    /// How long a token is good.
    pub(crate) seconds: i64,
    bound: String,
}

fn digest(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(text).iter().take(9).copied().collect::<Vec<u8>>())
}

impl Seal {
    /// Tokens for exactly this operation with these parameters.
    pub(crate) fn new(seed: u64, epoch: u64, now: Timestamp, seconds: i64, asked: &str) -> Self {
        Seal { seed, epoch, now, seconds, bound: digest(asked) }
    }

    pub(crate) fn close(&self, after: (i64, u64), salt: u64) -> String {
        let until = self.now.as_second().saturating_add(self.seconds);
        let claims = Claims { after, salt, bound: self.bound.clone(), epoch: self.epoch, until };
        let text = serde_json::to_string(&claims).unwrap_or_default();
        let signed = digest(&format!("gmail page\n{}\n{text}", self.seed));
        URL_SAFE_NO_PAD.encode(format!("{signed}{text}"))
    }

    pub(crate) fn open(&self, token: &str) -> Result<Claims, Refusal> {
        let refused = || Refusal::argument("Invalid pageToken");
        let bytes = URL_SAFE_NO_PAD.decode(token).map_err(|_| refused())?;
        let text = String::from_utf8(bytes).map_err(|_| refused())?;
        let (signed, text) = text.split_at_checked(12).ok_or_else(refused)?;
        if signed != digest(&format!("gmail page\n{}\n{text}", self.seed)) {
            return Err(refused());
        }
        let claims: Claims = serde_json::from_str(text).map_err(|_| refused())?;
        let fine = claims.bound == self.bound && claims.epoch == self.epoch && self.now.as_second() < claims.until;
        if fine { Ok(claims) } else { Err(refused()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_good_for_one_thing_and_for_a_time() {
        let now = Timestamp::from_second(1_712_000_000).unwrap();
        let seal = |epoch, later, asked| Seal::new(1, epoch, now + jiff::SignedDuration::from_secs(later), 60, asked);
        let token = seal(0, 0, "a").close((7, 9), 2);
        assert_eq!(seal(0, 59, "a").open(&token).map(|c| (c.after, c.salt)), Ok(((7, 9), 2)));
        for refused in [seal(0, 60, "a"), seal(1, 0, "a"), seal(0, 0, "b"), Seal::new(2, 0, now, 60, "a")] {
            assert_eq!(refused.open(&token), Err(Refusal::argument("Invalid pageToken")));
        }
        for token in ["", "x", "09876", "é"] {
            assert!(seal(0, 0, "a").open(token).is_err(), "{token}");
        }
    }
}
