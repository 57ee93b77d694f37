use serde::Deserialize;
use serde_json::{Value, json};

use crate::gong::{GongWorld, Object, ask::Ask, input, refusal::Refusal};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    filter: Option<Filter>,
    #[serde(rename = "cursor")]
    _cursor: Option<String>,
}

/// `MultipleUsersRequestWithCreationDates`
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Filter {
    user_ids: Option<Vec<String>>,
    created_from_date_time: Option<String>,
    created_to_date_time: Option<String>,
    include_avatars: Option<bool>,
}

fn text<'u>(user: &'u Object, key: &str) -> &'u str {
    user.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn visible(world: &GongWorld, avatars: bool) -> Vec<(usize, &Object)> {
    world.users.iter().enumerate().filter(|(_, u)| avatars || !world.avatars.contains(text(u, "id"))).collect()
}

fn answer(ask: &Ask<'_>, users: &[(usize, &Object)], nothing: Option<&str>) -> Result<String, Refusal> {
    let page = ask.page(users, |(n, _)| format!("{n:010}"), nothing)?;
    let items: Vec<String> = page.items.iter().map(|(_, u)| serde_json::to_string(u).unwrap_or_default()).collect();
    Ok(ask.listed(Some(&page.records), "users", &items))
}

/// `GET /v2/users`. The document declares no 404: a company without users has an empty list.
pub(crate) fn list(ask: &Ask<'_>) -> Result<String, Refusal> {
    let avatars = ask.input.flag("includeAvatars")?;
    answer(ask, &visible(ask.world, avatars), None)
}

/// `GET /v2/users/{id}`.
pub(crate) fn get(ask: &Ask<'_>) -> Result<String, Refusal> {
    let id = ask.id.unwrap_or_default();
    input::id("id", id)?;
    let user = ask.world.users.iter().find(|u| text(u, "id") == id).ok_or_else(|| Refusal::nothing("User not found"))?;
    Ok(json!({"requestId": ask.request_id, "user": user}).to_string())
}

/// `POST /v2/users/extensive`.
pub(crate) fn extensive(ask: &Ask<'_>) -> Result<String, Refusal> {
    let body: Body = ask.input.body()?;
    let filter = body.filter.ok_or_else(|| Refusal::malformed("filter: must not be null"))?;
    let time = |name, text: &Option<String>| text.as_deref().map(|t| input::instant(name, t)).transpose();
    let from = time("createdFromDateTime", &filter.created_from_date_time)?;
    let to = time("createdToDateTime", &filter.created_to_date_time)?;
    filter.user_ids.iter().flatten().try_for_each(|id| input::id("userIds", id))?;
    let ids = filter.user_ids.as_ref().filter(|ids| !ids.is_empty());
    let mut users = visible(ask.world, filter.include_avatars.unwrap_or(false));
    users.retain(|(_, u)| {
        let created = text(u, "created").parse().unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        ids.is_none_or(|ids| ids.iter().any(|id| id == text(u, "id")))
            && from.is_none_or(|f| created >= f)
            && to.is_none_or(|t| created < t)
    });
    answer(ask, &users, Some("No users found corresponding to the provided filters"))
}
