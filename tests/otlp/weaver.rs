//! What is exported for OpenTelemetry Weaver, held to what a program really sends: the messages that a backend
//! received are put before the registry and the advice in the shape in which Weaver's live check does it. The advice
//! runs in the engine that Weaver embeds; of Weaver's own rules those are repeated here that can fail a run. Weaver
//! itself is in no package registry, so it takes no part.

mod check;
mod mutations;
mod samples;

use std::collections::BTreeSet;

use jackin_telemetry::prelude::*;
use jackin_telemetry::{Options, Outcome};
use serde_json::{Value, json};
use telemetry_testbed::Testbed;

use super::{declared, story, told};
use check::{Check, Finding};

/// The violations among findings, as their ids.
fn violations(findings: &[Finding]) -> Vec<&Finding> {
    findings.iter().filter(|each| each.level == "violation").collect()
}

/// A run with everything in it that the schema declares.
fn everything() -> Vec<Value> {
    let samples = samples::of(&declared::everything());
    assert!(samples.len() > 150, "{}", samples.len());
    samples
}

/// Each kind of sample that there is, so that no rule passes because it was never asked.
fn kinds(samples: &[Value]) -> BTreeSet<&str> {
    let kinds = samples
        .iter()
        .filter_map(Value::as_object)
        .flat_map(|each| each.keys());
    kinds.map(String::as_str).collect()
}

#[test]
fn a_run_of_everything_that_is_declared_violates_nothing() {
    let samples = everything();
    assert_eq!(
        kinds(&samples),
        BTreeSet::from(["log", "metric", "resource", "span"])
    );
    let mut check = Check::of_the_schema();
    let findings = check.all(&samples);
    assert!(violations(&findings).is_empty(), "{findings:#?}");
    // Weaver was shown each attribute of each sample, and the registry knew them all.
    assert!(check.attributes_seen > 1_000, "{}", check.attributes_seen);
}

fn launched() -> Testbed {
    told(|| {
        story::path();
        let failed: Result<(), &str> =
            stage!(Network).run_as(ErrorType::DockerUnavailable, |_| Err("no docker"));
        assert!(failed.is_err());
        stage!(Workspace).skip(SkipReason::NoMountedRepositories);
        event!(ContainerExited {
            container_name: "jk-my-app",
            exit_code: 137
        });
    })
}

#[test]
fn the_path_of_an_operator_into_a_launch_that_fails_violates_nothing() {
    let samples = samples::of(&launched());
    let failed = samples
        .iter()
        .filter(|each| each["span"]["status"]["code"] == "error");
    assert_eq!(failed.count(), 1, "the stage that failed");
    let findings = Check::of_the_schema().all(&samples);
    assert!(violations(&findings).is_empty(), "{findings:#?}");
}

#[test]
fn a_stay_in_a_container_violates_nothing_and_one_that_nobody_handed_over_lacks_its_link() {
    let testbed = Testbed::start().expect("a testbed");
    let endpoint = testbed.endpoint();
    let with = |more: &[(&str, &str)]| {
        let vars = [&[("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint.as_str())], more].concat();
        let home = tempfile::tempdir().expect("a folder");
        let options = Options::new("capsule").vars(vars).home(home.path());
        let session = jackin_telemetry::join(options).expect("a session");
        session.scope(|| span!(CapsuleTab { label: "shell" }).start().done());
        session.finish(Outcome::Success);
        let samples = samples::of(&testbed);
        testbed.take();
        assert!(
            samples
                .iter()
                .any(|each| each["span"]["name"] == "capsule.session")
        );
        Check::of_the_schema().all(&samples)
    };
    let handed_over = with(&[("TRACEPARENT", declared::PARENT), ("JACKIN_RUN_ID", "8b4766")]);
    assert!(violations(&handed_over).is_empty(), "{handed_over:#?}");
    let alone = with(&[]);
    let ids: Vec<&str> = violations(&alone).iter().map(|each| each.id.as_str()).collect();
    assert_eq!(ids, ["missing_link"], "{alone:#?}");
}

#[test]
fn each_mistake_that_a_program_can_make_on_the_wire_is_a_violation() {
    let good = everything();
    let mut check = Check::of_the_schema();
    let mut found = BTreeSet::new();
    for mutation in mutations::ALL {
        let mut samples = good.clone();
        (mutation.make)(&mut samples);
        // A rule sees one sample at a time, and the good ones were seen.
        let changed = samples.into_iter().zip(&good).filter(|(now, was)| now != *was);
        let changed: Vec<Value> = changed.map(|(now, _)| now).collect();
        assert_eq!(changed.len(), 1, "{}: one sample is changed", mutation.what);
        let findings = check.all(&changed);
        let ids: BTreeSet<&str> = violations(&findings)
            .iter()
            .map(|each| each.id.as_str())
            .collect();
        assert!(
            ids.contains(mutation.finds),
            "{}: {} is not in {ids:?}",
            mutation.what,
            mutation.finds
        );
        found.insert(mutation.finds);
    }
    // Each rule of the advice is broken by one of them.
    assert_eq!(check.ids_of_the_advice(), {
        found.retain(|id| !check::BUILT_IN.contains(id));
        found
    });
}

#[test]
fn a_sample_without_a_resource_is_a_violation_where_weaver_says_what_the_resource_is() {
    let mut check = Check::of_the_schema();
    let samples = everything();
    let mut found = |resource: Option<Value>| {
        let span = samples.iter().find(|each| each.get("span").is_some());
        let mut input = json!({ "sample": span });
        if let Some(resource) = resource {
            input["resource"] = resource;
        }
        let mut findings = Vec::new();
        check.answer(&input, &mut findings);
        findings.into_iter().map(|each| each.id).collect::<Vec<_>>()
    };
    assert_eq!(found(Some(Value::Null)), ["missing_run_id"]);
    assert_eq!(found(Some(json!({ "attributes": [] }))), [""; 0]);
    // Older versions say nothing of it.
    assert_eq!(found(None), [""; 0]);
}

#[test]
fn a_piece_of_work_without_a_link_to_a_visit_is_told_about_and_no_violation() {
    let mut samples = everything();
    samples.retain(|each| each["span"]["name"] == "prewarm.job");
    samples[0]["span"]["span_links"] = json!([]);
    let findings = Check::of_the_schema().all(&samples);
    let told: Vec<_> = findings
        .iter()
        .map(|each| (each.id.as_str(), each.level.as_str()))
        .collect();
    assert_eq!(told, [("missing_link", "improvement")]);
}
