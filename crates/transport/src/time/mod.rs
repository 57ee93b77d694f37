//! Timers: real and virtual.

mod real;
pub mod virtual_time;

pub use real::RealTimer;
