//! Profiles that somebody else writes at the same time.
#![expect(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests")]

use std::{
    borrow::Cow,
    fs, io,
    path::{Path, PathBuf},
    sync::Mutex,
};

use sales_files::{
    Access, Content, Disk, DiskError, Edit, EditError, Entry, Kind, Lock, NewCustomer, OwnFile, Put, RealDisk, Stat, Workspace,
};
use sales_model::{ContentHash, CustomerId, Settings};

/// What an editor does right before a file is written.
type Meddle = Box<dyn FnMut(&Path) + Send>;

/// A disk on which somebody else writes too, at the worst moment: after we have read, before we write.
struct Busy {
    real: RealDisk,
    meddle: Mutex<Meddle>,
}

impl Disk for Busy {
    fn read(&self, path: &Path) -> io::Result<Option<Vec<u8>>> {
        self.real.read(path)
    }

    fn write_contents(&self, files: &[(PathBuf, Content<'_>)]) -> Result<(), DiskError> {
        files.iter().for_each(|(path, _)| (self.meddle.lock().unwrap())(path));
        self.real.write_contents(files)
    }

    fn holds(&self, path: &Path, content: Content<'_>) -> io::Result<bool> {
        self.real.holds(path, content)
    }

    fn write_own(&self, files: &[OwnFile<'_>], done: &mut Vec<Put>) -> Result<(), DiskError> {
        self.real.write_own(files, done)
    }

    fn write_private(&self, path: &Path, content: &[u8]) -> Result<(), DiskError> {
        self.real.write_private(path, content)
    }

    fn place_private(&self, path: &Path, content: &[u8], over: bool) -> Result<bool, DiskError> {
        (self.meddle.lock().unwrap())(path);
        self.real.place_private(path, content, over)
    }

    fn replace(&self, path: &Path, old: Option<&[u8]>, new: &[u8]) -> Result<bool, DiskError> {
        (self.meddle.lock().unwrap())(path);
        self.real.replace(path, old, new)
    }

    fn create(&self, path: &Path, content: &[u8], mode: u32) -> Result<bool, DiskError> {
        (self.meddle.lock().unwrap())(path);
        self.real.create(path, content, mode)
    }

    fn lock(&self, path: &Path) -> Result<Lock, DiskError> {
        self.real.lock(path)
    }

    fn remove(&self, paths: &[PathBuf]) -> Result<(), DiskError> {
        self.real.remove(paths)
    }

    fn rename(&self, from: &Path, to: &Path) -> Result<bool, DiskError> {
        self.real.rename(from, to)
    }

    fn remove_folder(&self, dir: &Path) -> Result<bool, DiskError> {
        self.real.remove_folder(dir)
    }

    fn list(&self, dir: &Path) -> io::Result<Vec<Entry>> {
        self.real.list(dir)
    }

    fn hash(&self, path: &Path) -> io::Result<Option<ContentHash>> {
        self.real.hash(path)
    }

    fn kind(&self, path: &Path) -> io::Result<Option<Kind>> {
        self.real.kind(path)
    }

    fn create_dir_all(&self, dir: &Path, access: Access) -> Result<(), DiskError> {
        self.real.create_dir_all(dir, access)
    }

    fn stat(&self, path: &Path) -> io::Result<Option<Stat>> {
        self.real.stat(path)
    }
}

fn workspace() -> (tempfile::TempDir, Workspace) {
    let dir = tempfile::tempdir().unwrap();
    let root = fs::canonicalize(dir.path()).unwrap();
    let ws = Workspace::init(&RealDisk::within(&root), &root, &Settings::default()).unwrap();
    (dir, ws)
}

fn busy(ws: &Workspace, meddle: impl FnMut(&Path) + Send + 'static) -> Busy {
    Busy { real: ws.disk(), meddle: Mutex::new(Box::new(meddle)) }
}

fn id() -> CustomerId {
    "acme_inc".parse().unwrap()
}

fn put(ws: &Workspace, text: &str) {
    fs::create_dir_all(ws.customer_dir(&id())).unwrap();
    fs::write(ws.profile_path(&id()), text).unwrap();
}

fn text(ws: &Workspace) -> String {
    fs::read_to_string(ws.profile_path(&id())).unwrap()
}

fn names_in(dir: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(dir).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn stage() -> [Edit; 1] {
    [Edit::Set { key: "stage".into(), value: "negotiation".into() }]
}

#[test]
fn what_an_editor_saves_meanwhile_is_kept() {
    let (_dir, ws) = workspace();
    put(&ws, "name = \"ACME\"\n");
    let (locks, mut saved) = (ws.state_dir().join("profiles.lock"), false);
    let disk = busy(&ws, move |path| {
        let other = fs::File::open(&locks).unwrap();
        assert!(matches!(other.try_lock(), Err(fs::TryLockError::WouldBlock)), "another command would not have to wait");
        if !std::mem::replace(&mut saved, true) {
            fs::write(path, "# my remark\nname = \"ACME\"\nowner = \"jo@yourcompany.com\"\n").unwrap();
        }
    });
    let edited = ws.edit_profile(&disk, &id(), &stage()).unwrap();
    assert_eq!(text(&ws), "# my remark\nname = \"ACME\"\nowner = \"jo@yourcompany.com\"\nstage = \"negotiation\"\n");
    assert_eq!(edited.profile.owner.as_deref(), Some("jo@yourcompany.com"));
    assert_eq!(names_in(&ws.customer_dir(&id())), ["profile.toml"]);
    let free = fs::File::open(ws.state_dir().join("profiles.lock")).unwrap();
    assert!(free.try_lock().is_ok(), "the lock ends with the edit");
}

#[test]
fn an_editor_in_the_middle_of_saving_loses_nothing() {
    let (_dir, ws) = workspace();
    put(&ws, "name = \"ACME\"\n");
    let disk = busy(&ws, |path| fs::rename(path, path.with_extension("toml~")).unwrap());
    let e = ws.edit_profile(&disk, &id(), &stage()).unwrap_err();
    assert!(matches!(e, EditError::Missing { .. }), "{e}");
    assert_eq!(names_in(&ws.customer_dir(&id())), ["profile.toml~"]);
}

#[test]
fn a_file_that_never_rests_is_left_alone() {
    let (_dir, ws) = workspace();
    put(&ws, "name = \"ACME\"\n");
    let mut n = 0;
    let disk = busy(&ws, move |path| {
        n += 1;
        fs::write(path, format!("name = \"ACME\"\namount = {n}\n")).unwrap();
    });
    let e = ws.edit_profile(&disk, &id(), &stage()).unwrap_err();
    assert!(matches!(e, EditError::Busy { .. }), "{e}");
    assert_eq!(text(&ws), "name = \"ACME\"\namount = 20\n");
    assert_eq!(names_in(&ws.customer_dir(&id())), ["profile.toml"]);
}

#[test]
fn a_new_customer_takes_nobodys_place() {
    let (_dir, ws) = workspace();
    let disk = busy(&ws, |path| {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "name = \"Mine\"\n").unwrap();
    });
    let new = NewCustomer { name: "ACME Inc".into(), ..NewCustomer::default() };
    assert!(matches!(ws.add_customer(&disk, &new, &[]), Err(EditError::Exists { .. })));
    assert_eq!(text(&ws), "name = \"Mine\"\n");
}

#[test]
fn what_windows_editors_write_stays() {
    let (_dir, ws) = workspace();
    put(&ws, "\u{feff}name = \"ACME\"\r\n");
    assert!(ws.edit_profile(&ws.disk(), &id(), &stage()).unwrap().changed);
    assert_eq!(text(&ws), "\u{feff}name = \"ACME\"\r\nstage = \"negotiation\"\r\n");
    assert!(!ws.edit_profile(&ws.disk(), &id(), &stage()).unwrap().changed);
}

#[test]
fn a_customer_goes_with_its_folder_only() {
    let (_dir, ws) = workspace();
    let disk = ws.disk();
    put(&ws, "name = \"ACME\"\n");
    fs::remove_file(ws.profile_path(&id())).unwrap();
    assert_eq!(ws.customers(&disk).unwrap(), [], "a folder with notes only never was a customer");
    disk.write_all(&[(ws.last_profile_path(&id()), Cow::Borrowed(b"name = \"ACME\"\n"))]).unwrap();
    let customers = ws.customers(&disk).unwrap();
    let [(found, Err(e))] = customers.as_slice() else { panic!("{customers:?}") };
    assert_eq!((found, e.reason.as_str()), (&id(), "it is missing, though its folder is there; the last readable version stands in"));
    assert!(e.next.starts_with("put it back: cp "), "{}", e.next);
    // Its name is not free: the editor that took the file away is about to put it back.
    let new = NewCustomer { name: "ACME Inc".into(), ..NewCustomer::default() };
    assert!(matches!(ws.add_customer(&disk, &new, &[]), Err(EditError::Exists { .. })));
    fs::remove_dir_all(ws.customer_dir(&id())).unwrap();
    assert_eq!(ws.customers(&disk).unwrap(), []);
}

#[test]
fn a_change_is_made_anew_on_what_an_editor_saved() {
    let (_dir, ws) = workspace();
    put(&ws, "name = \"ACME\"\n");
    let mut saved = false;
    let disk = busy(&ws, move |path| {
        if !std::mem::replace(&mut saved, true) {
            fs::write(path, "# my remark\nname = \"ACME\"\n").unwrap();
        }
    });
    let now = "2024-04-08T09:00:00Z".parse().unwrap();
    let change = ws.change(&disk, now, "match apply", &[(id(), stage().to_vec())]).unwrap();
    assert_eq!(text(&ws), "# my remark\nname = \"ACME\"\nstage = \"negotiation\"\n");
    ws.undo(&disk, now, change.id).unwrap();
    assert_eq!(text(&ws), "# my remark\nname = \"ACME\"\n", "what the editor saved is what it goes back to");
    assert_eq!(ws.change_ids(&disk).unwrap().len(), 2, "the try that came to nothing is in no list");
}
