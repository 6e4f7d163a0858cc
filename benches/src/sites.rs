//! What call sites add to the time of `cargo check` and `cargo build`: small crates that differ in nothing but
//! their 400 calls, checked and built in turns in a temporary workspace.

pub(crate) mod crates;

use std::fmt::Write;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, ensure};

use crate::machine::Machine;
use crate::quantity::{spread, time};
use crates::{CALLS, FUNCTIONS, Sites};

/// Turns of the whole measurement.
const TURNS: usize = 3;

/// Measures, and makes the table.
pub(crate) fn measure(quick: bool) -> Result<String> {
    let machine = Machine::now()?;
    let turns = if quick { 1 } else { TURNS };
    let workspace = tempfile::tempdir()?;
    crates::write(workspace.path())?;
    let jobs = [("check", "cargo check"), ("build", "cargo build")];
    let mut columns = Vec::new();
    for (job, _) in jobs {
        eprintln!("sites: {job} the dependencies, then {turns} turns");
        for sites in Sites::ALL {
            cargo(workspace.path(), job, sites)?;
        }
        let mut took = vec![Vec::new(); Sites::ALL.len()];
        for turn in 0..turns {
            for (place, sites) in Sites::ALL.into_iter().enumerate() {
                crates::touch(workspace.path(), sites, turn)?;
                let start = Instant::now();
                cargo(workspace.path(), job, sites)?;
                took[place].push(start.elapsed().as_nanos() as f64);
            }
        }
        columns.push(took);
    }
    Ok(table(&machine, turns, &jobs.map(|(_, title)| title), &columns))
}

fn table(machine: &Machine, turns: usize, jobs: &[&str], columns: &[Vec<Vec<f64>>]) -> String {
    let mut page = String::new();
    // Writing to a string cannot fail, so nothing is lost with these results.
    let command = "cargo run --release --manifest-path benches/Cargo.toml -- sites";
    let _ = writeln!(page, "{}\n", crate::sheet::place(machine, command));
    let _ = writeln!(
        page,
        "A crate of {FUNCTIONS} functions with {} calls in all, each with four arguments; its dependencies are \
         built before, and only the crate itself is checked or built again (dev profile, not incremental). \
         Medians of {turns} turns; what is added is the median difference to the crate without calls in the same \
         turn.\n",
        CALLS
    );
    page.push_str("| calls |");
    for job in jobs {
        let _ = write!(page, " `{job}` | added |");
    }
    let _ = writeln!(page, "\n| --- |{}", " ---: | ---: |".repeat(jobs.len()));
    for (place, sites) in Sites::ALL.into_iter().enumerate() {
        let _ = write!(page, "| {} |", sites.what());
        for took in columns {
            let without = &took[0];
            let all = spread(took[place].iter().copied()).median;
            let added = spread(took[place].iter().zip(without).map(|(all, none)| all - none)).median;
            let added = if place == 0 {
                "".to_owned()
            } else {
                time(added.max(0.0))
            };
            let _ = write!(page, " {} | {added} |", time(all));
        }
        page.push('\n');
    }
    page
}

/// Runs cargo on one of the crates; what it says is shown only when it fails.
fn cargo(workspace: &Path, job: &str, sites: Sites) -> Result<()> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let said = Command::new(cargo)
        .args([job, "--quiet", "--package", sites.package()])
        .current_dir(workspace)
        .env("CARGO_INCREMENTAL", "0")
        .env("CARGO_TARGET_DIR", workspace.join("target"))
        .output()
        .context("cargo cannot be run")?;
    ensure!(
        said.status.success(),
        "cargo {job} of `{}` failed:\n{}",
        sites.package(),
        String::from_utf8_lossy(&said.stderr)
    );
    Ok(())
}
