//! Commands on runs: `find` turns what was typed into a file and `when` into a time, `list` skims a folder of them,
//! `show` draws one, `report` makes a page of one, `tail` tells its last records, `compare` holds several against one, `replay` sends one to a
//! backend, `prune` deletes old ones, and `json` writes for machines.

pub(crate) mod compare;
pub(crate) mod find;
pub(crate) mod json;
pub(crate) mod list;
pub(crate) mod prune;
pub(crate) mod replay;
pub(crate) mod report;
pub(crate) mod show;
pub(crate) mod skim;
mod source;
pub(crate) mod tail;
pub(crate) mod when;
