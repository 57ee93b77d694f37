use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{
    GmailWorld,
    args::Args,
    cursor::Seal,
    label::Label,
    operation::Operation,
    refusal::Refusal,
    resource::Format,
    scope::Grant,
    search::{Asked, Query, fits, parse},
};
use crate::scenario::Fault;

/// "This field defaults to 100. The maximum allowed value for this field is 500."
const PAGE: u64 = 100;
const PAGE_MAX: u64 = 500;

/// One authorised request on its way to an answer.
pub(crate) struct Ask<'a> {
    pub(crate) world: &'a mut GmailWorld,
    pub(crate) operation: &'static Operation,
    /// What stands in the path for its names.
    pub(crate) ids: Vec<String>,
    pub(crate) args: &'a Args,
    pub(crate) body: Option<Value>,
    pub(crate) grant: &'a Grant,
    pub(crate) now: Timestamp,
    pub(crate) seed: u64,
    pub(crate) seq: u64,
    /// A fault that concerns pages.
    pub(crate) fault: Option<&'a Fault>,
}

/// Places of messages: times and ids.
pub(crate) type Found = Arc<Vec<(i64, u64)>>;

/// What the result of a search depends on.
#[derive(Clone, PartialEq)]
pub(crate) struct Searched {
    query: String,
    history: u64,
    names: Vec<Label>,
    at: Timestamp,
}

/// A page of a list.
pub(crate) struct Page<T> {
    pub(crate) items: Vec<T>,
    pub(crate) next: Option<String>,
    /// All that there are, about.
    pub(crate) estimate: usize,
}

impl Ask<'_> {
    /// The n-th id of the path.
    pub(crate) fn id(&self, n: usize) -> &str {
        self.ids.get(n).map(String::as_str).unwrap_or_default()
    }

    /// Cuts the page that the token asks for out of a list. `place` gives each item what the list is sorted by, highest first where
    /// `down`: a page begins behind the last item of the one before, whatever came or went meanwhile.
    pub(crate) fn page<T: Clone>(&self, list: &[T], down: bool, place: impl Fn(&T) -> (i64, u64)) -> Result<Page<T>, Refusal> {
        let wanted = match self.args.number("maxResults") {
            Some(n) if n > PAGE_MAX => return Err(Refusal::argument("Invalid maxResults: the maximum is 500")),
            None | Some(0) => PAGE,
            Some(n) => n,
        };
        let mut size = usize::try_from(wanted).unwrap_or(500).min(self.world.manner.page_size);
        if let Some(Fault::ShortPage(n)) = self.fault {
            size = size.min(*n);
        }
        let asked = format!("{}\n{}", self.operation.name, self.args.bound());
        let seal = Seal::new(self.seed, self.world.epoch, self.now, self.world.manner.cursor_seconds, &asked);
        let token = self.args.get("pageToken").filter(|t| !t.is_empty());
        let claims = token.map(|t| seal.open(t)).transpose()?;
        let rest = match &claims {
            Some(claims) => {
                let seen = |item: &T| if down { place(item) >= claims.after } else { place(item) <= claims.after };
                list.get(list.partition_point(seen)..).unwrap_or_default()
            }
            None => list,
        };
        let items = rest.get(..size.min(rest.len())).unwrap_or_default();
        let before = claims.as_ref().map_or(if down { (i64::MAX, u64::MAX) } else { (i64::MIN, 0) }, |c| c.after);
        let salt = claims.as_ref().map_or(0, |c| c.salt);
        let next = match self.fault {
            Some(Fault::LoopCursor) => Some(token.map_or_else(|| seal.close(before, salt), str::to_owned)),
            // The salt tells that a page has been repeated, so that each comes twice, not for ever.
            Some(Fault::RepeatPage) if salt.is_multiple_of(2) => Some(seal.close(before, salt + 1)),
            _ if items.len() == rest.len() => None,
            _ => Some(items.last().map_or_else(|| seal.close(before, salt + 2), |last| seal.close(place(last), 0))),
        };
        // As Gmail does it: beyond the page it says 201, whatever there is.
        let estimate = if next.is_some() { rest.len().min(201).max(items.len()) } else { items.len() };
        Ok(Page { items: items.to_vec(), next, estimate })
    }

    /// The page as the answer holds it: what is empty is absent.
    pub(crate) fn listed(name: &str, items: Vec<Value>, next: Option<String>, estimate: Option<usize>) -> Value {
        let mut out = json!({});
        if let Some(object) = out.as_object_mut() {
            if !items.is_empty() {
                object.insert(name.into(), Value::Array(items));
            }
            if let Some(next) = next {
                object.insert("nextPageToken".into(), json!(next));
            }
            if let Some(estimate) = estimate {
                object.insert("resultSizeEstimate".into(), json!(estimate));
            }
        }
        out
    }

    /// Places of the messages that `q`, `labelIds` and `includeSpamTrash` ask for, newest first.
    pub(crate) fn found(&mut self) -> Result<Found, Refusal> {
        let text = self.args.get("q").unwrap_or_default();
        if self.grant.restricted() && !text.is_empty() {
            return Err(Refusal::metadata("Metadata scope does not support 'q' parameter"));
        }
        if self.world.manner.query_max.is_some_and(|max| text.chars().count() > max) {
            return Err(Refusal::argument("Invalid query: it is too long"));
        }
        let query: Query = parse(text);
        let labels = self.args.all("labelIds");
        if labels.iter().any(|l| self.world.label(l).is_none()) {
            return Err(Refusal::argument("Invalid label: labelIds"));
        }
        let away = self.args.on("includeSpamTrash") || query.looks_away() || labels.iter().any(|l| l == "SPAM" || l == "TRASH");
        // The pages of one list are asked for one after the other, mostly without any change in between.
        let key = Searched {
            query: format!("{text}\n{labels:?}\n{away}"),
            history: self.world.history,
            names: self.world.labels.clone(),
            at: self.now,
        };
        if let Some((_, found)) = self.world.searched.as_ref().filter(|(last, _)| *last == key) {
            return Ok(Arc::clone(found));
        }
        let asked = Asked { world: self.world, now: self.now };
        let mails = self.world.order.iter().rev().filter_map(|(_, id)| self.world.mails.get(id));
        let found = mails
            .filter(|m| (away || !m.away()) && labels.iter().all(|l| m.has(l)) && fits(&query, m, &asked))
            .map(|m| m.place())
            .collect();
        let found = Arc::new(found);
        self.world.searched = Some((key, Arc::clone(&found)));
        Ok(found)
    }

    /// The format asked for, if the token may have it.
    pub(crate) fn format(&self) -> Result<Format, Refusal> {
        let format = Format::of(self.args.get("format"));
        if self.grant.restricted() && matches!(format, Format::Full | Format::Raw) {
            return Err(Refusal::metadata(format!("Metadata scope doesn't allow format {}", format.word())));
        }
        Ok(format)
    }

    /// `metadataHeaders`, if some are named.
    pub(crate) fn only(&self) -> Option<&[String]> {
        Some(self.args.all("metadataHeaders")).filter(|names| !names.is_empty())
    }

    /// A field of the body that is a list of texts; empty where it is not there.
    pub(crate) fn texts(&self, name: &str) -> Result<Vec<String>, Refusal> {
        let Some(value) = self.body.as_ref().and_then(|b| b.get(name)) else { return Ok(Vec::new()) };
        let wrong = || Refusal::payload(name, format!("Invalid value at '{name}' (TYPE_STRING)"));
        let items = value.as_array().ok_or_else(wrong)?;
        items.iter().map(|v| v.as_str().map(str::to_owned).ok_or_else(wrong)).collect()
    }
}
