use sales_model::AccountKey;
use sales_transport::{FileTokenStore, TokenStore};
use serde::Serialize;

use super::super::Cx;
use crate::{
    args::Logout,
    compose::{Home, variables_of},
    errors::{Exit, Result},
    output::line,
};

#[derive(Serialize)]
struct Document {
    kind: &'static str,
    source: String,
    account: String,
    /// There was a stored sign-in.
    removed: bool,
    /// Variables that still connect the account.
    still_set: Vec<&'static str>,
}

/// Forgets a stored sign-in.
pub(crate) fn run(cx: &Cx<'_>, a: &Logout) -> Result<Exit> {
    let connector = super::connector(&a.source)?;
    let descriptor = connector.descriptor();
    let home = Home::find(cx)?;
    let variables = variables_of(&home, descriptor, &a.account)?;
    let key = AccountKey { source: descriptor.source.clone(), name: a.account.clone() };
    let tokens = FileTokenStore::new(home.workspace.tokens_path());
    // Without a file there is nothing to take away, and nothing to make.
    let removed = tokens.load(&key)?.is_some() && {
        let _lock = tokens.exclusive(&key)?;
        tokens.remove(&key)?
    };
    let set = |way: &&&[&'static str]| way.iter().all(|name| variables.get(name).is_some());
    let still_set = descriptor.sufficient.iter().find(set).map(|way| way.to_vec()).unwrap_or_default();
    cx.printer.say(match removed {
        true => format!("the stored sign-in of the {} account `{}` is forgotten", descriptor.source, line(&a.account)),
        false => format!("there is no stored sign-in of the {} account `{}`", descriptor.source, line(&a.account)),
    });
    if !still_set.is_empty() {
        cx.printer.note(format_args!("it is still connected: {} is set", still_set.join(" and ")));
    }
    if removed && descriptor.login.is_some() {
        cx.printer.note("to end it at the vendor too, take the app's access away in your account's security settings");
    }
    let document = Document { kind: "auth-logout", source: descriptor.source.to_string(), account: a.account.clone(), removed, still_set };
    cx.printer.document(&document);
    Ok(Exit::Done)
}
