//! How a run is found: by id, by the beginning of one, by path, or because it is the latest.

use crate::{RUNS, fine, run, telemetry};

fn first_words(arguments: &[&str]) -> String {
    fine(arguments).split(" · ").next().unwrap_or_default().to_owned()
}

#[test]
fn the_beginning_of_an_id_is_enough_when_it_is_the_only_one() {
    for asked in ["8b4766", "8b", "run_8b4766", "tests/runs/8b4766.jsonl"] {
        assert_eq!(
            first_words(&["runs", "show", asked, "-d", RUNS]),
            "run 8b4766",
            "{asked}"
        );
    }
}

#[test]
fn without_an_id_the_latest_run_is_shown() {
    assert_eq!(first_words(&["runs", "show", "-d", RUNS]), "run 8c01f2");
}

#[test]
fn an_ambiguous_beginning_names_those_that_could_be_meant() {
    let said = run(&["runs", "show", "8", "-d", RUNS]);
    assert_eq!(said.code, Some(2));
    assert_eq!(
        said.err,
        "telemetry: 2 runs begin with `8`; type more of the id: 8c01f2, 8b4766\n"
    );
}

#[test]
fn an_unknown_id_names_the_latest_runs() {
    let said = run(&["runs", "show", "zzz", "-d", RUNS]);
    assert_eq!(said.code, Some(2));
    assert_eq!(
        said.err,
        "telemetry: no run in tests/runs begins with `zzz`; the latest are 8c01f2, 8b4766, 3fa9d0, old\n"
    );
}

#[test]
fn an_exact_id_wins_over_longer_ones() {
    let folder = tempfile::tempdir().expect("a folder");
    for (from, to) in [("8b4766", "8b"), ("8c01f2", "8b4")] {
        std::fs::copy(
            crate::made_up(&format!("{from}.jsonl")),
            folder.path().join(format!("{to}.jsonl")),
        )
        .expect("a copy");
    }
    let directory = folder.path().display().to_string();
    assert_eq!(
        first_words(&["runs", "show", "8b", "-d", &directory]),
        "run 8b4766"
    );
    assert_eq!(
        first_words(&["runs", "show", "8b4", "-d", &directory]),
        "run 8c01f2"
    );
}

#[test]
fn the_folder_comes_from_the_flag_then_the_variable_then_the_schema() {
    let folder = tempfile::tempdir().expect("a folder");
    let schema = folder.path().join("schema");
    std::fs::create_dir(&schema).expect("a folder");
    let runs = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(RUNS);
    let manifest = format!(
        "schema:\n  name: demo\n  version: 1.0.0\n  url: https://example.com/1.0.0\n  namespace: demo\nrun:\n  directory: {}\n",
        runs.display()
    );
    std::fs::write(schema.join("manifest.yaml"), manifest).expect("a schema");
    let said = |command: &mut std::process::Command| {
        let output = command
            .current_dir(folder.path())
            .output()
            .expect("the command starts");
        (
            output.status.code(),
            String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned(),
        )
    };
    let (code, words) = said(&mut telemetry(&["runs", "show", "8b4766"]));
    assert!(
        code == Some(0) && words.starts_with("run 8b4766"),
        "the schema says where: {words}"
    );
    let (code, words) = said(telemetry(&["runs", "show", "8b4766"]).env("TELEMETRY_RUNS", "nowhere"));
    assert_eq!(
        (code, words.as_str()),
        (
            Some(2),
            "telemetry: nowhere does not exist: nothing was recorded there yet\n"
        )
    );
    let (code, _) = said(
        telemetry(&["runs", "show", "8b4766", "-d"])
            .arg(&runs)
            .env("TELEMETRY_RUNS", "nowhere"),
    );
    assert_eq!(code, Some(0), "the flag wins");
}

#[test]
fn without_a_folder_or_a_schema_the_way_out_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let output = telemetry(&["runs", "list"])
        .current_dir(folder.path())
        .output()
        .expect("the command starts");
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(
        String::from_utf8_lossy(&output.stderr),
        "telemetry: there is no schema in `schema` that says where runs are; name their folder with --directory\n"
    );
}
