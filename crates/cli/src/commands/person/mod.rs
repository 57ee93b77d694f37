//! People: `sales person list|show|merge|split|undo|forget`.

pub(super) mod forget;
pub(super) mod link;
pub(super) mod list;
mod made;
pub(super) mod show;
pub(super) mod undo;
mod who;

use std::sync::Arc;

use sales_engine::Silent;
use sales_model::Side;

use crate::{
    clock,
    compose::{Home, Opened, connected_sources, open},
    errors::Result,
};

async fn opened(home: &Home) -> Result<Opened> {
    let timer = clock::timer(home.variables.get("SALES_TEST_NOW"));
    open(home, timer, Arc::new(Silent), &connected_sources(home)).await
}

fn side(side: Side) -> &'static str {
    match side {
        Side::Ours => "ours",
        Side::Theirs => "theirs",
        Side::Other => "other",
        Side::Bot => "bot",
    }
}
