//! The model in other languages: one module a language, each a function from the [`Model`](crate::model::Model)
//! to text. None of them sees how the YAML was written.

pub mod markdown;
pub mod rust;
