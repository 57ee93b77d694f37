//! The double of Google's authorisation: consent, codes, tokens, service accounts. Written from Google's pages on OAuth 2.0 for desktop apps
//! and for service accounts.
//!
//! The "user" answers at once and by redirect, as the settings say: there is no page to click. What the pages leave open is decided
//! strictly: a challenge is required and must be `S256`, a redirect goes to `127.0.0.1` or `[::1]` and nowhere else.

mod assertion;
mod consent;
mod double;
mod event;
mod form;
mod key;
mod names;
mod refusal;
mod server;
mod settings;
mod token;

pub(crate) use double::{BASE, Setup, routes};
pub use event::GoogleEvent;
pub(crate) use names::{CONSUMER_PAGE, MAIL, REALM, SERVICE, SERVICE_DOMAIN, TYPES};
pub use names::{full_scope, short_scope};
pub use server::{Google, GoogleClient, ServiceAccount};
pub use settings::{Consent, GoogleSettings};
