//! Which messages are one conversation.
//!
//! A message has keys; messages with a common key are one conversation ([`links`]). That does not depend on the order in which they come, needs
//! no message but the one at hand, and a conversation never has to be taken apart. What keys leave alone may join by its subject, as the last
//! step ([`SubjectKey`]). [`group`] does both for a list, and is what anything faster is compared with.
//!
//! The rules follow JWZ's (References first, then In-Reply-To, missing parents are no obstacle), with one difference: **a changed subject ends
//! what is known by old ancestors.** People answer an old mail to write a new one. So a message joins its parent by the parent's id, but older
//! ancestors only together with its own base subject; and if it is not marked as an answer and shows nothing of an earlier mail, it joins
//! nothing by its ancestors at all. The price: where the subject changed within a thread *and* the parent is missing, the thread falls apart.
//! Between that and the other error, two customers' mails in one conversation, the first is the small one.
//!
//! Outlook's `Thread-Index` is not used. Its first 22 bytes name the conversation (\[MS-OXOMSG\] 2.2.1.3), but every mail made from a template or
//! sent again bears the same, and Outlook writes References to whatever leaves the house; where it does not, subject and people are enough.

mod generic;
mod group;
mod ids;
mod links;
mod quoting;
mod subject;

pub use group::group;
pub use ids::is_usable_id;
pub use links::{GAP, Links, SubjectKey, links};
pub use subject::{base_subject, is_forward, is_reply, subject_key};
