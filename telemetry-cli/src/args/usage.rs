//! What can be typed to see where a schema is used.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// Which sources are held to which schema.
#[derive(Debug, Args)]
#[command(
    after_help = "Reads Rust as it is written, not as it is compiled: every form of the macros, builders, `#[stage]`, and values \
        such as `ErrorType::DiskFull`, also inside of other macros and under other names. What a `.gitignore` names is \
        not read. What only a test emits is not emitted; what a deprecated item is for is old files. A name that a macro \
        makes is followed through a `macro_rules!` of these sources, and no further; a call is matched by its words, so \
        that a setter of another type counts where it has the name of one of ours. An item for which that is too little \
        says so: `allow: { never_emitted: \"a reason\" }`.\n\n\
        Exit codes: 0 fine, 1 something denied or unreadable was found, 2 could not run.\n\n\
        Examples:\n  telemetry schema usage src crates/*/src\n  \
        telemetry schema usage src --deny unused,raw      in a workflow\n  \
        telemetry schema usage src --format json | jq -r '.items[] | select(.status == \"never\").id'\n  \
        telemetry schema docs --usage src                 the same on the reviewers' page"
)]
pub(crate) struct Used {
    /// Folders of Rust sources, or files.
    #[arg(required = true, value_name = "SOURCES")]
    pub(crate) sources: Vec<PathBuf>,
    /// Folder of the schema's YAML files.
    #[arg(short, long, value_name = "FOLDER", default_value = "schema")]
    pub(crate) schema: PathBuf,
    /// What ends in exit code 1.
    #[arg(long, value_enum, value_name = "WHAT", value_delimiter = ',')]
    pub(crate) deny: Vec<Denied>,
    /// For a person, a script, or a GitHub workflow.
    #[arg(long, value_enum, default_value = "human")]
    pub(crate) format: UsageFormat,
}

/// What is not let pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Denied {
    /// What is declared, and not emitted.
    Unused,
    /// What is emitted by hand: macros of `tracing` and `log`.
    Raw,
}

/// For whom it is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum UsageFormat {
    /// A person.
    Human,
    /// A script: one JSON document.
    Json,
    /// A GitHub workflow: commands that annotate the lines of a pull request.
    Github,
}
