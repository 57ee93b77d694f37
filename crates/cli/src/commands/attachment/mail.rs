//! Which mail is meant.

use std::path::Path;

use sales_files::{Disk, email};
use sales_model::RecordId;

use super::Asked;
use crate::{
    compose::Home,
    errors::{Failure, Result, io_failure},
    output::count,
};

/// A record's id, a link, or a place in a thread's file.
pub(super) fn asked(home: &Home, text: &str) -> Result<Asked> {
    let text = text.trim();
    let (path, anchor) = text.split_once('#').map_or((text, None), |(path, anchor)| (path, Some(anchor)));
    if path.ends_with(".md") && !path.contains(':') {
        return in_file(home, path, anchor).map(Asked::Record);
    }
    Asked::read(text, "cannot be used", "sales attachment mail:CAxSm7oBp@mail.acme.dev")
}

/// The mail at `m3` in a file; of a file with one mail, that one.
fn in_file(home: &Home, path: &str, anchor: Option<&str>) -> Result<RecordId> {
    let content = home.disk.read(Path::new(path)).map_err(|e| io_failure("cannot read", Path::new(path), &e))?;
    let content = content.ok_or_else(|| Failure::new(format!("there is no file `{path}`"), "", "check the path"))?;
    let ids = email::message_ids(&content).ok_or_else(|| {
        let next = "name a file in the folder `email` of a customer, or a record's id";
        Failure::new(format!("`{path}` is not a mail thread"), "it does not begin as the files of mail threads do", next)
    })?;
    let index = match anchor {
        Some(anchor) => anchor.strip_prefix('m').and_then(|n| n.parse::<usize>().ok()).and_then(|n| n.checked_sub(1)),
        None => Some(0).filter(|_| ids.len() == 1),
    };
    match index.and_then(|n| ids.get(n)) {
        Some(id) => Ok(RecordId::new("mail", id)),
        None => {
            let what = format!("`{path}{}` names no mail", anchor.map(|a| format!("#{a}")).unwrap_or_default());
            let last = if ids.len() > 1 { format!(" to `{path}#m{}`", ids.len()) } else { String::new() };
            let why = format!("the file holds {}", count(ids.len() as u64, "mail"));
            Err(Failure::usage(what, why, format!("name one: `{path}#m1`{last}")))
        }
    }
}
