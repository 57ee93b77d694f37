use sales_files::{EditError, NewCustomer};
use sales_model::Profile;

use super::{
    fields,
    refresh::{Change, refresh},
    show::{Document, print_warnings, reach},
    table,
};
use crate::{
    args::CustomerAdd,
    commands::Cx,
    compose::Home,
    errors::{Exit, Failure, Result, small},
    output::{count, line},
};

/// Adds a customer, and gives it what was already pulled.
pub(crate) fn run(cx: &Cx<'_>, a: CustomerAdd) -> Result<Exit> {
    let home = Home::find(cx)?;
    if let Some(from) = &a.from {
        return table::run(cx, home, from, &a);
    }
    let new = NewCustomer { name: a.name.unwrap_or_default(), id: a.id, ..NewCustomer::default() };
    let edits = fields::edits(&a.fields, &home.settings)?;
    let id = home.workspace.add_customer(&*home.disk, &new, &edits)?;
    let path = home.workspace.profile_path(&id);
    let home = Home::at(home.workspace, home.variables)?;
    let profile: Profile = home.customer(id.as_str())?.1.clone();
    let p = cx.printer;
    p.say(format_args!("Added {} as `{id}`", line(&profile.name)));
    p.say(format_args!("  {}", line(&home.workspace.shown(&path))));
    print_warnings(cx, &home, &id)?;
    if profile.slack.channels.is_empty() && profile.domains.is_empty() && profile.slack.team_ids.is_empty() {
        p.note(format_args!("nothing tells yet what belongs to it: sales customer edit {id} --channel NAME --domain acme.dev"));
    }
    let change = Change { action: "customer.add", customers: id.as_str(), wanted: vec![(Some(id.clone()), profile.clone())] };
    let report = refresh(cx, &home, change)?;
    let files = report.as_ref().and_then(|r| r.customers.iter().find(|c| c.customer == id)).map_or(0, |c| c.files);
    if files > 0 {
        p.say(format_args!("  {} written from what was already pulled", count(files, "file")));
    }
    p.document(&Document { kind: "customer_add", customer: reach(&home, &id, &profile) });
    Ok(Exit::Done)
}

impl From<EditError> for Failure {
    fn from(e: EditError) -> Self {
        let next = small(e.next());
        match e {
            EditError::Exists { name, id, path } => Failure::new(
                format!("`{name}` was not added"),
                format!("the customer `{id}` has that id, name or alias ({})", path.display()),
                next,
            ),
            EditError::Missing { id, path } => {
                Failure::new(format!("the customer `{id}` has no profile"), format!("`{}` is not there", path.display()), next)
            }
            EditError::Busy { id, path } => Failure::new(
                format!("the profile of `{id}` was not changed"),
                format!("another program writes `{}` all the time", path.display()),
                next,
            ),
            EditError::Value { key, reason } => Failure::usage(format!("`{key}` cannot be changed so"), reason, next),
            EditError::Refused { name, reason } => Failure::usage(format!("`{name}` was not added"), reason, next),
            EditError::File(e) => e.into(),
            EditError::Disk(e) => e.into(),
        }
    }
}
