//! Where a run is recorded: the backend and the file are alternatives, and the file is what is left when the backend
//! is not there.

use jackin_telemetry::prelude::*;
use jackin_telemetry::screens::*;
use telemetry_runtime::line::{Record, Why};
use telemetry_runtime::timestamp::parse;
use telemetry_testbed::{Behaviour, Code, Testbed};

use super::{Ended, Started, options, start, start_at};

fn a_story(started: Started) -> Ended {
    started.run.scope(|| {
        screen!(List).enter().workspace_name("my-app");
        event!(Select { target: "my-app" } on List);
        screen!(List).navigate(Launch);
        event!(ContainerStarted {
            container_name: "jk-my-app"
        });
    });
    let ended = started.finish(Outcome::Success);
    ended.balances();
    ended
}

/// The only file, which has to be named by the run's id.
fn file_of(ended: &Ended) {
    let name = format!("{}.jsonl", ended.delivery.run_id);
    let files = ended.files();
    let names: Vec<_> = files.iter().filter_map(|file| file.file_name()).collect();
    assert_eq!(names, [name.as_str()]);
    assert_eq!(ended.delivery.file.as_ref(), files.first());
}

fn why(ended: &Ended) -> Why {
    match &ended.lines()[0].record {
        Record::Run(run) => run.why,
        other => panic!("{other:?}"),
    }
}

#[test]
fn with_no_endpoint_the_run_is_in_its_file_and_debug_does_not_decide_that() {
    for debug in ["0", "1"] {
        let ended = a_story(start(options(&[("JACKIN_DEBUG", debug)])));
        file_of(&ended);
        assert_eq!(ended.delivery.ledger.in_file, ended.delivery.ledger.emitted);
        assert_eq!((why(&ended), ended.told.len()), (Why::NoEndpoint, 0));
    }
}

#[test]
fn with_an_endpoint_the_run_is_at_the_backend_and_no_file_is_written_with_debug_or_without() {
    for debug in ["0", "1"] {
        let testbed = Testbed::start().expect("a testbed");
        let ended = a_story(start_at(&testbed, &[("JACKIN_DEBUG", debug)]));
        ended.is_delivered();
        assert!(!ended.home.path().join(".jackin").exists(), "not even a folder");
    }
}

#[test]
fn on_request_the_run_is_on_both_sides_under_the_same_ids() {
    let testbed = Testbed::start().expect("a testbed");
    let ended = a_story(start_at(&testbed, &[("JACKIN_DIAGNOSTICS_FILE", "1")]));
    file_of(&ended);
    assert_eq!(ended.delivery.ledger.in_file, ended.delivery.ledger.emitted);
    assert_eq!((why(&ended), ended.told.len()), (Why::Requested, 0));
    let hex = |id: &[u8]| id.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let mut there: Vec<_> = testbed
        .spans()
        .iter()
        .map(|span| {
            (
                span.name.clone(),
                hex(&span.trace_id),
                hex(&span.span_id),
                span.start_time_unix_nano,
            )
        })
        .collect();
    let here = ended.lines().into_iter().filter_map(|line| match line.record {
        Record::SpanEnd(span) => Some((
            span.name,
            span.trace_id,
            span.span_id,
            parse(&span.started).expect("a time"),
        )),
        _ => None,
    });
    let mut here: Vec<_> = here.collect();
    there.sort();
    here.sort();
    assert_eq!(there, here);
    assert_eq!(there.len(), 3, "the list, the launch and the command");
}

#[test]
fn what_cannot_be_delivered_is_told_once_and_is_in_the_file_instead() {
    type Fault = fn(&Testbed);
    let faults: [(&str, Fault); 3] = [
        ("nobody is there", Testbed::die),
        ("it refuses", |testbed| {
            testbed.set(Behaviour::Refuse(Code::PermissionDenied))
        }),
        ("it swallows", |testbed| testbed.set(Behaviour::BlackHole)),
    ];
    for (fault, set) in faults {
        let testbed = Testbed::start().expect("a testbed");
        set(&testbed);
        let ended = a_story(start_at(&testbed, &[]));
        file_of(&ended);
        assert_eq!(
            ended.delivery.ledger.in_file, ended.delivery.ledger.emitted,
            "{fault}"
        );
        assert_eq!(why(&ended), Why::Undelivered, "{fault}");
        assert_eq!(ended.told, ["not_delivered"], "{fault}");
        let notice = &ended.delivery.notices[0];
        assert!(notice.body.contains("run file"), "{fault}: {}", notice.body);
        let said = ended.delivery.to_string();
        assert!(
            said.contains(&format!("{}.jsonl", ended.delivery.run_id)),
            "{fault}: {said}"
        );
    }
}
