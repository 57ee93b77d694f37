//! What a signature says of its author.

use super::sign::{self, addr, phone};
use crate::clean;

/// What a signature says of its author; at least one of the fields is there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Signed {
    /// The position, as written: "VP Engineering".
    pub title: Option<String>,
    /// A phone number as written, without its label; never a fax.
    pub phone: Option<String>,
    /// The company, as written.
    pub company: Option<String>,
}

/// Lines of a signature that are read, and bytes of a title or company.
const MOST_LINES: usize = 30;
const LONGEST: usize = 80;
const LONGEST_LINE: usize = 1_000;

/// Reads a signature of somebody with the given display name and address. Only what is sure: the signature must name its author, a title stands
/// on the name's line or right below it, a company has a legal form or is called like the address's domain. `None` if nothing is.
pub fn read(signature_text: &str, name: &str, address: &str) -> Option<Signed> {
    let lines: Vec<String> = signature_text.lines().take(4 * MOST_LINES).map(tidy).filter(|l| !l.is_empty()).take(MOST_LINES).collect();
    let names = words(name);
    if names.is_empty() {
        return None;
    }
    let at = lines.iter().position(|line| after_name(line, &names).is_some())?;
    let address = address.trim().to_lowercase();
    // Two people's details: nobody knows which is whose.
    let foreign = lines
        .iter()
        .flat_map(|l| l.split(['|', ' ', '<', '>', '(', ')', ',', ';']))
        .filter_map(addr)
        .any(|a| a.to_lowercase() != address && !is_shared(a));
    if foreign {
        return None;
    }
    let (title, beside) = title(&lines, at, &names, &address);
    let signed = Signed { title, phone: best_phone(&lines), company: company(&lines, at, &names, &address, beside.as_deref()) };
    (signed != Signed::default()).then_some(signed)
}

/// Without marks of bold text, doubled space and what nobody sees; a line of many letters is none of a signature.
fn tidy(line: &str) -> String {
    if line.len() > LONGEST_LINE {
        return String::new();
    }
    clean::text(line).trim_start_matches(['>', ' ']).replace(['*', '_'], "").split_whitespace().collect::<Vec<_>>().join(" ")
}

fn words(text: &str) -> Vec<String> {
    let text = text.split('(').next().unwrap_or_default();
    text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_lowercase).collect()
}

/// The rest of a line that begins with the name ("Michael Chen, CTO" has "CTO"). `Chen, Michael` is a name too.
fn after_name<'a>(line: &'a str, names: &[String]) -> Option<&'a str> {
    let mut left: Vec<&String> = names.iter().collect();
    let mut rest = line;
    while !left.is_empty() {
        let start = rest.trim_start_matches(|c: char| !c.is_alphanumeric());
        let end = start.find(|c: char| !c.is_alphanumeric()).unwrap_or(start.len());
        let word = start.get(..end)?.to_lowercase();
        let found = left.iter().position(|n| **n == word)?;
        left.remove(found);
        rest = start.get(end..)?;
    }
    // A longer name is somebody else's.
    let next = rest.chars().next();
    let tail = rest.trim_start();
    let separated = tail.is_empty() || !tail.starts_with(char::is_alphanumeric);
    (next.is_none_or(|c| !c.is_alphanumeric() && !matches!(c, '-' | '\'' | '’')) && separated)
        .then_some(rest.trim_matches(|c: char| !c.is_alphanumeric()))
}

/// A position: it has a word of positions, no digits, no marks that mean something to a browser or in Markdown, and is no sentence.
fn is_title(text: &str) -> bool {
    let plain = |c: char| c.is_alphabetic() || matches!(c, ' ' | '&' | ',' | '.' | '/' | '-' | '–' | '—' | '\'' | '’' | '(' | ')' | '+');
    sign::has_title(text) && text.len() <= LONGEST && text.chars().all(plain) && !text.contains("//") && !sign::is_sentence(text)
}

/// The title, and what stands beside it on its line ("CTO, ACME Inc" has "ACME Inc").
fn title(lines: &[String], at: usize, names: &[String], address: &str) -> (Option<String>, Option<String>) {
    let beside_name = lines.get(at).and_then(|l| after_name(l, names)).filter(|rest| !rest.is_empty());
    let below = lines.get(at + 1).map(String::as_str);
    for line in beside_name.into_iter().chain(below) {
        if phone(line).is_some() {
            continue;
        }
        let (title, company) = parted(line, address);
        if is_title(title) {
            return (Some(title.to_owned()), company.map(str::to_owned));
        }
    }
    (None, None)
}

/// A title and a company on one line: "CTO | ACME Inc", "CTO at ACME", "Head of Platform, Northwind Labs". A comma may also be the title's own
/// ("Product Manager, Edge Runtime"): then all of it is the title.
fn parted<'a>(line: &'a str, address: &str) -> (&'a str, Option<&'a str>) {
    for separator in [" | ", " · ", " • ", " @ ", " at ", " bei ", " chez ", " – ", " — ", " - "] {
        if let Some((title, company)) = line.split_once(separator) {
            return (title.trim(), Some(company.trim()));
        }
    }
    match line.rsplit_once(", ") {
        Some((title, company)) if sign::has_company(company) || is_domains(company, address) => (title.trim(), Some(company.trim())),
        _ => (line.trim(), None),
    }
}

/// A mobile or direct number before others, the first otherwise.
fn best_phone(lines: &[String]) -> Option<String> {
    let pieces = lines.iter().flat_map(|l| l.split(['|', '·', '•', ';'])).map(str::trim).filter(|p| !sign::is_fax(p));
    let numbers: Vec<(&str, &str)> = pieces.filter_map(|p| phone(p).map(|n| (p, n))).collect();
    let personal = numbers.iter().find(|(piece, _)| {
        let label = piece.to_lowercase();
        ["m:", "m ", "mob", "cell", "d:", "direct", "handy", "durchwahl", "portable", "móvil", "cellulare", "telemóvel"]
            .iter()
            .any(|l| label.starts_with(l))
    });
    personal.or(numbers.first()).map(|(_, number)| (*number).to_owned())
}

/// The company: beside the title or on a line of its own, if it has a legal form or the domain is called like it.
fn company(lines: &[String], at: usize, names: &[String], address: &str, beside: Option<&str>) -> Option<String> {
    let sure = |text: &str| {
        text.len() <= LONGEST
            && !text.contains(['@', ':', '/'])
            && !text.chars().any(|c| c.is_ascii_digit())
            && !sign::is_sentence(text)
            && after_name(text, names).is_none()
            && (is_domains(text, address) || (sign::has_company(text) && !is_title(text)))
    };
    let own = lines.iter().skip(at + 1).flat_map(|l| l.split(['|', '·', '•'])).map(str::trim);
    let first = |text: &str| text.split(", ").next().unwrap_or_default().trim().to_owned();
    let whole = |text: &str| if sure(text) { Some(text.to_owned()) } else { Some(first(text)).filter(|f| sure(f)) };
    beside.and_then(whole).or_else(|| own.take(8).find_map(whole))
}

/// "ACME Inc" and `michael.chen@acme.dev`
fn is_domains(text: &str, address: &str) -> bool {
    let Some((_, domain)) = address.rsplit_once('@') else { return false };
    let plain: String = text.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect();
    if plain.len() < 3 || text.split_whitespace().count() > 4 || text.contains('.') {
        return false;
    }
    domain.split('.').any(|label| {
        let label: String = label.chars().filter(|c| c.is_alphanumeric()).collect();
        label.len() >= 3 && (label == plain || text.split_whitespace().next().is_some_and(|w| w.to_lowercase() == label))
    })
}

/// `info@`, `sales@`: not a second person.
fn is_shared(address: &str) -> bool {
    let local = address.split('@').next().unwrap_or_default().to_lowercase();
    ["info", "hello", "contact", "kontakt", "office", "sales", "support", "privacy", "datenschutz"].contains(&local.as_str())
}
