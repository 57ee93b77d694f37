use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::messages::{changed, labels, of_thread};
use crate::gmail::{
    ask::Ask,
    mail::{from_hex, hex},
    operation::Answer,
    refusal::Refusal,
    resource::{escaped, stub},
};

/// `users.threads.list`: a thread stands where its newest fitting message does.
pub(in crate::gmail) fn list(ask: &mut Ask<'_>) -> Answer {
    let mut seen = BTreeSet::new();
    let mut threads = Vec::new();
    for (at, id) in ask.found()?.iter().copied() {
        if let Some(mail) = ask.world.mails.get(&id)
            && seen.insert(mail.thread)
        {
            threads.push(((at, id), mail.thread));
        }
    }
    let page = ask.page(&threads, true, |(place, _)| *place)?;
    let items = page.items.iter().map(|(_, thread)| head(ask, *thread)).collect();
    Ok(Some(Ask::listed("threads", items, page.next, Some(page.estimate))))
}

fn head(ask: &Ask<'_>, thread: u64) -> Value {
    let mails = || ask.world.threads.get(&thread).into_iter().flatten().filter_map(|(_, id)| ask.world.mails.get(id));
    let history = mails().map(|m| m.history).max().unwrap_or(0);
    let snippet = mails().next_back().map(|m| escaped(&m.heads.snippet)).unwrap_or_default();
    json!({"id": hex(thread), "snippet": snippet, "historyId": history.to_string()})
}

fn thread(ask: &Ask<'_>) -> Result<u64, Refusal> {
    let id = from_hex(ask.id(0)).ok_or_else(|| Refusal::argument("Invalid id value"))?;
    if ask.world.threads.contains_key(&id) { Ok(id) } else { Err(Refusal::not_found()) }
}

/// `users.threads.get`.
pub(in crate::gmail) fn get(ask: &mut Ask<'_>) -> Answer {
    let format = ask.format()?;
    let id = thread(ask)?;
    let places = ask.world.threads.get(&id).into_iter().flatten();
    let messages: Vec<Value> = places.filter_map(|(_, mail)| of_thread(ask, *mail, format)).collect();
    let mut out = head(ask, id);
    if let Some(object) = out.as_object_mut() {
        object.remove("snippet");
        object.insert("messages".into(), Value::Array(messages));
    }
    Ok(Some(out))
}

/// `users.threads.modify`.
pub(in crate::gmail) fn modify(ask: &mut Ask<'_>) -> Answer {
    let id = thread(ask)?;
    let (add, remove) = labels(ask)?;
    let (add, remove): (Vec<&str>, Vec<&str>) = (add.iter().map(String::as_str).collect(), remove.iter().map(String::as_str).collect());
    let ids: Vec<u64> = ask.world.threads.get(&id).into_iter().flatten().map(|(_, mail)| *mail).collect();
    for mail in &ids {
        changed(ask.world.modify(&hex(*mail), &add, &remove, ask.now))?;
    }
    let messages: Vec<Value> = ids.iter().filter_map(|m| ask.world.mails.get(m)).map(|m| stub((m.id, m.thread), Some(&m.labels))).collect();
    Ok(Some(json!({"id": hex(id), "messages": messages})))
}
