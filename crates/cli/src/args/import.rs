use std::path::PathBuf;

use clap::Args;

/// Import files: exports, mail and call transcripts, without any key
///
/// Reads, whatever the files are called: a Slack export zip, of any size; Gong calls and transcripts (JSON, as the API gives them); Granola
/// notes (JSON) and the older cache files of its app; transcripts of calls as WebVTT, SRT or text; mail as mbox of any size, .eml, a maildir
/// folder, Google Takeout (zip or folder), zips and folders of these. All go through the same steps as a sync. Importing a file twice
/// changes nothing. docs/importing.md has the formats.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    sales import export.zip --dry-run        say what it would bring\n  \
    sales import export.zip\n  \
    sales import calls.json transcripts.json\n  \
    sales import takeout-20240405.zip        all mail of Google's export\n  \
    sales import inbox.mbox ~/Maildir\n  \
    sales import call.vtt --customer acme-corp --date 2024-04-05T15:00 --title 'POC results review'\n  \
    sales import 2024-04-05_poc_results_review.srt --customer acme-corp")]
pub(crate) struct Import {
    /// The files, and folders of mail
    #[arg(value_name = "PATH", required = true)]
    pub(crate) files: Vec<PathBuf>,

    /// Whose the call is: id, name or alias (may be repeated)
    #[arg(short, long = "customer", value_name = "CUSTOMER", help_heading = "Transcripts")]
    pub(crate) customers: Vec<String>,

    /// When the call began, in the workspace's time zone unless an offset is given [default: from the file's name or the file]
    #[arg(long, value_name = "DATE", help_heading = "Transcripts")]
    pub(crate) date: Option<String>,

    /// The call's title [default: from the file's name]
    #[arg(long, value_name = "TITLE", help_heading = "Transcripts")]
    pub(crate) title: Option<String>,

    /// Only say what the files would bring
    #[arg(long)]
    pub(crate) dry_run: bool,
}
