//! What arrives is what a live export would have brought, and together with a live export each thing arrives once.

use super::*;

#[test]
fn a_replay_brings_what_the_live_export_brought_field_by_field() {
    let live = Testbed::start().expect("a testbed");
    let ended = product::run(&[(ENDPOINT, &live.endpoint()), ("JACKIN_DIAGNOSTICS_FILE", "1")]);
    let again = Testbed::start().expect("a testbed");
    let file = ended.file().display().to_string();
    let said = replay(&again, &[&file, "--again"]);
    assert_eq!((said.code, said.err.as_str()), (Some(0), ""), "{}", said.out);

    let (spans, logs) = (live.spans(), live.logs());
    assert!(
        spans.len() > 9 && logs.len() > 5,
        "{} {}",
        spans.len(),
        logs.len()
    );
    let client = |span: &telemetry_testbed::Placed<telemetry_testbed::proto::trace::v1::Span>| {
        span.kind == telemetry_testbed::proto::trace::v1::span::SpanKind::Client as i32
    };
    assert!(
        spans.iter().any(client),
        "there is a kind of span that is not internal"
    );
    assert!(
        spans
            .iter()
            .any(|span| span.status.is_some() && !span.links.is_empty() || !span.events.is_empty())
    );
    for event in ["run.summary", "panic", "container.exited", ""] {
        assert!(
            logs.iter().any(|log| log.event_name == event),
            "no log of `{event}`"
        );
    }
    assert!(logs.iter().any(|log| log.scope.name == "jackin::cache"));
    assert!(
        logs.iter().any(|log| log.scope.name == "telemetry-runtime"),
        "no notice"
    );
    let kinds: Vec<_> = live
        .metric_points()
        .iter()
        .map(|point| std::mem::discriminant(&point.data))
        .collect();
    assert!(kinds.iter().any(|kind| *kind != kinds[0]));
    assert!(
        live.metric_points()
            .iter()
            .any(|point| matches!(point.data, PointData::Gauge(_)) && !point.description.is_empty())
    );

    assert_same(&stories(&live), &stories(&again));
    assert_same(&points(&live), &points(&again));
}

#[test]
fn a_killed_run_ends_when_it_last_spoke_and_what_was_open_was_abandoned() {
    let testbed = Testbed::start().expect("a testbed");
    let (_folder, file) = copied("3fa9d0");
    let said = replay(&testbed, &[&file]);
    assert_eq!((said.code, said.err.as_str()), (Some(0), ""));
    expect![[r#"
        run 3fa9d0 · console
        to http://backend/ (OTEL_EXPORTER_OTLP_ENDPOINT)
          spans        6 acknowledged
          log records  1 acknowledged
          data points  4 acknowledged
        ! the last line breaks off: the writer was stopped in the middle of it
        ! 4 spans never ended: went as abandoned, ended when the run last spoke
        the backend has all of it
    "#]]
    .assert_eq(&named(&said, &testbed));
    let spans = testbed.spans();
    let abandoned = spans
        .iter()
        .filter(|span| text(&span.attributes, "outcome").as_deref() == Some("abandoned"));
    let mut abandoned: Vec<(String, u64)> = abandoned
        .map(|span| (span.name.clone(), span.end_time_unix_nano))
        .collect();
    abandoned.sort();
    let last = 1_795_390_212_404_000_000;
    let names = [
        "cli.command",
        "launch",
        "launch.derived_image",
        "launch.derived_image.docker_build",
    ];
    assert_eq!(abandoned, names.map(|name| (name.to_owned(), last)));
    assert_eq!(replay(&testbed, &[&file]).code, Some(0));
    assert_eq!(
        testbed.spans().len(),
        spans.len(),
        "they are not sent twice either"
    );
}

#[test]
fn sums_are_deltas_where_the_backend_wants_them() {
    let testbed = Testbed::start().expect("a testbed");
    let ended = product::run(&[("OTEL_METRIC_EXPORT_INTERVAL", "3600000")]);
    let file = ended.file().display().to_string();
    let text = std::fs::read_to_string(ended.file()).expect("a file");
    let metrics = text
        .lines()
        .find(|line| line.contains("\"record\":\"metrics\""))
        .expect("points");
    // The same state a second time: nothing came since.
    std::fs::write(ended.file(), format!("{text}{metrics}\n")).expect("it is written");
    let preference = ("OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE", "delta");
    assert_eq!(replay_with(&testbed, &[&file], &[preference]).code, Some(0));
    let hits: Vec<_> = testbed
        .metric_points()
        .into_iter()
        .filter(|point| point.name == "jackin.cache.hits")
        .collect();
    let numbers: Vec<_> = hits.iter().map(|point| point.number()).collect();
    assert_eq!(numbers, [Some(1.0), Some(0.0)]);
    assert!(matches!(
        hits[1].data,
        PointData::Sum {
            temporality: telemetry_testbed::proto::metrics::v1::AggregationTemporality::Delta,
            ..
        }
    ));
}

#[test]
fn live_export_and_replay_together_bring_every_span_and_log_record_once() {
    let testbed = Testbed::start().expect("a testbed");
    let home = tempfile::tempdir().expect("a folder");
    let run = product::start(home.path(), &[(ENDPOINT, &testbed.endpoint())]);
    run.scope(product::tell);
    testbed.set(Behaviour::Refuse(Code::Internal));
    run.scope(product::tell);
    run.flush();
    testbed.set(Behaviour::Accept);
    // What is open has its start in the file; its end goes to the backend that is back.
    let mut rounds = 2;
    let back = (0..200).any(|_| {
        run.scope(product::tell);
        rounds += 1;
        let calls = |received: &telemetry_testbed::Received| {
            received
                .requests()
                .iter()
                .filter(|request| request.kept > 0 && matches!(&*request.body, Body::Traces(_)))
                .count()
                > 2
        };
        testbed.wait_for(calls, LONG / 200)
    });
    assert!(back, "the circuit closes");
    let delivery = run.finish(jackin_telemetry::Outcome::Success);
    let ledger = delivery.ledger;
    assert!(
        ledger.in_file > 0 && ledger.acknowledged > 0 && ledger.dropped == 0,
        "{ledger:?}"
    );
    let file = delivery.file.expect("a file").display().to_string();
    let said = replay(&testbed, &[&file]);
    assert_eq!(said.code, Some(0), "{} {}", said.out, said.err);
    let spans = testbed.spans();
    let mut ids: Vec<_> = spans.iter().map(|span| &span.span_id).collect();
    ids.sort();
    let before = ids.len();
    ids.dedup();
    assert_eq!(ids.len(), before, "no span twice");
    let of = |name: &str| spans.iter().filter(|span| span.name == name).count();
    for name in [
        "settings",
        "launch",
        "launch.derived_image",
        "launch.network",
        "http.request",
    ] {
        assert_eq!(of(name), rounds, "{name}: each of them, once");
    }
    assert_eq!((of("list"), of("cli.command")), (2 * rounds, 1));
    let exited = testbed
        .logs()
        .into_iter()
        .filter(|log| log.event_name == "container.exited");
    assert_eq!(exited.count(), rounds);
}
