//! Compiles a telemetry schema: YAML text to a resolved [`Model`](model::Model), and that to typed Rust,
//! Markdown for reviewers, JSON Schema for editors and resolved JSON for machines.

pub mod model;
pub mod name;
