//! Where an attachment is saved.

use std::path::{Path, PathBuf};

use sales_files::{Disk, DiskProblem, Kind, RealDisk, file_name};
use sales_model::MailFile;

use super::shown;
use crate::{
    errors::{Failure, Result, io_failure},
    output::{Printer, word},
};

/// Where it goes.
pub(super) enum Place {
    /// Standard output.
    Output,
    /// A file in a folder that is there.
    File(PathBuf),
}

impl Place {
    /// What `--out` says. A name that the mail's author chose is only used made safe, and never to choose a folder.
    pub(super) fn of(printer: &Printer, out: Option<&Path>, file: &MailFile, number: usize) -> Result<Place> {
        let Some(out) = out else { return Ok(Place::File(file_name(&file.name, &file.kind, number).into())) };
        if out == Path::new("-") {
            return output(printer);
        }
        if is_folder(out)? {
            return Ok(Place::File(out.join(file_name(&file.name, &file.kind, number))));
        }
        let folder = if out.to_string_lossy().ends_with(std::path::is_separator) { out } else { folder_of(out) };
        if folder == out || !is_folder(folder)? {
            let next = format!("mkdir -p {}", word(&folder.to_string_lossy()));
            return Err(Failure::new(
                format!("there is no folder {}", shown(folder)),
                "attachments are saved in folders that are there",
                next,
            ));
        }
        Ok(Place::File(out.to_owned()))
    }
}

fn output(printer: &Printer) -> Result<Place> {
    let problem = if printer.json {
        "the document of `--json` goes there"
    } else if printer.on_terminal() {
        "it is a terminal, and an attachment may hold what steers one"
    } else {
        return Ok(Place::Output);
    };
    let next = "save it in a file with `--out FILE`, or let another program read it: `--out - | PROGRAM`";
    Err(Failure::usage("an attachment cannot go to standard output here", problem, next))
}

/// The folder that a file is in; of a bare name the current one.
fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn is_folder(path: &Path) -> Result<bool> {
    let facts = RealDisk::within(path).stat(path);
    match facts {
        Ok(facts) => Ok(facts.is_some_and(|f| f.kind == Kind::Folder)),
        // A part of the path is a file.
        Err(e) if e.kind() == std::io::ErrorKind::NotADirectory => Ok(false),
        Err(e) => Err(io_failure("cannot look at", path, &e)),
    }
}

/// Writes it whole or not at all, for the user alone to read.
pub(super) fn write(path: &Path, content: &[u8], over: bool) -> Result<()> {
    let folder = folder_of(path);
    let target = folder.join(path.file_name().unwrap_or_default());
    let placed = RealDisk::within(folder).place_private(&target, content, over).map_err(|e| {
        let elsewhere = matches!(e.problem, DiskProblem::ReadOnly | DiskProblem::Denied | DiskProblem::WrongKind);
        let failure = Failure::from(e);
        if elsewhere { Failure { next: "save it elsewhere with `--out FILE`".to_owned(), ..failure } } else { failure }
    })?;
    if placed {
        return Ok(());
    }
    let next = "`--force` replaces it, `--out FILE` saves the attachment elsewhere";
    Err(Failure::new(format!("{} was not saved", shown(path)), "something with that name is there, and was left as it is", next))
}
