//! What a signature says of its author: only what is sure.

use sales_mail::signature::{Signed, read};

fn signed(title: &str, phone: &str, company: &str) -> Option<Signed> {
    let some = |s: &str| Some(s.to_owned()).filter(|s| !s.is_empty());
    Some(Signed { title: some(title), phone: some(phone), company: some(company) })
}

#[test]
fn what_is_sure() {
    let chen = ("Michael Chen", "michael.chen@acme.dev");
    let cases = [
        ("Best,\nMichael Chen\nCTO\nACME Inc\n+353 1 555 0142", chen, signed("CTO", "+353 1 555 0142", "ACME Inc")),
        ("-- \n*Michael Chen*\nCTO | ACME\nM: +353 85 555 0142 | T: +353 1 555 0140", chen, signed("CTO", "+353 85 555 0142", "ACME")),
        ("Michael Chen, CTO, ACME Inc", chen, signed("CTO", "", "ACME Inc")),
        ("Michael Chen - CTO at ACME", chen, signed("CTO", "", "ACME")),
        ("Chen, Michael\nCTO", chen, signed("CTO", "", "")),
        ("Michael Chen\nT +353 1 555 0142\nF +353 1 555 0143", chen, signed("", "+353 1 555 0142", "")),
        ("Michael Chen\nFax: +353 1 555 0143", chen, None),
        (
            "Viele Grüße\nLukas Brandl\nSenior Developer\n\nGlobex GmbH\nHauptstraße 12\n8010 Graz\nTel.: +43 316 555 0188",
            ("Lukas Brandl", "lukas.brandl@globex.example"),
            signed("Senior Developer", "+43 316 555 0188", "Globex GmbH"),
        ),
        (
            "Alex Kumar\nStaff Engineer, Platform Migration\nalex.kumar@acme.dev",
            ("Alex Kumar", "alex.kumar@acme.dev"),
            signed("Staff Engineer, Platform Migration", "", ""),
        ),
        (
            "Fatima Zahra Idrissi\nDirectrice technique",
            ("Fatima Zahra Idrissi", "fatima.idrissi@globex.example"),
            signed("Directrice technique", "", ""),
        ),
        (
            "Aisha Rahman | VP Operations & Finance | Northwind Labs",
            ("Aisha Rahman", "aisha.rahman@northwind.example"),
            signed("VP Operations & Finance", "", "Northwind Labs"),
        ),
        (
            "Tomás Oliveira\nCustomer Success Manager",
            ("Tomás Oliveira", "tomas@yourcompany.com"),
            signed("Customer Success Manager", "", ""),
        ),
    ];
    for (text, (name, address), expected) in cases {
        assert_eq!(read(text, name, address), expected, "{text}");
    }
}

#[test]
fn what_is_not_sure_is_not_said() {
    let chen = ("Michael Chen", "michael.chen@acme.dev");
    let cases = [
        // Nothing, no name, another name, a longer name.
        "",
        "Best,\nMichael",
        "Best,\nSarah Rodriguez\nVP Engineering",
        "Michael Chen-Baker\nCTO",
        "Michael Chenoweth\nCTO",
        "Michael Chen Baker\nCTO",
        // Another person's details beside his.
        "Michael Chen\nCTO\nAssistant: grace.adeyemi@acme.dev, +353 1 555 0199",
        // A slogan, a date, a sentence, a number that is no phone number.
        "Michael Chen\nFaster shops for everyone",
        "Michael Chen\n15.03.2024",
        "Michael Chen\nOur engineers are hiring a manager",
        "Michael Chen\nOrder 12345678",
        // A company that may be anybody's.
        "Michael Chen\nContoso",
    ];
    for text in cases {
        assert_eq!(read(text, chen.0, chen.1), None, "{text}");
    }
    // Marks that mean something to a browser, in Markdown or to a terminal; what nobody sees is left out.
    let hostile = [
        "Michael Chen\n[CTO](javascript:alert(1))",
        "Michael Chen\n<b>CTO</b>",
        "Michael Chen\n`CTO`",
        "Michael Chen\n\u{1b}[31mCTO",
        "Michael Chen\n# CTO",
        "Michael Chen\n![CTO](x)",
    ];
    for text in hostile {
        assert_eq!(read(text, chen.0, chen.1), None, "{text}");
    }
    let unseen = "Michael\u{200b} Chen\n\u{202e}VP\u{7} Engi\u{ad}neering\u{2028}";
    assert_eq!(read(unseen, chen.0, chen.1), signed("VP Engineering", "", ""));
    assert_eq!(read(&format!("Michael Chen\nCTO {}", "of all ".repeat(200_000)), chen.0, chen.1), None);
    assert_eq!(read("CTO", "", "michael.chen@acme.dev"), None);
    assert_eq!(read(&"Michael Chen\n".repeat(100_000), chen.0, chen.1), None);
}
