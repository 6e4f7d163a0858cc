//! `schema diff`: revisions of a real repository, folders and files, and what is drawn of them. Which change gets
//! which verdict is the compiler's to prove.

use std::fs;
use std::path::Path;
use std::process::Command;

use expect_test::{expect, expect_file};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{Said, telemetry};

const BEFORE: &str = "\
schema:
  name: demo
  version: 1.0.0
  url: https://example.com/schemas/1.0.0
  namespace: demo
attributes:
  demo.item: { type: string, brief: What was picked. }
  demo.mode: { type: enum, brief: How., values: { on: Yes., off: No. } }
screens:
  list: { brief: Everything there is., entry: true, actions: [pick, drop] }
events:
  pick: { brief: Picked., attributes: { demo.item: required, demo.mode: optional } }
  drop: { brief: Dropped., deprecated: { since: 1.0.0, reason: Nobody does. } }
";

/// Something of each kind: breaking, announced, new, and words with signs that Markdown would take for its own.
const EDITS: [(&str, &str); 5] = [
    ("actions: [pick, drop]", "actions: [pick]"),
    (
        "  drop: { brief: Dropped., deprecated: { since: 1.0.0, reason: Nobody does. } }\n",
        "",
    ),
    ("on: Yes., off: No.", "on: Yes., auto: Maybe."),
    ("demo.item: required", "demo.item: optional"),
    (
        "What was picked. }",
        "What the operator picked., deprecated: { since: 1.1.0, reason: \"Too <vague> | *wide*\" } }",
    ),
];

/// A folder that is a repository, in which `schema` has been committed as it was and then edited.
fn repository(edits: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let schema = folder.path().join("schema");
    fs::create_dir(&schema).expect("a folder");
    fs::write(schema.join("all.yaml"), BEFORE).expect("a schema");
    git(folder.path(), &["init", "--quiet", "--initial-branch=trunk"]);
    commit(folder.path());
    git(folder.path(), &["tag", "v1"]);
    let mut text = BEFORE.to_owned();
    for (before, after) in edits {
        assert!(text.contains(before), "{before}");
        text = text.replace(before, after);
    }
    fs::write(schema.join("all.yaml"), text).expect("an edit");
    folder
}

fn commit(folder: &Path) {
    git(folder, &["add", "--all"]);
    git(folder, &["commit", "--quiet", "--message", "A version"]);
}

fn git(folder: &Path, arguments: &[&str]) {
    let mut command = Command::new("git");
    // Neither the developer's settings nor a hook that runs these tests may have a say.
    for variable in ["GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE"] {
        command.env_remove(variable);
    }
    let status = command
        .current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .args(["-c", "user.name=Test", "-c", "user.email=test@example.com"])
        .args(arguments)
        .status();
    assert!(status.expect("git is there").success(), "{arguments:?}");
}

fn within(folder: &Path, arguments: &[&str]) -> Said {
    let mut command = telemetry(&["schema", "diff"]);
    let output = command.args(arguments).current_dir(folder).output();
    output.expect("the command starts").into()
}

#[test]
fn a_person_reads_what_breaks_for_whom_and_which_version_it_takes() {
    let folder = repository(&EDITS);
    let drawn = |width| {
        let said = within(folder.path(), &["--base", "v1", "--width", width]);
        assert_eq!((said.code, said.err.as_str()), (Some(1), ""));
        said.out
    };
    expect_file!["../drawn/diff-80.txt"].assert_eq(&drawn("80"));
    let narrow = drawn("40");
    expect_file!["../drawn/diff-40.txt"].assert_eq(&narrow);
    assert!(narrow.lines().all(|line| line.chars().count() <= 40), "{narrow}");
}

#[test]
fn reviewers_get_tables_in_which_no_word_becomes_markup() {
    let folder = repository(&EDITS);
    let said = within(folder.path(), &["--base", "trunk", "--format", "markdown"]);
    assert_eq!((said.code, said.err.as_str()), (Some(1), ""));
    expect_file!["../drawn/diff.md"].assert_eq(&said.out);
}

#[test]
fn machines_get_every_change_with_who_is_hurt() {
    let folder = repository(&EDITS[3..4]);
    let said = within(folder.path(), &["--base", "v1", "--format", "json"]);
    let document: Value = serde_json::from_str(&said.out).expect("JSON");
    assert_eq!(
        document,
        json!({
            "format": 1,
            "name": "demo",
            "base": "v1",
            "base_version": "1.0.0",
            "version": "1.0.0",
            "least_version": "2.0.0",
            "version_is_too_low": true,
            "requires": "major",
            "changes": [{
                "kind": "event",
                "id": "pick",
                "verdict": "widened",
                "says": "may do without `demo.item`",
                "breaking": true,
                "hurts": ["stored_query"],
                "requires": "major",
                "file": "schema/all.yaml",
                "line": 12,
            }],
        })
    );
}

#[test]
fn the_version_that_a_change_requires_is_enough() {
    let mut edits = EDITS.to_vec();
    edits.push((
        "1.0.0\n  url: https://example.com/schemas/1.0.0",
        "2.0.0\n  url: https://example.com/schemas/2.0.0",
    ));
    let folder = repository(&edits);
    let said = within(folder.path(), &["--base", "HEAD"]);
    assert_eq!(said.code, Some(0), "{}", said.out);
    assert!(
        said.out
            .ends_with("version 2.0.0 is enough: it has to be 2.0.0 at least\n"),
        "{}",
        said.out
    );
}

#[test]
fn nothing_changed_needs_no_version() {
    let folder = repository(&[]);
    let said = within(folder.path(), &["--base", "HEAD"]);
    assert_eq!(said.code, Some(0));
    expect![[r#"
        demo  1.0.0 → 1.0.0  since HEAD

        no change
        version 1.0.0 is fine
    "#]]
    .assert_eq(&said.out);
}

/// Each base is the same version, so that each must be found to differ in the same way.
#[test]
fn the_base_may_be_a_revision_a_folder_or_a_file() {
    let folder = repository(&EDITS[..2]);
    let path = folder.path();
    fs::create_dir(path.join("released")).expect("a folder");
    fs::write(path.join("released/one.yaml"), BEFORE).expect("a schema");
    fs::create_dir(path.join("inner")).expect("a folder");
    let count = |within_folder: &Path, arguments: &[&str]| {
        let arguments = [arguments, &["--format", "json"]].concat();
        let said = within(within_folder, &arguments);
        let document: Value = serde_json::from_str(&said.out).unwrap_or_else(|_| panic!("{}", said.err));
        document["changes"].as_array().expect("changes").len()
    };
    for base in [
        "v1",
        "HEAD",
        "trunk",
        "v1:schema",
        "v1:schema/all.yaml",
        "released",
        "released/one.yaml",
    ] {
        assert_eq!(count(path, &["--base", base]), 2, "{base}");
    }
    assert_eq!(
        count(path, &["schema/all.yaml", "--base", "v1"]),
        2,
        "one file of a revision"
    );
    assert_eq!(
        count(&path.join("inner"), &["../schema", "--base", "v1"]),
        2,
        "from another folder"
    );
    assert_eq!(
        count(&path.join("schema"), &[".", "--base", "v1"]),
        2,
        "from within"
    );
    assert_eq!(
        count(&path.join("schema"), &["all.yaml", "--base", "v1"]),
        2,
        "a file from within"
    );
}

#[test]
fn a_schema_may_have_been_in_other_files_of_another_folder() {
    let folder = repository(&[]);
    let path = folder.path();
    git(path, &["mv", "schema", "vocabulary"]);
    fs::write(path.join("vocabulary/.#all.yaml"), "left by an editor").expect("a file");
    fs::write(path.join("vocabulary/notes.md"), "no schema").expect("a file");
    commit(path);
    let (front, back) = BEFORE.split_once("screens:").expect("the schema has screens");
    fs::create_dir(path.join("schema")).expect("a folder");
    fs::write(path.join("schema/b.yaml"), front).expect("a schema");
    fs::write(path.join("schema/a.yaml"), format!("screens:{back}")).expect("a schema");
    let said = within(path, &["--base", "HEAD:vocabulary"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(said.out.contains("no change"), "{}", said.out);
}

/// Git tells its hooks where the repository is, from the folder in which it calls them.
#[test]
fn a_hook_of_git_can_compare() {
    let folder = repository(&EDITS);
    let mut command = telemetry(&["schema", "diff", "--base", "HEAD"]);
    command.env("GIT_DIR", ".git").env("GIT_INDEX_FILE", ".git/index");
    let output = command.current_dir(folder.path()).output();
    let said: Said = output.expect("the command starts").into();
    assert_eq!((said.code, said.err.as_str()), (Some(1), ""));
    assert!(said.out.contains("2 breaking changes"), "{}", said.out);
}

#[test]
fn what_is_no_base_is_said_clearly() {
    let folder = repository(&[]);
    let path = folder.path();
    let refused = |path: &Path, base: &str| {
        let said = within(path, &["--base", base]);
        assert_eq!((said.code, said.out.as_str()), (Some(2), ""), "{base}");
        said.err
    };
    assert_eq!(
        refused(path, "v9"),
        "telemetry: `v9` is neither a file nor a folder, and git knows no revision `v9`; in a shallow clone, fetch \
         it first\n"
    );
    assert_eq!(
        refused(path, "v1:old"),
        "telemetry: there is no schema at `v1`: old does not exist there; if it lay elsewhere, write `v1:FOLDER`\n"
    );
    let option = within(path, &["--base=--output=owned"]);
    assert_eq!(option.code, Some(2));
    assert!(
        option.err.contains("neither a path nor a revision"),
        "{}",
        option.err
    );
    fs::write(path.join("schema/all.yaml"), "schema: [").expect("an edit");
    commit(path);
    fs::write(path.join("schema/all.yaml"), BEFORE).expect("an edit");
    let wrong = refused(path, "HEAD");
    assert!(
        wrong.starts_with("telemetry: the schema of `HEAD` does not compile: HEAD:schema/all.yaml, line "),
        "{wrong}"
    );
}

#[test]
fn without_git_or_a_repository_there_are_no_revisions() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("schema")).expect("a folder");
    fs::write(folder.path().join("schema/all.yaml"), BEFORE).expect("a schema");
    let mut command = telemetry(&["schema", "diff", "--base", "main"]);
    // Whatever lies above the folder of temporary files is no repository of ours.
    command
        .current_dir(folder.path())
        .env("GIT_CEILING_DIRECTORIES", folder.path());
    let outside: Said = command.output().expect("the command starts").into();
    assert_eq!(outside.code, Some(2));
    assert!(
        outside.err.contains("`schema` is in no git repository"),
        "{}",
        outside.err
    );
    let without: Said = command
        .env("PATH", "")
        .output()
        .expect("the command starts")
        .into();
    assert_eq!(without.code, Some(2));
    assert_eq!(
        without.err,
        "telemetry: `main` is neither a file nor a folder, and there is no `git` command to ask for a revision\n"
    );
}

#[test]
fn a_schema_that_is_wrong_is_drawn_and_not_compared() {
    let folder = repository(&[("[pick, drop]", "[pikc, drop]")]);
    let said = within(folder.path(), &["--base", "v1"]);
    assert_eq!((said.code, said.err.as_str()), (Some(1), ""));
    assert!(said.out.contains("did you mean `pick`?"), "{}", said.out);
    assert!(
        said.out
            .ends_with("schema: a schema that is wrong cannot be compared\n"),
        "{}",
        said.out
    );
}
