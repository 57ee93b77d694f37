use std::{io::IsTerminal, process::Command};

use sales_files::Edit;
use sales_model::{CustomerId, Profile, ProfileSlack};

use super::{
    fields,
    refresh::{Change, refresh},
    show::{Document, print_warnings, reach},
};
use crate::{
    args::{CustomerEdit, KnownBy},
    commands::Cx,
    compose::Home,
    errors::{Exit, Failure, Result},
    output::{count, line},
};

/// Changes a profile, and brings what was already pulled in line with it.
pub(crate) fn run(cx: &Cx<'_>, a: CustomerEdit) -> Result<Exit> {
    let home = Home::find(cx)?;
    let id = sales_files::resolve(&a.customer, &home.customers)?;
    let mut edits = fields::edits(&a.fields, &home.settings)?;
    edits.extend(a.name.map(|value| Edit::Set { key: "name".into(), value }));
    edits.extend(a.remove.iter().map(|r| removal(r)));
    let changed =
        if edits.is_empty() { in_editor(cx, &home, &id)? } else { home.workspace.edit_profile(&*home.disk, &id, &edits)?.changed };
    let home = Home::at(home.workspace, home.variables)?;
    let (_, profile) = home.customer(id.as_str())?;
    let p = cx.printer;
    let path = home.workspace.profile_path(&id);
    p.say(format_args!("{} {}", if changed { "Changed" } else { "Nothing to change in" }, line(&home.workspace.shown(&path))));
    print_warnings(cx, &home, &id)?;
    let change = Change { action: "customer.edit", customers: id.as_str(), wanted: vec![(None, said(&a.fields.known))] };
    if changed && let Some(report) = refresh(cx, &home, change)? {
        for c in report.customers.iter().filter(|c| c.files > 0) {
            p.say(format_args!("  {}: {} written or removed", c.customer, count(c.files, "file")));
        }
    }
    p.document(&Document { kind: "customer_edit", customer: reach(&home, &id, profile) });
    Ok(Exit::Done)
}

/// By what the options say that the customer is known.
pub(in crate::commands) fn said(known: &KnownBy) -> Profile {
    let slack = ProfileSlack { channels: known.channels.clone(), ..ProfileSlack::default() };
    Profile { aliases: known.aliases.clone(), domains: known.domains.clone(), slack, ..Profile::default() }
}

/// `owner`, `aliases=acme`, `contacts=michael.chen@acme.dev`.
pub(in crate::commands) fn removal(text: &str) -> Edit {
    match text.split_once('=') {
        Some((key, value)) if key.trim() == "contacts" => Edit::RemoveContact(value.trim().to_owned()),
        Some((key, value)) => Edit::Remove { key: key.trim().to_owned(), value: Some(value.trim().to_owned()) },
        None => Edit::Remove { key: text.trim().to_owned(), value: None },
    }
}

/// Opens the profile in the user's editor; whether it changed.
fn in_editor(cx: &Cx<'_>, home: &Home, id: &CustomerId) -> Result<bool> {
    let path = home.workspace.profile_path(id);
    let editor = cx.variables.get("VISUAL").or_else(|| cx.variables.get("EDITOR"));
    let nothing = |why: &str| {
        Failure::usage(
            "nothing was asked to be changed",
            why,
            format!("sales customer edit {id} --stage negotiation; or open `{}` in an editor", path.display()),
        )
    };
    let editor = editor.ok_or_else(|| nothing("no option was given, and neither VISUAL nor EDITOR names an editor"))?;
    if !std::io::stdin().is_terminal() {
        return Err(nothing("no option was given, and there is no terminal for an editor"));
    }
    let before = std::fs::read(&path).ok();
    // Editors are given with options, as in `code --wait`.
    let mut words = editor.split_whitespace();
    let program = words.next().unwrap_or_default();
    let cannot =
        |why: String| Failure::new(format!("the editor `{program}` could not be used"), why, "set EDITOR to one that is installed");
    let done = Command::new(program).args(words).arg(&path).status().map_err(|e| cannot(e.to_string()))?;
    if !done.success() {
        return Err(cannot(done.to_string()));
    }
    Ok(std::fs::read(&path).ok() != before)
}

#[cfg(test)]
mod tests {
    use sales_files::Edit;

    use super::removal;

    #[test]
    fn what_is_removed() {
        let cases = [
            ("owner", Edit::Remove { key: "owner".into(), value: None }),
            ("aliases=a=b", Edit::Remove { key: "aliases".into(), value: Some("a=b".into()) }),
            ("contacts=m@acme.dev", Edit::RemoveContact("m@acme.dev".into())),
        ];
        for (text, edit) in cases {
            assert_eq!(removal(text), edit);
        }
    }
}
