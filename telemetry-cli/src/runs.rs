//! Commands on runs: `find` turns what was typed into a file, `list` skims a folder of them, `show` draws one,
//! `replay` sends one to a backend, and `json` writes for machines.

pub(crate) mod compare;
pub(crate) mod find;
pub(crate) mod json;
pub(crate) mod list;
pub(crate) mod prune;
pub(crate) mod replay;
pub(crate) mod show;
mod skim;
mod when;
