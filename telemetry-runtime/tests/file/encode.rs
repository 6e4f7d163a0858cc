use std::borrow::Cow;
use std::fmt::{self, Display};

use telemetry_runtime::line::{self, AttributeValue, PointValue};
use telemetry_runtime::record::{
    Attributes, Event, Link, Log, Place, Point, Record, SpanEnd, SpanId, SpanStart, Tags, TraceId,
};
use telemetry_runtime::value::Value;
use telemetry_runtime::{encode, reader};

use crate::defs::{self, COUNT, SLOTS, TAG};

/// 2026-11-23T01:59:00.000000007Z
const TIME: u64 = 1_795_399_140_000_000_007;

/// A record's line as it stands in the file.
struct Written<'r>(Record<'r>);

impl Display for Written<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = Vec::new();
        encode::line(&mut bytes, 7, TIME, &self.0);
        f.write_str(std::str::from_utf8(&bytes).map_err(|_| fmt::Error)?)
    }
}

/// An event with these values, read back.
fn event(values: &[Value<'_>]) -> line::Event {
    let attributes = Attributes {
        slots: &SLOTS,
        values,
        ..Attributes::NONE
    };
    read(&Event {
        def: &defs::EVENT,
        place: Place::default(),
        on_span: false,
        attributes,
    })
}

fn read(event: &Event<'_>) -> line::Event {
    let line = reader::parse(Written(Record::Event(event)).to_string().as_bytes());
    match line.map(|line| line.record) {
        Ok(line::Record::Event(event)) => event,
        other => panic!("no event: {other:?}"),
    }
}

/// Values for all slots, absent but for one.
fn only(slot: usize, value: Value<'_>) -> Vec<Value<'_>> {
    let mut values = vec![Value::Absent; SLOTS.len()];
    values[slot] = value;
    values
}

fn string(text: &str) -> AttributeValue {
    AttributeValue::String(text.to_owned())
}

#[test]
fn an_event_is_one_line_with_its_fields_in_order() {
    let values = [
        Value::Str("my \"app\"\n".into()),
        Value::Absent,
        Value::Str("password=hunter2".into()),
        Value::Static("hunter2"),
        Value::Int(-3),
        Value::Double(2.0),
        Value::Strings(vec!["a".into(), "b".into()]),
    ];
    let place = Place {
        screen: Some(&defs::SCREEN),
        stage: Some(&defs::SPAN),
        span: Some((TraceId(0xa1), SpanId(0xb2))),
    };
    let attributes = Attributes {
        slots: &SLOTS,
        values: &values,
        ..Attributes::NONE
    };
    let event = Event {
        def: &defs::EVENT,
        place,
        on_span: true,
        attributes,
    };
    expect_test::expect![[r#"
        {"seq":7,"time":"2026-11-23T01:59:00.000000007Z","record":"event","name":"app.happened","severity":"warn","body":"name my \"app\"\n, words password=[redacted], hidden [redacted], count -3, ratio 2, list a, b","screen":"launch","stage":"derived_image","trace_id":"000000000000000000000000000000a1","span_id":"00000000000000b2","on_span":true,"attributes":{"app.name":"my \"app\"\n","app.words":"password=[redacted]","app.hidden":"[redacted]","app.count":-3,"app.ratio":2.0,"app.list":["a","b"]}}
    "#]]
    .assert_eq(&Written(Record::Event(&event)).to_string());
}

#[test]
fn a_span_is_one_line_when_it_opens_and_one_when_it_closes() {
    let links = [Link {
        trace_id: TraceId(1),
        span_id: SpanId(2),
        name: "list",
    }];
    let (trace_id, span_id, parent) = (TraceId(0xa1), SpanId(0xb2), Some(SpanId(0xc3)));
    let added = [(&COUNT, Value::Int(1))];
    let attributes = Attributes {
        added: &added,
        ..Attributes::NONE
    };
    let start = SpanStart {
        def: &defs::SPAN,
        trace_id,
        span_id,
        parent,
        links: &links,
        attributes,
    };
    let end = SpanEnd {
        def: &defs::SPAN,
        trace_id,
        span_id,
        parent,
        links: &links,
        attributes,
        started: TIME - 5,
        duration_ns: 5,
        outcome: line::Outcome::Failure,
        error_type: Some("io"),
        status_message: Some("no route, token=abcdef"),
    };
    expect_test::expect![[r#"
        {"seq":7,"time":"2026-11-23T01:59:00.000000007Z","record":"span_start","name":"launch.derived_image","kind":"stage","trace_id":"000000000000000000000000000000a1","span_id":"00000000000000b2","parent_span_id":"00000000000000c3","links":[{"trace_id":"00000000000000000000000000000001","span_id":"0000000000000002","name":"list"}],"attributes":{"app.count":1}}
        {"seq":7,"time":"2026-11-23T01:59:00.000000007Z","record":"span_end","name":"launch.derived_image","kind":"stage","trace_id":"000000000000000000000000000000a1","span_id":"00000000000000b2","parent_span_id":"00000000000000c3","started":"2026-11-23T01:59:00.000000002Z","duration_ns":5,"outcome":"failure","error_type":"io","status_message":"no route, token=[redacted]","links":[{"trace_id":"00000000000000000000000000000001","span_id":"0000000000000002","name":"list"}],"attributes":{"app.count":1}}
    "#]]
    .assert_eq(&format!("{}{}", Written(Record::SpanStart(&start)), Written(Record::SpanEnd(&end))));
}

#[test]
fn the_kind_of_a_span_is_written_where_it_is_not_internal() {
    let start = |def| {
        let start = SpanStart {
            def,
            trace_id: TraceId(0xa1),
            span_id: SpanId(0xb2),
            parent: None,
            links: &[],
            attributes: Attributes::NONE,
        };
        Written(Record::SpanStart(&start)).to_string()
    };
    expect_test::expect![[r#"
        {"seq":7,"time":"2026-11-23T01:59:00.000000007Z","record":"span_start","name":"registry.pull","kind":"span","span_kind":"client","trace_id":"000000000000000000000000000000a1","span_id":"00000000000000b2","attributes":{}}
    "#]].assert_eq(&start(&defs::CALL));
    assert!(!start(&defs::SPAN).contains("span_kind"));
}

#[test]
fn points_are_one_line() {
    let name = [Value::Static("one")];
    let state = line::Histogram {
        count: 2,
        sum: 3.5,
        min: Some(1.0),
        max: None,
        bounds: vec![1.0],
        counts: vec![1, 1],
    };
    let points = [
        Point {
            def: &defs::COUNTER,
            values: &name,
            value: PointValue::Int(4),
        },
        Point {
            def: &defs::GAUGE,
            values: &[],
            value: PointValue::Double(f64::NAN),
        },
        Point {
            def: &defs::HISTOGRAM,
            values: &[],
            value: PointValue::Histogram(state),
        },
    ];
    expect_test::expect![[r#"
        {"seq":7,"time":"2026-11-23T01:59:00.000000007Z","record":"metrics","points":[{"name":"app.hits","unit":"1","kind":"counter","value":4,"attributes":{"app.name":"one"}},{"name":"app.waits","unit":"1","kind":"histogram","value":{"count":2,"sum":3.5,"min":1.0,"bounds":[1.0],"counts":[1,1]},"attributes":{}}]}
    "#]]
    .assert_eq(&Written(Record::Metrics(&points)).to_string());
}

#[test]
fn records_that_a_run_makes_once_have_the_common_fields_in_front() {
    let notice = line::Notice {
        code: "c".to_owned(),
        body: "at http://me:hunter2@host".to_owned(),
    };
    let end = line::End {
        outcome: line::Outcome::Success,
        exit_code: Some(0),
        error_type: None,
        duration_ns: 9,
    };
    expect_test::expect![[r#"
        {"seq":7,"time":"2026-11-23T01:59:00.000000007Z","record":"notice","code":"c","body":"at http://[redacted]@host"}
        {"seq":7,"time":"2026-11-23T01:59:00.000000007Z","record":"end","outcome":"success","exit_code":0,"duration_ns":9}
    "#]]
    .assert_eq(&format!("{}{}", Written(Record::Notice(&notice)), Written(Record::End(&end))));
}

#[test]
fn every_control_character_and_every_place_in_a_word_is_escaped_right() {
    for byte in 0..=0x7fu8 {
        for before in 0..17 {
            let text = format!("{}{}é{}", "x".repeat(before), char::from(byte), "y".repeat(9));
            let found = event(&only(0, Value::Str(Cow::Borrowed(&text))));
            assert_eq!(
                found.attributes["app.name"],
                string(&text),
                "byte {byte} after {before}"
            );
        }
    }
}

#[test]
fn a_string_is_cut_at_its_attributes_length_between_two_characters() {
    for (given, kept) in [
        ("12345678", "12345678"),
        ("123456789", "12345678"),
        ("1234567é", "1234567"),
        ("ééééé", "éééé"),
    ] {
        let found = event(&only(1, Value::Str(given.into())));
        assert_eq!(found.attributes["app.short"], string(kept));
    }
    let list = event(&only(6, Value::Strings(vec!["é".repeat(600).into()])));
    assert_eq!(
        list.attributes["app.list"],
        AttributeValue::Strings(vec!["é".repeat(512)])
    );
}

#[test]
fn a_body_is_cut_at_four_kibibytes_and_each_slot_in_it_at_its_own_length() {
    let log = Log {
        severity: line::Severity::Info,
        target: "app",
        body: &"é".repeat(5000),
        place: Place::default(),
        fields: &[],
        tags: None,
    };
    let line = reader::parse(Written(Record::Log(&log)).to_string().as_bytes());
    assert!(
        matches!(line.map(|line| line.record), Ok(line::Record::Log(log)) if log.body == "é".repeat(2048))
    );
    let found = event(&only(2, Value::Str("w".repeat(3000).into())));
    assert!(found.body.contains(&"w".repeat(1024)) && !found.body.contains(&"w".repeat(1025)));
    assert!(found.body.ends_with(", list "));
}

#[test]
fn a_secret_is_gone_before_the_text_is_cut() {
    let text = format!("{} {}{}", "x".repeat(1010), "ghp_", "A1b2C3d4E5".repeat(4));
    let found = event(&only(2, Value::Str(text.into())));
    assert_eq!(
        found.attributes["app.words"],
        string(&format!("{} [redacted]", "x".repeat(1010)))
    );
}

#[test]
fn a_secret_attribute_is_redacted_whatever_its_value_is() {
    for value in [
        Value::Static("s"),
        Value::Int(5),
        Value::Str("s".into()),
        Value::Ints(vec![1].into()),
    ] {
        let found = event(&only(3, value));
        assert_eq!(found.attributes["app.hidden"], string("[redacted]"));
        assert!(found.body.contains("hidden [redacted]"));
    }
    assert!(
        !event(&only(3, Value::Absent))
            .attributes
            .contains_key("app.hidden")
    );
}

#[test]
fn the_secret_after_a_flag_is_redacted_in_a_list_of_arguments() {
    let arguments = [
        "login",
        "--password",
        "hunter2",
        "-u",
        "me",
        "--token=abcdef",
        "host",
    ];
    let found = event(&only(6, Value::Strings(arguments.map(Cow::Borrowed).to_vec())));
    let kept = [
        "login",
        "--password",
        "[redacted]",
        "-u",
        "me",
        "--token=[redacted]",
        "host",
    ];
    assert_eq!(
        found.attributes["app.list"],
        AttributeValue::Strings(kept.map(str::to_owned).to_vec())
    );
}

#[test]
fn the_sixty_fifth_attribute_and_those_after_it_are_counted_and_left_out() {
    for (given, dropped) in [(64, 0), (65, 1), (100, 36)] {
        let values: Vec<Value<'_>> = (0..given).map(Value::Int).collect();
        let attributes = Attributes {
            slots: &defs::MANY,
            values: &values,
            ..Attributes::NONE
        };
        let event = Event {
            def: &defs::CROWDED,
            place: Place::default(),
            on_span: false,
            attributes,
        };
        let text = Written(Record::Event(&event)).to_string();
        assert_eq!(text.matches("app.count").count(), 64);
        assert_eq!(read(&event).dropped_attributes, dropped);
    }
}

#[test]
fn a_tag_stands_on_a_record_that_does_not_say_otherwise() {
    let tags: Tags = [(&TAG, Value::Static("visit"))].into();
    let of = |added: &[(&'static telemetry_runtime::def::AttributeDef, Value<'_>)]| {
        let attributes = Attributes {
            added,
            tags: Some(&tags),
            ..Attributes::NONE
        };
        read(&Event {
            def: &defs::CROWDED,
            place: Place::default(),
            on_span: false,
            attributes,
        })
        .attributes
    };
    assert_eq!(of(&[])["app.tag"], string("visit"));
    assert_eq!(of(&[(&TAG, Value::Static("own"))])["app.tag"], string("own"));
}

#[test]
fn the_second_of_a_time_is_never_that_of_another_record() {
    for (nanos, text) in [
        (0, "1970-01-01T00:00:00.000000000Z"),
        (999_999_999, "1970-01-01T00:00:00.999999999Z"),
        (1_000_000_000, "1970-01-01T00:00:01.000000000Z"),
        (951_782_400_000_000_001, "2000-02-29T00:00:00.000000001Z"),
        (0, "1970-01-01T00:00:00.000000000Z"),
        (u64::MAX, "2554-07-21T23:34:33.709551615Z"),
    ] {
        let end = line::End {
            outcome: line::Outcome::Success,
            exit_code: None,
            error_type: None,
            duration_ns: 0,
        };
        let mut bytes = Vec::new();
        encode::line(&mut bytes, 0, nanos, &Record::End(&end));
        assert_eq!(reader::parse(&bytes).map(|line| line.time), Ok(text.to_owned()));
    }
}
