//! Words of addresses.

/// Types of streets that are nothing else behind a name and a number.
const STREETS: &[&str] = &[
    "street",
    "st",
    "road",
    "rd",
    "avenue",
    "ave",
    "boulevard",
    "blvd",
    "lane",
    "ln",
    "terrace",
    "crescent",
    "parkway",
    "pkwy",
    "highway",
    "hwy",
    "strasse",
    "str",
    "gasse",
    "weg",
    "platz",
    "allee",
    "ring",
    "damm",
    "ufer",
    "straat",
    "laan",
    "plein",
    "gracht",
    "kade",
    "gata",
    "gatan",
    "vagen",
    "vej",
    "vejen",
    "veien",
    "gade",
    "katu",
    "tie",
    "utca",
    "ut",
    "ter",
    "krt",
    "korut",
    "ulice",
    "namesti",
    "trida",
    "tee",
    "tanav",
    "poik",
    "maantee",
    "puiestee",
];

/// Types that are other things too.
const DOUBTFUL: &[&str] = &[
    "drive",
    "dr",
    "way",
    "court",
    "ct",
    "place",
    "pl",
    "square",
    "sq",
    "close",
    "row",
    "walk",
    "plaza",
    "hill",
    "hills",
    "grove",
    "park",
    "gardens",
    "green",
    "mews",
    "rise",
    "view",
    "loop",
    "circle",
    "trail",
    "pass",
    "point",
    "crossing",
    "crossroad",
    "crossroads",
    "summit",
    "extension",
    "extensions",
    "ridge",
    "heights",
    "turnpike",
    "alley",
    "bypass",
    "pike",
    "quay",
    "wharf",
    "corner",
    "common",
    "vale",
    "esplanade",
    "parade",
];

/// Types that come before the name.
const FIRST: &[&str] = &[
    "rue",
    "via",
    "viale",
    "piazza",
    "piazzale",
    "corso",
    "strada",
    "calle",
    "avenida",
    "avda",
    "carrer",
    "camino",
    "paseo",
    "plaza",
    "rua",
    "travessa",
    "praca",
    "largo",
    "estrada",
    "ul",
    "ulica",
    "aleja",
    "al",
    "os",
    "plac",
    "pl",
    "chemin",
    "boulevard",
    "bd",
    "avenue",
    "av",
    "route",
    "quai",
    "impasse",
    "allee",
    "place",
    "vicolo",
    "contrada",
    "ronda",
    "carretera",
    "rambla",
    "bulevar",
    "strada",
    "calea",
    "soseaua",
    "plateia",
    "leoforos",
    "odos",
    "πλατεια",
    "οδος",
    "λεωφορος",
    "piata",
    "trg",
    "jalan",
    "jl",
];

/// Endings of streets' names in languages that write them as one word.
const ENDINGS: &[&str] = &[
    "strasse", "str", "str", "straat", "gasse", "weg", "platz", "allee", "gatan", "gata", "vagen", "vegen", "vej", "vejen", "veien",
    "vegur", "gade", "gaten", "katu", "tie", "kuja", "polku", "laan", "plein", "dreef", "gracht", "kade", "stig", "stigen", "stien",
    "braut", "straeti", "haven", "utca", "ring", "damm", "kroken", "bakken", "backen", "torget", "krogen", "parken", "lunden", "svingen",
    "toften", "kai", "lei", "steenweg", "baan", "hof",
];

/// Parts of buildings, and what is counted in them.
const UNITS: &[&str] = &[
    "apt",
    "apartment",
    "suite",
    "ste",
    "unit",
    "flat",
    "floor",
    "fl",
    "room",
    "rm",
    "building",
    "bldg",
    "block",
    "lot",
    "box",
    "house",
    "appartement",
    "app",
    "etage",
    "stock",
    "piso",
];

pub(super) fn street(folded: &str) -> bool {
    STREETS.contains(&folded)
}

pub(super) fn doubtful(folded: &str) -> bool {
    DOUBTFUL.contains(&folded)
}

pub(super) fn first(folded: &str) -> bool {
    FIRST.contains(&folded)
}

/// One word that is a street: "Musterstraße".
pub(super) fn compound(folded: &str) -> bool {
    ENDINGS.iter().any(|e| folded.strip_suffix(e).is_some_and(|stem| stem.chars().count() >= 3)) && !super::super::common::common(folded)
}

pub(super) fn unit(folded: &str) -> bool {
    UNITS.contains(&folded)
}

/// Small words inside streets' and cities' names.
pub(super) fn small(folded: &str) -> bool {
    matches!(
        folded,
        "de" | "la"
            | "le"
            | "les"
            | "des"
            | "du"
            | "d"
            | "l"
            | "da"
            | "do"
            | "dos"
            | "das"
            | "del"
            | "della"
            | "dei"
            | "di"
            | "van"
            | "den"
            | "der"
            | "het"
            | "op"
            | "am"
            | "an"
            | "im"
            | "auf"
            | "zur"
            | "zum"
            | "of"
            | "the"
            | "and"
            | "y"
            | "e"
            | "u"
            | "el"
            | "los"
            | "las"
            | "na"
            | "nad"
            | "pod"
            | "sur"
            | "aux"
            | "al"
            | "a"
            | "og"
            | "von"
            | "vor"
            | "in"
            | "s"
            | "t"
            | "o"
            | "i"
    )
}

/// Words that never stand in a street's name.
pub(super) fn barred(folded: &str) -> bool {
    use crate::lexicon::names::TOOLS;
    const MORE: &[&str] = &[
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "am",
        "pm",
        "users",
        "user",
        "seats",
        "seat",
        "licenses",
        "licences",
        "days",
        "day",
        "weeks",
        "week",
        "months",
        "month",
        "years",
        "year",
        "hours",
        "hour",
        "minutes",
        "percent",
        "phase",
        "step",
        "version",
        "type",
        "level",
        "part",
        "budget",
        "enterprise",
        "team",
        "teams",
        "eur",
        "usd",
        "gbp",
        "top",
        "best",
        "q1",
        "q2",
        "q3",
        "q4",
        "mobile",
        "phone",
        "fax",
        "desk",
        "tel",
        "email",
        "e-mail",
        "website",
        "is",
        "was",
        "are",
        "were",
        "will",
        "have",
        "has",
        "had",
        "for",
        "with",
        "from",
        "when",
        "please",
        "thanks",
        "regards",
        "i",
        "we",
        "you",
        "it",
        "they",
        "he",
        "she",
        "this",
        "that",
        "last",
        "next",
        "admins",
        "customers",
        "people",
        "items",
        "orders",
        "steps",
        "ways",
        "jan",
        "feb",
        "mar",
        "apr",
        "jun",
        "jul",
        "aug",
        "sep",
        "sept",
        "oct",
        "nov",
        "dec",
        "my",
        "your",
        "our",
        "their",
        "his",
        "her",
        "what",
        "cases",
    ];
    MORE.contains(&folded) || TOOLS.contains(&folded) && !matches!(folded, "the" | "a" | "an")
}
