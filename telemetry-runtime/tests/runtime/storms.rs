use std::collections::BTreeSet;

use telemetry_runtime::line::{Ledger, Outcome, Record};
use telemetry_runtime::{Place, SpanGuard, emit, reader};

use crate::items::*;
use crate::vocabulary::*;
use crate::{lines, options, start};

#[test]
fn sixty_four_threads_lose_and_double_nothing_and_number_without_a_gap() {
    const THREADS: i64 = 64;
    const EVENTS: i64 = 20_000;
    let started = start(options());
    let file = started.run.file().expect("a file");
    let place = started.run.scope(Place::current);
    std::thread::scope(|threads| {
        for worker in 0..THREADS {
            let place = place.clone();
            threads.spawn(move || place.scope(|| (0..EVENTS).for_each(|number| tick(number, worker))));
        }
    });
    let delivery = started.run.finish(Outcome::Success);

    // A million lines are too many for a reader without optimisation: the text itself tells.
    let text = std::fs::read_to_string(&file).expect("a run file");
    let mut seen = vec![0_i64; THREADS as usize];
    let mut all = 0;
    for (at, line) in text.lines().enumerate() {
        let rest = line
            .strip_prefix(&format!("{{\"seq\":{at},"))
            .expect("lines stand in the order of their numbers");
        assert!(rest.ends_with('}'), "every line is whole");
        if let Some((_, body)) = rest.split_once("\"body\":\"tick ") {
            let (tick, _) = body.split_once('"').expect("the end of the body");
            let (number, worker) = tick.split_once(" of ").expect("a number and a worker");
            let next = &mut seen[worker.parse::<usize>().expect("a worker")];
            assert_eq!(
                number.parse::<i64>(),
                Ok(*next),
                "what one thread says stays in its order"
            );
            *next += 1;
        }
        all += 1;
    }
    assert_eq!(seen, vec![EVENTS; THREADS as usize]);
    assert_eq!(
        delivery.ledger,
        Ledger {
            emitted: all,
            acknowledged: 0,
            in_file: all,
            dropped: 0,
            in_flight: 0
        }
    );
    assert!(
        text.contains(&format!("\"tick\":{}", THREADS * EVENTS)),
        "the summary counts them"
    );
    for line in text.lines().step_by(1_000) {
        assert!(reader::parse(line.as_bytes()).is_ok(), "{line}");
    }
}

#[test]
fn a_run_that_ends_while_others_still_speak_counts_every_word_that_came_too_late() {
    for _ in 0..20 {
        let started = start(options());
        let file = started.run.file().expect("a file");
        let place = started.run.scope(Place::current);
        let (go, wait) = std::sync::mpsc::channel();
        let delivery = std::thread::scope(|threads| {
            for worker in 0..4 {
                let (place, go) = (place.clone(), go.clone());
                threads.spawn(move || {
                    place.scope(|| {
                        for number in 0..3_000 {
                            if number == 100 {
                                let _ = go.send(());
                            }
                            tick(number, worker);
                        }
                    });
                });
            }
            assert!(wait.recv().is_ok());
            started.run.finish(Outcome::Success)
        });
        let lines = lines(&file);
        let Ledger {
            emitted,
            in_file,
            dropped,
            acknowledged,
            in_flight,
        } = delivery.ledger;
        assert_eq!((emitted, in_flight), (acknowledged + in_file + dropped, 0));
        assert_eq!(in_file, lines.len() as u64);
        let at = lines
            .iter()
            .position(|line| matches!(line.record, Record::Summary(_)))
            .expect("a summary");
        let Record::Summary(summary) = &lines[at].record else {
            panic!("a summary")
        };
        assert_eq!(
            summary.ledger.in_file,
            at as u64 + 1,
            "the summary counts exactly what stands before it"
        );
        assert!(
            matches!(lines.last().map(|line| &line.record), Some(Record::End(_))),
            "nothing comes after the end"
        );
    }
}

#[test]
fn a_guard_may_be_used_and_dropped_after_its_run_has_ended() {
    let started = start(options());
    let file = started.run.file().expect("a file");
    let guard: SpanGuard = work(1);
    started.run.finish(Outcome::Success);
    let before = lines(&file).len();
    guard.set(0, telemetry_runtime::value::Value::Int(2));
    guard.scope(|| emit(&MARK, &[]));
    guard.done();
    assert_eq!(lines(&file).len(), before);
}

#[test]
fn ids_are_never_given_twice() {
    let started = start(options());
    let file = started.run.file().expect("a file");
    let place = started.run.scope(Place::current);
    std::thread::scope(|threads| {
        for _ in 0..8 {
            let place = place.clone();
            threads.spawn(move || place.scope(|| (0..500).for_each(|number| work(number).done())));
        }
    });
    started.run.finish(Outcome::Success);
    let mut ids = BTreeSet::new();
    for line in lines(&file) {
        if let Record::SpanStart(span) = line.record {
            assert!(span.span_id != "0000000000000000" && span.trace_id.bytes().any(|digit| digit != b'0'));
            assert!(ids.insert(span.span_id), "a span id was given twice");
        }
    }
    assert_eq!(ids.len(), 8 * 500 + 1);
}

#[test]
#[cfg(unix)]
fn a_run_that_has_ended_lets_go_of_its_file() {
    let started = start(options());
    let file = std::fs::File::open(started.run.file().expect("a file")).expect("it opens");
    let (outer, inner) = (work(1), work(2));
    outer.done();
    inner.done();
    drop(started.run.scope(|| work(3)));
    assert!(file.try_lock().is_err(), "a live run holds its file");
    started.run.finish(Outcome::Success);
    assert!(file.try_lock().is_ok());
}
