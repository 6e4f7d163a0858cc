//! The `telemetry` command: checks and documents schemas, lists and draws runs.
//!
//! `args` says what can be typed, `look` how output looks; `schema` and `runs` do the work. A run file becomes a
//! `story`, and `draw` shows it through a `sheet`, the only way to the terminal. Exit codes: 0 fine,
//! 1 findings, 2 could not run; a broken pipe is success.
//!
//! A library so that the fuzz targets can call what the program calls: [`call`] is a command as it is typed, [`readers`]
//! what no command can be given in a moment. Programs have no business here.

use std::env;
use std::ffi::OsString;
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
mod output;
mod progress;
mod quantity;
pub mod readers;
mod receive;
mod report;
mod runs;
mod schema;
mod sheet;
mod stop;
mod story;
mod text;

/// The program: its arguments are the process's, and so is its output.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let look = Look::new(arguments.color, arguments.width, arguments.ascii, &surroundings());
    let mut out = BufWriter::new(io::stdout().lock());
    let code = finish(arguments.command, &look, &mut out, &mut io::stderr());
    // What is left in the buffer has no reader: it was flushed, or could not be.
    let _ = out.into_parts();
    ExitCode::from(code)
}

/// One command as it is typed after `telemetry`, for a caller in the same process. Gives the exit code: 0 fine,
/// 1 findings, 2 could not run. `out` is its standard output, `words` its standard error.
///
/// ```
/// let (mut out, mut words) = (Vec::new(), Vec::new());
/// let code = telemetry_cli::call(["runs", "show", "./none.jsonl"], &mut out, &mut words);
/// assert_eq!((code, out.is_empty()), (2, true));
/// assert!(words.starts_with(b"telemetry: cannot read ./none.jsonl: "));
/// ```
pub fn call(
    arguments: impl IntoIterator<Item = impl Into<OsString>>,
    out: &mut impl Write,
    words: &mut dyn Write,
) -> u8 {
    let typed = arguments.into_iter().map(Into::into);
    let arguments = match Arguments::try_parse_from([OsString::from("telemetry")].into_iter().chain(typed)) {
        Ok(arguments) => arguments,
        Err(error) => {
            let _ = write!(words, "{error}");
            return u8::try_from(error.exit_code()).unwrap_or(2);
        }
    };
    let look = Look::new(
        arguments.color,
        arguments.width,
        arguments.ascii,
        &Surroundings::nowhere(),
    );
    finish(arguments.command, &look, out, words)
}

/// Runs a command, and says why it could not.
fn finish(command: Command, look: &Look, out: &mut impl Write, words: &mut dyn Write) -> u8 {
    let verdict = run(command, look, out, words).and_then(|verdict| {
        out.flush()?;
        Ok(verdict)
    });
    match verdict {
        Ok(Verdict::Fine) => 0,
        Ok(Verdict::Findings) => 1,
        Err(failure) if failure.is_broken_pipe() => 0,
        Err(failure) => {
            // What was drawn before the trouble is still worth reading.
            let _ = out.flush();
            let said = text::clean(&failure.to_string()).into_owned();
            let _ = writeln!(words, "telemetry: {said}");
            2
        }
    }
}

fn run(
    command: Command,
    look: &Look,
    out: &mut impl Write,
    words: &mut dyn Write,
) -> Result<Verdict, Failure> {
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
        Command::Schema(SchemaCommand::Export(asked)) => schema::export::export(&asked, look, out, words),
        Command::Schema(SchemaCommand::Search(asked)) => schema::list::search(&asked, look, out),
        Command::Schema(SchemaCommand::Stats(asked)) => schema::stats::stats(&asked, look, out),
        Command::Schema(SchemaCommand::Sample(asked)) => {
            let now = jiff::Timestamp::now();
            schema::sample::sample(&asked, now, look, &mut progress, out, words)
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
            runs::report::report(&asked, look, &mut progress, out, words)
        }
        Command::Runs(RunsCommand::Tail(asked)) => runs::tail::tail(&asked, look, out, words),
        Command::Runs(RunsCommand::Compare(asked)) => {
            runs::compare::compare(&asked, look, &mut progress, out)
        }
        Command::Runs(RunsCommand::Prune(asked)) => {
            runs::prune::prune(&asked, std::time::SystemTime::now(), look, &mut progress, out)
        }
        Command::Runs(RunsCommand::Replay(asked)) => runs::replay::replay(&asked, look, &mut progress, out),
        Command::CheckRun(asked) => check_run::check_run(&asked, look, &mut progress, out, words),
        Command::Receive(asked) => receive::receive(&asked, look, out, words),
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
