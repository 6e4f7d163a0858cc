//! Each way in which a backend can fail, at each moment of a run, with the file asked for and not: the ledger
//! balances to the record, the exit is not held up, and the operator is told once.

use std::collections::BTreeSet;
use std::time::Duration;

use telemetry_runtime::line::Record;
use telemetry_runtime::value::Value;
use telemetry_runtime::{emit, screen};
use telemetry_testbed::proto::common::v1::any_value::Value as Any;
use telemetry_testbed::{Behaviour, Certificates, Code, Received, Testbed, attribute};

use crate::vocabulary::{LIST, NUMBER, SETTINGS, TICK};
use crate::{Ended, LONG, start_at};

mod afterwards;
mod tls;

/// The exit may take the budget, and the file's lines a moment on a busy machine.
const EXIT: Duration = Duration::from_millis(2_000 + 450);

#[derive(Debug, Clone, Copy, PartialEq)]
enum Moment {
    Start,
    Middle,
    Exit,
}

/// What is to be expected of a failure.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Expect {
    /// The backend has everything in the end.
    Delivered,
    /// The file has what the backend has not.
    Undelivered,
    /// The file may have what the backend has too, because its answer was lost.
    Ambiguous,
}

fn ticks(numbers: std::ops::Range<i64>) {
    for number in numbers {
        emit(&TICK, &[Value::Int(number), Value::Int(0)]);
    }
}

/// The ticks that the backend answered with yes.
fn at_backend(received: &Received) -> BTreeSet<i64> {
    let logs = received.logs();
    let numbers = logs.iter().filter(|log| log.event_name == "tick").map(|log| {
        match attribute(&log.attributes, NUMBER.key) {
            Some(Any::IntValue(number)) => *number,
            other => panic!("{other:?}"),
        }
    });
    numbers.collect()
}

/// The ticks in the run file.
fn in_file(ended: &Ended) -> BTreeSet<i64> {
    let lines = ended.lines();
    let numbers = lines.iter().filter_map(|line| match &line.record {
        Record::Event(event) if event.name == "tick" => {
            let number = &event.attributes[NUMBER.key];
            Some(<i64 as telemetry_runtime::FromAttribute>::from_attribute(number).expect("a number"))
        }
        _ => None,
    });
    numbers.collect()
}

/// A backend, and what a program has to know to reach it.
struct Stand {
    testbed: Testbed,
    vars: Vec<(&'static str, String)>,
    /// Under TLS: the backend's own, and those of somebody else.
    certificates: Option<[Certificates; 2]>,
}

impl Stand {
    fn plain() -> Stand {
        Stand {
            testbed: Testbed::start().expect("a testbed"),
            vars: Vec::new(),
            certificates: None,
        }
    }
}

fn holds(stand: &Stand, fault: &dyn Fn(&Stand), expect: Expect, moment: Moment, file: bool) {
    let case = format!("{moment:?}, file {file}");
    let testbed = &stand.testbed;
    let endpoint = testbed.endpoint();
    if moment == Moment::Start {
        fault(stand);
    }
    let mut vars: Vec<_> = stand
        .vars
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    vars.extend(file.then_some(("APP_FILE", "1")));
    let started = start_at(&endpoint, &vars);
    started.run.scope(|| {
        screen::enter(&LIST);
        ticks(0..20);
    });
    if moment != Moment::Start {
        let arrived = testbed.wait_for(|received| at_backend(received).len() == 20, LONG);
        assert!(arrived, "{case}");
    }
    if moment == Moment::Middle {
        fault(stand);
    }
    started.run.scope(|| {
        screen::navigate(&LIST, &SETTINGS);
        ticks(20..40);
    });
    if moment == Moment::Exit {
        fault(stand);
    }
    let ended = started.finish();
    let ledger = ended.balances();
    assert!(ended.took <= EXIT, "{case}: the exit took {:?}", ended.took);
    let undelivered = expect != Expect::Delivered;
    assert_eq!(
        ended.told.len(),
        usize::from(undelivered),
        "{case}: {:?}",
        ended.told
    );
    assert_eq!(ledger.dropped, 0, "{case}: {ledger:?}");
    let (there, here) = (at_backend(&testbed.received()), in_file(&ended));
    let all: BTreeSet<i64> = (0..40).collect();
    assert_eq!(&there | &here, all, "{case}");
    if file {
        assert_eq!(here, all, "{case}: the file has everything");
        assert_eq!(ledger.in_file, ledger.emitted, "{case}: {ledger:?}");
        return;
    }
    match expect {
        Expect::Delivered => {
            assert!(ended.files().is_empty(), "{case}");
            assert_eq!(ledger.acknowledged, ledger.emitted, "{case}: {ledger:?}");
        }
        Expect::Undelivered => {
            assert!(there.is_disjoint(&here), "{case}: {there:?} and {here:?}");
            assert!(!here.is_empty(), "{case}");
        }
        Expect::Ambiguous => assert!(!here.is_empty(), "{case}"),
    }
}

/// All moments, with and without the file, side by side: most of the time is spent waiting.
fn matrix_at(stand: fn() -> Stand, fault: impl Fn(&Stand) + Sync, expect: Expect) {
    std::thread::scope(|scope| {
        for moment in [Moment::Start, Moment::Middle, Moment::Exit] {
            for file in [false, true] {
                let fault = &fault;
                scope.spawn(move || holds(&stand(), fault, expect, moment, file));
            }
        }
    });
}

fn matrix(fault: fn(&Testbed), expect: Expect) {
    matrix_at(Stand::plain, |stand| fault(&stand.testbed), expect);
}

#[test]
fn a_backend_that_accepts_has_everything() {
    matrix(|_| (), Expect::Delivered);
}

#[test]
fn a_slow_backend_has_everything() {
    let slow = |testbed: &Testbed| {
        testbed.set(Behaviour::Delay(
            Duration::from_millis(100),
            Behaviour::Accept.into(),
        ));
    };
    matrix(slow, Expect::Delivered);
}

#[test]
fn a_backend_that_is_away_for_a_moment_has_everything() {
    matrix(
        |testbed| testbed.set([(2, Behaviour::Refuse(Code::Unavailable))]),
        Expect::Delivered,
    );
}

#[test]
fn a_backend_that_says_when_it_has_room_again_has_everything() {
    let full = |testbed: &Testbed| {
        let after = Duration::from_millis(60);
        testbed.set([(1, Behaviour::RefuseWithRetryInfo(Code::ResourceExhausted, after))]);
    };
    matrix(full, Expect::Delivered);
}

#[test]
fn what_a_backend_without_room_refuses_is_in_the_file() {
    matrix(
        |testbed| testbed.set(Behaviour::Refuse(Code::ResourceExhausted)),
        Expect::Undelivered,
    );
}

#[test]
fn what_an_unavailable_backend_refuses_is_in_the_file() {
    matrix(
        |testbed| testbed.set(Behaviour::Refuse(Code::Unavailable)),
        Expect::Undelivered,
    );
}

#[test]
fn what_a_backend_refuses_for_bad_credentials_is_in_the_file() {
    matrix(
        |testbed| testbed.set(Behaviour::Refuse(Code::Unauthenticated)),
        Expect::Undelivered,
    );
}

#[test]
fn what_lacks_the_header_that_a_backend_wants_is_in_the_file() {
    let wants = |testbed: &Testbed| {
        testbed.set(Behaviour::RequireHeader(
            "authorization".into(),
            "Bearer abc".into(),
        ));
    };
    matrix(wants, Expect::Undelivered);
}

#[test]
fn a_message_that_is_accepted_in_part_is_in_the_file_as_a_whole() {
    matrix(
        |testbed| testbed.set(Behaviour::Partial { rejected: 1 }),
        Expect::Ambiguous,
    );
}

#[test]
fn what_a_black_hole_swallows_is_in_the_file() {
    matrix(|testbed| testbed.set(Behaviour::BlackHole), Expect::Undelivered);
}

#[test]
fn what_is_lost_with_a_connection_is_in_the_file() {
    matrix(
        |testbed| testbed.set(Behaviour::ResetMidStream),
        Expect::Undelivered,
    );
}

#[test]
fn what_a_backend_stores_without_an_answer_is_in_the_file() {
    matrix(|testbed| testbed.set(Behaviour::LoseAnswer), Expect::Ambiguous);
}

#[test]
fn what_a_dead_backend_cannot_take_is_in_the_file() {
    matrix(Testbed::die, Expect::Undelivered);
}

#[test]
fn what_a_mute_backend_does_not_answer_is_in_the_file() {
    let mute = |testbed: &Testbed| testbed.fall_mute().expect("a mute testbed");
    matrix(mute, Expect::Undelivered);
}

#[test]
fn what_a_backend_behind_a_firewall_cannot_take_is_in_the_file() {
    let fill = |testbed: &Testbed| testbed.fill_backlog().expect("a full backlog");
    matrix(fill, Expect::Undelivered);
}

#[test]
fn what_a_backend_is_too_slow_for_is_in_the_file() {
    let slow = |testbed: &Testbed| {
        testbed.set(Behaviour::Delay(LONG, Behaviour::Accept.into()));
    };
    matrix(slow, Expect::Undelivered);
}

#[test]
fn what_is_not_answered_within_the_timeout_is_in_the_file() {
    let impatient = || Stand {
        vars: vec![("OTEL_EXPORTER_OTLP_TIMEOUT", "150".to_owned())],
        ..Stand::plain()
    };
    let slow = |stand: &Stand| {
        let slow = Behaviour::Delay(Duration::from_secs(1), Behaviour::Accept.into());
        stand.testbed.set(slow);
    };
    matrix_at(impatient, slow, Expect::Undelivered);
}
