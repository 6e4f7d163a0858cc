//! What typed telemetry emitters call: records, context, guards, the run file.

pub mod clamp;
pub mod def;
pub mod encode;
mod glance;
mod json;
pub mod line;
pub mod notice;
mod parse;
mod place_of_file;
pub mod reader;
pub mod record;
mod run_file;
pub mod scrub;
mod shape;
mod sink;
mod sync;
mod text;
pub mod timestamp;
pub mod value;
