//! The model in other languages: one module a language, each a function from the [`Model`](crate::model::Model)
//! to text. None of them sees how the YAML was written.
//!
//! | module | what for |
//! | --- | --- |
//! | [`rust`] | typed emitters, which build scripts write into `OUT_DIR` |
//! | [`markdown`] | the page that reviewers read |
//! | [`resolved`] | the schema with every default explicit, as JSON for machines, and itself a valid schema |
//! | [`json_schema`] | completion and checks in editors; made from the reader, with a schema's own ids where there is one |
//! | [`mod@weaver`] | a registry for OpenTelemetry Weaver, and advice for its live check |

pub mod json_schema;
pub mod markdown;
pub mod resolved;
pub mod rust;
mod tree;
pub mod weaver;
