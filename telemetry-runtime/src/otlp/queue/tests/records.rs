//! Everything that a record can say, in at one end and out at the other.

use super::*;
use crate::cells::Kept;
use crate::def::SpanDef;
use crate::line::Outcome;
use crate::otlp::ring::{Ending, Starting};
use crate::record::{Link, Log, SpanEnd, SpanId, SpanStart, TraceId};

/// Everything that a record can say comes out as it was put in, at its thread's place and at another.
#[test]
fn records_come_out_as_they_were() {
    let def: &'static SpanDef = SCHEMA.roles.command;
    let attribute = SCHEMA.roles.screen;
    let texts = [
        "",
        "a",
        "1234567",
        "12345678",
        "äöü✓🦀 and more of it",
        &"long ".repeat(100),
    ];
    let mut values: Vec<Value<'_>> = texts.iter().map(|text| Value::from(*text)).collect();
    values.extend([
        Value::Absent,
        Value::Bool(true),
        Value::Bool(false),
        Value::Int(i64::MIN),
        Value::Double(-0.5),
        Value::Static("fixed"),
        Value::Strings(vec!["a".into(), "b".into()]),
        Value::Ints(vec![1, 2].into()),
    ]);
    // More than the sorts of one word.
    values.extend((0..20).map(Value::Int));
    let tags: Tags = Arc::from([(attribute, Value::Static("tagged"))]);
    let links = [
        Link {
            trace_id: TraceId(1 << 100),
            span_id: SpanId(3),
            name: "",
        },
        Link {
            trace_id: TraceId(4),
            span_id: SpanId(5),
            name: "linked",
        },
    ];
    let added = [
        (attribute, Value::from("added")),
        (attribute, Value::Ints(vec![7].into())),
    ];
    let attributes = Attributes {
        slots: def.attributes,
        values: &values,
        added: &added,
        tags: Some(&tags),
    };
    let (trace_id, span_id, parent) = (TraceId(u128::MAX - 1), SpanId(u64::MAX), Some(SpanId(9)));
    let start = SpanStart {
        def,
        trace_id,
        span_id,
        parent,
        links: &links,
        attributes,
    };
    let end = SpanEnd {
        def,
        trace_id,
        span_id,
        parent,
        links: &links,
        attributes,
        started: 11,
        duration_ns: u64::MAX,
        outcome: Outcome::Failure,
        error_type: Some("an_error"),
        status_message: Some("because"),
    };
    let plain = SpanEnd {
        links: &[],
        attributes: Attributes::NONE,
        outcome: Outcome::Abandoned,
        error_type: None,
        status_message: None,
        ..end
    };
    let screen = SCHEMA.screens[0];
    let place = Place {
        screen: Some(screen),
        stage: Some(def),
        span: Some((trace_id, span_id)),
    };
    let fields = [("key", Value::Int(1)), ("other", Value::from("text"))];
    let log = Log {
        severity: crate::def::Severity::Warn,
        target: "module",
        body: &"body ".repeat(1_000),
        place,
        fields: &fields,
        tags: None,
    };
    let nowhere = event(SCHEMA.events[0], &values[..2], None);
    let event = Event {
        place,
        on_span: true,
        ..event(SCHEMA.events[0], &values, Some(&tags))
    };
    // On the same span, seen from another screen.
    let elsewhere = Event {
        place: Place {
            screen: Some(SCHEMA.screens[1]),
            ..place
        },
        ..event
    };
    let outside = Event {
        place: Place { stage: None, ..place },
        ..event
    };
    let of_another = SpanEnd {
        parent: Some(SpanId(9)),
        ..plain
    };
    let records = [
        Record::SpanStart(&start),
        Record::Event(&event),
        Record::Event(&elsewhere),
        Record::Event(&event),
        Record::Event(&outside),
        Record::SpanEnd(&end),
        Record::Log(&log),
        Record::SpanEnd(&plain),
        Record::Event(&nowhere),
        // The first that is told of a span is no record of its own.
        Record::Log(&log),
        Record::SpanEnd(&plain),
        Record::SpanEnd(&of_another),
    ];
    let queue = Queue::new();
    // Over many segments, and the same again.
    for turn in 0..60 {
        for record in &records {
            assert_eq!(queue.push(turn, record, ITEM), Pushed::In);
        }
        if turn % 3 == 2 {
            for batch in drain(&queue).into_iter().map(Batch::of) {
                for at in 0..batch.len() {
                    let expected = &records[batch.seq(at) as usize % records.len()];
                    batch.show(at, |record| {
                        assert_eq!(format!("{record:?}"), format!("{expected:?}"))
                    });
                }
            }
        }
    }
}

fn starts<'r>(values: &'r [Value<'r>]) -> SpanStart<'r> {
    let def = SCHEMA.roles.command;
    SpanStart {
        def,
        trace_id: TraceId(1),
        span_id: SpanId(2),
        parent: None,
        links: &[],
        attributes: Attributes {
            slots: def.attributes,
            values,
            ..Attributes::NONE
        },
    }
}

fn keep<'r>(queue: &Queue, values: &'r [Value<'r>]) -> Kept {
    let mut kept = Kept::default();
    queue.push(1, Starting(&starts(values), &mut kept), ITEM);
    kept
}

/// What the start of a span keeps for its end comes out at the end, on any thread, and can be read on the way.
#[test]
fn the_words_of_a_start_are_those_of_its_end() {
    let def: &'static SpanDef = SCHEMA.roles.command;
    let texts = ["", "short", "a text of more than a few words ✓"];
    let mut values: Vec<Value<'_>> = texts.iter().map(|text| Value::from(*text)).collect();
    values.extend([
        Value::Absent,
        Value::Bool(true),
        Value::Double(0.5),
        Value::Static("fixed"),
    ]);
    values.extend((0..20).map(Value::Int));
    let queue = Queue::new();
    let kept = keep(&queue, &values);
    assert_eq!(kept.show(values.len()).as_slice(), values);
    assert_eq!(kept.show(values.len() + 1).last(), Some(&Value::Absent));
    let end = SpanEnd {
        def,
        trace_id: TraceId(1),
        span_id: SpanId(2),
        parent: None,
        links: &[],
        attributes: starts(&[]).attributes,
        started: 1,
        duration_ns: 1,
        outcome: Outcome::Success,
        error_type: None,
        status_message: None,
    };
    let ends = || queue.push(2, Ending(&end, &kept), ITEM);
    ends();
    thread::scope(|scope| {
        scope.spawn(ends);
    });
    let mut shown = 0;
    for batch in drain(&queue).into_iter().map(Batch::of) {
        for at in 0..batch.len() {
            batch.show(at, |record| match record {
                Record::SpanStart(span) => assert_eq!(span.attributes.values, values),
                Record::SpanEnd(span) => assert_eq!(span.attributes.values, values),
                other => panic!("{other:?}"),
            });
            shown += 1;
        }
    }
    assert_eq!(shown, 3);
    // What lies aside is read once, so that it cannot be kept in words.
    for aside in [Value::Ints(vec![1].into()), Value::from(&*"long".repeat(1_000))] {
        let kept = keep(&queue, &[Value::Int(1), aside]);
        assert!(kept.words.is_empty());
    }
}

/// No schema has such records, and whoever made one all the same loses the rest of it, and no other record.
#[test]
fn a_record_with_more_than_can_be_counted_is_cut() {
    let queue = Queue::new();
    let values: Vec<Value<'_>> = (0..300).map(Value::Int).collect();
    let texts = "text ".repeat(40);
    let fields: Vec<(&str, Value<'_>)> = (0..300).map(|_| ("key", Value::from(&*texts))).collect();
    let log = Log {
        severity: crate::def::Severity::Trace,
        target: "",
        body: "",
        place: Place::default(),
        fields: &fields,
        tags: None,
    };
    for _ in 0..10 {
        queue.push(1, &Record::Event(&event(SCHEMA.events[0], &values, None)), ITEM);
        queue.push(1, &Record::Log(&log), ITEM);
    }
    let mut shown = 0;
    for batch in drain(&queue).into_iter().map(Batch::of) {
        for at in 0..batch.len() {
            batch.show(at, |record| match record {
                Record::Event(event) => assert_eq!(event.attributes.values, &values[..255]),
                Record::Log(log) => assert_eq!(log.fields, &fields[..255]),
                other => panic!("{other:?}"),
            });
            shown += 1;
        }
    }
    assert_eq!(shown, 20);
}
