//! The workspace on disk: paths, names, rendering, atomic writes, people's files.
