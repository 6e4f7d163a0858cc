//! A small console like jackin's, to show telemetry in a program: workspaces to choose, edit and make, and a launch
//! with real work behind each stage. Read `model/list.rs` and `launch.rs` for the call sites.
//!
//! ```text
//! cargo run --example console                                            with a terminal
//! cargo run --example console -- --script examples/console/tour.script   without one
//! ```

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program speaks to its operator"
)]

mod board;
mod capsule;
mod config;
mod console;
mod error;
mod input;
mod launch;
mod model;
mod script;
mod terminal;
mod view;
mod world;

use std::error::Error;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::{Arc, mpsc};

use clap::Parser;
use jackin_telemetry::events::CommandOutput;
use jackin_telemetry::prelude::*;
use jackin_telemetry::{Delivery, Run};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use tokio::runtime::Runtime;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use config::Config;
use error::ConsoleError;
use input::Input;
use model::{Console, View};
use script::Script;
use terminal::{FullScreen, Operator};
use world::World;

/// A small console like jackin's: choose a workspace and launch it.
#[derive(Parser)]
struct Arguments {
    /// Record the debug tier too: every command that is run, with its output.
    #[arg(long)]
    debug: bool,
    /// Walk through the console as this file says, without a terminal.
    #[arg(long, value_name = "FILE")]
    script: Option<PathBuf>,
    /// Folder in the place of the home folder: run files and caches are below its `.jackin`.
    #[arg(long, value_name = "DIR")]
    home: Option<PathBuf>,
    /// Start containers with these words in front, as `ip netns exec NAME`, for a network of their own; without
    /// them, containers share this machine's.
    #[arg(long, value_name = "COMMAND")]
    enter: Option<String>,
    /// Be the container of this name; the console starts itself so.
    #[arg(long, hide = true, requires = "launch")]
    container: Option<String>,
    /// Where the launch listens to that container.
    #[arg(long, hide = true)]
    launch: Option<PathBuf>,
    /// The agent that works in that container; one without is a sidecar.
    #[arg(long, hide = true)]
    agent: Option<String>,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let ended = match (&arguments.container, &arguments.launch) {
        (Some(name), Some(launch)) => {
            let agent = arguments.agent.as_deref().and_then(Agent::from_recorded);
            capsule::run(name, launch, agent).map_err(Into::into)
        }
        _ => story(&arguments),
    };
    match ended {
        Ok(code) => code,
        Err(error) => {
            eprintln!("console: {error}");
            ExitCode::from(2)
        }
    }
}

/// The whole program, from `start` to `finish`.
fn story(arguments: &Arguments) -> Result<ExitCode, Box<dyn Error>> {
    let home = arguments.home.clone().or_else(std::env::home_dir);
    let home = home.ok_or("there is no home folder; name one with --home")?;
    terminal::prepare_for_panics();
    let world = Arc::new(World::new(&home, arguments.enter.as_deref())?);
    let runtime = Arc::new(
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?,
    );
    tracing_subscriber::registry()
        .with(jackin_telemetry::layer())
        .init();

    let run = jackin_telemetry::start(
        Options::new("console")
            .version(env!("CARGO_PKG_VERSION"))
            .component("host")
            .debug(arguments.debug)
            .home(&home)
            .tokio(runtime.handle().clone()),
    )?;
    // `--debug` and `JACKIN_DEBUG` alike: whoever records the firehose wants to know where.
    if CommandOutput::enabled() {
        eprintln!("run {}", run.id());
    }
    // A panic was recorded where it happened; the operator still has to learn where the run is.
    let operate = || operate(arguments, world.clone(), runtime, &run);
    let result = catch_unwind(AssertUnwindSafe(operate)).unwrap_or(Err(ConsoleError::Panicked));
    let code = result.as_ref().err().map_or(0, ConsoleError::exit_code);
    let delivery = run.finish((&result, code.into()));
    if let Err(error) = &result {
        eprintln!("console: {error}");
    }
    say_where(&delivery);
    Ok(ExitCode::from(code))
}

/// Runs the console with a person or with a script.
fn operate(
    arguments: &Arguments,
    world: Arc<World>,
    runtime: Arc<Runtime>,
    run: &Run,
) -> Result<(), ConsoleError> {
    let (sender, background) = mpsc::channel::<Input>();
    let mut console = Console {
        config: Config::load(&world.config)?,
        view: View::List { asks: false },
        row: 0,
        browsing: false,
        world,
        inputs: sender.clone(),
        runtime,
    };
    if let Some(path) = &arguments.script {
        let mut script = Script::read(path, background)?;
        let Ok(mut terminal) = Terminal::new(TestBackend::new(100, 32));
        let result = console::run(&mut console, &mut terminal, &mut script);
        return result.and_then(|()| Ok(script.finish()?));
    }
    // While the screen is ours, what telemetry has to tell the operator waits.
    let _lease = run.lease_terminal();
    let mut screen = FullScreen::take().map_err(ConsoleError::Terminal)?;
    let mut operator = Operator::listen(sender, background);
    console::run(&mut console, &mut screen.terminal, &mut operator)
}

/// Tells the operator where the run is and how to look at it.
fn say_where(delivery: &Delivery) {
    println!("{delivery}");
    if let Some(folder) = delivery.file.as_ref().and_then(|file| file.parent()) {
        println!(
            "see it with: telemetry runs show {} --directory {}",
            delivery.run_id,
            folder.display()
        );
    }
}
