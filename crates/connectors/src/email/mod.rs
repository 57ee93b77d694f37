//! Email.

pub mod imap;

use async_trait::async_trait;
use sales_model::{Place, RawItem, Source};

use crate::{
    Batch, Connector, ConnectorError, Cx, Descriptor, FetchRequest, Grain, Identity, ItemFailure, Known, Link, Mapped, Plan, PlannedStream,
    ScopeState, StreamRoles,
};

/// The connector.
#[derive(Debug, Clone, Copy, Default)]
pub struct Email;

static DESCRIPTOR: Descriptor = Descriptor {
    source: Source::EMAIL,
    title: "Email",
    variables: &[&[imap::URL], &[imap::PASSWORD], &[imap::TOKEN]],
    sufficient: &[&[imap::URL, imap::PASSWORD], &[imap::URL, imap::TOKEN]],
    base_url: ("", ""),
    link_hosts: &[],
    grain: Grain::Conversation,
    streams: StreamRoles { records: imap::FOLDER, list: imap::LIST, waiting: &[] },
    abilities: &[],
};

#[async_trait]
impl Connector for Email {
    fn descriptor(&self) -> &'static Descriptor {
        &DESCRIPTOR
    }

    async fn authenticate(&self, cx: &Cx) -> Result<Identity, ConnectorError> {
        imap::authenticate(cx).await
    }

    fn catalogue(&self, cx: &Cx, _me: &Identity, _plan: &Plan, _known: &Known) -> Vec<PlannedStream> {
        imap::catalogue(cx)
    }

    fn streams(&self, cx: &Cx, me: &Identity, plan: &Plan, known: &Known) -> Vec<PlannedStream> {
        imap::streams(cx, me, plan, known)
    }

    async fn fetch(&self, cx: &Cx, me: &Identity, request: FetchRequest<'_>) -> Result<Batch, ConnectorError> {
        imap::fetch(cx, me, request).await
    }

    async fn probe(&self, cx: &Cx, me: &Identity) -> Result<Vec<ScopeState>, ConnectorError> {
        imap::probe(cx, me).await
    }

    fn process(&self, _raw: &RawItem) -> Result<Mapped, ItemFailure> {
        Ok(Mapped::default())
    }

    fn recognise(&self, _url: &url::Url) -> Option<Link> {
        None
    }

    fn permalink(&self, _place: &Place, _record: &str, _thread: &str) -> String {
        String::new()
    }
}
