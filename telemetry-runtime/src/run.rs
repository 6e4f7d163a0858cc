//! A run from its start to its end. [`Run`] is the only guard of telemetry; whoever holds it decides when the run
//! ends, and hears then where its records are. Everything that touches the process as a whole happens here.

use std::fs::File;
use std::future::Future;
use std::marker::PhantomData;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use crate::clock::SteadyNanos;
use crate::command_span::CommandSpan;
use crate::context::{self, Frame, Whose};
use crate::def::RunDef;
use crate::delivery::{Conclusion, Delivery, Ending};
use crate::handover::{Handover, handover};
use crate::inner::Stack;
use crate::line::{self, Ledger, Outcome, Summary};
use crate::notice::TerminalLease;
use crate::record::Record;
use crate::recorder::Recorder;
use crate::sampler::Sampler;
use crate::vocabulary::Vocabulary;
use crate::{ambient, panic, retention};

/// A run of a program that speaks the vocabulary `V`. Dropped without [`Run::finish`] it ends as abandoned.
#[must_use = "the run ends when this is dropped"]
pub struct Run<V: Vocabulary> {
    live: Option<Live>,
    vocabulary: PhantomData<fn() -> V>,
}

/// What a run that is not off consists of.
pub(crate) struct Live {
    recorder: Arc<Recorder>,
    sampler: Option<Sampler>,
    /// Whether room was made for the run file, which may come late.
    made_room: bool,
    began: SteadyNanos,
    /// `None` in a session: a run has one command, and that is the one which the operator gave.
    command: Option<CommandSpan>,
}

impl<V: Vocabulary> Run<V> {
    /// A run that records nothing, for programs that go on without telemetry.
    pub fn off() -> Run<V> {
        Run {
            live: None,
            vocabulary: PhantomData,
        }
    }

    pub(crate) fn of(live: Live) -> Run<V> {
        Run {
            live: Some(live),
            vocabulary: PhantomData,
        }
    }

    /// The run's id; empty when it is off.
    pub fn id(&self) -> &str {
        self.live.as_ref().map_or("", |live| live.recorder.id())
    }

    /// Whether the debug tier is recorded, because the program or the environment asked for it.
    pub fn debug(&self) -> bool {
        self.live.as_ref().is_some_and(|live| live.recorder.debug())
    }

    /// The run file, where there is one.
    pub fn file(&self) -> Option<PathBuf> {
        self.live.as_ref().and_then(|live| live.recorder.file())
    }

    /// Id of the stay in a container that this run is; `None` when it was started and not joined.
    pub fn session_id(&self) -> Option<&str> {
        self.live.as_ref().and_then(|live| live.recorder.session())
    }

    /// What to tell a container, so that the session inside of it ([`Run::join`]) continues this run: the run's id,
    /// the place of the launch, whether the debug tier is recorded, and, where a backend is configured, the way to
    /// it. The file is not asked for: inside of the container it would be another one.
    ///
    /// An endpoint on the host's loopback is rewritten to `host.docker.internal`, and [`Handover::extra_hosts`] says
    /// what makes that name known; any other endpoint is handed over as it is. Headers, timeouts and compression go
    /// along. Certificates do not, because they are files of this machine: the operator is told so. Under `https`
    /// the backend has to show a certificate for the name that the container knows it by.
    ///
    /// The place of the launch is the visit that the caller is in, by the span it stands in, or else the current
    /// one; without a visit it is that span, and without a span the command.
    pub fn handover(&self) -> Handover {
        let Some(live) = &self.live else {
            return Handover::default();
        };
        // In this run, whatever the ambient one is, and still inside of the spans that the caller stands in.
        let mut frame = Frame {
            whose: Whose::This(Arc::clone(&live.recorder)),
            ..context::copy()
        };
        context::within(&mut frame, handover)
    }

    /// Runs `f` with everything that this thread records going into this run, whatever the ambient one is.
    pub fn scope<R>(&self, f: impl FnOnce() -> R) -> R {
        context::within(&mut self.frame(), f)
    }

    /// Runs `future` with everything that it records going into this run, whichever threads poll it.
    pub fn instrument<F: Future>(&self, future: F) -> impl Future<Output = F::Output> + use<F, V> {
        context::instrument(self.frame(), future)
    }

    /// Returns when every record so far is where it belongs.
    pub fn flush(&self) {
        if let Some(live) = &self.live {
            live.recorder.flush();
        }
    }

    /// Where the records went so far.
    pub fn ledger(&self) -> Ledger {
        self.live
            .as_ref()
            .map(|live| live.recorder.ledger())
            .unwrap_or_default()
    }

    /// Holds notices back until the lease is dropped, because a full-screen program owns the terminal.
    pub fn lease_terminal(&self) -> TerminalLease {
        self.live
            .as_ref()
            .map_or_else(TerminalLease::off, |live| live.recorder.notices().lease())
    }

    /// Ends the run: writes the summary, flushes, and says where the records are.
    pub fn finish(mut self, result: impl Conclusion<V>) -> Delivery {
        match self.live.take() {
            Some(live) => live.finish(result.ending()),
            None => Delivery {
                run_id: String::new(),
                outcome: result.ending().outcome,
                file: None,
                ledger: Ledger::default(),
                notices: Vec::new(),
            },
        }
    }

    fn frame(&self) -> Frame {
        let whose = self
            .live
            .as_ref()
            .map_or(Whose::Nobody, |live| Whose::This(Arc::clone(&live.recorder)));
        Frame {
            whose,
            stack: Stack::EMPTY,
        }
    }
}

impl<V: Vocabulary> Drop for Run<V> {
    fn drop(&mut self) {
        if let Some(live) = self.live.take() {
            live.finish(Outcome::Abandoned.into());
        }
    }
}

impl<V: Vocabulary> std::fmt::Debug for Run<V> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Run").field(&self.id()).finish()
    }
}

impl Live {
    /// Records the beginning of a run, and lets the process record into it.
    pub(crate) fn begin(recorder: Recorder, first: &line::Run, ambient: bool) -> Live {
        let recorder = Arc::new(recorder);
        recorder.put(&Record::Run(first));
        let began = recorder.steady();
        let command = if recorder.session().is_some() {
            recorder.begin_session();
            None
        } else {
            Some(CommandSpan::begin(&recorder, &first.command))
        };
        panic::install();
        ambient::join(&recorder, ambient);
        recorder.settle();
        Live {
            recorder,
            sampler: None,
            began,
            command,
            made_room: false,
        }
    }

    /// Makes room in the folder of the run files, once there is a file.
    pub(crate) fn make_room(&mut self) {
        if !self.made_room
            && let Some(file) = self.recorder.file()
            && let Some(folder) = file.parent()
        {
            self.made_room = true;
            prune(&self.recorder, folder);
        }
    }

    pub(crate) fn recorder(&self) -> &Arc<Recorder> {
        &self.recorder
    }

    /// Hands over the sampler, to be stopped with the run.
    pub(crate) fn sampled_by(self, sampler: Option<Sampler>) -> Live {
        Live { sampler, ..self }
    }

    /// The last records of a run, in their order.
    pub(crate) fn finish(mut self, ending: Ending) -> Delivery {
        let recorder = Arc::clone(&self.recorder);
        let elapsed = || recorder.steady().saturating_sub(self.began);
        if let Some(mut probe) = self.sampler.take().and_then(Sampler::stop) {
            recorder.sample(&mut probe);
        }
        {
            let _trail = recorder.trail();
            recorder.end_visit();
        }
        if self.command.is_none() {
            recorder.end_session(&ending, Duration::from_nanos(elapsed()));
        }
        recorder.put_metrics();
        ambient::leave(&recorder);
        recorder.close();
        let duration_ns = elapsed();
        let counted = recorder.counts().summary(
            recorder.schema(),
            recorder.instruments(),
            recorder.counted(),
            recorder.ledger(),
            recorder.expects(),
        );
        let summary = Summary {
            outcome: Some(ending.outcome),
            duration_ns: Some(duration_ns),
            ..counted
        };
        recorder.put_last(&Record::Summary(&summary));
        if let Some(command) = &self.command {
            command.end(&recorder, &ending, duration_ns);
        }
        recorder.put_last(&Record::End(&line::End {
            outcome: ending.outcome,
            exit_code: ending.exit_code,
            error_type: ending.error.map(|error| error.id.to_owned()),
            duration_ns,
        }));
        recorder.finish();
        self.make_room();
        // Notices of the last records find no place in the file any more, but still reach the operator.
        recorder.notices().show(recorder.notices().take());
        Delivery {
            run_id: recorder.id().to_owned(),
            outcome: ending.outcome,
            file: recorder.file(),
            ledger: recorder.ledger(),
            notices: recorder.notices().all(),
        }
    }
}

/// Deletes old runs. What cannot be deleted stays, and is told. The run's own file stays too: a long run may have begun
/// before all others that are kept, and what it could not deliver was written just now.
fn prune(recorder: &Recorder, directory: &Path) {
    let own = recorder.file().and_then(|own| File::open(own).ok());
    // A file that somebody holds is never deleted; without a lock, a file system has no lock to ask for either.
    let _held = own.filter(|own| own.try_lock_shared().is_ok());
    let RunDef {
        keep_runs, keep_days, ..
    } = recorder.schema().run;
    let now = UNIX_EPOCH + Duration::from_nanos(recorder.now());
    let trouble = match retention::prune(directory, keep_runs, keep_days, now) {
        Ok(pruned) => pruned
            .failed
            .into_iter()
            .next()
            .map(|(path, error)| format!("{}: {error}", path.display())),
        Err(error) => Some(format!("{}: {error}", directory.display())),
    };
    if let Some(trouble) = trouble {
        recorder
            .notices()
            .tell("not_pruned", format!("old runs could not be deleted: {trouble}"));
    }
}
