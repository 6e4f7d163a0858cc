//! What the process itself uses: CPU, memory, and the counters of the program's tokio runtime. A thread sleeps
//! beside the program, wakes at every interval and observes; the end of the run wakes it at once.

use std::io;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use sysinfo::{Pid, ProcessRefreshKind, ProcessesToUpdate, System};
use tokio::runtime::Handle;

use crate::def::Observed;
use crate::emit::Number;
use crate::sync::lock;

/// How long the end of a run waits for a sample that is just being taken.
const PATIENCE: Duration = Duration::from_millis(250);

/// The sleeping thread. Dropped without a word it ends too, and nobody waits for it.
#[derive(Debug)]
pub(crate) struct Sampler(Arc<Bed>);

/// Where the thread sleeps, and is woken for the last time.
#[derive(Debug, Default)]
struct Bed {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    stop: bool,
    /// Given back when the thread has stopped.
    probe: Option<Probe>,
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
        let bed = Arc::new(Bed::default());
        let sleeper = Arc::clone(&bed);
        thread::Builder::new()
            .name("telemetry-sampler".to_owned())
            .spawn(move || {
                while sleeper.sleep(interval) {
                    each(&mut probe);
                }
                lock(&sleeper.state).probe = Some(probe);
                sleeper.changed.notify_all();
            })?;
        Ok(Sampler(bed))
    }

    /// Stops the thread, whatever is left of its interval, and gives the probe back for a last sample. `None` when
    /// the thread hangs in a sample, or does not exist any more after a fork.
    pub(crate) fn stop(self) -> Option<Probe> {
        self.0.wake();
        let state = lock(&self.0.state);
        let waited = self
            .0
            .changed
            .wait_timeout_while(state, PATIENCE, |state| state.probe.is_none());
        waited.unwrap_or_else(PoisonError::into_inner).0.probe.take()
    }
}

impl Drop for Sampler {
    fn drop(&mut self) {
        self.0.wake();
    }
}

impl Bed {
    /// Whether the interval went by without a call to stop.
    fn sleep(&self, interval: Duration) -> bool {
        let slept = self
            .changed
            .wait_timeout_while(lock(&self.state), interval, |state| !state.stop);
        !slept.unwrap_or_else(PoisonError::into_inner).0.stop
    }

    fn wake(&self) {
        lock(&self.state).stop = true;
        self.changed.notify_all();
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

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;

    /// What a probe sees, by what it is.
    fn seen(probe: &mut Probe) -> Vec<(Observed, Number)> {
        let mut seen = Vec::new();
        probe.sample(|what, number| seen.push((what, number)));
        seen
    }

    #[test]
    fn a_sample_shows_memory_and_a_share_of_the_processors() {
        let mut probe = Probe::new(None);
        let began = Instant::now();
        while began.elapsed() < Duration::from_millis(100) {
            std::hint::spin_loop();
        }
        let seen = seen(&mut probe);
        let [
            (Observed::ProcessCpuUtilization, Number::Double(share)),
            (Observed::ProcessMemoryUsage, Number::Int(memory)),
        ] = seen[..]
        else {
            panic!("{seen:?}")
        };
        assert!(share > 0.0 && share <= 1.0, "{share}");
        assert!(memory > 1024 * 1024, "{memory}");
    }

    #[test]
    fn a_sample_shows_the_counters_of_a_tokio_runtime() {
        let tokio = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(3)
            .build()
            .expect("a runtime");
        let task = tokio.spawn(std::future::pending::<()>());
        let seen = seen(&mut Probe::new(Some(tokio.handle().clone())));
        assert!(
            matches!(
                seen[2..],
                [
                    (Observed::TokioWorkers, Number::Int(3)),
                    (Observed::TokioAliveTasks, Number::Int(1)),
                    (Observed::TokioGlobalQueueDepth, Number::Int(_)),
                ]
            ),
            "{seen:?}"
        );
        task.abort();
    }

    #[test]
    fn a_sampler_wakes_again_and_again_and_stops_without_waiting_for_its_interval() {
        let (ticked, ticks) = channel();
        let sampler = Sampler::start(Duration::from_millis(1), Probe::new(None), move |_| {
            let _ = ticked.send(());
        })
        .expect("a thread");
        for _ in 0..3 {
            ticks.recv().expect("it wakes");
        }
        assert!(sampler.stop().is_some());
        assert!(
            ticks.iter().count() < 1000,
            "the thread is gone, and with it the sender"
        );

        let began = Instant::now();
        let sampler = Sampler::start(Duration::from_secs(3600), Probe::new(None), |_| {
            panic!("too early")
        })
        .expect("a thread");
        assert!(sampler.stop().is_some());
        assert!(began.elapsed() < PATIENCE);
    }

    #[test]
    fn a_dropped_sampler_ends_its_thread() {
        let (held, gone) = channel::<()>();
        drop(
            Sampler::start(Duration::from_secs(3600), Probe::new(None), move |_| {
                let _ = held.send(());
            })
            .expect("a thread"),
        );
        assert!(gone.recv().is_err());
    }
}
