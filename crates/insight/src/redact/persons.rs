//! People whom nobody named beforehand: by what is said around a name, and by names that are known as such.

use std::collections::HashSet;

use super::{
    common::common,
    hit::Hit,
    kinds::Kind,
    lists::{self, Sure},
    names::PARTICLES,
    tokens::{Case, Sort, Tokens},
};

/// Most words of a name.
const LONGEST: usize = 5;

const TITLES: &[&str] = &[
    "mr",
    "mrs",
    "ms",
    "miss",
    "mx",
    "dr",
    "prof",
    "professor",
    "sir",
    "madam",
    "mister",
    "herr",
    "frau",
    "monsieur",
    "madame",
    "mme",
    "senor",
    "senora",
    "signor",
    "signora",
    "doctor",
    "rev",
    "judge",
    "senator",
    "captain",
];

/// Words right before a name, of which each makes even an unknown word one.
const NAMING: &[&str] = &["named", "called", "surname", "nickname", "nicknamed", "aka", "alias"];

/// Words right before a name that are said of people.
const RELATIONS: &[&str] = &[
    "kid",
    "son",
    "daughter",
    "child",
    "wife",
    "husband",
    "partner",
    "spouse",
    "brother",
    "sister",
    "mother",
    "father",
    "mom",
    "dad",
    "uncle",
    "aunt",
    "cousin",
    "friend",
    "boss",
    "manager",
    "colleague",
    "coworker",
    "teammate",
    "founder",
    "cofounder",
    "co-founder",
    "ceo",
    "cto",
    "cfo",
    "coo",
    "cio",
    "ciso",
    "vp",
    "president",
    "director",
    "engineer",
    "architect",
    "champion",
    "buyer",
    "stakeholder",
    "contact",
    "commenter",
    "producer",
    "songwriter",
    "singer",
    "author",
    "writer",
    "artist",
    "actor",
    "actress",
    "composer",
    "starring",
    "featuring",
    "assistant",
    "secretary",
    "attorney",
    "lawyer",
    "recruiter",
    "candidate",
    "employee",
    "chairman",
    "chairwoman",
    "says",
    "said",
    "asks",
    "asked",
    "replied",
    "explained",
];

/// Words after a name that only people do.
const DOING: &[&str] = &[
    "says",
    "said",
    "asked",
    "asks",
    "told",
    "wrote",
    "writes",
    "replied",
    "answered",
    "explained",
    "thinks",
    "thought",
    "wants",
    "wanted",
    "mentioned",
    "confirmed",
    "agreed",
    "promised",
    "suggested",
    "introduced",
    "lives",
    "lived",
    "married",
    "died",
    "smiled",
    "laughed",
];

/// Labels of fields that hold a name.
const FIELDS: &[&str] = &[
    "name",
    "contact",
    "attn",
    "attention",
    "attendee",
    "attendees",
    "author",
    "speaker",
    "host",
    "organizer",
    "participants",
    "by",
    "customer",
    "guest",
    "user",
    "employee",
    "manager",
    "sender",
    "recipient",
    "signed",
    "cc",
    "from",
    "to",
];

/// Endings of surnames in languages that mark them.
const ENDINGS: &[&str] = &[
    "sson", "dottir", "ova", "ovic", "evic", "ovich", "evich", "enko", "shvili", "adze", "idze", "opoulos", "escu", "owski", "ewski",
    "ovsky", "inski", "inen", "ssen", "rsen", "nsen", "lsen", "dsen", "ksen", "gaard", "qvist", "strom", "berg", "yan", "oglu", "ev", "ov",
    "eva", "ina", "vic", "zki", "ska", "sky", "ez", "elli", "etti", "ini",
];

/// What is known about the words of a text.
pub(super) struct Finder<'a> {
    t: &'a Tokens<'a>,
    hits: Vec<Hit>,
    words: HashSet<String>,
    /// Tokens that are taken.
    taken: usize,
}

/// Finds people.
pub(super) fn find(t: &Tokens<'_>, out: &mut Vec<Hit>) {
    let mut finder = Finder { t, hits: Vec::new(), words: HashSet::new(), taken: 0 };
    for at in 0..t.list.len() {
        if at >= finder.taken
            && t.is_word(at)
            && let Some(end) = finder.at(at)
        {
            finder.push(at, end);
        }
    }
    finder.speakers();
    finder.again();
    finder.beside();
    out.append(&mut finder.hits);
}

impl Finder<'_> {
    fn push(&mut self, from: usize, to: usize) {
        let Some(range) = self.t.range(from, to) else { return };
        self.hits.push(Hit::new(range, Kind::Person));
        self.taken = to;
        let words = (from..to).map(|n| self.t.fold(n)).filter(|w| w.chars().count() >= 3 && !common(w) && !PARTICLES.contains(w));
        self.words.extend(words.map(str::to_owned));
    }

    /// Where a name ends that begins with this word.
    fn at(&self, at: usize) -> Option<usize> {
        let t = self.t;
        if let Some(end) = self.announced(at) {
            return Some(end);
        }
        let word = t.fold(at);
        if RELATIONS.contains(&word) || TITLES.contains(&word) {
            return None;
        }
        if !t.is_capital(at) {
            // Where nobody uses capitals, a given name is one if little else is.
            let sure = t.caseless && lists::first(word) == Some(Sure::Yes) && !common(word);
            return sure.then(|| self.run(at, true).unwrap_or(at + 1));
        }
        let first = lists::first(word);
        // "Will Smith": the word counts only with a surname behind it.
        if common(word) && first.is_some() && lists::last(t.fold(at + 1)).is_some() {
            return self.run(at + 1, false);
        }
        let end = self.run(at, false)?;
        let last = |n: usize| lists::last(t.fold(n));
        if end - at > 1 {
            // The last word that is no suffix.
            let surname = (at + 1..end).rev().find(|n| t.fold(*n).chars().count() > 2).unwrap_or(at);
            let named = match first {
                Some(Sure::Yes) => true,
                Some(Sure::Word) => last(surname).is_some() || ended(t.fold(surname)) || self.initial(at + 1),
                None => {
                    last(surname) == Some(Sure::Yes)
                        || ended(t.fold(surname))
                        || (at + 1..end).any(|n| lists::first(t.fold(n)) == Some(Sure::Yes))
                }
            };
            if named && surname > at {
                return Some(end);
            }
        }
        if self.double(at) {
            return Some(at + 1);
        }
        let alone = first == Some(Sure::Yes) && (end == at + 1 || self.initial(at + 1))
            || last(at) == Some(Sure::Yes) && word.len() >= 4
            || word.len() >= 7 && strongly_ended(word);
        // Two words before a name's end that are unknown both: whoever does what only people do is one.
        let doing = || DOING.contains(&t.fold(end)) && !t.begins_line(end) && !common(word);
        (alone || doing() || self.meant(at, end) || self.vocative(at, end)).then_some(if alone && end > at + 1 && first.is_none() {
            at + 1
        } else {
            end
        })
    }

    /// What follows is said of people only: "is from", "Ana's daughter", or a pronoun that means somebody.
    fn meant(&self, at: usize, end: usize) -> bool {
        let t = self.t;
        let acronym = self.acronym(at) || lists::place(t.fold(at)).is_some();
        if acronym || t.fold(at).chars().count() < 3 {
            return false;
        }
        let relation = t.is_sign(end, '\'')
            && t.fold(end + 1) == "s"
            && matches!(t.fold(end + 2), "daughter" | "son" | "wife" | "husband" | "mother" | "father");
        let from = t.fold(end) == "is" && t.fold(end + 1) == "from";
        let his = matches!(t.fold(end), "his" | "her");
        let subject = t.begins_line(at)
            && t.is_word(end)
            && !t.is_capital(end)
            && !matches!(t.fold(end), "of" | "and" | "or" | "in" | "on" | "for" | "to");
        let pronoun =
            || (end + 1..end + 14).any(|n| matches!(t.fold(n), "he" | "she" | "him" | "her" | "his" | "hers" | "himself" | "herself"));
        relation || from || his || subject && pronoun()
    }

    /// "Ana, can you": whom somebody speaks to.
    fn vocative(&self, at: usize, end: usize) -> bool {
        end == at + 1
            && self.t.begins_line(at)
            && self.t.is_sign(end, ',')
            && matches!(self.t.fold(end + 1), "can" | "could" | "would" | "please" | "are" | "do" | "did" | "have" | "thanks" | "will")
    }

    /// Both parts of a double name are known: Nelson-Walters.
    fn double(&self, at: usize) -> bool {
        let word = self.t.fold(at);
        let known = |w: &str| lists::first(w).is_some() || lists::last(w).is_some();
        word.contains('-') && word.split('-').all(known)
    }

    fn initial(&self, at: usize) -> bool {
        self.t.is_capital(at) && self.t.fold(at).chars().count() == 1
    }

    /// Where a name ends that begins here, if the words before say that one begins.
    fn announced(&self, at: usize) -> Option<usize> {
        let t = self.t;
        // Signs between: "Name: ", "Mr. ".
        let mut before = at;
        let mut colon = false;
        while let Some(b) = before.checked_sub(1)
            && matches!(t.sort(b), Some(Sort::Sign('.' | ':' | '"' | '?' | '*' | '<')))
        {
            colon |= t.is_sign(b, ':') || t.is_sign(b, '?');
            before = b;
        }
        let word = |back: usize| before.checked_sub(back).map(|n| t.fold(n)).unwrap_or_default();
        let (one, two, three) = (word(1), word(2), word(3));
        let joined = before == at;
        let lower = t.caseless;
        let unknown = || self.run(at, lower);
        let known = || self.run(at, lower).filter(|end| self.knows(at, *end));
        if TITLES.contains(&one) && (joined || t.is_sign(before, '.')) && before + 1 >= at {
            // "Sir bot" is none, nor is "Dr" behind a street's name.
            return self.run(at, false).or_else(|| self.run(at, lower)).filter(|_| !common(t.fold(at)));
        }
        if joined && (one == "is" || one == "s" && two == "'") && matches!(if one == "is" { two } else { three }, "name" | "surname") {
            return unknown().or_else(|| self.given(at));
        }
        if joined && (NAMING.contains(&one) || NAMING.contains(&two) && matches!(one, "him" | "her" | "it" | "them")) {
            return unknown();
        }
        // "everyone calls me Antti", "She named him Devin".
        if joined && matches!(one, "me" | "him" | "her") && matches!(two, "call" | "calls" | "named" | "name" | "called") {
            return unknown();
        }
        if colon && (matches!(one, "name") || one == "user" && (2..8).any(|n| word(n) == "name")) {
            return unknown();
        }
        if colon && FIELDS.contains(&one) && before.checked_sub(1).is_some_and(|b| t.begins_line(b) || one == "by") {
            return known();
        }
        if !joined {
            return None;
        }
        if one == "name" && (two == "s" || matches!(two, "partner" | "last" | "first" | "full")) {
            return known().or_else(unknown);
        }
        if matches!(one, "am" | "m" | "this")
            || one == "is" && matches!(two, "this" | "it")
            || one == "under"
            || one == "s" && two == "'" && three == "it"
        {
            return known();
        }
        if matches!(
            one,
            "dear" | "hi" | "hello" | "hey" | "hallo" | "bonjour" | "hola" | "ciao" | "liebe" | "lieber" | "thanks" | "cheers" | "you"
        ) {
            let end = unknown()?;
            let greets = one != "you" || two == "thank";
            let ended = matches!(t.sort(end), None | Some(Sort::Newline | Sort::Sign(',' | '!' | '.' | ':' | '-')));
            return (greets && ended && !t.begins_line(at)).then_some(end);
        }
        if RELATIONS.contains(&one)
            || matches!(two, "met" | "spoke" | "talked" | "speak" | "talk" | "meet" | "up") && matches!(one, "with" | "to")
        {
            return known().or_else(|| {
                unknown().filter(|end| end - at == 1 && RELATIONS.contains(&one) && !lower && t.fold(at).len() > 2 && !self.acronym(at))
            });
        }
        if matches!(one, "by" | "heard" | "told" | "of" | "to" | "and" | "add" | "about" | "from") {
            return known().filter(|end| end - at > 1);
        }
        None
    }

    /// Whether a run of words may be somebody: two words at least, or a known one.
    fn knows(&self, from: usize, to: usize) -> bool {
        let t = self.t;
        let firsts = |n: usize| lists::first(t.fold(n)) == Some(Sure::Yes) || lists::last(t.fold(n)) == Some(Sure::Yes);
        let place = (from..to).any(|n| lists::place(t.fold(n)).is_some()) || lists::place(&self.joined(from, to)).is_some();
        (from..to).any(firsts) || to - from >= 2 && !place && !t.caseless && !(from..to).any(|n| self.acronym(n) && t.fold(n).len() > 1)
    }

    fn joined(&self, from: usize, to: usize) -> String {
        (from..to).map(|n| self.t.fold(n)).collect::<Vec<_>>().join(" ")
    }

    fn acronym(&self, at: usize) -> bool {
        self.t.sort(at) == Some(Sort::Word(Case::Upper))
    }

    /// A given name in lower case amid a text with capitals.
    fn given(&self, at: usize) -> Option<usize> {
        (lists::first(self.t.fold(at)) == Some(Sure::Yes)).then_some(at + 1)
    }

    /// Where the words end that may belong to one name: capital letters, initials, small words inside, on one line.
    fn run(&self, from: usize, lower: bool) -> Option<usize> {
        let t = self.t;
        let letter = |n: usize| t.is_word(n) && t.fold(n).chars().count() == 1 && (lower || t.is_capital(n));
        let name = |n: usize| {
            let cased = t.is_capital(n) || lower && t.is_word(n);
            cased && !common(t.fold(n)) && !super::companies::suffix(t.fold(n))
        };
        let mut end = from;
        while end - from < LONGEST {
            let joins = end == from || t.is_apart(end);
            if joins && name(end) {
                end += 1;
                // A name in lower case: the first two words.
                if lower && !t.is_capital(from) && end - from >= 2 && !letter(end - 2) {
                    break;
                }
            } else if joins
                && end > from
                && letter(end)
                && (name(end + 1) && t.is_apart(end + 1) || t.is_sign(end + 1, '.') && name(end + 2))
            {
                end += if t.is_sign(end + 1, '.') { 2 } else { 1 };
            } else if joins
                && end > from
                && PARTICLES.iter().take(24).any(|p| *p == t.fold(end))
                && (name(end + 1) || PARTICLES.contains(&t.fold(end + 1)) && name(end + 2))
            {
                end += 1;
            } else if end == from && letter(end) && t.is_sign(end + 1, '.') && name(end + 2) {
                end += 2;
            } else {
                break;
            }
        }
        if end > from && matches!(t.fold(end), "jr" | "sr" | "ii" | "iii" | "iv") && t.is_apart(end) {
            end += 1;
        }
        (end > from).then_some(end)
    }

    /// Labels of a conversation: if one names somebody, all do. "Xquill: What?\\nAna: No."
    fn speakers(&mut self) {
        let t = self.t;
        let label = |n: usize| {
            let speech = t.is_sign(n + 2, '"') || t.is_capital(n + 2);
            t.is_capital(n) && t.begins_line(n) && t.is_sign(n + 1, ':') && !t.is_apart(n + 1) && speech
        };
        let labels: Vec<usize> = (0..t.list.len()).filter(|n| label(*n)).collect();
        if !labels.iter().any(|n| lists::first(t.fold(*n)) == Some(Sure::Yes)) {
            return;
        }
        for n in labels {
            if !common(t.fold(n)) && lists::first(t.fold(n)) != Some(Sure::Yes) {
                self.push(n, n + 1);
            }
        }
    }

    /// Who is named together with somebody: "Xquill, Zorba and Jones".
    fn beside(&mut self) {
        let t = self.t;
        let mut ends: Vec<(usize, usize)> = Vec::new();
        for hit in &self.hits {
            let from = t.list.partition_point(|token| token.start < hit.range.start);
            let to = t.list.partition_point(|token| token.start < hit.range.end);
            ends.push((from, to));
        }
        ends.sort_unstable();
        let name = |n: usize| {
            let new = ends.get(ends.partition_point(|(_, to)| *to <= n)).is_none_or(|(from, _)| n < *from);
            new && matches!(t.sort(n), Some(Sort::Word(Case::Capital)))
                && !common(t.fold(n))
                && t.fold(n).chars().count() > 2
                && lists::place(t.fold(n)).is_none()
                && !super::companies::suffix(t.fold(n))
        };
        let joint = |n: usize| t.is_sign(n, ',') || matches!(t.fold(n), "and" | "or" | "&");
        let mut more = Vec::new();
        for (from, to) in &ends {
            let mut at = *from;
            // To the left: "Zorba and", "Zorba,".
            for _ in 0..4 {
                let Some(n) = at.checked_sub(2).filter(|n| joint(n + 1) && name(*n)) else { break };
                let alone = n.checked_sub(1).is_none_or(|b| !t.is_capital(b) || t.is_newline(b));
                if !alone || t.begins_line(n) && t.is_sign(n + 1, ',') {
                    break;
                }
                more.push((n, n + 1));
                at = n;
            }
            // To the right: "and Zorba".
            let mut at = *to;
            for _ in 0..4 {
                if !(joint(at) && name(at + 1) && !t.is_capital(at + 2)) || t.is_sign(at, ',') && !joint(at + 2) {
                    break;
                }
                more.push((at + 1, at + 2));
                at += 2;
            }
        }
        self.hits.extend(more.into_iter().filter_map(|(a, b)| Some(Hit::new(t.range(a, b)?, Kind::Person))));
    }

    /// Who was named once is found again: "Antti Zorbainen ... Antti".
    fn again(&mut self) {
        let t = self.t;
        if self.words.is_empty() {
            return;
        }
        let mut taken = self.hits.iter().map(|h| h.range.clone()).collect::<Vec<_>>();
        taken.sort_by_key(|r| r.start);
        let mut at = 0;
        while at < t.list.len() {
            let Some(token) = t.get(at) else { break };
            let next = taken.partition_point(|r| r.end <= token.start);
            let free = taken.get(next).is_none_or(|r| r.start >= token.end);
            if free && (t.is_capital(at) || t.caseless) && self.words.contains(t.fold(at)) {
                let mut end = at + 1;
                while t.is_apart(end) && t.is_word(end) && self.words.contains(t.fold(end)) && t.is_capital(end) {
                    end += 1;
                }
                self.hits.extend(t.range(at, end).map(|r| Hit::new(r, Kind::Person)));
                at = end;
            } else {
                at += 1;
            }
        }
    }
}

fn ended(word: &str) -> bool {
    word.chars().count() >= 5 && ENDINGS.iter().any(|e| word.ends_with(e)) && !common(word)
}

/// Endings that no word of the language has.
fn strongly_ended(word: &str) -> bool {
    ENDINGS.iter().take(19).any(|e| word.ends_with(e)) && !common(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        super::super::hit::tests::found(|text, out| find(&Tokens::new(text), out), text)
    }

    #[test]
    fn what_is_said_around_a_name_tells_it() {
        for (text, want) in [
            ("My name is Xquill Zorba.", vec!["Xquill Zorba"]),
            ("my name is vitoria", vec!["vitoria"]),
            ("Mr. Zorbas flew home", vec!["Zorbas"]),
            ("Hi Xquill,\nthanks", vec!["Xquill"]),
            ("My kid Xquill is here", vec!["Xquill"]),
            ("Name: Xquill Zorba\nPhone: 5", vec!["Xquill Zorba"]),
            ("everyone calls me Xquill", vec!["Xquill"]),
            ("\"No,\" says Xquill.", vec!["Xquill"]),
            ("Xquill, can you call?", vec!["Xquill"]),
            ("Bot: What's the name? User: Xquill Zorba", vec!["Xquill Zorba"]),
        ] {
            assert_eq!(found(text), want, "{text}");
        }
    }

    #[test]
    fn known_names_speak_for_themselves() {
        for (text, want) in [
            ("Ask Jennifer R. Holstad about it", vec!["Jennifer R. Holstad"]),
            ("We saw Maria de la Cruz and Anders.", vec!["Maria de la Cruz", "Anders"]),
            ("Antti Zorbainen called. Zorbainen was late.", vec!["Antti Zorbainen", "Zorbainen"]),
            ("Will Smith wrote it", vec!["Will Smith"]),
            ("they saw jennifer today", vec!["jennifer"]),
        ] {
            assert_eq!(found(text), want, "{text}");
        }
    }

    #[test]
    fn other_capitals_name_nobody() {
        for text in [
            "Will you send the Invoice on Friday?",
            "The Security Review is done",
            "Thanks Team",
            "My name is wrong on the invoice",
            "Hi all,",
            "We use Snowflake and Kubernetes",
            "Grant access to May Release",
            "I'm German",
            "Mark Invoice as paid",
            "Sir bot",
            "Hope this helps",
            "Legal said no",
            "Dear Customer,",
            "Next steps: Demo",
            "This is Great News",
            "called Monday",
        ] {
            assert!(found(text).is_empty(), "{text}: {:?}", found(text));
        }
    }
}
