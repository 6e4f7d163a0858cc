//! Instructions and allocations of one operation on the calling thread, counted by callgrind while operations are
//! done and at no other time: a run of N operations subtracted from one of 2N, so that what happens once costs
//! nothing. Counting this way leaves the allocator alone; one that counts would slow down exactly those cases that
//! allocate.

use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::case::{Case, Group};
use crate::rounds::Effort;
use crate::worker;

/// What one operation takes; nothing when valgrind is not there.
pub(crate) type Counts = Option<PerOperation>;

/// Counted events an operation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct PerOperation {
    /// Instructions in user space: what the kernel does is not among them.
    pub(crate) instructions: f64,
    /// Calls to the C library's allocator that give out memory.
    pub(crate) allocations: f64,
}

/// Counts all cases of a group; the answers stand in the group's order.
pub(crate) fn count(group: &Group, effort: Effort) -> Result<Vec<Counts>> {
    if !present() {
        eprintln!("  valgrind is not installed: instructions and allocations are left out");
        return Ok(vec![None; group.cases.len()]);
    }
    group
        .cases
        .iter()
        .map(|case| difference(case, effort).map(Some))
        .collect()
}

/// Whether valgrind can be run here.
fn present() -> bool {
    Command::new("valgrind")
        .arg("--version")
        .output()
        .is_ok_and(|said| said.status.success())
}

fn difference(case: &Case, effort: Effort) -> Result<PerOperation> {
    let times = if effort == Effort::SMOKE {
        case.counted.div_ceil(10)
    } else {
        case.counted
    };
    let (short, long) = (run(case, times)?, run(case, 2 * times)?);
    let each = |short: u64, long: u64| long.saturating_sub(short) as f64 / times as f64;
    Ok(PerOperation {
        instructions: each(short.instructions, long.instructions),
        allocations: each(short.allocations, long.allocations),
    })
}

/// Totals of one run.
#[derive(Debug, Default, PartialEq)]
struct Totals {
    instructions: u64,
    allocations: u64,
}

fn run(case: &Case, times: u64) -> Result<Totals> {
    let folder = tempfile::tempdir()?;
    let profile = folder.path().join("profile");
    let said = Command::new("valgrind")
        .args(["--tool=callgrind", "--separate-threads=yes", "--quiet"])
        .arg(format!("--toggle-collect=*{}*", worker::COUNTED))
        .arg(format!("--callgrind-out-file={}", profile.display()))
        .arg(std::env::current_exe()?)
        .args(["--case", case.name, "--iterations", &times.to_string()])
        .output()?;
    ensure!(
        said.status.success(),
        "{} failed under valgrind: {}",
        case.name,
        String::from_utf8_lossy(&said.stderr)
    );
    let read = |path: &Path| {
        let text = fs::read_to_string(path).with_context(|| format!("no profile of {}", case.name))?;
        totals(&text).with_context(|| format!("a profile of {} without totals", case.name))
    };
    // The first thread's profile has the suffix 01; it is the calling thread.
    read(&profile.with_extension("").with_file_name("profile-01"))
}

/// Reads a profile: its `totals:` line, and how often the allocator's functions were called. A function's name
/// stands at its first mention only, `(12) malloc`; after that it is `(12)`.
fn totals(profile: &str) -> Option<Totals> {
    const ALLOCATORS: [&str; 5] = ["malloc", "calloc", "realloc", "posix_memalign", "aligned_alloc"];
    let mut names = HashMap::new();
    let mut allocates = false;
    let mut totals = Totals::default();
    let mut complete = false;
    for line in profile.lines() {
        if let Some(function) = line.strip_prefix("cfn=").or_else(|| line.strip_prefix("fn=")) {
            let (number, name) = function.split_once(' ').unwrap_or((function, ""));
            let name = if name.is_empty() {
                names.get(number).copied()?
            } else {
                name
            };
            names.insert(number, name);
            allocates = line.starts_with('c') && ALLOCATORS.contains(&name);
        } else if let Some(calls) = line.strip_prefix("calls=") {
            if allocates {
                totals.allocations += calls.split(' ').next()?.parse::<u64>().ok()?;
            }
        } else if let Some(instructions) = line.strip_prefix("totals: ") {
            totals.instructions = instructions.trim().parse().ok()?;
            complete = true;
        }
    }
    complete.then_some(totals)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_to_the_allocator_are_summed_over_all_callers() {
        let profile = "fn=(1) main\n3 10\ncfn=(2) malloc\ncalls=5 0\n3 90\ncfn=(3) write\ncalls=7 0\n3 90\n\
                       fn=(4) other\ncfn=(2)\ncalls=6 0\n1 2\nfn=(2)\n1 180\n\ntotals: 372\n";
        assert_eq!(
            totals(profile),
            Some(Totals {
                instructions: 372,
                allocations: 11
            })
        );
    }

    #[test]
    fn a_profile_that_was_cut_off_is_none() {
        assert_eq!(totals("fn=(1) main\n3 10\n"), None);
    }
}
