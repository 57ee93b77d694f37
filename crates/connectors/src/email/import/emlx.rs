//! A message as Apple Mail keeps it: `12345` in the first line, as many bytes of message, and a property list.

use bytes::Bytes;
use jiff::Timestamp;

use super::kind::counted;

/// Of the property list's `flags`: it is in the bin.
const DELETED: u64 = 1 << 1;
/// It is a draft.
const DRAFT: u64 = 1 << 6;

/// A message out of such a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Emlx {
    /// The message.
    pub(super) body: Bytes,
    /// When it was received.
    pub(super) at: Option<Timestamp>,
    /// It is in the bin.
    pub(super) trashed: bool,
    /// It is a draft.
    pub(super) draft: bool,
    /// Fewer bytes are there than the first line says.
    pub(super) torn: bool,
}

/// Takes a file apart; `None` if its first line is no number.
pub(super) fn read(file: &Bytes) -> Option<Emlx> {
    let (size, from) = counted(file)?;
    let rest = file.slice(from..);
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    let torn = size > rest.len();
    let body = rest.slice(..size.min(rest.len()));
    let list = String::from_utf8_lossy(rest.get(body.len()..).unwrap_or_default());
    let flags = integer(&list, "flags").unwrap_or(0);
    let at = integer(&list, "date-received").filter(|s| *s > 0).and_then(|s| Timestamp::from_second(i64::try_from(s).ok()?).ok());
    Some(Emlx { body, at, trashed: flags & DELETED != 0, draft: flags & DRAFT != 0, torn })
}

/// The whole number at a key of a property list.
fn integer(list: &str, key: &str) -> Option<u64> {
    let (_, value) = list.split_once(&format!("<key>{key}</key>"))?;
    let value = value.trim_start();
    let value = value.strip_prefix("<integer>").or_else(|| value.strip_prefix("<real>"))?;
    let digits: String = value.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(size: usize, rest: &str) -> Emlx {
        read(&Bytes::from(format!("{size}      \n{rest}"))).unwrap()
    }

    fn list(flags: u64) -> String {
        format!(
            "<?xml version=\"1.0\"?><plist><dict>\n\t<key>date-received</key>\n\t<integer>1710493500</integer>\n\t<key>flags</key>\n\t\
             <integer>{flags}</integer>\n</dict></plist>"
        )
    }

    #[test]
    fn a_message_and_what_is_said_of_it() {
        let message = "Subject: x\n\n<key>flags</key><integer>66</integer>\n";
        let plain = Emlx { body: message.into(), at: None, trashed: false, draft: false, torn: false };
        let at = Some(Timestamp::from_second(1_710_493_500).unwrap());
        assert_eq!(of(message.len(), message), plain);
        assert_eq!(of(message.len(), &(message.to_owned() + &list(8_590_195_713))), Emlx { at, ..plain.clone() });
        assert_eq!(of(message.len(), &(message.to_owned() + &list(2))), Emlx { at, trashed: true, ..plain.clone() });
        assert_eq!(of(message.len(), &(message.to_owned() + &list(65))), Emlx { at, draft: true, ..plain.clone() });
        assert_eq!(of(message.len() + 1, message), Emlx { torn: true, ..plain.clone() });
        assert_eq!(of(usize::MAX, message), Emlx { torn: true, ..plain.clone() });
        assert_eq!(of(0, ""), Emlx { body: Bytes::new(), ..plain.clone() });
        let broken = "<key>flags</key><integer>x</integer><key>date-received</key><integer>99999999999999999999</integer>";
        assert_eq!(of(message.len(), &(message.to_owned() + broken)), plain);
        for bad in ["", "x\n", "12", "1.5\n", "-1\n", "99999999999999999999\nx"] {
            assert_eq!(read(&Bytes::from(bad)), None, "{bad}");
        }
    }
}
