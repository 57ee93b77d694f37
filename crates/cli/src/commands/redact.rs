use std::{
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
    sync::Arc,
};

use sales_engine::Silent;
use sales_files::{Access, Disk, RealDisk};
use sales_insight::redact::{Kinds, Names, Redactor, Vault};
use sales_model::{CustomerId, Profile};
use serde::Serialize;

use super::Cx;
use crate::{
    args::Redact,
    clock,
    compose::{Home, block_on, connected_sources, open},
    errors::{Exit, Failure, Result, io_failure},
};

/// Longest text, and longest file of masks.
const LONGEST: u64 = 16 * 1024 * 1024;

#[derive(Serialize)]
struct Document<'a> {
    kind: &'static str,
    text: &'a str,
    /// How many masks are known now.
    masks: usize,
    /// Where what stands behind them is kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    map: Option<String>,
}

/// Where masks are kept.
struct Place {
    path: PathBuf,
    /// As it is shown.
    name: String,
    lock: PathBuf,
    disk: RealDisk,
}

/// Masks a text, or turns masks back.
pub(crate) fn run(cx: &Cx<'_>, a: &Redact) -> Result<Exit> {
    let home = a.customer.as_ref().map(|_| Home::find(cx)).transpose()?;
    let customer = home.as_ref().zip(a.customer.as_deref()).map(|(h, c)| h.customer(c)).transpose()?;
    let place = match (&home, customer, &a.map) {
        (Some(home), Some((id, _)), _) => Some(customers(home, id)?),
        (_, _, Some(path)) => Some(file(path)?),
        _ => None,
    };
    let text = read(&a.file)?;
    // Two at once would give the same mask to different values.
    let lock = place.as_ref().map(|p| p.disk.lock(&p.lock)).transpose()?;
    let mut vault = place.as_ref().map(load).transpose()?.flatten();
    if a.restore {
        let Some(vault) = vault.as_ref() else { return Err(nothing_kept(place.as_ref())) };
        return Ok(show(cx, &vault.restore(&text), vault, place.as_ref()));
    }
    let vault = vault.get_or_insert_default();
    let names = match (&home, customer) {
        (Some(home), Some((_, profile))) if a.names => known(home, profile)?,
        _ => Names::default(),
    };
    let kinds = if a.names { Kinds::PERSONAL } else { Kinds::STRUCTURED };
    let masked = Redactor::new(&names, kinds).redact(&text, vault);
    match &place {
        // Kept before it is shown: a mask that nobody can turn back is lost.
        Some(place) => {
            let file = serde_json::to_vec(vault).map_err(|e| Failure::new("the masks cannot be written", e, "report this"))?;
            place.disk.write_private(&place.path, &file)?;
        }
        None => cx.printer.note("the masks cannot be turned back: `--customer` or `--map` keeps what stands behind them"),
    }
    drop(lock);
    Ok(show(cx, &masked, vault, place.as_ref()))
}

fn show(cx: &Cx<'_>, text: &str, vault: &Vault, place: Option<&Place>) -> Exit {
    cx.printer.say_text(text);
    cx.printer.document(&Document { kind: "redact", text, masks: vault.len(), map: place.map(|p| p.name.clone()) });
    Exit::Done
}

fn read(path: &Path) -> Result<String> {
    let failed = |e: io::Error| io_failure("cannot read", path, &e);
    let input: Box<dyn Read> =
        if path == Path::new("-") { Box::new(io::stdin().lock()) } else { Box::new(File::open(path).map_err(failed)?) };
    let mut bytes = Vec::new();
    input.take(LONGEST + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > LONGEST {
        return Err(Failure::new(format!("`{}` is too large", path.display()), "more than 16 MB are not read", "split it"));
    }
    String::from_utf8(bytes).map_err(|e| {
        let why = format!("byte {} is no UTF-8", e.utf8_error().valid_up_to());
        Failure::new(format!("`{}` is no text", path.display()), why, "save it as UTF-8")
    })
}

/// The masks of a customer.
fn customers(home: &Home, id: &CustomerId) -> Result<Place> {
    let folder = home.workspace.state_dir().join("redaction");
    home.disk.create_dir_all(&folder, Access::Private)?;
    let path = folder.join(format!("{id}.json"));
    let name = home.workspace.shown(&path).into_owned();
    Ok(Place { path, name, lock: folder.join(format!("{id}.lock")), disk: (*home.disk).clone() })
}

fn file(path: &Path) -> Result<Place> {
    let whole = std::path::absolute(path).map_err(|e| io_failure("cannot use", path, &e))?;
    let mut lock = whole.clone().into_os_string();
    lock.push(".lock");
    let disk = RealDisk::within(whole.parent().unwrap_or(&whole));
    Ok(Place { name: path.display().to_string(), lock: lock.into(), path: whole, disk })
}

fn load(place: &Place) -> Result<Option<Vault>> {
    let Some(bytes) = place.disk.read(&place.path).map_err(|e| io_failure("cannot read", &place.path, &e))? else { return Ok(None) };
    let vault = serde_json::from_slice(&bytes).map_err(|e| {
        let next = "use the file that `sales redact` wrote; without it masks cannot be turned back";
        Failure::new(format!("`{}` holds no masks", place.name), e, next)
    })?;
    Ok(Some(vault))
}

fn nothing_kept(place: Option<&Place>) -> Failure {
    match place {
        Some(p) => {
            Failure::new("the masks cannot be turned back", format!("there is no `{}`", p.name), "redact with the same option first")
        }
        None => Failure::usage("the masks cannot be turned back", "nobody said where they are kept", "add `--customer` or `--map`"),
    }
}

/// Whom the workspace knows: the profile's contacts, and everybody whom the ledger has seen.
fn known(home: &Home, profile: &Profile) -> Result<Names> {
    let mut names = Names {
        people: profile.contacts.iter().map(|c| c.name.clone()).collect(),
        companies: std::iter::once(&profile.name).chain(&profile.aliases).cloned().collect(),
    };
    // A workspace that has synced nothing has no ledger, and does not get one for this.
    if home.disk.stat(&home.workspace.ledger_path()).ok().flatten().is_some() {
        let timer = clock::timer(home.variables.get("SALES_TEST_NOW"));
        let connected = connected_sources(home);
        let people = block_on(async {
            let opened = open(home, timer, Arc::new(Silent), &connected).await?;
            Ok(opened.store.people().await?)
        })?;
        names.people.extend(people.into_iter().filter(|p| !p.bot && !p.unknown).map(|p| p.name));
    }
    Ok(names)
}
