//! Whoever says stop: Ctrl-C, or a request to terminate. It is listened to all the time, so that a signal that comes
//! between two waits counts too.

use std::io;
use std::time::Duration;

use tokio::signal::unix::{Signal, SignalKind, signal};

/// Exit code of what Ctrl-C has ended.
const INTERRUPTED: i32 = 130;

/// What makes an end.
pub(crate) struct Stop {
    interrupt: Signal,
    terminate: Signal,
}

impl Stop {
    /// Listens from now on. Who says it twice does not wait for a good order: the output may have no reader, and then
    /// what comes first is never heard.
    pub(crate) fn listen() -> io::Result<Stop> {
        std::thread::Builder::new()
            .name("stop".to_owned())
            .spawn(impatience)?;
        Ok(Stop {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    /// Waits until somebody says it.
    pub(crate) async fn told(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }

    /// Waits so long at most, and says whether somebody said it.
    pub(crate) async fn within(&mut self, pause: Duration) -> bool {
        tokio::select! {
            () = self.told() => true,
            () = tokio::time::sleep(pause) => false,
        }
    }
}

/// Ends the process at the second Ctrl-C. Where it cannot listen, there is the first one.
fn impatience() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    if let Ok(runtime) = runtime {
        runtime.block_on(async {
            let Ok(mut interrupt) = signal(SignalKind::interrupt()) else {
                return;
            };
            interrupt.recv().await;
            interrupt.recv().await;
            std::process::exit(INTERRUPTED);
        });
    }
}
