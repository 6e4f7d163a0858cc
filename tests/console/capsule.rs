//! The story goes on inside of the container: what a backend has of a run whose container exits, crashes or is killed.

use std::path::Path;
use std::process::Output;

use telemetry_runtime::line::{Line, Record};
use telemetry_runtime::reader;
use telemetry_testbed::proto::common::v1::KeyValue;
use telemetry_testbed::proto::common::v1::any_value::Value as Any;
use telemetry_testbed::proto::logs::v1::LogRecord;
use telemetry_testbed::proto::trace::v1::Span;
use telemetry_testbed::{Placed, Testbed, attribute};
use tempfile::TempDir;

use super::told::{execute, home};

/// What was emitted so long before a kill is at the backend.
const DELIVERED: u128 = 250;

/// What a backend has of one run.
pub(super) struct Backend {
    pub(super) spans: Vec<Placed<Span>>,
    pub(super) logs: Vec<Placed<LogRecord>>,
}

/// Runs a script that is written here, with this backend.
pub(super) fn run(home: &TempDir, script: &str, arguments: &[&str], vars: &[(&str, &str)]) -> Output {
    let path = home.path().join("test.script");
    std::fs::write(&path, script).expect("a script");
    let script = path.to_string_lossy();
    execute(home, &[&["--script", &*script], arguments].concat(), vars)
}

fn run_at(testbed: &Testbed, home: &TempDir, script: &str, arguments: &[&str]) -> Output {
    let endpoint = testbed.endpoint();
    run(
        home,
        script,
        arguments,
        &[("OTEL_EXPORTER_OTLP_ENDPOINT", &endpoint)],
    )
}

pub(super) fn text(attributes: &[KeyValue], key: &str) -> Option<String> {
    match attribute(attributes, key) {
        Some(Any::StringValue(text)) => Some(text.clone()),
        _ => None,
    }
}

impl Backend {
    pub(super) fn of(testbed: &Testbed) -> Backend {
        Backend {
            spans: testbed.spans(),
            logs: testbed.logs(),
        }
    }

    pub(super) fn span(&self, name: &str) -> &Placed<Span> {
        let named: Vec<_> = self.spans.iter().filter(|span| span.name == name).collect();
        let [span] = named[..] else {
            panic!("{} spans are named {name}", named.len());
        };
        span
    }

    pub(super) fn events(&self, name: &str) -> Vec<&Placed<LogRecord>> {
        self.logs.iter().filter(|log| log.event_name == name).collect()
    }

    /// The one id that every resource carries, under both names.
    pub(super) fn run_id(&self) -> String {
        let resources = self.spans.iter().map(|span| &span.resource);
        let resources = resources.chain(self.logs.iter().map(|log| &log.resource));
        let mut ids: Vec<_> = resources
            .flat_map(|resource| {
                ["parallax.run.id", "cli.invocation.id"]
                    .map(|key| text(&resource.attributes, key).expect("each resource has the run id"))
            })
            .collect();
        ids.dedup();
        let [id] = &ids[..] else {
            panic!("one run, but {ids:?}");
        };
        id.clone()
    }

    /// Checks that the list leads to the launch and the launch into the container, each in its own trace.
    pub(super) fn assert_chain(&self) {
        let chain = ["capsule.session", "launch", "list"].map(|name| self.span(name));
        for pair in chain.windows(2) {
            let [link] = &pair[0].links[..] else {
                panic!("{}: {:?}", pair[0].name, pair[0].links);
            };
            assert_eq!(
                (&link.trace_id, &link.span_id),
                (&pair[1].trace_id, &pair[1].span_id),
                "{} links to {}",
                pair[0].name,
                pair[1].name
            );
            assert_ne!(pair[0].trace_id, pair[1].trace_id);
            assert!(pair[0].parent_span_id.is_empty(), "{} is a root", pair[0].name);
        }
        let session = self.span("capsule.session");
        let id = text(&session.attributes, "session.id").expect("a session.id");
        assert_eq!(
            session.resource_attribute("session.id"),
            Some(&Any::StringValue(id))
        );
        let component = |span: &Placed<Span>| text(&span.resource.attributes, "jackin.component");
        assert_eq!(component(session).as_deref(), Some("capsule"));
        assert_eq!(component(self.span("launch")).as_deref(), Some("host"));
    }

    /// Checks that whatever the capsule told stands below something that the backend has, in the session's trace.
    pub(super) fn assert_nothing_is_orphaned(&self) {
        let session = self.span("capsule.session");
        let is_there = |id: &[u8]| self.spans.iter().any(|span| span.span_id == id);
        let of_capsule = |attributes| text(attributes, "session.id").is_some();
        let mut met = 0;
        for span in self
            .spans
            .iter()
            .filter(|span| of_capsule(&span.resource.attributes))
        {
            assert_eq!(span.trace_id, session.trace_id, "{}", span.name);
            assert!(
                span.parent_span_id.is_empty() || is_there(&span.parent_span_id),
                "{} has lost its parent",
                span.name
            );
            met += 1;
        }
        for log in self
            .logs
            .iter()
            .filter(|log| of_capsule(&log.resource.attributes))
        {
            if !["run.summary", ""].contains(&log.event_name.as_str()) {
                assert_eq!(log.trace_id, session.trace_id, "{}", log.event_name);
                assert!(is_there(&log.span_id), "{} has lost its span", log.event_name);
            }
            met += 1;
        }
        assert!(met > 3, "{met} records of the capsule");
    }

    /// Checks that everything that a killed capsule had printed is there, up to the last moments.
    pub(super) fn assert_whole_until_the_kill(&self, least: usize) {
        let of_capsule = |log: &&Placed<LogRecord>| {
            text(&log.attributes, "process.executable.name").as_deref() == Some("capsule")
        };
        let output = self.events("command.output").into_iter().filter(of_capsule);
        let printed: Vec<String> = output
            .filter_map(|log| text(&log.attributes, "jackin.output.line"))
            .collect();
        let has = |words: &str| printed.iter().any(|line| line.contains(words));
        assert!(has("is up") && has("is listening"), "{printed:?}");
        for told in [
            "session.start",
            "capsule.ready",
            "capsule.client.attached",
            "capsule.tab.opened",
        ] {
            assert_eq!(self.events(told).len(), 1, "{told}");
        }
        let tabs: Vec<(&str, u128)> = printed
            .iter()
            .filter_map(|line| line.strip_prefix("tab ")?.split_once(" closed at "))
            .map(|(label, closed)| (label, closed.parse().expect("a time")))
            .collect();
        let (_, last) = tabs.last().expect("the agent worked");
        // The kill came after the last line.
        let certain = tabs.iter().filter(|(_, closed)| closed + DELIVERED <= *last);
        let mut count = 0;
        for (label, _) in certain {
            let is_tab = |span: &&Placed<Span>| {
                span.name == "capsule.tab"
                    && text(&span.attributes, "jackin.tab.label").as_deref() == Some(label)
            };
            let told = self.spans.iter().filter(is_tab).count();
            assert_eq!(told, 1, "{label} of {tabs:?}");
            count += 1;
        }
        assert!(
            count >= least,
            "only {count} of {} lines were old enough",
            tabs.len()
        );
        // With --debug on the host, the capsule has the debug tier too.
        assert!(self.events("capsule.request.received").len() > count);
        assert!(self.events("session.end").is_empty(), "it was killed");
        assert_eq!(self.events("container.crashed").len(), 1);
    }
}

/// The run files below a home, and those below the homes of its containers.
fn files(home: &TempDir) -> (Vec<std::path::PathBuf>, Vec<std::path::PathBuf>) {
    let list = |folder: &Path| -> Vec<_> {
        let entries = std::fs::read_dir(folder).into_iter().flatten();
        entries.map(|entry| entry.expect("an entry").path()).collect()
    };
    let runs = ".jackin/data/diagnostics/runs";
    let containers = list(&home.path().join(".jackin/containers"));
    (
        list(&home.path().join(runs)),
        containers
            .iter()
            .flat_map(|home| list(&home.join(runs)))
            .collect(),
    )
}

fn lines(file: &Path) -> Vec<Line> {
    let text = std::fs::read_to_string(file).expect("a run file");
    let parse = |line: &str| reader::parse(line.as_bytes()).expect("a whole line");
    text.lines().map(parse).collect()
}

#[test]
fn a_run_is_one_chain_from_the_first_screen_into_the_container_under_one_id() {
    let (testbed, home) = (Testbed::start().expect("a testbed"), home());
    let output = run_at(
        &testbed,
        &home,
        "launch notes\nsee listening\nchild exit 0\n",
        &[],
    );
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(0), "{said}{output:?}");
    let backend = Backend::of(&testbed);
    let id = backend.run_id();
    assert!(said.starts_with(&format!("run {id}: ")), "{said}");
    backend.assert_chain();
    backend.assert_nothing_is_orphaned();
    let (tab, session) = (backend.span("capsule.tab"), backend.span("capsule.session"));
    assert_eq!(tab.parent_span_id, session.span_id);
    assert_eq!(
        text(&tab.attributes, "jackin.agent.name").as_deref(),
        Some("codex")
    );
    for event in ["session.start", "capsule.ready", "capsule.client.attached"] {
        assert_eq!(backend.events(event).len(), 1, "{event}");
    }
    let [end] = backend.events("session.end")[..] else {
        panic!("the session ended once");
    };
    assert_eq!(text(&end.attributes, "outcome").as_deref(), Some("success"));
    assert!(
        backend.events("capsule.request.received").is_empty(),
        "for --debug"
    );
    let command = backend.span("cli.command");
    assert_eq!(
        command.resource_attribute("session.id"),
        None,
        "a run has one command"
    );
    assert_eq!(
        files(&home),
        (Vec::new(), Vec::new()),
        "a healthy backend needs no file"
    );
}

#[test]
fn a_container_that_is_killed_leaves_everything_up_to_the_kill() {
    // Three moments: soon after the start, and later.
    for step in [45, 70, 110] {
        let (testbed, home) = (Testbed::start().expect("a testbed"), home());
        let script = format!("launch notes\nsee listening\nchild work 2000\nsee step-{step}\nchild kill\n");
        let output = run_at(&testbed, &home, &script, &["--debug"]);
        assert_eq!(output.status.code(), Some(137), "{output:?}");
        let backend = Backend::of(&testbed);
        backend.run_id();
        backend.assert_chain();
        backend.assert_nothing_is_orphaned();
        backend.assert_whole_until_the_kill(step / 5);
    }
}

#[test]
fn a_capsule_that_crashes_says_where_and_ends_its_session() {
    let (testbed, home) = (Testbed::start().expect("a testbed"), home());
    let output = run_at(&testbed, &home, "launch notes\nsee listening\nchild crash\n", &[]);
    assert_eq!(output.status.code(), Some(101), "{output:?}");
    let backend = Backend::of(&testbed);
    backend.assert_chain();
    backend.assert_nothing_is_orphaned();
    let [panic] = backend.events("panic")[..] else {
        panic!("{:?}", backend.events("panic"));
    };
    assert_eq!(
        text(&panic.attributes, "exception.message").as_deref(),
        Some("there is no spoon")
    );
    let [end] = backend.events("session.end")[..] else {
        panic!("the session ended once");
    };
    assert_eq!(text(&end.attributes, "outcome").as_deref(), Some("failure"));
    assert_eq!(text(&end.attributes, "error.type").as_deref(), Some("panicked"));
}

#[test]
fn the_file_beside_a_backend_is_the_hosts_alone() {
    let (testbed, home) = (Testbed::start().expect("a testbed"), home());
    let endpoint = testbed.endpoint();
    let vars = [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint.as_str()),
        ("JACKIN_DIAGNOSTICS_FILE", "1"),
    ];
    let output = run(&home, "launch notes\nsee listening\nchild exit 0\n", &[], &vars);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let (host, containers) = files(&home);
    assert_eq!((host.len(), containers.len()), (1, 0), "{host:?} {containers:?}");
    Backend::of(&testbed).assert_chain();
}

#[test]
fn without_a_backend_the_session_is_in_the_file_of_its_containers_home_under_the_runs_id() {
    let home = home();
    let output = run(&home, "launch notes\nsee listening\nchild exit 0\n", &[], &[]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let (host, containers) = files(&home);
    let ([host], [container]) = (&host[..], &containers[..]) else {
        panic!("{host:?} {containers:?}");
    };
    let name = |file: &Path| file.file_stem().expect("a name").to_string_lossy().into_owned();
    assert!(
        name(container).starts_with(&format!("{}-", name(host))),
        "one run, one id"
    );
    let (host, container) = (lines(host), lines(container));
    let runs = |lines: &[Line]| {
        let runs = lines.iter().filter(|line| matches!(line.record, Record::Run(_)));
        runs.count()
    };
    assert_eq!((runs(&host), runs(&container)), (1, 1), "nothing is mixed up");
    let launch = host.iter().find_map(|line| match &line.record {
        Record::SpanEnd(span) if span.name == "launch" => Some(span),
        _ => None,
    });
    let session = container.iter().find_map(|line| match &line.record {
        Record::SpanEnd(span) if span.name == "capsule.session" => Some(span),
        _ => None,
    });
    let (launch, session) = (launch.expect("the launch"), session.expect("the session"));
    let [link] = &session.links[..] else {
        panic!("{session:?}");
    };
    assert_eq!(
        (&link.trace_id, &link.span_id),
        (&launch.trace_id, &launch.span_id)
    );
    assert!(matches!(container[container.len() - 1].record, Record::End(_)));
}
