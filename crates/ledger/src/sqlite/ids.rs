//! Numbers for keys, made when a key is first seen.

use std::sync::Arc;

use rusqlite::OptionalExtension;
use sales_model::StreamKey;

use super::{error::Run, writer::Work};

impl Work<'_> {
    pub(super) fn stream(&mut self, key: &StreamKey) -> Run<i64> {
        if let Some(&id) = self.ids.streams.get(key) {
            return Ok(id);
        }
        let columns = (key.account.source.as_str(), &key.account.name, &key.stream, &key.partition);
        let sql = "SELECT id FROM stream WHERE source = ?1 AND account = ?2 AND stream = ?3 AND part = ?4";
        let id = match self.conn.prepare_cached(sql)?.query_row(columns, |r| r.get(0)).optional()? {
            Some(id) => id,
            None => {
                self.conn.prepare_cached("INSERT INTO stream (source, account, stream, part) VALUES (?1, ?2, ?3, ?4)")?.insert(columns)?
            }
        };
        self.ids.streams.insert(key.clone(), id);
        Ok(id)
    }

    /// The place's id if the ledger knows it.
    pub(super) fn known_place(&mut self, key: &str) -> Run<Option<i64>> {
        if let Some(&id) = self.ids.places.get(key) {
            return Ok(Some(id));
        }
        let id = self.conn.prepare_cached("SELECT id FROM place WHERE key = ?1")?.query_row([key], |r| r.get(0)).optional()?;
        if let Some(id) = id {
            self.ids.places.insert(key.into(), id);
        }
        Ok(id)
    }

    pub(super) fn place(&mut self, key: &str) -> Run<i64> {
        if let Some(id) = self.known_place(key)? {
            return Ok(id);
        }
        let id = self.conn.prepare_cached("INSERT INTO place (key) VALUES (?1)")?.insert([key])?;
        self.ids.places.insert(key.into(), id);
        Ok(id)
    }

    pub(super) fn unit(&mut self, place: i64, name: &Arc<str>) -> Run<i64> {
        let key = (place, Arc::clone(name));
        if let Some(&id) = self.ids.units.get(&key) {
            return Ok(id);
        }
        let sql = "SELECT id FROM unit WHERE place = ?1 AND name = ?2";
        let id = match self.conn.prepare_cached(sql)?.query_row((place, &**name), |r| r.get(0)).optional()? {
            Some(id) => id,
            None => self.conn.prepare_cached("INSERT INTO unit (place, name) VALUES (?1, ?2)")?.insert((place, &**name))?,
        };
        self.ids.units.insert(key, id);
        Ok(id)
    }

    /// A mark newer than all before.
    pub(super) fn next_mark(&self) -> Run<i64> {
        Ok(self.conn.prepare_cached("UPDATE tick SET mark = mark + 1 RETURNING mark")?.query_row([], |r| r.get(0))?)
    }
}
