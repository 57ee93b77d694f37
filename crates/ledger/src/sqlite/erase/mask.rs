//! One look at everything that is stored: whom it names, and what becomes of it when a person is forgotten.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use rusqlite::{Connection, params};
use sales_model::{Detail, Record, RefKind};

use super::doomed;
use crate::{
    Erased, Erasure, Mask, Verdict,
    sqlite::{
        change,
        error::{Fault, Run},
        read::parse,
        removal::BLANK,
        signs,
        writer::Work,
    },
};

/// Rows looked at between two changes.
const BATCH: i64 = 500;

/// Keys of people whom records name.
#[derive(Default)]
pub(super) struct Named {
    /// By those that go.
    pub(super) inside: BTreeSet<String>,
    /// By those that stay.
    pub(super) outside: BTreeSet<String>,
}

/// Looks at every record and its versions.
pub(super) fn sweep(work: &mut Work<'_>, erasure: &Erasure, erased: &mut Erased) -> Run<Named> {
    let mut named = Named::default();
    let mut talk = Talk::default();
    if erasure.mask.is_none() && erasure.people.is_empty() && erasure.outsiders.is_empty() {
        return Ok(named);
    }
    let mut last = i64::MIN;
    loop {
        let batch = records(work.conn, last, BATCH)?;
        let Some(end) = batch.last().map(|(id, ..)| *id) else { break };
        for (id, place, record, doomed) in batch {
            talk.hear(erasure.mask.as_deref(), id, &record);
            let goes = doomed || look(work.conn, erasure.mask.as_deref(), id, place, record.clone(), erased)?;
            keys(&record, if goes { &mut named.inside } else { &mut named.outside });
        }
        last = end;
    }
    let spoken = talk.spoken();
    silence(work.conn, erasure.mask.as_deref(), &spoken, erased)?;
    versions(work.conn, erasure.mask.as_deref(), &spoken, &mut named, erased)?;
    let mut units = work.conn.prepare("SELECT DISTINCT unit FROM temp.masked")?;
    let units: Vec<i64> = units.query_map([], |r| r.get(0))?.collect::<rusqlite::Result<_>>()?;
    change::mark(work, &units)?;
    Ok(named)
}

/// Who speaks in transcripts: the record of a call tells it, and the transcript is another one.
#[derive(Default)]
struct Talk {
    /// By conversation: what the transcript calls the person.
    voices: BTreeMap<(Arc<str>, String), BTreeSet<String>>,
    /// Transcripts, with their conversations.
    transcripts: Vec<(i64, (Arc<str>, String))>,
}

/// Of transcripts, by their rows: whose words go.
type Spoken = BTreeMap<i64, BTreeSet<String>>;

impl Talk {
    fn hear(&mut self, mask: Option<&dyn Mask>, id: i64, record: &Record) {
        let conversation = || (record.place.clone(), record.thread.clone());
        if matches!(record.detail.as_deref(), Some(Detail::Transcript(_))) {
            self.transcripts.push((id, conversation()));
        }
        let voices = mask.map(|m| m.voices(record)).unwrap_or_default();
        if !voices.is_empty() {
            self.voices.entry(conversation()).or_default().extend(voices);
        }
    }

    fn spoken(&self) -> Spoken {
        self.transcripts.iter().filter_map(|(id, of)| Some((*id, self.voices.get(of)?.clone()))).collect()
    }
}

/// Takes the person's own words out of transcripts.
fn silence(conn: &Connection, mask: Option<&dyn Mask>, spoken: &Spoken, erased: &mut Erased) -> Run<()> {
    let Some(mask) = mask else { return Ok(()) };
    for (id, speakers) in spoken {
        for (id, place, mut record, doomed) in records(conn, id - 1, 1)? {
            if !doomed && mask.silence(&mut record, speakers) {
                put(conn, mask, id, place, &record)?;
                erased.add("transcripts without their words", 1);
            }
        }
    }
    Ok(())
}

type Looked = (i64, i64, Record, bool);

fn records(conn: &Connection, after: i64, most: i64) -> Run<Vec<Looked>> {
    let mut select = conn.prepare_cached(
        "SELECT r.id, r.place, p.key, r.thread, r.native, r.at, r.state, r.body, d.id IS NOT NULL FROM record r
         JOIN place p ON p.id = r.place LEFT JOIN temp.doomed d ON d.id = r.id WHERE r.id > ?1 ORDER BY r.id LIMIT ?2",
    )?;
    let mut rows = select.query([after, most])?;
    let mut batch = Vec::new();
    while let Some(row) = rows.next()? {
        let mut record = parse(row.get_ref(7)?.as_str().map_err(Fault::damaged)?)?;
        record.place = row.get::<_, String>(2)?.into();
        record.thread = row.get(3)?;
        record.native = row.get(4)?;
        if record.native.is_empty() {
            record.native.clone_from(&record.thread);
        }
        record.at = crate::sqlite::time::from_micros(5, row.get(5)?)?;
        record.state = crate::sqlite::known::state(row.get(6)?);
        batch.push((row.get(0)?, row.get(1)?, record, row.get(8)?));
    }
    Ok(batch)
}

/// Masks a record, or adds it to those that go: true then.
fn look(conn: &Connection, mask: Option<&dyn Mask>, id: i64, place: i64, mut record: Record, erased: &mut Erased) -> Run<bool> {
    let Some(mask) = mask else { return Ok(false) };
    match mask.record(&mut record) {
        Verdict::Keep => {}
        Verdict::Erase => {
            doomed::add_one(conn, id)?;
            return Ok(true);
        }
        Verdict::Masked => {
            put(conn, mask, id, place, &record)?;
            erased.add("masked records", 1);
        }
    }
    Ok(false)
}

/// Stores a record that somebody was taken out of, and nothing of its bytes.
fn put(conn: &Connection, mask: &dyn Mask, id: i64, place: i64, record: &Record) -> Run<()> {
    let body = serde_json::to_string(record).map_err(Fault::damaged)?;
    let chunk = "INSERT OR IGNORE INTO temp.touched_chunk SELECT chunk FROM main.record WHERE id = ?1 AND chunk IS NOT NULL";
    conn.prepare_cached(chunk)?.execute([id])?;
    // The hash stays: the same item that comes again says nothing new.
    let update = "UPDATE record SET body = ?2, chunk = NULL, start = NULL, size = NULL, withheld = 1 WHERE id = ?1";
    conn.prepare_cached(update)?.execute(params![id, body])?;
    conn.prepare_cached("INSERT OR IGNORE INTO temp.masked SELECT id, unit FROM main.record WHERE id = ?1")?.execute([id])?;
    signs::put(conn, id, place, record)?;
    if conn.prepare_cached("SELECT 1 FROM search_docsize WHERE id = ?1")?.exists([id])? {
        conn.prepare_cached("DELETE FROM search WHERE rowid = ?1")?.execute([id])?;
        let insert = "INSERT INTO search (rowid, text, tag) VALUES (?1, ?2, ?3)";
        conn.prepare_cached(insert)?.execute(params![id, mask.search(record), format!("p{place}")])?;
    }
    Ok(())
}

/// Superseded versions of records that stay.
fn versions(conn: &Connection, mask: Option<&dyn Mask>, spoken: &Spoken, named: &mut Named, erased: &mut Erased) -> Run<()> {
    let mut select = conn
        .prepare("SELECT v.record, v.version, v.hash, v.body FROM record_version v WHERE v.record NOT IN (SELECT id FROM temp.doomed)")?;
    let mut rows = select.query([])?;
    let mut changed: Vec<(i64, i64, [u8; 16], Option<String>)> = Vec::new();
    while let Some(row) = rows.next()? {
        let (id, version, hash) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let Some(body) = row.get_ref(3)?.as_str_or_null().map_err(Fault::damaged)? else {
            // Other bytes of a version that says the same: nobody can tell what stands in them.
            if mask.is_some() && conn.prepare_cached("SELECT 1 FROM temp.masked WHERE id = ?1")?.exists([id])? {
                changed.push((id, version, hash, None));
            }
            continue;
        };
        let mut record = parse(body)?;
        keys(&record, &mut named.outside);
        let verdict = mask.map_or(Verdict::Keep, |m| m.record(&mut record));
        let silenced = mask.zip(spoken.get(&id)).is_some_and(|(m, speakers)| m.silence(&mut record, speakers));
        match verdict {
            Verdict::Keep if !silenced => {}
            Verdict::Keep | Verdict::Masked => {
                changed.push((id, version, hash, Some(serde_json::to_string(&record).map_err(Fault::damaged)?)))
            }
            Verdict::Erase => changed.push((id, version, hash, Some(BLANK.to_owned()))),
        }
    }
    drop(rows);
    for (id, version, hash, body) in changed {
        let key = "record = ?1 AND version = ?2 AND hash = ?3";
        let chunk = format!("INSERT OR IGNORE INTO temp.touched_chunk SELECT chunk FROM record_version WHERE {key} AND chunk IS NOT NULL");
        conn.prepare_cached(&chunk)?.execute(params![id, version, hash])?;
        let update = format!("UPDATE record_version SET body = ?4, chunk = NULL, start = NULL, size = NULL WHERE {key}");
        conn.prepare_cached(&update)?.execute(params![id, version, hash, body])?;
        erased.add("masked versions", 1);
    }
    Ok(())
}

/// Keys of the people whom a record names; of a mail also those of its addresses.
fn keys(record: &Record, into: &mut BTreeSet<String>) {
    let named = record.text.refs.iter().filter(|r| r.kind == RefKind::Person).map(|r| &r.key);
    into.extend(record.author.iter().chain(named).cloned());
    match record.detail.as_deref() {
        Some(Detail::Call(call)) => {
            into.extend(call.participants.iter().filter_map(|p| p.person.as_ref()).chain(&call.host).cloned());
        }
        Some(Detail::Note(note)) => {
            into.extend(note.attendees.iter().chain([&note.owner]).filter_map(|p| p.person.as_ref()).cloned());
        }
        Some(Detail::Mail(mail)) => into.extend(mail.people().into_iter().map(|a| format!("mail:{}", a.email))),
        Some(Detail::Transcript(_)) | None => {}
    }
}
