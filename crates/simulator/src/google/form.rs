use std::collections::BTreeMap;

use super::refusal::Refusal;

/// Parameters of a query or form, each of which may stand there once.
pub(super) struct Form(BTreeMap<String, String>);

impl Form {
    /// Reads `a=1&b=2`. An empty value counts as missing, as RFC 6749 has it.
    pub(super) fn read(text: &[u8]) -> Result<Form, Refusal> {
        let mut all = BTreeMap::new();
        for (name, value) in url::form_urlencoded::parse(text) {
            if value.is_empty() {
                continue;
            }
            if all.insert(name.to_string(), value.into_owned()).is_some() {
                return Err(Refusal::request(format!("OAuth 2 parameters can only have a single value: {name}")));
            }
        }
        Ok(Form(all))
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    pub(super) fn need(&self, name: &str) -> Result<&str, Refusal> {
        self.get(name).ok_or_else(|| Refusal::request(format!("Missing required parameter: {name}")))
    }

    pub(super) fn names(&self) -> Vec<String> {
        self.0.keys().cloned().collect()
    }
}
