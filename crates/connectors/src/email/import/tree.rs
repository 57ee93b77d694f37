//! A folder: a maildir with its folders, or files of mail in folders of any depth (Google's export unpacked, Thunderbird's and Apple's
//! folders, a heap of `.eml`).

use std::path::Path;

use super::{
    folder::{EntryKind, Folder, FolderEntry},
    maildir::{self, Named},
    walk::{Item, Walk, shown},
};

/// Deeper than this nobody keeps mail.
const DEEPEST: usize = 32;

/// Everything in a folder, by name; `false` if nobody wanted more.
pub(super) fn walk(walk: &mut Walk<'_>, folder: &dyn Folder, path: &Path, depth: usize) -> bool {
    let entries = match folder.entries(path) {
        Ok(entries) => entries,
        Err(e) => return walk.fail(&label(path), format!("it cannot be read ({e})")),
    };
    within(walk, folder, path, depth, entries)
}

fn within(walk: &mut Walk<'_>, folder: &dyn Folder, path: &Path, depth: usize, mut entries: Vec<FolderEntry>) -> bool {
    entries.sort();
    let is_maildir = is_maildir(&entries);
    for FolderEntry { name, kind } in entries {
        let below = path.join(&name);
        let name = name.to_string_lossy();
        let hidden = name.starts_with('.');
        let goes_on = match kind {
            EntryKind::Folder if is_maildir && matches!(&*name, "cur" | "new") => messages(walk, folder, &below),
            // Half-written messages stand there.
            EntryKind::Folder if is_maildir && name == "tmp" => true,
            // Apple's system adds these to folders and zips.
            EntryKind::Folder if name == "__MACOSX" => true,
            EntryKind::Folder if walk.left_out.folder(&maildir::folder(name.trim_end_matches(".mbox"))) => {
                walk.leave(format!("folders named {}", shown(&maildir::folder(&name))))
            }
            EntryKind::Folder if depth >= DEEPEST => walk.fail(&label(&below), format!("it is deeper than {DEEPEST} folders")),
            EntryKind::Folder => match folder.entries(&below) {
                // Of hidden folders only a maildir's.
                Ok(inner) if hidden && !is_maildir && !self::is_maildir(&inner) => true,
                Ok(inner) => within(walk, folder, &below, depth + 1, inner),
                Err(e) => walk.fail(&label(&below), format!("it cannot be read ({e})")),
            },
            EntryKind::Link => walk.leave("symbolic links"),
            EntryKind::File if !is_maildir && !hidden => file(walk, folder, &below, &name),
            // A maildir's own notes (`dovecot-uidlist`), hidden files, sockets.
            EntryKind::File | EntryKind::Other => true,
        };
        if !goes_on {
            return false;
        }
    }
    true
}

fn is_maildir(entries: &[FolderEntry]) -> bool {
    let has = |name: &str| entries.iter().any(|e| e.kind == EntryKind::Folder && e.name == name);
    has("cur") && (has("new") || has("tmp"))
}

/// The files of a maildir's `cur` or `new`.
fn messages(walk: &mut Walk<'_>, folder: &dyn Folder, path: &Path) -> bool {
    let mut entries = match folder.entries(path) {
        Ok(entries) => entries,
        Err(e) => return walk.fail(&label(path), format!("it cannot be read ({e})")),
    };
    entries.sort();
    entries.into_iter().all(|FolderEntry { name, kind }| match kind {
        EntryKind::File if !name.to_string_lossy().starts_with('.') => {
            let named = Named::of(&name.to_string_lossy());
            one(walk, folder, &path.join(&name), Some(named))
        }
        EntryKind::Link => walk.leave("symbolic links"),
        EntryKind::File | EntryKind::Folder | EntryKind::Other => true,
    })
}

fn file(walk: &mut Walk<'_>, folder: &dyn Folder, path: &Path, name: &str) -> bool {
    if is_other(name) {
        return walk.leave("files that are no mail");
    }
    if walk.left_out.folder(stem(name)) {
        return walk.leave(format!("files named {}", shown(name)));
    }
    one(walk, folder, path, None)
}

fn one(walk: &mut Walk<'_>, folder: &dyn Folder, path: &Path, maildir: Option<Named>) -> bool {
    match folder.open(path) {
        Ok(mut file) => walk.file(&Item { name: &label(path), maildir }, &mut file),
        Err(e) => walk.fail(&label(path), format!("it cannot be opened ({e})")),
    }
}

fn label(path: &Path) -> String {
    if path.as_os_str().is_empty() { "the folder".to_owned() } else { path.to_string_lossy().into_owned() }
}

/// `Trash` of `Trash.mbox`; a message's own name says nothing.
pub(super) fn stem(name: &str) -> &str {
    match name.rsplit_once('.') {
        Some((stem, ending)) if ["mbox", "mbx"].iter().any(|e| ending.eq_ignore_ascii_case(e)) => stem,
        Some((_, ending)) if ["eml", "emlx"].iter().any(|e| ending.eq_ignore_ascii_case(e)) => "",
        _ => name,
    }
}

/// Whether a file's ending says that it is no mail: it is not even opened.
pub(super) fn is_other(name: &str) -> bool {
    const ENDINGS: [&str; 40] = [
        "json", "html", "htm", "css", "js", "csv", "tsv", "xml", "plist", "vcf", "ics", "pdf", "doc", "docx", "xls", "xlsx", "ppt", "pptx",
        "png", "jpg", "jpeg", "gif", "svg", "webp", "heic", "mp3", "mp4", "mov", "m4a", "wav", "zip", "gz", "tgz", "7z", "rar", "db",
        "sqlite", "msf", "dat", "exe",
    ];
    name.rsplit_once('.').is_some_and(|(_, ending)| ENDINGS.contains(&ending.to_ascii_lowercase().as_str()))
}
