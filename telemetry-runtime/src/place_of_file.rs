//! Where a run file stands, and how it is opened: in a folder of the user's own, under the run's id, never through
//! a link, never over something that is already there.
//!
//! Whoever writes a run file holds a shared lock on it. `retention` deletes only what it can lock alone, so that
//! a run that still goes on is never deleted, in whatever process it is.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::fs::OFlags;

/// Ending of a run file's name.
pub(crate) const ENDING: &str = "jsonl";

/// Longest run id.
pub(crate) const LONGEST_ID: usize = 64;

/// How often an id is minted, or a file opened that is deleted at the same moment, before that is given up.
const TRIES: usize = 32;

/// Why there is no run file.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FileError {
    #[error("the folder {} cannot be made: {source}; make it, or give the run another home", path.display())]
    Folder { path: PathBuf, source: io::Error },
    #[error("the file {} cannot be opened: {source}", path.display())]
    Open { path: PathBuf, source: io::Error },
    #[error("{what} stands at {}, where the run file belongs; remove it", path.display())]
    InTheWay { path: PathBuf, what: &'static str },
    #[error("`{id}` is no run id: it takes 1 to {LONGEST_ID} of the characters A-Z, a-z, 0-9, _ and -")]
    Id { id: String },
    #[error("no id is free in {}: {TRIES} ids were tried, and all have a file", path.display())]
    NoFreeId { path: PathBuf },
}

/// An open run file.
pub(crate) struct Opened {
    pub(crate) id: String,
    pub(crate) path: PathBuf,
    pub(crate) file: File,
    /// Whether it ends in the middle of a line.
    pub(crate) torn: bool,
}

/// A new file under an id that no file has.
pub(crate) fn mint(directory: &Path, mint_id: &mut dyn FnMut() -> String) -> Result<Opened, FileError> {
    make_folder(directory)?;
    for _ in 0..TRIES {
        let id = mint_id();
        let path = path_of(directory, &id)?;
        match options().create_new(true).open(&path) {
            Ok(file) if is_ours(&file, &path) => {
                return Ok(Opened {
                    id,
                    path,
                    file,
                    torn: false,
                });
            }
            Ok(_) => {}
            Err(source) if source.kind() == io::ErrorKind::AlreadyExists => {}
            Err(source) => return Err(FileError::Open { path, source }),
        }
    }
    Err(FileError::NoFreeId {
        path: directory.to_owned(),
    })
}

/// The file of an id that was given; it goes on when it exists.
pub(crate) fn adopt(directory: &Path, id: &str) -> Result<Opened, FileError> {
    make_folder(directory)?;
    let path = path_of(directory, id)?;
    for _ in 0..TRIES {
        refuse_what_is_in_the_way(&path)?;
        let open = || -> io::Result<Option<(File, bool)>> {
            let mut file = options().create(true).open(&path)?;
            if !is_ours(&file, &path) {
                return Ok(None);
            }
            keep_private(&file)?;
            let torn = ends_torn(&mut file)?;
            Ok(Some((file, torn)))
        };
        match open() {
            Ok(Some((file, torn))) => {
                return Ok(Opened {
                    id: id.to_owned(),
                    path,
                    file,
                    torn,
                });
            }
            Ok(None) => {}
            Err(source) => return Err(FileError::Open { path, source }),
        }
    }
    let source = io::ErrorKind::ResourceBusy.into();
    Err(FileError::Open { path, source })
}

/// Path of a run's file. An id is a name, never a path.
pub(crate) fn path_of(directory: &Path, id: &str) -> Result<PathBuf, FileError> {
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    if id.is_empty() || id.len() > LONGEST_ID || !id.bytes().all(is_name) {
        return Err(FileError::Id { id: id.to_owned() });
    }
    Ok(directory.join(format!("{id}.{ENDING}")))
}

fn make_folder(directory: &Path) -> Result<(), FileError> {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(directory);
    made.map_err(|source| FileError::Folder {
        path: directory.to_owned(),
        source,
    })
}

/// Reading is needed to see whether an existing file ends in a line. `O_NONBLOCK` keeps a pipe in the file's place
/// from holding the program up; it means nothing to a file.
fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options
        .read(true)
        .append(true)
        .mode(0o600)
        .custom_flags((OFlags::NOFOLLOW | OFlags::NONBLOCK).bits().cast_signed());
    options
}

fn refuse_what_is_in_the_way(path: &Path) -> Result<(), FileError> {
    let Ok(there) = fs::symlink_metadata(path) else {
        return Ok(());
    };
    let what = if there.is_symlink() {
        "a symbolic link"
    } else if there.is_dir() {
        "a folder"
    } else if !there.is_file() {
        "something that is no file"
    } else {
        return Ok(());
    };
    Err(FileError::InTheWay {
        path: path.to_owned(),
        what,
    })
}

/// Takes the writer's lock, and sees that the file still is the one in the folder: it may have been deleted
/// between the two. A file system without locks has to do without.
fn is_ours(file: &File, path: &Path) -> bool {
    for _ in 0..TRIES {
        match file.try_lock_shared() {
            Ok(()) | Err(TryLockError::Error(_)) => break,
            // Someone looks whether it can be deleted, which takes no time.
            Err(TryLockError::WouldBlock) => std::thread::sleep(Duration::from_micros(200)),
        }
    }
    let same = |opened: fs::Metadata, there: fs::Metadata| {
        opened.is_file() && opened.ino() == there.ino() && opened.dev() == there.dev()
    };
    file.metadata()
        .and_then(|opened| Ok(same(opened, fs::symlink_metadata(path)?)))
        .unwrap_or(false)
}

/// An existing file may come from a program that was less careful.
fn keep_private(file: &File) -> io::Result<()> {
    if file.metadata()?.permissions().mode() & 0o077 == 0 {
        return Ok(());
    }
    file.set_permissions(fs::Permissions::from_mode(0o600))
}

fn ends_torn(file: &mut File) -> io::Result<bool> {
    if file.metadata()?.len() == 0 {
        return Ok(false);
    }
    let mut last = [0];
    file.seek(SeekFrom::End(-1))?;
    file.read_exact(&mut last)?;
    Ok(last != *b"\n")
}
