use serde::{Deserialize, Deserializer, de::Error};
use serde_json::{Map, Value};

use super::Event;
use crate::{GmailEvent, GongEvent, GoogleEvent, GranolaEvent};

/// Something that happens in one of the worlds. In the language, Slack's events have bare names (`do = "edit"`), those of other vendors begin
/// with the vendor's (`do = "gong.retitle"`).
#[derive(Debug, Clone, PartialEq)]
pub enum Happening {
    /// In the Slack workspace.
    Slack(Event),
    /// In the Gong company.
    Gong(GongEvent),
    /// In the Granola workspace.
    Granola(GranolaEvent),
    /// In the mailbox.
    Gmail(GmailEvent),
    /// In what Google has authorised.
    Google(GoogleEvent),
}

impl<'de> Deserialize<'de> for Happening {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let table = Map::deserialize(deserializer)?;
        let (vendor, word) = match table.get("do").and_then(Value::as_str).and_then(|word| word.split_once('.')) {
            Some((vendor, word)) => (vendor.to_owned(), word.to_owned()),
            None => Default::default(),
        };
        let of_vendor = |mut table: Map<String, Value>| {
            table.insert("do".into(), Value::from(word));
            Value::Object(table)
        };
        let made = match &*vendor {
            "gong" => serde_json::from_value(of_vendor(table)).map(Happening::Gong),
            "granola" => serde_json::from_value(of_vendor(table)).map(Happening::Granola),
            "gmail" => serde_json::from_value(of_vendor(table)).map(Happening::Gmail),
            "google" => serde_json::from_value(of_vendor(table)).map(Happening::Google),
            _ => serde_json::from_value(Value::Object(table)).map(Happening::Slack),
        };
        made.map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_prefix_says_where_it_happens() {
        let read = |v: Value| serde_json::from_value::<Happening>(v).map_err(|e| e.to_string());
        assert_eq!(read(json!({"do": "expire_cursors"})), Ok(Happening::Slack(Event::ExpireCursors {})));
        assert_eq!(read(json!({"do": "gong.expire_cursors"})), Ok(Happening::Gong(GongEvent::ExpireCursors {})));
        assert_eq!(read(json!({"do": "granola.expire_cursors"})), Ok(Happening::Granola(GranolaEvent::ExpireCursors {})));
        assert_eq!(read(json!({"do": "gmail.expire_history"})), Ok(Happening::Gmail(GmailEvent::ExpireHistory {})));
        assert_eq!(read(json!({"do": "google.expire_access"})), Ok(Happening::Google(GoogleEvent::ExpireAccess {})));
        assert!(read(json!({"do": "granola.retitle"})).unwrap_err().starts_with("unknown variant `retitle`"));
        assert!(read(json!({"do": "other.edit"})).unwrap_err().starts_with("unknown variant `other.edit`"));
        assert!(read(json!({"do": "gong.edit"})).unwrap_err().starts_with("unknown variant `edit`"));
        assert!(read(json!({"do": "retitle", "title": "x"})).unwrap_err().starts_with("unknown variant `retitle`"));
        assert_eq!(
            read(json!({"do": "gong.retitle", "title": "x", "tilte": "y"})).unwrap_err(),
            "unknown field `tilte`, expected `call` or `title`"
        );
    }
}
