use super::*;

fn names(customers: &[(&str, &[&str])]) -> Names {
    let all: Vec<(CustomerId, Profile)> = customers
        .iter()
        .map(|(name, aliases)| {
            let id = words(name).join("_").parse().unwrap();
            (id, Profile { name: (*name).into(), aliases: aliases.iter().map(|a| (*a).to_owned()).collect(), ..Profile::default() })
        })
        .collect();
    Names::new(&all)
}

fn hits(names: &Names, text: &str) -> Vec<(usize, String, Option<Weak>)> {
    names.hits(text).into_iter().map(|h| (h.customer, h.alias.to_owned(), h.weak)).collect()
}

#[test]
fn names_stand_as_words_of_their_own() {
    let names = names(&[("ACME Inc", &["acme-corp"]), ("Globex", &[])]);
    let acme = |alias: &str| vec![(0, alias.to_owned(), None)];
    for (text, expected) in [
        ("ext-acme-poc", acme("acme")),
        ("The ACME, Inc. call", acme("acme-inc")),
        ("acme_corp", acme("acme-corp")),
        ("acmeville", vec![]),
        ("myacme", vec![]),
        ("", vec![]),
        ("Globex", vec![(1, "globex".to_owned(), None)]),
    ] {
        assert_eq!(hits(&names, text), expected, "{text}");
    }
}

#[test]
fn a_name_inside_a_longer_one_is_not_meant() {
    let names = names(&[("Acme", &[]), ("Acme Labs", &[]), ("Nova Acme", &[])]);
    assert_eq!(hits(&names, "acme-labs-poc"), [(1, "acme-labs".to_owned(), None)]);
    assert_eq!(hits(&names, "acme poc"), [(0, "acme".to_owned(), Some(Weak::Within(1)))]);
    // Both stand there.
    assert_eq!(hits(&names, "acme and acme labs").len(), 2);
}

#[test]
fn names_that_say_little() {
    let weak = |customers: &[(&str, &[&str])], text: &str| {
        let names = names(customers);
        names.hits(text).into_iter().map(|h| (h.customer, h.weak)).collect::<Vec<_>>()
    };
    assert_eq!(weak(&[("Target", &[])], "Target date"), [(0, Some(Weak::Common))]);
    assert_eq!(weak(&[("HP", &[])], "hp call"), [(0, Some(Weak::Short))]);
    assert_eq!(weak(&[("Acme", &[]), ("Acne", &[])], "acme"), [(0, Some(Weak::Letter(1)))]);
    assert_eq!(weak(&[("Initech", &[]), ("Intech", &[])], "intech"), [(1, Some(Weak::Letter(0)))]);
    assert_eq!(weak(&[("Initech", &[]), ("Intech", &[])], "initech"), [(0, Some(Weak::Letter(1)))]);
    assert_eq!(weak(&[("Acme", &[]), ("Acme GmbH", &[])], "acme"), [(0, Some(Weak::Shared(1))), (1, Some(Weak::Shared(0)))]);
    assert_eq!(weak(&[("Acme", &[]), ("Globex", &[])], "acme"), [(0, None)]);
    assert_eq!(weak(&[("Acme Inc", &["acme-corp"])], "acme"), [(0, None)], "one's own names are not held against each other");
}

#[test]
fn a_common_word_is_a_company_with_a_capital_letter() {
    let names = names(&[("Target", &[])]);
    let means = |text: &str| names.hits(text).iter().map(Hit::means_company).collect::<Vec<_>>();
    assert_eq!((means("our target"), means("Renewal for Target")), (vec![false], vec![true]));
}

#[test]
fn phrases_that_mean_somebody_else() {
    let profile = Profile { name: "ACME".into(), exclude: vec!["acme bricks".into(), String::new()], ..Profile::default() };
    let names = Names::new(&[("acme".parse().unwrap(), profile)]);
    assert!(names.excludes(0, "ACME-Bricks event") && !names.excludes(0, "acme") && !names.excludes(0, "acme bricksters"));
    assert!(!names.excludes(7, "acme bricks"));
}
