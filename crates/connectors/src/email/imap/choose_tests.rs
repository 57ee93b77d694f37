use bytes::Bytes;

use super::*;

fn listed(attributes: &[&str], separator: char, name: &'static str) -> Listed {
    let attributes = attributes.iter().map(|a| (*a).to_lowercase()).collect();
    Listed { attributes, separator: Some(separator), name: Bytes::from_static(name.as_bytes()) }
}

fn names(listed: &[Listed], folders: &[&str], ignore: &[&str]) -> Vec<String> {
    let words = |w: &[&str]| w.iter().map(|s| (*s).to_owned()).collect();
    let settings = EmailSettings { folders: words(folders), ignore_folders: words(ignore), ..EmailSettings::default() };
    choose(listed, &settings).into_iter().map(|f| f.name).collect()
}

fn gmail() -> Vec<Listed> {
    vec![
        listed(&["\\HasNoChildren"], '/', "INBOX"),
        listed(&["\\HasChildren", "\\Noselect"], '/', "[Gmail]"),
        listed(&["\\All", "\\HasNoChildren"], '/', "[Gmail]/Alle Nachrichten"),
        listed(&["\\Drafts", "\\HasNoChildren"], '/', "[Gmail]/Entw&APw-rfe"),
        listed(&["\\Sent", "\\HasNoChildren"], '/', "[Gmail]/Gesendet"),
        listed(&["\\Junk", "\\HasNoChildren"], '/', "[Gmail]/Spam"),
        listed(&["\\HasNoChildren"], '/', "Kunden/Acme"),
    ]
}

fn plain() -> Vec<Listed> {
    vec![
        listed(&[], '.', "inbox"),
        listed(&[], '.', "INBOX.Sent"),
        listed(&[], '.', "INBOX.Trash"),
        listed(&[], '.', "INBOX.Entw&APw-rfe"),
        listed(&["\\Junk"], '.', "INBOX.Quarantine"),
        listed(&["\\NonExistent"], '.', "INBOX.Gone"),
        listed(&[], '.', "INBOX.Customers.Acme"),
        listed(&[], '.', "INBOX.Customers.Umbra"),
        listed(&[], '.', "INBOX.R&-D"),
        listed(&[], '.', "INBOX.Customers.Acme"),
        listed(&[], '.', ""),
        listed(&[], '.', "&AAo-"),
    ]
}

#[test]
fn all_mail_alone_where_there_is_such_a_folder() {
    assert_eq!(names(&gmail(), &[], &[]), ["[Gmail]/Alle Nachrichten"]);
    let chosen = choose(&gmail(), &EmailSettings::default());
    assert_eq!(chosen, [Folder { name: "[Gmail]/Alle Nachrichten".into(), wire: None, all: true, validity: 0 }]);
    // Hidden by the settings: what else there is.
    assert_eq!(names(&gmail(), &[], &["[Gmail]/Alle Nachrichten"]), ["INBOX", "[Gmail]/Gesendet", "Kunden/Acme"]);
}

#[test]
fn elsewhere_all_but_junk_bin_and_drafts() {
    assert_eq!(names(&plain(), &[], &[]), ["INBOX", "INBOX.Sent", "INBOX.Customers.Acme", "INBOX.Customers.Umbra", "INBOX.R&D"]);
    assert_eq!(names(&plain(), &[], &["inbox/customers/*"]), ["INBOX", "INBOX.Sent", "INBOX.R&D"]);
    assert_eq!(names(&[], &[], &[]), Vec::<String>::new());
}

#[test]
fn the_settings_have_the_last_word() {
    assert_eq!(names(&plain(), &["INBOX/Customers/*", "INBOX/Entwürfe"], &["*/umbra"]), ["INBOX.Entwürfe", "INBOX.Customers.Acme"]);
    assert_eq!(names(&gmail(), &["[Gmail]/Gesendet", "kunden/**"], &[]), ["[Gmail]/Gesendet", "Kunden/Acme"]);
    assert_eq!(names(&gmail(), &["[Gmail]"], &[]), Vec::<String>::new());
    assert_eq!(names(&gmail(), &["{broken"], &[]), Vec::<String>::new());
}

#[test]
fn names_on_the_wire_and_in_partitions() {
    let settings = EmailSettings { folders: vec!["*entwürfe".into()], ..EmailSettings::default() };
    let mut chosen = choose(&plain(), &settings);
    assert_eq!(chosen.len(), 1);
    let mut folder = chosen.remove(0);
    assert_eq!(folder.wire(), b"INBOX.Entw&APw-rfe");
    folder.validity = 7;
    assert_eq!(folder.partition(), "7/INBOX.Entwürfe");
    assert_eq!(parts(&folder.partition()), Some((7, "INBOX.Entwürfe")));
    assert_eq!(parts("7/a/b"), Some((7, "a/b")));
    for none in ["", "INBOX", "x/INBOX", "4294967296/INBOX"] {
        assert_eq!(parts(none), None, "{none}");
    }
}
