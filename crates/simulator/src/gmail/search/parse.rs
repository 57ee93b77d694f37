use jiff::civil::Date;

use super::term::{Age, Field, Query, Term, Unit};
use crate::gmail::{heads::words, label::searched};

/// Groups deeper than this are taken as if their brackets were not there.
const DEPTH: usize = 40;
/// Plain dates are days in Pacific time, whatever the reader's clock: eight hours behind.
const PACIFIC_SECONDS: i64 = 8 * 3600;

/// Reads a query. Whatever it is, it means something: a bracket too many is passed over, an operator that does not exist is a word.
pub(crate) fn parse(text: &str) -> Query {
    let mut reader = Reader { rest: text, depth: 0 };
    let mut all = Vec::new();
    loop {
        if let Query::All(some) = reader.group(None) {
            all.extend(some);
        }
        // What ended the group was a bracket that nobody opened.
        match reader.take() {
            Some(_) => {}
            None => return Query::All(all),
        }
    }
}

struct Reader<'t> {
    rest: &'t str,
    depth: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    fn take(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.rest = self.rest.get(c.len_utf8()..).unwrap_or_default();
        Some(c)
    }

    fn skip_space(&mut self) {
        self.rest = self.rest.trim_start();
    }

    /// Everything up to a closing bracket. `field` is the one that a group belongs to: `subject:(a b)`. In braces any one will do.
    fn group(&mut self, operator: Option<&str>) -> Query {
        let mut all: Vec<Query> = Vec::new();
        let mut or = false;
        loop {
            self.skip_space();
            let Some(c) = self.peek() else { break };
            if c == ')' || c == '}' {
                break;
            }
            if self.word_ahead("OR") || self.word_ahead("|") {
                or = true;
                continue;
            }
            if self.word_ahead("AND") {
                continue;
            }
            let Some(unit) = self.unit(operator) else { continue };
            // `a b OR c` is a and (b or c): the word joins its neighbours.
            match (std::mem::take(&mut or), all.pop()) {
                (true, Some(Query::Any(mut some))) => {
                    some.push(unit);
                    all.push(Query::Any(some));
                }
                (true, Some(before)) => all.push(Query::Any(vec![before, unit])),
                (false, Some(before)) => all.extend([before, unit]),
                (_, None) => all.push(unit),
            }
        }
        Query::All(all)
    }

    /// Takes this word if it is the next one.
    fn word_ahead(&mut self, word: &str) -> bool {
        let Some(after) = self.rest.strip_prefix(word) else { return false };
        let whole = after.chars().next().is_none_or(|c| c.is_whitespace() || "(){}\"".contains(c));
        if whole {
            self.rest = after;
        }
        whole
    }

    /// One term or group, with the minus before it.
    fn unit(&mut self, operator: Option<&str>) -> Option<Query> {
        let mut negative = false;
        while let Some(c) = self.peek().filter(|c| *c == '-' || *c == '+') {
            negative ^= c == '-';
            self.take();
        }
        let query = match self.peek()? {
            '(' | '{' => self.bracketed(operator)?,
            '"' => {
                let phrase = self.quoted();
                term(operator, &phrase)?
            }
            c if c.is_whitespace() || c == ')' || c == '}' => return None,
            _ => self.word(operator)?,
        };
        Some(if negative { Query::Not(Box::new(query)) } else { query })
    }

    fn bracketed(&mut self, operator: Option<&str>) -> Option<Query> {
        let any = self.take() == Some('{');
        if self.depth >= DEPTH {
            return None;
        }
        self.depth += 1;
        let inside = self.group(operator);
        self.depth -= 1;
        if self.peek().is_some() {
            self.take();
        }
        let Query::All(some) = inside else { return Some(inside) };
        if some.is_empty() {
            return None;
        }
        Some(if any { Query::Any(some) } else { Query::All(some) })
    }

    fn quoted(&mut self) -> String {
        self.take();
        let end = self.rest.find('"').unwrap_or(self.rest.len());
        let (inside, after) = self.rest.split_at_checked(end).unwrap_or((self.rest, ""));
        self.rest = after.strip_prefix('"').unwrap_or(after);
        inside.to_owned()
    }

    /// A bare word, or an operator with its value.
    fn word(&mut self, operator: Option<&str>) -> Option<Query> {
        let end = self.rest.find(|c: char| c.is_whitespace() || "(){}\"".contains(c)).unwrap_or(self.rest.len());
        let (word, after) = self.rest.split_at_checked(end)?;
        if operator.is_none()
            && let Some((name, value)) = word.split_once(':')
            && OPERATORS.contains(&name.to_lowercase().as_str())
        {
            let name = name.to_lowercase();
            self.rest = after;
            return if !value.is_empty() {
                term(Some(&name), value)
            } else {
                match self.peek() {
                    Some('(' | '{') => self.bracketed(Some(&name)),
                    Some('"') => {
                        let phrase = self.quoted();
                        term(Some(&name), &phrase)
                    }
                    _ => None,
                }
            };
        }
        self.rest = after;
        term(operator, word)
    }
}

const OPERATORS: [&str; 25] = [
    "from",
    "to",
    "cc",
    "bcc",
    "deliveredto",
    "subject",
    "list",
    "filename",
    "after",
    "newer",
    "before",
    "older",
    "newer_than",
    "older_than",
    "in",
    "label",
    "category",
    "is",
    "has",
    "rfc822msgid",
    "larger",
    "size",
    "smaller",
    "l",
    "rfc822",
];

/// What an operator means with a value; nothing if there is nothing to look for.
fn term(operator: Option<&str>, value: &str) -> Option<Query> {
    let field = match operator {
        None => Some(Field::Anything),
        Some("from") => Some(Field::From),
        Some("to") => Some(Field::To),
        Some("cc") => Some(Field::Cc),
        Some("bcc") => Some(Field::Bcc),
        Some("deliveredto") => Some(Field::DeliveredTo),
        Some("subject") => Some(Field::Subject),
        Some("list") => Some(Field::List),
        Some("filename") => Some(Field::File),
        Some(_) => None,
    };
    if let Some(field) = field {
        let words = words(value);
        if words.is_empty() {
            return None;
        }
        let me = words == ["me"] && matches!(field, Field::From | Field::To | Field::Cc | Field::Bcc | Field::DeliveredTo);
        return Some(Query::Term(if me { Term::Me(field) } else { Term::Words(field, words) }));
    }
    let lower = value.to_lowercase();
    let or_nothing = |term: Option<Term>| term.unwrap_or(Term::Nothing);
    Some(Query::Term(match operator.unwrap_or_default() {
        "after" | "newer" => or_nothing(second(value, 1).map(Term::After)),
        "before" | "older" => or_nothing(second(value, 0).map(Term::Before)),
        "newer_than" => or_nothing(age(&lower).map(Term::NewerThan)),
        "older_than" => or_nothing(age(&lower).map(Term::OlderThan)),
        "in" => Term::In(searched(value)),
        "label" | "l" => Term::Label(searched(value)),
        "category" => Term::Category(lower),
        "is" => Term::Is(lower),
        "has" if lower == "attachment" => Term::HasAttachment,
        "has" if lower == "userlabels" => Term::HasUserLabels(true),
        "has" if lower == "nouserlabels" => Term::HasUserLabels(false),
        "rfc822msgid" | "rfc822" => Term::MessageId(value.trim_matches(['<', '>']).to_owned()),
        "larger" | "size" => or_nothing(bytes(&lower).map(Term::Larger)),
        "smaller" => or_nothing(bytes(&lower).map(Term::Smaller)),
        _ => Term::Nothing,
    }))
}

/// Seconds since 1970; of a day its beginning, less so many seconds, as a day that is named begins with its first second.
fn second(value: &str, less: i64) -> Option<i64> {
    if !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit()) {
        return value.parse().ok();
    }
    let mut parts = value.split(['/', '-', '.']).map(|p| p.parse::<i16>().ok());
    let (first, second, third) = (parts.next()??, parts.next()??, parts.next()??);
    if parts.next().is_some() {
        return None;
    }
    // 2024/3/1, or 3/1/2024.
    let (year, month, day) = if first > 31 { (first, second, third) } else { (third, first, second) };
    let date = Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
    let midnight = date.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_second();
    midnight.checked_add(PACIFIC_SECONDS - less)
}

/// `2d`, `3m`, `1y`.
fn age(value: &str) -> Option<Age> {
    let unit = match value.chars().next_back()? {
        'h' => Unit::Hour,
        'd' => Unit::Day,
        'm' => Unit::Month,
        'y' => Unit::Year,
        _ => return None,
    };
    let count = value.get(..value.len() - 1)?.parse::<u32>().ok()?;
    Some(Age { count: i64::from(count), unit })
}

/// `5M`, `10k`, `1000`.
fn bytes(value: &str) -> Option<u64> {
    let value = value.trim_end_matches('b');
    let (number, factor) = match value.strip_suffix('k') {
        Some(number) => (number, 1_024),
        None => value.strip_suffix('m').map_or((value, 1), |number| (number, 1_048_576)),
    };
    number.parse::<u64>().ok()?.checked_mul(factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A query as one writes it in mathematics.
    fn read(text: &str) -> String {
        fn show(query: &Query) -> String {
            let all = |some: &[Query], sign: &str| format!("({})", some.iter().map(show).collect::<Vec<_>>().join(sign));
            match query {
                Query::All(some) if some.len() == 1 => show(&some[0]),
                Query::All(some) => all(some, " & "),
                Query::Any(some) => all(some, " | "),
                Query::Not(inside) => format!("!{}", show(inside)),
                Query::Term(Term::Words(Field::Anything, words)) => words.join("+"),
                Query::Term(Term::Words(field, words)) => format!("{field:?}:{}", words.join("+")),
                Query::Term(term) => format!("{term:?}"),
            }
        }
        show(&parse(text))
    }

    #[test]
    fn brackets_words_and_minus() {
        for (text, means) in [
            ("", "()"),
            ("a b", "(a & b)"),
            ("a AND b", "(a & b)"),
            ("a OR b OR c d", "((a | b | c) & d)"),
            ("a b OR c", "(a & (b | c))"),
            ("{a b} c", "((a | b) & c)"),
            ("a OR (b c)", "(a | (b & c))"),
            ("-a -(b c) -{d e}", "(!a & !(b & c) & !(d | e))"),
            ("--a", "a"),
            ("\"one two\" three", "(one+two & three)"),
            ("from:(@acme.example) OR to:(@acme.example)", "(From:acme+example | To:acme+example)"),
            ("from:{a@b.example c.example}", "(From:a+b+example | From:c+example)"),
            ("{from:a.example to:a.example cc:a.example}", "(From:a+example | To:a+example | Cc:a+example)"),
            ("subject:(price list)", "(Subject:price & Subject:list)"),
            ("subject:\"price list\"", "Subject:price+list"),
            ("subject: price", "price"),
            ("SUBJECT:price", "Subject:price"),
            ("foo:bar", "foo+bar"),
            ("bob@acme.example", "bob+acme+example"),
            ("oranges or ORANGE", "(oranges & or & orange)"),
            ("OR a OR", "a"),
            ("a) b} (c", "(a & b & c)"),
            ("() {} \"\" - :", "()"),
            ("from:me to:me subject:me", "(Me(From) & Me(To) & Subject:me)"),
        ] {
            assert_eq!(read(text), means, "{text}");
        }
    }

    #[test]
    fn operators() {
        for (text, means) in [
            ("after:1700000000 before:1700000001", "(After(1700000000) & Before(1700000001))"),
            ("after:2024/04/05", "After(1712303999)"),
            ("before:4/5/2024 older:2024-04-05", "(Before(1712304000) & Before(1712304000))"),
            ("after:soon after:2024/13/01", "(Nothing & Nothing)"),
            ("newer_than:30d", "NewerThan(Age { count: 30, unit: Day })"),
            ("older_than:1y newer_than:x newer_than:d", "(OlderThan(Age { count: 1, unit: Year }) & Nothing & Nothing)"),
            ("in:inbox -in:chats label:Deals/Big-One", "(In(\"inbox\") & !In(\"chats\") & Label(\"deals-big-one\"))"),
            ("label:\"Big One\"", "Label(\"big-one\")"),
            ("-category:promotions has:attachment is:unread", "(!Category(\"promotions\") & HasAttachment & Is(\"unread\"))"),
            ("rfc822msgid:<a@b.example>", "MessageId(\"a@b.example\")"),
            ("larger:5M smaller:10k size:1000 larger:x", "(Larger(5242880) & Smaller(10240) & Larger(1000) & Nothing)"),
            ("has:drive", "Nothing"),
        ] {
            assert_eq!(read(text), means, "{text}");
        }
    }

    #[test]
    fn hostile_queries_end() {
        for text in [
            "(".repeat(100_000),
            "-".repeat(100_000),
            "from:(".repeat(50_000),
            "{a ".repeat(100_000),
            ")".repeat(100_000),
            "\"".repeat(99_999),
        ] {
            parse(&text);
        }
    }
}
