//! From all that was found to spans that stand apart.

use std::cmp::Ordering;

use super::{hit::Hit, kinds::Kind};

/// Joins what overlaps: the whole is masked, under the name of the most trusted kind. So nothing that was found stays visible in part.
///
/// A link that holds digits is no telephone number: numbers inside links only count for what opens something.
pub(super) fn resolve(mut hits: Vec<Hit>, links: &[Hit]) -> Vec<Hit> {
    hits.retain(|h| !h.range.is_empty());
    hits.retain(|h| {
        !matches!(h.kind, Kind::PhoneNumber | Kind::Person | Kind::Address | Kind::Location | Kind::Nrp | Kind::Organization)
            || !inside(links, h)
    });
    hits.sort_by_key(|h| (h.range.start, h.range.end, h.kind));
    let mut out: Vec<Hit> = Vec::with_capacity(hits.len());
    for hit in hits {
        match out.last_mut() {
            Some(last) if hit.range.start < last.range.end => {
                // Of names, the longer one tells what it is: "Zorbez Inc." holds a surname.
                let named = |k: Kind| matches!(k, Kind::Person | Kind::Location | Kind::Organization);
                last.kind = match (named(last.kind) && named(hit.kind), last.range.len().cmp(&hit.range.len())) {
                    (true, Ordering::Greater) => last.kind,
                    (true, Ordering::Less) => hit.kind,
                    _ => last.kind.min(hit.kind),
                };
                last.range.end = last.range.end.max(hit.range.end);
            }
            _ => out.push(hit),
        }
    }
    out
}

/// Kinds that are guessed from words around them.
pub(super) fn is_guess(kind: Kind) -> bool {
    matches!(kind, Kind::Person | Kind::Location | Kind::Organization | Kind::Nrp)
}

/// Whether a hit lies within one of the others, which are sorted and apart.
pub(super) fn inside(others: &[Hit], hit: &Hit) -> bool {
    let at = others.partition_point(|l| l.range.end <= hit.range.start);
    others.get(at).is_some_and(|l| l.range.start <= hit.range.start && hit.range.end <= l.range.end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_overlaps_is_one() {
        let hits = vec![
            Hit::new(8..12, Kind::Person),
            Hit::new(0..4, Kind::PhoneNumber),
            Hit::new(2..6, Kind::CreditCard),
            Hit::new(4..5, Kind::Address),
            Hit::new(6..8, Kind::Person),
            Hit::new(20..20, Kind::Person),
            Hit::new(31..33, Kind::PhoneNumber),
        ];
        let want = [Hit::new(0..6, Kind::CreditCard), Hit::new(6..8, Kind::Person), Hit::new(8..12, Kind::Person)];
        assert_eq!(resolve(hits, &[Hit::new(30..40, Kind::Url)]), want);
    }
}
