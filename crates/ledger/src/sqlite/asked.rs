//! On which day each account was last asked.

use jiff::civil::Date;
use rusqlite::Connection;
use sales_model::{AccountKey, Source};

use super::error::{Fault, Run};

/// Notes a day, if it is later than the one that is noted. Days as text sort as days do.
pub(super) fn note(conn: &Connection, account: &AccountKey, day: Date) -> Run<()> {
    conn.prepare_cached(
        "INSERT INTO account (source, name, asked) VALUES (?1, ?2, ?3)
         ON CONFLICT DO UPDATE SET asked = excluded.asked WHERE asked < excluded.asked",
    )?
    .execute((account.source.as_str(), &account.name, day.to_string()))?;
    Ok(())
}

/// All accounts.
pub(super) fn all(conn: &Connection) -> Run<Vec<(AccountKey, Date)>> {
    let mut select = conn.prepare_cached("SELECT source, name, asked FROM account ORDER BY source, name")?;
    let mut rows = select.query([])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        let source: Source = row.get_ref(0)?.as_str().map_err(Fault::damaged)?.parse().map_err(Fault::damaged)?;
        let day = row.get_ref(2)?.as_str().map_err(Fault::damaged)?.parse().map_err(Fault::damaged)?;
        all.push((AccountKey { source, name: row.get(1)? }, day));
    }
    Ok(all)
}
