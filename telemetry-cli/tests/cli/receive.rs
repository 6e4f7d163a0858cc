//! `receive`: the real runtime sends to it, and what it shows and keeps is the run.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ChildStdout, Stdio};
use std::thread::JoinHandle;

use expect_test::expect;
use serde_json::Value;
use telemetry_runtime::config::{Config, Words};
use telemetry_runtime::export::{Answer, Export, Exporter};
use telemetry_runtime::reader;
use telemetry_testbed::Testbed;
use telemetry_testbed::proto::collector::logs::v1::ExportLogsServiceRequest;
use telemetry_testbed::proto::collector::metrics::v1::ExportMetricsServiceRequest;
use telemetry_testbed::proto::common::v1::any_value::Value as Any;
use telemetry_testbed::proto::common::v1::{AnyValue, InstrumentationScope, KeyValue};
use telemetry_testbed::proto::logs::v1::{LogRecord, ResourceLogs, ScopeLogs};
use telemetry_testbed::proto::metrics::v1::metric::Data;
use telemetry_testbed::proto::metrics::v1::number_data_point::Value as Number;
use telemetry_testbed::proto::metrics::v1::{Metric, NumberDataPoint, ResourceMetrics, ScopeMetrics, Sum};

use crate::{fine, product, run, telemetry};

const ENDPOINT: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";
const SAYS: &str = "  export OTEL_EXPORTER_OTLP_ENDPOINT=";

/// The receiver as a child process, on a port of its own.
struct Receiver {
    child: Child,
    endpoint: String,
    out: JoinHandle<String>,
}

impl Receiver {
    fn start(arguments: &[&str]) -> Receiver {
        let all = [
            &["receive", "--listen", "127.0.0.1:0", "--width", "160"],
            arguments,
        ]
        .concat();
        let mut command = telemetry(&all);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("it starts");
        let mut out = BufReader::new(child.stdout.take().expect("a pipe"));
        // Where lines of a run file go to the output, a person is told beside it.
        let endpoint = match arguments.contains(&"json") {
            true => welcomed(&mut BufReader::new(child.stderr.take().expect("a pipe"))),
            false => welcomed(&mut out),
        };
        Receiver {
            child,
            endpoint,
            out: std::thread::spawn(move || rest(out)),
        }
    }

    /// Waits for the end, and gives what was shown after the welcome.
    fn ended(mut self) -> String {
        let status = self.child.wait().expect("it ends");
        assert_eq!(status.code(), Some(0));
        self.out.join().expect("it is read")
    }

    fn interrupt(&self) {
        let id = self.child.id().to_string();
        let sent = std::process::Command::new("kill").args(["-INT", &id]).status();
        assert!(sent.expect("kill is there").success());
    }

    fn exporter(&self, more: &[(&str, &str)]) -> Exporter {
        let words = Words {
            service: "",
            unsupported_protocol: "",
            debug_env: "",
            file_env: "",
            id_attributes: vec![],
            adopt_resource_attributes: vec![],
            adopt_env: vec![],
            own_attributes: vec![],
        };
        let vars = [(ENDPOINT, self.endpoint.as_str())];
        let config = Config::read(&words, vars.iter().chain(more).copied()).expect("a sound environment");
        Exporter::open(&config.backend.expect("an endpoint")).expect("it opens")
    }
}

fn welcomed(out: &mut impl BufRead) -> String {
    let mut line = String::new();
    while !line.starts_with(SAYS) {
        line.clear();
        assert!(out.read_line(&mut line).expect("it is text") > 0, "it ended");
    }
    line[SAYS.len()..].trim().to_owned()
}

fn rest(mut out: BufReader<ChildStdout>) -> String {
    let mut text = String::new();
    out.read_to_string(&mut text).expect("it is text");
    text
}

fn folder() -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("kept").display().to_string();
    (folder, path)
}

fn logs(resource: Vec<KeyValue>, scope: &str, records: Vec<LogRecord>) -> Export {
    let scope_logs = vec![ScopeLogs {
        scope: Some(InstrumentationScope {
            name: scope.to_owned(),
            ..InstrumentationScope::default()
        }),
        log_records: records,
        ..ScopeLogs::default()
    }];
    let resource = (!resource.is_empty()).then(|| telemetry_testbed::proto::resource::v1::Resource {
        attributes: resource,
        ..Default::default()
    });
    Export::Logs(ExportLogsServiceRequest {
        resource_logs: vec![ResourceLogs {
            resource,
            scope_logs,
            ..ResourceLogs::default()
        }],
    })
}

fn record(body: &str) -> LogRecord {
    LogRecord {
        time_unix_nano: 1_795_390_212_404_000_000,
        severity_number: 13,
        body: Some(AnyValue {
            value: Some(Any::StringValue(body.to_owned())),
        }),
        ..LogRecord::default()
    }
}

/// What `runs show` knows of a file, without what only the writer of a file knows.
fn story(file: &str) -> Value {
    let mut story: Value =
        serde_json::from_str(&fine(&["runs", "show", file, "--format", "json"])).expect("JSON");
    let mut run = story["runs"][0].take();
    for only in [
        "run",
        "end",
        "last_record",
        "records",
        "missing",
        "began",
        "last",
        "notices",
        "faults",
    ] {
        run.as_object_mut().expect("an object").remove(only);
    }
    for metrics in run["metrics"].as_object_mut().expect("an object").values_mut() {
        *metrics = metrics["last"].take();
    }
    let spans = run["spans"].as_array_mut().expect("a list");
    for span in spans.iter_mut() {
        unnamed(span);
    }
    for visit in run["visits"].as_array_mut().expect("a list") {
        unnamed(&mut visit["span"]);
        for action in visit["actions"]["first"].as_array_mut().expect("a list") {
            action["body"] = Value::Null;
        }
    }
    run
}

/// Names of links, and how a span ended as an attribute, are not on the wire.
fn unnamed(span: &mut Value) {
    for link in span["links"].as_array_mut().expect("a list") {
        link["name"] = Value::Null;
    }
    for key in ["outcome", "error.type"] {
        span["attributes"].as_object_mut().expect("an object").remove(key);
    }
}

#[test]
fn a_run_is_shown_as_it_arrives_and_kept_as_its_own_file_would_be() {
    let (_home, kept) = folder();
    let receiver = Receiver::start(&["--until-end", "--keep", &kept]);
    let ended = product::run(&[(ENDPOINT, &receiver.endpoint), ("JACKIN_DIAGNOSTICS_FILE", "1")]);
    let ledger = ended.delivery.ledger;
    assert_eq!(ledger.dropped, 0);
    let shown = receiver.ended();
    let id = &ended.delivery.run_id;
    for words in [
        format!("run {id} · jackin 0.6.0 · host · pid "),
        "launch › derived_image".to_owned(),
        "failed · image_build_failed · no space left, password=[redacted]".to_owned(),
        "→ settings".to_owned(),
        "from list".to_owned(),
        "! jackin::cache".to_owned(),
        "✗ panic".to_owned(),
        "there is no spoon".to_owned(),
        format!("run {id} · console · ended · failed"),
        format!("kept in {kept}/{id}.jsonl"),
    ] {
        assert!(shown.contains(&words), "{words}: {shown}");
    }
    assert!(!shown.contains("hunter2"), "{shown}");

    let kept = format!("{kept}/{id}.jsonl");
    let drawn = fine(&["runs", "show", &kept]);
    assert!(
        drawn.starts_with(&format!("run {id} · console · failed · ")),
        "{drawn}"
    );
    assert!(
        drawn.contains("Waterfall of launch") && drawn.contains("list → settings → list → launch"),
        "{drawn}"
    );
    assert!(
        !drawn.contains("does not add up") && !drawn.contains("missing"),
        "{drawn}"
    );
    assert_eq!(story(&kept), story(&ended.file().display().to_string()));
}

#[test]
fn what_was_kept_is_replayed_as_what_was_sent() {
    let (_home, kept) = folder();
    let receiver = Receiver::start(&["--until-end", "--keep", &kept]);
    let ended = product::run(&[(ENDPOINT, &receiver.endpoint), ("JACKIN_DIAGNOSTICS_FILE", "1")]);
    receiver.ended();
    let replayed = |file: &str, more: &[&str]| {
        let testbed = Testbed::start().expect("a testbed");
        let mut command = telemetry(&[&["runs", "replay", file], more].concat());
        let output = command
            .env(ENDPOINT, testbed.endpoint())
            .output()
            .expect("it starts");
        assert_eq!(
            output.status.code(),
            Some(0),
            "{}",
            String::from_utf8_lossy(&output.stdout)
        );
        testbed
    };
    let own = replayed(&ended.file().display().to_string(), &["--again"]);
    let kept = replayed(&format!("{kept}/{}.jsonl", ended.delivery.run_id), &[]);
    crate::replay::assert_same(&crate::replay::stories(&own), &crate::replay::stories(&kept));
    crate::replay::assert_same(&crate::replay::points(&own), &crate::replay::points(&kept));
}

#[test]
fn lines_of_a_run_file_are_printed_for_machines() {
    let receiver = Receiver::start(&["--until-end", "--format", "json"]);
    let ended = product::run(&[(ENDPOINT, &receiver.endpoint)]);
    let out = receiver.ended();
    let lines: Vec<_> = out
        .lines()
        .map(|line| reader::parse(line.as_bytes()).expect(line))
        .collect();
    assert!(lines.iter().enumerate().all(|(n, line)| line.seq == n as u64));
    let shown = crate::fed(&["runs", "show", "-"], out.as_bytes());
    assert!(
        shown.out.starts_with(&format!("run {}", ended.delivery.run_id)),
        "{}",
        shown.out
    );
    assert!(shown.out.contains("Waterfall of launch"), "{}", shown.out);
}

#[test]
fn an_interrupted_receiver_ends_well_with_what_it_has() {
    let (_home, kept) = folder();
    let receiver = Receiver::start(&["--keep", &kept]);
    let home = tempfile::tempdir().expect("a folder");
    let running = product::start(home.path(), &[(ENDPOINT, &receiver.endpoint)]);
    running.scope(product::tell);
    running.flush();
    receiver.interrupt();
    let shown = receiver.ended();
    assert!(shown.contains("has not ended"), "{shown}");
    let drawn = fine(&["runs", "show", &format!("{kept}/{}.jsonl", running.id())]);
    assert!(
        drawn.contains("killed") && drawn.contains("there is no spoon"),
        "{drawn}"
    );
}

#[test]
fn two_processes_of_one_run_are_kept_apart() {
    let (_home, kept) = folder();
    let receiver = Receiver::start(&["--keep", &kept]);
    let vars = [
        (ENDPOINT, receiver.endpoint.as_str()),
        ("JACKIN_RUN_ID", "8b4766"),
    ];
    product::run(&vars);
    product::run(&vars);
    receiver.interrupt();
    receiver.ended();
    let mut names: Vec<_> = std::fs::read_dir(&kept)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name().into_string().expect("text"))
        .collect();
    names.sort();
    assert_eq!(names, ["8b4766-2.jsonl", "8b4766.jsonl"]);
}

#[test]
fn any_sender_is_shown_and_none_steers_the_terminal() {
    let (_home, kept) = folder();
    let receiver = Receiver::start(&["--keep", &kept]);
    let exporter = receiver.exporter(&[("OTEL_EXPORTER_OTLP_COMPRESSION", "gzip")]);
    let hostile = "one \u{1b}[2J\u{9b}31m\u{202e}\nand more";
    let answer = exporter.send(logs(Vec::new(), "someone\u{7}", vec![record(hostile)]));
    assert_eq!(answer, Answer::Acknowledged(None));
    let service = KeyValue {
        key: "service.name".to_owned(),
        value: Some(AnyValue {
            value: Some(Any::StringValue("../shop".to_owned())),
        }),
        ..KeyValue::default()
    };
    // Longer than what collectors take, with a clock of its own.
    let long = "x".repeat(5 * 1024 * 1024);
    let answer = exporter.send(logs(vec![service], "shop", vec![record(&long)]));
    assert_eq!(answer, Answer::Acknowledged(None));
    receiver.interrupt();
    let shown = receiver.ended();
    assert!(
        !shown
            .chars()
            .any(|c| (c.is_control() && c != '\n') || c == '\u{202e}'),
        "{shown:?}"
    );
    assert!(
        shown.contains("one \\u{1b}[2J") && shown.contains("… 1 more line"),
        "{shown}"
    );
    expect![[r#"

        run unknown
        23:30:12.404 ! someone\u{7}                    one \u{1b}[2J\u{9b}31m\u{202e} … 1 more line

        run shop · ../shop
        23:30:12.404 ! shop                            xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…

        run unknown · has not ended · 0s · 0 spans · 1 log record · 1 warning · 0 data points
          kept in KEPT/unknown.jsonl

        run shop · has not ended · 0s · 0 spans · 1 log record · 1 warning · 0 data points
          kept in KEPT/shop.jsonl
    "#]]
    .assert_eq(&shown.replace(&kept, "KEPT"));
    assert!(fine(&["runs", "show", &format!("{kept}/unknown.jsonl")]).contains("someone"));
}

#[test]
fn sums_that_count_from_the_last_message_are_added_up() {
    let (_home, kept) = folder();
    let receiver = Receiver::start(&["--keep", &kept]);
    let exporter = receiver.exporter(&[]);
    for (time, number) in [(1, 3), (2, 4)] {
        let point = NumberDataPoint {
            time_unix_nano: time * 1_000_000_000,
            value: Some(Number::AsInt(number)),
            ..NumberDataPoint::default()
        };
        let metric = Metric {
            name: "hits".to_owned(),
            data: Some(Data::Sum(Sum {
                data_points: vec![point],
                aggregation_temporality: 1,
                is_monotonic: true,
            })),
            ..Metric::default()
        };
        let message = Export::Metrics(ExportMetricsServiceRequest {
            resource_metrics: vec![ResourceMetrics {
                scope_metrics: vec![ScopeMetrics {
                    metrics: vec![metric],
                    ..ScopeMetrics::default()
                }],
                ..ResourceMetrics::default()
            }],
        });
        assert_eq!(exporter.send(message), Answer::Acknowledged(None));
    }
    receiver.interrupt();
    receiver.ended();
    let story: Value = serde_json::from_str(&fine(&[
        "runs",
        "show",
        &format!("{kept}/unknown.jsonl"),
        "--format",
        "json",
    ]))
    .expect("JSON");
    assert_eq!(
        story["runs"][0]["metrics"]["hits"]["samples"],
        serde_json::json!([3.0, 7.0])
    );
}

#[test]
fn what_cannot_be_kept_is_not_acknowledged() {
    let (_home, kept) = folder();
    let receiver = Receiver::start(&["--keep", &kept]);
    std::fs::remove_dir(&kept).expect("it is empty");
    let answer = receiver
        .exporter(&[])
        .send(logs(Vec::new(), "someone", vec![record("lost?")]));
    assert!(matches!(answer, Answer::Retry { .. }), "{answer:?}");
    receiver.interrupt();
    receiver.ended();
}

#[test]
fn a_disk_that_is_full_leaves_whole_lines_and_what_comes_later_is_kept() {
    let (_home, kept) = folder();
    let binary = telemetry(&[]);
    let script = format!(
        "trap '' XFSZ; ulimit -f 64; exec '{}' receive --listen 127.0.0.1:0 --keep '{kept}'",
        binary.get_program().display()
    );
    let mut child = std::process::Command::new("sh")
        .args(["-c", &script])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("a shell");
    let mut out = BufReader::new(child.stdout.take().expect("a pipe"));
    let receiver = Receiver {
        endpoint: welcomed(&mut out),
        child,
        out: std::thread::spawn(move || rest(out)),
    };
    let exporter = receiver.exporter(&[]);
    let send = |body: &str| exporter.send(logs(Vec::new(), "someone", vec![record(body)]));
    assert_eq!(send("before"), Answer::Acknowledged(None));
    let answer = send(&"x".repeat(256 * 1024));
    assert!(matches!(answer, Answer::Retry { .. }), "{answer:?}");
    assert_eq!(send("after"), Answer::Acknowledged(None));
    receiver.interrupt();
    receiver.ended();
    let text = std::fs::read_to_string(format!("{kept}/unknown.jsonl")).expect("a file");
    let bodies = text
        .lines()
        .map(|line| reader::parse(line.as_bytes()).expect(line).record);
    let bodies = bodies.filter_map(|record| match record {
        telemetry_runtime::line::Record::Log(log) => Some(log.body),
        _ => None,
    });
    assert_eq!(bodies.collect::<Vec<_>>(), ["before", "after"]);
}

#[test]
fn a_port_that_is_in_use_is_told_and_so_is_a_folder_that_cannot_be_made() {
    let testbed = Testbed::start().expect("a testbed");
    let address = testbed.address().to_string();
    let said = run(&["receive", "--listen", &address]);
    assert_eq!((said.code, said.out.as_str()), (Some(2), ""));
    let told = format!(
        "telemetry: another program listens on {address} already, perhaps a backend; name another port"
    );
    assert!(said.err.starts_with(&told), "{}", said.err);
    let said = run(&[
        "receive",
        "--listen",
        "127.0.0.1:0",
        "--keep",
        "tests/cli/main.rs/kept",
    ]);
    assert_eq!(said.code, Some(2));
    assert!(
        said.err.contains("cannot make the folder tests/cli/main.rs/kept"),
        "{}",
        said.err
    );
}

#[test]
fn a_reader_who_leaves_ends_the_receiver_without_a_word() {
    let mut command = telemetry(&["receive", "--listen", "127.0.0.1:0"]);
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut out = BufReader::new(child.stdout.take().expect("a pipe"));
    let endpoint = welcomed(&mut out);
    drop(out);
    // The first row finds nobody.
    product::run(&[(ENDPOINT, &endpoint)]);
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(
        (output.status.code(), output.stderr.as_slice()),
        (Some(0), &b""[..])
    );
}
