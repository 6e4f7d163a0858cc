//! Any record through the encoder and back is what its values say it should be; any line through serde and back
//! is itself. What is expected is built here from the values, without a look at the encoder.

use std::borrow::Cow;

use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use telemetry_runtime::def::{AttributeDef, EventDef, Severity, SpanDef};
use telemetry_runtime::line::{self, AttributeValue, Attributes as Found, Line, Outcome, PointValue};
use telemetry_runtime::record::{
    Attributes, Event, Link, Log, Place, Point, Record, SpanEnd, SpanId, SpanStart, Tags, TraceId,
};
use telemetry_runtime::value::Value;
use telemetry_runtime::{encode, reader, timestamp};

use crate::defs;

/// What a value reads back as, where no rule changes it.
fn expected(value: &Value<'_>) -> Option<AttributeValue> {
    let spelled = |number: &f64| match number {
        number if number.is_nan() => "NaN".to_owned(),
        number if *number == f64::INFINITY => "Infinity".to_owned(),
        number if *number == f64::NEG_INFINITY => "-Infinity".to_owned(),
        number => zmij::Buffer::new().format(*number).to_owned(),
    };
    Some(match value {
        Value::Absent => return None,
        Value::Bool(value) => AttributeValue::Bool(*value),
        Value::Int(number) => AttributeValue::Int(*number),
        Value::Double(number) if number.is_finite() => AttributeValue::Double(*number),
        Value::Double(number) => AttributeValue::String(spelled(number)),
        Value::Static(text) => AttributeValue::String((*text).to_owned()),
        Value::Str(text) => AttributeValue::String(text.clone().into_owned()),
        Value::Strings(list) if list.is_empty() => AttributeValue::Bools(vec![]),
        Value::Strings(list) => AttributeValue::Strings(list.iter().cloned().map(Cow::into_owned).collect()),
        Value::Ints(list) if list.is_empty() => AttributeValue::Bools(vec![]),
        Value::Ints(list) => AttributeValue::Ints(list.to_vec()),
        Value::Doubles(list) if list.is_empty() => AttributeValue::Bools(vec![]),
        Value::Doubles(list) if list.iter().all(|number| number.is_finite()) => {
            AttributeValue::Doubles(list.to_vec())
        }
        Value::Doubles(list) => AttributeValue::Strings(list.iter().map(spelled).collect()),
        Value::Bools(list) => AttributeValue::Bools(list.to_vec()),
    })
}

fn of_slots(values: &[Value<'_>], def: &EventDef) -> Found {
    of_pairs(def.attributes.iter().map(|slot| slot.attribute).zip(values))
}

fn of_span(values: &[Value<'_>], def: &SpanDef) -> Found {
    of_pairs(def.attributes.iter().map(|slot| slot.attribute).zip(values))
}

fn of_pairs<'v>(pairs: impl Iterator<Item = (&'static AttributeDef, &'v Value<'v>)>) -> Found {
    let read = |(def, value): (&'static AttributeDef, &Value<'_>)| {
        let value = expected(value)?;
        let value = if def.secret {
            AttributeValue::String("[redacted]".to_owned())
        } else {
            value
        };
        Some((def.key.to_owned(), value))
    };
    pairs.filter_map(read).collect()
}

/// Text that no rule shortens or scrubs: at most two characters, of any kind.
fn text() -> impl Strategy<Value = String> {
    "(?s).{0,2}"
}

fn number() -> impl Strategy<Value = f64> {
    prop_oneof![
        any::<f64>(),
        any::<u64>().prop_map(f64::from_bits),
        (-1000i32..1000).prop_map(f64::from)
    ]
}

fn value() -> impl Strategy<Value = Value<'static>> {
    prop_oneof![
        Just(Value::Absent),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::Int),
        number().prop_map(Value::Double),
        Just(Value::Static("mem\"ber")),
        text().prop_map(|text| Value::Str(text.into())),
        vec(text(), 0..4).prop_map(|list| Value::Strings(list.into_iter().map(Cow::Owned).collect())),
        vec(any::<i64>(), 0..4).prop_map(|list| Value::Ints(list.into())),
        vec(number(), 0..4).prop_map(|list| Value::Doubles(list.into())),
        vec(any::<bool>(), 0..4).prop_map(|list| Value::Bools(list.into())),
    ]
}

fn values() -> impl Strategy<Value = Vec<Value<'static>>> {
    vec(value(), defs::SLOTS.len())
}

fn place() -> impl Strategy<Value = Place> {
    let span =
        option::of((1..u128::MAX, 1..u64::MAX).prop_map(|(trace, span)| (TraceId(trace), SpanId(span))));
    (any::<bool>(), any::<bool>(), span).prop_map(|(screen, stage, span)| Place {
        screen: screen.then_some(&defs::SCREEN),
        stage: stage.then_some(&defs::SPAN),
        span,
    })
}

fn outcome() -> impl Strategy<Value = Outcome> {
    use Outcome::{Abandoned, Cancelled, Failure, Skipped, Success};
    prop::sample::select(vec![Success, Failure, Skipped, Cancelled, Abandoned])
}

fn severity() -> impl Strategy<Value = Severity> {
    prop::sample::select(vec![
        Severity::Trace,
        Severity::Debug,
        Severity::Info,
        Severity::Warn,
        Severity::Error,
    ])
}

fn links() -> impl Strategy<Value = Vec<Link>> {
    let link = (1..u128::MAX, 1..u64::MAX, prop::sample::select(vec!["", "list"]));
    let link = link.prop_map(|(trace, span, name)| Link {
        trace_id: TraceId(trace),
        span_id: SpanId(span),
        name,
    });
    vec(link, 0..4)
}

fn hex_trace(id: TraceId) -> String {
    format!("{:032x}", id.0)
}

fn hex_span(id: SpanId) -> String {
    format!("{:016x}", id.0)
}

fn read_links(links: &[Link]) -> Vec<line::Link> {
    let read = |link: &Link| line::Link {
        trace_id: hex_trace(link.trace_id),
        span_id: hex_span(link.span_id),
        name: link.name.to_owned(),
    };
    links.iter().map(read).collect()
}

/// Through the encoder and the reader; the common fields are checked here, the record is returned.
fn there_and_back(seq: u64, time: u64, record: &Record<'_>) -> line::Record {
    let mut bytes = Vec::new();
    encode::line(&mut bytes, seq, time, record);
    assert_eq!(
        bytes.iter().filter(|byte| **byte == b'\n').count(),
        1,
        "one line end, at its end"
    );
    assert_eq!(bytes.last(), Some(&b'\n'));
    let line =
        reader::parse(&bytes).unwrap_or_else(|flaw| panic!("{flaw}: {}", String::from_utf8_lossy(&bytes)));
    assert_eq!(line.seq, seq);
    assert_eq!(timestamp::parse(&line.time), Some(time), "{}", line.time);
    let again = serde_json::to_string(&line).expect("a line has a JSON form");
    assert_eq!(
        reader::parse(again.as_bytes()).as_ref(),
        Ok(&line),
        "the same through serde"
    );
    line.record
}

proptest! {
    #[test]
    fn any_event_comes_back(
        seq: u64, time: u64, values in values(), place in place(), on_span: bool,
    ) {
        let attributes = Attributes { slots: &defs::SLOTS, values: &values, ..Attributes::NONE };
        let event = Event { def: &defs::EVENT, place, on_span, attributes };
        let line::Record::Event(found) = there_and_back(seq, time, &Record::Event(&event)) else { panic!("no event") };
        prop_assert_eq!(found.name, "app.happened");
        prop_assert_eq!(found.severity, Severity::Warn);
        prop_assert!(found.body.starts_with("name "));
        prop_assert_eq!(found.screen.as_deref(), place.screen.map(|_| "launch"));
        prop_assert_eq!(found.stage.as_deref(), place.stage.map(|_| "derived_image"));
        prop_assert_eq!(found.trace_id, place.span.map(|(trace, _)| hex_trace(trace)));
        prop_assert_eq!(found.span_id, place.span.map(|(_, span)| hex_span(span)));
        prop_assert_eq!(found.on_span, on_span);
        prop_assert_eq!(found.dropped_attributes, 0);
        prop_assert_eq!(found.attributes, of_slots(&values, &defs::EVENT));
    }

    #[test]
    fn any_span_comes_back(
        seq: u64, time: u64, values in values(), trace in 1..u128::MAX, id in 1..u64::MAX, parent: Option<u64>,
        links in links(), started: u64, duration_ns: u64, outcome in outcome(), error: bool, message in option::of(text()), call: bool,
    ) {
        let (def, name, kind, span_kind) = match call {
            true => (&defs::CALL, "registry.pull", line::Kind::Span, line::SpanKind::Client),
            false => (&defs::SPAN, "launch.derived_image", line::Kind::Stage, line::SpanKind::Internal),
        };
        let attributes = Attributes { slots: &defs::SLOTS, values: &values, ..Attributes::NONE };
        let (trace_id, span_id, parent) = (TraceId(trace), SpanId(id), parent.map(SpanId));
        let start = SpanStart { def, trace_id, span_id, parent, links: &links, attributes };
        prop_assert_eq!(there_and_back(seq, time, &Record::SpanStart(&start)), line::Record::SpanStart(line::SpanStart {
            name: name.to_owned(),
            kind,
            span_kind,
            trace_id: hex_trace(trace_id),
            span_id: hex_span(span_id),
            parent_span_id: parent.map(hex_span),
            links: read_links(&links),
            attributes: of_span(&values, &defs::SPAN),
            dropped_attributes: 0,
        }));
        let error_type = error.then_some("io");
        let end = SpanEnd {
            def, trace_id, span_id, parent, links: &links, attributes, started, duration_ns, outcome,
            error_type, status_message: message.as_deref(),
        };
        let line::Record::SpanEnd(found) = there_and_back(seq, time, &Record::SpanEnd(&end)) else { panic!("no end") };
        prop_assert_eq!(timestamp::parse(&found.started), Some(started));
        prop_assert_eq!(found, line::SpanEnd {
            name: name.to_owned(),
            kind,
            span_kind,
            trace_id: hex_trace(trace_id),
            span_id: hex_span(span_id),
            parent_span_id: parent.map(hex_span),
            started: humantime::format_rfc3339_nanos(
                std::time::UNIX_EPOCH + std::time::Duration::from_nanos(started),
            ).to_string(),
            duration_ns,
            outcome,
            error_type: error_type.map(str::to_owned),
            status_message: message,
            links: read_links(&links),
            attributes: of_span(&values, &defs::SPAN),
            dropped_attributes: 0,
        });
    }

    #[test]
    fn any_log_comes_back(
        seq: u64, time: u64, severity in severity(), target in text(), body in text(), place in place(),
        fields in vec((prop::sample::select(vec!["a", "b\"", "app.tag", "é"]), value()), 0..4),
    ) {
        let tags: Tags = [(&defs::TAG, Value::Static("tagged"))].into();
        let mut once: Vec<(&str, Value<'_>)> = Vec::new();
        for (key, value) in fields {
            if !once.iter().any(|(known, _)| *known == key) {
                once.push((key, value));
            }
        }
        let log = Log { severity, target: &target, body: &body, place, fields: &once, tags: Some(&tags) };
        let line::Record::Log(found) = there_and_back(seq, time, &Record::Log(&log)) else { panic!("no log") };
        let mut all: Found = once.iter().filter_map(|(key, value)| Some(((*key).to_owned(), expected(value)?))).collect();
        if !once.iter().any(|(key, _)| *key == "app.tag") {
            all.insert("app.tag".to_owned(), AttributeValue::String("tagged".to_owned()));
        }
        prop_assert_eq!((found.severity, found.target, found.body), (severity, target, body));
        prop_assert_eq!(found.attributes, all);
    }

    #[test]
    fn any_points_come_back(seq: u64, time: u64, count: i64, load in number(), sum in number(), min in option::of(number()), counts in vec(any::<u64>(), 3)) {
        let name = [Value::Static("one")];
        let histogram = line::Histogram { count: 3, sum, min, max: min, bounds: vec![0.5, 10.0], counts };
        let points = [
            Point { def: &defs::COUNTER, values: &name, value: PointValue::Int(count) },
            Point { def: &defs::GAUGE, values: &[], value: PointValue::Double(load) },
            Point { def: &defs::HISTOGRAM, values: &name, value: PointValue::Histogram(histogram.clone()) },
        ];
        let line::Record::Metrics(found) = there_and_back(seq, time, &Record::Metrics(&points)) else { panic!("no points") };
        let mut left: Vec<PointValue> = vec![PointValue::Int(count)];
        left.extend(Some(PointValue::Double(load)).filter(|_| load.is_finite()));
        let min = min.filter(|number| number.is_finite());
        left.extend(Some(PointValue::Histogram(line::Histogram { min, max: min, ..histogram })).filter(|_| sum.is_finite()));
        let values: Vec<PointValue> = found.points.iter().map(|point| point.value.clone()).collect();
        prop_assert_eq!(values, left);
        prop_assert_eq!(&found.points[0].attributes["app.name"], &AttributeValue::String("one".to_owned()));
    }

    #[test]
    fn any_record_that_a_run_makes_once_comes_back(
        seq: u64, time: u64, words in vec(text(), 8), pid: u32, debug: bool,
        resource in btree_map(text(), attribute(), 0..4), numbers in vec(any::<u64>(), 12), outcome in outcome(),
        events in btree_map(text(), any::<u64>(), 0..3), exit_code: Option<i32>,
    ) {
        let run = line::Run {
            format: line::FORMAT,
            schema: line::SchemaName { name: words[0].clone(), version: words[1].clone(), url: words[2].clone() },
            run_id: words[3].clone(), command: words[4].clone(), pid, debug, resource, why: line::Why::Requested,
            wire: debug.then(|| line::Wire::by_convention(&words[0])),
        };
        prop_assert_eq!(there_and_back(seq, time, &Record::Run(&run)), line::Record::Run(run));
        let notice = line::Notice { code: words[5].clone(), body: words[6].clone() };
        prop_assert_eq!(there_and_back(seq, time, &Record::Notice(&notice)), line::Record::Notice(notice));
        let summary = line::Summary {
            outcome: numbers[0].is_multiple_of(2).then_some(outcome),
            duration_ns: numbers[0].is_multiple_of(2).then_some(numbers[1]),
            stages: vec![line::StageSummary { stage: words[7].clone(), runs: numbers[0], duration_ns: numbers[1], outcome }],
            events, logs: numbers[2], cache_hits: numbers[3], cache_misses: numbers[4], unexpected: numbers[5],
            ledger: line::Ledger { emitted: numbers[6], acknowledged: numbers[7], in_file: numbers[8], dropped: numbers[9], in_flight: numbers[10] },
        };
        prop_assert_eq!(there_and_back(seq, time, &Record::Summary(&summary)), line::Record::Summary(summary));
        let end = line::End { outcome, exit_code, error_type: Some(words[0].clone()), duration_ns: numbers[10] };
        prop_assert_eq!(there_and_back(seq, time, &Record::End(&end)), line::Record::End(end));
    }

    #[test]
    fn any_line_comes_back_through_serde(
        seq: u64, words in vec(text(), 5), attributes in btree_map(text(), attribute(), 0..5), dropped_attributes: u64,
        on_span: bool, severity in severity(), screen in option::of(text()), trace_id in option::of(text()),
    ) {
        let record = line::Record::Event(line::Event {
            name: words[0].clone(), severity, body: words[1].clone(), screen, stage: None, trace_id, span_id: None, on_span,
            attributes, dropped_attributes,
        });
        let line = Line { seq, time: words[2].clone(), record };
        let text = serde_json::to_vec(&line).expect("a line has a JSON form");
        prop_assert_eq!(reader::parse(&text), Ok(line.clone()));
        // The same with its fields in another order, as another writer may have them.
        let map: serde_json::Map<String, serde_json::Value> = serde_json::from_slice(&text).expect("an object");
        let sorted = serde_json::to_vec(&map).expect("a map has a JSON form");
        prop_assert_eq!(reader::parse(&sorted), Ok(line));
    }
}

/// Any attribute value that keeps its type on the way: lists have members, and numbers are finite.
fn attribute() -> impl Strategy<Value = AttributeValue> {
    let finite = || number().prop_filter("finite", |number| number.is_finite());
    prop_oneof![
        any::<bool>().prop_map(AttributeValue::Bool),
        any::<i64>().prop_map(AttributeValue::Int),
        finite().prop_map(AttributeValue::Double),
        text().prop_map(AttributeValue::String),
        vec(any::<bool>(), 0..4).prop_map(AttributeValue::Bools),
        vec(any::<i64>(), 1..4).prop_map(AttributeValue::Ints),
        vec(finite(), 1..4).prop_map(AttributeValue::Doubles),
        vec(text(), 1..4).prop_map(AttributeValue::Strings),
    ]
}
