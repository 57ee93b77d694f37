//! What a column holds, by its header as people and CRMs write it.

use crate::names::words;

/// What a cell is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Column {
    Id,
    Name,
    Alias,
    Domain,
    Owner,
    Stage,
    Amount,
    Currency,
    CloseDate,
    NextStep,
    Channel,
    CrmAccount,
}

/// Headers in lower case, words joined by `_`; the surest first where a table may have several of a kind. Salesforce's reports and Data
/// Loader, HubSpot's companies and deals, Pipedrive's organizations and deals, and plain tables.
const HEADERS: &[(Column, &[&str])] = &[
    (Column::Id, &["customer_id"]),
    (
        Column::Name,
        &[
            "name",
            "customer",
            "customer_name",
            "company_name",
            "company",
            "account_name",
            "account",
            "organization_name",
            "organisation_name",
            "organization",
            "organisation",
            "deal_organization",
            "deal_organisation",
            "associated_company",
            "associated_company_primary",
            "parent_account",
        ],
    ),
    (Column::Alias, &["alias", "aliases", "other_names", "also_known_as"]),
    (
        Column::Domain,
        &[
            "domain",
            "domains",
            "company_domain_name",
            "email_domain",
            "website",
            "web_site",
            "website_url",
            "account_website",
            "organization_website",
            "organisation_website",
            "url",
            "homepage",
        ],
    ),
    (
        Column::Owner,
        &[
            "owner_email",
            "account_owner_email",
            "opportunity_owner_email",
            "owner",
            "account_owner",
            "company_owner",
            "opportunity_owner",
            "deal_owner",
            "organization_owner",
            "organisation_owner",
        ],
    ),
    (Column::Stage, &["stage", "deal_stage", "opportunity_stage", "stage_name", "stagename", "lifecycle_stage"]),
    (Column::Amount, &["amount", "deal_amount", "deal_value", "opportunity_amount", "value", "acv"]),
    (
        Column::Currency,
        &["currency", "amount_currency", "deal_currency", "currency_code", "currencyisocode", "opportunity_currency", "account_currency"],
    ),
    (Column::CloseDate, &["close_date", "closedate", "expected_close_date", "deal_expected_close_date", "closing_date"]),
    (Column::NextStep, &["next_step", "nextstep", "deal_next_activity_subject"]),
    (Column::Channel, &["channel", "channels", "slack_channel", "slack_channels"]),
    (
        Column::CrmAccount,
        &[
            "crm_account_id",
            "crm_account_ids",
            "crm_id",
            "account_id",
            "accountid",
            "company_id",
            "organization_id",
            "organisation_id",
            "record_id",
        ],
    ),
];

/// What a header means, and how sure that is; less is surer.
pub(super) fn column(header: &str) -> Option<(Column, usize)> {
    let header = words(header, usize::MAX).join("_");
    HEADERS.iter().find_map(|(column, names)| Some((*column, names.iter().position(|n| *n == header)?)))
}

#[cfg(test)]
mod tests {
    use super::{Column, HEADERS, column};

    #[test]
    fn headers_of_exports() {
        for (header, wanted) in [
            ("Account Name", Some(Column::Name)),
            ("Account ID", Some(Column::CrmAccount)),
            ("Company Domain Name", Some(Column::Domain)),
            ("Website URL", Some(Column::Domain)),
            ("Organization - Name", Some(Column::Name)),
            ("Deal - Expected close date", Some(Column::CloseDate)),
            ("Record ID", Some(Column::CrmAccount)),
            ("Lifecycle Stage", Some(Column::Stage)),
            ("domain(s)", Some(Column::Domain)),
            ("Opportunity Name", None),
            ("", None),
        ] {
            let header = header.replace("(s)", "s");
            assert_eq!(column(&header).map(|(c, _)| c), wanted, "{header}");
        }
        let mut all: Vec<_> = HEADERS.iter().flat_map(|(_, names)| *names).collect();
        let count = all.len();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), count, "no header means two things");
    }
}
