//! Messages sent one at a time: what each answer of a backend, and each way of not reaching one, is told as.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::time::Duration;

use telemetry_runtime::config::{Config, Words};
use telemetry_runtime::export::{Answer, Export, Exporter, OpenError, Signal, Trouble, TroubleKind};
use telemetry_testbed::proto::logs::v1::{LogRecord, ResourceLogs, ScopeLogs};
use telemetry_testbed::{Behaviour, Certificates, Code, Testbed, TlsMode};

use crate::vocabulary::SCHEMA;

fn exporter(vars: &[(&str, &str)]) -> Result<Exporter, OpenError> {
    let config = Config::read(&Words::of(&SCHEMA), vars.iter().copied()).expect("a sound environment");
    Exporter::open(&config.backend.expect("an endpoint"))
}

fn at(endpoint: &str) -> Exporter {
    let vars = [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint),
        ("OTEL_EXPORTER_OTLP_TIMEOUT", "3000"),
    ];
    exporter(&vars).expect("it opens")
}

/// A message with two log records.
fn logs() -> Export {
    let record = |name: &str| LogRecord {
        event_name: name.to_owned(),
        ..LogRecord::default()
    };
    let scope_logs = ScopeLogs {
        log_records: vec![record("one"), record("two")],
        ..ScopeLogs::default()
    };
    let resource_logs = vec![ResourceLogs {
        scope_logs: vec![scope_logs],
        ..ResourceLogs::default()
    }];
    Export::Logs(
        telemetry_runtime::export::proto::collector::logs::v1::ExportLogsServiceRequest { resource_logs },
    )
}

fn trouble(answer: Answer) -> Trouble {
    match answer {
        Answer::Retry { trouble, .. } | Answer::Refused(trouble) => trouble,
        taken => panic!("it was taken: {taken:?}"),
    }
}

#[test]
fn each_answer_is_told_as_what_it_means() {
    let testbed = Testbed::start().expect("a testbed");
    let exporter = at(&testbed.endpoint());
    assert_eq!(exporter.send(logs()), Answer::Acknowledged(None));
    assert_eq!(testbed.logs().len(), 2);
    testbed.set(Behaviour::Partial { rejected: 1 });
    assert!(
        matches!(exporter.send(logs()), Answer::Partial { rejected: 1, why } if why.contains("rejects 1"))
    );
    testbed.set(Behaviour::Partial { rejected: 0 });
    assert!(matches!(exporter.send(logs()), Answer::Acknowledged(Some(_))));
    testbed.set(Behaviour::RefuseWithRetryInfo(
        Code::Unavailable,
        Duration::from_secs(7),
    ));
    let answer = exporter.send(logs());
    assert!(
        matches!(answer, Answer::Retry { after: Some(after), .. } if after.as_secs() == 7),
        "{answer:?}"
    );
    let kinds = [
        (Code::Unauthenticated, TroubleKind::Credentials),
        (Code::PermissionDenied, TroubleKind::Credentials),
        (Code::Unimplemented, TroubleKind::NoService),
        (Code::InvalidArgument, TroubleKind::Message),
        (Code::ResourceExhausted, TroubleKind::Busy),
        (Code::Internal, TroubleKind::Other),
    ];
    for (code, kind) in kinds {
        testbed.set(Behaviour::Refuse(code));
        let answer = exporter.send(logs());
        let Answer::Refused(trouble) = answer else {
            panic!("{code:?}: {answer:?}");
        };
        assert_eq!(trouble.kind, kind, "{trouble:?}");
        assert!(
            trouble.words.contains("refused by the testbed's script"),
            "{trouble:?}"
        );
    }
}

#[test]
fn a_backend_that_says_nothing_is_not_waited_for_longer_than_the_timeout() {
    let testbed = Testbed::start().expect("a testbed");
    testbed.set(Behaviour::BlackHole);
    let vars = [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", testbed.endpoint()),
        ("OTEL_EXPORTER_OTLP_TIMEOUT", "200".to_owned()),
    ];
    let vars = vars.each_ref().map(|(name, value)| (*name, value.as_str()));
    let began = std::time::Instant::now();
    let trouble = trouble(exporter(&vars).expect("it opens").send(logs()));
    assert_eq!(trouble.kind, TroubleKind::Silence);
    assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
}

#[test]
fn a_backend_that_is_not_there_is_told_from_one_that_cannot_be_found() {
    let testbed = Testbed::start().expect("a testbed");
    testbed.die();
    let refused = trouble(at(&testbed.endpoint()).send(logs()));
    assert_eq!(refused.kind, TroubleKind::ConnectionRefused, "{refused:?}");
    let unknown = trouble(at("http://no-such-host.invalid:4317").send(logs()));
    assert_eq!(unknown.kind, TroubleKind::UnknownHost, "{unknown:?}");
}

#[test]
fn tls_that_only_one_side_speaks_is_told_as_such() {
    let certificates = Certificates::mint().expect("certificates");
    let secure = Testbed::tls(&certificates, TlsMode::Server).expect("a testbed");
    let plain = Testbed::start().expect("a testbed");
    let https = plain.endpoint().replace("http:", "https:");
    let on_plain = trouble(at(&https).send(logs()));
    assert_eq!(on_plain.kind, TroubleKind::Tls, "{on_plain:?}");
    let strangers = trouble(at(&secure.endpoint()).send(logs()));
    assert_eq!(strangers.kind, TroubleKind::Tls, "{strangers:?}");
    let bare = trouble(at(&secure.endpoint().replace("https:", "http:")).send(logs()));
    assert_ne!(bare.kind, TroubleKind::ConnectionRefused, "{bare:?}");
}

/// What an HTTP/1 server says to the preface of HTTP/2.
#[test]
fn a_port_that_speaks_http_and_no_grpc_is_told_as_such() {
    let http = "HTTP/1.1 400 Bad Request\r\ncontent-type: text/plain\r\ncontent-length: 0\r\n\r\n";
    for (says, kind) in [(http, TroubleKind::NotGrpc), ("", TroubleKind::Cut)] {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let endpoint = format!("http://{}", listener.local_addr().expect("an address"));
        let server = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().expect("a client");
            let mut preface = [0; 24];
            stream.read_exact(&mut preface).expect("the preface");
            stream.write_all(says.as_bytes()).expect("it reads");
            stream.shutdown(std::net::Shutdown::Write).expect("it is open");
            // Unread bytes would make a reset of the end.
            let _ = stream.read_to_end(&mut Vec::new());
        });
        let trouble = trouble(at(&endpoint).send(logs()));
        server.join().expect("it served");
        assert_eq!(trouble.kind, kind, "{trouble:?}");
    }
}

#[test]
fn a_signal_without_an_endpoint_is_not_sent_anywhere() {
    let testbed = Testbed::start().expect("a testbed");
    let exporter =
        exporter(&[("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", &testbed.endpoint())]).expect("it opens");
    assert_eq!(trouble(exporter.send(logs())).kind, TroubleKind::NoEndpoint);
    assert_eq!(testbed.received().connections(), 0);
    assert_eq!(logs().signal(), Signal::Logs);
}
