use std::collections::BTreeMap;

use serde_json::Value;

use super::refusal::Refusal;

/// How deep a selector may go.
const DEPTH: usize = 16;

/// Which fields an answer is cut down to: `messages(id,threadId),nextPageToken`, `payload/headers`, `*`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Fields(BTreeMap<String, Fields>);

impl Fields {
    pub(crate) fn parse(text: &str) -> Result<Fields, Refusal> {
        let refused = || Refusal::argument(format!("Invalid field selection {text}"));
        let mut rest = text;
        let fields = list(&mut rest, 0).filter(|f| !f.0.is_empty()).ok_or_else(refused)?;
        if rest.is_empty() { Ok(fields) } else { Err(refused()) }
    }

    /// What of a value is left.
    pub(crate) fn cut(&self, value: Value) -> Value {
        if self.0.is_empty() {
            return value;
        }
        match value {
            Value::Array(items) => Value::Array(items.into_iter().map(|v| self.cut(v)).collect()),
            Value::Object(object) => Value::Object(
                object
                    .into_iter()
                    .filter_map(|(key, value)| {
                        let below = self.0.get(&key).or_else(|| self.0.get("*"))?;
                        Some((key, below.cut(value)))
                    })
                    .collect(),
            ),
            plain => plain,
        }
    }
}

fn list(rest: &mut &str, depth: usize) -> Option<Fields> {
    let mut fields = Fields::default();
    loop {
        path(rest, &mut fields, depth)?;
        match rest.strip_prefix(',') {
            Some(more) => *rest = more,
            None => return Some(fields),
        }
    }
}

fn path(rest: &mut &str, into: &mut Fields, depth: usize) -> Option<()> {
    if depth > DEPTH {
        return None;
    }
    let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '*').unwrap_or(rest.len());
    let (name, after) = rest.split_at_checked(end).filter(|(n, _)| !n.is_empty())?;
    *rest = after;
    let below = into.0.entry(name.to_owned()).or_default();
    if let Some(more) = rest.strip_prefix('/') {
        *rest = more;
        path(rest, below, depth + 1)
    } else if let Some(more) = rest.strip_prefix('(') {
        *rest = more;
        below.0.extend(list(rest, depth + 1)?.0);
        *rest = rest.strip_prefix(')')?;
        Some(())
    } else {
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn answers_are_cut() {
        let whole = json!({"messages": [{"id": "1", "threadId": "2"}], "nextPageToken": "x", "a": {"b": {"c": 1, "d": 2}, "e": 3}});
        let cut = |text: &str| Fields::parse(text).map(|f| f.cut(whole.clone())).map_err(|r| r.reason);
        assert_eq!(cut("messages(id),nextPageToken"), Ok(json!({"messages": [{"id": "1"}], "nextPageToken": "x"})));
        assert_eq!(cut("a/b/c,a/e"), Ok(json!({"a": {"b": {"c": 1}, "e": 3}})));
        assert_eq!(cut("*"), Ok(whole.clone()));
        assert_eq!(cut("none"), Ok(json!({})));
        let deep = "a(".repeat(10_000);
        for wrong in ["", ",", "a(", "a)", "a(b", "a//b", "a b", &deep] {
            assert_eq!(cut(wrong), Err("invalidArgument".into()), "{wrong:.20}");
        }
    }
}
