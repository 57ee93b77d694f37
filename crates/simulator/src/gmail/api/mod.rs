pub(super) mod drafts;
pub(super) mod history;
pub(super) mod labels;
pub(super) mod messages;
pub(super) mod profile;
pub(super) mod send;
pub(super) mod threads;
