use std::path::PathBuf;

use clap::Args;

/// The most bytes that are saved unless more are asked for: Gmail takes no larger attachments than 25 MB.
const MOST: u64 = 25 << 20;

/// List the attachments of a mail, or save one
///
/// Without a number or name: the list. With one, the attachment is saved in the current folder under a name that is safe on any system, or where
/// `--out` says; nothing that stands there is replaced. It comes out of the mail in the ledger: nothing is fetched, opened or run.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    sales attachment mail:CAxSm7oBp@mail.acme.dev\n  \
    sales attachment mail:CAxSm7oBp@mail.acme.dev 'POC plan.pdf'\n  \
    sales attachment customers/profiles/acme_inc/email/2024-03-15_poc_plan.md#m1 2 --out Downloads\n  \
    sales attachment mail:CAxSm7oBp@mail.acme.dev 1 --out -     to another program")]
pub(crate) struct Attachment {
    /// The mail: its record's id, a link to it, or its place in a thread's file (`FILE.md#m3`)
    #[arg(value_name = "RECORD")]
    pub(crate) record: String,

    /// Which one: its number in the list, or its whole name
    #[arg(value_name = "NUMBER|NAME")]
    pub(crate) which: Option<String>,

    /// Where to save it: a file, or a folder that is there; `-` is standard output [default: the current folder]
    #[arg(short, long, value_name = "FILE|DIR", requires = "which")]
    pub(crate) out: Option<PathBuf>,

    /// Replace a file that stands there
    #[arg(long, requires = "which")]
    pub(crate) force: bool,

    /// Save nothing that has more bytes
    #[arg(long, value_name = "N", default_value_t = MOST)]
    pub(crate) max_bytes: u64,
}
