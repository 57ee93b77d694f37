use jiff::{civil::Date, tz::TimeZone};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::gong::{Object, ask::Ask, input, refusal::Refusal};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    filter: Option<Filter>,
    #[serde(rename = "cursor")]
    _cursor: Option<String>,
}

/// `MultipleUsersWithDates`
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Filter {
    from_date: Option<String>,
    to_date: Option<String>,
    user_ids: Option<Vec<String>>,
}

/// `YYYY-MM-DD` and nothing else.
fn date(name: &str, text: Option<&str>) -> Result<Date, Refusal> {
    let text = text.ok_or_else(|| Refusal::malformed(format!("filter.{name}: must not be null")))?;
    match text.parse() {
        Ok(date) if text.len() == 10 => Ok(date),
        _ => Err(Refusal::malformed(format!("filter.{name}: must be a date in the format YYYY-MM-DD"))),
    }
}

/// `POST /v2/stats/interaction`. The company's time zone is UTC.
pub(crate) fn interaction(ask: &Ask<'_>) -> Result<String, Refusal> {
    let body: Body = ask.input.body()?;
    let filter = body.filter.ok_or_else(|| Refusal::malformed("filter: must not be null"))?;
    let (from, to) = (date("fromDate", filter.from_date.as_deref())?, date("toDate", filter.to_date.as_deref())?);
    filter.user_ids.iter().flatten().try_for_each(|id| input::id("userIds", id))?;
    if to > ask.now.to_zoned(TimeZone::UTC).date() {
        return Err(Refusal::malformed("filter.toDate: must not exceed the current day"));
    }
    if from > to {
        return Err(Refusal::malformed("filter.fromDate: must not be after toDate"));
    }
    let ids = filter.user_ids.as_ref().filter(|ids| !ids.is_empty());
    let mut people = Vec::new();
    for (n, user) in ask.world.users.iter().enumerate() {
        let id = user.get("id").and_then(Value::as_str).unwrap_or_default();
        if ids.is_none_or(|ids| ids.iter().any(|i| i == id))
            && let Some(stats) = stats(ask, id, from, to)
        {
            people.push((n, json!({"userId": id, "userEmailAddress": user.get("emailAddress"), "personInteractionStats": stats})));
        }
    }
    let page = ask.page(&people, |(n, _)| format!("{n:010}"), Some("No stats found for the specified period"))?;
    let people: Vec<&Value> = page.items.iter().map(|(_, p)| p).collect();
    let records: Value = serde_json::from_str(&page.records).unwrap_or_default();
    let midnight = |date: Date| format!("{date}T00:00:00Z");
    Ok(json!({"requestId": ask.request_id, "records": records, "peopleInteractionStats": people,
        "fromDateTime": midnight(from), "toDateTime": midnight(to), "timeZone": "UTC"})
    .to_string())
}

/// What a user's calls in these days say together; nothing if there are none.
fn stats(ask: &Ask<'_>, user: &str, from: Date, to: Date) -> Option<Value> {
    let calls = ask.world.calls.values().filter(|c| c.primary == user && !c.private);
    let blocks: Vec<Object> = calls
        .filter(|c| (from..to).contains(&c.at.to_zoned(TimeZone::UTC).date()))
        .map(|c| c.data().into_owned())
        .filter(|d| d.get("interaction").is_some_and(Value::is_object))
        .collect();
    if blocks.is_empty() {
        return None;
    }
    let number = |v: Option<&Value>| v.and_then(Value::as_f64).unwrap_or(0.0);
    let values = |name: &str| -> Vec<f64> {
        let of = |d: &Object| {
            let stats = d.get("interaction")?.get("interactionStats")?.as_array()?;
            stats.iter().find(|s| s.get("name").and_then(Value::as_str) == Some(name)).map(|s| number(s.get("value")))
        };
        blocks.iter().filter_map(of).collect()
    };
    let most = |name| values(name).into_iter().fold(0.0, f64::max);
    #[expect(clippy::cast_precision_loss, reason = "counts of calls are small")]
    let mean = |values: Vec<f64>| values.iter().sum::<f64>() / values.len().max(1) as f64;
    let questions: f64 =
        blocks.iter().map(|d| number(d.get("interaction").and_then(|i| i.get("questions")).and_then(|q| q.get("companyCount")))).sum();
    let seconds: f64 = blocks.iter().map(|d| number(d.get("metaData").and_then(|m| m.get("duration")))).sum();
    let stat = |name: &str, value: f64| json!({"name": name, "value": (value * 100.0).round() / 100.0});
    Some(json!([
        stat("Longest Monologue", most("Longest Monologue")),
        stat("Longest Customer Story", most("Longest Customer Story")),
        stat("Interactivity", mean(values("Interactivity"))),
        stat("Patience", mean(values("Patience"))),
        stat("Question Rate", questions * 3600.0 / seconds.max(1.0)),
    ]))
}
