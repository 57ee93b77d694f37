//! How many mails there are of somebody who is no customer yet: searched, not fetched.

use jiff::Timestamp;

use super::{choose::choose, conn::Conn, fault::Fault, find, folders};
use crate::{Cx, MailCount};

/// Most folders that are searched: a preview is waited for.
const MOST_FOLDERS: usize = 50;

/// Counts the mails since then that name one of the terms. A mail that stands in two folders counts twice: which one it is would have to be
/// fetched. A folder that cannot be opened or searched counts as not looked at.
pub(super) async fn count(cx: &Cx, conn: &mut Conn, terms: &[String], since: Timestamp) -> Result<MailCount, Fault> {
    let chosen = choose(&folders::list(conn).await?, &cx.settings.email);
    let mut count = MailCount { mails: 0, more: chosen.len() > MOST_FOLDERS };
    for folder in chosen.iter().take(MOST_FOLDERS) {
        match conn.examine(folder.wire(), None, &mut |_| ()).await {
            Ok(_) => {}
            Err(e) if e.is_refusal() => {
                count.more = true;
                continue;
            }
            Err(e) => return Err(e),
        }
        let commands = find::searches(&conn.searching(), conn.is_gmail(), since, terms);
        match conn.search(&commands).await {
            Ok(found) => count.mails += found.len(),
            Err(e) if e.is_refusal() => count.more = true,
            Err(e) => return Err(e),
        }
    }
    Ok(count)
}
