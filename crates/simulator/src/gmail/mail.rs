use std::{collections::BTreeSet, sync::Arc};

use bytes::Bytes;

use super::{Object, generate::Writer, heads::Heads};

/// One message of the mailbox.
#[derive(Clone)]
pub(crate) struct Mail {
    pub(crate) id: u64,
    pub(crate) thread: u64,
    pub(crate) labels: BTreeSet<String>,
    /// `internalDate`: milliseconds since 1970.
    pub(crate) at: i64,
    /// The last record of the history that concerns it.
    pub(crate) history: u64,
    pub(crate) heads: Arc<Heads>,
    pub(crate) source: Source,
    /// Fields that are shown instead of the true ones; null for none.
    pub(crate) distorted: Object,
}

/// Where a message's bytes come from.
#[derive(Clone)]
pub(crate) enum Source {
    Told(Bytes),
    Generated(Arc<Writer>, usize),
}

impl Mail {
    /// The message as RFC 5322 has it.
    pub(crate) fn raw(&self) -> Bytes {
        match &self.source {
            Source::Told(bytes) => bytes.clone(),
            Source::Generated(writer, n) => Bytes::from(writer.raw(*n)),
        }
    }

    pub(crate) fn has(&self, label: &str) -> bool {
        self.labels.contains(label)
    }

    /// Lists leave it out unless they are told not to.
    pub(crate) fn away(&self) -> bool {
        self.has("SPAM") || self.has("TRASH")
    }

    /// Its place among all, oldest first.
    pub(crate) fn place(&self) -> (i64, u64) {
        (self.at, self.id)
    }
}

/// An id on the wire: 64 bits as hex digits.
pub(crate) fn hex(id: u64) -> String {
    format!("{id:016x}")
}

/// An id from the wire.
pub(crate) fn from_hex(text: &str) -> Option<u64> {
    let fine = (1..=16).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_hexdigit());
    if fine { u64::from_str_radix(text, 16).ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_hex() {
        assert_eq!((hex(0x18e2), from_hex("00000000000018e2")), ("00000000000018e2".into(), Some(0x18e2)));
        assert_eq!(from_hex("ffffffffffffffff"), Some(u64::MAX));
        for wrong in ["", "+1", "18e2g", "10000000000000000", "-1", " 1"] {
            assert_eq!(from_hex(wrong), None, "{wrong}");
        }
    }
}
