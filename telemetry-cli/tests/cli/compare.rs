//! `runs compare`: runs side by side, and what is marked as a regression.

use expect_test::expect_file;
use serde_json::Value;
use unicode_width::UnicodeWidthStr;

use crate::{RUNS, fine, made_up_text, run, session};

#[test]
fn runs_stand_side_by_side_against_the_fastest_or_the_first() {
    let table = [
        (
            "compare-80.txt",
            "runs compare 8b4766 8c01f2 3fa9d0 -d tests/runs",
        ),
        (
            "compare-140.txt",
            "runs compare 8b4766 8c01f2 3fa9d0 -d tests/runs --width 140",
        ),
        (
            "compare-40.txt",
            "runs compare 8c 3f -d tests/runs --baseline first --width 40 --ascii",
        ),
        (
            "compare-color.txt",
            "runs compare 3f 8b -d tests/runs --color always",
        ),
    ];
    for (file, typed) in table {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/drawn")
            .join(file);
        expect_file![path].assert_eq(&session(&[typed]));
    }
}

#[test]
fn no_width_is_outgrown() {
    for width in (30..=150).step_by(4) {
        let width = width.to_string();
        for ids in [
            &["8b", "8c"][..],
            &["8b", "8c", "3f"],
            &["8b", "8c", "3f", "8b", "8c"],
        ] {
            let drawn = fine(&[&["runs", "compare", "-d", RUNS, "--width", &width], ids].concat());
            let wide = drawn.lines().map(UnicodeWidthStr::width).max();
            assert!(wide <= width.parse().ok(), "{width}: {drawn}");
        }
    }
}

/// A folder with a run, and the same run with a network stage that took so many milliseconds, of 2064.
fn pair(millis: u64) -> (tempfile::TempDir, [String; 2]) {
    let folder = tempfile::tempdir().expect("a folder");
    let good = made_up_text("8b4766.jsonl");
    let end = "\"name\":\"launch.network\",\"kind\":\"stage\"";
    let other: Vec<String> = good
        .lines()
        .map(|line| match line.contains(end) && line.contains("span_end") {
            true => line.replace(
                "\"duration_ns\":2064000000",
                &format!("\"duration_ns\":{}", millis * 1_000_000),
            ),
            false => line.to_owned(),
        })
        .collect();
    let paths = ["good.jsonl", "other.jsonl"].map(|name| folder.path().join(name).display().to_string());
    std::fs::write(&paths[0], &good).expect("a run");
    std::fs::write(&paths[1], other.join("\n") + "\n").expect("a run");
    (folder, paths)
}

fn regressions(paths: &[String; 2], flags: &[&str]) -> (Vec<String>, Option<i32>) {
    let typed = [
        &[
            "runs", "compare", &paths[0], &paths[1], "--check", "--format", "json",
        ],
        flags,
    ]
    .concat();
    let said = run(&typed);
    let all: Value = serde_json::from_str(&said.out).expect("JSON");
    let steps = all["steps"].as_array().expect("steps").iter();
    let marked = |step: &&Value| {
        let values = step["values"].as_array().expect("values").iter();
        values
            .into_iter()
            .any(|took| took["change"]["regression"] == true)
    };
    let names: Vec<String> = steps
        .filter(marked)
        .map(|step| step["name"].as_str().expect("a name").to_owned())
        .collect();
    assert_eq!(all["regressions"], names.len(), "{}", said.out);
    (names, said.code)
}

#[test]
fn a_regression_is_over_both_thresholds_and_check_ends_with_one() {
    let none = (vec![], Some(0));
    let network = (vec!["launch.network".to_owned()], Some(1));
    let (_folder, same) = pair(2064);
    assert_eq!(regressions(&same, &[]), none);
    assert_eq!(regressions(&same, &["--percent", "0", "--least", "0s"]), none);
    let (_folder, slower) = pair(2264);
    assert_eq!(
        regressions(&slower, &["--baseline", "first"]),
        none,
        "200 ms are less than 10 %"
    );
    assert_eq!(regressions(&slower, &["--percent", "5"]), network);
    assert_eq!(
        regressions(&slower, &["--percent", "5", "--least", "200ms"]),
        none
    );
    assert_eq!(
        regressions(&slower, &["--percent", "5", "--least", "199ms"]),
        network
    );
    let (_folder, faster) = pair(1000);
    assert_eq!(regressions(&faster, &[]), none);
}

#[test]
fn of_very_many_stages_the_rest_is_counted() {
    let (_folder, paths) = pair(2064);
    let stages: String = (0..600)
        .map(|n| {
            format!(
                "{{\"seq\":{},\"time\":\"2026-11-23T01:59:20.000000000Z\",\"record\":\"span_end\",\"name\":\"s{n}\",\"kind\":\"stage\",\"trace_id\":\"{:032x}\",\"span_id\":\"{:016x}\",\"started\":\"2026-11-23T01:59:19.000000000Z\",\"duration_ns\":7,\"outcome\":\"success\"}}\n",
                n + 100, 7, n + 1_000_000
            )
        })
        .collect();
    let text = std::fs::read_to_string(&paths[1]).expect("a run") + &stages;
    std::fs::write(&paths[1], text).expect("a run");
    let drawn = fine(&["runs", "compare", &paths[0], &paths[1], "--ascii"]);
    assert!(
        drawn.contains("\n! 117 more names of stages and timings left out\n"),
        "{drawn}"
    );
}

#[test]
fn without_check_a_regression_is_only_marked() {
    let (_folder, paths) = pair(9000);
    let drawn = fine(&["runs", "compare", &paths[0], &paths[1], "--ascii"]);
    let row = drawn
        .lines()
        .find(|line| line.starts_with("network"))
        .expect("its row");
    assert_eq!(
        row.split_whitespace().collect::<Vec<_>>(),
        ["network", "2.06s", "9.00s", "+336%!"]
    );
    assert!(drawn.ends_with("\n! 1 regression\n"), "{drawn}");
}

#[test]
fn what_cannot_be_compared_is_refused() {
    let said = session(&[
        "runs compare 8b4766 -d tests/runs",
        "runs compare 8b4766 old -d tests/runs",
        "runs compare 8b4766 8c --least soon -d tests/runs",
        "runs compare 8b4766 8 -d tests/runs",
    ]);
    expect_file!["../drawn/compare-refused.txt"].assert_eq(&said);
}
