use serde_json::{Value, json};

use crate::gmail::{HistoryKind, HistoryRecord, ask::Ask, operation::Answer, refusal::Refusal, resource::stub};

/// `users.history.list`.
pub(in crate::gmail) fn list(ask: &mut Ask<'_>) -> Answer {
    let from = ask.args.number("startHistoryId").ok_or_else(|| Refusal::argument("Missing required parameter: startHistoryId"))?;
    if !ask.world.starts(from, ask.now) {
        return Err(Refusal::not_found());
    }
    let label = ask.args.get("labelId");
    if label.is_some_and(|l| ask.world.label(l).is_none()) {
        return Err(Refusal::argument("Invalid label: labelId"));
    }
    let types = ask.args.all("historyTypes");
    let wants = |word: &str| types.is_empty() || types.iter().any(|t| t.eq_ignore_ascii_case(word));
    let changes = &ask.world.changes;
    let fitting: Vec<&HistoryRecord> = changes
        .get(changes.partition_point(|c| c.id <= from)..)
        .unwrap_or_default()
        .iter()
        .filter(|c| match c.kind {
            HistoryKind::MessageAdded => wants("messageAdded"),
            HistoryKind::MessageDeleted => wants("messageDeleted"),
            HistoryKind::Labels => (wants("labelAdded") && !c.added.is_empty()) || (wants("labelRemoved") && !c.removed.is_empty()),
        })
        .filter(|c| label.is_none_or(|l| c.labels.contains(l) || c.removed.contains(l)))
        .collect();
    let page = ask.page(&fitting, false, |record| (0, record.id))?;
    let records = page.items.iter().map(|c| shown(ask, c, (wants("labelAdded"), wants("labelRemoved")))).collect();
    let mut out = Ask::listed("history", records, page.next, None);
    if let Some(object) = out.as_object_mut() {
        object.insert("historyId".into(), json!(ask.world.history.to_string()));
    }
    Ok(Some(out))
}

/// `History`. A message that is gone since stands in it all the same.
fn shown(ask: &Ask<'_>, record: &HistoryRecord, (added, removed): (bool, bool)) -> Value {
    let ids = (record.message, record.thread);
    let labels = ask.world.mails.get(&record.message).map_or(&record.labels, |m| &m.labels);
    let whole = || stub(ids, Some(labels));
    let mut out = json!({"id": record.id.to_string(), "messages": [stub(ids, None)]});
    if let Some(object) = out.as_object_mut() {
        match record.kind {
            HistoryKind::MessageAdded => _ = object.insert("messagesAdded".into(), json!([{"message": whole()}])),
            HistoryKind::MessageDeleted => {
                object.insert("messagesDeleted".into(), json!([{"message": stub(ids, Some(&record.labels))}]));
            }
            HistoryKind::Labels => {
                if added && !record.added.is_empty() {
                    object.insert("labelsAdded".into(), json!([{"message": whole(), "labelIds": record.added}]));
                }
                if removed && !record.removed.is_empty() {
                    object.insert("labelsRemoved".into(), json!([{"message": whole(), "labelIds": record.removed}]));
                }
            }
        }
    }
    out
}
