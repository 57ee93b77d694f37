use http::{HeaderMap, Method, header::CONTENT_TYPE};
use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde_json::Value;
use url::form_urlencoded;

use super::{Object, refusal::Refusal};
use crate::wire::Incoming;

/// What a request says: the query of a GET, the JSON object of a POST. A query beside a body says nothing.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Input {
    Query(Vec<(String, String)>),
    Body(Object),
}

impl Input {
    pub(crate) fn read(request: &Incoming) -> Result<Self, Refusal> {
        if request.verb == Method::GET {
            let mut query: Vec<(String, String)> = form_urlencoded::parse(request.query.as_bytes()).into_owned().collect();
            query.sort();
            return Ok(Input::Query(query));
        }
        if !is_json(&request.headers) {
            return Err(Refusal::malformed("Content-Type must be application/json"));
        }
        match serde_json::from_slice(&request.body) {
            Ok(Value::Object(body)) => Ok(Input::Body(body)),
            _ => Err(Refusal::json()),
        }
    }

    /// An argument of the query.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        match self {
            Input::Query(query) => query.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str()),
            Input::Body(_) => None,
        }
    }

    /// The cursor, of the query or beside the filter.
    pub(crate) fn cursor(&self) -> Option<&str> {
        match self {
            Input::Query(_) => self.text("cursor"),
            Input::Body(body) => body.get("cursor").and_then(Value::as_str),
        }
    }

    /// Everything but the cursor, in a fixed form: what has to be repeated to get the next page.
    pub(crate) fn bound(&self) -> String {
        match self {
            Input::Query(query) => query.iter().filter(|(n, _)| n != "cursor").map(|(n, v)| format!("{n}={v}\n")).collect(),
            Input::Body(body) => {
                let mut rest = body.clone();
                rest.remove("cursor");
                Value::Object(rest).to_string()
            }
        }
    }

    /// Names of the arguments.
    pub(crate) fn names(&self) -> Vec<String> {
        match self {
            Input::Query(query) => query.iter().map(|(n, _)| n.clone()).collect(),
            Input::Body(body) => body.keys().cloned().collect(),
        }
    }

    /// The body in the path's form.
    pub(crate) fn body<T: DeserializeOwned>(&self) -> Result<T, Refusal> {
        let Input::Body(body) = self else { return Err(Refusal::json()) };
        serde_json::from_value(Value::Object(body.clone())).map_err(|_| Refusal::json())
    }

    /// A boolean of the query.
    pub(crate) fn flag(&self, name: &str) -> Result<bool, Refusal> {
        match self.text(name) {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(_) => Err(Refusal::malformed(format!("{name}: must be true or false"))),
        }
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    kind.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/json")
}

/// A time in the form that the document asks for: `2018-02-18T02:30:00-07:00` or `2018-02-18T08:00:00Z`.
pub(crate) fn instant(name: &str, text: &str) -> Result<Timestamp, Refusal> {
    let formed = text.as_bytes().get(10) == Some(&b'T') && !text.contains('[');
    match text.parse() {
        Ok(at) if formed => Ok(at),
        _ => Err(Refusal::malformed(format!("{name}: must be a date and time in ISO-8601 format with an offset"))),
    }
}

/// Gong's ids are numbers of up to 20 digits, given as strings.
pub(crate) fn id(name: &str, text: &str) -> Result<(), Refusal> {
    if is_id(text) { Ok(()) } else { Err(Refusal::malformed(format!("{name}: must be a numeric identifier of up to 20 digits"))) }
}

pub(crate) fn is_id(text: &str) -> bool {
    (1..=20).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_need_an_offset() {
        for good in
            ["2018-02-18T02:30:00-07:00", "2018-02-18T08:00:00Z", "2019-10-18T14:03:37.041977-07:00", "2016-02-16T03:57:04.834+05:30"]
        {
            assert!(instant("x", good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "2018-02-18",
            "2018-02-18T02:30:00",
            "2018-02-18 02:30:00Z",
            "2018-02-18T02:30:00 00:00",
            "now",
            "1518863400",
            "2018-02-30T00:00:00Z",
            "2018-02-18T02:30:00+00:00[UTC]",
        ] {
            assert!(instant("x", bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn ids_are_digits() {
        assert!(["1", "7782342274025937895", "35657219295037524478"].iter().all(|i| is_id(i)));
        assert!(["", "-1", "1.0", "abc", "123456789012345678901", "١٢٣"].iter().all(|i| !is_id(i)));
    }
}
