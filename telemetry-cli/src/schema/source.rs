//! The files of a schema, from wherever they are named: a folder, or one file.

use std::fs;
use std::path::Path;

use telemetry_schema::{Source, load};

use crate::failure::Failure;

/// How a folder is called in what is committed: as it stands in the repository, from wherever it is written.
pub(super) fn name(folder: &Path) -> String {
    let whole = folder.canonicalize().ok();
    let last = whole.as_deref().and_then(Path::file_name);
    last.map_or_else(
        || folder.display().to_string(),
        |name| name.to_string_lossy().into_owned(),
    )
}

/// Reads a folder's files, which are to be called `<shown>/<name>`, or one file, which is called `shown`.
pub(super) fn read(path: &Path, shown: &str) -> Result<Vec<Source>, Failure> {
    if path.is_file() {
        let text = fs::read_to_string(path).map_err(|error| Failure::path("read", path, error))?;
        return Ok(vec![Source {
            path: shown.replace('\\', "/"),
            text,
        }]);
    }
    folder(path, shown)
}

/// Reads a folder's files, which are to be called `<shown>/<name>`.
pub(super) fn folder(path: &Path, shown: &str) -> Result<Vec<Source>, Failure> {
    let mut sources = load::folder(path).map_err(|error| Failure::Asked(format!("{error}")))?;
    if sources.is_empty() {
        return Err(Failure::Asked(format!(
            "{} holds no .yaml file: name the folder of the schema",
            path.display()
        )));
    }
    for Source { path, .. } in &mut sources {
        let name = path.rsplit('/').next().unwrap_or_default();
        *path = format!("{}/{name}", shown.trim_end_matches('/'));
    }
    Ok(sources)
}
