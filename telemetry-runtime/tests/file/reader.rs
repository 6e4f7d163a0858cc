use std::io::{BufReader, Read};

use proptest::prelude::*;
use telemetry_runtime::line::{Line, Record};
use telemetry_runtime::reader::{Flaw, LONGEST_LINE, Problem, Reading, RunReader, Trouble, parse};

/// A whole line with a number.
fn notice(seq: u64) -> String {
    let common = r#""time":"2026-11-23T01:59:00.000000000Z","record":"notice""#;
    format!("{{\"seq\":{seq},{common},\"code\":\"c\",\"body\":\"b\"}}\n")
}

/// Everything that a reader says of some bytes.
fn read(bytes: &[u8]) -> (Vec<Result<Line, Problem>>, Reading) {
    let mut reader = RunReader::new(bytes);
    let all = reader.by_ref().collect();
    (all, reader.reading().clone())
}

/// Numbers of the records, and what is said of the lines that are none.
fn told(bytes: &[u8]) -> (Vec<u64>, Vec<String>) {
    let (mut numbers, mut problems) = (Vec::new(), Vec::new());
    for line in read(bytes).0 {
        match line {
            Ok(line) => numbers.push(line.seq),
            Err(problem) => problems.push(problem.to_string()),
        }
    }
    (numbers, problems)
}

#[test]
fn a_torn_last_line_is_told_and_the_lines_before_it_are_read() {
    let whole = format!("{}{}", notice(0), notice(1));
    for cut in notice(0).len() + 1..whole.len() - 1 {
        let (numbers, problems) = told(&whole.as_bytes()[..cut]);
        assert_eq!(numbers, [0], "cut after {cut} bytes");
        assert_eq!(problems, ["line 2 is torn: the file ends in the middle of it"]);
        assert!(read(&whole.as_bytes()[..cut]).1.torn);
    }
    // Only the line end is missing: the record is there, and it is whole.
    assert_eq!(told(&whole.as_bytes()[..whole.len() - 1]), (vec![0, 1], vec![]));
}

#[test]
fn a_bad_line_is_told_by_its_number_and_the_lines_after_it_are_read() {
    let text = [
        &notice(0),
        "{\"seq\":1,\"time\":\"2026-\n",
        "\n",
        "[1,2]\n",
        "{\"seq\":1,\"time\":\"t\"}\n",
        "{\"seq\":-1,\"time\":\"t\",\"record\":\"end\"}\n",
        "\u{0}\u{0}\u{0}\n",
        &notice(2),
    ];
    let (numbers, problems) = told(text.concat().as_bytes());
    assert_eq!(numbers, [0, 2]);
    expect_test::expect![[r#"
        line 2 is not JSON: EOF while parsing a string, at column 22
        line 4 is JSON, but no record: invalid type: sequence, expected an object with `seq`, `time` and `record`, at column 0
        line 5 is JSON, but no record: missing field `record`, at column 20
        line 6 is JSON, but no record: invalid value: integer `-1`, expected u64, at column 9
        line 7 is not JSON: expected value, at column 1
    "#]]
    .assert_eq(&(problems.join("\n") + "\n"));
    let (_, reading) = read(text.concat().as_bytes());
    assert_eq!(
        (reading.lines, reading.records, reading.bad, reading.torn),
        (7, 2, 5, false)
    );
    assert_eq!(
        reading.remarks(),
        ["5 of 7 lines are no records and were left out"]
    );
}

#[test]
fn what_a_newer_version_has_added_is_left_out_and_told() {
    let run = concat!(
        r#"{"seq":0,"time":"t","record":"run","format":9,"schema":{"name":"n","version":"v","url":"u","colour":1},"#,
        r#""run_id":"a","command":"c","pid":1,"debug":false,"resource":{},"why":"requested","mood":"good"}"#,
    );
    let hologram = r#"{"seq":1,"time":"t","record":"hologram","depth":3}"#;
    let text = format!("{run}\n{hologram}\n{hologram}\n{}", notice(3));
    let (numbers, problems) = told(text.as_bytes());
    assert_eq!(numbers, [0, 3]);
    assert_eq!(
        problems[0],
        "line 2 is a record of a kind that this version does not know: `hologram`"
    );
    assert_eq!(
        read(text.as_bytes()).1.remarks(),
        [
            "the file has format 9, this program knows 1: a newer version shows more of it",
            "records of the unknown kind `hologram` were left out (2)",
            "the unknown field `mood` was left out (1)",
            "the unknown field `schema.colour` was left out (1)",
        ]
    );
}

#[test]
fn unknown_fields_are_told_wherever_they_stand() {
    let span = r#""name":"n","kind":"stage","trace_id":"t","span_id":"s""#;
    for (record, field) in [
        (
            r#""event","name":"n","severity":"info","body":"b","attributes":{"new":1},"new":[1,{"x":2}]"#
                .to_owned(),
            "new",
        ),
        (
            r#""log","severity":"info","target":"t","new":null,"body":"b""#.to_owned(),
            "new",
        ),
        (format!(r#""span_start",{span},"new":{{}}"#), "new"),
        (
            format!(r#""span_start",{span},"links":[{{"trace_id":"t","span_id":"s","name":"n","new":1}}]"#),
            "links.0.new",
        ),
        (
            r#""end","outcome":"success","duration_ns":1,"new":1"#.to_owned(),
            "new",
        ),
    ] {
        let text = format!("{{\"seq\":0,\"time\":\"t\",\"record\":{record}}}\n");
        let (lines, reading) = read(text.as_bytes());
        assert!(lines[0].is_ok(), "{lines:?}");
        assert_eq!(
            reading.unknown_fields.into_iter().collect::<Vec<_>>(),
            [(field.to_owned(), 1)],
            "{text}"
        );
    }
    let known = r#"{"seq":0,"time":"t","record":"event","name":"n","severity":"info","body":"b","attributes":{"a":1}}"#;
    assert!(read(known.as_bytes()).1.unknown_fields.is_empty());
}

#[test]
fn fields_may_stand_in_any_order() {
    let text = r#"{"code":"c","record":"notice","body":"b","new":1,"time":"t","seq":5}"#;
    let line = parse(text.as_bytes());
    assert!(
        matches!(&line, Ok(Line { seq: 5, record: Record::Notice(notice), .. }) if notice.body == "b"),
        "{line:?}"
    );
    let (_, reading) = read(text.as_bytes());
    assert_eq!(reading.unknown_fields.keys().collect::<Vec<_>>(), ["new"]);
    assert!(
        matches!(parse(br#"{"record":"hologram","seq":5,"time":"t"}"#), Err(Flaw::UnknownRecord(kind)) if kind == "hologram")
    );
    assert!(matches!(
        parse(br#"{"record":"end","time":"t"}"#),
        Err(Flaw::NotARecord(_))
    ));
    assert!(matches!(
        parse(br#"{"seq":1,"seq":2,"time":"t","record":"end"}"#),
        Err(Flaw::NotARecord(_))
    ));
}

#[test]
fn a_file_of_another_format_is_named_and_not_read_on() {
    let files: [(&[u8], &str); 12] = [
        (b"\x1F\x8B\x08\0", "a gzip archive; unpack it first"),
        (b"\x28\xB5\x2F\xFDxx", "a zstd archive; unpack it first"),
        (b"PK\x03\x04", "a zip archive; unpack it first"),
        (b"SQLite format 3\0more", "an SQLite database"),
        (b"\x7FELF\x02", "a program"),
        (b"\xFF\xFE{\0", "text in UTF-16; run files are UTF-8"),
        (b"<html>\n", "XML or HTML"),
        (b"[\n{}\n]\n", "one JSON list; a run file has one object a line"),
        (
            b"{\n  \"seq\": 1\n}\n",
            "one JSON document over many lines; a run file has one object a line",
        ),
        (b"{\"resourceSpans\":[]}\n{}\n", "OTLP in JSON"),
        (
            b"{\"ts_ms\":1,\"kind\":\"run\"}\n{}\n",
            "diagnostics of the generation before this format",
        ),
        (
            b"{\"level\":\"info\"}\n{}\n",
            "JSON lines of another program: the first has neither `seq` nor `record`",
        ),
    ];
    for (bytes, name) in files {
        let (numbers, problems) = told(bytes);
        assert!(numbers.is_empty());
        assert_eq!(
            problems,
            [format!("line 1 shows that this is no run file, but {name}")]
        );
    }
}

#[test]
fn an_empty_file_a_mark_at_its_beginning_and_other_line_ends_are_no_trouble() {
    assert_eq!(told(b""), (vec![], vec![]));
    assert_eq!(told(b"\n\n \n"), (vec![], vec![]));
    let text = format!("\u{feff}{}{}", notice(0).replace('\n', "\r\n"), notice(1));
    assert_eq!(told(text.as_bytes()), (vec![0, 1], vec![]));
}

#[test]
fn a_line_without_end_takes_no_more_memory_than_a_long_one_and_the_next_is_read() {
    let endless = std::io::repeat(b'x').take(LONGEST_LINE as u64 * 2);
    let text = format!("\n{}", notice(1));
    let mut reader = RunReader::new(BufReader::new(endless.chain(text.as_bytes())));
    assert!(matches!(
        reader.next(),
        Some(Err(Problem {
            line: 1,
            trouble: Trouble::TooLong
        }))
    ));
    assert!(matches!(reader.next(), Some(Ok(Line { seq: 1, .. }))));
    assert!(reader.next().is_none());
}

#[test]
fn a_file_that_cannot_be_read_on_ends_with_the_error() {
    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Err(std::io::Error::other("the disk is gone"))
        }
    }
    let text = notice(0);
    let mut reader = RunReader::new(BufReader::new(text.as_bytes().chain(Broken)));
    assert!(matches!(reader.next(), Some(Ok(_))));
    let last = reader
        .next()
        .map(|line| line.map_err(|problem| problem.to_string()));
    assert_eq!(
        last,
        Some(Err("line 2 cannot be read: the disk is gone".to_owned()))
    );
    assert!(reader.next().is_none());
}

#[test]
fn a_hostile_file_cannot_fill_the_memory_with_names() {
    let lines = (0..5000).map(|n| format!("{{\"seq\":{n},\"time\":\"t\",\"record\":\"kind{n}\"}}\n"));
    let (_, reading) = read(lines.collect::<String>().as_bytes());
    assert_eq!(reading.unknown_records.values().sum::<u64>(), 5000);
    assert!(reading.unknown_records.len() <= 65);
}

#[test]
fn deeply_nested_json_is_a_bad_line_and_no_overflow() {
    for open in ["[", "{\"a\":"] {
        let text = format!(
            "{}{}{}\n{}",
            notice(0),
            r#"{"seq":1,"time":"t","record":"event","attributes":"#,
            open.repeat(100_000),
            notice(2)
        );
        assert_eq!(told(text.as_bytes()).0, [0, 2]);
    }
}

#[test]
fn a_line_end_anywhere_in_the_first_line_damages_only_that_line() {
    let whole: String = (0..3).map(notice).collect();
    for at in 0..notice(0).len() {
        let mut bytes = whole.clone().into_bytes();
        bytes[at] = b'\n';
        assert!(told(&bytes).0.ends_with(&[1, 2]), "at {at}");
    }
}

proptest! {
    #[test]
    fn any_bytes_are_read_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let (lines, reading) = read(&bytes);
        prop_assert!(reading.lines >= lines.len() as u64 && reading.records == 0);
    }

    // Also when it is the first line that is damaged: it decides whether the file is one of ours.
    #[test]
    fn a_damaged_file_loses_no_line_but_the_damaged_ones(at in 0usize..500, byte: u8) {
        let mut bytes: Vec<u8> = (0..20).flat_map(|seq| notice(seq).into_bytes()).collect();
        let at = at % bytes.len();
        bytes[at] = byte;
        // The byte may be a line end, or hide one: then two lines are damaged.
        let (lines, _) = read(&bytes);
        let whole = lines.iter().filter(|line| line.is_ok()).count();
        prop_assert!(whole >= 18, "{whole} of 20 lines are left");
    }
}
