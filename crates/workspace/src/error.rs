use std::{
    fmt, io,
    path::{Path, PathBuf},
};

/// What is wrong with a person's file: which, where in it, why, and what to do next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileError {
    /// The file.
    pub path: PathBuf,
    /// Line, counted from 1, where that can be told.
    pub line: Option<usize>,
    /// Why it can't be used, in words; never a value from the file.
    pub reason: String,
    /// The next thing to do or the command to type.
    pub next: String,
}

impl std::error::Error for FileError {}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", harmless(&self.path.to_string_lossy()))?;
        if let Some(line) = self.line {
            write!(f, ", line {line}")?;
        }
        write!(f, ": {}", self.reason)
    }
}

impl FileError {
    pub(crate) fn new(path: &Path, line: Option<usize>, reason: impl Into<String>, next: impl Into<String>) -> Self {
        FileError { path: path.to_owned(), line, reason: reason.into(), next: next.into() }
    }

    /// A file that could not be read at all.
    pub(crate) fn unreadable(path: &Path, error: &io::Error) -> Self {
        let next = match error.kind() {
            io::ErrorKind::PermissionDenied => format!("Make it readable for you: chmod u+r {}", quoted(path)),
            io::ErrorKind::IsADirectory => format!("Move the folder away, there has to be a file: {}", quoted(path)),
            io::ErrorKind::FileTooLarge => "Take out what does not belong there; such a file has a few kilobytes.".to_owned(),
            _ => format!("Look at it with: ls -l {}", quoted(path)),
        };
        FileError::new(path, None, reason(error), next)
    }
}

/// A path as a person can paste it into a shell.
pub(crate) fn quoted(path: &Path) -> String {
    let text = harmless(&path.to_string_lossy());
    if text.bytes().all(|b| b.is_ascii_alphanumeric() || b"/._-+:@\\".contains(&b)) {
        return text;
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// An operating system's error in words, without its number where the kind says it all.
pub(crate) fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        io::ErrorKind::NotFound => "there is no such file or folder".to_owned(),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "the disk is full".to_owned(),
        io::ErrorKind::ReadOnlyFilesystem => "the disk is read-only".to_owned(),
        io::ErrorKind::IsADirectory => "it is a folder, not a file".to_owned(),
        io::ErrorKind::NotADirectory => "a part of its path is a file, not a folder".to_owned(),
        _ => harmless(&error.to_string()),
    }
}

/// Text fit for a terminal: control characters and direction overrides become U+FFFD, and it is cut at 300 characters.
pub(crate) fn harmless(text: &str) -> String {
    let mut out: String = text.chars().take(300).map(|c| if is_hidden(c) { '\u{fffd}' } else { c }).collect();
    if text.chars().nth(300).is_some() {
        out.push('…');
    }
    out
}

/// Characters that steer a terminal or the direction of text instead of showing something.
pub(crate) fn is_hidden(c: char) -> bool {
    c.is_control() || matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}
