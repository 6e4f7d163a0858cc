//! The other side of the container: what this program does when it is started as one. It joins the run that its
//! launch handed over, calls the launch, says what it does, and obeys. Each line that it prints is an event or a span
//! of its session before it is printed, so that a killed container has told what it has shown.

use std::io::{self, BufRead, BufReader, Write, stdout};
use std::os::unix::net::UnixStream;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::process::ExitCode;
use std::thread;
use std::time::{Duration, Instant, UNIX_EPOCH};

use jackin_telemetry::prelude::*;
use jackin_telemetry::spans;

use crate::error::{ConsoleError, LaunchError};

/// What a process ends with when nobody holds the other end any more: a hang-up.
const HUNG_UP: u8 = 129;

/// How long the agent works in a tab.
const STEP: Duration = Duration::from_millis(10);

/// Runs as a container until it is told to end. Only one with an agent has a capsule; a sidecar is somebody else's
/// program and knows nothing of telemetry.
///
/// # Errors
/// The environment asks for something that cannot be honoured.
pub(crate) fn run(name: &str, launch: &Path, agent: Option<Agent>) -> Result<ExitCode, ConsoleError> {
    let Some(agent) = agent else {
        let code = obey(name, launch, None).map_err(hung_up)?;
        return Ok(ExitCode::from(code));
    };
    let options = Options::new("capsule").version(env!("CARGO_PKG_VERSION"));
    let session = jackin_telemetry::join(options).map_err(|error| hung_up(io::Error::other(error)))?;
    // A panic was recorded where it happened, and the session still has to end.
    let obey = || obey(name, launch, Some(agent)).map_err(hung_up);
    let result = catch_unwind(AssertUnwindSafe(obey)).unwrap_or(Err(ConsoleError::Panicked));
    let code = result.as_ref().map_or_else(ConsoleError::exit_code, |code| *code);
    let delivery = session.finish((&result, code.into()));
    eprintln!("capsule: {delivery}");
    Ok(ExitCode::from(code))
}

fn hung_up(source: io::Error) -> ConsoleError {
    LaunchError::io("the capsule cannot hear the launch")(source).into()
}

fn obey(name: &str, launch: &Path, agent: Option<Agent>) -> io::Result<u8> {
    let started = Instant::now();
    let launch = UnixStream::connect(launch)?;
    event!(CapsuleReady {
        elapsed: started.elapsed()
    });
    let mut out = stdout();
    writeln!(out, "{name} is up, process {}", std::process::id())?;
    let mut tab: Option<spans::CapsuleTab> = None;
    for order in BufReader::new(launch).lines() {
        let order = order?;
        match order.split_once(' ') {
            Some(("exit", code)) => {
                event!(CapsuleRequestReceived {
                    capsule_request: CapsuleRequest::Shutdown
                });
                writeln!(out, "asked to exit {code}")?;
                if let Some(tab) = tab {
                    tab.done();
                }
                return Ok(code.parse().unwrap_or(1));
            }
            Some(("work", tabs)) => {
                for number in 1..=tabs.parse().unwrap_or(0) {
                    work(&mut out, number, agent)?;
                }
            }
            None if order == "attach" => {
                event!(CapsuleClientAttached);
                tab = agent.map(open_tab);
                writeln!(out, "a terminal is attached, the agent is listening")?;
            }
            None if order == "crash" => panic!("there is no spoon"),
            _ => writeln!(out, "what is `{order}`?")?,
        }
    }
    Ok(HUNG_UP)
}

/// The tab that the operator sees, for as long as its agent runs. What else happens is not inside of it: in a container
/// that is killed it is never told, and would be missing above everything.
fn open_tab(agent: Agent) -> spans::CapsuleTab {
    let label = format!("{agent} 1");
    event!(CapsuleTabOpened { label: &label, agent });
    span!(CapsuleTab { label: &label, agent }).start_apart()
}

/// The agent does something in a tab of its own, which is closed and told before it is printed.
fn work(out: &mut impl Write, number: u32, agent: Option<Agent>) -> io::Result<()> {
    event!(CapsuleRequestReceived {
        capsule_request: CapsuleRequest::NewTab
    });
    let label = format!("step-{number}");
    let tab = span!(CapsuleTab { label: &label, agent }).start();
    thread::sleep(STEP);
    tab.done();
    let closed = UNIX_EPOCH.elapsed().unwrap_or_default().as_millis();
    writeln!(out, "tab {label} closed at {closed}")
}
