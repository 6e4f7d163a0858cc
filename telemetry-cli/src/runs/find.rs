//! Turns what was typed into a run file: an id, the beginning of one, a path, standard input, or nothing at all,
//! which is the latest run.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use telemetry_runtime::reader::RunReader;

use crate::args::RunsPlace;
use crate::draw::Unended;
use crate::failure::Failure;
use crate::schema;
use crate::story::file::time_of;

/// Ids that are named when there is more than one that was meant, or none.
const NAMED: usize = 6;

/// A run file in the folder.
#[derive(Debug)]
pub(crate) struct Entry {
    /// The file's name without its ending, which is the run's id.
    pub(crate) id: String,
    /// Where it is.
    pub(crate) path: PathBuf,
    /// When the run began, by its own first record; else when the file was last written.
    pub(crate) began: Timestamp,
    /// Whether its first line is a record: another program's file is no run.
    pub(crate) run: bool,
}

/// Where the run is that was asked for.
#[derive(Debug)]
pub(crate) enum Found {
    /// In a file.
    File(PathBuf),
    /// Standard input.
    Input,
}

impl Found {
    /// What it is called in a sentence.
    pub(crate) fn name(&self) -> String {
        match self {
            Found::File(path) => path.display().to_string(),
            Found::Input => "standard input".to_owned(),
        }
    }
}

/// Finds the run that was asked for.
pub(crate) fn find(asked: Option<&str>, place: &RunsPlace) -> Result<Found, Failure> {
    match asked {
        Some("-") => Ok(Found::Input),
        Some(text) if is_path(text) => Ok(Found::File(PathBuf::from(text))),
        Some(id) => by_id(id, &folder(place)?).map(Found::File),
        None => {
            let folder = folder(place)?;
            let latest = entries(&folder)?.into_iter().find(|entry| entry.run);
            let none = || Failure::Asked(format!("there are no runs in {}", folder.display()));
            latest.map(|entry| Found::File(entry.path)).ok_or_else(none)
        }
    }
}

fn is_path(text: &str) -> bool {
    text.contains(['/', '\\']) || text.ends_with(".jsonl") || text == "."
}

/// The folder of the run files: what was given, else what the schema says.
pub(crate) fn folder(place: &RunsPlace) -> Result<PathBuf, Failure> {
    match &place.directory {
        Some(folder) => Ok(folder.clone()),
        None => schema::runs_folder(&place.schema),
    }
}

/// All run files of a folder, newest first; after them what only has their ending.
pub(crate) fn entries(folder: &Path) -> Result<Vec<Entry>, Failure> {
    let listing = fs::read_dir(folder).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => Failure::Asked(format!(
            "{} does not exist: nothing was recorded there yet",
            folder.display()
        )),
        _ => Failure::path("read", folder, error),
    })?;
    let mut entries = Vec::new();
    for item in listing {
        let path = item.map_err(|error| Failure::path("read", folder, error))?.path();
        if path.extension().is_some_and(|ending| ending == "jsonl") && path.is_file() {
            let id = path
                .file_stem()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            let (began, run) = began(&path);
            entries.push(Entry { id, path, began, run });
        }
    }
    entries.sort_by(|a, b| {
        (b.run, b.began)
            .cmp(&(a.run, a.began))
            .then_with(|| a.id.cmp(&b.id))
    });
    Ok(entries)
}

/// When the run in a file began, and whether its own first record says so. A copy of a file has a new time of
/// change; its first record keeps the old one.
fn began(path: &Path) -> (Timestamp, bool) {
    let first = RunReader::open(path)
        .ok()
        .and_then(|mut lines| lines.next())
        .and_then(Result::ok);
    let changed = || Timestamp::try_from(fs::metadata(path).ok()?.modified().ok()?).ok();
    match first.as_ref().and_then(time_of) {
        Some(time) => (time, true),
        None => (changed().unwrap_or_default(), false),
    }
}

fn by_id(asked: &str, folder: &Path) -> Result<PathBuf, Failure> {
    // Backends show the id as `run_8b4766`, the file carries it bare.
    let asked = asked
        .strip_prefix("run_")
        .filter(|rest| !rest.is_empty())
        .unwrap_or(asked);
    let entries = entries(folder)?;
    if let Some(exact) = entries.iter().find(|entry| entry.id == asked) {
        return Ok(exact.path.clone());
    }
    let meant: Vec<&Entry> = entries
        .iter()
        .filter(|entry| entry.id.starts_with(asked))
        .collect();
    match meant[..] {
        [one] => Ok(one.path.clone()),
        [] => {
            let latest = if entries.is_empty() {
                "it has none".to_owned()
            } else {
                format!("the latest are {}", named(entries.iter()))
            };
            Err(Failure::Asked(format!(
                "no run in {} begins with `{asked}`; {latest}",
                folder.display()
            )))
        }
        _ => Err(Failure::Asked(format!(
            "{} runs begin with `{asked}`; type more of the id: {}",
            meant.len(),
            named(meant.into_iter())
        ))),
    }
}

fn named<'e>(entries: impl Iterator<Item = &'e Entry>) -> String {
    let ids: Vec<&str> = entries.map(|entry| entry.id.as_str()).collect();
    let more = if ids.len() > NAMED { ", and more" } else { "" };
    format!("{}{more}", ids[..ids.len().min(NAMED)].join(", "))
}

/// Whether somebody still writes a run file: its writers share a lock on it, so nobody else gets it alone.
pub(crate) fn unended(file: &File) -> Unended {
    // Another reader may be asking the same thing at the same moment; a writer keeps its lock.
    for wait in [1, 5, 0].map(Duration::from_millis) {
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => std::thread::sleep(wait),
            Ok(()) => {
                let _ = file.unlock();
                return Unended::Killed;
            }
            // A file system without locks cannot say; the file itself says that there was no end.
            Err(TryLockError::Error(_)) => return Unended::Killed,
        }
    }
    Unended::Running
}
