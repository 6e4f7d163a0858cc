//! Where a run file stands, and what may already stand there.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

use telemetry_runtime::line::{Outcome, Record};
use telemetry_runtime::reader::{RunReader, Trouble};

use crate::program::{lines, runs, start, started, ticks};

fn mode(path: &Path) -> u32 {
    fs::symlink_metadata(path)
        .expect("it is there")
        .permissions()
        .mode()
        & 0o777
}

#[test]
fn the_file_and_the_folders_that_were_made_are_the_operators_own() {
    let home = tempfile::tempdir().expect("a folder");
    let program = start(home.path(), None);
    let file = program.run.file().expect("a file");
    assert_eq!(
        file,
        runs(home.path()).join(format!("{}.jsonl", program.run.id()))
    );
    assert_eq!(mode(&file), 0o600);
    assert_eq!(
        (mode(&runs(home.path())), mode(&home.path().join(".app"))),
        (0o700, 0o700)
    );
    program.finish();
}

#[test]
fn a_run_is_a_file_whose_lines_are_numbered_without_a_gap() {
    let home = tempfile::tempdir().expect("a folder");
    let program = start(home.path(), None);
    program.tick(0..100);
    assert_eq!(
        program.ledger().in_file,
        program.ledger().emitted,
        "before the run has ended"
    );
    let (delivery, told) = program.finish();
    let (lines, reading) = lines(&delivery.file.expect("a file"));
    assert!(lines.iter().enumerate().all(|(n, line)| line.seq == n as u64));
    assert_eq!(ticks(&lines), (0..100).collect::<Vec<_>>());
    assert!(matches!(lines[0].record, Record::Run(_)));
    assert!(matches!(&lines[lines.len() - 1].record, Record::End(end) if end.outcome == Outcome::Success));
    assert_eq!(
        (delivery.ledger.in_file, delivery.ledger.dropped),
        (lines.len() as u64, 0)
    );
    assert_eq!((reading.remarks(), told), (vec![], vec![]));
}

#[test]
fn an_id_whose_file_exists_is_minted_again() {
    let home = tempfile::tempdir().expect("a folder");
    let ids = [1, 2].map(|_| {
        let program = started(home.path(), None, |options| options.ids(7));
        let id = program.run.id().to_owned();
        program.finish();
        id
    });
    assert_ne!(ids[0], ids[1]);
    for id in ids {
        let (lines, _) = lines(&runs(home.path()).join(format!("{id}.jsonl")));
        assert_eq!(
            lines
                .iter()
                .filter(|line| matches!(line.record, Record::Run(_)))
                .count(),
            1
        );
    }
}

#[test]
fn an_adopted_run_goes_on_in_its_file_under_a_line_of_its_own() {
    let home = tempfile::tempdir().expect("a folder");
    for _ in 0..2 {
        let program = start(home.path(), Some("run_wrapped"));
        assert_eq!(program.run.id(), "wrapped");
        program.tick(0..3);
        assert_eq!(program.finish().1, Vec::<String>::new());
    }
    let file = runs(home.path()).join("wrapped.jsonl");
    let (lines, _) = lines(&file);
    assert_eq!(ticks(&lines), [0, 1, 2, 0, 1, 2]);
    assert_eq!(
        lines
            .iter()
            .filter(|line| matches!(line.record, Record::Run(_)) && line.seq == 0)
            .count(),
        2
    );
}

#[test]
fn two_processes_under_one_id_share_the_file_and_every_line_is_whole() {
    let home = tempfile::tempdir().expect("a folder");
    let programs = [0, 1].map(|_| start(home.path(), Some("shared")));
    std::thread::scope(|threads| {
        for program in &programs {
            threads.spawn(|| program.tick(0..2000));
        }
    });
    let in_file: u64 = programs
        .into_iter()
        .map(|program| program.finish().0.ledger.in_file)
        .sum();
    let (lines, _) = lines(&runs(home.path()).join("shared.jsonl"));
    assert_eq!(lines.len() as u64, in_file);
    assert_eq!(ticks(&lines).len(), 4000);
}

#[test]
fn a_run_goes_on_after_a_torn_line_on_a_line_of_its_own() {
    let home = tempfile::tempdir().expect("a folder");
    fs::create_dir_all(runs(home.path())).expect("folders");
    let file = runs(home.path()).join("torn.jsonl");
    fs::write(&file, "{\"seq\":0,\"time\":\"2026").expect("a file");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).expect("a mode");
    let program = start(home.path(), Some("torn"));
    program.tick(0..1);
    let in_file = program.finish().0.ledger.in_file;
    let read: Vec<_> = RunReader::open(&file).expect("the file").collect();
    assert!(
        matches!(&read[0], Err(problem) if matches!(problem.trouble, Trouble::Flaw(_)) && problem.line == 1)
    );
    assert_eq!(read.iter().filter(|line| line.is_ok()).count() as u64, in_file);
    assert_eq!(mode(&file), 0o600, "what was said in it is nobody else's");
}

/// What may stand where the run file belongs, and what is said of it.
#[test]
fn what_stands_in_the_way_is_told_once_and_left_alone() {
    for (what, told) in [
        ("folder", "a folder stands at"),
        ("link", "a symbolic link stands at"),
        ("dangling link", "a symbolic link stands at"),
        ("pipe", "something that is no file stands at"),
    ] {
        let home = tempfile::tempdir().expect("a folder");
        let place = runs(home.path()).join("mine.jsonl");
        let elsewhere = home.path().join("elsewhere");
        fs::create_dir_all(runs(home.path())).expect("folders");
        match what {
            "folder" => fs::create_dir(&place).expect("a folder"),
            "pipe" => assert!(
                std::process::Command::new("mkfifo")
                    .arg(&place)
                    .status()
                    .is_ok_and(|status| status.success())
            ),
            _ => symlink(&elsewhere, &place).expect("a link"),
        }
        if what == "link" {
            fs::write(&elsewhere, "precious").expect("a file");
        }
        let program = start(home.path(), Some("mine"));
        assert_eq!((program.run.file(), program.run.id()), (None, "mine"));
        program.tick(0..10);
        assert_eq!(program.ledger().in_file, 0);
        let (delivery, notices) = program.finish();
        assert_eq!(
            (delivery.ledger.in_file, delivery.ledger.dropped),
            (0, delivery.ledger.emitted),
            "{what}"
        );
        assert!(delivery.ledger.emitted > 10);
        assert_eq!(notices.len(), 1, "{what}: {notices:?}");
        let expected = format!(
            "file_unwritable: this run is not recorded: {told} {}",
            place.display()
        );
        assert!(notices[0].starts_with(&expected), "{notices:?}");
        match what {
            "link" => assert_eq!(fs::read(&elsewhere).expect("the file"), b"precious"),
            _ => assert!(!elsewhere.exists(), "nothing was made through the link"),
        }
    }
}

#[test]
fn a_file_where_a_folder_belongs_is_told_once() {
    let home = tempfile::tempdir().expect("a folder");
    fs::write(home.path().join(".app"), "").expect("a file");
    let program = start(home.path(), None);
    assert!(!program.run.id().is_empty() && program.run.file().is_none());
    program.tick(0..3);
    let (delivery, notices) = program.finish();
    assert_eq!(delivery.ledger.dropped, delivery.ledger.emitted);
    assert_eq!(notices.len(), 1, "{notices:?}");
    assert!(
        notices[0].contains("the folder") && notices[0].contains("cannot be made"),
        "{notices:?}"
    );
}
