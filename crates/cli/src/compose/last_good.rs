//! The last readable version of each profile.
//!
//! A slip of the pen in a `profile.toml` must not look as if the customer were gone: its channels would fall to the review list, or to
//! somebody else, and its files would be removed until the slip is mended. So each readable profile is kept in the machine's state, and
//! stands in while the user's own file can't be read. The error is told all the same.

use std::{borrow::Cow, path::PathBuf};

use sales_files::{Disk, parse_profile};
use sales_model::{CustomerId, Profile};

use super::Home;
use crate::errors::Result;

/// The profiles to work with: the readable ones, and for the others the last that could be read, if there was one.
pub(super) fn profiles(home: &Home) -> Result<Vec<(CustomerId, Profile)>> {
    let mut out = Vec::new();
    let mut changed: Vec<(PathBuf, Cow<'_, [u8]>)> = Vec::new();
    for (id, read) in &home.customers {
        let copy = home.workspace.state_dir().join("profiles").join(format!("{id}.toml"));
        let kept = home.disk.read(&copy).ok().flatten();
        match read {
            Ok(profile) => {
                let own = home.disk.read(&home.workspace.profile_path(id)).ok().flatten();
                if let Some(own) = own.filter(|own| kept.as_ref() != Some(own)) {
                    changed.push((copy, Cow::Owned(own)));
                }
                out.push((id.clone(), profile.clone()));
            }
            Err(_) => {
                let text = kept.and_then(|k| String::from_utf8(k).ok());
                out.extend(text.and_then(|t| parse_profile(&copy, &t).ok()).map(|profile| (id.clone(), profile)));
            }
        }
    }
    if !changed.is_empty() {
        home.disk.write_all(&changed)?;
    }
    Ok(out)
}
