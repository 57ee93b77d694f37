use std::collections::BTreeSet;

use sales_model::{Contact, CustomerId, Profile};

use super::{Regrouping, aliases, refused};
use crate::{
    Disk, Edit, FileChange, Plan, Workspace,
    customer::{change::ChangeError, profile::ROLES, resolve::folded},
    toml_text,
};

impl Workspace {
    /// Makes one customer a part of another: lists are united, single values of `into` win, files of people move, and `from` goes.
    ///
    /// # Errors
    /// A profile is missing or unreadable; both are the same.
    pub fn plan_merge(&self, disk: &dyn Disk, command: &str, from: &CustomerId, into: &CustomerId) -> Result<Regrouping, ChangeError> {
        if from == into {
            return Err(refused(format!("{from} can't be merged into itself"), "sales customer list shows all customers"));
        }
        let theirs = self.profile(disk, from)?.ok_or_else(|| self.missing_profile(from))?;
        let ours = self.profile(disk, into)?.ok_or_else(|| self.missing_profile(into))?;
        let mut lost = Vec::new();
        let mut edits = lists((from, &theirs), (into, &ours), &mut lost);
        edits.extend(values(&theirs, &ours, &mut lost));
        edits.extend(contacts(&theirs, &ours, &mut lost));
        let (before, after, _) = self.edited(disk, into, &edits)?;
        let mut plan = Plan { command: command.to_owned(), carries: vec![(from.clone(), into.clone())], ..Plan::default() };
        if before != after {
            plan.files.push(FileChange::Profile { customer: into.clone(), before: Some(before), after: Some(after), mode: None });
        }
        plan.files.extend(self.move_people_files(disk, from, into)?);
        let before = toml_text::read_whole(disk, &self.profile_path(from))?;
        plan.files.push(FileChange::Profile { customer: from.clone(), before, after: None, mode: self.profile_mode(disk, from)? });
        Ok(Regrouping { plan, lost })
    }
}

type Lost = Vec<(String, String)>;

fn add(key: &str, value: &str) -> Edit {
    Edit::Add { key: key.to_owned(), value: value.to_owned() }
}

fn lists((from, theirs): (&CustomerId, &Profile), (into, ours): (&CustomerId, &Profile), lost: &mut Lost) -> Vec<Edit> {
    let mut edits = Vec::new();
    let names = |p: &Profile| -> Vec<String> { std::iter::once(&p.name).chain(&p.aliases).map(|n| folded(n)).collect() };
    let (known, new) = (names(ours), [names(theirs), vec![folded(from.as_str())]].concat());
    // What meant somebody else may mean this customer now.
    let means = |phrase: &str, names: &[String]| names.iter().any(|n| format!("_{n}_").contains(&format!("_{}_", folded(phrase))));
    for phrase in ours.exclude.iter().filter(|e| means(e, &new)) {
        edits.push(Edit::Remove { key: "exclude".into(), value: Some(phrase.clone()) });
        lost.push(("exclude".into(), phrase.clone()));
    }
    for phrase in &theirs.exclude {
        if means(phrase, &known) || means(phrase, &[folded(into.as_str())]) {
            lost.push(("exclude".into(), phrase.clone()));
        } else {
            edits.push(add("exclude", phrase));
        }
    }
    let theirs_names = [theirs.name.as_str(), from.as_str()].into_iter().chain(theirs.aliases.iter().map(String::as_str));
    edits.extend(aliases(theirs_names, known));
    let others: [(&str, &[String], &[String]); 5] = [
        ("domains", &theirs.domains, &ours.domains),
        ("competitors", &theirs.competitors, &ours.competitors),
        ("slack.channels", &theirs.slack.channels, &ours.slack.channels),
        ("slack.team_ids", &theirs.slack.team_ids, &ours.slack.team_ids),
        ("gong.crm_account_ids", &theirs.gong.crm_account_ids, &ours.gong.crm_account_ids),
    ];
    for (key, theirs, ours) in others {
        edits.extend(theirs.iter().filter(|v| !ours.contains(v)).map(|v| add(key, v)));
    }
    edits
}

fn values(theirs: &Profile, ours: &Profile, lost: &mut Lost) -> Vec<Edit> {
    let mut edits = Vec::new();
    let amount = |p: &Profile| p.amount.map(|a| a.to_string());
    // An amount means nothing in another currency.
    let other_money = ours.amount.is_some() || (ours.currency.is_some() && theirs.currency.is_some() && ours.currency != theirs.currency);
    let pairs = [
        ("owner", theirs.owner.clone(), ours.owner.clone(), false),
        ("stage", theirs.stage.clone(), ours.stage.clone(), false),
        ("amount", amount(theirs), amount(ours), other_money),
        ("currency", theirs.currency.clone(), ours.currency.clone(), other_money),
        ("close_date", theirs.close_date.clone(), ours.close_date.clone(), false),
        ("next_step", theirs.next_step.clone(), ours.next_step.clone(), false),
    ];
    for (key, theirs, ours, closed) in pairs {
        match (theirs, ours) {
            (Some(theirs), None) if !closed => edits.push(Edit::Set { key: key.to_owned(), value: theirs }),
            (Some(theirs), ours) if ours.as_ref() != Some(&theirs) => lost.push((key.to_owned(), theirs)),
            _ => {}
        }
    }
    edits
}

/// People by address, else by name. What is known of one of ours is only completed.
fn contacts(theirs: &Profile, ours: &Profile, lost: &mut Lost) -> Vec<Edit> {
    let mut edits = Vec::new();
    let mut met: BTreeSet<usize> = BTreeSet::new();
    for contact in &theirs.contacts {
        let same = |o: &&Contact| match (&o.email, &contact.email) {
            (Some(a), Some(b)) => a == b,
            _ => !contact.name.trim().is_empty() && o.name.trim().to_lowercase() == contact.name.trim().to_lowercase(),
        };
        let Some((at, known)) = ours.contacts.iter().enumerate().find(|(at, o)| !met.contains(at) && same(o)) else {
            edits.push(Edit::NewContact(contact.clone()));
            continue;
        };
        met.insert(at);
        let mut more = Contact { name: known.name.clone(), email: known.email.clone(), ..Contact::default() };
        if known.name.trim().is_empty() {
            more.name.clone_from(&contact.name);
        }
        more.email = more.email.or_else(|| contact.email.clone());
        for (key, theirs, ours, more) in
            [("title", &contact.title, &known.title, &mut more.title), ("role", &contact.role, &known.role, &mut more.role)]
        {
            match (theirs, ours) {
                (Some(theirs), None) if key != "role" || ROLES.contains(&theirs.as_str()) => *more = Some(theirs.clone()),
                (Some(theirs), ours) if ours.as_ref() != Some(theirs) => {
                    lost.push((format!("contacts.{key}"), format!("{}: {theirs}", contact.name)))
                }
                _ => {}
            }
        }
        if more != (Contact { name: known.name.clone(), email: known.email.clone(), ..Contact::default() }) {
            edits.push(Edit::Contact(more));
        }
    }
    edits
}
