//! Nothing is sent twice, whatever happens on the way, and what is not sent is told with the way out.

use super::*;

#[test]
fn a_second_replay_sends_nothing_and_says_so() {
    let testbed = Testbed::start().expect("a testbed");
    let (_folder, file) = copied("8b4766");
    let dry = replay(&testbed, &[&file, "--dry-run"]);
    assert_eq!((dry.code, testbed.received().connections()), (Some(0), 0));
    expect![[r#"
        run 8b4766 · console · nothing is sent
        to http://backend/ (OTEL_EXPORTER_OTLP_ENDPOINT)
          spans        25 to send
          log records  9 to send
          data points  12 to send
        without --dry-run, this is sent
    "#]]
    .assert_eq(&named(&dry, &testbed));
    // With more patience than a clock can count.
    let first = replay(&testbed, &[&file, "--patience", "18446744073709551615"]);
    assert_eq!((first.code, first.err.as_str()), (Some(0), ""));
    expect![[r#"
        run 8b4766 · console
        to http://backend/ (OTEL_EXPORTER_OTLP_ENDPOINT)
          spans        25 acknowledged
          log records  9 acknowledged
          data points  12 acknowledged
        the backend has all of it
    "#]]
    .assert_eq(&named(&first, &testbed));
    let calls = testbed.requests().len();
    let second = replay(&testbed, &[&file]);
    assert_eq!((second.code, testbed.requests().len()), (Some(0), calls));
    expect![[r#"
        run 8b4766 · console
        to http://backend/ (OTEL_EXPORTER_OTLP_ENDPOINT)
          spans        25 before
          log records  9 before
          data points  12 before
        nothing to send: all of it was acknowledged before
    "#]]
    .assert_eq(&named(&second, &testbed));
    let json: Value =
        serde_json::from_str(&replay(&testbed, &[&file, "--format", "json"]).out).expect("JSON");
    assert_eq!(
        (&json["complete"], &json["signals"][0]["before"]),
        (&true.into(), &25.into())
    );
    let other = Testbed::start().expect("a testbed");
    let elsewhere = replay(&other, &[&file]);
    assert_eq!((elsewhere.code, other.requests().len()), (Some(0), 0));
    assert!(
        elsewhere.out.contains("an earlier replay went to"),
        "{}",
        elsewhere.out
    );
    let again = replay(&other, &[&file, "--again"]);
    assert_eq!((again.code, other.spans().len()), (Some(0), 25), "{}", again.out);
}

#[test]
fn a_file_that_was_asked_for_beside_a_backend_is_sent_only_when_told_so() {
    let live = Testbed::start().expect("a testbed");
    let ended = product::run(&[(ENDPOINT, &live.endpoint()), ("JACKIN_DIAGNOSTICS_FILE", "1")]);
    let (file, id) = (ended.file().display().to_string(), &ended.delivery.run_id);
    let testbed = Testbed::start().expect("a testbed");
    let said = replay(&testbed, &[id, "-d", &ended.folder()]);
    assert_eq!((said.code, testbed.received().connections()), (Some(2), 0));
    expect![[r#"
        telemetry: run ID was written beside a backend, which may have all of it already; `telemetry runs replay ID --again` sends it all the same
    "#]].assert_eq(&said.err.replace(id.as_str(), "ID"));
    let path = ended.file().with_extension("replayed");
    assert!(!path.exists(), "what is refused leaves nothing behind");
    testbed.set_for(Signal::Logs, Behaviour::Refuse(Code::Unavailable));
    assert_eq!(
        replay(&testbed, &[&file, "--again", "--patience", "0"]).code,
        Some(1)
    );
    testbed.set(Behaviour::Accept);
    // What was begun goes on without being told so again.
    assert_eq!(replay(&testbed, &[&file]).code, Some(0));
    assert_same(&once(stories(&live)), &once(kept(&testbed)));
}

#[test]
fn a_replay_that_is_killed_goes_on_where_it_stopped() {
    let testbed = Testbed::start().expect("a testbed");
    let folder = tempfile::tempdir().expect("a folder");
    let file = long(folder.path(), 2000);
    testbed.set([(2, Behaviour::Accept), (1, Behaviour::BlackHole)]);
    let mut child = telemetry(&["runs", "replay", &file])
        .env(ENDPOINT, testbed.endpoint())
        .spawn()
        .expect("it starts");
    let third = testbed.wait_for(|received| received.tally(Signal::Logs).calls == 3, LONG);
    child.kill().expect("it runs");
    child.wait().expect("it ends");
    assert!(third);
    assert_eq!(bodies(&testbed), all(1024));
    testbed.set(Behaviour::Accept);
    let said = replay(&testbed, &[&file]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(
        said.out.contains("976 acknowledged · 1,024 before"),
        "{}",
        said.out
    );
    assert_eq!(bodies(&testbed), all(2000), "each record once");
}

#[test]
fn a_backend_that_dies_in_the_middle_gets_the_rest_when_it_is_back() {
    let testbed = Testbed::start().expect("a testbed");
    let folder = tempfile::tempdir().expect("a folder");
    let file = long(folder.path(), 2000);
    testbed.set([(1, Behaviour::Accept), (9, Behaviour::Refuse(Code::Unavailable))]);
    let said = replay(&testbed, &[&file, "--patience", "0"]);
    assert_eq!(said.code, Some(1), "{}", said.err);
    expect![[r#"
        run 8b4766 · console
        to http://backend/ (OTEL_EXPORTER_OTLP_ENDPOINT)
          spans        none
          log records  512 acknowledged · 1,488 not accepted
            Unavailable: refused by the testbed's script
          data points  none
        the backend does not have all of it: replay the run again for what is left
    "#]]
    .assert_eq(&named(&said, &testbed));
    testbed.die();
    assert_eq!(replay(&testbed, &[&file, "--patience", "0"]).code, Some(1));
    testbed.set(Behaviour::Accept);
    testbed.come_back().expect("it comes back");
    assert_eq!(replay(&testbed, &[&file]).code, Some(0));
    assert_eq!(bodies(&testbed), all(2000), "each record once");
}

#[test]
fn what_may_be_taken_later_is_sent_again_after_a_pause() {
    let testbed = Testbed::start().expect("a testbed");
    let folder = tempfile::tempdir().expect("a folder");
    let file = long(folder.path(), 600);
    testbed.set([
        (1, Behaviour::Refuse(Code::Unavailable)),
        (
            1,
            Behaviour::RefuseWithRetryInfo(Code::ResourceExhausted, Duration::from_millis(700)),
        ),
    ]);
    let said = replay(&testbed, &[&file]);
    assert_eq!(said.code, Some(0), "{}", said.out);
    assert_eq!(bodies(&testbed), all(600));
    let arrived: Vec<_> = testbed.requests().iter().map(|request| request.arrived).collect();
    assert!(arrived[2].duration_since(arrived[1]).expect("in order") >= Duration::from_millis(700));
}

#[test]
fn what_the_backend_turns_away_is_told_and_not_sent_again() {
    let testbed = Testbed::start().expect("a testbed");
    let folder = tempfile::tempdir().expect("a folder");
    let file = long(folder.path(), 600);
    testbed.set([(1, Behaviour::Partial { rejected: 12 })]);
    let said = replay(&testbed, &[&file]);
    assert_eq!(said.code, Some(1));
    expect![[r#"
        run 8b4766 · console
        to http://backend/ (OTEL_EXPORTER_OTLP_ENDPOINT)
          spans        none
          log records  588 acknowledged · 12 rejected
            the testbed's script rejects 12
          data points  none
        the backend does not have all of it
    "#]]
    .assert_eq(&named(&said, &testbed));
    let second = replay(&testbed, &[&file]);
    assert_eq!((second.code, testbed.requests().len()), (Some(1), 2));
    expect![[r#"
        run 8b4766 · console
        to http://backend/ (OTEL_EXPORTER_OTLP_ENDPOINT)
          spans        none
          log records  600 before
          data points  none
        ! 12 items turned away by the backend in an earlier replay
        the backend does not have all of it
    "#]]
    .assert_eq(&named(&second, &testbed));
}

#[test]
fn a_message_that_is_refused_does_not_hold_up_the_others_and_is_tried_again_later() {
    let testbed = Testbed::start().expect("a testbed");
    let folder = tempfile::tempdir().expect("a folder");
    let file = long(folder.path(), 1500);
    testbed.set([
        (1, Behaviour::Accept),
        (1, Behaviour::Refuse(Code::InvalidArgument)),
    ]);
    let said = replay(&testbed, &[&file]);
    assert_eq!(said.code, Some(1), "{}", said.out);
    assert_eq!(bodies(&testbed).len(), 1500 - 512);
    assert_eq!(replay(&testbed, &[&file]).code, Some(0));
    assert_eq!(bodies(&testbed), all(1500));
    testbed.set(Behaviour::Refuse(Code::Unauthenticated));
    let calls = testbed.requests().len();
    let said = replay(&testbed, &[&file, "--again"]);
    assert_eq!(
        (said.code, testbed.requests().len()),
        (Some(1), calls + 1),
        "it is hopeless"
    );
    assert!(said.out.contains("Unauthenticated"), "{}", said.out);
}

#[test]
fn what_cannot_be_replayed_is_refused_with_the_way_out() {
    let testbed = Testbed::start().expect("a testbed");
    let (_folder, file) = copied("8b4766");
    let refused = |arguments: &[&str], vars: &[(&str, &str)]| {
        let said = replay_with(&testbed, arguments, vars);
        assert_eq!((said.code, said.out.as_str()), (Some(2), ""), "{arguments:?}");
        said.err.replace(&file, "FILE")
    };
    let mut words = refused(&[&file], &[(ENDPOINT, "")]);
    words += &refused(&[&file], &[("OTEL_EXPORTER_OTLP_LOGS_PROTOCOL", "http/protobuf")]);
    words += &refused(&[&file], &[("OTEL_EXPORTER_OTLP_HEADERS", "hunter2")]);
    words += &refused(&[&file], &[("OTEL_SDK_DISABLED", "true")]);
    words += &refused(&["-"], &[]);
    words += &refused(&["tests/runs/old.jsonl"], &[]);
    let writer = std::fs::File::open(&file).expect("it is there");
    writer.lock_shared().expect("a writer's lock");
    words += &refused(&[&file], &[]);
    drop(writer);
    expect![[r#"
        telemetry: no backend is configured: set OTEL_EXPORTER_OTLP_ENDPOINT, such as http://127.0.0.1:4317
        telemetry: E016: OTEL_EXPORTER_OTLP_LOGS_PROTOCOL is `http/protobuf`, but telemetry is exported as OTLP over gRPC only; set it to `grpc` and the endpoint to a gRPC one, or unset the endpoint
        telemetry: OTEL_EXPORTER_OTLP_HEADERS is `… (entry 1)`: write key=value,key=value
        telemetry: OTEL_SDK_DISABLED turns every export off: unset it
        telemetry: standard input cannot be replayed: what was sent is remembered beside the run file
        telemetry: tests/runs/old.jsonl is no run file, but diagnostics of the generation before this format
        telemetry: FILE is still being written: replay it when its run has ended
    "#]].assert_eq(&words);
    assert_eq!(testbed.received().connections(), 0);
}

#[test]
fn a_signal_without_an_endpoint_is_left_and_the_others_go() {
    let testbed = Testbed::start().expect("a testbed");
    let (_folder, file) = copied("8b4766");
    let vars = [
        (ENDPOINT, ""),
        ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", &testbed.endpoint()),
    ];
    let said = replay_with(&testbed, &[&file], &vars);
    assert_eq!(
        (said.code, testbed.spans().len(), testbed.logs().len()),
        (Some(1), 25, 0)
    );
    expect![[r#"
        run 8b4766 · console
        to http://backend/ (OTEL_EXPORTER_OTLP_TRACES_ENDPOINT)
          spans        25 acknowledged
        to nowhere: no endpoint is set
          log records  9 not accepted
            logs have no endpoint
          data points  12 not accepted
            metrics have no endpoint
        the backend does not have all of it: replay the run again for what is left
    "#]]
    .assert_eq(&named(&said, &testbed));
}
