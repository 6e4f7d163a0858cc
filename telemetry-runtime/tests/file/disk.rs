//! Disks that are full or may not be written to: real ones, of memory, mounted for the test. Without the right to
//! mount these tests say so and prove nothing.

use std::fs;
use std::path::Path;
use std::process::Command;

use telemetry_runtime::reader::RunReader;

use crate::program::{lines, runs, start, ticks};

/// A disk of its own, gone with the test.
struct Disk(tempfile::TempDir);

impl Disk {
    #[allow(clippy::print_stdout, reason = "a test that proves nothing has to say so")]
    /// `None`, and a word about it, where the machine does not let us mount.
    fn of(options: &str) -> Option<Disk> {
        let folder = tempfile::tempdir().expect("a folder");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", options, "tmpfs"])
            .arg(folder.path())
            .output();
        match mounted {
            Ok(output) if output.status.success() => Some(Disk(folder)),
            other => {
                println!("SKIPPED: a disk cannot be mounted here ({other:?})");
                None
            }
        }
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn remount(&self, options: &str) {
        let status = Command::new("mount")
            .args(["-o", options])
            .arg(self.path())
            .status();
        assert!(status.is_ok_and(|status| status.success()), "remount {options}");
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.path()).status();
    }
}

#[test]
fn a_full_disk_keeps_lines_whole_counts_what_is_lost_and_is_used_again_when_there_is_room() {
    let Some(disk) = Disk::of("size=128k,mode=700") else {
        return;
    };
    let ballast = disk.path().join("ballast");
    fs::write(&ballast, vec![0; 64 * 1024]).expect("there is room");
    let program = start(disk.path(), None);
    let file = program.run.file().expect("a file");

    let mut next = 0;
    while program.ledger().dropped == 0 {
        program.tick(next..next + 1);
        next += 1;
        assert!(next < 10_000, "the disk never gets full");
    }
    let full = program.ledger();
    let (before, _) = lines(&file);
    assert_eq!(
        before.len() as u64,
        full.in_file,
        "as many whole lines as the ledger says, and nothing else"
    );
    assert_eq!(fs::read(&file).expect("the file").last(), Some(&b'\n'));
    // A thousand lost records cost no thousand writes, and are told once.
    program.tick(next..next + 1000);
    let lost = program.ledger();
    assert!(lost.dropped > full.dropped + 900, "{lost:?}");

    fs::remove_file(&ballast).expect("it was there");
    program.run.flush();
    program.tick(5000..5010);
    let (delivery, notices) = program.finish();
    let (after, reading) = lines(&file);
    assert_eq!(after.len() as u64, delivery.ledger.in_file);
    assert!(ticks(&after).ends_with(&(5000..5010).collect::<Vec<_>>()));
    assert_eq!(reading.remarks(), Vec::<String>::new());
    // The numbers of the lost lines are missing: that is how a reader sees where they were.
    assert!(after.is_sorted_by(|one, other| one.seq < other.seq));
    let last = after.last().expect("a line").seq;
    assert_eq!(last + 1, delivery.ledger.emitted);
    assert_eq!(last + 1 - after.len() as u64, delivery.ledger.dropped);
    assert_eq!(notices.len(), 1, "{notices:?}");
    assert!(
        notices[0].contains("cannot be written") && notices[0].contains("they are counted"),
        "{notices:?}"
    );
}

#[test]
fn a_disk_that_is_full_from_the_start_costs_the_program_nothing_but_its_records() {
    let Some(disk) = Disk::of("size=16k,mode=700") else {
        return;
    };
    fs::create_dir_all(runs(disk.path())).expect("there is room for folders");
    let mut size = 64 * 1024;
    while size > 0 {
        // Filled to the last page.
        let _ = fs::write(disk.path().join(size.to_string()), vec![0; size]);
        size /= 2;
    }
    let program = start(disk.path(), Some("full"));
    program.tick(0..50);
    let (delivery, notices) = program.finish();
    assert_eq!(delivery.ledger.dropped, delivery.ledger.emitted);
    assert_eq!(notices.len(), 1, "{notices:?}");
    let left = RunReader::open(runs(disk.path()).join("full.jsonl")).expect("an empty file");
    assert_eq!(left.count(), 0);
}

#[test]
fn a_read_only_home_is_told_once_and_the_program_goes_on() {
    let Some(disk) = Disk::of("size=64k,mode=700") else {
        return;
    };
    disk.remount("remount,ro");
    let program = start(disk.path(), None);
    program.tick(0..20);
    let (delivery, notices) = program.finish();
    assert_eq!(
        (delivery.ledger.in_file, delivery.ledger.dropped),
        (0, delivery.ledger.emitted)
    );
    assert_eq!(delivery.file, None);
    assert_eq!(notices.len(), 1, "{notices:?}");
    assert!(notices[0].contains("Read-only file system"), "{notices:?}");
}
