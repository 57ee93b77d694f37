//! A part that is a file.

use sales_model::MailFile;
use sha2::{Digest, Sha256};

use super::{id::hex, param::Content};
use crate::clean;

/// Characters of a name that are kept.
const NAME: usize = 200;

/// Its description. `bytes` are decoded.
pub(crate) fn describe(name: String, content: &Content, bytes: &[u8], inline: bool) -> MailFile {
    let kind = if content.value.contains('/') { content.value.clone() } else { "application/octet-stream".into() };
    MailFile { name, kind: clean::line(&kind, NAME), size: bytes.len() as u64, sha256: hex(&Sha256::digest(bytes)), inline }
}

/// The name that a part gives itself, made safe: no folders, no control or invisible characters, of bounded length with its ending.
pub(crate) fn name(content: &Content, disposition: &Content) -> String {
    safe(disposition.param("filename").filter(|n| !n.trim().is_empty()).or(content.param("name")).unwrap_or_default())
}

fn safe(name: &str) -> String {
    let one = clean::line(name, usize::MAX);
    let last = one.rsplit(['/', '\\']).next().unwrap_or_default().trim_matches([' ', '.']);
    // A name may begin with a dot, but not consist of dots.
    let dot = one.rsplit(['/', '\\']).next().is_some_and(|n| n.trim().starts_with('.') && !last.is_empty());
    let full = if dot { format!(".{last}") } else { last.to_owned() };
    if full.chars().count() <= NAME {
        return full;
    }
    match full.rsplit_once('.').filter(|(_, ending)| ending.chars().count() <= 10) {
        Some((stem, ending)) => {
            let kept: String = stem.chars().take(NAME - 1 - ending.chars().count()).collect();
            format!("{kept}.{ending}")
        }
        None => full.chars().take(NAME).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_safe() {
        let long = format!("{}.pdf", "x".repeat(300));
        let cases = [
            ("plan.pdf", "plan.pdf"),
            ("../../etc/passwd", "passwd"),
            ("C:\\dir\\plan.pdf", "plan.pdf"),
            ("a\u{202e}fdp.exe", "afdp.exe"),
            ("a\0b\r\n\tc.pdf", "ab c.pdf"),
            ("..", ""),
            (".", ""),
            ("/", ""),
            ("  plan .pdf. ", "plan .pdf"),
            (".env", ".env"),
            ("", ""),
            (&long, &format!("{}.pdf", "x".repeat(196))),
        ];
        for (name, want) in cases {
            assert_eq!(safe(name), want, "{name:?}");
        }
    }
}
