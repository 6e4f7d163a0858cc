//! What typed telemetry emitters call: records, context, guards, the run file.

pub mod def;
pub mod line;
pub mod notice;
pub mod record;
mod sink;
pub mod value;
