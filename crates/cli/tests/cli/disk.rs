//! Disks that are full or cannot be written: the thing, the reason, the next command; and nothing is lost.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use crate::support::{Desk, Vendor, shows};

/// A file system of its own over a folder; `None` where this process may not mount.
struct Mount(PathBuf);

impl Mount {
    fn over(dir: &Path, size: &str) -> Option<Mount> {
        std::fs::create_dir_all(dir).unwrap();
        let done = Command::new("mount").args(["-t", "tmpfs", "-o", &format!("size={size}"), "none"]).arg(dir).output();
        match done {
            Ok(o) if o.status.success() => Some(Mount(dir.to_owned())),
            _ => {
                println!("SKIPPED: a small file system cannot be mounted here (needs root)");
                None
            }
        }
    }

    fn again(&self, options: &str) {
        assert!(Command::new("mount").args(["-o", &format!("remount,{options}")]).arg(&self.0).status().unwrap().success());
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.0).status();
    }
}

/// The sample workspace in `w`, on a file system of that size.
fn workspace(desk: &Desk, size: &str) -> Option<Mount> {
    let mount = Mount::over(&desk.path().join("w"), size)?;
    // Without the empty `.env`: a copy would be open to others, and warned of.
    for (path, content) in sales_testkit::tree(Desk::unlimited().path()).into_iter().filter(|(path, _)| path != ".env") {
        desk.write(&format!("w/{path}"), content);
    }
    Some(mount)
}

#[test]
fn a_disk_that_is_read_only() {
    let vendor = Vendor::start(None);
    let mut desk = Desk::with_samples();
    desk.connect(&vendor);
    let Some(mount) = workspace(&desk, "8m") else { return };
    mount.again("ro");
    let sync = desk.run(&["sync", "--workspace", "w"]).exit(1);
    shows!("read_only_sync", desk.shown(&sync));
    let edit = desk.run(&["customer", "edit", "acme-corp", "--stage", "closed_won", "--workspace", "w"]).exit(1);
    shows!("read_only_edit", desk.shown(&edit));
    let init = desk.run(&["init", "w/new"]).exit(1);
    shows!("read_only_init", desk.shown(&init));
}

#[test]
fn a_disk_that_is_full_from_the_start() {
    let vendor = Vendor::start(None);
    let mut desk = Desk::with_samples();
    desk.connect(&vendor);
    let Some(_mount) = workspace(&desk, "200k") else { return };
    let mut filler = std::fs::File::create(desk.path().join("w/filler")).unwrap();
    while std::io::Write::write_all(&mut filler, &[0; 4096]).is_ok() {}
    let done = desk.run(&["sync", "--workspace", "w"]).exit(1);
    shows!("disk_full", desk.shown(&done));
}

/// It fills up in the middle: the error names it, and after there is room the same command ends as if nothing had been.
#[test]
fn a_disk_that_fills_up_and_gets_room() {
    let vendor = Vendor::start(None);
    let mut desk = Desk::with_samples();
    desk.connect(&vendor);
    let mut full = 0;
    for size in ["400k", "700k", "1000k"] {
        let Some(mount) = workspace(&desk, size) else { return };
        let done = desk.run(&["sync", "--workspace", "w", "--quiet"]);
        if done.code != 0 {
            assert_eq!(done.code, 1, "{}", done.err);
            assert!(done.err.contains("the disk is full"), "{size}: {}", done.err);
            full += 1;
        }
        mount.again("size=32m");
        desk.run(&["sync", "--workspace", "w", "--quiet"]).exit(0);
        desk.run(&["verify", "--workspace", "w"]).exit(0);
        let found = sales_testkit::tree(&desk.path().join("w/customers"));
        assert!(found.keys().all(|k| !k.contains("sales-tmp")), "no temporary file stays");
        drop(mount);
        desk.run(&["sync", "--quiet"]).exit(0);
        let expected = sales_testkit::tree(&desk.path().join("customers"));
        let slack =
            |tree: &sales_testkit::Tree| tree.iter().filter(|(k, _)| k.contains("/slack/")).map(|(k, v)| (k.clone(), v.clone())).collect();
        assert_eq!(sales_testkit::differences(&slack(&expected), &slack(&found)), Vec::<String>::new());
    }
    assert!(full > 0, "none of the sizes was too small");
}

/// Works for everybody, root too: a file stands where a folder has to be.
#[test]
fn a_file_where_the_state_has_to_be() {
    let vendor = Vendor::start(None);
    let mut desk = Desk::with_samples();
    desk.connect(&vendor);
    std::fs::remove_dir_all(desk.path().join(".sales")).unwrap();
    desk.write(".sales", "");
    let done = desk.run(&["sync"]).exit(1);
    shows!("state_is_a_file", desk.shown(&done));
}
