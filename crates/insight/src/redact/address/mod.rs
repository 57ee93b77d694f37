//! Postal addresses of many countries.
//!
//! An address has a core (a number and a street, a box, a military unit) and a tail (flat, city, region, country, postal code). A core alone
//! may be anything ("12 Main Events"), so signs are counted: words for streets, flats, postal codes, what is said before, how a line begins.

mod codes;
mod core;
mod letterhead;
mod tail;
mod words;

pub(super) use letterhead::find as letterhead;

use super::{hit::Hit, kinds::Kind, tokens::Tokens};

/// Signs that are enough.
const ENOUGH: u32 = 2;

/// Finds addresses, and postal codes that are announced.
pub(super) fn find(t: &Tokens<'_>, out: &mut Vec<Hit>) {
    let mut at = 0;
    while at < t.list.len() {
        match whole(t, at) {
            Some((from, to)) => {
                out.extend(t.range(from, to).map(|r| Hit::new(r, Kind::Address)));
                at = to.max(at + 1);
            }
            None => {
                if let Some(to) = codes::announced(t, at)
                    && let Some(range) = t.range(at, to)
                {
                    out.push(Hit::new(range, Kind::Address));
                    at = to;
                    continue;
                }
                at += 1;
            }
        }
    }
}

/// The address that begins with a token.
fn whole(t: &Tokens<'_>, at: usize) -> Option<(usize, usize)> {
    let before = core::before(t, at);
    let found = core::core(t, at, before)?;
    let (to, signs) = tail::tail(t, found.to, found.strong || found.signs + before >= ENOUGH);
    let known = found.signs + before.min(2) + signs >= ENOUGH && (found.signs > 0 || signs > 0);
    known.then_some((at, to))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        super::super::hit::tests::found(|text, out| find(&Tokens::new(text), out), text)
    }

    #[test]
    fn addresses_of_many_countries() {
        for (text, want) in [
            ("at 12 Main Street, Springfield, IL 62704.", "12 Main Street, Springfield, IL 62704"),
            ("221b Baker Street, London NW1 6XE", "221b Baker Street, London NW1 6XE"),
            ("Musterstraße 12, 10115 Berlin", "Musterstraße 12, 10115 Berlin"),
            ("15 rue de la Paix, 75002 Paris", "15 rue de la Paix, 75002 Paris"),
            ("Via Roma 12, 20121 Milano, Italy", "Via Roma 12, 20121 Milano, Italy"),
            ("Calle Mayor 5, Madrid", "Calle Mayor 5, Madrid"),
            ("P.O. Box 210\nSpringfield, IL 62704", "P.O. Box 210\nSpringfield, IL 62704"),
            ("is USNS Zorba\nFPO AE 25900", "USNS Zorba\nFPO AE 25900"),
            ("Unit 0800 Box 8800\nDPO AA 13300", "Unit 0800 Box 8800\nDPO AA 13300"),
            ("sent to 580 Zorbavej 290\n Apt. 123\n Zorbby\n Norway 07600?", "580 Zorbavej 290\n Apt. 123\n Zorbby\n Norway 07600"),
            ("lives at 840 30 Rue Al Zorba", "840 30 Rue Al Zorba"),
            ("meet me at 2400 zorbatie 6, zé, portugal", "2400 zorbatie 6, zé, portugal"),
            ("350 Fifth Avenue, 21st Floor, New York, NY 10118", "350 Fifth Avenue, 21st Floor, New York, NY 10118"),
            ("my zip code is 35300", "35300"),
            ("Via Longhena, 81, 25030 Zorbano", "Via Longhena, 81, 25030 Zorbano"),
            ("C/ Los Zorban, 45\n Suite 3", "C/ Los Zorban, 45\n Suite 3"),
            ("meet at the corner of 70 Zorba Street and Pass Road.", "the corner of 70 Zorba Street and Pass Road"),
            ("on the north side of Rua Zorba.", "Rua Zorba"),
            ("Bahnhofstr. 3, 9000 St. Gallen, Switzerland", "Bahnhofstr. 3, 9000 St. Gallen, Switzerland"),
            ("Damrak 1, 1012 LG Amsterdam", "Damrak 1, 1012 LG Amsterdam"),
        ] {
            assert_eq!(found(text), [want], "{text}");
        }
    }

    #[test]
    fn numbers_with_words_are_left_alone() {
        for text in [
            "5 Users need 20 Seats",
            "on 12 March 2024",
            "We have 3 Google Drive folders",
            "Phase 2 starts in Q3",
            "10 Enterprise Licenses",
            "version 2.4.1",
            "Order 4411 Phase 2",
            "2024 Budget: 12",
            "ticket 4411",
            "a 30 day Trial",
            "12 Place orders",
            "at 3 PM Friday 12",
            "Room 5",
            "Top 10 Ways to win",
            "1 Step Forward",
            "Apple Park",
            "to 5 Admins",
            "ISO 27001",
            "SOC 2 Type 2",
            "Windows 11",
            "100 Close Plans",
        ] {
            assert!(found(text).is_empty(), "{text}: {:?}", found(text));
        }
    }
}
