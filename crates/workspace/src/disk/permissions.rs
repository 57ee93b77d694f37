//! Who may read and enter what: modes on Unix, nothing elsewhere.

use std::{fs, io};

use super::Access;

#[cfg(unix)]
pub(super) fn builder(access: Access) -> fs::DirBuilder {
    use std::os::unix::fs::DirBuilderExt;
    let mut builder = fs::DirBuilder::new();
    builder.mode(match access {
        Access::Shared => 0o755,
        Access::Private => 0o700,
    });
    builder
}

#[cfg(not(unix))]
pub(super) fn builder(_: Access) -> fs::DirBuilder {
    fs::DirBuilder::new()
}

#[cfg(unix)]
pub(super) fn options(private: bool) -> fs::OpenOptions {
    use std::os::unix::fs::OpenOptionsExt;
    let mut options = fs::OpenOptions::new();
    options.mode(if private { 0o600 } else { 0o644 });
    options
}

#[cfg(not(unix))]
pub(super) fn options(_: bool) -> fs::OpenOptions {
    fs::OpenOptions::new()
}

/// A file that its owner closed to others (or opened) stays so when its content is replaced.
#[cfg(unix)]
pub(super) fn keep_permissions(file: &fs::File, old: &fs::Permissions) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    // Never set-user-id and the like; and a file that we may not write ourselves would stay so by accident only.
    let mode = old.mode() & 0o777;
    if file.metadata()?.permissions().mode() & 0o777 != mode {
        file.set_permissions(fs::Permissions::from_mode(mode))?;
    }
    Ok(())
}

#[cfg(not(unix))]
pub(super) fn keep_permissions(_: &fs::File, _: &fs::Permissions) -> io::Result<()> {
    Ok(())
}

/// Permissions of these nine bits.
#[cfg(unix)]
pub(super) fn of_mode(mode: u32) -> Option<fs::Permissions> {
    use std::os::unix::fs::PermissionsExt;
    Some(fs::Permissions::from_mode(mode & 0o777))
}

#[cfg(not(unix))]
pub(super) fn of_mode(_: u32) -> Option<fs::Permissions> {
    None
}

#[cfg(unix)]
pub(super) fn mode(facts: &fs::Metadata) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    facts.permissions().mode() & 0o777
}

#[cfg(not(unix))]
pub(super) fn mode(_: &fs::Metadata) -> u32 {
    0
}
