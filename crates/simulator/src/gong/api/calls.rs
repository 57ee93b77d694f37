use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::gong::{
    GongWorld, Object,
    ask::Ask,
    call::{Call, place},
    input,
    refusal::Refusal,
    select::Selector,
};

/// What Gong says where nothing fits.
const NO_CALLS: &str = "No calls found corresponding to the provided filters";

/// `CallsRequestFilterWithOwners`; `CallsFilter` has all but the owners.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Filter {
    from_date_time: Option<String>,
    to_date_time: Option<String>,
    workspace_id: Option<String>,
    call_ids: Option<Vec<String>>,
    primary_user_ids: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    filter: Option<Filter>,
    content_selector: Option<Selector>,
    /// Read as part of the page; here only its type is checked.
    #[serde(rename = "cursor")]
    _cursor: Option<String>,
}

impl Filter {
    fn check(&self) -> Result<(Option<Timestamp>, Option<Timestamp>), Refusal> {
        let time = |name, text: &Option<String>| text.as_deref().map(|t| input::instant(name, t)).transpose();
        let (from, to) = (time("fromDateTime", &self.from_date_time)?, time("toDateTime", &self.to_date_time)?);
        if let (Some(from), Some(to)) = (from, to)
            && from > to
        {
            return Err(Refusal::malformed("fromDateTime: must not be after toDateTime"));
        }
        self.workspace_id.as_deref().map_or(Ok(()), |id| input::id("workspaceId", id))?;
        let all = |name, ids: &Option<Vec<String>>| ids.iter().flatten().try_for_each(|id| input::id(name, id));
        all("callIds", &self.call_ids)?;
        all("primaryUserIds", &self.primary_user_ids)?;
        Ok((from, to))
    }

    /// The calls that fit, oldest first. Private ones are none to the API.
    fn calls<'w>(&self, world: &'w GongWorld) -> Result<Vec<&'w Call>, Refusal> {
        let (from, to) = self.check()?;
        let fits = |c: &Call| {
            let one_of = |ids: &Option<Vec<String>>, id: &str| ids.as_ref().is_none_or(|ids| ids.is_empty() || ids.iter().any(|i| i == id));
            !c.private
                && from.is_none_or(|from| c.at >= from)
                && to.is_none_or(|to| c.at < to)
                && self.workspace_id.as_ref().is_none_or(|w| *w == c.workspace)
                && one_of(&self.primary_user_ids, &c.primary)
        };
        match self.call_ids.as_ref().filter(|ids| !ids.is_empty()) {
            Some(ids) => {
                let mut calls: Vec<&Call> = ids.iter().filter_map(|id| world.find(id)).filter(|c| fits(c)).collect();
                calls.sort_by_key(|c| c.place());
                calls.dedup_by_key(|c| c.place());
                Ok(calls)
            }
            None => {
                let start = from.map_or_else(String::new, |from| place(from, ""));
                Ok(world.calls.range(start..).map(|(_, c)| c).take_while(|c| to.is_none_or(|to| c.at < to)).filter(|c| fits(c)).collect())
            }
        }
    }
}

/// `GET /v2/calls`. The document requires both dates; peers that leave them out were seen to be answered, `toDateTime` then being now.
pub(crate) fn list(ask: &Ask<'_>) -> Result<String, Refusal> {
    let text = |name: &str| ask.input.text(name).map(str::to_owned);
    let filter = Filter {
        from_date_time: text("fromDateTime"),
        to_date_time: text("toDateTime").or_else(|| Some(ask.now.to_string())),
        workspace_id: text("workspaceId"),
        ..Filter::default()
    };
    let calls = filter.calls(ask.world)?;
    let page = ask.page(&calls, |c| c.place(), Some(NO_CALLS))?;
    let items: Vec<String> = page.items.iter().map(|c| object(&c.meta())).collect();
    Ok(ask.listed(Some(&page.records), "calls", &items))
}

fn object(object: &Object) -> String {
    serde_json::to_string(object).unwrap_or_default()
}

/// `GET /v2/calls/{id}`.
pub(crate) fn get(ask: &Ask<'_>) -> Result<String, Refusal> {
    let id = ask.id.unwrap_or_default();
    input::id("id", id)?;
    let call = ask.world.find(id).filter(|c| !c.private).ok_or_else(|| Refusal::nothing("Call ID was not found"))?;
    Ok(json!({"requestId": ask.request_id, "call": call.meta()}).to_string())
}

/// The filter is required; an empty one means all.
fn body(ask: &Ask<'_>) -> Result<(Filter, Selector), Refusal> {
    let body: Body = ask.input.body()?;
    let filter = body.filter.ok_or_else(|| Refusal::malformed("filter: must not be null"))?;
    let selector = body.content_selector.unwrap_or_default();
    selector.check()?;
    Ok((filter, selector))
}

/// `POST /v2/calls/extensive`.
pub(crate) fn extensive(ask: &Ask<'_>) -> Result<String, Refusal> {
    let (filter, selector) = body(ask)?;
    if selector.media() {
        ask.need("api:calls:read:media-url")?;
    }
    let calls = filter.calls(ask.world)?;
    let page = ask.page(&calls, |c| c.place(), Some(NO_CALLS))?;
    let items: Vec<String> = page
        .items
        .iter()
        .map(|c| if selector.more_than_meta() { object(&selector.apply(&c.data())) } else { json!({"metaData": c.meta()}).to_string() })
        .collect();
    Ok(ask.listed(Some(&page.records), "calls", &items))
}

/// `POST /v2/calls/transcript`. A call whose transcript is not ready is not in the answer.
pub(crate) fn transcript(ask: &Ask<'_>) -> Result<String, Refusal> {
    let (filter, _) = body(ask)?;
    // Owners are no part of this path's filter.
    let filter = Filter { primary_user_ids: None, ..filter };
    let calls: Vec<&Call> = filter.calls(ask.world)?.into_iter().filter(|c| c.has_transcript(ask.now)).collect();
    let page = ask.page(&calls, |c| c.place(), Some(NO_CALLS))?;
    let items: Vec<String> =
        page.items.iter().map(|c| format!("{{\"callId\":{},\"transcript\":{}}}", Value::from(c.id.as_str()), c.transcript())).collect();
    Ok(ask.listed(Some(&page.records), "callTranscripts", &items))
}
