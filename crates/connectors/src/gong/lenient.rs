//! Fields of another type than Gong documents: converted where that is plain, else left out, so that one odd field does not cost the whole
//! call. Nulls are common, ids come as strings and as numbers, and a number may be beyond what any number type holds.

use std::fmt;

use jiff::Timestamp;
use serde::{
    Deserialize, Deserializer,
    de::{Error, Visitor},
};
use serde_json::value::RawValue;

/// Longest time within a call that is believed: a week, in seconds.
const LONGEST: f64 = 7.0 * 86_400.0;

/// A text; numbers and truth values as they are written; empty where there is something else.
pub(crate) fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Ok(as_text(<&'de RawValue>::deserialize(deserializer)?).unwrap_or_default())
}

/// The same, `None` where there is none or nothing stands in it.
pub(crate) fn some_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(as_text(<&'de RawValue>::deserialize(deserializer)?).filter(|t| !t.trim().is_empty()))
}

/// An id: Gong's are digits, mostly in strings. A number's digits are taken as they stand, because one in a spec's example is beyond 64 bits.
pub(crate) fn id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let raw = <&'de RawValue>::deserialize(deserializer)?;
    let whole = |t: &String| raw.get().starts_with('"') || t.bytes().all(|b| b.is_ascii_digit());
    Ok(as_text(raw).filter(|t| is_id(t) && whole(t)))
}

/// Whether this may be an id: short, and without anything that separates ids in keys.
pub(crate) fn is_id(id: &str) -> bool {
    (1..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

/// A number that is one: finite.
pub(crate) fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<f64>, D::Error> {
    Ok(as_number(<&'de RawValue>::deserialize(deserializer)?))
}

/// Seconds within a call.
pub(crate) fn seconds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<f64>, D::Error> {
    Ok(as_number(<&'de RawValue>::deserialize(deserializer)?).filter(|n| (0.0..=LONGEST).contains(n)))
}

/// A list of seconds.
pub(crate) fn seconds_list<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<f64>, D::Error> {
    let raws = as_list(<&'de RawValue>::deserialize(deserializer)?);
    Ok(raws.into_iter().filter_map(as_number).filter(|n| (0.0..=LONGEST).contains(n)).collect())
}

/// Milliseconds within a call.
pub(crate) fn millis<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    let n = as_number(<&'de RawValue>::deserialize(deserializer)?).filter(|n| (0.0..=LONGEST * 1_000.0).contains(n));
    // Within range, see above.
    Ok(n.map(|n| n.round() as u64))
}

/// How many; what is negative or absurd is left out.
pub(crate) fn count<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u32>, D::Error> {
    let n = as_number(<&'de RawValue>::deserialize(deserializer)?).filter(|n| (0.0..=1e9).contains(n));
    Ok(n.map(|n| n as u32))
}

/// A truth value, also as a word.
pub(crate) fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<bool>, D::Error> {
    let word = as_text(<&'de RawValue>::deserialize(deserializer)?).unwrap_or_default();
    Ok(match word.trim() {
        "true" | "TRUE" | "True" | "1" => Some(true),
        "false" | "FALSE" | "False" | "0" => Some(false),
        _ => None,
    })
}

/// A point in time, with its offset.
pub(crate) fn time<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Timestamp>, D::Error> {
    Ok(as_text(<&'de RawValue>::deserialize(deserializer)?).and_then(|t| t.trim().parse().ok()))
}

/// An object, left out where it is something else.
pub(crate) fn object<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    Ok(serde_json::from_str(<&'de RawValue>::deserialize(deserializer)?.get()).ok())
}

/// A list, without what stands in it and is something else.
pub(crate) fn list<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Vec<T>, D::Error> {
    let raws = as_list(<&'de RawValue>::deserialize(deserializer)?);
    Ok(raws.into_iter().filter_map(|raw| serde_json::from_str(raw.get()).ok()).collect())
}

/// A list of texts.
pub(crate) fn texts<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    Ok(as_list(<&'de RawValue>::deserialize(deserializer)?).into_iter().filter_map(as_text).collect())
}

/// A value of any type; `None` for a number that no type holds.
pub(crate) fn any<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<serde_json::Value>, D::Error> {
    let raw = <&'de RawValue>::deserialize(deserializer)?;
    Ok(serde_json::from_str(raw.get()).ok().or_else(|| as_text(raw).map(serde_json::Value::String)))
}

fn as_list(raw: &RawValue) -> Vec<&RawValue> {
    serde_json::from_str(raw.get()).unwrap_or_default()
}

fn as_text(raw: &RawValue) -> Option<String> {
    let json = raw.get();
    match json.as_bytes().first()? {
        b'"' => serde_json::from_str::<String>(json).ok().or_else(|| serde_json::from_str::<Halved>(json).ok().map(|h| h.0)),
        b'{' | b'[' | b'n' => None,
        _ => Some(json.to_owned()),
    }
}

fn as_number(raw: &RawValue) -> Option<f64> {
    as_text(raw)?.trim().parse::<f64>().ok().filter(|n| n.is_finite())
}

/// A text that was cut within a character outside the basic plane: it ends in `\ud83d`, which no text holds. U+FFFD stands there instead.
struct Halved(String);

impl<'de> Deserialize<'de> for Halved {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct V;
        impl Visitor<'_> for V {
            type Value = Halved;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }
            fn visit_bytes<E: Error>(self, v: &[u8]) -> Result<Halved, E> {
                Ok(Halved(String::from_utf8_lossy(v).into_owned()))
            }
        }
        deserializer.deserialize_bytes(V)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Default, PartialEq, Deserialize)]
    #[serde(default)]
    struct All {
        #[serde(deserialize_with = "id")]
        id: Option<String>,
        #[serde(deserialize_with = "text")]
        text: String,
        #[serde(deserialize_with = "seconds")]
        seconds: Option<f64>,
        #[serde(deserialize_with = "millis")]
        millis: Option<u64>,
        #[serde(deserialize_with = "count")]
        count: Option<u32>,
        #[serde(deserialize_with = "flag")]
        flag: Option<bool>,
        #[serde(deserialize_with = "time")]
        time: Option<Timestamp>,
        #[serde(deserialize_with = "texts")]
        texts: Vec<String>,
        #[serde(deserialize_with = "seconds_list")]
        list: Vec<f64>,
        #[serde(deserialize_with = "any")]
        any: Option<serde_json::Value>,
    }

    fn all(json: &str) -> All {
        serde_json::from_str(json).unwrap_or_else(|e| panic!("{json}: {e}"))
    }

    #[test]
    fn ids_keep_all_their_digits() {
        for (json, id) in [
            (r#""7782342274025937895""#, Some("7782342274025937895")),
            ("7782342274025937895", Some("7782342274025937895")),
            ("99999999999999999999", Some("99999999999999999999")),
            (r#""0012""#, Some("0012")),
            ("-1", None),
            ("1.5", None),
            ("true", None),
            ("1e3", None),
            (r#""a/b""#, None),
            (r#""gong:1""#, None),
            (r#""""#, None),
            ("null", None),
            ("{}", None),
            ("[1]", None),
        ] {
            assert_eq!(all(&format!(r#"{{"id": {json}}}"#)).id.as_deref(), id, "{json}");
        }
        assert_eq!(all(&format!(r#"{{"id": "{}"}}"#, "1".repeat(65))).id, None);
    }

    #[test]
    fn absurd_numbers_are_left_out() {
        for json in ["-1", "1e999", "-1e999", r#""NaN""#, r#""inf""#, "null", "[]", "{}", r#""x""#, "1e300"] {
            let got = all(&format!(r#"{{"seconds": {json}, "millis": {json}, "count": {json}, "list": [{json}, 2]}}"#));
            assert_eq!(got, All { list: vec![2.0], ..All::default() }, "{json}");
        }
        let got = all(r#"{"seconds": "12.5", "millis": 12.4, "count": "7"}"#);
        assert_eq!((got.seconds, got.millis, got.count), (Some(12.5), Some(12), Some(7)));
    }

    #[test]
    fn other_types_become_what_they_plainly_mean() {
        let got =
            all(r#"{"text": 12, "flag": "true", "time": "2019-10-18T14:03:37.041977-07:00", "texts": ["a", null, 1, {}], "any": [1]}"#);
        assert_eq!((got.text.as_str(), got.flag), ("12", Some(true)));
        assert_eq!(got.time, Some("2019-10-18T21:03:37.041977Z".parse().unwrap()));
        assert_eq!(got.texts, ["a", "1"]);
        assert_eq!(got.any, Some(serde_json::json!([1])));
        assert_eq!(all(r#"{"any": 1e999}"#).any, Some(serde_json::json!("1e999")));
        assert_eq!(all(r#"{"time": "2019-10-18T14:03:37", "flag": 3, "text": [1], "texts": 4}"#), All::default());
        assert_eq!(all(r#"{"text": "cut \ud83d", "any": null}"#).text, "cut \u{fffd}\u{fffd}\u{fffd}");
    }
}
