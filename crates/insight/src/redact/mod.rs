//! Redaction: personal data and secrets in what leaves the machine (pushes, calls of models, shared reports) become masks.
//!
//! | file | what |
//! | --- | --- |
//! | `kinds.rs` | what can be found |
//! | `view.rs`, `fold.rs`, `tokens.rs` | the text as it reads: invisible signs, full-width digits, accents; words |
//! | `email.rs`, `url.rs`, `phone.rs`, `card.rs`, `iban.rs`, `ssn.rs`, `ip.rs`, `birth.rs`, `secrets/` | what has a shape, with checksums |
//! | `names.rs` | people and companies that the caller knows |
//! | `persons.rs`, `companies.rs`, `places.rs`, `nationality.rs`, `address/` | the rest, by lists and by what is said around it |
//! | `overlap.rs`, `mask.rs`, `vault.rs` | spans, masks, and what stands behind them |
//!
//! Pure; time and memory grow with the text's length. Figures, and how to repeat them: `docs/redaction.md`.

mod address;
mod birth;
mod card;
mod common;
mod companies;
mod email;
mod fold;
mod hit;
mod iban;
mod ip;
mod kinds;
mod lists;
mod mask;
mod names;
mod nationality;
mod overlap;
mod pattern;
mod persons;
mod phone;
mod places;
mod secrets;
mod ssn;
mod tokens;
mod url;
mod vault;
mod view;

use std::ops::Range;

pub use kinds::{Kind, Kinds};
pub use names::Names;
pub use vault::{Vault, VaultError};

use hit::{Hit, alone};
use names::Known;
use tokens::Tokens;
use view::View;

/// Finds one kind among words.
type Finder = fn(&Tokens<'_>, &mut Vec<Hit>);

/// Something personal in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// Where it stands, in bytes.
    pub range: Range<usize>,
    /// What it is.
    pub kind: Kind,
}

/// Finds and masks personal data. Made once for a customer, used for all of its texts.
#[derive(Debug)]
pub struct Redactor {
    known: Known,
    kinds: Kinds,
}

/// How often a text is looked at again after what was found is barred: what was hidden behind it may show. Hardly ever more than once.
const ROUNDS: usize = 12;

impl Redactor {
    /// Looks for `kinds`; `names` are people and companies that are known beforehand.
    pub fn new(names: &Names, kinds: Kinds) -> Redactor {
        Redactor { known: Known::new(names), kinds }
    }

    /// Finds what is personal: sorted, apart from each other, on character boundaries. Masks are left alone.
    pub fn find(&self, text: &str) -> Vec<Span> {
        let mut barred = mask::shapes(text);
        let mut spans: Vec<Span> = Vec::new();
        for _ in 0..ROUNDS {
            let view = View::new(text, &barred);
            let found = self.look(&view.text);
            if found.is_empty() {
                break;
            }
            let new = found.into_iter().map(|h| Span { range: view.original(h.range), kind: h.kind });
            spans.extend(new.filter(|s| !s.range.is_empty()));
            barred.extend(spans.iter().map(|s| s.range.clone()));
            barred.sort_by_key(|r| (r.start, r.end));
            barred.dedup();
        }
        spans.sort_by_key(|s| s.range.start);
        spans
    }

    /// What a view holds, once.
    fn look(&self, text: &str) -> Vec<Hit> {
        let mut hits = Vec::new();
        let mut links = Vec::new();
        url::find(text, &mut links);
        for find in [secrets::find, email::find, iban::find, card::find, ssn::find, ip::find, phone::find] {
            find(text, &mut hits);
        }
        let has = |k: Kind| self.kinds.has(k);
        if has(Kind::DateTime) {
            birth::find(text, &mut hits);
        }
        if has(Kind::Url) {
            hits.extend(links.iter().cloned());
        }
        let mut told = Vec::new();
        if has(Kind::Person) || has(Kind::Organization) {
            self.known.find(text, &mut told);
        }
        if [Kind::Person, Kind::Address, Kind::Location, Kind::Organization, Kind::Nrp].into_iter().any(has) {
            let tokens = Tokens::new(text);
            let finders: [(Kind, Finder); 5] = [
                (Kind::Address, address::find),
                (Kind::Person, persons::find),
                (Kind::Location, places::find),
                (Kind::Organization, companies::find),
                (Kind::Nrp, nationality::find),
            ];
            finders.into_iter().filter(|(k, _)| has(*k)).for_each(|(_, find)| find(&tokens, &mut hits));
            let addresses: Vec<Hit> = hits.iter().filter(|h| h.kind == Kind::Address).cloned().collect();
            address::letterhead(&tokens, &addresses, &mut hits);
        }
        // What the caller knows is known better than what is guessed.
        hits.retain(|h| !overlap::is_guess(h.kind) || !overlap::inside(&told, h));
        hits.append(&mut told);
        hits.retain(|h| has(h.kind) && alone(text, &h.range));
        overlap::resolve(hits, &links)
    }

    /// Puts masks in place of what is personal; the vault remembers what stood there.
    ///
    /// [`Vault::restore`] gives the text back, byte for byte. A text that was redacted before comes out unchanged from a new vault. What
    /// looks like a mask in the text and is none stays as it is, or is masked itself where the vault has given that mask to something else.
    pub fn redact(&self, text: &str, vault: &mut Vault) -> String {
        let mut spans = self.find(text);
        for range in mask::shapes(text) {
            let literal = text.get(range.clone()).unwrap_or_default();
            if vault.has(literal) {
                spans.push(Span { range, kind: Kind::Text });
            } else {
                vault.keep(literal);
            }
        }
        spans.sort_by_key(|s| s.range.start);
        let mut out = String::with_capacity(text.len());
        let mut from = 0;
        for Span { range, kind } in spans {
            let Some((before, value)) = text.get(from..range.start).zip(text.get(range.clone())) else { continue };
            let whose = if kind == Kind::Person { self.known.whose(value) } else { None };
            out.push_str(before);
            out.push_str(&vault.mask(kind, value, whose));
            from = range.end;
        }
        out.push_str(text.get(from..).unwrap_or_default());
        out
    }
}

#[cfg(test)]
mod tests;
