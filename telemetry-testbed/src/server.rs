//! A thread that listens: it serves OTLP/gRPC, or accepts connections and stays silent. It has a current-thread
//! runtime of its own, and all that it opened is closed when the [`Worker`] is dropped.

use std::io;
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

use opentelemetry_proto::tonic::collector::logs::v1::logs_service_server::LogsServiceServer;
use opentelemetry_proto::tonic::collector::metrics::v1::metrics_service_server::MetricsServiceServer;
use opentelemetry_proto::tonic::collector::trace::v1::trace_service_server::TraceServiceServer;
use tokio::runtime::Runtime;
use tokio::sync::oneshot;
use tokio_stream::{Stream, StreamExt, wrappers::TcpListenerStream};
use tonic::codec::CompressionEncoding::Gzip;
use tonic::transport::server::{Router, Server, ServerTlsConfig};
use tracing::subscriber::NoSubscriber;

use crate::board::Board;
use crate::service::{Receiver, settle};
use crate::wire::Wire;

/// The thread; dropped, it closes the listener and every connection, and has ended.
pub(crate) struct Worker {
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Worker {
    /// Serves the three OTLP services on a socket that listens already.
    pub(crate) fn serve(
        listener: TcpListener,
        board: &Arc<Board>,
        tls: Option<&ServerTlsConfig>,
    ) -> io::Result<Worker> {
        let receiver = Receiver { board: board.clone() };
        let router = router(receiver, tls)?;
        let closing = Arc::new(AtomicBool::new(false));
        Worker::spawn(listener, board, closing.clone(), async move |incoming, stop| {
            let serving = router.serve_with_incoming(incoming);
            tokio::select! {
                // It ends on an error of the listener only, and then there is nothing left to be served: clients
                // see a listener that is silent until the testbed is asked for something else.
                _ = serving => {}
                _ = stop => {
                    closing.store(true, Ordering::SeqCst);
                    settle().await;
                }
            }
        })
    }

    /// Accepts connections, reads nothing and writes nothing.
    pub(crate) fn stay_mute(listener: TcpListener, board: &Arc<Board>) -> io::Result<Worker> {
        Worker::spawn(listener, board, Arc::default(), async move |incoming, stop| {
            let hold = async {
                let mut held = Vec::new();
                let mut incoming = std::pin::pin!(incoming);
                while let Some(wire) = incoming.next().await {
                    held.push(wire);
                }
            };
            tokio::select! {
                () = hold => {}
                _ = stop => {}
            }
        })
    }

    fn spawn<Work>(
        listener: TcpListener,
        board: &Arc<Board>,
        closing: Arc<AtomicBool>,
        work: Work,
    ) -> io::Result<Worker>
    where
        Work: AsyncFnOnce(WireStream, oneshot::Receiver<()>) + Send + 'static,
    {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let incoming = accept(&runtime, listener, board.clone(), closing)?;
        let (stop, stopped) = oneshot::channel();
        let thread = std::thread::Builder::new()
            .name("telemetry-testbed".into())
            .spawn(move || {
                // A program under test in this process records what it hears through `tracing`: the transport of its
                // own backend must not be part of that, or the export would feed itself.
                let _quiet = tracing::subscriber::set_default(NoSubscriber::new());
                // Moved in after it, so that the connections that end with the runtime end in quiet too.
                let runtime = runtime;
                runtime.block_on(work(incoming, stopped));
            })?;
        Ok(Worker {
            stop: Some(stop),
            thread: Some(thread),
        })
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // Both fail only when the thread has ended already, which is what is wanted.
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

type WireStream = std::pin::Pin<Box<dyn Stream<Item = io::Result<Wire>> + Send>>;

fn accept(
    runtime: &Runtime,
    listener: TcpListener,
    board: Arc<Board>,
    closing: Arc<AtomicBool>,
) -> io::Result<WireStream> {
    listener.set_nonblocking(true)?;
    let _context = runtime.enter();
    let listener = tokio::net::TcpListener::from_std(listener)?;
    let wires = TcpListenerStream::new(listener).map(move |stream| Wire::new(stream?, &board, &closing));
    Ok(Box::pin(wires))
}

fn router(receiver: Receiver, tls: Option<&ServerTlsConfig>) -> io::Result<Router> {
    let mut server = Server::builder();
    if let Some(tls) = tls {
        server = server.tls_config(tls.clone()).map_err(io::Error::other)?;
    }
    Ok(server
        .add_service(
            TraceServiceServer::new(receiver.clone())
                .accept_compressed(Gzip)
                .send_compressed(Gzip),
        )
        .add_service(
            LogsServiceServer::new(receiver.clone())
                .accept_compressed(Gzip)
                .send_compressed(Gzip),
        )
        .add_service(
            MetricsServiceServer::new(receiver)
                .accept_compressed(Gzip)
                .send_compressed(Gzip),
        ))
}
