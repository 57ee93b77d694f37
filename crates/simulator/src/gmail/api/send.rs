use std::collections::BTreeSet;

use base64::{
    Engine as _,
    alphabet::URL_SAFE,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use serde_json::Value;

use crate::gmail::{
    ask::Ask,
    heads::Heads,
    mail::{Source, from_hex, hex},
    operation::Answer,
    part::header,
    refusal::Refusal,
    resource::stub,
};

/// Padded or not.
const LENIENT: GeneralPurpose =
    GeneralPurpose::new(&URL_SAFE, GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent));

/// What a message to be sent or kept is.
pub(in crate::gmail) struct Given {
    raw: Vec<u8>,
    thread: Option<u64>,
}

/// The message of a body. To join a thread, it must answer to it: "the `References` and `In-Reply-To` headers must be set … the `Subject`
/// headers must match".
pub(in crate::gmail) fn given(ask: &Ask<'_>, message: &Value) -> Result<Given, Refusal> {
    let text = message.get("raw").and_then(Value::as_str).filter(|r| !r.is_empty());
    let text =
        text.ok_or_else(|| Refusal::argument("'raw' RFC822 payload message string or uploading message via /upload/* URL required"))?;
    let wrong = || Refusal::payload("raw", format!("Invalid value at 'message.raw' (TYPE_BYTES), Base64 decoding failed for {text:.60}"));
    let raw = LENIENT.decode(text).map_err(|_| wrong())?;
    let thread = match message.get("threadId").and_then(Value::as_str) {
        None => None,
        Some(id) => {
            let id = from_hex(id).ok_or_else(|| Refusal::argument("Invalid thread_id value"))?;
            let mails: Vec<_> =
                ask.world.threads.get(&id).ok_or_else(Refusal::not_found)?.iter().filter_map(|(_, m)| ask.world.mails.get(m)).collect();
            let answers = [header(&raw, "In-Reply-To"), header(&raw, "References")];
            let named = |value: &Option<String>| value.as_ref().is_some_and(|v| mails.iter().any(|m| v.contains(&m.heads.message_id)));
            let subject = Heads::read(&raw).subject;
            let base = |s: &[String]| s.iter().filter(|w| *w != "re").cloned().collect::<Vec<_>>();
            let same = mails.iter().any(|m| base(&m.heads.subject) == base(&subject));
            // What does not fit goes into a thread of its own, and nothing says so.
            (answers.iter().all(named) && same).then_some(id)
        }
    };
    Ok(Given { raw, thread })
}

/// Files it with a label; its id.
pub(in crate::gmail) fn take(ask: &mut Ask<'_>, given: Given, label: &str) -> Result<u64, Refusal> {
    let heads = Heads::read(&given.raw);
    let at = ask.now.as_millisecond();
    let id = ask.world.fresh(at);
    let now = ask.now;
    ask.world.file((id, given.thread.unwrap_or(id)), BTreeSet::from([label.to_owned()]), at, heads, Source::Told(given.raw.into()), now);
    Ok(id)
}

fn receivers(given: &Given) -> Result<(), Refusal> {
    let heads = Heads::read(&given.raw);
    if heads.to.is_empty() && heads.cc.is_empty() && heads.bcc.is_empty() {
        return Err(Refusal::argument("Recipient address required"));
    }
    Ok(())
}

/// `users.messages.send`.
pub(in crate::gmail) fn send(ask: &mut Ask<'_>) -> Answer {
    let message = ask.body.clone().unwrap_or(Value::Null);
    let letter = given(ask, &message)?;
    receivers(&letter)?;
    let id = take(ask, letter, "SENT")?;
    let mail = ask.world.mails.get(&id).ok_or_else(Refusal::not_found)?;
    Ok(Some(stub((mail.id, mail.thread), Some(&mail.labels))))
}

/// `users.drafts.send`: the draft goes, and the sent message has another id.
pub(in crate::gmail) fn send_draft(ask: &mut Ask<'_>) -> Answer {
    let id = ask.body.as_ref().and_then(|b| b.get("id")).and_then(Value::as_str).unwrap_or_default().to_owned();
    let draft = ask.world.drafts.get(&id).copied().ok_or_else(Refusal::not_found)?;
    let mail = ask.world.mails.get(&draft).ok_or_else(Refusal::not_found)?;
    let letter = Given { raw: mail.raw().to_vec(), thread: Some(mail.thread) };
    receivers(&letter)?;
    let now = ask.now;
    let sent = take(ask, letter, "SENT")?;
    super::messages::changed(ask.world.delete(&hex(draft), now))?;
    let mail = ask.world.mails.get(&sent).ok_or_else(Refusal::not_found)?;
    Ok(Some(stub((mail.id, mail.thread), Some(&mail.labels))))
}
