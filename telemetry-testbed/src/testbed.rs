//! The testbed as a test holds it: one address, what stands behind it at the moment, and the board.

use std::collections::BTreeMap;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use opentelemetry_proto::tonic::logs::v1::LogRecord;
use opentelemetry_proto::tonic::trace::v1::Span;
use tonic::transport::ServerTlsConfig;

use crate::behaviour::{Plan, Signal};
use crate::board::Board;
use crate::certificates::{Certificates, TlsMode};
use crate::port::Port;
use crate::received::{Received, Request};
use crate::server::Worker;
use crate::view::{MetricPoint, Placed};

/// An OTLP/gRPC receiver on a port of its own. Every method takes `&self`, so it can be shared between threads;
/// dropped, it closes all connections and gives the port back.
///
/// It is as strict as a collector with its defaults: messages up to 4 MiB, plain or gzip.
pub struct Testbed {
    port: Port,
    tls: Mutex<Option<ServerTlsConfig>>,
    board: Arc<Board>,
    /// A [`Worker`], a [`FullBacklog`](crate::port::FullBacklog), or nobody; dropping it closes what it opened.
    behind: Mutex<Option<Box<dyn Send>>>,
}

impl Testbed {
    /// Serves plain gRPC on a free port of 127.0.0.1, and accepts everything. It listens when this returns.
    ///
    /// # Errors
    /// When the system gives no port, thread or runtime; the same holds for the other constructors.
    pub fn start() -> io::Result<Testbed> {
        Testbed::start_on(Ipv4Addr::LOCALHOST.into())
    }

    /// The same on another address of this machine, for programs that run in another network namespace.
    ///
    /// # Errors
    /// Also when the address is not this machine's.
    pub fn start_on(ip: IpAddr) -> io::Result<Testbed> {
        let testbed = Testbed::dead(ip, None)?;
        testbed.come_back()?;
        Ok(testbed)
    }

    /// Serves gRPC over TLS on a free port of 127.0.0.1, with the server's certificate out of `certificates` and,
    /// in [`TlsMode::Mutual`], for clients that show one by the same authority.
    ///
    /// # Errors
    /// Also when the certificates cannot be used.
    pub fn tls(certificates: &Certificates, mode: TlsMode) -> io::Result<Testbed> {
        let testbed = Testbed::dead(Ipv4Addr::LOCALHOST.into(), Some(certificates.server(mode)))?;
        testbed.come_back()?;
        Ok(testbed)
    }

    /// Begins mute: see [`Testbed::fall_mute`].
    ///
    /// # Errors
    /// As [`Testbed::start`].
    pub fn mute() -> io::Result<Testbed> {
        let testbed = Testbed::dead(Ipv4Addr::LOCALHOST.into(), None)?;
        testbed.fall_mute()?;
        Ok(testbed)
    }

    /// Begins with a full backlog: see [`Testbed::fill_backlog`].
    ///
    /// # Errors
    /// As [`Testbed::fill_backlog`].
    pub fn full_backlog() -> io::Result<Testbed> {
        let testbed = Testbed::dead(Ipv4Addr::LOCALHOST.into(), None)?;
        testbed.fill_backlog()?;
        Ok(testbed)
    }

    fn dead(ip: IpAddr, tls: Option<ServerTlsConfig>) -> io::Result<Testbed> {
        Ok(Testbed {
            port: Port::keep(ip)?,
            tls: Mutex::new(tls),
            board: Arc::new(Board::new()),
            behind: Mutex::new(None),
        })
    }

    /// What to set as `OTEL_EXPORTER_OTLP_ENDPOINT`: `http://127.0.0.1:<port>`, with `https` under TLS. The address
    /// stays the same for the testbed's whole life.
    pub fn endpoint(&self) -> String {
        let scheme = if lock(&self.tls).is_some() {
            "https"
        } else {
            "http"
        };
        format!("{scheme}://{}", self.address())
    }

    /// Address and port.
    pub fn address(&self) -> SocketAddr {
        self.port.address()
    }

    /// Sets what all three signals do with their next calls: a [`Behaviour`](crate::Behaviour) for good, or a
    /// script, a list of how many calls get which behaviour, after which calls are accepted. Each signal goes
    /// through a script of its own.
    pub fn set(&self, plan: impl Into<Plan>) {
        let plan = plan.into();
        for signal in Signal::ALL {
            self.board.set_plan(signal, plan.clone());
        }
    }

    /// The same for one signal; the others stay as they are.
    pub fn set_for(&self, signal: Signal, plan: impl Into<Plan>) {
        self.board.set_plan(signal, plan.into());
    }

    /// From now on counts calls and items without keeping them, so that a long test's memory stays flat.
    pub fn count_only(&self) {
        self.board.count_only();
    }

    /// Takes what was received so far off the testbed, for a long test that reads as it goes: later answers to
    /// [`Testbed::received`] have the calls since, and the counts of all. A call that has no answer yet stays, and
    /// so do those after it. What was taken has no [`connections`](Received::connections) and no tallies.
    pub fn take(&self) -> Received {
        Received {
            requests: self.board.take(),
            ..Received::default()
        }
    }

    /// Closes the listener and all connections, as a killed process does. Connections are refused from now on, and
    /// the port stays ours. Calls under way are lost. Answers that were given before have left, and their clients
    /// can still read them: connections end with FIN, [`ResetMidStream`](crate::Behaviour::ResetMidStream) is for
    /// RST.
    pub fn die(&self) {
        // The only transition that cannot fail.
        let _ = self.put_behind(|| Ok(None));
    }

    /// Serves again on the same port, with the plans and the records as they were.
    ///
    /// # Errors
    /// When the system gives no socket, thread or runtime; nobody is behind the port then.
    pub fn come_back(&self) -> io::Result<()> {
        self.put_behind(|| {
            let tls = lock(&self.tls).clone();
            let worker = Worker::serve(self.port.listen()?, &self.board, tls.as_ref())?;
            Ok(Some(Box::new(worker)))
        })
    }

    /// Closes all connections, and serves again with the server's certificate out of `server`; for clients that show
    /// one by the authority of `clients`, where that is said. For what can go wrong with certificates while a program
    /// runs: one that was replaced by a stranger's, one that is not accepted any more.
    ///
    /// # Errors
    /// As [`Testbed::come_back`], and when the certificates cannot be used.
    pub fn come_back_with(&self, server: &Certificates, clients: Option<&Certificates>) -> io::Result<()> {
        *lock(&self.tls) = Some(server.server_for(clients));
        self.come_back()
    }

    /// Closes all connections, and serves again without TLS, on a port whose clients expect it.
    ///
    /// # Errors
    /// As [`Testbed::come_back`].
    pub fn come_back_plain(&self) -> io::Result<()> {
        *lock(&self.tls) = None;
        self.come_back()
    }

    /// Closes all connections; from now on new ones are accepted, counted, and never spoken to, also when a
    /// client speaks first. [`Testbed::come_back`] ends it.
    ///
    /// # Errors
    /// As [`Testbed::come_back`].
    pub fn fall_mute(&self) -> io::Result<()> {
        self.put_behind(|| {
            let worker = Worker::stay_mute(self.port.listen()?, &self.board)?;
            Ok(Some(Box::new(worker)))
        })
    }

    /// Closes all connections; from now on a connect gets no answer at all, as behind a firewall that drops
    /// packets. Returns once a connect was seen to hang, about a quarter of a second later.
    ///
    /// # Errors
    /// When the system does not keep to the bound of a backlog, so that connects would not hang.
    pub fn fill_backlog(&self) -> io::Result<()> {
        self.put_behind(|| {
            let backlog = self.port.fill()?;
            Ok(Some(Box::new(backlog)))
        })
    }

    fn put_behind(&self, make: impl FnOnce() -> io::Result<Option<Box<dyn Send>>>) -> io::Result<()> {
        let mut behind = lock(&self.behind);
        // What stood there has to be gone before the port can listen again.
        *behind = None;
        *behind = make()?;
        Ok(())
    }

    /// Everything seen so far.
    pub fn received(&self) -> Received {
        self.board.received()
    }

    /// See [`Received::spans`].
    pub fn spans(&self) -> Vec<Placed<Span>> {
        self.received().spans()
    }

    /// See [`Received::logs`].
    pub fn logs(&self) -> Vec<Placed<LogRecord>> {
        self.received().logs()
    }

    /// See [`Received::metric_points`].
    pub fn metric_points(&self) -> Vec<Placed<MetricPoint>> {
        self.received().metric_points()
    }

    /// See [`Received::requests`].
    pub fn requests(&self) -> Vec<Arc<Request>> {
        self.received().requests
    }

    /// See [`Received::headers`].
    pub fn headers(&self) -> Vec<Arc<BTreeMap<String, String>>> {
        self.received().headers()
    }

    /// See [`Received::acknowledged`].
    pub fn acknowledged(&self, signal: Signal) -> u64 {
        self.received().acknowledged(signal)
    }

    /// Waits until `condition` holds, at most for `timeout`, and says whether it did. It is asked at once and
    /// after every change, without polling. It blocks its thread: in a test on a current-thread runtime the
    /// client under test must have a thread of its own.
    pub fn wait_for(&self, condition: impl Fn(&Received) -> bool, timeout: Duration) -> bool {
        self.board.wait_for(condition, timeout)
    }
}

/// A test that panics leaves nothing half-written in here.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
