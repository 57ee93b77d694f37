//! Fields of another type than Granola documents: converted where that is plain, else left out, so that one odd field does not cost the
//! whole note. Most fields of the API may be null, and what is open today may have another shape tomorrow.

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, de::Error};
use serde_json::value::RawValue;

/// Nothing that people met about lies outside these years; what a broken clock writes does.
const YEARS: (i64, i64) = (631_152_000, 7_258_118_400);

/// Whether a time can be meant.
pub(crate) fn is_plausible(at: Timestamp) -> bool {
    (YEARS.0..YEARS.1).contains(&at.as_second())
}

/// A time as the vendor writes it.
pub(crate) fn moment(text: &str) -> Option<Timestamp> {
    text.trim().parse().ok().filter(|at| is_plausible(*at))
}

/// A text; a number becomes one. Anything else, and what has no visible character, is none.
pub(crate) fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let raw = <&'de RawValue>::deserialize(deserializer)?.get();
    let text = match raw.as_bytes().first() {
        Some(b'"') => serde_json::from_str(raw).ok(),
        Some(b'-' | b'0'..=b'9') => Some(raw.to_owned()),
        _ => None,
    };
    Ok(text.filter(|t: &String| !t.trim().is_empty()))
}

/// What somebody wrote. Nothing but text will do: to take it for empty would wipe out what was known of it.
pub(crate) fn words<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let raw = <&'de RawValue>::deserialize(deserializer)?.get();
    match raw.as_bytes().first() {
        Some(b'n') => Ok(None),
        Some(b'"') => serde_json::from_str(raw).map(Some).map_err(D::Error::custom),
        _ => Err(D::Error::custom("expected a string")),
    }
}

/// A time; one that cannot be read, or cannot be meant, is none.
pub(crate) fn time<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Timestamp>, D::Error> {
    Ok(text(deserializer)?.and_then(|t| moment(&t)))
}

/// A truth value, also as a word or a number.
pub(crate) fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<bool>, D::Error> {
    Ok(match <&'de RawValue>::deserialize(deserializer)?.get().trim_matches('"') {
        "true" | "1" => Some(true),
        "false" | "0" => Some(false),
        _ => None,
    })
}

/// An object, left out where it is something else.
pub(crate) fn object<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    let raw = <&'de RawValue>::deserialize(deserializer)?;
    Ok(serde_json::from_str(raw.get()).ok())
}

/// A list, without what stands in it and is something else; none where there is no list.
pub(crate) fn maybe_list<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<Vec<T>>, D::Error> {
    let raws: Option<Vec<&'de RawValue>> = object(deserializer)?;
    Ok(raws.map(|raws| raws.into_iter().filter_map(|raw| serde_json::from_str(raw.get()).ok()).collect()))
}

/// The same where none and empty are the same.
pub(crate) fn list<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Vec<T>, D::Error> {
    Ok(maybe_list(deserializer)?.unwrap_or_default())
}
