use serde_json::Value;

use crate::gong::{Object, ask::Ask, input, refusal::Refusal};

fn objects<'o>(objects: impl Iterator<Item = &'o Object>) -> Vec<String> {
    objects.map(|o| serde_json::to_string(o).unwrap_or_default()).collect()
}

/// `GET /v2/workspaces`.
pub(crate) fn workspaces(ask: &Ask<'_>) -> Result<String, Refusal> {
    Ok(ask.listed(None, "workspaces", &objects(ask.world.workspaces.iter())))
}

/// `GET /v2/settings/trackers`: "When empty, all trackers in all workspaces are returned."
pub(crate) fn trackers(ask: &Ask<'_>) -> Result<String, Refusal> {
    let text = |object: &Object, key: &str| object.get(key).and_then(Value::as_str).map(str::to_owned);
    let workspace = ask.input.text("workspaceId").filter(|id| !id.is_empty());
    if let Some(id) = workspace {
        input::id("workspaceId", id)?;
        if !ask.world.workspaces.iter().any(|w| text(w, "id").as_deref() == Some(id)) {
            return Err(Refusal::nothing("Workspace not found"));
        }
    }
    let trackers = ask.world.trackers.iter().filter(|t| workspace.is_none_or(|id| text(t, "workspaceId").as_deref() == Some(id)));
    Ok(ask.listed(None, "keywordTrackers", &objects(trackers)))
}

/// `GET /v2/settings/scorecards`.
pub(crate) fn scorecards(ask: &Ask<'_>) -> Result<String, Refusal> {
    if ask.world.scorecards.is_empty() {
        return Err(Refusal::nothing("Scorecards not found"));
    }
    Ok(ask.listed(None, "scorecards", &objects(ask.world.scorecards.iter())))
}

/// `GET /v2/crm/integrations`: the generic integration, if there is one.
pub(crate) fn crm_integrations(ask: &Ask<'_>) -> Result<String, Refusal> {
    Ok(ask.listed(None, "integrations", &objects(ask.world.crm_integrations.iter())))
}
