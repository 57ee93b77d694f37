//! Use cases: sync, attribute, project, summarise.
