//! Customers as people write them down: `profile.toml`, names, edits.

mod add;
mod change;
mod domains;
mod edit;
mod profile;
mod regroup;
mod remove;
mod resolve;
mod table;

use sales_model::{CustomerId, Profile};

pub use self::{
    add::{NewCustomer, id_from_name},
    change::{Change, ChangeError, ChangeId, FileChange, Plan, undone},
    domains::{NoDomain, keep_telling_domains, no_domain},
    edit::{Edit, EditError, Edited},
    profile::{ReadProfile, parse_profile, unused_domains},
    regroup::{Regrouping, Rename, Split},
    resolve::{Unknown, resolve, shared_names},
    table::{TablePlan, Taken, Told},
};
use crate::FileError;

/// All customers of a workspace by id; an unreadable profile stands beside the good ones.
pub type Customers<P = Profile> = Vec<(CustomerId, Result<P, FileError>)>;
