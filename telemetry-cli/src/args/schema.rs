//! What can be typed about schemas.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

/// What can be done with a schema.
#[derive(Debug, Subcommand)]
pub(crate) enum SchemaCommand {
    /// Say everything that is wrong with schemas, in one pass.
    Check(Checked),
    /// Write the reviewers' page, or check that it is fresh.
    #[command(
        after_help = "Exit codes: 0 written or fresh, 1 stale or the schema is wrong, 2 could not run.\n\n\
        Examples:\n  telemetry schema docs\n  telemetry schema docs --check\n  telemetry schema docs -o - | less"
    )]
    Docs {
        /// Folder of the schema's YAML files.
        #[arg(default_value = "schema")]
        folder: PathBuf,
        /// Page to write or check; `-` is standard output [default: docs/telemetry.md beside FOLDER].
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
        /// Write nothing; exit with 1 when the page is not what the schema says.
        #[arg(long)]
        check: bool,
    },
    /// Say what changed since a revision, whom it hurts, and which version it requires.
    Diff(Difference),
}

/// What is checked.
#[derive(Debug, Args)]
#[command(
    after_help = "Each folder is a schema of its own; all files that are named, with standard input, are one together.\n\n\
        Exit codes: 0 nothing is wrong, 1 something is, if only a warning, 2 something could not be read.\n\n\
        Examples:\n  telemetry schema check\n  \
        telemetry schema check schema examples/own/schema\n  \
        telemetry schema check schema/*.yaml\n  \
        git show v1:schema.yaml | telemetry schema check -\n  \
        telemetry schema check --format github             in a workflow, from the repository's root\n  \
        telemetry schema check --format sarif > telemetry.sarif"
)]
pub(crate) struct Checked {
    /// Folders of YAML files, or files; `-` is standard input.
    #[arg(default_value = "schema")]
    pub(crate) schemas: Vec<PathBuf>,
    /// For a person, a script, a GitHub workflow, or a tool that collects findings.
    #[arg(long, value_enum, default_value = "human")]
    pub(crate) format: Report,
}

/// For whom mistakes are reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Report {
    /// A person: the line, the mistake underlined, and what to type instead.
    Human,
    /// A script: one JSON document.
    Json,
    /// A GitHub workflow: commands that annotate the lines of a pull request.
    Github,
    /// Code scanning: one SARIF 2.1.0 document.
    Sarif,
}

/// What is compared with what.
#[derive(Debug, Args)]
#[command(
    after_help = "A change is breaking when it hurts a call site, a stored query or a reader of old files. Breaking changes \
        require the next major version, additions the next minor one, other words the next patch.\n\n\
        Exit codes: 0 the manifest's version is enough, 1 it is too low or the schema is wrong, 2 could not run.\n\n\
        Examples:\n  telemetry schema diff --base main\n  \
        telemetry schema diff --base v1.2.0 --format markdown >> $GITHUB_STEP_SUMMARY\n  \
        telemetry schema diff --base main:old/place/of/schema\n  \
        telemetry schema diff other/schema --base ../released/schema"
)]
pub(crate) struct Difference {
    /// Folder of the schema's YAML files, or one file.
    #[arg(default_value = "schema")]
    pub(crate) schema: PathBuf,
    /// What it was: a folder, a file, or a revision of git; a path wins over a revision of the same name.
    #[arg(long, value_name = "REVISION|FOLDER|FILE")]
    pub(crate) base: String,
    /// For a person, for a pull request, or one JSON document.
    #[arg(long, value_enum, default_value = "human")]
    pub(crate) format: Drawing,
}

/// For whom a comparison is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Drawing {
    /// A person at a terminal.
    Human,
    /// Reviewers: Markdown for a pull request.
    Markdown,
    /// A machine: one JSON document.
    Json,
}
