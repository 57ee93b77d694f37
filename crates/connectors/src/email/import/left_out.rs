//! What is not read although it is mail: what nobody sent (drafts), threw away, or wanted (junk), and what the settings leave out.

use std::collections::BTreeSet;

use globset::{Glob, GlobSet, GlobSetBuilder};

/// Folders and Gmail labels of junk, bin, drafts and chats, in lower case. Exports name them in the language of their account, and nothing
/// else tells what they are.
const NEVER: [&str; 62] = [
    "junk",
    "junk e-mail",
    "junk email",
    "junk-e-mail",
    "spam",
    "bulk mail",
    "trash",
    "bin",
    "deleted",
    "deleted items",
    "deleted messages",
    "draft",
    "drafts",
    "templates",
    "outbox",
    "unsent messages",
    "chat",
    "chats",
    "papierkorb",
    "entwürfe",
    "entwurf",
    "gelöschte elemente",
    "gelöschte objekte",
    "unerwünscht",
    "werbung",
    "corbeille",
    "brouillon",
    "brouillons",
    "courrier indésirable",
    "indésirables",
    "éléments supprimés",
    "messages supprimés",
    "papelera",
    "borrador",
    "borradores",
    "correo no deseado",
    "elementos eliminados",
    "cestino",
    "bozza",
    "bozze",
    "posta indesiderata",
    "posta eliminata",
    "lixeira",
    "lixo",
    "rascunho",
    "rascunhos",
    "lixo eletrônico",
    "itens excluídos",
    "prullenbak",
    "concepten",
    "ongewenste e-mail",
    "verwijderde items",
    "kosz",
    "wersje robocze",
    "papperskorgen",
    "utkast",
    "skräppost",
    "papirkurv",
    "kladder",
    "迷惑メール",
    "ゴミ箱",
    "下書き",
];

/// Tells what is left out.
#[derive(Debug)]
pub(super) struct LeftOut {
    names: BTreeSet<String>,
    globs: GlobSet,
}

impl LeftOut {
    /// With `ignore_folders` of the settings.
    pub(super) fn new(patterns: &[String]) -> LeftOut {
        let mut builder = GlobSetBuilder::new();
        patterns.iter().filter_map(|p| Glob::new(p.trim()).ok()).for_each(|g| {
            builder.add(g);
        });
        let names = patterns.iter().map(|p| p.trim().to_owned()).collect();
        LeftOut { names, globs: builder.build().unwrap_or_else(|_| GlobSet::empty()) }
    }

    /// Whether mail with this label of Gmail is not read.
    pub(super) fn label(&self, label: &str) -> bool {
        NEVER.contains(&label.to_lowercase().as_str()) || self.matches(label)
    }

    /// Whether a folder is not read, by its own name or its path (`INBOX/Drafts`).
    pub(super) fn folder(&self, path: &str) -> bool {
        let last = path.rsplit('/').next().unwrap_or(path);
        NEVER.contains(&last.to_lowercase().as_str()) || self.matches(last) || self.matches(path)
    }

    fn matches(&self, name: &str) -> bool {
        self.names.contains(name) || self.globs.is_match(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn junk_in_all_languages_and_what_the_settings_say() {
        let left_out = LeftOut::new(&["Private*".into(), " News ".into(), "a[".into()]);
        for name in ["Spam", "TRASH", "Entwürfe", "Éléments supprimés", "ゴミ箱", "Private", "Private/2024", "News", "a["] {
            assert!(left_out.label(name) && left_out.folder(name), "{name}");
        }
        // Labels with a slash are the user's own.
        for (name, folder) in
            [("INBOX/Drafts", true), ("Inbox", false), ("Spammers Inc", false), ("Drafts/Acme", false), ("news", false), ("", false)]
        {
            assert_eq!((left_out.label(name), left_out.folder(name)), (false, folder), "{name}");
        }
    }
}
