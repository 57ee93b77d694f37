use std::path::Path;

use sales_files::{RealDisk, Workspace, guess_settings};
use serde::Serialize;

use super::Cx;
use crate::{
    args::Init,
    errors::{Exit, Failure, Result},
    output::{Style, line},
};

/// The document of `sales init`.
#[derive(Serialize)]
struct Made<'a> {
    kind: &'static str,
    workspace: String,
    company: &'a str,
    own_domains: &'a [String],
    /// `company` and `own_domains` were guessed.
    guessed: bool,
}

/// Makes a workspace.
pub(crate) fn run(cx: &Cx<'_>, a: &Init) -> Result<Exit> {
    let email = git_address(cx, &a.dir);
    let mut settings = guess_settings(a.own_domains.first().map(|d| format!("@{d}")).as_deref().or(email.as_deref()), None);
    let guessed = a.own_domains.is_empty() && !settings.own_domains.is_empty();
    if !a.own_domains.is_empty() {
        settings.own_domains = a.own_domains.iter().map(|d| d.trim().trim_start_matches('@').to_lowercase()).collect();
    }
    if let Some(reason) = sales_files::own_domains_problem(&settings.own_domains) {
        return Err(Failure::usage("no workspace was made", reason, "sales init --own-domain yourcompany.com, or without it"));
    }
    if let Some(company) = &a.company {
        settings.company.clone_from(company);
    }
    let workspace = Workspace::init(&RealDisk::within(&a.dir), &a.dir, &settings)?;
    let shown = workspace.root().display().to_string();
    let p = cx.printer;
    p.say(format_args!("Made a workspace in `{}`", line(&shown)));
    if settings.own_domains.is_empty() {
        p.say("Write your company's name and mail domain into `workspace.toml`: they tell our side from theirs");
    } else {
        let (company, domains) = (line(&settings.company), settings.own_domains.join("`, `"));
        let guess = if guessed { ", guessed from your Git settings; correct it in `workspace.toml`" } else { "" };
        p.say(format_args!("Our side is {company} (`{}`){guess}", line(&domains)));
    }
    p.say(format_args!("\n{}", p.out_style(Style::Heading, "Next")));
    p.say("  sales customer add \"ACME Inc\" --alias acme-corp --domain acme.dev --channel acme-poc");
    p.say("  put SLACK_TOKEN=xoxb-... into `.env` as docs/slack-setup.md shows, then: sales sync");
    p.say("  or without a token: sales import export.zip");
    p.document(&Made { kind: "init", workspace: shown, company: &settings.company, own_domains: &settings.own_domains, guessed });
    Ok(Exit::Done)
}

/// The user's mail address as Git knows it: the folder's own settings first. Nothing is run; a file that is not there says nothing.
fn git_address(cx: &Cx<'_>, dir: &Path) -> Option<String> {
    let home = cx.variables.get("HOME").or_else(|| cx.variables.get("USERPROFILE"))?;
    let own = std::path::absolute(dir).ok()?;
    let files = own
        .ancestors()
        .map(|d| d.join(".git").join("config"))
        .chain([Path::new(home).join(".config/git/config"), Path::new(home).join(".gitconfig")]);
    files.filter_map(|f| std::fs::read_to_string(f).ok()).find_map(|text| address_in(&text))
}

/// `email` under `[user]` in a Git configuration file.
fn address_in(text: &str) -> Option<String> {
    let mut in_user = false;
    let mut found = None;
    for l in text.lines().map(str::trim) {
        if l.starts_with('[') {
            in_user = l.eq_ignore_ascii_case("[user]");
        } else if let (true, Some((key, value))) = (in_user, l.split_once('='))
            && key.trim().eq_ignore_ascii_case("email")
        {
            found = Some(value.trim().trim_matches('"').to_owned());
        }
    }
    found.filter(|f| f.contains('@'))
}

#[cfg(test)]
mod tests {
    use super::address_in;

    #[test]
    fn an_address_is_found_in_git_settings() {
        let text = "[core]\n\temail = no@core.example\n[user]\n\tname = Jo\n\tEmail = \"jo@yourcompany.com\"\n[other]\nemail=x@y.z\n";
        assert_eq!(address_in(text).as_deref(), Some("jo@yourcompany.com"));
        assert_eq!(address_in("[user]\nemail = nobody\n"), None);
        assert_eq!(address_in(""), None);
    }
}
