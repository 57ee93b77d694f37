//! Accounts in the CRM that a vendor is connected to.

use std::collections::HashMap;

use sales_model::{CustomerId, Profile};

/// Customers by the ids of their CRM accounts.
pub(in crate::attribute) struct Accounts {
    /// By the id as the profile writes it.
    whole: HashMap<String, Vec<usize>>,
    /// By the first 15 characters of an id of 18 or 15.
    short: HashMap<String, Vec<(usize, String)>>,
}

impl Accounts {
    pub(super) fn new(customers: &[(CustomerId, Profile)]) -> Self {
        let mut accounts = Accounts { whole: HashMap::new(), short: HashMap::new() };
        let all = customers.iter().enumerate().flat_map(|(n, (_, p))| p.gong.crm_account_ids.iter().map(move |id| (n, id.trim())));
        for (customer, id) in all.filter(|(_, id)| !id.is_empty()) {
            accounts.whole.entry(id.to_owned()).or_default().push(customer);
            if let Some(short) = short(id) {
                accounts.short.entry(short.to_owned()).or_default().push((customer, id.to_owned()));
            }
        }
        accounts
    }

    /// Whose an account is. Salesforce writes one id with 15 characters, or with 18.
    pub(in crate::attribute) fn of(&self, id: &str) -> Vec<usize> {
        let id = id.trim();
        let mut out: Vec<usize> = self.whole.get(id).into_iter().flatten().copied().collect();
        // Of two ids with 18 characters all count: the last three tell small letters from large ones.
        let other_form = |known: &str| known.len() == 15 || id.len() == 15;
        let kin = short(id).and_then(|short| self.short.get(short)).into_iter().flatten();
        out.extend(kin.filter(|(_, known)| other_form(known)).map(|(customer, _)| *customer));
        out.sort_unstable();
        out.dedup();
        out
    }
}

fn short(id: &str) -> Option<&str> {
    matches!(id.len(), 15 | 18).then(|| id.get(..15)).flatten()
}
