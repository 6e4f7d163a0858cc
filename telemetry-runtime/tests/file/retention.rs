//! Which runs are kept. Runs here are one line each, dated by hand.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::os::unix::fs::symlink;
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use proptest::prelude::*;
use telemetry_runtime::retention::{Fate, plan, prune};

use crate::program::{runs, start};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// A day in 2026.
fn now() -> SystemTime {
    UNIX_EPOCH + 20_600 * DAY
}

/// A run that began so many days ago. Its file is written now: copies are younger than what they hold.
fn run(folder: &Path, id: &str, days: u32) {
    let began = humantime::format_rfc3339_nanos(now() - days * DAY);
    let line =
        format!("{{\"seq\":0,\"time\":\"{began}\",\"record\":\"notice\",\"code\":\"c\",\"body\":\"b\"}}\n");
    fs::write(folder.join(format!("{id}.jsonl")), line).expect("a file");
}

/// What is in a folder, in order.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder");
    let mut names: Vec<String> = entries
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    names.sort();
    names
}

#[test]
fn the_oldest_runs_go_first_by_their_own_time() {
    let folder = tempfile::tempdir().expect("a folder");
    for (id, days) in [("d", 1), ("a", 4), ("c", 2), ("b", 3)] {
        run(folder.path(), id, days);
    }
    let pruned = prune(folder.path(), 2, 30, now()).expect("it can be listed");
    assert_eq!(
        (pruned.deleted, pruned.kept),
        (vec!["a".to_owned(), "b".to_owned()], 2)
    );
    assert!(pruned.active.is_empty() && pruned.failed.is_empty());
    assert_eq!(names(folder.path()), ["c.jsonl", "d.jsonl"]);
}

#[test]
fn a_run_is_kept_for_so_many_days_and_not_for_more() {
    let folder = tempfile::tempdir().expect("a folder");
    for (id, days) in [("old", 31), ("last", 30), ("young", 0)] {
        run(folder.path(), id, days);
    }
    let pruned = prune(folder.path(), 200, 30, now()).expect("it can be listed");
    assert_eq!(pruned.deleted, ["old"]);
    assert_eq!(names(folder.path()), ["last.jsonl", "young.jsonl"]);
}

#[test]
fn a_file_that_does_not_say_when_it_began_is_as_old_as_its_last_write() {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in [
        ("empty.jsonl", ""),
        ("torn.jsonl", "{\"seq\":0,\"ti"),
        ("bad.jsonl", "\u{0}\n"),
    ] {
        let path = folder.path().join(name);
        fs::write(&path, text).expect("a file");
        let days = if name == "torn.jsonl" { 31 } else { 29 };
        File::options()
            .write(true)
            .open(&path)
            .and_then(|file| file.set_modified(now() - days * DAY))
            .expect("a time");
    }
    prune(folder.path(), 200, 30, now()).expect("it can be listed");
    assert_eq!(names(folder.path()), ["bad.jsonl", "empty.jsonl"]);
}

#[test]
fn sidecars_go_with_their_run_and_nothing_else_is_touched() {
    let folder = tempfile::tempdir().expect("a folder");
    run(folder.path(), "gone", 40);
    run(folder.path(), "gone2", 1);
    for name in [
        "gone.docker-build.log",
        "gone.summary",
        "gone2.log",
        "notes.txt",
        "gone",
        ".gone.jsonl",
        "a b.jsonl",
    ] {
        fs::write(folder.path().join(name), "text").expect("a file");
    }
    fs::create_dir(folder.path().join("gone.folder")).expect("a folder");
    fs::create_dir(folder.path().join("old.jsonl")).expect("a folder");
    symlink(folder.path().join("notes.txt"), folder.path().join("link.jsonl")).expect("a link");
    let pruned = prune(folder.path(), 1, 30, now()).expect("it can be listed");
    assert_eq!(pruned.deleted, ["gone"]);
    assert_eq!(
        names(folder.path()),
        [
            ".gone.jsonl",
            "a b.jsonl",
            "gone",
            "gone.folder",
            "gone2.jsonl",
            "gone2.log",
            "link.jsonl",
            "notes.txt",
            "old.jsonl"
        ]
    );
}

#[test]
fn a_run_that_goes_on_is_never_deleted_and_goes_when_it_has_ended() {
    let home = tempfile::tempdir().expect("a folder");
    let program = start(home.path(), Some("active"));
    let (folder, later) = (runs(home.path()), SystemTime::now() + 400 * DAY);
    let pruned = prune(&folder, 0, 0, later).expect("it can be listed");
    assert_eq!((pruned.active, pruned.kept), (vec!["active".to_owned()], 1));
    program.tick(0..1);
    let (delivery, _) = program.finish();
    assert_eq!(delivery.ledger.dropped, 0);
    let pruned = prune(&folder, 0, 0, later).expect("it can be listed");
    assert_eq!((pruned.deleted, pruned.kept), (vec!["active".to_owned()], 0));
    assert!(names(&folder).is_empty());
}

#[test]
fn a_start_deletes_what_is_too_old_and_keeps_its_own_run() {
    let home = tempfile::tempdir().expect("a folder");
    fs::create_dir_all(runs(home.path())).expect("folders");
    run(&runs(home.path()), "ancient", 20_000);
    let program = start(home.path(), Some("mine"));
    program.finish();
    assert_eq!(names(&runs(home.path())), ["mine.jsonl"]);
}

#[test]
fn a_folder_that_does_not_exist_has_no_runs() {
    let folder = tempfile::tempdir().expect("a folder");
    let pruned = prune(&folder.path().join("none"), 1, 1, now()).expect("that is no error");
    assert_eq!((pruned.kept, pruned.deleted), (0, vec![]));
    fs::write(folder.path().join("file"), "").expect("a file");
    assert!(prune(&folder.path().join("file"), 1, 1, now()).is_err());
}

#[test]
fn a_run_that_goes_on_after_the_plan_was_made_stays() {
    let folder = tempfile::tempdir().expect("a folder");
    run(folder.path(), "a", 4);
    let plan = plan(folder.path(), 0, 30, now()).expect("it can be listed");
    let file = File::open(folder.path().join("a.jsonl")).expect("it is there");
    file.lock_shared().expect("a lock");
    let pruned = plan.carry_out(now());
    assert_eq!((pruned.active, pruned.kept), (vec!["a".to_owned()], 1));
    assert_eq!(names(folder.path()), ["a.jsonl"]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_planned_is_what_is_deleted_and_nothing_else(
        runs in prop::collection::btree_map("[a-c]{1,2}", (0..5_u32, any::<bool>(), any::<bool>()), 0..7),
        others in prop::collection::vec("[a-c]{0,2}(\\.[a-c]{1,2})?\\.(jsonl|replayed|x)", 0..4),
        keep in 0..6_usize, days in 0..5_u32,
    ) {
        let folder = tempfile::tempdir().expect("a folder");
        for name in &others {
            fs::write(folder.path().join(name), "not a run").expect("a file");
        }
        let mut held = Vec::new();
        for (id, (age, active, sidecar)) in &runs {
            run(folder.path(), id, *age);
            if *sidecar {
                fs::write(folder.path().join(format!("{id}.replayed")), "7").expect("a sidecar");
            }
            if *active {
                let file = File::open(folder.path().join(format!("{id}.jsonl"))).expect("it is there");
                file.lock_shared().expect("a lock");
                held.push(file);
            }
        }
        let before: BTreeSet<String> = names(folder.path()).into_iter().collect();
        let plan = plan(folder.path(), keep, days, now()).expect("a folder");
        prop_assert_eq!(&before, &names(folder.path()).into_iter().collect::<BTreeSet<_>>());
        let fated = |fate| plan.runs.iter().filter(move |run| run.fate == fate);
        let ids = |fate| fated(fate).map(|run| run.id.clone()).collect::<Vec<_>>();
        let (deleted, active) = (ids(Fate::Goes), ids(Fate::Active));
        let files = fated(Fate::Goes).flat_map(|run| run.sidecars.iter().map(|file| &file.path).chain([&run.path]));
        let mut left = before.clone();
        for path in files {
            prop_assert!(left.remove(&*path.file_name().unwrap_or_default().to_string_lossy()), "{path:?}");
        }
        let pruned = prune(folder.path(), keep, days, now()).expect("a folder");
        prop_assert_eq!(&deleted, &pruned.deleted);
        prop_assert_eq!(active, pruned.active);
        prop_assert_eq!(plan.runs.len() - deleted.len(), pruned.kept);
        prop_assert_eq!(left, names(folder.path()).into_iter().collect::<BTreeSet<_>>());
    }
}
