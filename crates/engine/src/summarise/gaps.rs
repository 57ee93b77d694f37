//! What is missing of a customer's data, and why.

use std::collections::BTreeSet;

use sales_connectors::{Descriptor, Grain};
use sales_ledger::StreamState;
use sales_model::{Blind, Coverage, CustomerId, Gap, GapKind, Source};

use super::frame::{Frame, date, key_of, reads};
use crate::{App, attribute::unseen};

impl Frame {
    /// Gaps of one customer, sorted, as far as streams and accounts tell.
    pub(super) fn gaps(&self, app: &App, customer: &CustomerId, places: &BTreeSet<String>) -> Vec<Gap> {
        let mut out: Vec<Gap> = Vec::new();
        let mut gap = |source: &Source, kind: GapKind, text: String| out.push(Gap { source: source.clone(), kind, text });
        for (source, text) in app.ports.unconnected.iter() {
            gap(source, GapKind::NotConnected, text.clone());
        }
        for (account, error) in &self.account_errors {
            gap(&account.source, GapKind::Failed, format!("the last sync could not sign in: {error}"));
        }
        let profile = app.directory.profile(customer).filter(|_| self.listed(&Source::SLACK));
        for name in profile
            .iter()
            .flat_map(|profile| unseen(profile, &app.directory.read().places).into_iter().map(str::to_owned).collect::<Vec<_>>())
        {
            let text = format!("channel `{name}` named in profile.toml is not visible to the Slack app: /invite it, or correct the name");
            gap(&Source::SLACK, GapKind::NoPermission, text);
        }
        self.of_places(app, places, &mut out);
        self.of_accounts(&mut out);
        for source in self.sources.iter().map(|d| &d.source) {
            let mut failures = self.unreadable(source, places);
            let Some(first) = failures.next() else { continue };
            let more = match failures.count() {
                0 => String::new(),
                n => format!("; and {n} more"),
            };
            let text = format!("items could not be read: {first}{more}");
            out.push(Gap { source: source.clone(), kind: GapKind::Unreadable, text });
        }
        self.of_permissions(&mut out);
        out.sort();
        out.dedup();
        out
    }

    /// Permissions that an account lacks and that nothing else here names.
    fn of_permissions(&self, out: &mut Vec<Gap>) {
        for (account, scope) in &self.lacks {
            let source = &account.source;
            if !out.iter().any(|g| g.source == *source && g.text.contains(&scope.name)) {
                let text = format!("the permission `{}` is missing: it is needed for {}", scope.name, scope.feature);
                out.push(Gap { source: source.clone(), kind: GapKind::NoPermission, text });
            }
        }
    }

    /// What a source's coverage says that no stream or account has told.
    pub(super) fn of_coverage(all: &[Coverage]) -> Vec<Gap> {
        let mut out = Vec::new();
        for c in all {
            let mut gap = |kind, text| out.push(Gap { source: c.source.clone(), kind, text });
            for hole in c.holes.iter().filter(|h| matches!(h.why, Blind::NotAsked | Blind::NotSearched)) {
                let next = match hole.why {
                    Blind::NotSearched => "`sales sync` does that".to_owned(),
                    _ => format!("`sales sync --full --source {}` reads it", c.source),
                };
                gap(GapKind::Hole, format!("{}; {next}", hole.words()));
            }
            if c.lacking > 0 {
                let mails = if c.lacking == 1 { "1 mail is".to_owned() } else { format!("{} mails are", c.lacking) };
                gap(GapKind::Loading, format!("{mails} there with the header only; the next sync asks for the rest"));
            }
            if let Some(day) = c.kept_from {
                gap(GapKind::OutOfReach, format!("nothing from before {day} is kept, because of `[retention]` in workspace.toml"));
            }
            if let Some(day) = c.stale_since {
                gap(GapKind::Stale, format!("last read on {day}, others since then; `sales sync --source {}` reads on", c.source));
            }
        }
        out
    }

    /// Of the streams that bring the customer's own places.
    fn of_places(&self, app: &App, places: &BTreeSet<String>, out: &mut Vec<Gap>) {
        let known = app.directory.read();
        for state in self.own(places) {
            let key = key_of(state);
            let place = known.places.get(&key);
            let name = place.map_or(key, |p| format!("#{}", p.name));
            let source = state.key.account.source.clone();
            if let Some(place) = place.filter(|p| !reads(app, &source, p)) {
                // Nothing in it waits or fails any more.
                if let Some(at) = state.finished.filter(|_| self.is_main(state)) {
                    let why = if place.member { "workspace.toml leaves it out" } else { "the app is no longer a member" };
                    let text = format!("{name} is not read any more: {why} (last read {})", date(at));
                    out.push(Gap { source, kind: GapKind::OutOfReach, text });
                }
                continue;
            }
            let told = |s: &StreamState| {
                self.is_main(s) && s.key.partition == state.key.partition && s.key.account == state.key.account && s.error == state.error
            };
            if let Some(error) = &state.error {
                if !self.is_main(state) && self.streams.iter().any(told) {
                    // Said once, by the stream that knows since when.
                    continue;
                }
                let kind = if state.auth { GapKind::NoPermission } else { GapKind::Failed };
                out.push(Gap { source: source.clone(), kind, text: format!("{name}: {error} ({})", since(state)) });
            } else if state.finished.is_none() && self.is_main(state) {
                let text = format!("{name} is still being read for the first time");
                out.push(Gap { source: source.clone(), kind: GapKind::Loading, text });
            }
            out.extend(self.waiting(state, &name));
            out.extend(state.gaps.iter().cloned());
        }
    }

    /// Of the streams that concern everybody: those of a whole account.
    fn of_accounts(&self, out: &mut Vec<Gap>) {
        for state in &self.streams {
            let source = state.key.account.source.clone();
            let Some(descriptor) = self.descriptor(&source) else { continue };
            let whole = descriptor.grain == Grain::Conversation;
            if !whole && !state.key.partition.is_empty() {
                continue;
            }
            if let Some(error) = &state.error {
                let kind = if state.auth { GapKind::NoPermission } else { GapKind::Failed };
                let text = if whole {
                    format!("{}: {error} ({})", state.key.stream, since(state))
                } else {
                    format!("{}: {error}", state.key.stream)
                };
                out.push(Gap { source: source.clone(), kind, text });
            } else if whole && self.is_main(state) && state.finished.is_none() {
                let text = format!("{} {} are still being read for the first time", descriptor.title, state.key.stream);
                out.push(Gap { source: source.clone(), kind: GapKind::Loading, text });
            }
            if whole && state.finished.is_none() {
                out.extend(self.waiting(state, descriptor.title));
            }
            out.extend(state.gaps.iter().cloned());
        }
    }

    /// Work that waits in a list, in the source's own words.
    fn waiting(&self, state: &StreamState, name: &str) -> Option<Gap> {
        let descriptor: &Descriptor = self.descriptor(&state.key.account.source)?;
        let (_, words) = descriptor.streams.waiting.iter().find(|(list, _)| *list == state.key.stream)?;
        (state.waiting > 0).then(|| Gap {
            source: state.key.account.source.clone(),
            kind: GapKind::Loading,
            text: format!("{name}: {} {words} still to be read", state.waiting),
        })
    }
}

fn since(state: &StreamState) -> String {
    state.finished.map_or_else(|| "never read to its end".to_owned(), |t| format!("last read {}", date(t)))
}
