//! What each command prints as JSON of varied inputs: good ones, failing ones, torn ones and empty ones, by real
//! processes, files and sockets.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::process::Stdio;

use serde_json::Value;
use telemetry_testbed::{Behaviour, Code, Testbed};

use crate::{RUNS, Said, fed, made_up_text, product, telemetry};

const ENDPOINT: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";

/// The made-up runs.
const IDS: [&str; 3] = ["8b4766", "8c01f2", "3fa9d0"];

/// Documents, each with the words for its input.
type Documents = Vec<(String, Value)>;

/// Everything that a command printed.
pub(super) fn of(command: &str) -> Documents {
    match command {
        "schema check" => schema_check(),
        "schema diff" => schema_diff(),
        "schema show" => typed(
            &[
                "schema show -s ../schema",
                "schema show container.exited -s ../schema",
            ],
            &[0],
        ),
        "schema list" => typed(
            &["schema list -s ../schema", "schema list span -s ../schema"],
            &[0],
        ),
        "schema search" => typed(
            &[
                "schema search exit -s ../schema",
                "schema search nowhere-at-all -s ../schema",
            ],
            &[0, 1],
        ),
        "schema stats" => typed(
            &[
                "schema stats -s ../schema",
                "schema stats -s ../examples/own_schema/schema",
            ],
            &[0],
        ),
        "schema usage" => typed(
            &[
                "schema usage -s ../schema ../examples",
                "schema usage -s ../examples/own_schema/schema ../examples/own_schema",
            ],
            &[0],
        ),
        "runs list" => runs_list(),
        "runs show" => runs_show(),
        "runs tail" => runs_tail(),
        "runs compare" => typed(
            &[
                "runs compare 8b 8c -d tests/runs",
                "runs compare 8b 8c 3f -d tests/runs --baseline first",
                "runs compare 3f 8b -d tests/runs --percent 0 --least 0s --check",
            ],
            &[0, 1],
        ),
        "runs prune" => runs_prune(),
        "runs replay" => runs_replay(),
        "check-run" => check_run(),
        "receive" => receive(),
        "doctor" => doctor(),
        // A new command has to be tried here before it can be documented.
        other => panic!("nothing is known that `{other}` could be tried with"),
    }
}

/// What was printed: one document.
fn document(input: &str, said: &Said, codes: &[i32]) -> (String, Value) {
    let code = said.code.expect("it ends by itself");
    assert!(codes.contains(&code), "{input}: {code}: {}", said.err);
    (input.to_owned(), serde_json::from_str(&said.out).expect(input))
}

/// What was printed: a document a line.
fn lines(input: &str, text: &str) -> Documents {
    let one = |(number, line): (usize, &str)| {
        (
            format!("{input}, line {number}"),
            serde_json::from_str(line).expect(input),
        )
    };
    text.lines().enumerate().map(one).collect()
}

fn with(arguments: &[&str], vars: &[(&str, &str)]) -> Said {
    let mut command = telemetry(&[arguments, &["--format", "json"]].concat());
    command
        .envs(vars.iter().copied())
        .output()
        .expect("it starts")
        .into()
}

fn typed(commands: &[&str], codes: &[i32]) -> Documents {
    let one = |line: &&str| document(line, &with(&line.split(' ').collect::<Vec<_>>(), &[]), codes);
    commands.iter().map(one).collect()
}

/// A run that ended in the middle of a line, with kinds and fields that nobody knows, of a newer format, and with
/// lines that are no JSON.
fn odd() -> String {
    let text = made_up_text("8c01f2.jsonl");
    let mut lines: Vec<String> = text.lines().take(40).map(ToOwned::to_owned).collect();
    lines[0] = lines[0].replace("\"format\":1", "\"format\":9");
    lines.insert(
        7,
        "{\"seq\":6,\"time\":\"2026-11-23T01:59:00Z\",\"record\":\"thought\",\"of\":1}".to_owned(),
    );
    lines.insert(9, "no JSON".to_owned());
    lines.insert(11, lines[2].replacen('{', "{\"mood\":\"good\",", 1));
    let mut text = lines.join("\n");
    text.truncate(text.len() - 20);
    text
}

fn schema_check() -> Documents {
    let wrong = "schema: { name: demo, version: 1.0.0, url: https://example.com/1.0.0, namespace: demo }\nevents:\n  saved: { brief: Saved., brief: Again. }\n";
    let check = |input: &str, text: &str| {
        let said = fed(&["schema", "check", "-", "--format", "json"], text.as_bytes());
        document(input, &said, &[1])
    };
    let mut all = typed(&["schema check ../schema"], &[0]);
    all.extend([
        check("mistakes", wrong),
        check("nothing", ""),
        check("no YAML", "a: ["),
    ]);
    all
}

fn schema_diff() -> Documents {
    let folder = tempfile::tempdir().expect("a folder");
    let before = "schema: { name: demo, version: 1.0.0, url: https://example.com/1.0.0, namespace: demo }\n\
        attributes:\n  demo.item: { type: string, brief: What was picked. }\n\
        events:\n  pick: { brief: Picked., attributes: { demo.item: required } }\n  drop: { brief: Dropped. }\n";
    let after = before
        .replace("demo.item: required", "demo.item: optional")
        .replace("  drop: { brief: Dropped. }\n", "  put: { brief: Put. }\n");
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).expect("it is written");
        path.display().to_string()
    };
    let (before, after) = (file("before.yaml", before), file("after.yaml", &after));
    let diff = |head: &str, base: &str, code| {
        let said = with(&["schema", "diff", head, "--base", base], &[]);
        document(&format!("{head} against {base}"), &said, &[code])
    };
    vec![diff(&after, &before, 1), diff(&before, &before, 0)]
}

fn runs_list() -> Documents {
    let folder = tempfile::tempdir().expect("a folder");
    let place = folder.path().display().to_string();
    let list = |input: &str| document(input, &with(&["runs", "list", "-d", &place], &[]), &[0]);
    let mut all = vec![list("an empty folder")];
    fs::write(folder.path().join("odd.jsonl"), odd()).expect("it is written");
    fs::write(folder.path().join("empty.jsonl"), "").expect("it is written");
    let unnamed = made_up_text("8b4766.jsonl");
    let unnamed = unnamed.split_once('\n').expect("lines").1;
    fs::write(folder.path().join("unnamed.jsonl"), unnamed).expect("it is written");
    all.push(list("odd files"));
    all.extend(typed(&["runs list -d tests/runs"], &[0]));
    all
}

fn runs_show() -> Documents {
    let show = |id: &&str| document(id, &with(&["runs", "show", id, "-d", RUNS], &[]), &[0]);
    let mut all: Documents = IDS.iter().map(show).collect();
    let said = fed(&["runs", "show", "-", "--format", "json"], odd().as_bytes());
    let odd = document("an odd run", &said, &[0]);
    assert_eq!(
        (&odd.1["torn"], &odd.1["newer_format"]),
        (&true.into(), &9.into())
    );
    all.push(odd);
    let whole = product::run(&[]);
    let file = whole.file().display().to_string();
    all.push(document(
        "a run of the product",
        &with(&["runs", "show", &file], &[]),
        &[0],
    ));
    all
}

fn runs_tail() -> Documents {
    let tail = |id: &&str| {
        lines(
            id,
            &with(&["runs", "tail", id, "-n", "1000", "-d", RUNS], &[]).out,
        )
    };
    let mut all: Documents = IDS.iter().flat_map(tail).collect();
    let whole = product::run(&[]);
    let file = whole.file().display().to_string();
    all.extend(lines(
        "a run of the product",
        &with(&["runs", "tail", &file, "-n", "1000"], &[]).out,
    ));
    let kinds = [
        "run",
        "span_start",
        "span_end",
        "event",
        "log",
        "metrics",
        "notice",
        "summary",
        "end",
    ];
    for kind in kinds {
        assert!(all.iter().any(|(_, line)| line["record"] == kind), "no {kind}");
    }
    all
}

fn runs_prune() -> Documents {
    let folder = tempfile::tempdir().expect("a folder");
    for id in IDS {
        let text = made_up_text(&format!("{id}.jsonl"));
        fs::write(folder.path().join(format!("{id}.jsonl")), text).expect("it is written");
    }
    fs::write(folder.path().join("8b4766.replayed"), "").expect("it is written");
    let place = folder.path().display().to_string();
    let prune = |input: &str, more: &[&str]| {
        let said = with(&[&["runs", "prune", "-d", &place][..], more].concat(), &[]);
        document(input, &said, &[0])
    };
    vec![
        prune("what would go", &["--keep", "1", "--days", "9999", "--dry-run"]),
        prune("all but the latest", &["--keep", "1", "--days", "9999"]),
        prune("all", &["--all"]),
        prune("nothing left", &["--all"]),
    ]
}

fn runs_replay() -> Documents {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("8b4766.jsonl");
    fs::write(&path, made_up_text("8b4766.jsonl")).expect("it is written");
    let file = path.display().to_string();
    let testbed = Testbed::start().expect("a testbed");
    let endpoint = testbed.endpoint();
    let replay = |input: &str, more: &[&str], code| {
        let all = [&["runs", "replay", &file, "--patience", "0"][..], more].concat();
        document(input, &with(&all, &[(ENDPOINT, &endpoint)]), &[code])
    };
    let dry = replay("what would go", &["--dry-run"], 0);
    testbed.set(Behaviour::Refuse(Code::InvalidArgument));
    let refused = replay("refused", &[], 1);
    testbed.set(Behaviour::Accept);
    vec![
        dry,
        refused,
        replay("accepted", &[], 0),
        replay("accepted before", &[], 0),
        document(
            "no backend",
            &with(&["runs", "replay", &file, "--dry-run", "--again"], &[]),
            &[0],
        ),
    ]
}

fn check_run() -> Documents {
    let check = |input: &str, text: &str| {
        let arguments = ["check-run", "-", "--schema", "../schema", "--format", "json"];
        document(input, &fed(&arguments, text.as_bytes()), &[0, 1])
    };
    let whole = crate::check_run::good(&[]);
    let text = fs::read_to_string(whole.file()).expect("it is there");
    let good = check("a good run", &text);
    assert_eq!(good.1["conforms"], true, "{}", good.1);
    let mut all: Documents = IDS
        .iter()
        .map(|id| check(id, &made_up_text(&format!("{id}.jsonl"))))
        .collect();
    all.extend([
        good,
        check("an odd run", &odd()),
        check("nothing", ""),
        check("no run", "what?\n"),
    ]);
    all
}

/// What a program sends, and a process of which nothing is known.
fn receive() -> Documents {
    let arguments = [
        "receive",
        "--listen",
        "127.0.0.1:0",
        "--until-end",
        "--format",
        "json",
    ];
    let mut command = telemetry(&arguments);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("it starts");
    let mut words = BufReader::new(child.stderr.take().expect("a pipe")).lines();
    let endpoint = words
        .find_map(|line| Some(line.expect("text").split_once("ENDPOINT=")?.1.to_owned()))
        .expect("it says where it listens");
    let mut out = child.stdout.take().expect("a pipe");
    let reading = std::thread::spawn(move || {
        let mut text = String::new();
        out.read_to_string(&mut text).expect("text");
        text
    });
    let doctor = with(&["doctor", "--schema", "../schema"], &[(ENDPOINT, &endpoint)]);
    assert_eq!(doctor.code, Some(0), "{}", doctor.out);
    drop(product::run(&[(ENDPOINT, &endpoint)]));
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
    let all = lines("what was received", &reading.join().expect("it is read"));
    assert!(all.len() > 30, "{}", all.len());
    all
}

fn doctor() -> Documents {
    let testbed = Testbed::start().expect("a testbed");
    let endpoint = testbed.endpoint();
    let look = |input: &str, vars: &[(&str, &str)], code| {
        let said = with(
            &["doctor", "--schema", "../schema", "-d", RUNS, "--timeout", "2"],
            vars,
        );
        document(input, &said, &[code])
    };
    let well = look("a backend", &[(ENDPOINT, &endpoint)], 0);
    testbed.set(Behaviour::Refuse(Code::Unauthenticated));
    vec![
        well,
        look("a backend that refuses", &[(ENDPOINT, &endpoint)], 1),
        look("no backend", &[], 0),
        look("nobody", &[(ENDPOINT, "http://127.0.0.1:1")], 1),
        look(
            "nonsense",
            &[(ENDPOINT, "::"), ("OTEL_EXPORTER_OTLP_PROTOCOL", "pigeon")],
            1,
        ),
    ]
}
