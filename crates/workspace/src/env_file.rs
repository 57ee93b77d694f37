use std::path::Path;

use crate::{Stat, error::quoted};

/// What `sales init` writes: every variable explained, none set.
pub(crate) const ENV_TEMPLATE: &str = include_str!("env_template.txt");

/// A line of a `.env` file that can't be understood. It never shows what stands there: it may be a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line} of the .env file: {reason}")]
pub struct EnvError {
    /// Line, counted from 1.
    pub line: usize,
    /// What is wrong with it.
    pub reason: &'static str,
}

/// Reads `KEY=VALUE` lines: `#` comments, an `export ` before the name, values bare, in single quotes (as they are, also over several
/// lines) or in double quotes (with `\n`, `\r`, `\t`, `\"`, `\\`, `\$`). Nothing is expanded. A name that comes twice has its last value.
///
/// # Errors
/// The first line that is none of these.
pub fn parse_env(text: &str) -> Result<Vec<(String, String)>, EnvError> {
    let mut out: Vec<(String, String)> = Vec::new();
    let mut rest = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut line = 1;
    while !rest.is_empty() {
        let (here, after) = rest.split_once('\n').unwrap_or((rest, ""));
        let trimmed = here.trim();
        if trimmed.is_empty() || trimmed.starts_with('#') {
            (rest, line) = (after, line + 1);
            continue;
        }
        let fail = |reason| EnvError { line, reason };
        let (name, _) = here.split_once('=').ok_or_else(|| fail("a line is NAME=VALUE"))?;
        let value = rest.get(name.len() + 1..).unwrap_or_default();
        let name = name.trim();
        let name = name.strip_prefix("export").filter(|n| n.starts_with(char::is_whitespace)).map_or(name, str::trim);
        let first_fits = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
        if !first_fits || !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
            return Err(fail("a name has letters, digits and `_` only, and does not begin with a digit"));
        }
        let (value, after) = take_value(value).map_err(fail)?;
        line += rest.len().checked_sub(after.len()).and_then(|used| rest.get(..used)).map_or(0, |used| used.matches('\n').count());
        rest = after;
        out.retain(|(known, _)| known != name);
        out.push((name.to_owned(), value));
    }
    Ok(out)
}

/// A value and what follows its line.
fn take_value(text: &str) -> Result<(String, &str), &'static str> {
    let text = text.trim_start_matches([' ', '\t']);
    let mut value = String::new();
    let after = if let Some(inside) = text.strip_prefix('\'') {
        let (inside, after) = inside.split_once('\'').ok_or("the closing ' is missing")?;
        value.push_str(inside);
        after
    } else if let Some(inside) = text.strip_prefix('"') {
        let mut chars = inside.chars();
        loop {
            match chars.next().ok_or("the closing \" is missing")? {
                '"' => break chars.as_str(),
                '\\' => match chars.next().ok_or("the closing \" is missing")? {
                    'n' => value.push('\n'),
                    'r' => value.push('\r'),
                    't' => value.push('\t'),
                    c @ ('"' | '\\' | '$' | '`' | '\'') => value.push(c),
                    // A path of Windows is not spoilt.
                    c => value.extend(['\\', c]),
                },
                c => value.push(c),
            }
        }
    } else {
        let (here, after) = text.split_once('\n').unwrap_or((text, ""));
        // A `#` is a comment only after a blank: tokens may contain one.
        let end =
            here.char_indices().find(|(i, c)| *c == '#' && (*i == 0 || here.as_bytes().get(i - 1).is_some_and(u8::is_ascii_whitespace)));
        let bare = end.map_or(here, |(i, _)| here.get(..i).unwrap_or(here)).trim();
        if bare.contains('\0') {
            return Err("a value holds no NUL character");
        }
        return Ok((bare.to_owned(), after));
    };
    if value.contains('\0') {
        return Err("a value holds no NUL character");
    }
    let (tail, after) = after.split_once('\n').unwrap_or((after, ""));
    match tail.trim() {
        "" => Ok((value, after)),
        comment if comment.starts_with('#') => Ok((value, after)),
        _ => Err("after the closing quote only a comment may follow"),
    }
}

/// What is wrong with the permissions of a `.env` file, with the command that mends it; `None` if nobody but the user may read it.
pub fn env_mode_problem(path: &Path, stat: &Stat) -> Option<String> {
    let open = cfg!(unix) && stat.mode & 0o077 != 0;
    open.then(|| format!("{0} can be read by others on this machine (mode {1:04o}); type: chmod 600 {0}", quoted(path), stat.mode))
}
