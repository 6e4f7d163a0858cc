//! A span whose start went to the file while the backend was away, and whose end the backend got when it was back.

use telemetry_runtime::line::Record;
use telemetry_runtime::screen;
use telemetry_testbed::{Behaviour, Code, Received, Signal, Testbed};

use crate::vocabulary::{LIST, SETTINGS};
use crate::{LONG, items, start};

#[test]
fn a_span_that_is_half_in_the_file_is_noted_beside_it_when_the_backend_has_it() {
    let testbed = Testbed::start().expect("a testbed");
    testbed.set_for(Signal::Traces, Behaviour::Refuse(Code::Internal));
    let started = start(&testbed);
    started.run.scope(|| {
        screen::enter(&LIST);
        // The first span that ends is refused, and opens the circuit: what is open then goes to the file.
        items::work(1).done();
    });
    started.run.flush();
    testbed.set_for(Signal::Traces, Behaviour::Accept);
    // The circuit closes when the answer to a probe is back: then spans arrive again.
    let back = (0..200).any(|number| {
        started.run.scope(|| items::work(number).done());
        let arrives = |received: &Received| received.spans().iter().any(|span| span.name == "work");
        testbed.wait_for(arrives, LONG / 200)
    });
    assert!(back, "the circuit closes");
    started.run.scope(|| screen::navigate(&LIST, &SETTINGS));
    let there = testbed.wait_for(
        |received| received.spans().iter().any(|span| span.name == "list"),
        LONG,
    );
    assert!(there, "the visit is delivered");
    let ended = started.finish();
    ended.balances();

    let lines = ended.lines();
    let starts = lines.iter().filter_map(|line| match &line.record {
        Record::SpanStart(span) => Some((span.name.clone(), span.span_id.clone())),
        _ => None,
    });
    let starts: Vec<(String, String)> = starts.collect();
    let ends = |id: &str| {
        lines
            .iter()
            .any(|line| matches!(&line.record, Record::SpanEnd(span) if span.span_id == id))
    };
    let half: Vec<&String> = starts.iter().map(|(_, id)| id).filter(|id| !ends(id)).collect();
    assert!(
        starts
            .iter()
            .any(|(name, id)| name == "list" && half.contains(&id)),
        "{starts:?}"
    );
    let sidecar = ended.files()[0].with_extension("delivered");
    let noted = std::fs::read_to_string(sidecar).expect("the sidecar is there");
    let mut noted: Vec<&str> = noted.lines().collect();
    noted.sort_unstable();
    let mut expected: Vec<&str> = half.iter().map(|id| id.as_str()).collect();
    expected.sort_unstable();
    assert_eq!(noted, expected);
}
