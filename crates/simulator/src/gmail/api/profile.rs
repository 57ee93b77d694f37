use serde_json::json;

use crate::gmail::{ask::Ask, operation::Answer};

/// `users.getProfile`.
pub(in crate::gmail) fn get(ask: &mut Ask<'_>) -> Answer {
    let world = &ask.world;
    Ok(Some(json!({
        "emailAddress": world.mailbox,
        "messagesTotal": world.mails.len(),
        "threadsTotal": world.threads.len(),
        "historyId": world.history.to_string(),
    })))
}
