use std::path::PathBuf;

use clap::Args;

/// Give a customer's or a person's data, for people and machines
///
/// Of a customer: records as JSON Lines, findings, the profile and the readable files. Of a person: what they wrote, what sources and
/// profiles say of them, and where others name them (without the words of others). A README in it says what each file holds.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    sales export --customer acme-corp --out acme.zip\n  \
    sales export --person michael.chen@acme.dev --out chen --raw")]
#[group(id = "whose", required = true, args = ["customer", "person"])]
pub(crate) struct Export {
    /// The customer's id, name or alias
    #[arg(long, value_name = "CUSTOMER")]
    pub(crate) customer: Option<String>,

    /// Mail address, id at a source or full name; several that mean the same person
    #[arg(long, value_name = "WHO")]
    pub(crate) person: Vec<String>,

    /// A ZIP file (`.zip`) or a folder, which must not be there yet [default: export-ID.zip in the current folder]
    #[arg(long, value_name = "FILE|DIR")]
    pub(crate) out: Option<PathBuf>,

    /// What the sources sent, too
    #[arg(long)]
    pub(crate) raw: bool,
}
