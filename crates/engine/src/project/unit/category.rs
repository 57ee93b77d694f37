//! What Gmail's categories say of a mail: that it is a mailing or written by a program.

use sales_model::{Mail, Noise, Side};

/// Why a mail that nothing in its header marks is no part of a conversation between people, by the category that Gmail put it in. Gmail
/// sorts people's mail there as well, so a category alone is not believed: neither of an answer, nor in a thread in which one of us wrote
/// (`answered`), nor of one whom the profile knows (`contact`). "Updates" has invitations and confirmations of people too: it counts only
/// for strangers.
pub(super) fn noise(mail: &Mail, side: Side, contact: bool, answered: bool) -> Option<Noise> {
    if side == Side::Ours || contact || answered || !mail.references.is_empty() || !mail.invitations.is_empty() {
        return None;
    }
    let is = |label: &str| mail.labels.iter().any(|l| l == label);
    if is("CATEGORY_PROMOTIONS") {
        return Some(Noise::Newsletter);
    }
    (is("CATEGORY_SOCIAL") || (is("CATEGORY_UPDATES") && side != Side::Theirs)).then_some(Noise::Notification)
}

#[cfg(test)]
mod tests {
    use sales_model::Invitation;

    use super::*;

    fn mail(label: &str) -> Mail {
        Mail { labels: vec!["INBOX".into(), label.into()], ..Mail::default() }
    }

    #[test]
    fn a_category_counts_for_strangers_whom_nobody_answered() {
        let of = |label, side| noise(&mail(label), side, false, false);
        let told: Vec<_> = ["CATEGORY_PROMOTIONS", "CATEGORY_SOCIAL", "CATEGORY_UPDATES", "CATEGORY_FORUMS", "CATEGORY_PERSONAL", "Deals"]
            .into_iter()
            .map(|label| (of(label, Side::Other), of(label, Side::Theirs), of(label, Side::Ours)))
            .collect();
        let (mailing, program) = (Some(Noise::Newsletter), Some(Noise::Notification));
        assert_eq!(
            told,
            [
                (mailing, mailing, None),
                (program, program, None),
                (program, None, None),
                (None, None, None),
                (None, None, None),
                (None, None, None)
            ]
        );
    }

    #[test]
    fn a_category_is_not_believed_against_people() {
        let plain = mail("CATEGORY_PROMOTIONS");
        assert_eq!(noise(&plain, Side::Other, true, false), None, "a contact");
        assert_eq!(noise(&plain, Side::Other, false, true), None, "one of us answered");
        let answer = Mail { references: vec!["a@acme.dev".into()], ..plain.clone() };
        assert_eq!(noise(&answer, Side::Other, false, false), None, "an answer");
        let invitation = Mail { invitations: vec![Invitation::default()], ..mail("CATEGORY_UPDATES") };
        assert_eq!(noise(&invitation, Side::Other, false, false), None, "an invitation");
    }
}
