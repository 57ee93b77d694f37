//! What a file is that a user wants to import, by its first bytes: whatever it is called.

use std::io::{Read as _, SeekFrom};

use zip::ZipArchive;

use crate::{ConnectorError, Import, ImportRequest, Retry, captions, email, gong, granola, registry::ReadSeek, slack};

/// As much of a file as is looked at.
const HEAD: u64 = 64 << 10;
/// Deeper than this no format needs to be known.
const DEEPEST: usize = 6;

/// A format: what it looks like, and who reads it. The first that fits is taken.
pub struct Format {
    /// Its files in words, for the message about a file that fits none: `a Slack export (zip)`.
    pub name: &'static str,
    knows: fn(&Head) -> bool,
    open: Open,
}

type Open = fn(Box<dyn ReadSeek>, &ImportRequest) -> Result<Box<dyn Import>, ConnectorError>;

/// All formats.
pub static FORMATS: &[Format] = &[
    Format { name: "a Slack export (zip)", knows: |head| head.bytes.starts_with(b"PK"), open: open_zip },
    Format { name: "calls and transcripts of Gong (JSON)", knows: is_gong, open: gong::import::open },
    Format { name: "notes or a cache file of Granola (JSON)", knows: is_granola, open: granola::import::open },
    Format {
        name: "mail (mbox, eml; zips and folders of these; Google Takeout)",
        knows: |head| email::import::kind(&head.bytes).is_some(),
        open: email::import::open,
    },
    Format {
        name: "a transcript of a call (WebVTT, SRT or text)",
        knows: |head| captions::may_be(&head.bytes),
        open: |file, request| Ok(Box::new(captions::import::open(file, request)?)),
    },
];

/// A zip is told by its table of contents, which is read once.
fn open_zip(file: Box<dyn ReadSeek>, request: &ImportRequest) -> Result<Box<dyn Import>, ConnectorError> {
    let zip = ZipArchive::new(file).map_err(|e| slack::import::no_zip(&e))?;
    match slack::import::is_export(zip.file_names()) {
        true => Ok(Box::new(slack::import::open_archive(zip, request)?)),
        false => email::import::open_archive(zip, request),
    }
}

/// Files that people have and that cannot be read: how they begin, what they are, and what to do.
const OTHERS: [(&[u8], &str, &str); 7] = [
    (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        "it is a file of Outlook (.msg) or of an older Office program",
        "save the messages as `.eml`: in new Outlook and on the web by \"Save as\", in Thunderbird by \"Save As\", File",
    ),
    (b"!BDN", "it is a store of Outlook (.pst, .ost)", "make mbox files of it: `readpst -o FOLDER FILE.pst`, then `sales import FOLDER`"),
    (
        b"\x1f\x8b",
        "it is packed (gzip: .gz, .tar.gz, .tgz)",
        "unpack it, and import the file or folder that comes out; or choose a zip for the export",
    ),
    (b"BZh", "it is packed (bzip2)", "unpack it, and import the file or folder that comes out"),
    (b"\xfd7zXZ", "it is packed (xz)", "unpack it, and import the file or folder that comes out"),
    (b"\x28\xb5\x2f\xfd", "it is packed (zstd)", "unpack it, and import the file or folder that comes out"),
    (b"7z\xbc\xaf\x27\x1c", "it is packed (7-Zip)", "unpack it, and import the file or folder that comes out"),
];

/// The beginning of a file.
pub struct Head {
    /// Its bytes, without the mark that some programs put before a text.
    pub bytes: Vec<u8>,
    /// If it is JSON: paths of what stands in it, with the beginning of a text's value: (`/0/id`, `not_...`). Of lists only the first element.
    pub outline: Vec<(String, String)>,
}

impl Head {
    /// Whether anything stands at a path.
    pub fn has(&self, path: &str) -> bool {
        self.outline.iter().any(|(p, _)| p == path)
    }

    /// The text at a path; empty if there is none.
    pub fn text(&self, path: &str) -> &str {
        self.outline.iter().find(|(p, _)| p == path).map_or("", |(_, text)| text)
    }
}

/// An answer of the API, an object of one, a call beside its transcript, or a list of any.
fn is_gong(head: &Head) -> bool {
    let here = |at: &str| {
        let has = |path: &str| head.has(&format!("{at}{path}"));
        let answer = has("/calls") || has("/callTranscripts") || has("/call/metaData") || has("/call/id");
        answer || has("/metaData") || (has("/callId") && has("/transcript")) || (has("/id") && has("/started"))
    };
    here("") || here("/0") || here("/0/0")
}

fn is_granola(head: &Head) -> bool {
    let note = |at: &str| {
        head.text(&format!("{at}/id")).starts_with("not_")
            || ["web_url", "folder_membership", "summary_markdown"].iter().any(|f| head.has(&format!("{at}/{f}")))
            || head.has(&format!("{at}/transcript/0/speaker/source"))
    };
    let cache = ["/cache", "/state/documents", "/documents"].iter().any(|p| head.has(p)) || (head.has("/state") && head.has("/version"));
    note("") || note("/0") || note("/notes/0") || cache
}

/// Looks at a file and leaves it at its beginning.
///
/// # Errors
///
/// If it cannot be read.
pub fn head(file: &mut dyn ReadSeek) -> std::io::Result<Head> {
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(0))?;
    file.take(HEAD).read_to_end(&mut bytes)?;
    file.seek(SeekFrom::Start(0))?;
    if bytes.starts_with(b"\xef\xbb\xbf") {
        bytes.drain(..3);
    }
    let outline = outline(&bytes);
    Ok(Head { bytes, outline })
}

/// The format of a file, which is left at its beginning.
///
/// # Errors
///
/// If it cannot be read, or is in no format that anybody knows.
pub fn format(file: &mut dyn ReadSeek) -> Result<&'static Format, ConnectorError> {
    let refuse = |why: String| {
        let names: Vec<&str> = FORMATS.iter().map(|f| f.name).collect();
        ConnectorError {
            what: "the file".into(),
            why,
            hint: format!("what can be imported is {}", names.join(", or ")),
            retry: Retry::Never,
            auth: false,
        }
    };
    let head = head(file).map_err(|e| refuse(format!("it cannot be read ({e})")))?;
    if let Some((_, why, hint)) = OTHERS.iter().find(|(begins, ..)| head.bytes.starts_with(begins)) {
        return Err(ConnectorError { hint: (*hint).to_owned(), ..refuse((*why).to_owned()) });
    }
    FORMATS.iter().find(|f| (f.knows)(&head)).ok_or_else(|| {
        refuse(match head.outline.is_empty() {
            _ if head.bytes.is_empty() => "it is empty".into(),
            true => {
                "it is neither a zip nor JSON nor text. Granola's newer cache files (`.json.enc`) are encrypted, and no other program can read them"
                    .into()
            }
            false => "it is JSON, but of no kind that is known".into(),
        })
    })
}

impl Format {
    /// Opens a file of this format.
    ///
    /// # Errors
    ///
    /// If it is damaged.
    pub fn open(&self, file: Box<dyn ReadSeek>, request: &ImportRequest) -> Result<Box<dyn Import>, ConnectorError> {
        (self.open)(file, request)
    }
}

/// Walks over the beginning of a JSON text, which may be cut off anywhere.
fn outline(bytes: &[u8]) -> Vec<(String, String)> {
    let mut walk = Walk { bytes, at: 0, found: Vec::new() };
    if matches!(walk.peek(), Some(b'{' | b'[')) {
        _ = walk.value(&mut String::new(), 0, true);
    }
    walk.found
}

struct Walk<'a> {
    bytes: &'a [u8],
    at: usize,
    found: Vec<(String, String)>,
}

impl Walk<'_> {
    /// The next byte that is no space.
    fn peek(&mut self) -> Option<u8> {
        let rest = self.bytes.get(self.at..)?;
        self.at += rest.iter().position(|b| !b.is_ascii_whitespace())?;
        self.bytes.get(self.at).copied()
    }

    /// Over one value; `None` where the text ends or is no JSON.
    fn value(&mut self, path: &mut String, depth: usize, noted: bool) -> Option<()> {
        let open = self.peek()?;
        let noted = noted && depth <= DEEPEST;
        match open {
            b'"' => {
                let entry = self.found.len();
                if noted {
                    self.found.push((path.clone(), String::new()));
                }
                let text = self.text()?;
                if let (true, Some(entry)) = (noted, self.found.get_mut(entry)) {
                    entry.1 = text;
                }
                Some(())
            }
            b'{' | b'[' => {
                if noted {
                    self.found.push((path.clone(), String::new()));
                }
                // Deeper values are passed over by recursion too; what nests deeper than any file is not looked at.
                if depth > 100 {
                    return None;
                }
                self.at += 1;
                self.members(path, depth, noted, open == b'{')
            }
            _ => {
                if noted {
                    self.found.push((path.clone(), String::new()));
                }
                let rest = self.bytes.get(self.at..)?;
                self.at += rest.iter().position(|b| matches!(b, b',' | b'}' | b']') || b.is_ascii_whitespace())?;
                Some(())
            }
        }
    }

    fn members(&mut self, path: &mut String, depth: usize, noted: bool, object: bool) -> Option<()> {
        let length = path.len();
        let mut first = true;
        loop {
            match self.peek()? {
                b'}' | b']' => {
                    self.at += 1;
                    return Some(());
                }
                b',' => self.at += 1,
                _ => {
                    path.push('/');
                    if object {
                        let name = self.text()?;
                        path.push_str(&name);
                        (self.peek()? == b':').then_some(())?;
                        self.at += 1;
                    } else {
                        path.push('0');
                    }
                    let read = self.value(path, depth + 1, noted && (object || first));
                    path.truncate(length);
                    read?;
                    first = false;
                }
            }
        }
    }

    /// Over a text; its first characters, escapes as they stand.
    fn text(&mut self) -> Option<String> {
        (self.peek()? == b'"').then_some(())?;
        self.at += 1;
        let rest = self.bytes.get(self.at..)?;
        let mut escaped = false;
        let end = rest.iter().position(|b| {
            let ends = *b == b'"' && !escaped;
            escaped = *b == b'\\' && !escaped;
            ends
        })?;
        self.at += end + 1;
        let shown = rest.get(..end.min(80)).unwrap_or_default();
        Some(String::from_utf8_lossy(shown).into_owned())
    }
}

#[cfg(test)]
#[path = "sniff_tests.rs"]
mod tests;
