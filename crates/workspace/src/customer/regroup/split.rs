use sales_model::{Contact, CustomerId};

use super::{Regrouping, refused};
use crate::{
    Disk, Edit, FileChange, NewCustomer, Plan, Workspace,
    customer::{add::profile_template, change::ChangeError, edit::with_edits},
    error::harmless,
    id_from_name, parse_profile,
};

/// A part of a customer that becomes one of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Split {
    /// Whose part.
    pub from: CustomerId,
    /// Name of the new customer.
    pub name: String,
    /// Its id, if not the one made of the name.
    pub id: Option<CustomerId>,
    /// Elements of lists that move: (key, element), as in `("domains", "acme.dev")`.
    pub elements: Vec<(String, String)>,
    /// Contacts that move, by address or name.
    pub contacts: Vec<String>,
}

impl Split {
    /// The new customer's id.
    pub fn new_id(&self) -> CustomerId {
        self.id.clone().unwrap_or_else(|| id_from_name(&self.name))
    }
}

impl Workspace {
    /// Makes a customer of a part of another one. Which records follow is decided by the rules.
    ///
    /// # Errors
    /// Nothing is to move; something that is to move is not there; the name or id is taken; the profile is missing or unreadable.
    pub fn plan_split(&self, disk: &dyn Disk, command: &str, split: &Split) -> Result<Regrouping, ChangeError> {
        let (from, id) = (&split.from, split.new_id());
        if split.elements.is_empty() && split.contacts.is_empty() {
            return Err(refused(
                "nothing was named that would move to the new customer",
                "sales customer split --help shows what can be given",
            ));
        }
        if id == *from {
            return Err(refused(
                format!("the new customer would have the id {id}, which is that of the old one"),
                "Give it another id: --id ID",
            ));
        }
        self.check_free_but(disk, from, &id, &split.name)?;
        let profile = self.profile(disk, from)?.ok_or_else(|| self.missing_profile(from))?;
        let (mut leave, mut come) = (Vec::new(), Vec::new());
        for (key, value) in &split.elements {
            leave.push(Edit::Remove { key: key.clone(), value: Some(value.clone()) });
            come.push(Edit::Add { key: key.clone(), value: value.clone() });
        }
        for who in &split.contacts {
            leave.push(Edit::RemoveContact(who.clone()));
            come.extend(profile.contacts.iter().filter(|c| is(c, who)).cloned().map(Edit::NewContact));
        }
        let (before, after, left) = self.edited(disk, from, &leave)?;
        let kept = std::iter::once(&left.name).chain(&left.aliases);
        if kept.into_iter().any(|name| id_from_name(name) == id_from_name(&split.name)) {
            let reason = format!("{from} has the name or alias \"{}\" itself", harmless(&split.name));
            return Err(refused(reason, "If it is an alias, let it move too, with --alias"));
        }
        let path = self.profile_path(&id);
        let text = profile_template(&NewCustomer { name: split.name.clone(), id: Some(id.clone()), ..NewCustomer::default() });
        parse_profile(&path, &text).map_err(|e| refused(e.reason, "sales customer split --help shows what can be given"))?;
        let (text, _) = with_edits(&path, &text, &come)?;
        let files = vec![
            FileChange::Profile { customer: id.clone(), before: None, after: Some(text), mode: None },
            FileChange::Profile { customer: from.clone(), before: Some(before), after: Some(after), mode: None },
        ];
        let plan = Plan { command: command.to_owned(), files, carries: vec![(from.clone(), id)], undoes: None };
        Ok(Regrouping { plan, lost: Vec::new() })
    }
}

fn is(contact: &Contact, who: &str) -> bool {
    let who = who.trim().to_lowercase();
    contact.name.trim().to_lowercase() == who || contact.email.as_deref() == Some(who.as_str())
}
