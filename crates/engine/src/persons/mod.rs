//! Who is whom, over all sources: identities are one person by evidence or by the user's word, never by a name.

mod address;
mod doubt;
mod join;
mod known;
mod list;
mod somebody;
mod voices;

pub use doubt::Namesakes;
pub use join::{Face, Join, Joined, Why, join};
pub(crate) use known::Persons;
pub use list::{IdentityView, People, PersonView};
pub use voices::Part;
pub(crate) use voices::identity;
