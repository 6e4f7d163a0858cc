//! The other road: what is not acknowledged goes to the run file, which exists only from then on. Its lines are in
//! the order of emission, so a line waits until the fate of everything older is known.

use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use rustix::fs::OFlags;

use crate::ledger::Tally;
use crate::notice::Notices;
use crate::otlp::packed::Packed;
use crate::otlp::spans::Item;
use crate::run_file::RunFile;
use crate::sink::Sink;

/// Ending of the name of the sidecar: see [`Fallback::delivered`].
const DELIVERED: &str = "delivered";

/// Where a run's file will be, if there has to be one.
pub(crate) struct Place {
    pub(crate) directory: PathBuf,
    pub(crate) id: String,
    pub(crate) notices: Arc<Notices>,
    /// Told to everybody who asks for the file.
    pub(crate) path: Arc<OnceLock<PathBuf>>,
}

/// What goes to the file.
pub(crate) struct Fallback {
    place: Place,
    tally: Arc<Tally>,
    file: Option<RunFile>,
    /// The first line of every run file; counted with the file, or with what was acknowledged under its resource.
    run: Option<Packed>,
    waiting: Vec<Packed>,
}

impl Fallback {
    pub(crate) fn new(place: Place, tally: Arc<Tally>) -> Fallback {
        Fallback {
            place,
            tally,
            file: None,
            run: None,
            waiting: Vec::new(),
        }
    }

    /// The run's first record: it is written when another is.
    pub(crate) fn begins_with(&mut self, run: Packed) {
        self.run = Some(run);
    }

    /// Whether there is a file.
    pub(crate) fn is_open(&self) -> bool {
        self.file.is_some()
    }

    /// Whether something waits to be written.
    pub(crate) fn is_waiting(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// The run's first record, if its fate is not known.
    pub(crate) fn unsettled_run(&mut self) -> Option<&mut Packed> {
        self.run.as_mut().filter(|run| !run.settled)
    }

    /// A record that the backend will not have.
    pub(crate) fn put(&mut self, record: Packed) {
        if !record.settled {
            self.waiting.push(record);
        }
    }

    /// Notes the spans whose start is in the file and whose end the backend has, in `<id>.delivered` beside it: who
    /// replays the file would take them for spans that never ended, and send them a second time.
    pub(crate) fn delivered(&self, items: &[Item]) {
        let known = |item: &&Item| !item.lead.settled && item.riders().iter().any(|rider| rider.settled);
        let ids: String = items
            .iter()
            .filter(known)
            .filter_map(|item| item.lead.span())
            .map(|span| format!("{:016x}\n", span.0))
            .collect();
        if self.file.is_none() || ids.is_empty() {
            return;
        }
        let path = self
            .place
            .directory
            .join(format!("{}.{DELIVERED}", self.place.id));
        let mut options = OpenOptions::new();
        options
            .append(true)
            .create(true)
            .mode(0o600)
            .custom_flags(OFlags::NOFOLLOW.bits().cast_signed());
        // Without the note such a span may be sent once more: there is nothing that the operator could do.
        let _ = options
            .open(path)
            .and_then(|mut file| file.write_all(ids.as_bytes()));
    }

    /// Writes what is older than `before`. What is `held` back elsewhere goes along when something younger is
    /// written, or, with `all`, in any case.
    pub(crate) fn write<'h>(&mut self, before: u64, held: impl Iterator<Item = &'h mut Packed>, all: bool) {
        let youngest = self
            .waiting
            .iter()
            .map(|record| record.seq())
            .filter(|seq| *seq < before)
            .max();
        let bound = match youngest {
            _ if all => before,
            Some(seq) => seq + 1,
            None => return,
        };
        let mut due: Vec<&mut Packed> = self
            .waiting
            .iter_mut()
            .chain(held.map(|record| &mut *record))
            .filter(|record| !record.settled && record.seq() < bound)
            .collect();
        if due.is_empty() {
            return;
        }
        due.extend(self.run.iter_mut().filter(|run| !run.settled));
        due.sort_unstable_by_key(|record| record.seq());
        let Place {
            directory,
            id,
            notices,
            path,
        } = &self.place;
        let file = self
            .file
            .get_or_insert_with(|| RunFile::adopt(directory, id, Arc::clone(notices)));
        if let Some(there) = file.path() {
            path.get_or_init(|| there.to_owned());
        }
        for record in due {
            let taken = record.show(|shown| file.take_numbered(record.seq(), record.time(), shown));
            self.tally.settle(taken, 1);
            record.settled = true;
        }
        file.flush();
        self.waiting.retain(|record| !record.settled);
    }
}
