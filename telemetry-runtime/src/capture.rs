//! A program's own tests: [`capture`] runs a closure under a run of its own that records into memory, whatever
//! other tests do at the same time, and [`Captured`] reads it back with the types of the schema.

use std::future::Future;
use std::marker::PhantomData;
use std::sync::Arc;

use crate::begin::schema_name;
use crate::conform;
use crate::handover::Onward;
use crate::ids::Ids;
use crate::line::{self, Ledger, Line, Outcome, Record};
use crate::memory::Memory;
use crate::notice::Notices;
use crate::options::Options;
use crate::recorder::{Parts, Recorder};
use crate::run::{Live, Run};
use crate::targets::Targets;
use crate::tree;
use crate::vocabulary::{EventItem, Vocabulary};

/// Runs `f` with everything that this thread records, of every severity, kept in memory.
///
/// Threads and tasks that `f` spawns belong to it when they run in a [`Place`](crate::place::Place) of it.
pub fn capture<V: Vocabulary, R>(f: impl FnOnce() -> R) -> Captured<V, R> {
    capture_with(Options::new("capture").debug(true), f)
}

/// Like [`capture`], with a clock, ids or a debug flag of the test's own.
pub fn capture_with<V: Vocabulary, R>(options: Options, f: impl FnOnce() -> R) -> Captured<V, R> {
    let (run, memory) = start::<V>(options);
    let output = run.scope(f);
    Captured::new(run, &memory, output)
}

/// Like [`capture`], for a future; whichever threads poll it.
pub fn capture_async<V: Vocabulary, F: Future>(future: F) -> impl Future<Output = Captured<V, F::Output>> {
    capture_async_with(Options::new("capture").debug(true), future)
}

/// Like [`capture_async`], with a clock, ids or a debug flag of the test's own.
pub async fn capture_async_with<V: Vocabulary, F: Future>(
    options: Options,
    future: F,
) -> Captured<V, F::Output> {
    let (run, memory) = start::<V>(options);
    let output = run.instrument(future).await;
    Captured::new(run, &memory, output)
}

fn start<V: Vocabulary>(options: Options) -> (Run<V>, Arc<Memory>) {
    let memory = Arc::new(Memory::default());
    let ids = Ids::new(options.seed);
    let id = ids.run();
    let first = line::Run {
        format: line::FORMAT,
        schema: schema_name(V::SCHEMA),
        run_id: id.clone(),
        command: options.command,
        pid: std::process::id(),
        debug: options.debug,
        resource: line::Attributes::new(),
        why: line::Why::Requested,
        wire: None,
    };
    let recorder = Recorder::new(Parts {
        schema: V::SCHEMA,
        id,
        debug: options.debug,
        clock: options.clock,
        ids,
        sink: Box::new(Arc::clone(&memory)),
        // Nobody has to read the notices of a test on the terminal: they are in its lines.
        notices: Arc::new(Notices::new(Some(
            options.hook.unwrap_or_else(|| Arc::new(|_| ())),
        ))),
        handover: None,
        onward: Onward::default(),
        session: None,
        targets: Targets::new(V::SCHEMA.log_targets, options.log_targets),
    });
    (Run::of(Live::begin(recorder, &first, false)), memory)
}

/// What was recorded, and what the closure or future returned.
#[derive(Debug)]
pub struct Captured<V, R> {
    /// What the closure or future returned.
    pub output: R,
    lines: Vec<Line>,
    ledger: Ledger,
    vocabulary: PhantomData<fn() -> V>,
}

impl<V: Vocabulary, R> Captured<V, R> {
    fn new(run: Run<V>, memory: &Memory, output: R) -> Captured<V, R> {
        let ledger = run.finish(Outcome::Success).ledger;
        let bytes = memory.bytes();
        let lines = bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        // The encoder's own tests hold its lines readable; one that is not would be missing in the ledger's sum.
        let lines = lines.filter_map(|line| crate::reader::parse(line).ok()).collect();
        Captured {
            output,
            lines,
            ledger,
            vocabulary: PhantomData,
        }
    }

    /// What the closure or future returned.
    pub fn into_output(self) -> R {
        self.output
    }

    /// Every record, as a reader of a run file would see it: the run's own first and last lines too.
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// Where the records went.
    pub fn ledger(&self) -> Ledger {
        self.ledger
    }

    /// The declared events of one kind, in the order in which they happened.
    pub fn events<E: EventItem>(&self) -> Vec<E> {
        // An event that is recorded both ways happened once.
        let both = E::DEF.log && E::DEF.span_event;
        let of_kind = self.lines.iter().filter_map(|line| match &line.record {
            Record::Event(event) if event.name == E::DEF.name && !(both && event.on_span) => Some(event),
            _ => None,
        });
        of_kind.filter_map(|event| E::decode(&event.attributes)).collect()
    }

    /// The undeclared records, which came through `tracing` or tell of something that the schema does not foresee.
    pub fn logs(&self) -> Vec<&line::Log> {
        self.records(|record| match record {
            Record::Log(log) => Some(log),
            _ => None,
        })
    }

    /// Ids of the screens that were visited, in order.
    pub fn visits(&self) -> Vec<&str> {
        self.records(|record| match record {
            Record::SpanStart(span) if span.kind == line::Kind::Screen => Some(span.name.as_str()),
            _ => None,
        })
    }

    /// The spans that ended, visits too, in the order of their ends.
    pub fn spans(&self) -> Vec<&line::SpanEnd> {
        self.records(|record| match record {
            Record::SpanEnd(span) => Some(span),
            _ => None,
        })
    }

    /// The end-of-run summary.
    pub fn summary(&self) -> Option<&line::Summary> {
        self.records(|record| match record {
            Record::Summary(summary) => Some(summary),
            _ => None,
        })
        .pop()
    }

    /// An indented picture of screens, stages, spans and events, without times and ids: made for snapshots.
    pub fn tree(&self) -> String {
        tree::draw(&self.lines)
    }

    /// What of the schema's rules the records break; empty when they keep all of them.
    pub fn findings(&self) -> Vec<String> {
        conform::findings(V::SCHEMA, &self.lines)
    }

    /// Checks the rules that the schema implies.
    ///
    /// # Panics
    /// With every finding, when there is one.
    pub fn assert_conforms(&self) {
        let findings = self.findings();
        assert!(
            findings.is_empty(),
            "the records break the schema:\n- {}",
            findings.join("\n- ")
        );
    }

    fn records<'l, T>(&'l self, pick: impl Fn(&'l Record) -> Option<T>) -> Vec<T> {
        self.lines.iter().filter_map(|line| pick(&line.record)).collect()
    }
}
