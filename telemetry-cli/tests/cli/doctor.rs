//! `doctor`: what it says of each state of the environment and the backend, over real gRPC.

use std::time::{Duration, Instant};

use expect_test::expect;
use serde_json::Value;
use telemetry_testbed::{Behaviour, Certificates, Code, Signal, Testbed, TlsMode};

use crate::{Said, telemetry};

const ENDPOINT: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";

/// The doctor of the product's schema, with a folder of runs and this environment.
fn doctor(arguments: &[&str], vars: &[(&str, &str)]) -> Said {
    let all = [
        &["doctor", "--schema", "../schema", "-d", "tests/runs"],
        arguments,
    ]
    .concat();
    let mut command = telemetry(&all);
    command.envs(vars.iter().copied());
    command.output().expect("the command starts").into()
}

/// The output with names for what differs from time to time.
fn steady(said: &Said, testbed: Option<&Testbed>) -> String {
    assert_eq!(said.err, "");
    let mut text = said.out.clone();
    if let Some(testbed) = testbed {
        text = text.replace(&testbed.endpoint(), "http://backend");
    }
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines() {
        let timed = ["acknowledged in ", "failed after "]
            .iter()
            .find_map(|words| line.find(words).map(|at| at + words.len()));
        lines.push(timed.map_or_else(|| line.to_owned(), |at| format!("{}TIME", &line[..at])));
    }
    lines.join("\n") + "\n"
}

#[test]
fn without_an_endpoint_it_says_where_the_runs_are() {
    let said = doctor(&[], &[]);
    assert_eq!(said.code, Some(0));
    expect![[r#"
        as a program of schema jackin 1.0.0 would read the environment
        runs go to their files: no endpoint is set

        run files  4 runs, 59.7 KiB
          tests/runs

        all is well
    "#]]
    .assert_eq(&steady(&said, None));
}

#[test]
fn a_healthy_backend_acknowledges_a_probe_of_each_signal() {
    let testbed = Testbed::start().expect("a testbed");
    let vars = [
        (ENDPOINT, testbed.endpoint()),
        (
            "OTEL_EXPORTER_OTLP_HEADERS",
            "authorization=hunter2,x-team=blue".to_owned(),
        ),
        ("OTEL_EXPORTER_OTLP_LOGS_TIMEOUT", "4000".to_owned()),
        ("JACKIN_DIAGNOSTICS_FILE", "1".to_owned()),
    ];
    let vars = vars.each_ref().map(|(name, value)| (*name, value.as_str()));
    let said = doctor(&[], &vars);
    assert_eq!(said.code, Some(0), "{}", said.out);
    assert!(!said.out.contains("hunter2"), "{}", said.out);
    expect![[r#"
        as a program of schema jackin 1.0.0 would read the environment
        runs go to the backend and to their files

        traces  acknowledged in TIME
          endpoint     http://backend/  (OTEL_EXPORTER_OTLP_ENDPOINT)
          protocol     grpc  (default)
          timeout      10s  (default)
          compression  none  (default)
          headers      authorization, x-team  (OTEL_EXPORTER_OTLP_HEADERS)

        logs  acknowledged in TIME
          endpoint     http://backend/  (OTEL_EXPORTER_OTLP_ENDPOINT)
          protocol     grpc  (default)
          timeout      4s  (OTEL_EXPORTER_OTLP_LOGS_TIMEOUT)
          compression  none  (default)
          headers      authorization, x-team  (OTEL_EXPORTER_OTLP_HEADERS)

        metrics  acknowledged in TIME
          endpoint     http://backend/  (OTEL_EXPORTER_OTLP_ENDPOINT)
          protocol     grpc  (default)
          timeout      10s  (default)
          compression  none  (default)
          headers      authorization, x-team  (OTEL_EXPORTER_OTLP_HEADERS)

        run files  4 runs, 59.7 KiB
          tests/runs

        all is well
    "#]]
    .assert_eq(&steady(&said, Some(&testbed)));
    let probe = "telemetry.doctor.probe";
    let (span, log, point) = (
        &testbed.spans()[0],
        &testbed.logs()[0],
        &testbed.metric_points()[0],
    );
    assert_eq!(
        (span.name.as_str(), log.event_name.as_str(), point.name.as_str()),
        (probe, probe, probe)
    );
    let service = span.resource_attribute("service.name").cloned();
    assert_eq!(format!("{service:?}"), r#"Some(StringValue("jackin"))"#);
    assert_eq!(
        (span.scope.name.as_str(), span.scope.version.as_str()),
        ("jackin", "1.0.0")
    );
    assert_eq!(testbed.headers()[0]["authorization"], "hunter2");
    let json: Value = serde_json::from_str(&doctor(&["--format", "json"], &vars).out).expect("JSON");
    assert_eq!(json["well"], true);
    assert!(
        json["signals"][1]["took_ns"]
            .as_u64()
            .is_some_and(|took| took > 0)
    );
    assert!(!json.to_string().contains("hunter2"));
}

#[test]
fn each_trouble_is_told_with_what_to_do_about_it() {
    let certificates = Certificates::mint().expect("certificates");
    let authority = certificates.authority().display().to_string();
    let tls = Testbed::tls(&certificates, TlsMode::Mutual).expect("a testbed");
    let plain = Testbed::start().expect("a testbed");
    let (secure, bare) = (tls.endpoint(), plain.endpoint());
    type Vars = Vec<(&'static str, String)>;
    let cases: [(&str, Vars, &str); 6] = [
        (
            "TLS without a name for the authority",
            vec![(ENDPOINT, secure.clone())],
            "name its authority in OTEL_EXPORTER_OTLP_CERTIFICATE",
        ),
        (
            "mutual TLS without the client's",
            vec![
                (ENDPOINT, secure.clone()),
                ("OTEL_EXPORTER_OTLP_CERTIFICATE", authority),
            ],
            "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE",
        ),
        (
            "TLS to a plain backend",
            vec![(ENDPOINT, bare.replace("http:", "https:"))],
            "write http:// in OTEL_EXPORTER_OTLP_ENDPOINT",
        ),
        (
            "plain to TLS",
            vec![(ENDPOINT, secure.replace("https:", "http:"))],
            "or speaks it over TLS",
        ),
        (
            "an unknown host",
            vec![(
                "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
                "http://no-such-host.invalid:4317".to_owned(),
            )],
            "no host is called no-such-host.invalid: set OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
        ),
        (
            "nobody",
            vec![(ENDPOINT, "http://127.0.0.1:1".to_owned())],
            "nothing listens there",
        ),
    ];
    for (name, vars, advice) in cases {
        let vars: Vec<(&str, &str)> = vars.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let said = doctor(&["--timeout", "5", "--width", "300"], &vars);
        assert_eq!(said.code, Some(1), "{name}: {}", said.out);
        assert!(said.out.contains(advice), "{name}: {}", said.out);
    }
    let answers = [
        (Code::Unauthenticated, "set OTEL_EXPORTER_OTLP_HEADERS"),
        (Code::Unimplemented, "the backend does not take this signal"),
        (Code::ResourceExhausted, "try again later"),
        (Code::Internal, "look at what the backend says of it"),
    ];
    for (code, advice) in answers {
        plain.set_for(Signal::Logs, Behaviour::Refuse(code));
        let said = doctor(&["--width", "300"], &[(ENDPOINT, &bare)]);
        assert_eq!(said.code, Some(1), "{code:?}");
        assert!(
            said.out.contains(advice) && said.out.contains(&format!("{code:?}")),
            "{}",
            said.out
        );
        assert_eq!(
            said.out.matches("acknowledged in").count(),
            2,
            "the others are well: {}",
            said.out
        );
    }
}

#[test]
fn a_backend_that_does_not_answer_is_not_waited_for_longer_than_asked() {
    let testbed = Testbed::start().expect("a testbed");
    testbed.set_for(Signal::Metrics, Behaviour::BlackHole);
    let began = Instant::now();
    let said = doctor(&["--timeout", "1"], &[(ENDPOINT, &testbed.endpoint())]);
    assert!(began.elapsed() < Duration::from_secs(9), "not the default of ten");
    assert_eq!(said.code, Some(1));
    expect![[r#"
        as a program of schema jackin 1.0.0 would read the environment
        runs go to the backend; their files take what it does not

        traces  acknowledged in TIME
          endpoint     http://backend/  (OTEL_EXPORTER_OTLP_ENDPOINT)
          protocol     grpc  (default)
          timeout      1s  (--timeout)
          compression  none  (default)

        logs  acknowledged in TIME
          the same settings

        metrics  ✗ failed after TIME
          no answer within 1s
          → something listens and does not answer: look whether the backend is well
          the same settings

        run files  4 runs, 59.7 KiB
          tests/runs

        not all is well
    "#]]
    .assert_eq(&steady(&said, Some(&testbed)));
}

#[test]
fn every_value_that_is_refused_is_told_at_once_and_nothing_is_sent() {
    let testbed = Testbed::start().expect("a testbed");
    let said = doctor(
        &["--width", "200"],
        &[
            (ENDPOINT, &testbed.endpoint()),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
            ("OTEL_EXPORTER_OTLP_LOGS_COMPRESSION", "zstd"),
            ("OTEL_EXPORTER_OTLP_HEADERS", "authorization=hunter2%FF"),
            ("OTEL_SERVICE_NAME", "other"),
        ],
    );
    assert_eq!((said.code, testbed.received().connections()), (Some(1), 0));
    assert!(!said.out.contains("hunter2"), "{}", said.out);
    expect![[r#"
        as a program of schema jackin 1.0.0 would read the environment
        a program would not start with this environment: nothing was sent
        ✗ E016: OTEL_EXPORTER_OTLP_PROTOCOL is `http/protobuf`, but telemetry is exported as OTLP over gRPC only; set it to `grpc` and the endpoint to a gRPC one, or unset the endpoint
        ✗ OTEL_EXPORTER_OTLP_HEADERS is `authorization=…`: percent-encode UTF-8, such as %C3%A9 for é
        ✗ OTEL_EXPORTER_OTLP_LOGS_COMPRESSION is `zstd`: write gzip or none
        ! OTEL_SERVICE_NAME has no effect: the service is `jackin`

        run files  4 runs, 59.7 KiB
          tests/runs

        not all is well
    "#]].assert_eq(&steady(&said, Some(&testbed)));
}

#[test]
fn a_folder_that_nothing_can_be_written_to_is_not_well() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("runs");
    std::fs::write(&file, "").expect("a file");
    let file = file.join("deeper").display().to_string();
    let output = telemetry(&["doctor", "-d", &file])
        .output()
        .expect("the command starts");
    let said = Said::from(output);
    assert_eq!(said.code, Some(1));
    assert!(said.out.contains("a file stands in its place"), "{}", said.out);
    assert!(said.out.contains("there is no schema here"), "{}", said.out);
}
