//! Fixtures for tests: workspaces, clocks, the connector conformance suite.
