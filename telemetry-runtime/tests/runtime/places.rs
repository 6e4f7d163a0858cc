use std::future::Future;
use std::time::Duration;

use telemetry_runtime::line::{AttributeValue, Line, Record};
use telemetry_runtime::screen::enter;
use telemetry_runtime::value::Value;
use telemetry_runtime::{Captured, Place, Start, capture_async};

use crate::items::*;
use crate::vocabulary::*;
use crate::{capture, options, start};

/// For each tick, its worker and the number of the work span that it happened in.
fn ticks_by_work(lines: &[Line]) -> Vec<(i64, i64)> {
    let number = |attributes: &telemetry_runtime::line::Attributes, key: &str| match attributes.get(key) {
        Some(AttributeValue::Int(number)) => *number,
        other => panic!("{key}: {other:?}"),
    };
    let mut found = Vec::new();
    for line in lines {
        if let Record::Event(event) = &line.record {
            let work = lines.iter().find_map(|line| match &line.record {
                Record::SpanStart(span) if Some(&span.span_id) == event.span_id.as_ref() => {
                    Some(number(&span.attributes, "app.number"))
                }
                _ => None,
            });
            found.push((
                number(&event.attributes, "app.worker"),
                work.expect("the span of the tick"),
            ));
        }
    }
    found
}

async fn worker(number: i64) {
    for round in 0..20 {
        tick(round, number);
        let inner = Start::<Work, 1>::new([Value::Int(number)]).start();
        tokio::task::yield_now().await;
        tick(round, number);
        drop(inner);
        tokio::time::sleep(Duration::from_micros(10)).await;
    }
}

/// Forty futures, each inside of a span of its own, that give way to each other all the time.
async fn crowd(spawn: bool) {
    let futures = (0..40).map(|number| {
        let work = Start::<Work, 1>::new([Value::Int(number)]);
        work.instrument(async move {
            worker(number).await;
            Ok::<_, Refusal>(())
        })
    });
    if spawn {
        let tasks: Vec<_> = futures.map(tokio::spawn).collect();
        for task in tasks {
            assert!(task.await.is_ok());
        }
    } else {
        join_all(futures.collect()).await;
    }
}

/// Polls all of them whenever one may go on: more mixing than any runtime does.
async fn join_all<F: Future>(futures: Vec<F>) {
    let mut futures: Vec<_> = futures.into_iter().map(|future| Some(Box::pin(future))).collect();
    std::future::poll_fn(|cx| {
        for slot in &mut futures {
            if slot
                .as_mut()
                .is_some_and(|future| future.as_mut().poll(cx).is_ready())
            {
                *slot = None;
            }
        }
        if futures.iter().all(Option::is_none) {
            std::task::Poll::Ready(())
        } else {
            std::task::Poll::Pending
        }
    })
    .await;
}

fn assert_unmixed<R>(captured: &Captured<App, R>) {
    let ticks = ticks_by_work(captured.lines());
    assert_eq!(ticks.len(), 40 * 20 * 2);
    for (worker, work) in ticks {
        assert_eq!(worker, work, "a tick of one future is in a span of another");
    }
    let open = captured
        .findings()
        .into_iter()
        .filter(|finding| finding.contains("open at the end"));
    assert_eq!(open.count(), 0);
}

#[test]
fn futures_that_take_turns_on_one_thread_never_mix_their_places() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .expect("a runtime");
    assert_unmixed(&runtime.block_on(capture_async::<App, _>(crowd(false))));
    assert_unmixed(&runtime.block_on(capture_async::<App, _>(crowd(true))));
}

#[test]
fn tasks_that_wander_between_threads_take_their_places_along() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(4)
        .enable_time()
        .build();
    let runtime = runtime.expect("a runtime");
    assert_unmixed(&runtime.block_on(capture_async::<App, _>(crowd(false))));
    assert_unmixed(&runtime.block_on(capture_async::<App, _>(crowd(true))));
}

#[test]
fn a_thread_records_where_the_place_that_it_was_given_was_taken() {
    let captured = capture(|| {
        enter(&LIST);
        let work = work(7);
        let place = Place::current();
        std::thread::scope(|threads| {
            threads.spawn(|| place.scope(|| tick(1, 7)));
        });
        work.done();
        // The span of the place has ended: what comes now happens on the visit.
        std::thread::scope(|threads| {
            threads.spawn(|| place.scope(|| tick(2, 7)));
        });
        // A thread without a place records nowhere: nobody told it about the capture.
        std::thread::scope(|threads| {
            threads.spawn(|| tick(3, 7));
        });
    });
    let ticks = captured.events::<Tick>();
    assert_eq!(
        ticks,
        [Tick { number: 1, worker: 7 }, Tick { number: 2, worker: 7 }]
    );
    let spans: Vec<_> = captured
        .lines()
        .iter()
        .filter_map(|line| match &line.record {
            Record::Event(event) => event.span_id.as_deref(),
            _ => None,
        })
        .collect();
    let of = |name| crate::started(captured.lines(), name).span_id.as_str();
    assert_eq!(spans, [of("work"), of("list")]);
}

#[test]
fn a_future_that_is_dropped_half_way_ends_its_span_as_abandoned() {
    let captured = capture(|| {
        let future = Start::<Work, 1>::new([Value::Int(1)]).instrument(async {
            tick(1, 1);
            std::future::pending::<()>().await;
            Ok::<_, Refusal>(())
        });
        let mut future = Box::pin(future);
        let waker = std::task::Waker::noop();
        assert!(
            future
                .as_mut()
                .poll(&mut std::task::Context::from_waker(waker))
                .is_pending()
        );
        tick(2, 0);
        drop(future);
    });
    let end = crate::ended(captured.lines(), "work");
    assert_eq!(end.outcome, telemetry_runtime::line::Outcome::Abandoned);
    let spans: Vec<_> = captured
        .lines()
        .iter()
        .filter_map(|line| match &line.record {
            Record::Event(event) => Some(event.span_id.clone()),
            _ => None,
        })
        .collect();
    assert_eq!(
        spans,
        [Some(end.span_id.clone()), None],
        "the span of a future is not left on the thread"
    );
}

#[test]
fn captures_at_the_same_time_never_see_each_other() {
    std::thread::scope(|threads| {
        for worker in 0..16 {
            threads.spawn(move || {
                for _ in 0..20 {
                    let captured = capture(|| {
                        enter(if worker % 2 == 0 { &LIST } else { &LAUNCH });
                        for number in 0..20 {
                            tick(number, worker);
                        }
                    });
                    let ticks = captured.events::<Tick>();
                    assert_eq!(ticks.len(), 20);
                    assert!(ticks.iter().all(|tick| tick.worker == worker));
                    assert_eq!(captured.visits().len(), 1);
                    assert_eq!(captured.ledger().emitted, captured.lines().len() as u64);
                }
            });
        }
    });
}

#[test]
fn a_capture_sees_nothing_of_the_ambient_run_and_the_ambient_run_nothing_of_it() {
    let started = start(options());
    let work = work(1);
    let captured = capture(|| tick(1, 1));
    tick(2, 2);
    work.done();
    assert_eq!(captured.events::<Tick>(), [Tick { number: 1, worker: 1 }]);
    let file = started.run.file().expect("a file");
    started.run.finish(telemetry_runtime::line::Outcome::Success);
    assert_eq!(ticks_by_work(&crate::lines(&file)), [(2, 1)]);
}

#[test]
fn a_task_that_is_given_a_place_records_there_and_keeps_what_it_opens_to_itself() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .build()
        .expect("a runtime");
    let captured = runtime.block_on(capture_async::<App, _>(async {
        enter(&LIST);
        let work = work(1);
        let task = tokio::spawn(Place::current().instrument(async {
            let own = crate::items::work(2);
            tokio::task::yield_now().await;
            tick(1, 2);
            own.done();
            tick(2, 1);
        }));
        tick(3, 1);
        assert!(task.await.is_ok());
        tick(4, 1);
        work.done();
    }));
    let mut ticks = ticks_by_work(captured.lines());
    ticks.sort_unstable();
    assert_eq!(ticks, [(1, 1), (1, 1), (1, 1), (2, 2)]);
    captured.assert_conforms();
}
