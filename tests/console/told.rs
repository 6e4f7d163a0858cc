//! Runs the console example and reads back what its run file tells.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use telemetry_runtime::line::{
    AttributeValue, Attributes, Event, Kind, Line, Outcome, Record, SpanEnd, SpanStart, Summary,
};
use telemetry_runtime::reader;
use tempfile::TempDir;

/// The example's binary, beside this one's folder.
pub(crate) fn program() -> PathBuf {
    let deps = std::env::current_exe().expect("this binary");
    let profile = deps
        .parent()
        .and_then(Path::parent)
        .expect("target/<profile>/deps");
    let program = profile.join("examples").join("console");
    assert!(
        program.is_file(),
        "{} is missing: build it with `cargo build --example console`",
        program.display()
    );
    program
}

/// One execution of the console, as its run file tells it.
pub(super) struct Told {
    pub(super) lines: Vec<Line>,
    pub(super) code: Option<i32>,
    pub(super) stdout: String,
    pub(super) stderr: String,
}

/// Runs the console in `home`, free of this machine's environment.
pub(super) fn run(home: &TempDir, arguments: &[&str]) -> Told {
    run_with(home, arguments, &[])
}

/// The same with these variables in its environment; whatever comes of it, wherever the run is recorded.
pub(super) fn execute(home: &TempDir, arguments: &[&str], vars: &[(&str, &str)]) -> Output {
    Command::new(program())
        .args(arguments)
        .arg("--home")
        .arg(home.path())
        .env_clear()
        .envs(std::env::var_os("PATH").map(|path| ("PATH", path)))
        .envs(vars.iter().copied())
        .output()
        .expect("the console starts")
}

/// The same, of a run that is recorded in its file.
pub(super) fn run_with(home: &TempDir, arguments: &[&str], vars: &[(&str, &str)]) -> Told {
    let output = execute(home, arguments, vars);
    let stdout = String::from_utf8(output.stdout).expect("UTF-8");
    let stderr = String::from_utf8(output.stderr).expect("UTF-8");
    let id = stdout
        .split_once("runs show ")
        .and_then(|(_, rest)| rest.split(' ').next());
    let id = id.unwrap_or_else(|| panic!("it does not say where its run is: {stdout}{stderr}"));
    let file = home
        .path()
        .join(format!(".jackin/data/diagnostics/runs/{id}.jsonl"));
    let text = std::fs::read(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let lines = text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    let lines = lines
        .map(|line| reader::parse(line).expect("a whole line"))
        .collect();
    Told {
        lines,
        code: output.status.code(),
        stdout,
        stderr,
    }
}

/// Runs a script that is written here.
pub(super) fn run_script(home: &TempDir, script: &str, arguments: &[&str]) -> Told {
    let path = home.path().join("test.script");
    std::fs::write(&path, script).expect("a script");
    let script = path.to_string_lossy();
    run(home, &[&["--script", &*script], arguments].concat())
}

pub(super) fn home() -> TempDir {
    tempfile::tempdir().expect("a folder")
}

impl Told {
    /// Every record of one kind, with the line that it stands on.
    fn pick<'a, T>(&'a self, pick: impl Fn(&'a Record) -> Option<&'a T>) -> Vec<(&'a Line, &'a T)> {
        self.lines
            .iter()
            .filter_map(|line| Some((line, pick(&line.record)?)))
            .collect()
    }

    pub(super) fn starts(&self, kind: Kind) -> Vec<(&Line, &SpanStart)> {
        self.pick(|record| match record {
            Record::SpanStart(start) if start.kind == kind => Some(start),
            _ => None,
        })
    }

    pub(super) fn ends(&self, kind: Kind) -> Vec<(&Line, &SpanEnd)> {
        self.pick(|record| match record {
            Record::SpanEnd(end) if end.kind == kind => Some(end),
            _ => None,
        })
    }

    pub(super) fn visits(&self) -> Vec<&SpanStart> {
        self.starts(Kind::Screen)
            .into_iter()
            .map(|(_, start)| start)
            .collect()
    }

    pub(super) fn events(&self, name: &str) -> Vec<&Event> {
        let events = self.pick(|record| match record {
            Record::Event(event) if event.name == name => Some(event),
            _ => None,
        });
        events.into_iter().map(|(_, event)| event).collect()
    }

    pub(super) fn event(&self, name: &str) -> &Event {
        let events = self.events(name);
        assert_eq!(events.len(), 1, "`{name}` happened {} times", events.len());
        events[0]
    }

    pub(super) fn logs(&self) -> Vec<&Line> {
        self.lines
            .iter()
            .filter(|line| matches!(line.record, Record::Log(_)))
            .collect()
    }

    pub(super) fn summary(&self) -> &Summary {
        let summaries = self.pick(|record| match record {
            Record::Summary(summary) => Some(summary),
            _ => None,
        });
        summaries.first().expect("a summary").1
    }

    pub(super) fn end(&self) -> (Outcome, Option<i32>, Option<&str>) {
        match self.lines.last().map(|line| &line.record) {
            Some(Record::End(end)) => (end.outcome, end.exit_code, end.error_type.as_deref()),
            other => panic!("the last line is {other:?}"),
        }
    }

    /// What holds for every run that ended: no gaps, nothing lost, nothing out of place, nothing left open.
    pub(super) fn assert_sound(&self) {
        for (index, line) in self.lines.iter().enumerate() {
            assert_eq!(line.seq, index as u64, "there is a gap before {line:?}");
        }
        let summary = self.summary();
        let ledger = summary.ledger;
        assert_eq!(ledger.emitted, ledger.in_file, "{ledger:?}");
        assert_eq!((ledger.acknowledged, ledger.dropped), (0, 0), "{ledger:?}");
        let place = self
            .lines
            .iter()
            .position(|line| matches!(line.record, Record::Summary(_)));
        assert_eq!(
            Some(ledger.in_file),
            place.map(|place| place as u64 + 1),
            "the ledger counts up to its own line"
        );
        assert_eq!(summary.unexpected, 0, "no call site was out of place");
        for kind in [Kind::Screen, Kind::Stage, Kind::Timing, Kind::Span] {
            let started: BTreeSet<_> = self
                .starts(kind)
                .iter()
                .map(|(_, start)| &start.span_id)
                .collect();
            let ended: BTreeSet<_> = self.ends(kind).iter().map(|(_, end)| &end.span_id).collect();
            assert_eq!(started, ended, "every {kind:?} that opened closed");
        }
        let abandoned = |(_, end): &&(&Line, &SpanEnd)| end.outcome == Outcome::Abandoned;
        assert_eq!(
            self.ends(Kind::Stage).iter().filter(abandoned).count(),
            0,
            "no stage was dropped without a word"
        );
    }
}

pub(super) fn text<'a>(attributes: &'a Attributes, key: &str) -> Option<&'a str> {
    match attributes.get(key) {
        Some(AttributeValue::String(text)) => Some(text),
        _ => None,
    }
}

pub(super) fn count(told: &Told, kind: Kind, name: &str, outcome: Outcome) -> usize {
    told.ends(kind)
        .iter()
        .filter(|(_, end)| end.name == name && end.outcome == outcome)
        .count()
}
