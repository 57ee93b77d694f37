use std::{collections::BTreeMap, path::Path, sync::Arc};

use sales_files::{Disk, FileError, ReadLinks, RealDisk, Workspace, keep_telling_domains, resolve, shared_names, unused_domains};
use sales_model::{CustomerId, Profile, Settings};

use crate::{
    commands::Cx,
    config::Variables,
    errors::{Failure, Result, io_failure, small},
    output::{Printer, Style, line},
};

/// A workspace's files, opened: settings, customers, variables. No database yet.
pub(crate) struct Home {
    /// Where it stands.
    pub(crate) workspace: Workspace,
    /// Its disk.
    pub(crate) disk: Arc<RealDisk>,
    /// `workspace.toml`.
    pub(crate) settings: Arc<Settings>,
    /// All customers; an unreadable profile stands beside the good ones.
    pub(crate) customers: Vec<(CustomerId, std::result::Result<Profile, FileError>)>,
    /// The texts that the readable profiles were read from.
    pub(super) texts: BTreeMap<CustomerId, String>,
    /// Who is whom in the user's words.
    pub(super) links: std::result::Result<ReadLinks, FileError>,
    /// Environment and `.env`.
    pub(crate) variables: Variables,
}

/// Ends what an interrupted command began. Where that can't be, what there is is used as it is.
fn finish_change(workspace: &Workspace, printer: &Printer) {
    match workspace.finish_change(&workspace.disk()) {
        Ok(None) => {}
        Ok(Some(change)) => printer.note(format_args!("finished what was interrupted: sales {}", line(&change.plan.command))),
        Err(e) => Failure::from(e).print_warning(printer),
    }
}

impl Home {
    /// The workspace as the options, the current folder or the environment name it.
    pub(crate) fn find(cx: &Cx<'_>) -> Result<Home> {
        let here = std::env::current_dir().map_err(|e| io_failure("cannot use the current folder", Path::new("."), &e))?;
        let named = cx.variables.get("SALES_WORKSPACE").map(Path::new);
        let workspace = Workspace::find(&here, cx.globals.workspace.as_deref(), named)?;
        let (variables, remarks) = cx.variables.clone().with_file(&workspace)?;
        for remark in remarks {
            cx.printer.note(format_args!("{} {}", cx.printer.err_style(Style::Warning, "warning:"), line(&remark)));
        }
        finish_change(&workspace, cx.printer);
        Home::at(workspace, variables)
    }

    /// Reads settings and profiles.
    pub(crate) fn at(workspace: Workspace, variables: Variables) -> Result<Home> {
        let disk = Arc::new(workspace.disk());
        let settings = Arc::new(workspace.settings(&*disk)?);
        let mut texts = BTreeMap::new();
        let mut customers = Vec::new();
        for (id, read) in workspace.customers_with_text(&*disk)? {
            let profile = read.map(|mut r| {
                texts.insert(id.clone(), r.text);
                keep_telling_domains(&mut r.profile, &settings);
                r.profile
            });
            customers.push((id, profile));
        }
        let links = workspace.links(&*disk);
        Ok(Home { workspace, disk, settings, customers, texts, links, variables })
    }

    /// The disk as the file layer's port.
    pub(crate) fn disk_port(&self) -> Arc<dyn Disk> {
        self.disk.clone()
    }

    /// The customer that an id, name or alias reaches, with a profile that can be read.
    pub(crate) fn customer(&self, name: &str) -> Result<(&CustomerId, &Profile)> {
        let id = resolve(name, &self.customers)?;
        match self.customers.iter().find(|(known, _)| *known == id) {
            Some((id, Ok(profile))) => Ok((id, profile)),
            Some((_, Err(e))) => Err(e.clone().into()),
            None => Err(Failure::new(format!("there is no customer `{name}`"), "", "sales customer list")),
        }
    }

    /// Readable profiles.
    pub(crate) fn readable(&self) -> Vec<(CustomerId, Profile)> {
        self.customers.iter().filter_map(|(id, p)| Some((id.clone(), p.as_ref().ok()?.clone()))).collect()
    }

    /// What is wrong with the others, folders that are no customers because of their names, and what is wrong with `people.toml`.
    pub(crate) fn problems(&self) -> Vec<Failure> {
        let unreadable = self.customers.iter().filter_map(|(_, p)| p.as_ref().err().cloned());
        let misnamed = self.workspace.misnamed_folders(&*self.disk).unwrap_or_default();
        let people = self.links.as_ref().err().cloned();
        unreadable.chain(misnamed).chain(people).map(Failure::from).collect()
    }

    /// What is odd though nothing stops for it: domains that are not used, names that several customers have.
    pub(crate) fn warnings(&self) -> Vec<Failure> {
        let mut out = Vec::new();
        for (id, text) in &self.texts {
            let path = self.workspace.profile_path(id);
            let domains = unused_domains(&path, text, &self.settings);
            out.extend(domains.into_iter().map(|e| {
                let line = e.line.map(|n| format!(", line {n}")).unwrap_or_default();
                Failure::new(format!("`{}`{line}", self.workspace.shown(&path)), e.reason, small(e.next))
            }));
        }
        for (name, ids) in shared_names(&self.customers) {
            let ids: Vec<String> = ids.iter().map(|id| format!("`{id}`")).collect();
            let next = "take it out of all profiles but one, or use the ids";
            out.push(Failure::new(format!("several customers have the name `{name}`"), format!("{} have it", ids.join(" and ")), next));
        }
        out
    }

    /// Prints what is wrong with single profiles; the others go on.
    pub(crate) fn print_problems(&self, printer: &Printer) -> Vec<Failure> {
        let problems = self.problems();
        for problem in &problems {
            problem.print_words(printer);
        }
        for warning in self.warnings() {
            warning.print_warning(printer);
        }
        problems
    }
}
