use http::Method;

use super::{
    api::{calls, settings, stats, users},
    ask::Ask,
    refusal::Refusal,
};

/// One path and verb of the document.
pub(crate) struct Operation {
    /// Our name for it, in scenarios and logs.
    pub(crate) name: &'static str,
    pub(crate) verb: Method,
    pub(crate) path: &'static str,
    /// What a bearer token needs.
    pub(crate) scope: &'static str,
    /// The status that the document declares as "Access denied": 401, but 403 for workspaces and the list of users.
    pub(crate) denied: u16,
    pub(crate) answer: fn(&Ask<'_>) -> Result<String, Refusal>,
}

const fn operation(
    name: &'static str,
    verb: Method,
    path: &'static str,
    scope: &'static str,
    denied: u16,
    answer: fn(&Ask<'_>) -> Result<String, Refusal>,
) -> Operation {
    Operation { name, verb, path, scope, denied, answer }
}

static OPERATIONS: [Operation; 12] = [
    operation("gong.calls.list", Method::GET, "/v2/calls", "api:calls:read:basic", 401, calls::list),
    operation("gong.calls.get", Method::GET, "/v2/calls/{id}", "api:calls:read:basic", 401, calls::get),
    operation("gong.calls.extensive", Method::POST, "/v2/calls/extensive", "api:calls:read:extensive", 401, calls::extensive),
    operation("gong.calls.transcript", Method::POST, "/v2/calls/transcript", "api:calls:read:transcript", 401, calls::transcript),
    operation("gong.users.list", Method::GET, "/v2/users", "api:users:read", 403, users::list),
    operation("gong.users.get", Method::GET, "/v2/users/{id}", "api:users:read", 401, users::get),
    operation("gong.users.extensive", Method::POST, "/v2/users/extensive", "api:users:read", 401, users::extensive),
    operation("gong.workspaces.list", Method::GET, "/v2/workspaces", "api:workspaces:read", 403, settings::workspaces),
    operation("gong.settings.trackers", Method::GET, "/v2/settings/trackers", "api:settings:trackers:read", 401, settings::trackers),
    operation(
        "gong.settings.scorecards",
        Method::GET,
        "/v2/settings/scorecards",
        "api:settings:scorecards:read",
        401,
        settings::scorecards,
    ),
    operation("gong.stats.interaction", Method::POST, "/v2/stats/interaction", "api:stats:interaction", 401, stats::interaction),
    operation("gong.crm.integrations", Method::GET, "/v2/crm/integrations", "api:crm:integrations:read", 401, settings::crm_integrations),
];

/// What a verb and a path lead to.
pub(crate) enum Found<'a> {
    /// An operation, and the id in the path.
    Operation(&'static Operation, Option<&'a str>),
    /// The path exists, with these verbs.
    OtherVerbs(Vec<&'static str>),
    Nothing,
}

/// The id, where the path has the template's form.
fn fits<'a>(template: &str, path: &'a str) -> Option<Option<&'a str>> {
    if template == path {
        return Some(None);
    }
    let id = path.strip_prefix(template.strip_suffix("{id}")?)?;
    (!id.is_empty() && !id.contains('/')).then_some(Some(id))
}

pub(crate) fn find<'a>(verb: &Method, path: &'a str) -> Found<'a> {
    let mut others = Vec::new();
    let mut found: Option<(&'static Operation, Option<&'a str>)> = None;
    for operation in &OPERATIONS {
        let Some(id) = fits(operation.path, path) else { continue };
        if operation.verb != *verb {
            others.push(operation.verb.as_str());
        } else if id.is_none() || found.is_none() {
            // A path without an id is nearer than one with.
            found = Some((operation, id));
        }
    }
    match found {
        Some((operation, id)) => Found::Operation(operation, id),
        None if others.is_empty() => Found::Nothing,
        None => {
            others.sort_unstable();
            others.dedup();
            Found::OtherVerbs(others)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(verb: &Method, path: &str) -> String {
        match find(verb, path) {
            Found::Operation(o, id) => format!("{} {}", o.name, id.unwrap_or_default()),
            Found::OtherVerbs(verbs) => verbs.join(","),
            Found::Nothing => "nothing".into(),
        }
    }

    #[test]
    fn paths_lead_to_operations() {
        assert_eq!(name(&Method::GET, "/v2/calls"), "gong.calls.list ");
        assert_eq!(name(&Method::GET, "/v2/calls/42"), "gong.calls.get 42");
        assert_eq!(name(&Method::GET, "/v2/calls/extensive"), "gong.calls.get extensive");
        assert_eq!(name(&Method::POST, "/v2/calls/extensive"), "gong.calls.extensive ");
        assert_eq!(name(&Method::PUT, "/v2/calls/42"), "GET");
        assert_eq!(name(&Method::PATCH, "/v2/calls/extensive"), "GET,POST");
        assert_eq!(name(&Method::POST, "/v2/calls"), "GET");
        for nowhere in ["", "/", "/v2", "/v2/calls/", "/v2/calls/42/media", "/v1/calls", "/v2/library"] {
            assert_eq!(name(&Method::GET, nowhere), "nothing", "{nowhere}");
        }
    }
}
