//! What can be typed about schemas.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use crate::args::{Format, Sampled, Used};

/// What can be done with a schema.
#[derive(Debug, Subcommand)]
pub(crate) enum SchemaCommand {
    /// Say everything that is wrong with schemas, in one pass.
    Check(Checked),
    /// Write the reviewers' page, or check that it is fresh.
    #[command(
        after_help = "Exit codes: 0 written or fresh, 1 stale or the schema is wrong, 2 could not run.\n\n\
        Examples:\n  telemetry schema docs\n  telemetry schema docs --check\n  telemetry schema docs -o - | less\n  \
        telemetry schema docs --usage src            with the places that emit each item"
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
        /// Show where each item is emitted in these folders of Rust sources; several may be named.
        #[arg(long, value_name = "SOURCES")]
        usage: Vec<PathBuf>,
    },
    /// Say what changed since a revision, whom it hurts, and which version it requires.
    Diff(Difference),
    /// Show the resolved schema, every reference and default spelt out, or one item of it.
    Show(Shown),
    /// List what a schema declares.
    List(Listed),
    /// Find items by words in their ids, briefs, notes, values and codes.
    Search(Searched),
    /// Write a schema in a form that other tools read.
    #[command(subcommand)]
    Export(Export),
    /// Show a schema in numbers.
    Stats(Measured),
    /// Make a run with one of every item, in a file or at a backend.
    Sample(Sampled),
    /// Say where each item is emitted, which never is, and what is emitted around the schema.
    Usage(Used),
}

/// The forms that other tools read.
#[derive(Debug, Subcommand)]
pub(crate) enum Export {
    /// JSON Schema of the YAML files, for completion, hover and red lines in editors.
    #[command(
        after_help = "A first line `# yaml-language-server: $schema=telemetry.schema.json` in a file names it to the \
        editor. With FOLDER, the ids of that schema are offered wherever one belongs: export again when there are new \
        ones.\n\nExit codes: 0 written, 1 the schema is wrong, 2 could not run.\n\n\
        Examples:\n  telemetry schema export json-schema schema -o schema/telemetry.schema.json\n  \
        telemetry schema export json-schema > telemetry.schema.json    the language alone"
    )]
    JsonSchema {
        /// Folder of a schema whose ids are offered [default: the language alone].
        folder: Option<PathBuf>,
        /// File to write; `-` is standard output.
        #[arg(short, long, value_name = "FILE", default_value = "-")]
        output: PathBuf,
    },
    /// The resolved schema, every reference and default spelt out, as JSON.
    #[command(
        after_help = "What is written is itself a schema: `telemetry schema diff --base` takes it.\n\n\
        Exit codes: 0 written, 1 the schema is wrong, 2 could not run.\n\n\
        Examples:\n  telemetry schema export json -o released.json\n  \
        telemetry schema diff --base released.json"
    )]
    Json {
        /// Folder of the schema's YAML files.
        #[arg(default_value = "schema")]
        folder: PathBuf,
        /// File to write; `-` is standard output.
        #[arg(short, long, value_name = "FILE", default_value = "-")]
        output: PathBuf,
    },
    /// A registry for OpenTelemetry Weaver, and advice for its live check.
    #[command(
        after_help = "DIR/registry is self-contained: it declares every key that arrives on the wire. DIR/advice makes \
        the live check fail on what a registry cannot say: span names, their attributes and links, the run id. A DIR \
        that holds something else is left alone.\n\n\
        Exit codes: 0 written, 1 the schema is wrong, 2 could not run.\n\n\
        Examples:\n  telemetry schema export weaver -o target/weaver\n  \
        weaver registry check --future -r target/weaver/registry\n  \
        weaver registry live-check -r target/weaver/registry --advice-policies target/weaver/advice"
    )]
    Weaver {
        /// Folder of the schema's YAML files.
        #[arg(default_value = "schema")]
        folder: PathBuf,
        /// Folder to write; it is made.
        #[arg(short, long, value_name = "DIR")]
        output: PathBuf,
    },
}

/// What is shown.
#[derive(Debug, Args)]
#[command(
    after_help = "What is shown is itself a schema. Exit codes: 0 shown, 2 could not run, such as when there is no such item.\n\n\
        Examples:\n  telemetry schema show container.exited\n  \
        telemetry schema show launch.credentials           a stage, its screen in front\n  \
        telemetry schema show --format json > resolved.json"
)]
pub(crate) struct Shown {
    /// Id of the item [default: the whole schema].
    pub(crate) item: Option<String>,
    /// Folder of the schema's YAML files.
    #[arg(short, long, value_name = "FOLDER", default_value = "schema")]
    pub(crate) schema: PathBuf,
    /// For a person, as YAML, or one JSON document.
    #[arg(long, value_enum, default_value = "human")]
    pub(crate) format: Format,
}

/// What is listed.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  telemetry schema list\n  telemetry schema list event span\n  \
        telemetry schema list attribute --format json"
)]
pub(crate) struct Listed {
    /// Kinds of items [default: all].
    #[arg(value_enum, value_name = "KIND")]
    pub(crate) kinds: Vec<ItemKind>,
    /// Folder of the schema's YAML files.
    #[arg(short, long, value_name = "FOLDER", default_value = "schema")]
    pub(crate) schema: PathBuf,
    /// For a person, or one JSON document.
    #[arg(long, value_enum, default_value = "human")]
    pub(crate) format: Format,
}

/// What is counted.
#[derive(Debug, Args)]
#[command(
    after_help = "Attributes are counted with those that the compiler supplies, because the runtime records them too.\n\n\
        Examples:\n  telemetry schema stats\n  telemetry schema stats --format json | jq .screens"
)]
pub(crate) struct Measured {
    /// Folder of the schema's YAML files.
    #[arg(short, long, value_name = "FOLDER", default_value = "schema")]
    pub(crate) schema: PathBuf,
    /// For a person, or one JSON document.
    #[arg(long, value_enum, default_value = "human")]
    pub(crate) format: Format,
}

/// What is looked for.
#[derive(Debug, Args)]
#[command(after_help = "Every word has to occur, in upper or lower case.\n\n\
        Exit codes: 0 something was found, 1 nothing was, 2 could not run.\n\n\
        Examples:\n  telemetry schema search container exit\n  telemetry schema search E016")]
pub(crate) struct Searched {
    /// Words, or parts of words.
    #[arg(required = true)]
    pub(crate) words: Vec<String>,
    /// Folder of the schema's YAML files.
    #[arg(short, long, value_name = "FOLDER", default_value = "schema")]
    pub(crate) schema: PathBuf,
    /// For a person, or one JSON document.
    #[arg(long, value_enum, default_value = "human")]
    pub(crate) format: Format,
}

/// A kind of items.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ItemKind {
    Attribute,
    Error,
    Screen,
    Stage,
    Event,
    Span,
    Metric,
}

impl ItemKind {
    /// The word for it.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            ItemKind::Attribute => "attribute",
            ItemKind::Error => "error",
            ItemKind::Screen => "screen",
            ItemKind::Stage => "stage",
            ItemKind::Event => "event",
            ItemKind::Span => "span",
            ItemKind::Metric => "metric",
        }
    }
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
