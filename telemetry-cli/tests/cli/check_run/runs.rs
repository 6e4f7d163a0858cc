//! Runs as they come: what the runtime writes on every road has to conform, or the rules are wrong.

use std::path::Path;

use jackin_telemetry::Options;
use jackin_telemetry::prelude::*;
use jackin_telemetry::screens::*;
use serde_json::{Value, json};
use telemetry_testbed::Testbed;

use super::{check, good, tour};
use crate::product;

const ENDPOINT: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";

fn report_of(path: &Path) -> Value {
    let text = std::fs::read(path).expect("a run file");
    let said = check(&["--format", "json"], &text);
    assert_eq!(said.err, "");
    serde_json::from_str(&said.out).expect("JSON")
}

#[test]
fn a_run_that_no_backend_takes_conforms_in_its_file() {
    let testbed = Testbed::start().expect("a testbed");
    let endpoint = testbed.endpoint();
    drop(testbed);
    let report = report_of(&good(&[(ENDPOINT, &endpoint)]).file());
    assert_eq!(report["errors"], json!(0), "{report:#}");
    assert!(report["checked"]["spans"].as_u64() > Some(10), "{report:#}");
}

#[test]
fn what_a_backend_has_is_not_missed_in_the_file_of_what_it_did_not_take() {
    let testbed = Testbed::start().expect("a testbed");
    let home = tempfile::tempdir().expect("a folder");
    let run = product::start(home.path(), &[(ENDPOINT, &testbed.endpoint())]);
    run.scope(tour);
    run.flush();
    testbed.die();
    run.scope(tour);
    let delivery = run.finish(Outcome::Success);
    let report = report_of(&delivery.file.expect("what was refused is in the file"));
    assert_eq!(report["errors"], json!(0), "{report:#}");
    assert!(report["checked"]["elsewhere"].as_u64() > Some(10), "{report:#}");
}

#[test]
fn two_runs_in_one_file_are_two_runs() {
    let home = tempfile::tempdir().expect("a folder");
    let vars = [("JACKIN_RUN_ID", "adopted")];
    for _ in 0..2 {
        let run = product::start(home.path(), &vars);
        run.scope(tour);
        run.finish(Outcome::Success);
    }
    let report = report_of(&product::folder(home.path()).join("adopted.jsonl"));
    assert_eq!(
        (&report["findings"], &report["checked"]["runs"]),
        (&json!([]), &json!(2))
    );
}

#[test]
fn a_stay_in_the_container_conforms_as_the_run_that_it_belongs_to() {
    let home = tempfile::tempdir().expect("a folder");
    let host = product::start(home.path(), &[]);
    let handover = host.scope(|| {
        screen!(Launch).enter();
        stage!(Capsule).run_as(ErrorType::ContainerStartFailed, |_| {
            Ok::<_, String>(host.handover())
        })
    });
    let handover = handover.expect("nothing failed");
    let inside = tempfile::tempdir().expect("a folder");
    let options = Options::new("capsule")
        .debug(true)
        .vars(handover.env())
        .home(inside.path())
        .on_notice(|_| ());
    let session = jackin_telemetry::join(options).expect("a sound environment");
    session.scope(|| {
        let tab = span!(CapsuleTab { label: "shell" }).start();
        event!(CapsuleTabOpened { label: "shell" });
        tab.done();
    });
    for ended in [session.finish(Outcome::Success), host.finish(Outcome::Success)] {
        let report = report_of(&ended.file.expect("a file"));
        assert_eq!(report["findings"], json!([]));
    }
}

#[test]
fn a_run_of_many_threads_conforms_while_the_operator_moves() {
    let home = tempfile::tempdir().expect("a folder");
    let run = product::start(home.path(), &[]);
    let busy = || {
        run.scope(|| {
            for _ in 0..200 {
                let request = span!(HttpRequest {
                    server: "example.com"
                })
                .start();
                event!(CacheHit { cache: Cache::Image });
                request.done();
                span!(PrewarmJob { job: Job::Image }).start().done();
                span!(UsageRefresh {}).start().done();
                metric!(PrewarmActive { job: Job::Image }).add(1);
            }
        });
    };
    run.scope(|| screen!(List).enter().workspace_name("my-app"));
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(busy);
        }
        run.scope(|| {
            for _ in 0..200 {
                screen!(List).navigate(Settings);
                screen!(Settings).navigate(List);
                screen!(List).workspace_name("my-app");
            }
        });
    });
    let report = report_of(&run.finish(Outcome::Success).file.expect("a file"));
    assert_eq!(report["findings"], json!([]));
    assert!(report["checked"]["records"].as_u64() > Some(6000), "{report:#}");
}
