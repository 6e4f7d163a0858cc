//! Measures what the telemetry costs beside hand-written code and other libraries, and writes the tables of
//! `README.md` itself.
//!
//! The flow is the file list: `cases` says what is measured, `rounds` lets one process per case (`worker`) take
//! turns, `valgrind` counts instructions and allocations of the same cases, `sheet` makes the tables and
//! `readme` puts them in their place. `trials` measures whole processes in place of operations.
//! `sites` and `weight` measure builds instead of run time, and stand alone.

mod by_hand;
mod candidate;
mod case;
mod cases;
mod exporters;
mod machine;
mod peers;
mod quantity;
mod readme;
mod receiver;
mod rounds;
mod sheet;
mod sites;
mod trials;
mod valgrind;
mod weight;
mod worker;

use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};

use case::Case;
use rounds::Effort;

/// Measures what the telemetry costs, and writes the tables of benches/README.md.
#[derive(Debug, Parser)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    output: Output,
    /// Only groups whose name begins with this; shows the tables and writes nothing.
    #[arg(long, value_name = "GROUP")]
    only: Option<String>,
    /// Runs one case and nothing else, for a profiler.
    #[arg(long, value_name = "NAME", requires = "steps")]
    case: Option<String>,
    /// How many operations the case does.
    #[arg(long, value_name = "N", group = "steps")]
    iterations: Option<u64>,
    /// Takes orders from standard input: how the harness talks to its own processes.
    #[arg(long, hide = true, group = "steps", requires = "folder")]
    serve: bool,
    /// Receives what the cases export: how the harness stands for a backend.
    #[arg(long, hide = true)]
    receive: bool,
    /// Where the case may write.
    #[arg(long, hide = true)]
    folder: Option<PathBuf>,
}

/// What becomes of the tables.
#[derive(Debug, Clone, clap::Args)]
struct Output {
    /// Shows the tables and writes nothing.
    #[arg(long, global = true)]
    check: bool,
    /// A smoke run: a few short rounds, whose numbers mean little; writes nothing.
    #[arg(long, global = true)]
    quick: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Measures what 400 call sites add to the check and the build of a small crate.
    Sites,
    /// Measures what the telemetry adds to a clean build and to a release binary.
    Weight,
    /// Lists the cases.
    List,
}

fn main() -> Result<()> {
    if let Some(order) = trials::Order::given(std::env::args().skip(1)) {
        return trials::run(&order);
    }
    let arguments = Arguments::parse();
    if arguments.receive {
        return receiver::serve();
    }
    if let Some(name) = &arguments.case {
        let case = cases::find(name)?;
        return match (arguments.iterations, arguments.folder) {
            (Some(steps), folder) => worker::once(case, steps, folder),
            (None, Some(folder)) => worker::serve(case, &folder),
            (None, None) => anyhow::bail!("--case needs --iterations N"),
        };
    }
    match arguments.command {
        Some(Command::List) => {
            list();
            Ok(())
        }
        Some(Command::Sites) => {
            let table = sites::measure(arguments.output.quick)?;
            publish(readme::SITES, &table, &arguments.output, false)
        }
        Some(Command::Weight) => {
            let table = weight::measure(arguments.output.quick)?;
            publish(readme::WEIGHT, &table, &arguments.output, false)
        }
        None => {
            let table = run_time(&arguments)?;
            publish(
                readme::RUN_TIME,
                &table,
                &arguments.output,
                arguments.only.is_some(),
            )
        }
    }
}

/// Measures every group that was asked for.
fn run_time(arguments: &Arguments) -> Result<String> {
    let effort = if arguments.output.quick {
        Effort::SMOKE
    } else {
        Effort::FULL
    };
    let wanted = |name: &str| {
        arguments
            .only
            .as_ref()
            .is_none_or(|start| name.starts_with(start.as_str()))
    };
    let before = machine::Machine::now()?;
    let mut measured = Vec::new();
    for group in cases::ALL.iter().copied().filter(|group| wanted(group.name)) {
        eprintln!("{}: {} cases", group.name, group.cases.len());
        let rounds = rounds::measure(group, effort).with_context(|| format!("group {}", group.name))?;
        let counts = valgrind::count(group, effort).with_context(|| format!("group {}", group.name))?;
        measured.push((group, rounds, counts));
    }
    let mut more = String::new();
    for load in trials::throughput::ALL.iter().filter(|load| wanted(load.name)) {
        eprintln!("{}: {} ways", load.name, load.ways.len());
        more += &trials::throughput::measure(load, arguments.output.quick)?;
    }
    if wanted("start") {
        eprintln!("start: {} ways", trials::start::WAYS.len());
        more += &trials::start::measure(arguments.output.quick)?;
    }
    anyhow::ensure!(
        !measured.is_empty() || !more.is_empty(),
        "no group has that name; see `bench list`"
    );
    Ok(sheet::run_time(&before, effort, &measured) + &more)
}

/// Shows the table, or puts it into its place in the README.
fn publish(section: &str, table: &str, output: &Output, partial: bool) -> Result<()> {
    println!("{table}");
    if output.check || output.quick || partial {
        return Ok(());
    }
    readme::write(section, table)
}

fn list() {
    for group in cases::ALL {
        println!("{}: {}", group.name, group.title);
        for Case { name, what, .. } in group.cases {
            println!("  {name:<24} {what}");
        }
    }
    let throughput = trials::throughput::ALL.iter().map(|load| (load.name, load.ways));
    for (name, ways) in throughput.chain([("start", &trials::start::WAYS[..])]) {
        println!("{name}: whole processes");
        for way in ways {
            println!("  {:<24} {}", way.name, way.what);
        }
    }
}
