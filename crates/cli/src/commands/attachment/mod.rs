//! `sales attachment`: what a mail has of attachments, and what stands in one.

mod choose;
mod mail;
mod place;
mod refused;

use std::{path::Path, sync::Arc};

use sales_engine::{App, Attachments, Silent};
use sales_model::{MailFile, RecordId, RecordState};
use serde::Serialize;

use super::{Cx, asked::Asked};
use crate::{
    args::Attachment,
    clock,
    compose::{Home, block_on, connected_sources, open},
    errors::{Exit, Failure, Result},
    output::{Style, count, line, word},
};
use place::Place;

#[derive(Serialize)]
struct Document<'a> {
    kind: &'static str,
    record: &'a str,
    state: RecordState,
    attachments: Vec<Listed<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    saved: Option<Saved>,
}

#[derive(Serialize)]
struct Listed<'a> {
    number: usize,
    name: &'a str,
    #[serde(rename = "type")]
    kind: &'a str,
    size: u64,
    sha256: &'a str,
    inline: bool,
}

/// One that was written.
#[derive(Serialize)]
struct Saved {
    number: usize,
    path: String,
    size: u64,
    sha256: String,
    as_listed: bool,
}

/// Lists the attachments of a mail, or saves one.
pub(crate) fn run(cx: &Cx<'_>, a: &Attachment) -> Result<Exit> {
    let home = Home::find(cx)?;
    let asked = mail::asked(&home, &a.record)?;
    let timer = clock::timer(home.variables.get("SALES_TEST_NOW"));
    let connected = connected_sources(&home);
    let (record, listed, saved) = block_on(async {
        let opened = open(&home, timer, Arc::new(Silent), &connected).await?;
        let record = asked.find(&*opened.store).await?.ok_or_else(|| unknown(&asked, a))?;
        let listed = opened.app.attachments(&record).await.map_err(|e| refused::list(e, &record, || unknown(&asked, a)))?;
        let saved = match &a.which {
            Some(which) => save(cx, a, &opened.app, &record, &listed.files, choose::index(&listed.files, which, &record)?).await?,
            None => None,
        };
        Ok((record, listed, saved))
    })?;
    if a.which.is_none() {
        list(cx, &record, &listed);
    }
    let as_listed = saved.as_ref().is_none_or(|s| s.as_listed);
    let attachments = listed.files.iter().enumerate().map(|(n, file)| described(n, file)).collect();
    cx.printer.document(&Document { kind: "attachment", record: &record.0, state: listed.state, attachments, saved });
    Ok(if as_listed { Exit::Done } else { Exit::Partly })
}

fn unknown(asked: &Asked, a: &Attachment) -> Failure {
    asked.unknown(format!("there is no mail `{}`", a.record.trim()))
}

/// Writes one where it is wanted.
async fn save(cx: &Cx<'_>, a: &Attachment, app: &App, record: &RecordId, files: &[MailFile], index: usize) -> Result<Option<Saved>> {
    let Some(file) = files.get(index) else { return Ok(None) };
    let place = Place::of(cx.printer, a.out.as_deref(), file, index + 1)?;
    let taken = app.attachment(record, index, a.max_bytes).await.map_err(|e| refused::content(e, record, index + 1, a.max_bytes))?;
    let as_listed = taken.file.sha256 == file.sha256;
    if !as_listed {
        let why = format!("it has the hash {}, and the list says {}", taken.file.sha256, file.sha256);
        Failure::new(format!("attachment {} of `{record}` is not what is listed", index + 1), why, "sales verify")
            .print_warning(cx.printer);
    }
    let path = match place {
        Place::Output => {
            cx.printer.bytes(&taken.content);
            "-".to_owned()
        }
        Place::File(path) => {
            place::write(&path, &taken.content, a.force)?;
            let size = count(taken.file.size, "byte");
            cx.printer.say(format_args!("saved {}: {size}, {}", shown(&path), line(&taken.file.kind)));
            path.display().to_string()
        }
    };
    Ok(Some(Saved { number: index + 1, path, size: taken.file.size, sha256: taken.file.sha256, as_listed }))
}

fn list(cx: &Cx<'_>, record: &RecordId, listed: &Attachments) {
    let p = cx.printer;
    let total = count(listed.files.len() as u64, "attachment");
    p.say(format_args!("{}: {total}", p.out_style(Style::Heading, line(&record.0))));
    for (n, file) in listed.files.iter().enumerate() {
        let name = if file.name.is_empty() { "unnamed" } else { &file.name };
        let shown = if file.inline { ", shown in the text" } else { "" };
        p.say(format_args!("  {}  {}  {}, {}{shown}", n + 1, line(name), line(&file.kind), count(file.size, "byte")));
        p.say(format_args!("     {}", p.out_style(Style::Faint, format_args!("sha256 {}", file.sha256))));
    }
    if listed.state == RecordState::Deleted {
        p.note("this mail was deleted at its source");
    }
    if !listed.files.is_empty() {
        p.note(format_args!("save one with `sales attachment {} NUMBER`", word(&record.0)));
    }
}

fn described(index: usize, file: &MailFile) -> Listed<'_> {
    let MailFile { name, kind, size, sha256, inline } = file;
    Listed { number: index + 1, name, kind, size: *size, sha256, inline: *inline }
}

/// A path on a terminal.
fn shown(path: &Path) -> String {
    format!("`{}`", line(&path.to_string_lossy()))
}
