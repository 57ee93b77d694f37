//! Fields of another type than Slack documents: converted where that is plain, else left out, so that one odd field does not cost the
//! whole object. Old apps and imports of other tools leave such fields behind.

use std::fmt;

use bytes::Bytes;
use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, Error, IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use serde_json::value::RawValue;

/// A plain value of any type.
enum Plain {
    Int(i64),
    Text(String),
    Nothing,
}

impl<'de> Deserialize<'de> for Plain {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct V;
        impl<'de> Visitor<'de> for V {
            type Value = Plain;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a value")
            }
            fn visit_bool<E: Error>(self, v: bool) -> Result<Plain, E> {
                Ok(Plain::Int(v.into()))
            }
            fn visit_i64<E: Error>(self, v: i64) -> Result<Plain, E> {
                Ok(Plain::Int(v))
            }
            fn visit_u64<E: Error>(self, v: u64) -> Result<Plain, E> {
                Ok(i64::try_from(v).map_or(Plain::Nothing, Plain::Int))
            }
            fn visit_f64<E: Error>(self, v: f64) -> Result<Plain, E> {
                // Beyond this not every whole number is one of these.
                Ok(if v.abs() < 9e15 { Plain::Int(v as i64) } else { Plain::Nothing })
            }
            fn visit_str<E: Error>(self, v: &str) -> Result<Plain, E> {
                Ok(Plain::Text(v.to_owned()))
            }
            fn visit_unit<E: Error>(self) -> Result<Plain, E> {
                Ok(Plain::Nothing)
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Plain, A::Error> {
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(Plain::Nothing)
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Plain, A::Error> {
                while seq.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Plain::Nothing)
            }
        }
        deserializer.deserialize_any(V)
    }
}

/// A whole number, also as a text or with a fraction; one that does not fit is left out.
pub(crate) fn int<'de, D: Deserializer<'de>, T: TryFrom<i64>>(deserializer: D) -> Result<Option<T>, D::Error> {
    let n = match Plain::deserialize(deserializer)? {
        Plain::Int(n) => Some(n),
        Plain::Text(t) => t.trim().parse().ok(),
        Plain::Nothing => None,
    };
    Ok(n.and_then(|n| T::try_from(n).ok()))
}

/// A truth value, also as a number or a word.
pub(crate) fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<bool>, D::Error> {
    Ok(match Plain::deserialize(deserializer)? {
        Plain::Int(n) => Some(n != 0),
        Plain::Text(t) => match t.trim() {
            "true" | "1" => Some(true),
            "false" | "0" | "" => Some(false),
            _ => None,
        },
        Plain::Nothing => None,
    })
}

/// A text; empty where there is none.
pub(crate) fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Ok(Option::<super::wire::Str<'_>>::deserialize(deserializer)?.unwrap_or_default().to_string())
}

/// What somebody said. Nothing but text will do: to take it for empty would wipe out what was known of it.
pub(crate) fn words<'de: 'a, 'a, D: Deserializer<'de>>(deserializer: D) -> Result<Option<super::wire::Str<'a>>, D::Error> {
    let raw = <&'de RawValue>::deserialize(deserializer)?.get();
    if raw.starts_with(['{', '[']) {
        return Err(D::Error::custom("expected a string"));
    }
    serde_json::from_str(raw).map_err(D::Error::custom)
}

/// An object, left out where it is something else.
pub(crate) fn object<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    let raw = <&'de RawValue>::deserialize(deserializer)?;
    Ok(serde_json::from_str(raw.get()).ok())
}

/// The same of one that borrows nothing.
pub(crate) fn owned<'de, D: Deserializer<'de>, T: DeserializeOwned>(deserializer: D) -> Result<Option<T>, D::Error> {
    object(deserializer)
}

/// A list, without what stands in it and is something else.
pub(crate) fn list<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<Vec<T>>, D::Error> {
    let raws: Option<Vec<&'de RawValue>> = object(deserializer)?;
    Ok(raws.map(|raws| raws.into_iter().filter_map(|raw| serde_json::from_str(raw.get()).ok()).collect()))
}

/// Puts U+FFFD for each half of a character: a text that was cut within an emoji ends in `\ud83d`, which no JSON reader takes.
pub(crate) fn mend(body: Bytes) -> Bytes {
    let mut out = Vec::new();
    let (mut from, mut at) = (0, 0);
    while let Some(found) = body.get(at..).and_then(|rest| rest.iter().position(|b| *b == b'\\')) {
        let slash = at + found;
        let (width, lone) = match (half(&body, slash), half(&body, slash + 6)) {
            (Some(Half::High), Some(Half::Low)) => (12, false),
            (Some(_), _) => (6, true),
            (None, _) => (2, false),
        };
        if lone {
            out.extend_from_slice(body.get(from..slash).unwrap_or_default());
            out.extend_from_slice(b"\\ufffd");
            from = slash + width;
        }
        at = slash + width;
    }
    if from == 0 {
        return body;
    }
    out.extend_from_slice(body.get(from..).unwrap_or_default());
    out.into()
}

enum Half {
    High,
    Low,
}

/// Which half of a character the escape there stands for: `\uD800` to `\uDBFF` is the first, `\uDC00` to `\uDFFF` the second.
fn half(body: &[u8], at: usize) -> Option<Half> {
    let [b'\\', b'u', b'd' | b'D', second, _, _] = body.get(at..at + 6)? else { return None };
    match second {
        b'8' | b'9' | b'a' | b'b' | b'A' | b'B' => Some(Half::High),
        b'c'..=b'f' | b'C'..=b'F' => Some(Half::Low),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_of_characters_are_mended_and_nothing_else() {
        let table = [
            (r#"{"a":"cut \ud83d"}"#, r#"{"a":"cut \ufffd"}"#),
            (r#"{"a":"\ud83d\ude00 \uDE00\ud83D"}"#, r#"{"a":"\ud83d\ude00 \ufffd\ufffd"}"#),
            (r#"{"a":"\ud83d\ud83d\ude00"}"#, r#"{"a":"\ufffd\ud83d\ude00"}"#),
            (r#"{"a":"\\ud83d and \\\ud83d"}"#, r#"{"a":"\\ud83d and \\\ufffd"}"#),
            (r#"{"a":"\u00e4 \n\/\""}"#, r#"{"a":"\u00e4 \n\/\""}"#),
            ("{\"a\":\"\\", "{\"a\":\"\\"),
            ("", ""),
        ];
        for (from, to) in table {
            assert_eq!(mend(Bytes::from_static(from.as_bytes())), to);
        }
        let untouched = Bytes::from_static(b"{\"a\":\"\\ud83d\\ude00\"}");
        assert_eq!(mend(untouched.clone()).as_ptr(), untouched.as_ptr());
    }
}
