//! The run file and its surroundings, seen from outside: what a program says, as it stands in the file and as it
//! is read back. A module is one subject.

mod config;
mod defs;
mod disk;
mod encode;
mod folder;
mod layer;
mod program;
mod reader;
mod retention;
mod round_trip;
mod scrub;

#[path = "../runtime/vocabulary.rs"]
#[allow(
    dead_code,
    unreachable_pub,
    reason = "shared with the other test binary, which uses the rest of it"
)]
mod vocabulary;
