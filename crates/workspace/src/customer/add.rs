use std::fmt::Write;

use sales_model::CustomerId;
use sha2::{Digest, Sha256};
use toml_edit::{Array, Value};

use super::{Edit, EditError, edit::with_edits, parse_profile, resolve::folded};
use crate::{
    Disk, Workspace,
    names::{LONGEST, cut, words},
};

/// A customer to add; what is empty is left to be filled in later.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewCustomer {
    /// The company's name.
    pub name: String,
    /// The id, if not the one made of the name.
    pub id: Option<CustomerId>,
    /// Other names.
    pub aliases: Vec<String>,
    /// Mail and web domains.
    pub domains: Vec<String>,
    /// Slack channels: names, ids or globs.
    pub channels: Vec<String>,
    /// Mail address of the owner on our side.
    pub owner: Option<String>,
    /// Stage of the deal.
    pub stage: Option<String>,
}

impl Workspace {
    /// Writes the profile of a new customer, with the edits made and the keys that are not known yet as comments.
    ///
    /// # Errors
    /// A customer has that id, name or alias already; a value makes no sense; the file can't be written. Nothing was written then.
    pub fn add_customer(&self, disk: &dyn Disk, new: &NewCustomer, edits: &[Edit]) -> Result<CustomerId, EditError> {
        let id = new.id.clone().unwrap_or_else(|| id_from_name(&new.name));
        let path = self.profile_path(&id);
        // Nothing is locked, and no lock file made, where there is nothing to write.
        self.check_free(disk, new, &id)?;
        let text = profile_template(new);
        parse_profile(&path, &text).map_err(|e| EditError::Refused { name: new.name.clone(), reason: e.reason })?;
        let (text, _) = with_edits(&path, &text, edits)?;
        let _lock = self.lock_profiles(disk)?;
        self.check_free(disk, new, &id)?;
        if disk.replace(&path, None, text.as_bytes())? {
            return Ok(id);
        }
        // Somebody else's editor made it this moment.
        Err(EditError::Exists { name: new.name.clone(), id, path })
    }

    /// Whether nobody has the id and the name yet.
    fn check_free(&self, disk: &dyn Disk, new: &NewCustomer, id: &CustomerId) -> Result<(), EditError> {
        let customers = self.customers(disk)?;
        let wanted = [folded(&new.name), folded(id.as_str())];
        let taken = customers.into_iter().find(|(other, profile)| {
            let known = profile.iter().flat_map(|p| std::iter::once(&p.name).chain(&p.aliases)).map(|n| folded(n));
            other == id || known.chain([folded(other.as_str())]).any(|n| wanted.contains(&n))
        });
        match taken {
            Some((other, _)) => Err(EditError::Exists { name: new.name.clone(), path: self.profile_path(&other), id: other }),
            None => Ok(()),
        }
    }
}

/// A customer's id made of a name: `ACME Inc` gives `acme_inc`.
///
/// A name without a letter or digit gives `customer_` and 6 characters of its hash. Names of devices that Windows can't use for a folder
/// (`con`, `nul`) get `_customer` at the end.
pub fn id_from_name(name: &str) -> CustomerId {
    let mut id = cut(&words(name, usize::MAX).join("_"), LONGEST);
    if id.is_empty() {
        let hash = Sha256::digest(name.as_bytes());
        id = hash.iter().take(3).fold("customer_".to_owned(), |mut id, b| {
            // Writing to a string can't fail.
            let _ = write!(id, "{b:02x}");
            id
        });
    }
    let device = matches!(id.as_str(), "con" | "prn" | "aux" | "nul")
        || (id.len() == 4 && (id.starts_with("com") || id.starts_with("lpt")) && id.ends_with(|c: char| c.is_ascii_digit()));
    if device {
        id.push_str("_customer");
    }
    // Only lower-case letters, digits and `_`, never empty, at most 60: it always is one.
    id.parse().unwrap_or_else(|_| unreachable!("a slug is an id"))
}

pub(super) fn profile_template(new: &NewCustomer) -> String {
    let text = |s: &str| Value::from(s.trim()).to_string();
    let list = |l: &[String]| Value::from(l.iter().map(|s| s.trim()).filter(|s| !s.is_empty()).collect::<Array>()).to_string();
    let mut out = format!("name = {}\n", text(&new.name));
    let mut put = |line: String| {
        out.push_str(&line);
        out.push('\n');
    };
    put(format!("aliases = {}", list(&new.aliases)));
    put(format!("domains = {}   # mail and web domains, such as [\"acme.dev\"]", list(&new.domains)));
    match &new.owner {
        Some(owner) => put(format!("owner = {}", text(owner))),
        None => put("# owner = \"jo@yourcompany.com\"".to_owned()),
    }
    match &new.stage {
        Some(stage) => put(format!("stage = {}", text(stage))),
        None => put("# stage = \"discovery\"   # workspace.toml lists the stages".to_owned()),
    }
    for line in [
        "# amount = 600000",
        "# currency = \"USD\"",
        "# close_date = 2024-06-30",
        "# next_step = \"security review\"",
        "# competitors = []   # beside those of workspace.toml",
        "# exclude = []   # phrases that mean somebody else",
        "",
        "[slack]",
    ] {
        put(line.to_owned());
    }
    put(format!("channels = {}   # names, ids or globs", list(&new.channels)));
    for line in [
        "",
        "# [[contacts]]",
        "# name = \"Michael Chen\"",
        "# email = \"michael.chen@acme.dev\"",
        "# title = \"CTO\"",
        "# role = \"economic_buyer\"   # or champion, decision_maker, influencer, user, blocker",
    ] {
        put(line.to_owned());
    }
    out
}
