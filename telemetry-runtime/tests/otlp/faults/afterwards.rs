//! After a failure: what a backend that returns gets, and what the file of such a run tells.

use telemetry_runtime::line::Record;
use telemetry_runtime::screen;
use telemetry_testbed::{Answer, Received, Signal, Testbed};

use super::{at_backend, in_file, ticks};
use crate::vocabulary::LIST;
use crate::{LONG, items, start};

#[test]
fn a_backend_that_comes_back_gets_the_rest_of_the_run() {
    let testbed = Testbed::start().expect("a testbed");
    let started = start(&testbed);
    let tick = |number| started.run.scope(|| items::tick(number, 0));
    tick(0);
    started.run.flush();
    testbed.die();
    tick(1);
    started.run.flush();
    assert_eq!(started.run.ledger().dropped, 0);
    assert!(
        started.run.file().is_some(),
        "it is in the file while the run goes on"
    );
    testbed.come_back().expect("the same port");
    let probed = |received: &Received| {
        let mut probes = received
            .requests()
            .iter()
            .filter(|request| request.body.items() == 0);
        probes.any(|probe| probe.body.signal() == Signal::Logs && probe.answer != Answer::Pending)
    };
    assert!(testbed.wait_for(probed, LONG), "the backend is asked again");
    let mut number = 2;
    while !at_backend(&testbed.received()).contains(&(number - 1)) {
        tick(number);
        started.run.flush();
        number += 1;
        assert!(number < 10_000, "nothing comes any more");
    }
    let ended = started.finish();
    let ledger = ended.balances();
    assert_eq!(ledger.dropped, 0);
    assert_eq!(ended.told, ["not_delivered"]);
    let (there, here) = (at_backend(&testbed.received()), in_file(&ended));
    assert!(here.contains(&1) && there.contains(&0) && !there.contains(&1));
    assert_eq!(&there | &here, (0..number).collect());
    assert!(there.is_disjoint(&here), "{there:?} and {here:?}");
    let last = ended.lines().pop().expect("a line");
    assert!(
        matches!(last.record, Record::End(_)),
        "a reader of the file sees that the run ended: {last:?}"
    );
}

#[test]
fn the_file_of_an_undelivered_run_tells_all_of_it_in_order() {
    let testbed = Testbed::start().expect("a testbed");
    testbed.die();
    let started = start(&testbed);
    started.run.scope(|| {
        screen::enter(&LIST);
        ticks(0..5);
    });
    let ended = started.finish();
    assert_eq!(ended.balances().in_file, ended.delivery.ledger.emitted);
    let lines = ended.lines();
    let numbers: Vec<u64> = lines.iter().map(|line| line.seq).collect();
    let all: Vec<u64> = (0..numbers.len() as u64).collect();
    assert_eq!(numbers, all, "nothing was acknowledged, so there is no gap");
    assert!(matches!(
        lines.first().map(|line| &line.record),
        Some(Record::Run(_))
    ));
    assert!(matches!(
        lines.last().map(|line| &line.record),
        Some(Record::End(_))
    ));
    let notices = lines
        .iter()
        .filter(|line| matches!(line.record, Record::Notice(_)));
    assert!(notices.count() <= 1);
    assert!(ended.delivery.to_string().contains(".jsonl"));
}

#[test]
fn a_span_that_never_ends_is_in_the_file() {
    let testbed = Testbed::start().expect("a testbed");
    let started = start(&testbed);
    let open = started.run.scope(|| items::work(1));
    let ended = started.finish();
    drop(open);
    let ledger = ended.balances();
    let lines = ended.lines();
    assert!(lines.iter().any(|line| matches!(
        &line.record,
        Record::SpanStart(span) if span.name == "work"
    )));
    assert_eq!(ended.told, ["not_delivered"]);
    assert!(ledger.acknowledged > 0 && ledger.in_file > 0, "{ledger:?}");
}
