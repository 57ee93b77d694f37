use jiff::Timestamp;

/// The only way to ask the time. The composition root makes the real one; tests and `--test` pass in their own.
pub trait Clock: Send + Sync {
    /// The current instant.
    fn now(&self) -> Timestamp;
}
