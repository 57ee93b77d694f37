//! Domains that cannot tell a customer: our own, and those of mail providers.

use sales_model::{Profile, Settings};

use crate::domain::{is_provider, is_public_suffix, tidy_domain};

/// Why a domain says nothing about a customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoDomain {
    /// It is ours, or one is part of the other: whoever of us speaks would count as the customer.
    Own,
    /// Everybody can have an address there.
    Provider,
    /// Unrelated parties have names under it, as under `co.uk` or `github.io`.
    Suffix,
}

impl NoDomain {
    /// In words that follow on the domain.
    pub fn reason(self) -> &'static str {
        match self {
            NoDomain::Own => "is our own: `own_domains` in workspace.toml holds it, and every conversation has our side in it",
            NoDomain::Provider => "belongs to a mail provider where everybody can have an address; it says nothing about a company",
            NoDomain::Suffix => "is one under which unrelated companies have names, as under `co.uk`; it says nothing about a company",
        }
    }

    /// What to do instead.
    pub fn next(self) -> &'static str {
        match self {
            NoDomain::Suffix => "Give the whole domain, as in `acme.co.uk`",
            NoDomain::Own => "Give the customer's own domain, or correct `own_domains` in workspace.toml",
            NoDomain::Provider => {
                "Name the people by their exact addresses, as in: sales customer edit ID --contact \"Michael Chen <michael.chen@gmail.com>\""
            }
        }
    }
}

/// Whether a domain can't be a customer's.
pub fn no_domain(domain: &str, settings: &Settings) -> Option<NoDomain> {
    let domain = tidy_domain(domain);
    let within = |inner: &str, outer: &str| inner == outer || inner.strip_suffix(outer).is_some_and(|rest| rest.ends_with('.'));
    if is_provider(&domain) {
        return Some(NoDomain::Provider);
    }
    if is_public_suffix(&domain) {
        return Some(NoDomain::Suffix);
    }
    settings.own_domains.iter().any(|own| within(&domain, own) || within(own, &domain)).then_some(NoDomain::Own)
}

/// Takes out of a profile the domains that would give the customer what is not its own.
pub fn keep_telling_domains(profile: &mut Profile, settings: &Settings) {
    profile.domains.retain(|d| no_domain(d, settings).is_none());
}
