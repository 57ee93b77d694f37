use super::*;

#[test]
fn the_day_that_a_reply_names() {
    // A Friday.
    let sent = "2024-03-15T10:00:00Z";
    let cases = [
        // English.
        ("I am out of the office until Monday, 18 March 2024.", "2024-03-18"),
        ("I'm away until March 25th and will answer then.", "2024-03-25"),
        ("On leave through April 5, 2024", "2024-04-05"),
        ("I will be back in the office on Wednesday, March 20.", "2024-03-20"),
        ("I'll be back on the 20th of March", "2024-03-20"),
        ("Returning to work on 02/04/2024", "2024-04-02"),
        ("away until 03/28/2024", "2024-03-28"),
        ("away until 28/03/2024", "2024-03-28"),
        ("back 2024-04-01", "2024-04-01"),
        ("I am out of office until Tuesday.", "2024-03-19"),
        ("out until friday", "2024-03-22"),
        ("Out of office from 11 March to 22 March", "2024-03-22"),
        ("I am out until 14:00 on 18 March", "2024-03-18"),
        ("I will be out until 2 January", "2025-01-02"),
        ("back soon; really, back on 18 March", "2024-03-18"),
        ("until and including 22 March", "2024-03-22"),
        // German.
        ("Ich bin bis einschließlich 22.03.2024 nicht im Büro.", "2024-03-22"),
        ("Ich bin bis zum 2. April abwesend", "2024-04-02"),
        ("bis 22.3. im Urlaub", "2024-03-22"),
        ("Ich bin ab dem 25. März wieder erreichbar", "2024-03-25"),
        ("Ab Montag bin ich wieder da", "2024-03-18"),
        ("Ich bin wieder am 25.03.24 im Büro", "2024-03-25"),
        ("bis zum 20. nicht da", "2024-03-20"),
        ("bis zum 10. nicht da", "2024-04-10"),
        // French.
        ("Je suis absent jusqu'au 29 mars 2024 inclus.", "2024-03-29"),
        ("Absente jusqu’au lundi 1er avril", "2024-04-01"),
        ("De retour le mardi 2 avril.", "2024-04-02"),
        ("je serai joignable à partir du 02/04", "2024-04-02"),
        // Spanish.
        ("Estaré fuera hasta el 1 de abril de 2024", "2024-04-01"),
        ("Fuera de la oficina hasta el lunes.", "2024-03-18"),
        ("Vuelvo el 22 de marzo", "2024-03-22"),
        ("Estaré de vuelta el 3/4/2024", "2024-04-03"),
        // Italian, Portuguese, Dutch.
        ("Sarò fuori ufficio fino al 22 marzo 2024", "2024-03-22"),
        ("Rientro lunedì 25 marzo.", "2024-03-25"),
        ("Estarei ausente até o dia 22 de março de 2024", "2024-03-22"),
        ("Estou de volta na segunda-feira", "2024-03-18"),
        ("Ik ben afwezig tot en met 22 maart 2024.", "2024-03-22"),
        ("Vanaf maandag 25 maart ben ik weer bereikbaar", "2024-03-25"),
        ("Ik ben t/m 02/04 afwezig", "2024-04-02"),
        // Swedish, Danish, Norwegian.
        ("Jag är ledig till och med 22 mars", "2024-03-22"),
        ("Jag är tillbaka på kontoret måndag 25 mars", "2024-03-25"),
        ("Ledig t.o.m. 22 mars", "2024-03-22"),
        ("Jeg er på ferie til og med 1. april 2024", "2024-04-01"),
        ("Jeg er tilbake mandag 25. mars", "2024-03-25"),
    ];
    for (text, want) in cases {
        assert_eq!(until(text, sent.parse().unwrap()).map(|d| d.to_string()).as_deref(), Some(want), "{text}");
    }
    for text in [
        "",
        "Thank you for your message.",
        "I am out of the office until further notice.",
        "We are open until 5 pm",
        "until 5",
        "until 12 March",
        "until 1 January 2020",
        "until 1 January 2090",
        "until 31 February",
        "until 99/99/2024",
        "> I am away until 18 March",
        "bis bald",
        "Dank je wel en tot ziens",
        "Velkommen til firmaet 3",
        "Obrigado, até logo",
        "Kommen Sie wieder",
    ] {
        assert_eq!(until(text, sent.parse().unwrap()), None, "{text}");
    }
}
