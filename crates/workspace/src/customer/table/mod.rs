//! Customers out of a table: CSV as people write it, and as CRMs export it.

mod columns;
mod csv;
mod encoding;
mod plan;
mod row;
mod values;

pub use self::plan::{TablePlan, Taken, Told};
