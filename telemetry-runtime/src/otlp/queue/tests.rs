//! The queue from one end to the other: what is put in comes out, in order, once, and counted.

mod records;

use std::thread;

use super::*;
use crate::def::EventDef;
use crate::otlp::batch::Batch;
use crate::record::{Attributes, Event, Place, Record, Tags};
use crate::sink::Taken;
use crate::tests::SCHEMA;
use crate::value::Value;

const ITEM: Item = Item {
    spare: false,
    last: false,
    settled: None,
};

/// An event that says only one number; nobody looks at whether its definition has a slot for that.
fn event<'r>(def: &'static EventDef, values: &'r [Value<'r>], tags: Option<&'r Tags>) -> Event<'r> {
    Event {
        def,
        place: Place::default(),
        on_span: false,
        attributes: Attributes {
            slots: def.attributes,
            values,
            added: &[],
            tags,
        },
    }
}

fn push(queue: &Queue, time: UnixNanos, number: i64, item: Item) -> Pushed {
    let values = [Value::Int(number)];
    queue.push(
        time,
        &Record::Event(&event(SCHEMA.events[0], &values, None)),
        item,
    )
}

/// The numbers that events say, with the number of each record.
fn numbers(rows: impl IntoIterator<Item = Row>) -> Vec<(u64, i64)> {
    let mut numbers = Vec::new();
    for batch in rows.into_iter().map(Batch::of) {
        for at in 0..batch.len() {
            batch.show(at, |record| match record {
                Record::Event(event) => match event.attributes.values {
                    [Value::Int(number)] => numbers.push((batch.seq(at), *number)),
                    other => panic!("{other:?}"),
                },
                other => panic!("{other:?}"),
            });
        }
    }
    numbers
}

fn drain(queue: &Queue) -> Vec<Row> {
    queue.survey();
    std::iter::from_fn(|| queue.take()).collect()
}

#[test]
fn records_of_one_thread_come_out_in_their_order_however_many_there_are() {
    let queue = Queue::new();
    let mut next = 0;
    for many in [1, 3, 2 * ROW as i64 + 5, 0, 4_000, 7] {
        (0..many).for_each(|number| assert_eq!(push(&queue, 7, next + number, ITEM), Pushed::In));
        let rows = drain(&queue);
        assert!(rows.iter().all(|row| row.len() <= ROW));
        let expected: Vec<_> = (next..next + many)
            .map(|number| (number as u64, number))
            .collect();
        assert_eq!(numbers(rows), expected);
        next += many;
    }
    assert!(queue.is_done() && queue.take().is_none());
}

#[test]
fn a_full_queue_turns_spare_records_away_before_others_and_numbers_those_too() {
    let queue = Queue::new();
    let spare = Item { spare: true, ..ITEM };
    let until_full = |item| {
        (0..1_000_000)
            .take_while(|_| push(&queue, 7, 1, item) == Pushed::In)
            .count() as u64
    };
    let (spares, others) = (until_full(spare), until_full(ITEM));
    assert!(
        others > spares / 4 && spares > 2 * others,
        "{spares} and {others}"
    );
    let all = spares + others;
    let told = queue.numbers();
    assert_eq!((told.emitted, told.dropped), (all + 2, 2));
    assert_eq!(drain(&queue).iter().map(Row::len).sum::<usize>() as u64, all);
    assert_eq!(push(&queue, 7, 2, ITEM), Pushed::In, "there is room again");
    assert_eq!(
        numbers(drain(&queue)),
        [(all + 2, 2)],
        "a record that was turned away has a number too"
    );
    let counted = queue.counted().events;
    assert_eq!(counted[SCHEMA.events[0].name], all + 3, "and it happened");
}

#[test]
fn long_texts_are_bounded_by_their_bytes() {
    let queue = Queue::new();
    let text = "x".repeat(crate::clamp::LOOKED_AT);
    let values = [Value::from(&*text)];
    let event = event(SCHEMA.events[0], &values, None);
    let push = || queue.push(7, &Record::Event(&event), ITEM);
    let took = (0..1_000).take_while(|_| push() == Pushed::In).count();
    assert_eq!(
        took,
        8 * 1024 * 1024 / text.len() + 1,
        "the last one may go beyond it"
    );
    drain(&queue);
    assert_eq!(push(), Pushed::In, "there is room again");
}

#[test]
fn a_record_that_follows_from_one_of_another_thread_comes_after_it() {
    let queue = Queue::new();
    let clock = AtomicU64::new(0);
    let (turn, done) = (AtomicU64::new(0), AtomicBool::new(false));
    const TURNS: u64 = 6_000;
    thread::scope(|scope| {
        for own in 0..2 {
            let (queue, clock, turn, done) = (&queue, &clock, &turn, &done);
            scope.spawn(move || {
                for mine in (own..TURNS).step_by(2) {
                    while turn.load(SeqCst) != mine {
                        std::hint::spin_loop();
                    }
                    // Now and then two at the same time.
                    let time = clock.fetch_add(mine % 3, SeqCst) + mine % 3;
                    push(queue, time, mine as i64, ITEM);
                    turn.store(mine + 1, SeqCst);
                }
                done.store(turn.load(SeqCst) == TURNS, SeqCst);
            });
        }
        let mut seen = Vec::new();
        while seen.len() < TURNS as usize {
            seen.extend(numbers(drain(&queue)));
        }
        // Those that were made at the same time may have changed places.
        let time = |number: i64| (0..=number as u64).map(|mine| mine % 3).sum::<u64>();
        let times: Vec<u64> = seen.iter().map(|(_, number)| time(*number)).collect();
        assert!(times.is_sorted(), "a record overtook one that it follows from");
        assert!(seen.iter().enumerate().all(|(at, (seq, _))| at as u64 == *seq));
    });
}

#[test]
fn a_record_that_is_seen_at_the_second_look_comes_before_one_that_may_follow_from_it() {
    let queue = Queue::new();
    thread::scope(|scope| {
        let (to_other, orders) = std::sync::mpsc::channel::<(u64, i64)>();
        let (done, answers) = std::sync::mpsc::channel();
        let of_other = &queue;
        scope.spawn(move || {
            for (time, number) in orders {
                push(of_other, time, number, ITEM);
                done.send(()).expect("somebody waits");
            }
        });
        let other = |time, number| {
            to_other.send((time, number)).expect("a thread");
            answers.recv().expect("it did");
        };
        let numbers = || -> Vec<i64> {
            let rows = std::iter::from_fn(|| queue.take());
            numbers(rows).into_iter().map(|(_, number)| number).collect()
        };
        other(0, 0);
        push(&queue, 3, 3, ITEM);
        queue.survey_with(|| {
            [1, 2, 4, 5]
                .into_iter()
                .for_each(|number| other(number, number as i64));
            push(&queue, 6, 6, ITEM);
        });
        assert_eq!(
            numbers(),
            [0, 1, 2, 3],
            "and what is younger than everything that was seen first waits"
        );
        queue.survey();
        assert_eq!(numbers(), [4, 5, 6]);
        drop(to_other);
    });
}

#[test]
fn a_closed_queue_takes_the_last_records_only_whoever_has_heard_of_it() {
    let queue = Queue::new();
    push(&queue, 7, 1, ITEM);
    assert_eq!(numbers(drain(&queue)), [(0, 1)]);
    // A thread that has not heard of it puts its record in behind the last that was taken.
    push(&queue, 7, 2, ITEM);
    queue.seal();
    assert_eq!(push(&queue, 7, 3, ITEM), Pushed::Closed);
    assert_eq!(push(&queue, 7, 4, Item { last: true, ..ITEM }), Pushed::In);
    let left = numbers(drain(&queue));
    assert_eq!(left.iter().map(|(_, number)| *number).collect::<Vec<_>>(), [4]);
    let told = queue.numbers();
    assert_eq!((told.emitted, told.dropped), (4, 2));
}

#[test]
fn a_thread_that_ends_leaves_its_records_and_their_numbers() {
    let queue = Arc::new(Queue::new());
    for number in 0..100 {
        let of_thread = Arc::clone(&queue);
        let thread = thread::spawn(move || push(&of_thread, number, number as i64, ITEM));
        // Not before it has let go of everything.
        assert_eq!(thread.join().expect("no panic"), Pushed::In);
        if number % 7 == 0 {
            drain(&queue);
        }
    }
    drain(&queue);
    queue.survey();
    assert_eq!(queue.numbers().emitted, 100);
    assert_eq!(
        lock(&queue.intake).sources.len(),
        1,
        "only the one for ending threads is left"
    );
    assert_eq!(lock(&queue.desk).meters.len(), 1);
}

#[test]
fn a_thread_that_is_ending_still_records() {
    use std::cell::Cell;
    struct Last(Arc<Queue>);
    impl Drop for Last {
        fn drop(&mut self) {
            push(&self.0, 7, 2, ITEM);
        }
    }
    thread_local! {
        static LAST: Cell<Option<Last>> = const { Cell::new(None) };
    }
    let queue = Arc::new(Queue::new());
    let of_thread = Arc::clone(&queue);
    thread::spawn(move || {
        LAST.set(Some(Last(Arc::clone(&of_thread))));
        push(&of_thread, 7, 1, ITEM);
    })
    .join()
    .expect("no panic");
    assert_eq!(numbers(drain(&queue)).len(), 2);
}

#[test]
fn a_record_that_was_in_the_file_already_is_counted_there() {
    let queue = Queue::new();
    let in_file = Item {
        settled: Some(Taken::InFile),
        ..ITEM
    };
    push(&queue, 7, 1, in_file);
    queue.close();
    push(&queue, 7, 2, in_file);
    push(&queue, 7, 3, ITEM);
    let told = queue.numbers();
    assert_eq!((told.emitted, told.in_file, told.dropped), (3, 2, 1));
    let rows: Vec<_> = drain(&queue).into_iter().map(Batch::of).collect();
    assert!(rows.len() == 1 && rows[0].is_settled(0));
}
