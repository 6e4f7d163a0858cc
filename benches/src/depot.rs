//! The vocabulary of the measured program, compiled from `schema/` by the build script: the cases call it from
//! another crate, as a real program's code calls its telemetry crate.

telemetry_runtime::include_schema!();
