//! Finds the files of a schema folder. The first step of the compiler, and the only one that touches a disk;
//! [`compile`](crate::compile) takes what it returns.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::Source;

/// Reads every `*.yaml` and `*.yml` file directly in a folder, sorted by name.
///
/// The path of a source is the folder as given, joined with the file's name by `/`.
///
/// # Errors
///
/// When the folder or a file in it cannot be read, or is not UTF-8; the message names the path.
pub fn folder(folder: impl AsRef<Path>) -> io::Result<Vec<Source>> {
    let folder = folder.as_ref();
    sources(folder, &folder.display().to_string())
}

/// Reads a folder whose files are to be called `<shown>/<name>`.
pub(crate) fn sources(folder: &Path, shown: &str) -> io::Result<Vec<Source>> {
    let mut files: Vec<(String, PathBuf)> = Vec::new();
    for entry in fs::read_dir(folder).map_err(|error| at(folder, &error))? {
        let path = entry.map_err(|error| at(folder, &error))?.path();
        let name = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        let yaml = path
            .extension()
            .is_some_and(|extension| extension == "yaml" || extension == "yml");
        // Editors leave hidden copies such as `.#events.yaml` behind while a file is open.
        if yaml && !name.starts_with('.') && path.is_file() {
            files.push((name, path));
        }
    }
    files.sort();
    files
        .into_iter()
        .map(|(name, path)| {
            let text = fs::read_to_string(&path).map_err(|error| at(&path, &error))?;
            let shown = shown.trim_end_matches(['/', '\\']).replace('\\', "/");
            Ok(Source {
                path: format!("{shown}/{name}"),
                text,
            })
        })
        .collect()
}

fn at(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("cannot read {}: {error}", path.display()))
}
