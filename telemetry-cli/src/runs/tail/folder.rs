//! A folder in which a run is awaited: the one that goes on, or the next one that appears.

use std::collections::HashSet;
use std::fs;
use std::io;
use std::path::PathBuf;

use crate::args::RunsPlace;
use crate::failure::Failure;
use crate::runs::find;
use crate::runs::tail::watch::Watch;

/// The folder, and the files that were in it.
pub(super) struct Folder {
    pub(super) path: PathBuf,
    known: HashSet<PathBuf>,
}

impl Folder {
    /// The folder of the runs, which may not be there yet.
    pub(super) fn of(place: &RunsPlace) -> Result<Folder, Failure> {
        let mut folder = Folder {
            path: find::folder(place)?,
            known: HashSet::new(),
        };
        folder.known = folder.files()?.into_iter().collect();
        Ok(folder)
    }

    /// The latest run that somebody writes.
    pub(super) fn going_on(&self) -> Option<PathBuf> {
        let latest = find::entries(&self.path).ok()?.into_iter();
        // One that began since the folder was looked at is found here as well.
        let mut written = latest
            .filter(|entry| Watch::open(&entry.path).is_ok_and(|watch| watch.is_written() == Some(true)));
        written.next().map(|entry| entry.path)
    }

    /// A file that was not there before; each is given once.
    pub(super) fn new_file(&mut self) -> Result<Option<PathBuf>, Failure> {
        let new = self.files()?.into_iter().find(|path| !self.known.contains(path));
        self.known.extend(new.clone());
        Ok(new)
    }

    fn files(&self) -> Result<Vec<PathBuf>, Failure> {
        let listing = match fs::read_dir(&self.path) {
            Ok(listing) => listing,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(Failure::path("read", &self.path, error)),
        };
        let paths = listing.filter_map(|entry| Some(entry.ok()?.path()));
        let is_run = |path: &PathBuf| path.extension().is_some_and(|ending| ending == "jsonl");
        Ok(paths.filter(is_run).collect())
    }
}
