use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::send::{given, take};
use crate::gmail::{ask::Ask, operation::Answer, refusal::Refusal, resource::stub};

/// `users.drafts.list`.
pub(in crate::gmail) fn list(ask: &mut Ask<'_>) -> Answer {
    let found: BTreeSet<u64> = ask.found()?.iter().map(|(_, id)| *id).collect();
    let mut all: Vec<(String, (i64, u64))> = ask
        .world
        .drafts
        .iter()
        .filter(|(_, mail)| found.contains(mail))
        .filter_map(|(draft, mail)| ask.world.mails.get(mail).map(|m| (draft.clone(), m.place())))
        .collect();
    all.sort_by_key(|(_, place)| std::cmp::Reverse(*place));
    let page = ask.page(&all, true, |(_, place)| *place)?;
    let items = page
        .items
        .iter()
        .filter_map(|(draft, (_, mail))| ask.world.mails.get(mail).map(|m| json!({"id": draft, "message": stub((m.id, m.thread), None)})))
        .collect();
    Ok(Some(Ask::listed("drafts", items, page.next, Some(page.estimate))))
}

/// `users.drafts.get`.
pub(in crate::gmail) fn get(ask: &mut Ask<'_>) -> Answer {
    let format = ask.format()?;
    let mail = ask.world.drafts.get(ask.id(0)).and_then(|m| ask.world.mails.get(m)).ok_or_else(Refusal::not_found)?;
    Ok(Some(json!({"id": ask.id(0), "message": ask.world.message(mail, format, None, ask.seq)})))
}

/// `users.drafts.create`.
pub(in crate::gmail) fn create(ask: &mut Ask<'_>) -> Answer {
    let message = ask.body.as_ref().and_then(|b| b.get("message")).cloned().unwrap_or(Value::Null);
    let letter = given(ask, &message)?;
    let mail = take(ask, letter, "DRAFT")?;
    ask.world.made += 1;
    let id = format!("r{}", 4_096_000_000_000 + ask.world.made);
    ask.world.drafts.insert(id.clone(), mail);
    let mail = ask.world.mails.get(&mail).ok_or_else(Refusal::not_found)?;
    Ok(Some(json!({"id": id, "message": stub((mail.id, mail.thread), Some(&mail.labels))})))
}
