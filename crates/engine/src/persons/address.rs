//! Which addresses are one mailbox, and which are several people's.

use std::borrow::Cow;

use sales_files::domain::ascii;

/// Providers that ignore dots in what stands before the `@`, and the name that all their addresses have here.
/// <https://support.google.com/mail/answer/7436150>
const DOTLESS: [(&str, &str); 2] = [("gmail.com", "gmail.com"), ("googlemail.com", "gmail.com")];

/// Names of jobs and lists, not of people (RFC 2142, and what companies use beside it): whoever has the job reads and writes there.
const ROLES: &[&str] = &[
    "abuse",
    "accounting",
    "accounts",
    "admin",
    "administrator",
    "all",
    "billing",
    "bookings",
    "buchhaltung",
    "careers",
    "community",
    "compliance",
    "contact",
    "contacto",
    "crew",
    "customercare",
    "customerservice",
    "customersuccess",
    "cs",
    "customer-success",
    "data",
    "desk",
    "dev",
    "devops",
    "do-not-reply",
    "donotreply",
    "einkauf",
    "engineering",
    "enquiries",
    "events",
    "everyone",
    "feedback",
    "finance",
    "founders",
    "general",
    "hello",
    "help",
    "helpdesk",
    "hostmaster",
    "hr",
    "info",
    "inquiries",
    "invoices",
    "invoicing",
    "it",
    "jobs",
    "kontakt",
    "legal",
    "mail",
    "mailer-daemon",
    "management",
    "marketing",
    "media",
    "news",
    "newsletter",
    "no-reply",
    "noc",
    "noreply",
    "notifications",
    "office",
    "operations",
    "ops",
    "orders",
    "partners",
    "partnerships",
    "payments",
    "post",
    "postmaster",
    "presales",
    "press",
    "privacy",
    "procurement",
    "purchasing",
    "reception",
    "recruiting",
    "rechnung",
    "root",
    "sales",
    "security",
    "service",
    "services",
    "shop",
    "solutions",
    "staff",
    "studio",
    "success",
    "support",
    "sysadmin",
    "team",
    "tech",
    "training",
    "undisclosed-recipients",
    "us",
    "ventas",
    "vertrieb",
    "webmaster",
];

/// An address in the form that is compared: lower case, the domain in A-labels.
pub(crate) fn tidy(address: &str) -> Option<String> {
    let (local, domain) = address.trim().rsplit_once('@')?;
    (!local.is_empty() && !domain.is_empty()).then(|| format!("{}@{}", local.to_lowercase(), ascii(domain)))
}

/// The mailbox that an address leads to: without what stands behind a `+`, and of providers that ignore them without dots. `address` is tidy.
pub(super) fn mailbox(address: &str) -> Cow<'_, str> {
    let Some((local, domain)) = address.rsplit_once('@') else { return Cow::Borrowed(address) };
    let plain = local.split('+').next().filter(|plain| !plain.is_empty()).unwrap_or(local);
    match DOTLESS.iter().find(|(name, _)| *name == domain) {
        Some((_, domain)) => Cow::Owned(format!("{}@{domain}", plain.replace('.', ""))),
        None if plain.len() == local.len() => Cow::Borrowed(address),
        None => Cow::Owned(format!("{plain}@{domain}")),
    }
}

/// Those of them that nobody is called by: a place or an office may stand behind them (`support-eu@`, `sales.de@`).
const OFFICES: &[&str] = &[
    "billing",
    "contact",
    "help",
    "helpdesk",
    "info",
    "kontakt",
    "marketing",
    "noreply",
    "notifications",
    "office",
    "sales",
    "service",
    "support",
    "team",
];

/// Whether an address is a job's or a list's by its name. `address` is tidy.
pub(super) fn is_role(address: &str) -> bool {
    let local = address.rsplit_once('@').map_or(address, |(local, _)| local).split('+').next().unwrap_or_default();
    let office = local.split_once(['.', '_', '-']).is_some_and(|(first, _)| OFFICES.contains(&first));
    let list = local.rsplit_once(['_', '-']).is_some_and(|(_, last)| ["all", "list", "team"].contains(&last));
    ROLES.contains(&local) || office || list
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mailboxes() {
        for (address, expected) in [
            ("jo@acme.dev", "jo@acme.dev"),
            ("jo+crm@acme.dev", "jo@acme.dev"),
            ("+jo@acme.dev", "+jo@acme.dev"),
            ("j.o@acme.dev", "j.o@acme.dev"),
            ("j.o.miller+x@googlemail.com", "jomiller@gmail.com"),
            ("jo.miller@notgmail.com", "jo.miller@notgmail.com"),
            ("nobody", "nobody"),
        ] {
            assert_eq!(mailbox(address), expected);
        }
        assert_eq!(tidy(" Jo@Bücher.example ").as_deref(), Some("jo@xn--bcher-kva.example"));
        assert_eq!((tidy("jo"), tidy("@a.b")), (None, None));
    }

    #[test]
    fn roles() {
        for role in ["info@a.b", "support+42@a.b", "support-eu@a.b", "sales.de@a.b", "no-reply@a.b", "acme-team@a.b", "all@a.b"] {
            assert!(is_role(role), "{role}");
        }
        for person in ["jo@a.b", "jo.info@a.b", "salesman@a.b", "dev.patel@a.b", "teamer@a.b", "infobert@a.b", "anna.list@a.b", "me@a.b"] {
            assert!(!is_role(person), "{person}");
        }
    }
}
