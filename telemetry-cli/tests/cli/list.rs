//! `runs list`: one row a run, newest first.

use expect_test::{expect, expect_file};
use serde_json::Value;
use unicode_width::UnicodeWidthStr;

use crate::{RUNS, fine, made_up_text, run, session};

fn listed(flags: &[&str]) -> String {
    fine(&[&["runs", "list", "--directory", RUNS], flags].concat())
}

#[test]
fn runs_are_listed_newest_first_at_every_width() {
    expect_file!["../drawn/list-40.txt"].assert_eq(&listed(&["--width", "40"]));
    expect_file!["../drawn/list-80.txt"].assert_eq(&listed(&[]));
    expect_file!["../drawn/list-140.txt"].assert_eq(&listed(&["--width", "140"]));
    for width in 30..=160 {
        let list = listed(&["--width", &width.to_string()]);
        assert!(
            list.lines().all(|line| line.width() <= width),
            "at {width}: {list}"
        );
    }
}

#[test]
fn what_is_left_out_is_said() {
    expect![[r#"
        when              id      command  outcome       took  errors  slowest stage
        2026-11-23 03:10  8c01f2  load     failed       4.21s  ✗ 3     2.94s derived_im…
        … 3 older runs (--limit 0 shows all)
    "#]]
    .assert_eq(&listed(&["--limit", "1"]));
}

#[test]
fn a_filter_leaves_out_by_time_command_outcome_and_text_and_says_so() {
    expect_file!["../drawn/list-filters.txt"].assert_eq(&session(&[
        "runs list -d tests/runs --outcome failed --outcome killed",
        "runs list -d tests/runs --since 2026-11-23 --command load",
        "runs list -d tests/runs --text \"Connection REFUSED\"",
        "runs list -d tests/runs --text nothing --until 2026-11-23T03:00:00Z",
        "runs list -d tests/runs --command console --limit 1",
        "runs list -d tests/runs --until 2026-11-22 --width 40 --ascii",
        "runs list -d tests/runs --since soon",
        "runs list -d tests/runs --since 2026-11-23 --until 2026-11-22",
        "runs list -d tests/runs --outcome great",
    ]));
}

#[test]
fn json_is_filtered_by_the_same_flags() {
    let table: [(&[&str], &[&str]); 7] = [
        (&["--until", "2026-11-22"], &["3fa9d0"]),
        (
            &[
                "--since",
                "2026-11-23T01:59:00Z",
                "--until",
                "2026-11-23T03:10:00Z",
            ],
            &["8b4766"],
        ),
        (
            &["--since", "2026-11-23", "--until", "2026-11-23"],
            &["8c01f2", "8b4766"],
        ),
        (
            &["--command", "load", "--command", "console"],
            &["8c01f2", "8b4766", "3fa9d0"],
        ),
        (&["--outcome", "failure"], &["8c01f2"]),
        (&["--text", "8B47"], &["8b4766"]),
        (&["--text", "Console", "--outcome", "killed"], &["3fa9d0"]),
    ];
    for (flags, ids) in table {
        let rows: Value =
            serde_json::from_str(&listed(&[&["--format", "json"], flags].concat())).expect("JSON");
        let rows = rows.as_array().expect("an array").iter();
        assert_eq!(
            rows.map(|row| row["id"].as_str().expect("an id"))
                .collect::<Vec<_>>(),
            ids,
            "{flags:?}"
        );
    }
}

#[test]
fn json_is_an_array_that_agrees_with_what_show_says() {
    let rows: Vec<Value> = serde_json::from_str(&listed(&["--format", "json"])).expect("JSON");
    assert_eq!(
        rows.iter().map(|row| row["id"].as_str()).collect::<Vec<_>>(),
        [Some("8c01f2"), Some("8b4766"), Some("3fa9d0")]
    );
    for row in rows {
        let id = row["id"].as_str().expect("an id");
        let show = fine(&["runs", "show", id, "-d", RUNS, "--format", "json"]);
        let show: Value = serde_json::from_str(&show).expect("JSON");
        let story = &show["runs"][0];
        assert_eq!(
            row["errors"].as_u64(),
            story["faults"].as_array().map(|faults| faults.len() as u64),
            "{id}"
        );
        assert_eq!(
            (&row["end"], &row["command"], &row["began"]),
            (&story["end"], &story["run"]["command"], &story["began"])
        );
        let slowest = row["slowest_stage"].as_str().expect("each has a stage");
        let spans = story["spans"].as_array().expect("spans");
        assert!(
            spans
                .iter()
                .any(|span| span["name"] == slowest && span["kind"] == "stage"),
            "{id}: {slowest}"
        );
    }
}

#[test]
fn a_folder_without_runs_says_so_and_a_missing_one_is_an_error() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().display().to_string();
    assert!(fine(&["runs", "list", "-d", &path, "--width", "200"]).starts_with("no runs in "));
    assert_eq!(fine(&["runs", "list", "-d", &path, "--format", "json"]), "[]\n");
    let said = run(&["runs", "list", "-d", &format!("{path}/none")]);
    assert_eq!(said.code, Some(2));
    assert!(
        said.err
            .contains("does not exist: nothing was recorded there yet"),
        "{}",
        said.err
    );
}

#[test]
fn names_from_a_file_never_steer_the_terminal() {
    let folder = tempfile::tempdir().expect("a folder");
    let hostile = made_up_text("8b4766.jsonl").replace("\"console\"", "\"co\\u001b[2Jnsole\"");
    std::fs::write(folder.path().join("a\u{1b}b.jsonl"), hostile).expect("a run");
    let list = fine(&["runs", "list", "-d", &folder.path().display().to_string()]);
    assert!(!list.contains('\u{1b}') && list.contains("\\u{1b}"), "{list:?}");
}
