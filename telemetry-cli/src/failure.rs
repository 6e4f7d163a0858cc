//! Why a command could not do its work: exit code 2, and a sentence that says what to do instead.

use std::io;
use std::path::PathBuf;

/// What a command came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Nothing to complain about: exit code 0.
    Fine,
    /// The command did its work and found something: exit code 1.
    Findings,
}

/// Why a command could not do its work.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// A file or folder could not be read or written.
    #[error("cannot {doing} {}: {source}", path.display())]
    Path {
        /// What was tried, such as `read`.
        doing: &'static str,
        /// With what.
        path: PathBuf,
        /// What came of it.
        source: io::Error,
    },
    /// Output could not be written; a reader who left is not worth a word.
    #[error("cannot write the output: {0}")]
    Output(#[from] io::Error),
    /// The output could not be made.
    #[error("cannot write JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// What was asked for cannot be done; the text says what to do instead.
    #[error("{0}")]
    Asked(String),
}

impl Failure {
    /// A path that could not be used.
    pub(crate) fn path(doing: &'static str, path: impl Into<PathBuf>, source: io::Error) -> Self {
        Failure::Path {
            doing,
            path: path.into(),
            source,
        }
    }

    /// Whether whoever reads the output has left, which is their right.
    pub(crate) fn is_broken_pipe(&self) -> bool {
        match self {
            Failure::Output(error) => error.kind() == io::ErrorKind::BrokenPipe,
            Failure::Json(error) => error.io_error_kind() == Some(io::ErrorKind::BrokenPipe),
            Failure::Path { .. } | Failure::Asked(_) => false,
        }
    }
}
