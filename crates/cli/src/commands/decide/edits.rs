//! What is to be changed in which profile.

use sales_engine::Lesson;
use sales_files::{Edit, resolve};
use sales_model::{Contact, CustomerId, Profile, RecordId};

use crate::{
    args::{Decide, KnownBy, ProfileFields, Teach},
    commands::{
        asked::Asked,
        customer::{option, profile_edits, quoted, removal, said},
    },
    compose::{Home, Opened},
    errors::{Failure, Result},
};

/// Edits, the words that ask for them, and what is to be known of them.
pub(super) struct Wish {
    pub(super) edits: Vec<(CustomerId, Vec<Edit>)>,
    pub(super) command: String,
    pub(super) remarks: Vec<String>,
    /// By what the options say that the customer is known.
    pub(super) said: Profile,
}

pub(super) async fn edits(home: &Home, opened: &Opened, a: &Decide) -> Result<Wish> {
    match (&a.to, &a.not) {
        (None, None) => of_profile(home, a),
        (Some(customer), _) => of_record(home, opened, a, customer, true).await,
        (None, Some(customer)) => of_record(home, opened, a, customer, false).await,
    }
}

/// A customer's profile is to be another.
fn of_profile(home: &Home, a: &Decide) -> Result<Wish> {
    let customer = resolve(&a.what, &home.customers)?;
    let fields = ProfileFields { known: a.known.clone(), ..ProfileFields::default() };
    let mut edits = profile_edits(&fields, &home.settings)?;
    edits.extend(a.remove.iter().map(|text| removal(text)));
    if edits.is_empty() {
        return Err(Failure::usage(
            "nothing was asked to be changed",
            "no option says what the profile is to have",
            format!("sales match preview {customer} --domain acme.dev, or sales match preview RECORD --to {customer}"),
        ));
    }
    let known = options_of(&a.known).into_iter().chain([("--remove", &a.remove)]);
    let options: String = known.flat_map(|(name, values)| values.iter().map(move |v| option(name, Some(v)))).collect();
    Ok(Wish {
        command: format!("match apply {customer}{options}"),
        edits: vec![(customer, edits)],
        remarks: Vec::new(),
        said: said(&a.known),
    })
}

/// Options with what was given for them.
fn options_of(known: &KnownBy) -> [(&'static str, &Vec<String>); 6] {
    [
        ("--alias", &known.aliases),
        ("--domain", &known.domains),
        ("--channel", &known.channels),
        ("--crm-account", &known.crm_accounts),
        ("--exclude", &known.exclude),
        ("--contact", &known.contacts),
    ]
}

/// A record's conversation, or a channel, is a customer's or is not.
async fn of_record(home: &Home, opened: &Opened, a: &Decide, customer: &str, theirs: bool) -> Result<Wish> {
    if !a.remove.is_empty() || options_of(&a.known).iter().any(|(_, list)| !list.is_empty()) {
        return Err(Failure::usage(
            "a record and a profile can't be decided at once",
            "--to and --not are about one record, the other options about a customer's profile",
            "give them in two commands",
        ));
    }
    let customer = resolve(customer, &home.customers)?;
    let unknown = || format!("`{}` cannot be decided", a.what.trim());
    let asked = Asked::read(&a.what, "cannot be decided", "sales match apply gong:7782342274025937895 --to acme-corp");
    // A channel's key is no record's id.
    let place = RecordId(a.what.trim().into());
    let (id, lesson) = match opened.app.lesson(&place).await? {
        Some(lesson) => (place, lesson),
        None => {
            let asked = asked?;
            let id = asked.find(&*opened.store).await?.ok_or_else(|| asked.unknown(unknown()))?;
            let lesson = opened.app.lesson(&id).await?.ok_or_else(|| asked.unknown(unknown()))?;
            (id, lesson)
        }
    };
    let add = |key: &str, value: &str| Edit::Add { key: key.to_owned(), value: value.to_owned() };
    let mut edits = match (&lesson.conversation, &lesson.channel, theirs) {
        (Some(conversation), _, true) => vec![add("match.records", &conversation.0)],
        (Some(conversation), _, false) => vec![add("match.never", &conversation.0)],
        (None, Some(channel), true) => vec![add("slack.channels", channel)],
        (None, _, _) => vec![add("match.never", &id.0)],
    };
    edits.extend(a.teach.map(|teach| taught(teach, &lesson, &customer)).transpose()?.unwrap_or_default());
    let mut remarks = Vec::new();
    let owners = opened.app.owners_of_place(&id);
    if lesson.conversation.is_some() && !theirs && owners.contains(&customer) {
        remarks.push(format!("the whole place is theirs, and this conversation with it: sales match explain {} says why", quoted(&id.0)));
    }
    let (way, teach) = (if theirs { "--to" } else { "--not" }, a.teach.map(|t| format!(" --teach {}", word(t))).unwrap_or_default());
    let command = format!("match apply {} {way} {customer}{teach}", quoted(&id.0));
    Ok(Wish { edits: vec![(customer, edits)], command, remarks, said: Profile::default() })
}

fn word(teach: Teach) -> &'static str {
    match teach {
        Teach::Domain => "domain",
        Teach::Contact => "contact",
        Teach::Account => "account",
        Teach::Channel => "channel",
    }
}

/// The edits by which others like it are known as well.
fn taught(teach: Teach, lesson: &Lesson, customer: &CustomerId) -> Result<Vec<Edit>> {
    let add = |key: &'static str| move |value: &String| Edit::Add { key: key.to_owned(), value: value.clone() };
    let contact = |email: &String| Edit::Contact(Contact { email: Some(email.clone()), ..Contact::default() });
    let (edits, what): (Vec<Edit>, &str) = match teach {
        Teach::Domain => {
            (lesson.domains.iter().map(add("domains")).collect(), "nobody took part whose mail domain is unknown and a company's")
        }
        Teach::Contact => (lesson.addresses.iter().map(contact).collect(), "nobody took part whose address is unknown"),
        Teach::Account => {
            (lesson.accounts.iter().map(add("gong.crm_account_ids")).collect(), "it is linked to no CRM account that is nobody's")
        }
        Teach::Channel => (lesson.channel.iter().map(add("slack.channels")).collect(), "it stands in no channel"),
    };
    if edits.is_empty() {
        return Err(Failure::usage(
            "nothing can be learned from it",
            what,
            format!("leave --teach away to decide this one only; or sales customer edit {customer}"),
        ));
    }
    Ok(edits)
}
