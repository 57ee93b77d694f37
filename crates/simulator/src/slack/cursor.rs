use base64::{Engine as _, engine::general_purpose::STANDARD};
use sha2::{Digest, Sha256};

/// What a cursor is good for: it is bound to all of this, and refused elsewhere.
pub(crate) struct Binding<'a> {
    pub(crate) seed: u64,
    pub(crate) epoch: u64,
    pub(crate) identity: &'a str,
    pub(crate) method: &'a str,
    pub(crate) args: &'a str,
}

impl Binding<'_> {
    fn seal(&self, place: &str, salt: u64) -> String {
        let Binding { seed, epoch, identity, method, args } = self;
        let hash = Sha256::digest(format!("{seed}\n{epoch}\n{identity}\n{method}\n{args}\n{place}\n{salt}"));
        hash.iter().take(6).map(|b| format!("{b:02x}")).collect()
    }

    /// An opaque cursor to a place (`next_ts:1512085861000543`). Like many of Slack's it ends in `=`, which a client must escape in a query.
    pub(crate) fn cursor(&self, place: &str, salt: u64) -> String {
        let mut text = format!("{place}:{salt}:{}", self.seal(place, salt));
        if text.len().is_multiple_of(3) {
            text.push('.');
        }
        STANDARD.encode(text)
    }

    /// The place and salt of a cursor that was given for exactly these arguments.
    pub(crate) fn open(&self, cursor: &str) -> Option<(String, u64)> {
        let text = String::from_utf8(STANDARD.decode(cursor).ok()?).ok()?;
        let (rest, seal) = text.trim_end_matches('.').rsplit_once(':')?;
        let (place, salt) = rest.rsplit_once(':')?;
        let salt = salt.parse().ok()?;
        (self.seal(place, salt) == seal).then(|| (place.to_owned(), salt))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bound_to_everything() {
        let b = || Binding { seed: 1, epoch: 0, identity: "A:U1", method: "m", args: "channel=C1\nlimit=2\n" };
        for n in 0..30_u64 {
            let place = format!("next_ts:{}", 10_u64.pow(u32::try_from(n % 18).unwrap_or(0)));
            let c = b().cursor(&place, n);
            assert!(c.ends_with('='), "{c}");
            assert_eq!(b().open(&c), Some((place, n)));
            assert_eq!(Binding { args: "channel=C1\nlimit=3\n", ..b() }.open(&c), None);
            assert_eq!(Binding { identity: "A:U2", ..b() }.open(&c), None);
            assert_eq!(Binding { method: "n", ..b() }.open(&c), None);
            assert_eq!(Binding { epoch: 1, ..b() }.open(&c), None);
            assert_eq!(Binding { seed: 2, ..b() }.open(&c), None);
        }
        for junk in ["", "=", "abc", "bmV4dF90czoxNTEyMDg1ODYxMDAwNTQz", "\u{0}"] {
            assert_eq!(b().open(junk), None, "{junk}");
        }
    }
}
