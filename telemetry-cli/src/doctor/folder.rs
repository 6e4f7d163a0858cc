//! The folder of the run files: whether runs can be written there, how many there are, and how much they take.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::Serialize;

/// What is there.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub(super) struct Folder {
    /// Where it is.
    pub(super) path: PathBuf,
    /// Whether it exists; the first run makes it.
    pub(super) exists: bool,
    /// Why nothing can be written there.
    pub(super) trouble: Option<String>,
    /// Files of runs.
    pub(super) runs: u64,
    /// Bytes that they take.
    pub(super) bytes: u64,
}

impl Folder {
    /// Looks at it. Writing is tried with a file of no name, which is gone at once.
    pub(super) fn look(path: &Path) -> Folder {
        let mut folder = Folder {
            path: path.to_owned(),
            exists: path.is_dir(),
            trouble: None,
            runs: 0,
            bytes: 0,
        };
        let place = nearest(path);
        folder.trouble = match place {
            Some(place) => writable(place).err().map(|error| match folder.exists {
                true => format!("nothing can be written there: {error}"),
                false => format!("it cannot be made in {}: {error}", place.display()),
            }),
            None => Some("a file stands in its place".to_owned()),
        };
        for entry in fs::read_dir(path).into_iter().flatten().flatten() {
            let is_run = entry.path().extension().is_some_and(|ending| ending == "jsonl");
            if let (true, Ok(file)) = (is_run, entry.metadata()) {
                folder.runs += 1;
                folder.bytes += file.len();
            }
        }
        folder
    }
}

/// The folder, or the nearest one above it that exists; `None` when something else stands in the way.
fn nearest(path: &Path) -> Option<&Path> {
    let path = if path.as_os_str().is_empty() {
        Path::new(".")
    } else {
        path
    };
    match fs::metadata(path) {
        Ok(there) => there.is_dir().then_some(path),
        Err(_) => path.parent().and_then(nearest),
    }
}

/// Whether a file with something in it can be written: a full disk shows itself only then.
fn writable(folder: &Path) -> io::Result<()> {
    use io::Write;
    let mut file = tempfile::tempfile_in(folder)?;
    file.write_all(&[b' '; 4096])?;
    file.sync_all()
}
