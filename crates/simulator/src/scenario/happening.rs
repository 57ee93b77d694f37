use serde::{Deserialize, Deserializer, de::Error};
use serde_json::{Map, Value};

use super::Event;
use crate::GongEvent;

/// Something that happens in one of the worlds. In the language, Slack's events have bare names (`do = "edit"`), those of other vendors begin
/// with the vendor's (`do = "gong.retitle"`).
#[derive(Debug, Clone, PartialEq)]
pub enum Happening {
    /// In the Slack workspace.
    Slack(Event),
    /// In the Gong company.
    Gong(GongEvent),
}

impl<'de> Deserialize<'de> for Happening {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut table = Map::deserialize(deserializer)?;
        let word = table.get("do").and_then(Value::as_str).and_then(|word| word.strip_prefix("gong.")).map(str::to_owned);
        let made = match word {
            Some(word) => {
                table.insert("do".into(), Value::from(word));
                serde_json::from_value(Value::Object(table)).map(Happening::Gong)
            }
            None => serde_json::from_value(Value::Object(table)).map(Happening::Slack),
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
        assert!(read(json!({"do": "gong.edit"})).unwrap_err().starts_with("unknown variant `edit`"));
        assert!(read(json!({"do": "retitle", "title": "x"})).unwrap_err().starts_with("unknown variant `retitle`"));
        assert_eq!(
            read(json!({"do": "gong.retitle", "title": "x", "tilte": "y"})).unwrap_err(),
            "unknown field `tilte`, expected `call` or `title`"
        );
    }
}
