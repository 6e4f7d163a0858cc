//! An address that stays ours, whatever happens behind it: served, refused, or with a full backlog.

use std::io;
use std::net::{IpAddr, SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

use socket2::{Domain, Protocol, Socket, Type};

/// Connections that may wait to be accepted.
const BACKLOG: i32 = 1024;
/// How long a connect on this machine may take before it counts as hanging.
const HANGS: Duration = Duration::from_millis(250);
/// A system that takes more connections than this into a backlog of none does not keep to it.
const MOST_FILLERS: usize = 512;

/// A port that is bound all the time and listens some of it. While nobody listens connections are refused, and
/// no other process can take it.
pub(crate) struct Port {
    /// Bound and never listening; with `SO_REUSEPORT` a listener can stand beside it and leave again.
    _keeper: Socket,
    address: SocketAddr,
}

impl Port {
    /// Takes any free port of an address.
    pub(crate) fn keep(ip: IpAddr) -> io::Result<Port> {
        let keeper = bind(SocketAddr::new(ip, 0), Role::Keeper)?;
        let address = keeper.local_addr()?;
        let address = address.as_socket().ok_or(io::ErrorKind::AddrNotAvailable)?;
        Ok(Port {
            _keeper: keeper,
            address,
        })
    }

    /// Where it is.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Connections succeed from now on, until the listener is dropped.
    pub(crate) fn listen(&self) -> io::Result<TcpListener> {
        self.listen_with(BACKLOG)
    }

    /// Connections hang from now on, until what is returned is dropped.
    pub(crate) fn fill(&self) -> io::Result<FullBacklog> {
        let listener = self.listen_with(0)?;
        let mut fillers = Vec::new();
        while fillers.len() < MOST_FILLERS {
            match TcpStream::connect_timeout(&self.address, HANGS) {
                Ok(filler) => fillers.push(filler),
                // This is the proof that the next one will hang too: nobody accepts any.
                Err(error) if error.kind() == io::ErrorKind::TimedOut => {
                    return Ok(FullBacklog {
                        _listener: listener,
                        _fillers: fillers,
                    });
                }
                Err(error) => return Err(error),
            }
        }
        Err(io::Error::other(format!(
            "the backlog of {} took {MOST_FILLERS} connections and was not full; this system does not bound it",
            self.address
        )))
    }

    fn listen_with(&self, backlog: i32) -> io::Result<TcpListener> {
        let socket = bind(self.address, Role::Listener)?;
        socket.listen(backlog)?;
        Ok(socket.into())
    }
}

/// A listener that never accepts, with as many connections waiting as it may have: the kernel drops every further
/// SYN, as a firewall or a dead host does.
pub(crate) struct FullBacklog {
    _listener: TcpListener,
    _fillers: Vec<TcpStream>,
}

/// What a socket is bound for.
#[derive(PartialEq)]
enum Role {
    Keeper,
    Listener,
}

fn bind(address: SocketAddr, role: Role) -> io::Result<Socket> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    socket.set_reuse_port(true)?;
    // Lets a listener come back while connections of the last one are still on their way out. The keeper is
    // without it, or any socket that has it could bind beside a keeper that does not listen.
    socket.set_reuse_address(role == Role::Listener)?;
    socket.bind(&address.into())?;
    Ok(socket)
}
