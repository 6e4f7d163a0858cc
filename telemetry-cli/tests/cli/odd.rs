//! Torn, foreign and old files: every command that reads runs, on each of them, beside two good runs. What can be read
//! is shown with its doubts; what cannot is named with the reason; nothing panics, and the good runs are still there.

use std::fs::{self, File};
use std::io::{self, Write};
use std::os::unix::fs::symlink;
use std::path::Path;

use serde_json::Value;

use crate::{Said, made_up_text, run};

/// How a file comes out.
enum Comes {
    /// It is a run. What `show` says of it, and the codes that `check-run` finds beyond those of the undamaged run.
    Run(&'static str, &'static [&'static str]),
    /// It is none: every command refuses it with these words.
    Refused(&'static str),
    /// It is none, and `check-run` counts what is wrong with it in the place of refusing it: these codes.
    Found(&'static str, &'static [&'static str]),
}

use Comes::{Found, Refused, Run};

/// The damaged run, and what `check-run` finds in it when it is whole.
const WHOLE: &str = "8b4766.jsonl";

type Odd = (&'static str, fn(&Path), Comes);

const ODD: &[Odd] = &[
    (
        "empty",
        |path| write(path, b""),
        Found("is empty", &["empty_input"]),
    ),
    (
        "blank",
        |path| write(path, b"\n\r\n  \n"),
        Found("is empty", &["empty_input"]),
    ),
    (
        "torn",
        |path| write(path, whole().trim_end().trim_end_matches('}').as_bytes()),
        Run("torn", &["torn_line"]),
    ),
    (
        "nul",
        |path| write(path, &with_line(20, &[0; 4096])),
        Run("line 21 is not JSON", &["bad_line"]),
    ),
    (
        "garbage",
        |path| write(path, &with_line(20, b"\xFF\xFEnot a record\x1B[2J")),
        Run("line 21 is not JSON", &["bad_line"]),
    ),
    (
        "foreign",
        |path| {
            write(
                path,
                b"{\"level\":\"info\",\"msg\":\"hello\"}\n{\"level\":\"warn\"}\n",
            )
        },
        Refused("is no run file, but JSON lines of another program"),
    ),
    (
        "binary",
        |path| write(path, &[b"\x7FELF\0".as_slice(), &[0x90; 5000]].concat()),
        Refused("is no run file, but a program"),
    ),
    (
        "noise",
        |path| write(path, &(0..=255).cycle().take(8000).collect::<Vec<u8>>()),
        Found("is no run file: none of its", &["bad_line", "torn_line"]),
    ),
    (
        "generation",
        |path| write(path, made_up_text("old.jsonl").as_bytes()),
        Refused("diagnostics of the generation before this format"),
    ),
    (
        "folder",
        |path| fs::create_dir(path).expect("a folder"),
        Refused("folder|directory"),
    ),
    (
        "unreadable",
        // Opens, and fails when it is read, for whomever; a file without permission opens for root.
        |path| symlink("/proc/self/mem", path).expect("a link"),
        Refused("cannot read|cannot be read"),
    ),
    (
        "loop",
        |path| symlink(path, path).expect("a link"),
        Refused("symbolic links"),
    ),
    (
        "older",
        |path| {
            write(
                path,
                whole().replacen("\"format\":1", "\"format\":0", 1).as_bytes(),
            )
        },
        Run("", &[]),
    ),
    (
        "newer",
        |path| {
            let text = whole().replacen("\"format\":1", "\"format\":2,\"mood\":\"good\"", 1);
            let line = "{\"seq\":74,\"time\":\"2026-11-23T02:00:00.000000000Z\",\"record\":\"dream\"}\n";
            write(path, [&text, line].concat().as_bytes());
        },
        Run("format 2", &["newer_format", "unknown_field", "unknown_record"]),
    ),
    (
        "crlf",
        |path| write(path, whole().replace('\n', "\r\n").as_bytes()),
        Run("", &[]),
    ),
    (
        "bom",
        |path| write(path, ["\u{feff}", &whole()].concat().as_bytes()),
        Run("", &[]),
    ),
    (
        "unended",
        |path| write(path, whole().trim_end().as_bytes()),
        Run("", &[]),
    ),
    (
        "one-long-line",
        |path| write(path, &vec![b'x'; 10 << 20]),
        Found(
            "is no run file: none of its 1 line",
            &["empty_input", "torn_line"],
        ),
    ),
    (
        "long-record",
        |path| {
            let words = "x".repeat(10 << 20);
            let line = format!(
                "{{\"seq\":75,\"time\":\"2026-11-23T02:00:00.000000000Z\",\"record\":\"notice\",\"code\":\"c\",\"body\":\"{words}\"}}"
            );
            write(path, &[whole().as_bytes(), line.as_bytes(), b"\n"].concat());
        },
        Run("", &["record_after_end"]),
    ),
];

fn whole() -> String {
    made_up_text(WHOLE)
}

fn write(path: &Path, bytes: &[u8]) {
    fs::write(path, bytes).expect("a file");
}

/// The whole run with one more line after so many.
fn with_line(after: usize, line: &[u8]) -> Vec<u8> {
    let text = whole();
    let mut lines: Vec<&[u8]> = text.lines().map(str::as_bytes).collect();
    lines.insert(after, line);
    [lines.join(&b'\n'), b"\n".to_vec()].concat()
}

/// Two good runs, and the odd file between them in age.
fn folder(make: fn(&Path)) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for name in ["3fa9d0.jsonl", "8c01f2.jsonl"] {
        fs::copy(crate::made_up(name), folder.path().join(name)).expect("a copy");
    }
    make(&folder.path().join("odd.jsonl"));
    folder
}

fn codes(said: &Said) -> Vec<String> {
    let report: Value =
        serde_json::from_str(&said.out).unwrap_or_else(|_| panic!("{}{}", said.out, said.err));
    let codes = report["counts"].as_object().expect("counts").keys();
    codes.cloned().collect()
}

/// A word of several that may stand there.
fn says(text: &str, words: &str) -> bool {
    words.split('|').any(|words| text.contains(words))
}

#[test]
fn every_command_takes_or_names_every_odd_file() {
    let check = |file: &str| run(&["check-run", file, "--format", "json", "--schema", "../schema"]);
    let of_whole = codes(&check(&format!("{}/{WHOLE}", crate::RUNS)));
    for (name, make, comes) in ODD {
        let folder = folder(*make);
        let file = folder.path().join("odd.jsonl").display().to_string();
        let directory = folder.path().display().to_string();
        let said = |arguments: &[&str]| {
            let said = run(arguments);
            let all = [said.out.as_str(), &said.err].concat();
            assert!(!all.contains("panicked"), "{name} {arguments:?}: {all}");
            said
        };
        let commands: [&[&str]; 4] = [
            &["runs", "show", &file, "--width", "200"],
            &["runs", "tail", &file, "-n", "1000", "--width", "200"],
            &["runs", "compare", "8c01f2", &file, "-d", &directory],
            &["runs", "replay", &file, "--dry-run"],
        ];
        for command in commands {
            let said = said(command);
            let what = format!("{name} {command:?}: {}{}", said.out, said.err);
            match comes {
                Run(words, _) => {
                    assert_eq!(said.code, Some(0), "{what}");
                    assert_eq!(said.err, "", "{what}");
                    assert!(command[1] != "show" || said.out.contains(words), "{what}");
                }
                Refused(words) | Found(words, _) => {
                    assert_eq!((said.code, said.out.as_str()), (Some(2), ""), "{what}");
                    assert!(
                        said.err.starts_with("telemetry: ") && said.err.contains(&file),
                        "{what}"
                    );
                    assert!(says(&said.err, words), "{what}");
                }
            }
        }
        let checked = said(&["check-run", &file, "--format", "json", "--schema", "../schema"]);
        match comes {
            Run(_, more) => {
                let codes = codes(&checked);
                for code in *more {
                    assert!(codes.iter().any(|found| found == code), "{name}: {codes:?}");
                }
                // A line that is wrong makes others wrong; a file that is merely written otherwise does not.
                assert!(!more.is_empty() || codes == of_whole, "{name}: {codes:?}");
            }
            Found(_, wanted) => {
                assert_eq!(checked.code, Some(1), "{name}: {}", checked.err);
                let codes = codes(&checked);
                assert!(
                    wanted.iter().all(|code| codes.iter().any(|found| found == code)),
                    "{name}: {codes:?}"
                );
            }
            Refused(words) => {
                assert_eq!((checked.code, checked.out.as_str()), (Some(2), ""), "{name}");
                assert!(
                    checked.err.contains("odd.jsonl") && says(&checked.err, words),
                    "{}",
                    checked.err
                );
            }
        }
        beside(name, comes, &directory, &said);
    }
}

/// The commands on the folder: the good runs are shown, and the odd file hides none of them.
fn beside(name: &str, comes: &Comes, directory: &str, said: &dyn Fn(&[&str]) -> Said) {
    let list = said(&["runs", "list", "-d", directory, "--width", "250"]);
    assert_eq!(
        (list.code, list.err.as_str()),
        (Some(0), ""),
        "{name}: {}",
        list.out
    );
    for good in ["3fa9d0", "8c01f2"] {
        assert!(list.out.contains(good), "{name}: {}", list.out);
        assert_eq!(
            said(&["runs", "show", good, "-d", directory]).code,
            Some(0),
            "{name}"
        );
    }
    // A folder and a link in a circle are no files.
    let listed = !matches!(name, "folder" | "loop");
    assert_eq!(list.out.contains("odd"), listed, "{name}: {}", list.out);
    if let (Refused(words) | Found(words, _), true) = (comes, listed) {
        assert!(says(&list.out, words), "{name}: {}", list.out);
    }
    let latest = said(&["runs", "show", "-d", directory]);
    assert_eq!(latest.code, Some(0), "{name}: {}", latest.err);
    let prune = [
        "runs",
        "prune",
        "-d",
        directory,
        "--keep",
        "2",
        "--days",
        "36500",
        "--dry-run",
    ];
    let prune = said(&prune);
    assert_eq!(
        (prune.code, prune.err.as_str()),
        (Some(0), ""),
        "{name}: {}",
        prune.out
    );
}

#[test]
fn a_file_without_permission_is_named_and_hides_no_other() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder(|path| {
        write(path, whole().as_bytes());
        fs::set_permissions(path, fs::Permissions::from_mode(0o000)).expect("it is ours");
    });
    let file = folder.path().join("odd.jsonl");
    if File::open(&file).is_ok() {
        let _ = writeln!(io::stderr(), "SKIPPED: this user may read every file");
        return;
    }
    let directory = folder.path().display().to_string();
    let list = run(&["runs", "list", "-d", &directory, "--width", "250"]);
    assert_eq!((list.code, list.err.as_str()), (Some(0), ""));
    for words in ["3fa9d0", "8c01f2", "odd.jsonl cannot be read: "] {
        assert!(list.out.contains(words), "{}", list.out);
    }
    let show = run(&["runs", "show", "odd", "-d", &directory]);
    assert_eq!(show.code, Some(2));
    assert!(
        show.err.contains("cannot read") && show.err.contains("odd.jsonl"),
        "{}",
        show.err
    );
}
