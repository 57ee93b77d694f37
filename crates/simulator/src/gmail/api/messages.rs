use serde_json::json;

use crate::gmail::{
    GmailError,
    ask::Ask,
    label::FIXED,
    mail::{Mail, from_hex},
    operation::Answer,
    part,
    refusal::Refusal,
    resource::{Format, stub},
};

/// "There is a limit of 1000 ids per request."
const BATCH_MAX: usize = 1000;
/// "You can add up to 100 labels with each update."
const LABELS_MAX: usize = 100;

/// The message that an id of the path names. What is no id is refused otherwise than what is not there.
pub(in crate::gmail) fn mail<'w>(ask: &'w Ask<'_>, id: &str) -> Result<&'w Mail, Refusal> {
    let id = from_hex(id).ok_or_else(|| Refusal::argument("Invalid id value"))?;
    ask.world.mails.get(&id).ok_or_else(Refusal::not_found)
}

/// `users.messages.list`.
pub(in crate::gmail) fn list(ask: &mut Ask<'_>) -> Answer {
    let found = ask.found()?;
    let page = ask.page(&found, true, |place| *place)?;
    let items = page.items.iter().filter_map(|(_, id)| ask.world.mails.get(id)).map(|m| stub((m.id, m.thread), None)).collect();
    Ok(Some(Ask::listed("messages", items, page.next, Some(page.estimate))))
}

/// `users.messages.get`.
pub(in crate::gmail) fn get(ask: &mut Ask<'_>) -> Answer {
    let format = ask.format()?;
    let mail = mail(ask, ask.id(0))?;
    Ok(Some(ask.world.message(mail, format, ask.only(), ask.seq)))
}

/// `users.messages.attachments.get`.
pub(in crate::gmail) fn attachment(ask: &mut Ask<'_>) -> Answer {
    if ask.grant.restricted() {
        return Err(Refusal::metadata("Metadata scope doesn't allow attachments"));
    }
    let mail = mail(ask, ask.id(0))?;
    let bytes = part::attachment(&mail.raw(), &crate::gmail::mail::hex(mail.id), ask.id(1));
    let bytes = bytes.ok_or_else(|| Refusal::argument("Invalid attachment token"))?;
    Ok(Some(json!({"size": bytes.len(), "data": part::encoded(&bytes, ask.world.manner.unpadded)})))
}

/// Labels to add and to take away, checked.
pub(in crate::gmail) fn labels(ask: &Ask<'_>) -> Result<(Vec<String>, Vec<String>), Refusal> {
    let (add, remove) = (ask.texts("addLabelIds")?, ask.texts("removeLabelIds")?);
    if add.is_empty() && remove.is_empty() {
        return Err(Refusal::argument("No label add or removes specified"));
    }
    if add.len() > LABELS_MAX || remove.len() > LABELS_MAX {
        return Err(Refusal::argument("Too many labels: the maximum is 100"));
    }
    for label in add.iter().chain(&remove) {
        if ask.world.label(label).is_none() || FIXED.contains(&label.as_str()) {
            return Err(Refusal::argument(format!("Invalid label: {label}")));
        }
        if add.contains(label) && remove.contains(label) {
            return Err(Refusal::argument(format!("Cannot both add and remove the same label: {label}")));
        }
    }
    Ok((add, remove))
}

pub(in crate::gmail) fn changed(done: Result<(), GmailError>) -> Result<(), Refusal> {
    done.map_err(|_| Refusal::not_found())
}

fn strs(all: &[String]) -> Vec<&str> {
    all.iter().map(String::as_str).collect()
}

fn apply(ask: &mut Ask<'_>, id: &str, add: &[String], remove: &[String]) -> Result<(), Refusal> {
    changed(ask.world.modify(id, &strs(add), &strs(remove), ask.now))
}

/// `users.messages.modify`.
pub(in crate::gmail) fn modify(ask: &mut Ask<'_>) -> Answer {
    let id = ask.id(0).to_owned();
    mail(ask, &id)?;
    let (add, remove) = labels(ask)?;
    apply(ask, &id, &add, &remove)?;
    shown(ask, &id)
}

/// A message after a change: ids and labels.
fn shown(ask: &Ask<'_>, id: &str) -> Answer {
    let mail = mail(ask, id)?;
    Ok(Some(stub((mail.id, mail.thread), Some(&mail.labels))))
}

/// `users.messages.batchModify`: nothing where it went well.
pub(in crate::gmail) fn batch_modify(ask: &mut Ask<'_>) -> Answer {
    let ids = ask.texts("ids")?;
    if ids.is_empty() || ids.len() > BATCH_MAX {
        return Err(Refusal::argument("Invalid ids: between 1 and 1000"));
    }
    let (add, remove) = labels(ask)?;
    if ids.iter().any(|id| from_hex(id).is_none()) {
        return Err(Refusal::argument("Invalid id value"));
    }
    for id in ids {
        // What is gone is passed over.
        let _gone = apply(ask, &id, &add, &remove);
    }
    Ok(None)
}

/// `users.messages.trash`.
pub(in crate::gmail) fn trash(ask: &mut Ask<'_>) -> Answer {
    let id = ask.id(0).to_owned();
    mail(ask, &id)?;
    changed(ask.world.trash(&id, ask.now))?;
    shown(ask, &id)
}

/// `users.messages.untrash`.
pub(in crate::gmail) fn untrash(ask: &mut Ask<'_>) -> Answer {
    let id = ask.id(0).to_owned();
    mail(ask, &id)?;
    changed(ask.world.untrash(&id, ask.now))?;
    shown(ask, &id)
}

/// `users.messages.delete`.
pub(in crate::gmail) fn delete(ask: &mut Ask<'_>) -> Answer {
    let id = ask.id(0).to_owned();
    mail(ask, &id)?;
    changed(ask.world.delete(&id, ask.now))?;
    Ok(None)
}

/// The message as a list or a thread shows it.
pub(in crate::gmail) fn of_thread(ask: &Ask<'_>, id: u64, format: Format) -> Option<serde_json::Value> {
    ask.world.mails.get(&id).map(|m| ask.world.message(m, format, ask.only(), ask.seq))
}
