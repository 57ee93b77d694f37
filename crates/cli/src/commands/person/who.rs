//! Whom a word means among everybody.

use sales_engine::{App, PersonView};
use sales_model::Identity;

use crate::{
    commands::customer::quoted,
    errors::{Failure, Result},
};

/// Somebody, and which of what they are known by was named.
pub(super) struct Meant<'a> {
    /// Nobody is known by it yet: an address that nobody wrote from.
    pub(super) person: Option<&'a PersonView>,
    pub(super) named: Identity,
}

/// Everybody.
pub(super) struct Everybody {
    pub(super) people: Vec<PersonView>,
    /// Of the words: names in records that belong to no customer.
    guests: Vec<Identity>,
}

impl Everybody {
    /// Reads them.
    pub(super) async fn load(app: &App, words: &[&str]) -> Result<Self> {
        let people = app.people().await?.joined(&app.links());
        let mut guests = Vec::new();
        for id in words.iter().filter_map(|word| word.parse::<Identity>().ok()) {
            if app.has_guest(&id).await? {
                guests.push(id);
            }
        }
        Ok(Everybody { people, guests })
    }
}

/// The one person whom a word means. An address that nobody wrote from may be somebody's all the same.
pub(super) fn meant<'a>(everybody: &'a Everybody, word: &str, command: &str) -> Result<Meant<'a>> {
    let people = &everybody.people;
    let word = word.trim();
    let exact: Option<Identity> = word.parse().ok();
    if let Some(id) = &exact
        && let Some(person) = people.iter().find(|p| p.identities.iter().any(|i| i.id == *id))
    {
        return Ok(Meant { person: Some(person), named: id.clone() });
    }
    let folded = |text: &str| text.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>().join(" ");
    let wanted = folded(word);
    let bare = |id: &Identity| id.guest().is_none() && id.as_str().split_once(':').is_some_and(|(_, id)| id.to_lowercase() == wanted);
    let named = |person: &PersonView| {
        let by_id = person.identities.iter().find(|i| bare(&i.id)).map(|i| i.id.clone());
        let by_name = || person.identities.iter().flat_map(|i| &i.names).chain([&person.name]).any(|n| folded(n) == wanted);
        by_id.or_else(|| by_name().then(|| person.id.clone()))
    };
    let mut found: Vec<(&PersonView, Identity)> = people.iter().filter_map(|p| Some((p, named(p)?))).collect();
    match (found.pop(), found.is_empty(), exact) {
        (Some((person, named)), true, _) => Ok(Meant { person: Some(person), named }),
        (Some(last), false, _) => {
            found.push(last);
            let all: Vec<String> = found.iter().map(|(person, named)| label(person, named)).collect();
            let ids: Vec<String> = found.iter().map(|(_, named)| quoted(named.as_str())).collect();
            Err(Failure::usage(
                format!("`{word}` may be several people"),
                all.join("; "),
                format!("name one by address or id: sales person {command} {}", ids.join(" | ")),
            ))
        }
        (None, _, Some(id)) if id.address().is_some() || everybody.guests.contains(&id) => Ok(Meant { person: None, named: id }),
        (None, ..) => Err(Failure::new(
            format!("nobody is known as `{word}`"),
            "no source and no profile names them so",
            "sales person list shows everybody; name them by address, id or full name as it stands there",
        )),
    }
}

fn label(person: &PersonView, named: &Identity) -> String {
    if person.name.is_empty() { named.to_string() } else { format!("{} ({named})", person.name) }
}
