//! A child process that lives for a while: its output is read line by line on threads of their own, and it never
//! outlives the value that stands for it.

use std::collections::VecDeque;
use std::io::{self, BufRead, BufReader, Read};
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use jackin_telemetry::prelude::*;

use super::{News, Progress, Signal};

/// Lines that a crash report keeps.
const TAIL: usize = 40;

/// A child process.
pub(crate) struct Process {
    child: Child,
    tail: Arc<Mutex<VecDeque<String>>>,
    readers: Vec<JoinHandle<()>>,
}

impl Process {
    /// Starts `command`; with `progress`, what it prints is shown to the operator and its end is told.
    ///
    /// # Errors
    /// It cannot be started.
    pub(crate) fn spawn(command: &mut Command, progress: Option<Progress>) -> io::Result<Process> {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let tail = Arc::new(Mutex::new(VecDeque::new()));
        let mut readers = Vec::new();
        if let Some(stderr) = child.stderr.take() {
            readers.push(read(Stream::Stderr, stderr, tail.clone(), progress.clone()));
        }
        if let Some(stdout) = child.stdout.take() {
            readers.push(read(Stream::Stdout, stdout, tail.clone(), progress));
        }
        Ok(Process { child, tail, readers })
    }

    /// Whether it has not ended yet.
    ///
    /// # Errors
    /// The operating system does not say.
    pub(crate) fn is_running(&mut self) -> io::Result<bool> {
        self.child.try_wait().map(|status| status.is_none())
    }

    /// Ends it at once.
    ///
    /// # Errors
    /// It may not be ended.
    pub(crate) fn kill(&mut self) -> io::Result<()> {
        self.child.kill()
    }

    /// Waits for its end: its exit code, or 128 and the number of the signal that ended it, as shells have it.
    ///
    /// # Errors
    /// The operating system does not say.
    pub(crate) fn wait(&mut self) -> io::Result<i32> {
        let status = self.child.wait()?;
        for reader in self.readers.drain(..) {
            // A reader that panicked was recorded where it panicked.
            let _ = reader.join();
        }
        Ok(status
            .code()
            .or(status.signal().map(|signal| 128 + signal))
            .unwrap_or(1))
    }

    /// Its last lines.
    pub(crate) fn tail(&self) -> Vec<String> {
        self.tail
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .iter()
            .cloned()
            .collect()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // One that has ended already cannot be killed again, and that is well.
        let _ = self.child.kill();
        let _ = self.wait();
    }
}

fn read(
    stream: Stream,
    output: impl Read + Send + 'static,
    tail: Arc<Mutex<VecDeque<String>>>,
    progress: Option<Progress>,
) -> JoinHandle<()> {
    thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            event!(CommandOutput {
                program: "capsule",
                line: &line,
                stream
            });
            let mut tail = tail.lock().unwrap_or_else(PoisonError::into_inner);
            tail.push_back(line.clone());
            if tail.len() > TAIL {
                tail.pop_front();
            }
            if let Some(progress) = &progress {
                progress.tell(News::Line(line));
            }
        }
        if let (Stream::Stdout, Some(progress)) = (stream, progress) {
            // A launch that no longer listens knows already.
            let _ = progress.signals.send(Signal::Gone);
        }
    })
}
