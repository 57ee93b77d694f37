//! Options of a profile as edits of its file.

use sales_files::{Edit, no_domain};
use sales_model::{Contact, Settings};

use crate::{
    args::ProfileFields,
    errors::{Failure, Result, small},
};

/// The edits that the options ask for: lists grow, single values are set.
pub(in crate::commands) fn edits(f: &ProfileFields, settings: &Settings) -> Result<Vec<Edit>> {
    let known = &f.known;
    for domain in &known.domains {
        if let Some(no) = no_domain(domain, settings) {
            return Err(Failure::usage(
                format!("`{}` cannot be a customer's domain", domain.trim()),
                format!("it {}", no.reason()),
                small(no.next().into()),
            ));
        }
    }
    let lists = [
        ("aliases", &known.aliases),
        ("domains", &known.domains),
        ("slack.channels", &known.channels),
        ("gong.crm_account_ids", &known.crm_accounts),
        ("exclude", &known.exclude),
        ("competitors", &f.competitors),
    ];
    let mut edits: Vec<Edit> = Vec::new();
    for (key, values) in lists {
        edits.extend(values.iter().map(|v| Edit::Add { key: key.to_owned(), value: v.clone() }));
    }
    let singles = [
        ("owner", f.owner.clone()),
        ("stage", f.stage.clone()),
        ("amount", f.amount.map(|a| a.to_string())),
        ("currency", f.currency.clone()),
        ("close_date", f.close_date.map(|d| d.to_string())),
        ("next_step", f.next_step.clone()),
    ];
    for (key, value) in singles {
        edits.extend(value.map(|value| Edit::Set { key: key.to_owned(), value }));
    }
    for text in &known.contacts {
        edits.push(Edit::Contact(contact(text)?));
    }
    Ok(edits)
}

/// `Name <address>, Title`: name or address may be missing, and the title.
fn contact(text: &str) -> Result<Contact> {
    let (person, title) = match text.split_once(',') {
        Some((p, t)) => (p.trim(), Some(t.trim().to_owned()).filter(|t| !t.is_empty())),
        None => (text.trim(), None),
    };
    let (name, email) = match person.split_once('<') {
        Some((name, address)) => (name.trim(), address.strip_suffix('>').map(str::trim)),
        None if person.contains('@') => ("", Some(person)),
        None => (person, Some("")),
    };
    let Some(email) = email.filter(|e| e.is_empty() || e.contains('@')) else {
        return Err(Failure::usage(
            format!("`{text}` is not a contact"),
            "its address is not one",
            "write it as in \"Michael Chen <michael.chen@acme.dev>, CTO\"",
        ));
    };
    if name.is_empty() && email.is_empty() {
        return Err(Failure::usage(
            "a contact is empty",
            "it has neither a name nor an address",
            "write it as in \"Michael Chen <michael.chen@acme.dev>, CTO\"",
        ));
    }
    let email = Some(email.to_lowercase()).filter(|e| !e.is_empty());
    Ok(Contact { name: name.to_owned(), email, title, role: None })
}

#[cfg(test)]
mod tests {

    use super::contact;

    #[test]
    fn forms_of_a_contact() {
        let read = |text: &str| {
            let c = contact(text).unwrap();
            (c.name, c.email.unwrap_or_default(), c.title.unwrap_or_default())
        };
        let owned = |a: &str, b: &str, c: &str| (a.to_owned(), b.to_owned(), c.to_owned());
        assert_eq!(read("Michael Chen <Michael.Chen@acme.dev>, CTO"), owned("Michael Chen", "michael.chen@acme.dev", "CTO"));
        assert_eq!(read("Michael Chen"), owned("Michael Chen", "", ""));
        assert_eq!(read("m@acme.dev, VP, Sales"), owned("", "m@acme.dev", "VP, Sales"));
        for bad in ["", " , CTO", "Name <nothing>", "Name <a@b"] {
            assert!(contact(bad).is_err(), "{bad}");
        }
    }
}
