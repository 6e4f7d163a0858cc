//! What the process itself uses: CPU, memory, and the counters of the program's tokio runtime. A thread sleeps
//! beside the program, wakes at every interval and observes; the end of the run wakes it at once.

use std::io;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use sysinfo::{Pid, ProcessRefreshKind, ProcessesToUpdate, System};
use tokio::runtime::Handle;

use crate::def::Observed;
use crate::emit::Number;

/// How long the end of a run waits for a sample that is just being taken.
const PATIENCE: Duration = Duration::from_millis(250);

/// The sleeping thread.
#[derive(Debug)]
pub(crate) struct Sampler {
    /// Dropped to wake the thread for the last time.
    stop: Sender<()>,
    /// Gives the probe back.
    probe: Receiver<Probe>,
}

impl Sampler {
    /// Calls `each` at every interval, on a thread of its own, until the sampler is stopped or dropped.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub(crate) fn start(
        interval: Duration,
        mut probe: Probe,
        mut each: impl FnMut(&mut Probe) + Send + 'static,
    ) -> io::Result<Sampler> {
        let (stop, stopped) = channel::<()>();
        let (back, given_back) = channel();
        thread::Builder::new()
            .name("telemetry-sampler".to_owned())
            .spawn(move || {
                while stopped.recv_timeout(interval) == Err(RecvTimeoutError::Timeout) {
                    each(&mut probe);
                }
                // Nobody waits for it when the sampler was dropped.
                let _ = back.send(probe);
            })?;
        Ok(Sampler {
            stop,
            probe: given_back,
        })
    }

    /// Stops the thread, whatever is left of its interval, and gives the probe back for a last sample. `None` when
    /// the thread hangs in a sample, or does not exist any more after a fork.
    pub(crate) fn stop(self) -> Option<Probe> {
        drop(self.stop);
        self.probe.recv_timeout(PATIENCE).ok()
    }
}

/// Takes samples of this process.
#[derive(Debug)]
pub(crate) struct Probe {
    /// `None` when the system does not tell.
    process: Option<(System, Pid)>,
    processors: f64,
    tokio: Option<Handle>,
    /// CPU time and moment of the sample before.
    last: Option<(Duration, Instant)>,
}

impl Probe {
    /// A probe of this process, and of a tokio runtime of the program where there is one. Utilisation counts from
    /// here.
    pub(crate) fn new(tokio: Option<Handle>) -> Probe {
        let mut probe = Probe {
            process: System::new().ok().zip(sysinfo::get_current_pid().ok()),
            processors: thread::available_parallelism().map_or(1.0, |count| count.get() as f64),
            tokio,
            last: None,
        };
        probe.last = probe.used().map(|(used, _)| (used, Instant::now()));
        probe
    }

    /// Shows what there is to see. What the system does not tell is left out.
    pub(crate) fn sample(&mut self, mut see: impl FnMut(Observed, Number)) {
        if let Some((used, memory)) = self.used() {
            let now = Instant::now();
            if let Some((before, then)) = self.last.replace((used, now)) {
                let elapsed = now.duration_since(then).as_secs_f64();
                let share = used.saturating_sub(before).as_secs_f64() / elapsed / self.processors;
                // CPU time is counted in ticks, so that a short interval may show a little more than all.
                if share.is_finite() {
                    see(Observed::ProcessCpuUtilization, Number::Double(share.min(1.0)));
                }
            }
            see(Observed::ProcessMemoryUsage, whole(memory));
        }
        if let Some(tokio) = &self.tokio {
            let metrics = tokio.metrics();
            see(Observed::TokioWorkers, whole(metrics.num_workers()));
            see(Observed::TokioAliveTasks, whole(metrics.num_alive_tasks()));
            see(
                Observed::TokioGlobalQueueDepth,
                whole(metrics.global_queue_depth()),
            );
        }
    }

    /// CPU time since the process began, and its resident memory in bytes.
    fn used(&mut self) -> Option<(Duration, u64)> {
        let (system, pid) = self.process.as_mut()?;
        let what = ProcessRefreshKind::nothing()
            .with_cpu()
            .with_memory()
            .without_tasks();
        system.refresh_processes_specifics(ProcessesToUpdate::Some(&[*pid]), false, what);
        let process = system.process(*pid)?;
        Some((
            Duration::from_millis(process.accumulated_cpu_time()),
            process.memory(),
        ))
    }
}

fn whole(count: impl TryInto<i64>) -> Number {
    Number::Int(count.try_into().unwrap_or(i64::MAX))
}
