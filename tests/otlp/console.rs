//! The console example with an endpoint in its environment: the whole setup that is promised to an operator.

use std::process::{Command, Output};

use telemetry_testbed::proto::common::v1::any_value::Value as Any;
use telemetry_testbed::proto::logs::v1::LogRecord;
use telemetry_testbed::proto::trace::v1::Span;
use telemetry_testbed::{Placed, Testbed, attribute};
use tempfile::TempDir;

use super::text;
use crate::console::told::program;

const TOUR: &str = "examples/console/tour.script";

/// One execution of the console.
struct Done {
    pid: i64,
    code: Option<i32>,
    stdout: String,
    stderr: String,
    home: TempDir,
}

fn run(arguments: &[&str], vars: &[(&str, &str)]) -> Done {
    let home = tempfile::tempdir().expect("a folder");
    let child = Command::new(program())
        .args(arguments)
        .arg("--home")
        .arg(home.path())
        .env_clear()
        .envs(std::env::var_os("PATH").map(|path| ("PATH", path)))
        .envs(vars.iter().copied())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .expect("the console starts");
    let pid = i64::from(child.id());
    let Output {
        status,
        stdout,
        stderr,
    } = child.wait_with_output().expect("it ends");
    Done {
        pid,
        code: status.code(),
        stdout: String::from_utf8(stdout).expect("UTF-8"),
        stderr: String::from_utf8(stderr).expect("UTF-8"),
        home,
    }
}

impl Done {
    fn has_no_run_file(&self) -> bool {
        !self.home.path().join(".jackin/data/diagnostics/runs").exists()
    }

    /// What the console itself sent; the capsule that it starts is another process.
    fn own<T>(&self, all: Vec<Placed<T>>) -> Vec<Placed<T>> {
        let pid = Some(&Any::IntValue(self.pid));
        let own = all.into_iter();
        own.filter(|item| item.resource_attribute("process.pid") == pid)
            .collect()
    }

    fn spans(&self, testbed: &Testbed) -> Vec<Placed<Span>> {
        self.own(testbed.spans())
    }

    fn logs(&self, testbed: &Testbed) -> Vec<Placed<LogRecord>> {
        self.own(testbed.logs())
    }
}

#[test]
fn one_variable_sends_the_whole_tour_to_the_backend_and_leaves_no_file() {
    let testbed = Testbed::start().expect("a testbed");
    let endpoint = testbed.endpoint();
    let done = run(&["--script", TOUR], &[("OTEL_EXPORTER_OTLP_ENDPOINT", &endpoint)]);
    assert_eq!(done.code, Some(0), "{}", done.stderr);
    assert!(
        done.stdout.contains("at the backend") && done.has_no_run_file(),
        "{}",
        done.stdout
    );
    let spans = done.spans(&testbed);
    let mut visits: Vec<_> = spans
        .iter()
        .filter(|span| text(&span.attributes, "jackin.screen.name") == Some(&span.name))
        .collect();
    visits.sort_by_key(|visit| visit.start_time_unix_nano);
    let names: Vec<_> = visits.iter().map(|visit| visit.name.as_str()).collect();
    let path = [
        "list", "settings", "list", "editor", "list", "create", "editor", "list", "launch",
    ];
    assert_eq!(names, path);
    for pair in visits.windows(2) {
        let links: Vec<_> = pair[1].links.iter().map(|link| &link.span_id).collect();
        assert_eq!(
            links,
            [&pair[0].span_id],
            "{} is linked to {}",
            pair[1].name,
            pair[0].name
        );
    }
    let launch = visits.last().expect("a launch");
    let stages = spans.iter().filter(|span| {
        span.parent_span_id == launch.span_id && text(&span.attributes, "jackin.launch.stage").is_some()
    });
    let stages: Vec<_> = stages.map(|stage| stage.name.as_str()).collect();
    assert!(
        stages.len() >= 10 && stages.iter().all(|name| name.starts_with("launch.")),
        "{stages:?}"
    );
    let logs = done.logs(&testbed);
    for event in [
        "container.started",
        "container.exited",
        "launch.ready",
        "run.summary",
    ] {
        assert_eq!(
            logs.iter().filter(|log| log.event_name == event).count(),
            1,
            "{event}"
        );
    }
    let noisy: Vec<_> = logs.iter().filter(|log| log.severity_number < 9).collect();
    assert!(noisy.is_empty(), "compact without --debug: {noisy:?}");
}

#[test]
fn debug_sends_every_command_with_its_output_and_says_the_run_id_first() {
    let testbed = Testbed::start().expect("a testbed");
    let endpoint = testbed.endpoint();
    let done = run(
        &["--script", TOUR, "--debug"],
        &[("OTEL_EXPORTER_OTLP_ENDPOINT", &endpoint)],
    );
    assert_eq!(done.code, Some(0), "{}", done.stderr);
    assert!(
        done.has_no_run_file(),
        "--debug does not decide where a run is recorded"
    );
    let id = done
        .stderr
        .lines()
        .next()
        .and_then(|line| line.strip_prefix("run "));
    let id = id.unwrap_or_else(|| panic!("{}", done.stderr));
    let (spans, logs) = (done.spans(&testbed), done.logs(&testbed));
    for resource in spans
        .iter()
        .map(|span| &span.resource)
        .chain(logs.iter().map(|log| &log.resource))
    {
        assert_eq!(text(&resource.attributes, "parallax.run.id"), Some(id));
    }
    let output = logs.iter().filter(|log| log.event_name == "command.output");
    let lines = output.filter(|log| text(&log.attributes, "process.executable.name") == Some("git"));
    let lines: Vec<_> = lines
        .filter_map(|log| text(&log.attributes, "jackin.output.line"))
        .collect();
    assert!(
        lines.iter().any(|line| line.contains("Fast-forward")),
        "{lines:?}"
    );
    let firehose = logs.iter().filter(|log| log.severity_number == 5).count();
    assert!(firehose > 5, "{firehose} records of the severity DEBUG");
    let has_arguments = |span: &&Placed<Span>| {
        span.name == "process.command" && attribute(&span.attributes, "process.command_args").is_some()
    };
    assert!(
        spans.iter().any(|span| has_arguments(&span)),
        "commands have their arguments"
    );
}

#[test]
fn another_protocol_is_told_by_its_code_and_nothing_is_recorded() {
    let vars = [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9"),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
    ];
    let done = run(&["--script", TOUR], &vars);
    assert_eq!(done.code, Some(2));
    assert!(
        done.stderr.contains("E016") && done.stderr.contains("OTEL_EXPORTER_OTLP_PROTOCOL"),
        "{}",
        done.stderr
    );
    assert!(done.has_no_run_file());
}

#[test]
fn a_backend_that_is_not_there_is_one_line_to_the_operator_and_the_run_is_in_its_file() {
    let testbed = Testbed::start().expect("a testbed");
    testbed.die();
    let endpoint = testbed.endpoint();
    let done = run(&["--script", TOUR], &[("OTEL_EXPORTER_OTLP_ENDPOINT", &endpoint)]);
    assert_eq!(done.code, Some(0), "{}", done.stderr);
    let told = done
        .stderr
        .lines()
        .filter(|line| line.contains("could be delivered"));
    assert_eq!(told.count(), 1, "{}", done.stderr);
    assert!(
        done.stdout.contains(".jsonl") && !done.has_no_run_file(),
        "{}",
        done.stdout
    );
}
