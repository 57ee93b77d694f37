//! Times in columns.

use jiff::Timestamp;
use rusqlite::types::Type;

/// Microseconds since 1970: the finest that a vendor's own ids carry, and sortable.
pub(super) fn micros(at: Timestamp) -> i64 {
    at.as_microsecond()
}

/// Back from [`micros`].
pub(super) fn from_micros(column: usize, at: i64) -> rusqlite::Result<Timestamp> {
    Timestamp::from_microsecond(at).map_err(|e| rusqlite::Error::FromSqlConversionFailure(column, Type::Integer, Box::new(e)))
}

/// Back from a time written as text.
pub(super) fn from_text(column: usize, at: &str) -> rusqlite::Result<Timestamp> {
    at.parse().map_err(|e: jiff::Error| rusqlite::Error::FromSqlConversionFailure(column, Type::Text, Box::new(e)))
}
