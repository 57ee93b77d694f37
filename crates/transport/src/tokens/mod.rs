//! Where rotated tokens are kept.

mod file;
mod memory;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use sales_model::AccountKey;

use crate::{PortError, TokenStore};

pub use file::FileTokenStore;
pub use memory::MemoryTokenStore;

/// [`TokenStore::exclusive`] for async code: waits on a thread that may wait.
///
/// The usual way of a refresh: take the lock, load the pair again (somebody else may have renewed it meanwhile), refresh, save, drop
/// the lock.
pub async fn lock_account(tokens: Arc<dyn TokenStore>, account: AccountKey) -> Result<Box<dyn Send>, PortError> {
    let what = format!("waiting for the tokens of {account}");
    match tokio::task::spawn_blocking(move || tokens.exclusive(&account)).await {
        Ok(lock) => lock,
        Err(error) => Err(PortError { what, source: Box::new(error) }),
    }
}
