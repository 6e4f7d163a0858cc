//! What the telemetry adds to a clean build and to a release binary: small programs that differ in nothing but the
//! library that they are built on, built from nothing in turns in a temporary workspace.

mod programs;

use std::collections::HashSet;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, ensure};

use crate::machine::Machine;
use crate::quantity::{memory, spread, time};
use crate::receiver::{Items, Receiver};
use programs::Program;

/// Turns of the whole measurement.
const TURNS: usize = 3;

/// What a program's builds came to.
#[derive(Debug, Default)]
struct Built {
    /// Crates that are compiled, itself not counted.
    crates: usize,
    /// Nanoseconds of a build, turn by turn.
    took: Vec<f64>,
    /// Nanoseconds on processors, turn by turn.
    processors: Vec<f64>,
    /// Bytes of the executable.
    bytes: u64,
    /// Nanoseconds from the start of the program to its end, with its event delivered.
    ran: Vec<f64>,
}

/// Runs of a program after each of its builds.
const RUNS: usize = 31;

/// Measures, and makes the table.
pub(crate) fn measure(quick: bool) -> Result<String> {
    let machine = Machine::now()?;
    let turns = if quick { 1 } else { TURNS };
    let workspace = tempfile::tempdir()?;
    let workspace = workspace.path();
    programs::write(workspace)?;
    cargo(workspace, &["fetch", "--quiet"])?;
    let mut built: Vec<Built> = Program::ALL.iter().map(|_| Built::default()).collect();
    for turn in 0..turns {
        for place in 0..built.len() {
            let index = (turn + place) % built.len();
            let package = Program::ALL[index].package();
            eprintln!("weight: turn {} of {turns}, {package}", turn + 1);
            let target = workspace.join("target");
            if target.exists() {
                fs::remove_dir_all(&target)?;
            }
            let (processors, start) = (children_time()?, Instant::now());
            cargo(
                workspace,
                &["build", "--quiet", "--release", "--offline", "--package", package],
            )?;
            built[index].took.push(start.elapsed().as_nanos() as f64);
            built[index].processors.push(children_time()? - processors);
            built[index].bytes = fs::metadata(target.join("release").join(package))?.len();
            built[index].crates = crates(workspace, package)?;
            let program = target.join("release").join(package);
            built[index].ran.extend(run(&program, Program::ALL[index])?);
        }
    }
    Ok(table(&machine, turns, &built))
}

fn table(machine: &Machine, turns: usize, built: &[Built]) -> String {
    let mut page = String::new();
    // Writing to a string cannot fail, so nothing is lost with these results.
    let command = "cargo run --release --manifest-path benches/Cargo.toml -- weight";
    let _ = writeln!(
        page,
        "{}\n\nPrograms that set a library up for OTLP/gRPC, tell it of one event and end it; a clean `cargo build \
         --release` of each, everything downloaded before, symbols stripped. Medians of {turns} interleaved turns; what is \
         added is the difference to the program on nothing, for times within the same turn. Processor time is that of all \
         compilers and build scripts: read it where the machine does something else too. Crates are those that are compiled \
         for it, build scripts' and macros' included. The last column is one run of the program from its start to its end, \
         its event acknowledged by a receiver (without the export: written to the file).\n\n\
         | built on | crates | clean build | added | processor time | added | binary | added | run |\n\
         | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
        crate::sheet::place(machine, command)
    );
    let Some((nothing, _)) = built.split_first() else {
        return page;
    };
    for (program, own) in Program::ALL.into_iter().zip(built) {
        let added = |text: String| match program {
            Program::Nothing => String::new(),
            _ => text,
        };
        let _ = writeln!(
            page,
            "| {} | {} | {} | {} | {} | {} | {} | {} | {} |",
            program.what(),
            own.crates,
            time(spread(own.took.iter().copied()).median),
            added(time(difference(&own.took, &nothing.took))),
            time(spread(own.processors.iter().copied()).median),
            added(time(difference(&own.processors, &nothing.processors))),
            memory(own.bytes as f64),
            added(memory(own.bytes.saturating_sub(nothing.bytes) as f64)),
            time(spread(own.ran.iter().copied()).median),
        );
    }
    page
}

/// Runs a program to a receiver, which has to acknowledge what it sends; nanoseconds of each run.
fn run(program: &Path, built_on: Program) -> Result<Vec<f64>> {
    let mut receiver = Receiver::start()?;
    let home = tempfile::tempdir()?;
    let (mut took, mut sent) = (Vec::new(), Items::default());
    for _ in 0..RUNS {
        let start = Instant::now();
        let said = Command::new(program)
            .env("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.endpoint())
            .env("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")
            .env("HOME", home.path())
            .output()?;
        took.push(start.elapsed().as_nanos() as f64);
        ensure!(
            said.status.success(),
            "{} failed:\n{}",
            built_on.package(),
            String::from_utf8_lossy(&said.stderr)
        );
        sent = sent + built_on.sends();
        receiver.ensure(sent).with_context(|| built_on.package())?;
    }
    Ok(took)
}

/// What is added, turn by turn, in the middle.
fn difference(own: &[f64], nothing: &[f64]) -> f64 {
    let differences = own.iter().zip(nothing).map(|(own, nothing)| own - nothing);
    spread(differences).median.max(0.0)
}

/// Nanoseconds on processors of all processes that this one started and waited for, and of theirs.
fn children_time() -> Result<f64> {
    let stat =
        fs::read_to_string("/proc/self/stat").context("only Linux tells the processor time of builds")?;
    // The name of the program may have spaces in it; it ends with the last parenthesis. Behind it `cutime` and
    // `cstime` are the numbers 14 and 15.
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    let ticks: Vec<f64> = fields
        .skip(13)
        .take(2)
        .map(str::parse)
        .collect::<Result<_, _>>()?;
    Ok(ticks.iter().sum::<f64>() * 1e9 / rustix::param::clock_ticks_per_second() as f64)
}

/// How many crates are compiled for a package.
fn crates(workspace: &Path, package: &str) -> Result<usize> {
    let tree = cargo(
        workspace,
        &[
            "tree",
            "--offline",
            "--package",
            package,
            "--edges",
            "normal,build",
            "--prefix",
            "none",
            "--no-dedupe",
            "--format",
            "{p}",
        ],
    )?;
    let crates: HashSet<&str> = tree
        .lines()
        .map(|line| line.split(" (").next().unwrap_or(line))
        .collect();
    Ok(crates.len().saturating_sub(1))
}

/// Runs cargo in the workspace and gives back what it printed; what it complains of is shown only when it fails.
fn cargo(workspace: &Path, arguments: &[&str]) -> Result<String> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let said = Command::new(cargo)
        .args(arguments)
        .current_dir(workspace)
        .env("CARGO_INCREMENTAL", "0")
        .env("CARGO_TARGET_DIR", workspace.join("target"))
        .output()
        .context("cargo cannot be run")?;
    ensure!(
        said.status.success(),
        "cargo {} failed:\n{}",
        arguments.join(" "),
        String::from_utf8_lossy(&said.stderr)
    );
    Ok(String::from_utf8(said.stdout)?)
}
