//! The vendors' doubles as real HTTP servers on loopback, their faults, and the sample data.
