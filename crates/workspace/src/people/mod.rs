//! `customers/people.toml`: what the user says of who is whom. Written by `sales person merge` and `split`, edited by people; comments survive.

mod edit;
mod forget;
mod read;

pub use self::{
    edit::LinkEdit,
    forget::{ForgetLinks, Gone},
    read::{ReadLinks, parse_links},
};
