//! Files that a command makes: each takes its place as a whole, so that whoever looks at an older one never sees half
//! of the new, and a full disk leaves the older one as it was.

use std::fs::{self, File, Permissions};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use crate::failure::Failure;

/// Bytes that go to the file at once.
const CHUNK: usize = 64 * 1024;

/// Who may read a file that is new. One that was there keeps its permissions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Readers {
    /// Whoever made it: what it tells comes from a run.
    Owner,
    /// Whoever the process lets read its files.
    Anyone,
}

/// Makes a file of what `fill` writes, in a folder that exists. Gives back its size in bytes.
pub(crate) fn put(
    path: &Path,
    readers: Readers,
    fill: impl FnOnce(&mut dyn Write) -> Result<(), Failure>,
) -> Result<u64, Failure> {
    let cannot = |error| Failure::path("write", path, error);
    let there = fs::metadata(path).ok();
    if there.as_ref().is_some_and(fs::Metadata::is_dir) {
        return Err(cannot(io::ErrorKind::IsADirectory.into()));
    }
    if there.as_ref().is_some_and(|there| !there.is_file()) {
        // A pipe or a device is written to, never replaced.
        return into(
            File::options().write(true).open(path).map_err(cannot)?,
            path,
            fill,
        );
    }
    // What a link points to is replaced, and not the link.
    let place = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let folder = place
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .map_or_else(|| PathBuf::from("."), Path::to_owned);
    let mut beside = tempfile::Builder::new();
    beside.prefix(".new-");
    if readers == Readers::Anyone {
        // The process's mask takes away from it.
        beside.permissions(Permissions::from_mode(0o666));
    }
    let beside = beside.tempfile_in(&folder).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => Failure::Asked(format!(
            "cannot write {}: there is no folder {}; make it, or name another",
            path.display(),
            folder.display()
        )),
        // The error names the file that was tried, which nobody asked for.
        kind => Failure::path("write", path, kind.into()),
    })?;
    let size = into(beside.as_file().try_clone().map_err(cannot)?, path, fill)?;
    if let Some(there) = there {
        beside
            .as_file()
            .set_permissions(there.permissions())
            .map_err(cannot)?;
    }
    beside.persist(&place).map_err(|error| cannot(error.error))?;
    Ok(size)
}

/// The same for a text, and makes the folder.
pub(crate) fn put_text(path: &Path, text: impl AsRef<[u8]>) -> Result<(), Failure> {
    if let Some(parent) = path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        fs::create_dir_all(parent).map_err(|error| Failure::path("make the folder", parent, error))?;
    }
    put(path, Readers::Anyone, |out| Ok(out.write_all(text.as_ref())?)).map(|_| ())
}

fn into(
    file: File,
    path: &Path,
    fill: impl FnOnce(&mut dyn Write) -> Result<(), Failure>,
) -> Result<u64, Failure> {
    let cannot = |error| Failure::path("write", path, error);
    let mut out = BufWriter::with_capacity(CHUNK, file);
    fill(&mut out).map_err(|error| match error {
        Failure::Output(source) => cannot(source),
        Failure::Json(source) if source.is_io() => cannot(source.into()),
        other => other,
    })?;
    let file = out.into_inner().map_err(|error| cannot(error.into_error()))?;
    file.metadata().map(|about| about.len()).map_err(cannot)
}
