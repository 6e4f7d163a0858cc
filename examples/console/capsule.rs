//! The other side of the container: what this program does when it is started as one. It calls the launch, says
//! what it does, and obeys.

use std::io::{self, BufRead, BufReader, Write, stdout};
use std::net::{Ipv4Addr, TcpStream};
use std::process::ExitCode;

/// What a process ends with when nobody holds the other end any more: a hang-up.
const HUNG_UP: u8 = 129;

/// Runs until it is told to end.
///
/// # Errors
/// The launch cannot be called, or speaks no more.
pub(crate) fn run(name: &str, port: u16) -> io::Result<ExitCode> {
    let launch = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    let mut out = stdout();
    writeln!(out, "{name} is up, process {}", std::process::id())?;
    for order in BufReader::new(launch).lines() {
        let order = order?;
        match order.split_once(' ') {
            Some(("exit", code)) => {
                writeln!(out, "asked to exit {code}")?;
                return Ok(ExitCode::from(code.parse().unwrap_or(1)));
            }
            None if order == "attach" => writeln!(out, "a terminal is attached, the agent is listening")?,
            None if order == "crash" => panic!("there is no spoon"),
            _ => writeln!(out, "what is `{order}`?")?,
        }
    }
    Ok(ExitCode::from(HUNG_UP))
}
