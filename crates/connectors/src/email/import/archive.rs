//! A zip with mail in it: Google's export, or `.eml` files. Nothing is written to disk or named after what stands in it, and its sizes are
//! not believed.

use std::io::Read;

use zip::ZipArchive;

use super::{
    maildir::Named,
    tree::{is_other, stem},
    walk::{Item, Walk, shown},
};
use crate::registry::ReadSeek;

/// An opened zip.
pub(super) type Zip = ZipArchive<Box<dyn ReadSeek>>;

/// Most files.
pub(super) const FILES: usize = 1_000_000;
/// A file that unpacks to more than this many times its size is a trap; text packs at most about 100 to 1.
const RATIO: u64 = 400;
/// Small files may pack as well as they like.
const RATIO_FROM: u64 = 8 << 20;
/// At most that many files are named one by one.
const NAMED: u64 = 8;

/// Everything in a zip, in its order; `false` if nobody wanted more.
pub(super) fn walk(walk: &mut Walk<'_>, zip: &mut Zip) -> bool {
    let mut strange = 0_u64;
    for index in 0..zip.len() {
        let Some(name) = zip.name_for_index(index).map(|n| n.replace('\\', "/")) else { continue };
        if name.ends_with('/') {
            continue;
        }
        if name.split('/').any(|part| matches!(part, "" | "." | "..")) || name.get(1..2) == Some(":") {
            strange += 1;
            if strange <= NAMED && !walk.fail(&format!("entry {name}"), "its name leads out of the zip; it is left out") {
                return false;
            }
            continue;
        }
        if !entry(walk, zip, index, &name) {
            return false;
        }
    }
    let more = strange.saturating_sub(NAMED);
    more == 0 || walk.fail(&format!("{more} more entries"), "their names lead out of the zip; they are left out")
}

fn entry(walk: &mut Walk<'_>, zip: &mut Zip, index: usize, name: &str) -> bool {
    let (folders, last) = name.rsplit_once('/').unwrap_or(("", name));
    let mut above = folders.split('/').filter(|f| !f.is_empty());
    let parent = above.clone().next_back().unwrap_or("");
    if above.clone().any(|f| f == "__MACOSX") || last.starts_with('.') || parent == "tmp" {
        return true;
    }
    let of = super::maildir::folder;
    if let Some(folder) = above.find(|f| walk.left_out.folder(&of(f.trim_end_matches(".mbox")))) {
        return walk.leave(format!("files in a folder named {}", shown(&of(folder))));
    }
    if is_other(last) {
        return walk.leave("files that are no mail");
    }
    let maildir = matches!(parent, "cur" | "new").then(|| Named::of(last));
    if maildir.is_none() && walk.left_out.folder(stem(last)) {
        return walk.leave(format!("files named {}", shown(last)));
    }
    match zip.by_index_raw(index) {
        Ok(file) if file.is_symlink() => return walk.leave("symbolic links"),
        Ok(file) if file.encrypted() => {
            return walk.fail(name, "it is protected with a password: unpack the zip with it, and import the folder");
        }
        _ => {}
    }
    let file = match zip.by_index(index) {
        Ok(file) => file,
        Err(e) => return walk.fail(name, format!("it cannot be unpacked ({e})")),
    };
    let packed = file.compressed_size().max(1);
    let most = packed.saturating_mul(RATIO).max(RATIO_FROM);
    if file.size() > most {
        return walk.fail(name, format!("it is too large ({} bytes, packed in {packed})", file.size()));
    }
    walk.file(&Item { name, maildir }, &mut Limited { file, left: most })
}

/// What the zip says of sizes is not believed.
struct Limited<R> {
    file: R,
    left: u64,
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let n = self.file.read(buffer)?;
        let more = || std::io::Error::other("it unpacks to far more than a mailbox does");
        self.left = self.left.checked_sub(n as u64).ok_or_else(more)?;
        Ok(n)
    }
}
