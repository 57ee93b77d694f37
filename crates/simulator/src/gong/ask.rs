use jiff::Timestamp;
use serde_json::json;

use super::{
    GongWorld,
    cursor::{Claims, binding},
    input::Input,
    keys::Grant,
    operation::Operation,
    refusal::Refusal,
};
use crate::scenario::Fault;

/// One authorized request on its way to an answer.
pub(crate) struct Ask<'a> {
    pub(crate) world: &'a GongWorld,
    pub(crate) operation: &'static Operation,
    /// The id in the path.
    pub(crate) id: Option<&'a str>,
    pub(crate) input: &'a Input,
    pub(crate) grant: &'a Grant,
    pub(crate) now: Timestamp,
    pub(crate) seed: u64,
    pub(crate) request_id: &'a str,
    /// A fault that concerns pages.
    pub(crate) fault: Option<&'a Fault>,
}

/// A page of a list, and the `records` that tell of it.
pub(crate) struct Page<'i, T> {
    pub(crate) items: &'i [T],
    pub(crate) records: String,
}

impl Ask<'_> {
    /// Cuts the page that the cursor asks for out of a list. `key` gives each item a text by which the list is sorted: a page begins behind
    /// the last item of the one before, whatever came or went meanwhile. Where there is nothing at all, the answer is `nothing`.
    pub(crate) fn page<'i, T>(&self, list: &'i [T], key: impl Fn(&T) -> String, nothing: Option<&str>) -> Result<Page<'i, T>, Refusal> {
        let bound = binding(self.operation.name, &self.input.bound());
        let cursor = self.input.cursor();
        let claims = cursor.map(|c| Claims::open(c, self.seed, &bound, self.world.cursor_epoch, self.now)).transpose()?;
        let after = claims.as_ref().map(|c| c.after.as_str()).unwrap_or_default();
        let rest = list.get(list.partition_point(|item| key(item).as_str() <= after)..).unwrap_or_default();
        let size = match self.fault {
            Some(Fault::ShortPage(size)) => self.world.page_size.min(*size),
            _ => self.world.page_size,
        };
        let items = rest.get(..size.min(rest.len())).unwrap_or_default();
        if let (true, Some(text)) = (rest.is_empty(), nothing) {
            return Err(Refusal::nothing(text));
        }
        let (number, salt) = claims.as_ref().map_or((0, 0), |c| (c.page_number, c.salt));
        let total = claims.as_ref().map_or(list.len(), |c| c.total);
        let seal = |after: String, page_number, salt| {
            let exp = self.now.as_second().saturating_add(self.world.cursor_seconds);
            Claims { after, total, page_number, salt, bound: bound.clone(), epoch: self.world.cursor_epoch, exp }.seal(self.seed)
        };
        let next = match self.fault {
            Some(Fault::LoopCursor) => Some(cursor.map_or_else(|| seal(after.to_owned(), number, salt), str::to_owned)),
            // The salt tells that a page has been repeated, so that each comes twice, not for ever.
            Some(Fault::RepeatPage) if salt.is_multiple_of(2) => Some(seal(after.to_owned(), number, salt + 1)),
            _ if items.len() == rest.len() => None,
            _ => match items.last() {
                Some(last) => Some(seal(key(last), number + 1, 0)),
                // An empty page leads to where it stands, but by another cursor: it is no loop.
                None => Some(seal(after.to_owned(), number + 1, salt + 2)),
            },
        };
        let mut records = json!({"totalRecords": total, "currentPageSize": items.len(), "currentPageNumber": number});
        if let (Some(next), Some(object)) = (next, records.as_object_mut()) {
            object.insert("cursor".into(), json!(next));
        }
        Ok(Page { items, records: records.to_string() })
    }

    /// An answer of a list: `requestId`, `records` where it is paged, and the items, each JSON already.
    pub(crate) fn listed(&self, records: Option<&str>, name: &str, items: &[String]) -> String {
        let mut out = String::with_capacity(200 + items.iter().map(|i| i.len() + 1).sum::<usize>());
        out.push_str("{\"requestId\":\"");
        out.push_str(self.request_id);
        out.push('"');
        if let Some(records) = records {
            out.push_str(",\"records\":");
            out.push_str(records);
        }
        out.push_str(",\"");
        out.push_str(name);
        out.push_str("\":[");
        for (i, item) in items.iter().enumerate() {
            if i > 0 {
                out.push(',');
            }
            out.push_str(item);
        }
        out.push_str("]}");
        out
    }

    /// Whether the page's items are needed at all: the caller's token has the scope.
    pub(crate) fn need(&self, scope: &str) -> Result<(), Refusal> {
        if self.grant.has(scope) { Ok(()) } else { Err(Refusal::scope(scope)) }
    }
}
