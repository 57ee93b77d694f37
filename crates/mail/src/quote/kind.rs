//! What a line is while it is being decided.

use super::PartKind;

/// As [`PartKind`], but knows what a forward brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Written by the mail's author.
    Own,
    /// Part of a forwarded message: new, but its signature is somebody else's, which is worth knowing.
    Forwarded,
    Quoted,
    Signature,
    Disclaimer,
}

impl Kind {
    pub(crate) fn is_new(self) -> bool {
        matches!(self, Self::Own | Self::Forwarded)
    }

    pub(crate) fn part(self) -> PartKind {
        match self {
            Self::Own | Self::Forwarded => PartKind::New,
            Self::Quoted => PartKind::Quoted,
            Self::Signature => PartKind::Signature,
            Self::Disclaimer => PartKind::Disclaimer,
        }
    }
}
