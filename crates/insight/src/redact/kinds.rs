//! What can be found.

use serde::{Deserialize, Serialize};

/// A kind of personal data. The order is the order of trust: where two overlap, the earlier kind names the result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Kind {
    /// Tokens, keys, passwords: what opens something.
    Secret,
    /// A mail address.
    EmailAddress,
    /// An International Bank Account Number (ISO 13616), checksum right.
    IbanCode,
    /// The number of a payment card (ISO/IEC 7812), checksum right.
    CreditCard,
    /// A social security number of the USA.
    UsSsn,
    /// An address of the Internet Protocol, version 4 or 6.
    IpAddress,
    /// The number of a driver's license, announced as one.
    UsDriverLicense,
    /// A telephone number.
    PhoneNumber,
    /// A link.
    Url,
    /// A postal address, or a part of one.
    Address,
    /// Somebody's name.
    Person,
    /// A country, region or city.
    Location,
    /// A company or institution.
    Organization,
    /// A nationality.
    Nrp,
    /// When somebody was born.
    DateTime,
    /// Text of the original that looks like a mask that stands for something else: only a [`super::Vault`] makes it.
    Text,
}

impl Kind {
    /// All that can be found in a text.
    pub const ALL: [Kind; 15] = [
        Kind::Secret,
        Kind::EmailAddress,
        Kind::IbanCode,
        Kind::CreditCard,
        Kind::UsSsn,
        Kind::IpAddress,
        Kind::UsDriverLicense,
        Kind::PhoneNumber,
        Kind::Url,
        Kind::Address,
        Kind::Person,
        Kind::Location,
        Kind::Organization,
        Kind::Nrp,
        Kind::DateTime,
    ];

    /// Its name in evaluation files.
    pub fn label(self) -> &'static str {
        match self {
            Kind::Secret => "SECRET",
            Kind::EmailAddress => "EMAIL_ADDRESS",
            Kind::IbanCode => "IBAN_CODE",
            Kind::CreditCard => "CREDIT_CARD",
            Kind::UsSsn => "US_SSN",
            Kind::IpAddress => "IP_ADDRESS",
            Kind::UsDriverLicense => "US_DRIVER_LICENSE",
            Kind::PhoneNumber => "PHONE_NUMBER",
            Kind::Url => "URL",
            Kind::Address => "ADDRESS",
            Kind::Person => "PERSON",
            Kind::Location => "LOCATION",
            Kind::Organization => "ORGANIZATION",
            Kind::Nrp => "NRP",
            Kind::DateTime => "DATE_TIME",
            Kind::Text => "TEXT",
        }
    }

    /// Its name in masks: `EMAIL` in `[EMAIL_1]`.
    pub fn mask(self) -> &'static str {
        match self {
            Kind::EmailAddress => "EMAIL",
            Kind::IbanCode => "IBAN",
            Kind::CreditCard => "CARD",
            Kind::UsSsn => "SSN",
            Kind::IpAddress => "IP",
            Kind::UsDriverLicense => "LICENSE",
            Kind::PhoneNumber => "PHONE",
            Kind::Location => "PLACE",
            Kind::Organization => "COMPANY",
            Kind::Nrp => "NATIONALITY",
            Kind::DateTime => "BIRTHDATE",
            _ => self.label(),
        }
    }
}

/// A set of kinds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kinds(u16);

impl Kinds {
    /// What has a shape of its own: addresses and numbers by which people are reached or pay, and secrets. Links are not among them: they are
    /// the evidence of what is shared.
    pub const STRUCTURED: Kinds = Kinds::of(&[
        Kind::Secret,
        Kind::EmailAddress,
        Kind::IbanCode,
        Kind::CreditCard,
        Kind::UsSsn,
        Kind::IpAddress,
        Kind::UsDriverLicense,
        Kind::PhoneNumber,
    ]);
    /// The same, and who somebody is and where they are: people, postal addresses, places, companies, dates of birth.
    pub const PERSONAL: Kinds =
        Kinds::STRUCTURED.and(Kinds::of(&[Kind::Person, Kind::Address, Kind::Location, Kind::Organization, Kind::DateTime]));
    /// Everything: links and nationalities too.
    pub const ALL: Kinds = Kinds::of(&Kind::ALL);

    /// These kinds.
    pub const fn of(kinds: &[Kind]) -> Kinds {
        let mut bits = 0;
        let mut rest = kinds;
        while let [first, others @ ..] = rest {
            bits |= 1 << *first as u16;
            rest = others;
        }
        Kinds(bits)
    }

    /// These and those.
    pub const fn and(self, other: Kinds) -> Kinds {
        Kinds(self.0 | other.0)
    }

    /// Whether a kind is among them.
    pub const fn has(self, kind: Kind) -> bool {
        self.0 & (1 << kind as u16) != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_hold_what_they_were_made_of() {
        assert!(Kind::ALL.iter().all(|k| Kinds::ALL.has(*k)));
        assert!(!Kinds::ALL.has(Kind::Text) && !Kinds::PERSONAL.has(Kind::Url) && !Kinds::STRUCTURED.has(Kind::Person));
        assert!(Kinds::STRUCTURED.and(Kinds::of(&[Kind::Url])).has(Kind::Url));
        assert!(Kind::ALL.iter().all(|k| serde_json::to_value(k).unwrap() == k.label()));
    }
}
