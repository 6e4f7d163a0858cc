//! `receive`: the backend of a developer who has none. It takes OTLP over gRPC, shows every record in a row as it
//! arrives, and keeps each process's records as a run file.
//!
//! [`server`] hands every message to the one thread here and answers when it is dealt with; [`decode`], [`points`] and
//! [`values`] make records of it; [`desk`] gives each to its [`process`]; [`keep`] writes the files; [`rows`] draws.

use std::io::{self, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};
use std::path::PathBuf;
use std::time::Instant;

use tokio::sync::mpsc::{Receiver, channel};

use crate::args::{Format, Receive};
use crate::failure::{Failure, Verdict};
use crate::look::Look;
use crate::receive::desk::Desk;
use crate::receive::server::Call;
use crate::stop::Stop;

mod decode;
pub(crate) mod desk;
mod keep;
mod points;
mod process;
pub(crate) mod rows;
mod server;
mod values;

/// Messages that wait to be dealt with; their senders wait with them.
const WAITING: usize = 16;

/// Receives into a folder until the first run has ended, or it is told to stop, and shows nothing of it. Gives the
/// files, one a process.
pub(crate) fn until_end(
    address: SocketAddr,
    folder: PathBuf,
    look: &Look,
    words: &mut dyn Write,
) -> Result<Vec<PathBuf>, Failure> {
    let listener = listen(address)?;
    let mut desk = Desk::new(Some(folder), Format::Human, look.clone())?;
    serve(listener, &mut desk, true, look, Some(words), &mut io::sink())?;
    Ok(desk.files())
}

/// Receives until it is told to stop.
pub(crate) fn receive(
    asked: &Receive,
    look: &Look,
    out: &mut dyn Write,
    words: &mut dyn Write,
) -> Result<Verdict, Failure> {
    let listener = listen(asked.listen)?;
    let mut desk = Desk::new(asked.keep.clone(), asked.format, look.clone())?;
    // In the place of rows, lines of a run file go to the output, and nothing else does.
    let beside = (asked.format == Format::Json).then_some(words);
    serve(listener, &mut desk, asked.until_end, look, beside, out)?;
    Ok(Verdict::Fine)
}

/// Serves until the end, and closes what is open. Where it listens is told on the output, or beside it.
fn serve(
    listener: TcpListener,
    desk: &mut Desk,
    until_end: bool,
    look: &Look,
    beside: Option<&mut dyn Write>,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let address = listener.local_addr()?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let (calls, mut arriving) = channel(WAITING);
        let serving = server::serve(listener, calls)?;
        // Whoever reads where it listens may ask it to stop at once.
        let mut stop = Stop::listen()?;
        let welcome = |told: &mut dyn Write| {
            rows::welcome(told, look, address, reachable(address))?;
            told.flush()
        };
        match beside {
            Some(beside) => welcome(beside)?,
            None => welcome(out)?,
        }
        let work = work(desk, &mut arriving, &mut stop, until_end, out);
        tokio::select! {
            ended = work => ended,
            failed = serving => Err(Failure::Asked(format!("cannot go on listening on {address}: {failed}"))),
        }
    })?;
    desk.close(out)
}

fn listen(address: SocketAddr) -> Result<TcpListener, Failure> {
    TcpListener::bind(address).map_err(|error| {
        Failure::Asked(match error.kind() {
            io::ErrorKind::AddrInUse => format!(
                "another program listens on {address} already, perhaps a backend; name another port, such as --listen {}",
                SocketAddr::new(address.ip(), address.port().wrapping_add(1000).max(1024))
            ),
            _ => format!("cannot listen on {address}: {error}"),
        })
    })
}

/// What a program of this machine calls the address.
fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}

/// Deals with one message after the other, until somebody says stop or, where asked, the first run has ended.
async fn work(
    desk: &mut Desk,
    calls: &mut Receiver<Call>,
    stop: &mut Stop,
    until_end: bool,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    loop {
        let due = desk.due();
        let timer = async {
            match due {
                Some(at) => tokio::time::sleep_until(at.into()).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = stop.told() => return Ok(()),
            call = calls.recv() => {
                let Some(call) = call else { return Ok(()) };
                // What is not kept is not acknowledged: then the sender keeps it.
                let answer = match desk.take(call.message, out) {
                    Ok(()) => Ok(()),
                    Err(failure @ Failure::Path { .. }) => Err(failure.to_string()),
                    Err(failure) => return Err(failure),
                };
                // A sender that is gone needs no answer.
                let _ = call.answer.send(answer);
                out.flush()?;
            }
            () = timer => {
                let ended = desk.settle(Instant::now(), out)?;
                out.flush()?;
                if ended && until_end {
                    return Ok(());
                }
            }
        }
    }
}
