//! The list of folders, with the UIDVALIDITY of each: what streams there are.

use jiff::Timestamp;
use sales_model::{Checkpoint, Gap, GapKind, Source, StreamKey};
use serde::{Deserialize, Serialize};

use super::{
    choose::{Folder, choose},
    conn::{Conn, Room},
    fault::Fault,
    proto::{Command, Listed, Response},
};
use crate::{Batch, Cx, FetchRequest, Known};

/// Name of the stream that lists folders.
pub(crate) const LIST: &str = "folders";
/// Most folders that are read.
const MOST: usize = 5_000;
/// Folders asked for together.
const TOGETHER: usize = 50;

/// What the account has.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Catalogue {
    v: u32,
    /// The run in which it was read; none if what it lacks may be there all the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) run: Option<Timestamp>,
    /// The folders to read.
    pub(crate) folders: Vec<Folder>,
    /// Folders that are there, but could not be asked for: nothing is concluded of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) unsure: Vec<String>,
}

impl Catalogue {
    /// As the last look at the account found it.
    pub(crate) fn of(cx: &Cx, known: &Known) -> Self {
        let key = StreamKey { account: cx.account.clone(), stream: LIST.into(), partition: String::new() };
        let text = known.checkpoints.get(&key).map(|c| c.0.as_str()).unwrap_or_default();
        serde_json::from_str::<Catalogue>(text).ok().filter(|c| c.v == 1).unwrap_or_default()
    }
}

/// All folders that the account lists.
pub(crate) async fn list(conn: &mut Conn) -> Result<Vec<Listed>, Fault> {
    let mut listed = Vec::new();
    let extended = conn.can("SPECIAL-USE") && conn.can("LIST-EXTENDED");
    let command = Command::new("LIST").string(b"").string(b"*");
    let command = if extended { command.words("RETURN (SPECIAL-USE)") } else { command };
    let mut on = |r: Response| {
        if let Response::List(l) = r {
            listed.push(l);
        }
    };
    conn.ok(command, Room::SMALL, &mut on).await?;
    // Every account has an INBOX (RFC 9051, 5.1): a list without anything is no list, and must not count as "all folders are gone".
    if listed.is_empty() {
        return Err(Fault::Protocol("its list of folders is empty"));
    }
    Ok(listed)
}

/// Lists the folders.
pub(crate) async fn fetch(cx: &Cx, conn: &mut Conn, request: &FetchRequest<'_>) -> Result<Batch, Fault> {
    let listed = list(conn).await?;
    let mut folders = choose(&listed, &cx.settings.email);
    let mut gaps = Vec::new();
    if folders.len() > MOST {
        gaps.push(gap(GapKind::OutOfReach, format!("the account has {} folders; the first {MOST} are read", folders.len())));
        folders.truncate(MOST);
    }
    look(conn, &mut folders).await?;
    ask(conn, &mut folders).await?;
    for f in folders.iter().filter(|f| f.validity == 0) {
        gaps.push(gap(GapKind::NoPermission, format!("folder {}: the server does not let it be read", f.name)));
    }
    // A list without the folder that every account has, or with nothing to read, says nothing of what is gone.
    let certain = !folders.is_empty() && listed.iter().any(|l| l.name.eq_ignore_ascii_case(b"INBOX"));
    let unsure = folders.iter().filter(|f| f.validity == 0).map(|f| f.name.clone()).collect();
    folders.retain(|f| f.validity != 0);
    if folders.is_empty() {
        gaps.push(gap(
            GapKind::OutOfReach,
            "no folder of the mailbox is read: check `folders` and `ignore_folders` in [email] of workspace.toml".into(),
        ));
    }
    let next = Catalogue { v: 1, run: certain.then_some(request.plan.now), folders, unsure };
    let text = serde_json::to_string(&next).unwrap_or_else(|_| "{\"v\":0}".into());
    let mut batch = Batch::empty(Checkpoint(text), false);
    batch.gaps = gaps;
    Ok(batch)
}

/// The UIDVALIDITY of the folder that is open. STATUS must not be asked for that one (RFC 9051, 6.3.11), so it is opened again.
async fn look(conn: &mut Conn, folders: &mut [Folder]) -> Result<(), Fault> {
    let Some(name) = conn.selected.as_ref().map(|s| s.name.clone()) else { return Ok(()) };
    match conn.examine(&name, None, &mut |_| ()).await {
        Ok(now) => {
            if let Some(folder) = folders.iter_mut().find(|f| f.wire() == name) {
                folder.validity = now.validity;
            }
            Ok(())
        }
        // It is no more; nothing is open now.
        Err(e) if e.is_refusal() => Ok(()),
        Err(e) => Err(e),
    }
}

/// Asks for the UIDVALIDITY of each of the other folders.
async fn ask(conn: &mut Conn, folders: &mut [Folder]) -> Result<(), Fault> {
    let mut rest: Vec<&mut Folder> = folders.iter_mut().filter(|f| f.validity == 0).collect();
    for some in rest.chunks_mut(TOGETHER) {
        let status = |f: &&mut Folder| Command::new("STATUS").string(f.wire()).words("(UIDVALIDITY)");
        let commands: Vec<Command> = some.iter().map(status).collect();
        let mut on = |r: Response| {
            let Response::MailboxStatus(name, pairs) = r else { return };
            let validity = pairs.iter().find(|(n, _)| n == "UIDVALIDITY").and_then(|(_, v)| u32::try_from(*v).ok());
            let is = |f: &&mut &mut Folder| f.wire() == name || (f.name == "INBOX" && name.eq_ignore_ascii_case(b"INBOX"));
            if let (Some(folder), Some(validity)) = (some.iter_mut().find(is), validity) {
                folder.validity = validity;
            }
        };
        conn.run(&commands, Room::SMALL, &mut on).await?;
    }
    Ok(())
}

fn gap(kind: GapKind, text: String) -> Gap {
    Gap { source: Source::EMAIL, kind, text }
}
