//! The workspace on disk: paths, names, rendering, atomic writes, people's files.
//!
//! Nothing here asks the time, the environment or a database, and nothing prints. All writes go through a [`Disk`], so that tests can
//! make it fail at any step.

mod backup;
mod copies;
mod customer;
mod disk;
pub mod domain;
pub mod email;
mod env_file;
mod error;
pub mod gong;
pub mod granola;
mod json;
mod leftovers;
mod markdown;
mod names;
mod ours;
mod people;
mod settings;
pub mod slack;
mod time;
mod toml_text;
mod workspace;
mod yaml;

pub use backup::{BackedUp, BackupError, Manifest, restore, write_backup, write_export};
pub use copies::original_of;
pub use customer::{
    Change, ChangeError, ChangeId, Customers, Edit, EditError, Edited, FileChange, NewCustomer, NoDomain, Plan, ReadProfile, Regrouping,
    Rename, Split, TablePlan, Taken, Told, Unknown, id_from_name, keep_telling_domains, no_domain, parse_profile, resolve, shared_names,
    undone, unused_domains,
};
pub use disk::Scratch;
pub use disk::{
    Access, Content, Disk, DiskError, DiskProblem, Entry, Fault, FaultDisk, Kind, Lock, Loss, Own, OwnFile, Put, RealDisk, Stat, Step,
};
pub use env_file::{EnvError, env_mode_problem, parse_env};
pub use error::FileError;
pub use names::{NewPath, Paths, file_name, slug};
pub use ours::{INSIGHTS, SOURCE_FOLDERS, SUMMARY, is_ours};
pub use people::{ForgetLinks, Gone, LinkEdit, ReadLinks, parse_links};
pub use settings::{guess_settings, own_domains_problem, parse_settings, settings_template};
pub use slack::slack_topic;
pub use workspace::{InitError, Workspace, WorkspaceError};
