use serde_json::{Value, json};

use crate::gmail::{GmailWorld, ask::Ask, operation::Answer, refusal::Refusal};

/// `users.labels.list`.
pub(in crate::gmail) fn list(ask: &mut Ask<'_>) -> Answer {
    Ok(Some(json!({"labels": ask.world.labels.iter().map(GmailWorld::listed).collect::<Vec<_>>()})))
}

/// `users.labels.get`.
pub(in crate::gmail) fn get(ask: &mut Ask<'_>) -> Answer {
    let label = ask.world.label(ask.id(0)).ok_or_else(Refusal::not_found)?;
    Ok(Some(ask.world.counted(label)))
}

/// `users.labels.create`.
pub(in crate::gmail) fn create(ask: &mut Ask<'_>) -> Answer {
    let word = |name: &str| ask.body.as_ref().and_then(|b| b.get(name)).and_then(Value::as_str);
    let name = word("name").map(str::trim).filter(|n| !n.is_empty() && n.chars().count() <= 225);
    let name = name.ok_or_else(|| Refusal::argument("Invalid label name"))?.to_owned();
    for (field, words) in
        [("messageListVisibility", &["show", "hide"][..]), ("labelListVisibility", &["labelShow", "labelShowIfUnread", "labelHide"][..])]
    {
        if word(field).is_some_and(|w| !words.contains(&w)) {
            return Err(Refusal::payload(field, format!("Invalid value at 'label.{field}' (TYPE_ENUM)")));
        }
    }
    if ask.world.labels.iter().any(|l| l.name.to_lowercase() == name.to_lowercase()) {
        return Err(Refusal::exists("Label name exists or conflicts"));
    }
    let id = ask.world.create_label(&name);
    let label = ask.world.label(&id).ok_or_else(Refusal::not_found)?;
    Ok(Some(GmailWorld::listed(label)))
}
