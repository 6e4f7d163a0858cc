//! The `telemetry` command: checks and documents schemas, lists and draws runs.
//!
//! `args` says what can be typed, `look` how output looks; `schema` and `runs` do the work. A run file becomes a
//! [`story`], and [`draw`] shows it through a [`sheet`], the only way to the terminal. Exit codes: 0 fine,
//! 1 findings, 2 could not run; a broken pipe is success.

use std::env;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::process::ExitCode;

use clap::{CommandFactory, Parser};

use crate::args::{Arguments, Command, RunsCommand, SchemaCommand};
use crate::failure::{Failure, Verdict};
use crate::look::{Look, Surroundings};
use crate::progress::Progress;

mod args;
mod check_run;
mod doctor;
mod draw;
mod environment;
mod failure;
mod formats;
mod look;
mod man;
mod progress;
mod quantity;
mod receive;
mod report;
mod runs;
mod schema;
mod sheet;
mod stop;
mod story;
mod text;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let look = Look::new(arguments.color, arguments.width, arguments.ascii, &surroundings());
    let mut out = BufWriter::new(io::stdout().lock());
    let verdict = run(arguments.command, &look, &mut out).and_then(|verdict| {
        out.flush()?;
        Ok(verdict)
    });
    match verdict {
        Ok(Verdict::Fine) => ExitCode::SUCCESS,
        Ok(Verdict::Findings) => ExitCode::from(1),
        Err(failure) if failure.is_broken_pipe() => {
            // What is left in the buffer has no reader either.
            let _ = out.into_parts();
            ExitCode::SUCCESS
        }
        Err(failure) => {
            // What was drawn before the trouble is still worth reading.
            let _ = out.flush();
            let words = text::clean(&failure.to_string()).into_owned();
            let _ = writeln!(io::stderr(), "telemetry: {words}");
            ExitCode::from(2)
        }
    }
}

fn run(command: Command, look: &Look, out: &mut impl Write) -> Result<Verdict, Failure> {
    let columns = terminal_size::terminal_size_of(io::stderr()).map(|(width, _)| usize::from(width.0));
    let mut progress = Progress::new(io::stderr(), io::stderr().is_terminal(), columns);
    match command {
        Command::Schema(SchemaCommand::Check(asked)) => {
            schema::check::check(&asked, &mut io::stdin().lock(), look, out)
        }
        Command::Schema(SchemaCommand::Docs {
            folder,
            output,
            check,
            usage,
        }) => schema::docs(&folder, output, check, &usage, look, out),
        Command::Schema(SchemaCommand::Diff(asked)) => schema::diff::diff(&asked, look, out),
        Command::Schema(SchemaCommand::Show(asked)) => schema::show::show(&asked, out),
        Command::Schema(SchemaCommand::List(asked)) => schema::list::list(&asked, look, out),
        Command::Schema(SchemaCommand::Export(asked)) => {
            schema::export::export(&asked, look, out, &mut io::stderr())
        }
        Command::Schema(SchemaCommand::Search(asked)) => schema::list::search(&asked, look, out),
        Command::Schema(SchemaCommand::Stats(asked)) => schema::stats::stats(&asked, look, out),
        Command::Schema(SchemaCommand::Sample(asked)) => {
            let now = jiff::Timestamp::now();
            schema::sample::sample(&asked, now, look, &mut progress, out, &mut io::stderr())
        }
        Command::Schema(SchemaCommand::Usage(asked)) => schema::usage::usage(&asked, look, out),
        Command::Runs(RunsCommand::List(asked)) => {
            runs::list::list(&asked, jiff::Timestamp::now(), look, &mut progress, out)
        }
        Command::Runs(RunsCommand::Show {
            run,
            place,
            all,
            format,
        }) => runs::show::show(run.as_deref(), &place, (all, format), look, &mut progress, out),
        Command::Runs(RunsCommand::Report(asked)) => {
            runs::report::report(&asked, look, &mut progress, out, &mut io::stderr())
        }
        Command::Runs(RunsCommand::Tail(asked)) => runs::tail::tail(&asked, look, out, &mut io::stderr()),
        Command::Runs(RunsCommand::Compare(asked)) => {
            runs::compare::compare(&asked, look, &mut progress, out)
        }
        Command::Runs(RunsCommand::Prune(asked)) => {
            runs::prune::prune(&asked, std::time::SystemTime::now(), look, out)
        }
        Command::Runs(RunsCommand::Replay(asked)) => runs::replay::replay(&asked, look, &mut progress, out),
        Command::CheckRun(asked) => check_run::check_run(&asked, look, &mut progress, out, &mut io::stderr()),
        Command::Receive(asked) => receive::receive(&asked, look, out, &mut io::stderr()),
        Command::Doctor(asked) => doctor::doctor(&asked, look, &mut progress, out),
        Command::Formats(asked) => formats::formats(&asked.command, look, out),
        Command::Man(asked) => man::man(&asked, &Arguments::command(), out),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Arguments::command(), "telemetry", &mut script);
            out.write_all(&script)?;
            Ok(Verdict::Fine)
        }
    }
}

/// What the terminal and the environment say about the output: asked here and nowhere else.
fn surroundings() -> Surroundings {
    Surroundings {
        terminal: io::stdout().is_terminal(),
        columns: terminal_size::terminal_size_of(io::stdout()).map(|(width, _)| usize::from(width.0)),
        no_color: env::var_os("NO_COLOR"),
        term: env::var_os("TERM"),
        columns_variable: env::var_os("COLUMNS"),
        zone: jiff::tz::TimeZone::system(),
    }
}
