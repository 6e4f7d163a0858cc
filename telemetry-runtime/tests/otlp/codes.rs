//! Each code that gRPC has, as the OTLP specification wants it treated: what may be tried again is, what may not goes to
//! the file after one attempt.

use std::time::Duration;

use telemetry_testbed::proto::common::v1::any_value::Value as Any;
use telemetry_testbed::{Answer, Behaviour, Body, Code, Signal, Testbed, attribute};

use crate::vocabulary::NUMBER;
use crate::{Ended, items, start};

/// The specification's table: codes that say nothing about the message itself.
const RETRYABLE: [Code; 6] = [
    Code::Cancelled,
    Code::DeadlineExceeded,
    Code::Aborted,
    Code::OutOfRange,
    Code::Unavailable,
    Code::DataLoss,
];

/// What a refused run came to: its end, and how often the message with the tick was sent.
fn refused_with(first: Behaviour) -> (Testbed, Ended, usize) {
    let testbed = Testbed::start().expect("a testbed");
    testbed.set_for(Signal::Logs, [(1, first)]);
    let started = start(&testbed);
    started.run.scope(|| items::tick(7, 0));
    // The first message is this one; what the end of the run has to say comes in another.
    started.run.flush();
    let ended = started.finish();
    ended.balances();
    let attempts = testbed
        .requests()
        .iter()
        .filter(|request| has_tick(&request.body))
        .count();
    (testbed, ended, attempts)
}

fn has_tick(body: &Body) -> bool {
    let Body::Logs(body) = body else { return false };
    let scopes = body
        .resource_logs
        .iter()
        .flat_map(|of_resource| &of_resource.scope_logs);
    let mut logs = scopes.flat_map(|of_scope| &of_scope.log_records);
    logs.any(|log| attribute(&log.attributes, NUMBER.key) == Some(&Any::IntValue(7)))
}

fn is_in_file(ended: &Ended) -> bool {
    ended.files().iter().any(|file| {
        let text = std::fs::read_to_string(file).expect("a run file");
        text.contains("\"app.number\":7")
    })
}

/// All codes side by side: most of the time is spent waiting.
fn each(codes: impl IntoIterator<Item = Code>, check: impl Fn(Code) + Sync) {
    std::thread::scope(|scope| {
        for code in codes {
            let check = &check;
            scope.spawn(move || check(code));
        }
    });
}

#[test]
fn what_is_refused_with_a_retryable_code_is_sent_again_and_delivered() {
    each(RETRYABLE, |code| {
        let (_testbed, ended, attempts) = refused_with(Behaviour::Refuse(code));
        let ledger = ended.delivery.ledger;
        assert_eq!(attempts, 2, "{code:?}");
        assert_eq!(ledger.acknowledged, ledger.emitted, "{code:?}: {:?}", ended.told);
        assert_eq!(ended.told, [""; 0], "{code:?}");
    });
}

#[test]
fn what_is_refused_with_any_other_code_is_sent_once_and_is_in_the_file() {
    let all = (0..=16).map(Code::from_i32);
    let others: Vec<_> = all.filter(|code| !RETRYABLE.contains(code)).collect();
    // Among them OK without a message, which is no acknowledgement, and exhaustion without a time to wait.
    assert!(others.len() == 11 && others.contains(&Code::Ok) && others.contains(&Code::ResourceExhausted));
    each(others, |code| {
        let (_testbed, ended, attempts) = refused_with(Behaviour::Refuse(code));
        assert_eq!(attempts, 1, "{code:?}");
        assert!(is_in_file(&ended), "{code:?}: {:?}", ended.delivery);
        assert_eq!(ended.told, ["not_delivered"], "{code:?}");
        assert_eq!(ended.delivery.ledger.dropped, 0, "{code:?}");
    });
}

#[test]
fn the_operator_is_told_which_code_it_was_and_none_of_the_backends_words() {
    let (_testbed, ended, _) = refused_with(Behaviour::Refuse(Code::PermissionDenied));
    let [notice] = &ended.delivery.notices[..] else {
        panic!("{:?}", ended.delivery.notices)
    };
    assert!(notice.body.contains("PermissionDenied"), "{}", notice.body);
    assert!(!notice.body.contains("testbed"), "{}", notice.body);
}

#[test]
fn a_message_is_not_sent_again_before_the_time_that_the_backend_asked_for() {
    let pause = Duration::from_millis(400);
    each([Code::Unavailable, Code::ResourceExhausted], |code| {
        let (testbed, ended, attempts) = refused_with(Behaviour::RefuseWithRetryInfo(code, pause));
        let ledger = ended.delivery.ledger;
        assert_eq!((attempts, ledger.acknowledged), (2, ledger.emitted), "{code:?}");
        let requests = testbed.requests();
        let mut sent = requests.iter().filter(|request| has_tick(&request.body));
        let (first, second) = (sent.next().expect("an attempt"), sent.next().expect("another"));
        assert_eq!(first.answer, Answer::Refused(code));
        let waited = second
            .arrived
            .duration_since(first.arrived)
            .expect("in this order");
        assert!(waited >= pause, "{code:?}: {waited:?}");
    });
}

#[test]
fn a_backend_that_asks_for_more_time_than_a_run_has_gets_no_more_and_the_file_has_it() {
    let hours = Behaviour::RefuseWithRetryInfo(Code::ResourceExhausted, Duration::from_secs(3600));
    let (_testbed, ended, attempts) = refused_with(hours);
    assert_eq!(attempts, 1);
    assert!(
        is_in_file(&ended) && ended.took < Duration::from_secs(3),
        "{:?}",
        ended.took
    );
    assert_eq!(ended.told, ["not_delivered"]);
}
