//! Tokens of one process, forgotten at its end.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
};

use sales_model::AccountKey;

use crate::{PortError, TokenPair, TokenStore};

/// Tokens in memory, for tests and for `--test`.
#[derive(Default)]
pub struct MemoryTokenStore {
    pairs: Mutex<HashMap<AccountKey, TokenPair>>,
    locks: Arc<Locks>,
}

#[derive(Default)]
struct Locks {
    held: Mutex<HashSet<AccountKey>>,
    freed: Condvar,
}

struct Lock {
    locks: Arc<Locks>,
    account: AccountKey,
}

impl MemoryTokenStore {
    /// A store without tokens.
    pub fn new() -> Self {
        Self::default()
    }

    fn pairs(&self) -> MutexGuard<'_, HashMap<AccountKey, TokenPair>> {
        self.pairs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        self.locks.held.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.account);
        self.locks.freed.notify_all();
    }
}

impl TokenStore for MemoryTokenStore {
    fn load(&self, account: &AccountKey) -> Result<Option<TokenPair>, PortError> {
        Ok(self.pairs().get(account).cloned())
    }

    fn save(&self, account: &AccountKey, pair: &TokenPair) -> Result<(), PortError> {
        self.pairs().insert(account.clone(), pair.clone());
        Ok(())
    }

    fn remove(&self, account: &AccountKey) -> Result<bool, PortError> {
        Ok(self.pairs().remove(account).is_some())
    }

    fn exclusive(&self, account: &AccountKey) -> Result<Box<dyn Send>, PortError> {
        let mut held = self.locks.held.lock().unwrap_or_else(PoisonError::into_inner);
        while !held.insert(account.clone()) {
            held = self.locks.freed.wait(held).unwrap_or_else(PoisonError::into_inner);
        }
        Ok(Box::new(Lock { locks: Arc::clone(&self.locks), account: account.clone() }))
    }
}
