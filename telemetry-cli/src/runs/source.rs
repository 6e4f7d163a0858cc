//! Opens what was found: a run file, or standard input, of which a copy is kept when it has to be read twice.

use std::fs::File;
use std::io::{self, Seek};

use crate::draw::Unended;
use crate::failure::Failure;
use crate::runs::find::{Found, unended};
use crate::story::RunFile;

/// Bytes that are read at once.
pub(crate) const CHUNK: usize = 256 * 1024;

/// Where a run is read from.
pub(crate) enum Source {
    File(File),
    Input,
}

impl Source {
    /// Opens it; so that it can be read twice, if that is asked for.
    pub(crate) fn open(found: &Found, twice: bool) -> Result<Source, Failure> {
        match found {
            Found::File(path) => {
                let cannot = |error| Failure::path("read", path, error);
                let file = File::open(path).map_err(cannot)?;
                if file.metadata().map_err(cannot)?.is_dir() {
                    let words = format!(
                        "{} is a folder; name a run, or give the folder as --directory",
                        path.display()
                    );
                    return Err(Failure::Asked(words));
                }
                Ok(Source::File(file))
            }
            Found::Input if twice => {
                let cannot = |error| Failure::Asked(format!("cannot keep a copy of standard input: {error}"));
                let mut copy = tempfile::tempfile().map_err(cannot)?;
                io::copy(&mut io::stdin().lock(), &mut copy).map_err(cannot)?;
                copy.rewind().map_err(cannot)?;
                Ok(Source::File(copy))
            }
            Found::Input => Ok(Source::Input),
        }
    }

    /// How the last run of the file stands if it has not ended.
    pub(crate) fn unended(&self, found: &Found, read: &RunFile) -> Unended {
        let unfinished = read.runs.last().is_some_and(|run| run.end.is_none());
        match (self, found) {
            (Source::File(file), Found::File(_)) if unfinished => unended(file),
            _ => Unended::Killed,
        }
    }
}
