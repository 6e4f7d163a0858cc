//! A program with runs of its own in a home of its own, and the eyes to look at what they left.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use telemetry_runtime::def::SchemaDef;
use telemetry_runtime::line::{Ledger, Line, Outcome, Record};
use telemetry_runtime::reader::{Reading, RunReader};
use telemetry_runtime::value::Value;
use telemetry_runtime::vocabulary::NoError;
use telemetry_runtime::{Delivery, Options, Run, Vocabulary, emit};

use crate::vocabulary::{SCHEMA, TICK};

/// The vocabulary of these tests.
pub(crate) struct Here;

impl Vocabulary for Here {
    const SCHEMA: &'static SchemaDef = &SCHEMA;
    type ErrorType = NoError;
}

/// A run, and the notices that its operator was shown.
pub(crate) struct Program {
    pub(crate) run: Run<Here>,
    pub(crate) told: Arc<Mutex<Vec<String>>>,
}

/// Starts a run under a given id, or a minted one.
pub(crate) fn start(home: &Path, id: Option<&str>) -> Program {
    started(home, id, |options| options)
}

pub(crate) fn started(home: &Path, id: Option<&str>, more: impl FnOnce(Options) -> Options) -> Program {
    let told = Arc::new(Mutex::new(Vec::new()));
    let hook = Arc::clone(&told);
    let options = Options::new("test")
        .home(home)
        .vars(id.map(|id| ("APP_RUN_ID", id)));
    let options = options.on_notice(move |notice| {
        hook.lock()
            .expect("no test panics in here")
            .push(format!("{}: {}", notice.code, notice.body));
    });
    Program {
        run: Run::start(more(options)).expect("nothing is wrong with the options"),
        told,
    }
}

impl Program {
    /// Emits one event after another, each with its number.
    pub(crate) fn tick(&self, numbers: std::ops::Range<i64>) {
        self.run
            .scope(|| numbers.for_each(|number| emit(&TICK, &[Value::Int(number), Value::Int(0)])));
    }

    /// The ledger, which has to add up at every moment.
    pub(crate) fn ledger(&self) -> Ledger {
        balanced(self.run.ledger())
    }

    pub(crate) fn finish(self) -> (Delivery, Vec<String>) {
        let delivery = self.run.finish(Outcome::Success);
        balanced(delivery.ledger);
        let told = self.told.lock().expect("no test panics in here").clone();
        (delivery, told)
    }
}

pub(crate) fn balanced(ledger: Ledger) -> Ledger {
    assert_eq!(
        ledger.emitted,
        ledger.acknowledged + ledger.in_file + ledger.dropped,
        "{ledger:?}"
    );
    ledger
}

/// Where the runs of a home are.
pub(crate) fn runs(home: &Path) -> PathBuf {
    home.join(".app/runs")
}

/// The lines of a file, all of which have to be whole, and what the reader says of them.
pub(crate) fn lines(file: &Path) -> (Vec<Line>, Reading) {
    let mut reader = RunReader::open(file).expect("the file is there");
    let lines = reader
        .by_ref()
        .map(|line| line.unwrap_or_else(|problem| panic!("{problem}")))
        .collect();
    (lines, reader.reading().clone())
}

/// The numbers of the events in a file.
pub(crate) fn ticks(lines: &[Line]) -> Vec<i64> {
    let number = |line: &Line| match &line.record {
        Record::Event(event) if event.name == "tick" => match event.attributes.values().next() {
            Some(telemetry_runtime::line::AttributeValue::Int(number)) => Some(*number),
            other => panic!("no number: {other:?}"),
        },
        _ => None,
    };
    lines.iter().filter_map(number).collect()
}
