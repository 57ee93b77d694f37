//! Cases that need to see inside the file.
