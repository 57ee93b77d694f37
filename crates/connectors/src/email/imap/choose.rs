//! Which folders are read.

use globset::{GlobBuilder, GlobMatcher};
use sales_model::EmailSettings;

use super::{proto::Listed, utf7};

/// A folder of the account.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Folder {
    /// Its name as people read it, levels as the server separates them.
    pub(crate) name: String,
    /// The same on the wire, if that is something else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) wire: Option<String>,
    /// It holds all mail (`\All`).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) all: bool,
    /// Its UIDVALIDITY, as the last look at the account found it.
    pub(crate) validity: u32,
}

impl Folder {
    /// Its name in commands.
    pub(crate) fn wire(&self) -> &[u8] {
        self.wire.as_ref().unwrap_or(&self.name).as_bytes()
    }

    /// Its partition of the stream.
    pub(crate) fn partition(&self) -> String {
        format!("{}/{}", self.validity, self.name)
    }
}

/// A partition's UIDVALIDITY and folder.
pub(crate) fn parts(partition: &str) -> Option<(u32, &str)> {
    let (validity, name) = partition.split_once('/')?;
    Some((validity.parse().ok()?, name))
}

/// Usual names, in lower case, of folders that hold nothing that was said with a customer, for servers that do not mark them (RFC 6154):
/// in English, German, French, Spanish, Italian, Dutch, Portuguese, Swedish, Danish and Norwegian, Finnish, Polish, Russian, Japanese, Chinese.
const JUNK: &[&str] = &[
    "junk",
    "spam",
    "junk e-mail",
    "junk email",
    "junk mail",
    "bulk mail",
    "spamverdacht",
    "unerwünscht",
    "courrier indésirable",
    "indésirables",
    "correo no deseado",
    "posta indesiderata",
    "ongewenste e-mail",
    "lixo eletrônico",
    "lixo eletrónico",
    "skräppost",
    "uønsket mail",
    "uønsket e-post",
    "søppelpost",
    "roskaposti",
    "wiadomości-śmieci",
    "спам",
    "нежелательная почта",
    "迷惑メール",
    "垃圾邮件",
    "垃圾郵件",
];
const TRASH: &[&str] = &[
    "trash",
    "bin",
    "deleted",
    "deleted items",
    "deleted messages",
    "papierkorb",
    "gelöschte elemente",
    "gelöschte objekte",
    "gelöscht",
    "corbeille",
    "éléments supprimés",
    "papelera",
    "elementos eliminados",
    "cestino",
    "posta eliminata",
    "prullenbak",
    "verwijderde items",
    "lixeira",
    "itens excluídos",
    "itens eliminados",
    "papperskorgen",
    "borttaget",
    "slettet post",
    "slettede elementer",
    "poistetut",
    "kosz",
    "elementy usunięte",
    "корзина",
    "удаленные",
    "удалённые",
    "ごみ箱",
    "削除済みアイテム",
    "已删除邮件",
    "寄件匣刪除",
    "已刪除的郵件",
];
const DRAFTS: &[&str] = &[
    "drafts",
    "draft",
    "outbox",
    "entwürfe",
    "postausgang",
    "brouillons",
    "borradores",
    "bozze",
    "concepten",
    "rascunhos",
    "utkast",
    "kladder",
    "luonnokset",
    "kopie robocze",
    "черновики",
    "下書き",
    "草稿",
    "草稿箱",
];

/// The folders to read: those that the settings name; else the one that holds all mail, if there is one (Gmail); else all but junk, bin and
/// drafts. Never those that cannot be opened, and none that the settings take out.
pub(crate) fn choose(listed: &[Listed], settings: &EmailSettings) -> Vec<Folder> {
    let (only, never) = (globs(&settings.folders), globs(&settings.ignore_folders));
    let mut out: Vec<Folder> = Vec::new();
    let mut all = None;
    for l in listed {
        let has = |attribute: &str| l.attributes.iter().any(|a| a == attribute);
        if has("\\noselect") || has("\\nonexistent") || l.name.is_empty() {
            continue;
        }
        let raw = utf7::decode(&l.name);
        let name = if raw.eq_ignore_ascii_case("INBOX") { "INBOX".to_owned() } else { raw };
        if name.chars().any(char::is_control) || out.iter().any(|f| f.name == name) {
            continue;
        }
        let path = levels(&name, l.separator);
        if never.iter().any(|g| g.is_match(&path)) {
            continue;
        }
        let wire = std::str::from_utf8(&l.name).ok().filter(|w| *w != name).map(str::to_owned);
        let folder = Folder { wire, all: has("\\all"), name, validity: 0 };
        if !settings.folders.is_empty() {
            if only.iter().any(|g| g.is_match(&path)) {
                out.push(folder);
            }
            continue;
        }
        if folder.all && all.is_none() {
            all = Some(folder.clone());
        }
        let marked = ["\\junk", "\\trash", "\\drafts"].into_iter().any(has);
        let last = path.rsplit('/').next().unwrap_or_default();
        let usual = folder.name != "INBOX" && [JUNK, TRASH, DRAFTS].iter().any(|names| names.contains(&last));
        if !marked && !usual {
            out.push(folder);
        }
    }
    all.map_or(out, |folder| vec![folder])
}

/// A name to compare: in lower case, its levels separated by `/`.
fn levels(name: &str, separator: Option<char>) -> String {
    let lower = name.to_lowercase();
    match separator {
        Some(s) if s != '/' => lower.replace(s, "/"),
        _ => lower,
    }
}

fn globs(patterns: &[String]) -> Vec<GlobMatcher> {
    let glob = |p: &String| {
        let lower = p.trim().to_lowercase();
        let made = GlobBuilder::new(&lower).literal_separator(false).build();
        // A name that is no pattern: `[Gmail]/Sent Mail` means itself.
        made.ok()
            .map(|g| g.compile_matcher())
            .into_iter()
            .chain(GlobBuilder::new(&globset::escape(&lower)).build().ok().map(|g| g.compile_matcher()))
    };
    patterns.iter().filter(|p| !p.trim().is_empty()).flat_map(glob).collect()
}

#[cfg(test)]
#[path = "choose_tests.rs"]
mod tests;
