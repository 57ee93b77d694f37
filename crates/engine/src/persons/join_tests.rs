use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use sales_model::{Apart, Identity, Links, Same, Told};
use serde::Deserialize;

use super::{Face, Joined, Why, join};

#[derive(Deserialize)]
struct Table {
    case: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    is: String,
    faces: Vec<String>,
    #[serde(default)]
    same: Vec<Vec<Identity>>,
    #[serde(default)]
    apart: Vec<Vec<Identity>>,
    persons: Vec<BTreeSet<Identity>>,
    #[serde(default)]
    shared: BTreeSet<Identity>,
}

fn id(text: &str) -> Identity {
    text.parse().unwrap()
}

/// `slack:U1 jo@acme.dev T1`; a guest's name may have spaces, and has no address.
fn face(text: &str) -> Face {
    let mut words = text.split(' ');
    if text.contains('#') {
        return Face { id: id(text), address: None, realm: None };
    }
    let first = words.next().unwrap();
    Face { id: id(first), address: words.next().map(str::to_owned), realm: words.next().map(str::to_owned) }
}

fn links(same: &[Vec<Identity>], apart: &[Vec<Identity>]) -> Links {
    Links {
        same: same.iter().map(|who| Same { who: who.clone(), told: Told::default() }).collect(),
        apart: apart.iter().map(|all| Apart { who: all[0].clone(), from: all[1..].to_vec(), told: Told::default() }).collect(),
    }
}

#[test]
fn everybody_is_who_they_are() {
    let table: Table = toml::from_str(include_str!("cases.toml")).unwrap();
    for case in table.case {
        let faces: Vec<Face> = case.faces.iter().map(|text| face(text)).collect();
        let found = join(&faces, &links(&case.same, &case.apart));
        let persons: BTreeSet<_> = found.iter().map(|p| p.identities.clone()).filter(|ids| ids.len() > 1).collect();
        assert_eq!(persons, case.persons.into_iter().collect(), "{}", case.is);
        let shared: BTreeSet<Identity> = found.iter().filter(|p| p.shared).flat_map(|p| p.identities.clone()).collect();
        assert_eq!(shared, case.shared, "{}", case.is);
        found.iter().for_each(|p| connected(p, &case.is));
    }
}

/// The reasons lead from each identity to each other, and there is no more of them than that takes.
fn connected(person: &Joined, is: &str) {
    assert_eq!(person.joins.len(), person.identities.len() - 1, "{is}: {person:#?}");
    let mut reached: BTreeSet<&Identity> = person.identities.iter().take(1).collect();
    for _ in &person.identities {
        for join in &person.joins {
            if reached.contains(&join.a) || reached.contains(&join.b) {
                reached.extend([&join.a, &join.b]);
            }
        }
    }
    assert_eq!(reached, person.identities.iter().collect(), "{is}");
}

#[test]
fn each_join_has_its_reason() {
    let faces = [face("slack:U1 jo@acme.dev T1"), face("jo+x@acme.dev")];
    let told = Told { reason: "she told me".into(), by: Some("kim".into()), at: Some("2026-03-15".into()) };
    let links = Links { same: vec![Same { who: vec![id("jo@home.example"), id("slack:U1")], told: told.clone() }], apart: Vec::new() };
    let found = join(&faces, &links);
    let reasons: Vec<_> = found[0].joins.iter().map(|j| (j.a.as_str(), j.b.as_str(), j.why.clone())).collect();
    let expected = [
        ("jo+x@acme.dev", "jo@acme.dev", Why::Mailbox { mailbox: "jo@acme.dev".into() }),
        ("jo@acme.dev", "slack:U1", Why::Address { address: "jo@acme.dev".into() }),
        ("jo@home.example", "slack:U1", Why::Told(told)),
    ];
    assert_eq!((found.len(), reasons), (1, expected.to_vec()));
}

fn identity() -> impl Strategy<Value = Identity> {
    let guest = (0..3_u8).prop_map(|n| format!("gong:{n}#Jo Miller"));
    let key = (0..6_u8).prop_map(|n| format!("slack:U{n}"));
    let address = (0..4_u8, prop::option::of(0..2_u8)).prop_map(|(n, plus)| match plus {
        Some(tag) => format!("p{n}+{tag}@acme.dev"),
        None => format!("p{n}@acme.dev"),
    });
    prop_oneof![guest, key, address].prop_map(|text| id(&text))
}

fn faces() -> impl Strategy<Value = Vec<Face>> {
    let address = prop::option::of((0..4_u8).prop_map(|n| format!("p{n}@acme.dev")));
    let realm = prop::option::of((0..2_u8).prop_map(|n| format!("T{n}")));
    let face = (identity(), address, realm).prop_map(|(id, address, realm)| {
        let bears = id.address().is_none() && id.guest().is_none();
        Face { id, address: address.filter(|_| bears), realm }
    });
    // Of one account a ledger knows one thing.
    prop::collection::vec(face, 0..12)
        .prop_map(|all| all.into_iter().map(|f| (f.id.clone(), f)).collect::<BTreeMap<_, _>>().into_values().collect())
}

fn lists() -> impl Strategy<Value = Vec<Vec<Identity>>> {
    prop::collection::vec(prop::collection::vec(identity(), 2..4), 0..4)
}

proptest! {
    #[test]
    fn the_order_plays_no_part((faces, shuffled) in faces().prop_flat_map(|f| (Just(f.clone()), Just(f).prop_shuffle())),
        (same, other_same) in lists().prop_flat_map(|l| (Just(l.clone()), Just(l).prop_shuffle())),
        (apart, other_apart) in lists().prop_flat_map(|l| (Just(l.clone()), Just(l).prop_shuffle()))) {
        let reversed: Vec<Vec<Identity>> = other_same.into_iter().map(|mut who| { who.reverse(); who }).collect();
        prop_assert_eq!(join(&faces, &links(&same, &apart)), join(&shuffled, &links(&reversed, &other_apart)));
    }

    #[test]
    fn each_identity_is_one_persons_and_nobody_is_with_whom_they_are_apart(faces in faces(), same in lists(), apart in lists()) {
        let found = join(&faces, &links(&same, &apart));
        let all: Vec<&Identity> = found.iter().flat_map(|p| &p.identities).collect();
        prop_assert_eq!(all.len(), all.iter().collect::<BTreeSet<_>>().len());
        for face in &faces {
            prop_assert!(all.contains(&&face.id));
        }
        for person in &found {
            connected(person, "");
            for list in &apart {
                let with = list[1..].iter().any(|from| *from != list[0] && person.identities.contains(from));
                prop_assert!(!(person.identities.contains(&list[0]) && with), "{:?} in {:?}", list, person);
            }
        }
    }

    /// Without the user's word, whoever is a name only is alone.
    #[test]
    fn names_join_nobody(faces in faces()) {
        for person in join(&faces, &Links::default()) {
            let guests = person.identities.iter().filter(|id| id.guest().is_some()).count();
            prop_assert!(guests == 0 || person.identities.len() == 1);
        }
    }
}
