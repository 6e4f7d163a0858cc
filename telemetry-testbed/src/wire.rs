//! A TCP connection that can be cut from outside. `server` wraps every accepted socket in a [`Wire`], and
//! `service` finds the other end of it, the [`Connection`], in the extensions of its call.

use std::io;
use std::net::Shutdown;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tonic::transport::server::Connected;

use crate::board::Board;

/// The socket, as the gRPC server reads and writes it.
pub(crate) struct Wire {
    stream: TcpStream,
    connection: Connection,
}

/// The handle of a [`Wire`].
#[derive(Clone)]
pub(crate) struct Connection(Arc<Shared>);

struct Shared {
    number: u64,
    board: Arc<Board>,
    /// Set when the whole server is about to stop.
    closing: Arc<AtomicBool>,
    /// Set when this connection alone is about to be cut.
    doomed: AtomicBool,
    cut: Mutex<Cut>,
}

#[derive(Default)]
struct Cut {
    done: bool,
    /// The task that owns the wire: it always has a read waiting, so this is who has to notice.
    reader: Option<Waker>,
}

impl Wire {
    pub(crate) fn new(stream: TcpStream, board: &Arc<Board>, closing: &Arc<AtomicBool>) -> io::Result<Wire> {
        // Answers are small and somebody waits for each: they are not held back to be sent in one packet.
        stream.set_nodelay(true)?;
        let shared = Shared {
            number: board.connected(),
            board: board.clone(),
            closing: closing.clone(),
            doomed: AtomicBool::new(false),
            cut: Mutex::default(),
        };
        Ok(Wire {
            stream,
            connection: Connection(Arc::new(shared)),
        })
    }

    fn check(&self) -> io::Result<()> {
        match self.connection.lock().done {
            true => Err(io::ErrorKind::ConnectionReset.into()),
            false => Ok(()),
        }
    }
}

impl Connection {
    /// 0 for the first connection of a testbed.
    pub(crate) fn number(&self) -> u64 {
        self.0.number
    }

    /// Says that the connection is about to be cut: nothing is answered on it any more.
    pub(crate) fn doom(&self) {
        self.0.doomed.store(true, Ordering::SeqCst);
    }

    /// Whether it is about to end, alone or with its server.
    pub(crate) fn is_doomed(&self) -> bool {
        self.0.doomed.load(Ordering::SeqCst) || self.0.closing.load(Ordering::SeqCst)
    }

    /// Cuts it with a TCP reset.
    pub(crate) fn cut(&self) {
        let mut cut = self.lock();
        cut.done = true;
        if let Some(reader) = cut.reader.take() {
            reader.wake();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Cut> {
        self.0.cut.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        // What fails here fails because the socket is gone already.
        if self.check().is_err() {
            // Closing sends RST then, and not FIN.
            let _ = self.stream.set_zero_linger();
        } else if self.connection.0.closing.load(Ordering::SeqCst) {
            // A client that is just writing would be answered with a reset, and never read the answers that it
            // has been sent. So the connection ends with FIN, and what the client still says is heard by nobody.
            let socket = SockRef::from(&self.stream);
            let _ = socket.shutdown(Shutdown::Write);
            if let Ok(socket) = socket.try_clone() {
                self.connection.0.board.bury(socket);
            }
        }
    }
}

impl Connected for Wire {
    type ConnectInfo = Connection;

    fn connect_info(&self) -> Connection {
        self.connection.clone()
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.connection.lock().reader = Some(context.waker().clone());
        self.check()?;
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.check()?;
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.check()?;
        Pin::new(&mut self.stream).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.check()?;
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.check()?;
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
