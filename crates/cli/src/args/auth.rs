use clap::{Args, Subcommand};

/// Sign in, see who is signed in, sign out
#[derive(Debug, Subcommand)]
pub(crate) enum Auth {
    Login(Login),
    Status(Status),
    Logout(Logout),
}

/// Sign in with a browser
///
/// For email at Gmail: opens Google's page, waits for its answer on a port of this machine, and keeps the sign-in in the workspace's token
/// file, which only you may read. Only reading is asked for. On a server without a browser: open the page elsewhere, and paste the address
/// that the browser ends at. Other sources need no sign-in: this says which variables to set.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    sales auth login email\n  \
    sales auth login email --no-browser          over ssh: paste the address that the browser ends at\n  \
    sales auth login email --account support     one of `[[accounts]]` in workspace.toml")]
pub(crate) struct Login {
    /// The source: `email`
    #[arg(value_name = "SOURCE")]
    pub(crate) source: String,

    /// The account, one of `[[accounts]]` in `workspace.toml`
    #[arg(long, value_name = "NAME", default_value = crate::compose::DEFAULT, hide_default_value = true)]
    pub(crate) account: String,

    /// Open no browser: print the page's address, and take the address that the browser ends at from standard input
    #[arg(long)]
    pub(crate) no_browser: bool,
}

/// Show the accounts and where their credentials come from
///
/// Asks no vendor: who an account is, is as of the last sign-in, sync or check. Secrets are never shown.
#[derive(Debug, Args)]
pub(crate) struct Status {
    /// Only this source
    #[arg(value_name = "SOURCE")]
    pub(crate) source: Option<String>,
}

/// Forget a stored sign-in
///
/// Takes the stored tokens of an account out of the workspace's token file. What was read stays.
#[derive(Debug, Args)]
pub(crate) struct Logout {
    /// The source: `email`, `slack`
    #[arg(value_name = "SOURCE")]
    pub(crate) source: String,

    /// The account, one of `[[accounts]]` in `workspace.toml`
    #[arg(long, value_name = "NAME", default_value = crate::compose::DEFAULT, hide_default_value = true)]
    pub(crate) account: String,
}
