//! The backend of everybody who exports: the testbed in a process of its own, so that what it does stands on
//! nobody's account. It keeps the first messages, to show that everybody sent the same things, and counts the rest.
//! A [`Receiver`] is the side of the process that starts it; both talk in lines.

use std::io::{self, BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use telemetry_testbed::{Received, Signal, Testbed};

/// How long it waits for what should have come already.
const PATIENCE: Duration = Duration::from_secs(20);

/// Items that left for the backend, or that it acknowledged.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Items {
    pub(crate) spans: u64,
    pub(crate) logs: u64,
}

impl Items {
    /// So many spans and nothing else.
    pub(crate) const fn spans(spans: u64) -> Self {
        Self { spans, logs: 0 }
    }

    /// So many log records and nothing else.
    pub(crate) const fn logs(logs: u64) -> Self {
        Self { spans: 0, logs }
    }
}

impl std::ops::Add for Items {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            spans: self.spans + other.spans,
            logs: self.logs + other.logs,
        }
    }
}

/// What the first items that arrived were like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Shape {
    /// Attributes of the one that has most.
    pub(crate) attributes: u64,
    /// Span events of the one that has most.
    pub(crate) events: u64,
}

/// The process that receives. Dropped, it ends.
pub(crate) struct Receiver {
    endpoint: String,
    child: Child,
    /// Gone when the process is to end.
    orders: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Receiver {
    /// Starts the process; it listens when this returns.
    pub(crate) fn start() -> Result<Self> {
        let mut child = Command::new(std::env::current_exe()?)
            .arg("--receive")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let (orders, answers) = child
            .stdin
            .take()
            .zip(child.stdout.take())
            .context("a process without its pipes")?;
        let mut receiver = Self {
            endpoint: String::new(),
            child,
            orders: Some(orders),
            answers: BufReader::new(answers),
        };
        receiver.endpoint = receiver.answer()?;
        Ok(receiver)
    }

    /// What exporters send to.
    pub(crate) fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// Waits until it has acknowledged `sent`, checks that it has acknowledged nothing else, and tells what the
    /// fullest of the first items were.
    pub(crate) fn ensure(&mut self, sent: Items) -> Result<Shape> {
        let Items { spans, logs } = sent;
        let orders = self.orders.as_mut().context("the receiver was told to end")?;
        writeln!(orders, "{spans} {logs}").context("the receiver is gone")?;
        let answer = self.answer()?;
        let numbers: Vec<u64> = answer.split(' ').map(str::parse).collect::<Result<_, _>>()?;
        let [had_spans, had_logs, attributes, events] = numbers[..] else {
            bail!("the receiver says `{answer}`");
        };
        ensure!(
            (had_spans, had_logs) == (spans, logs),
            "the receiver acknowledged {had_spans} spans and {had_logs} log records instead of {spans} and {logs}"
        );
        Ok(Shape { attributes, events })
    }

    fn answer(&mut self) -> Result<String> {
        let mut answer = String::new();
        let read = self.answers.read_line(&mut answer)?;
        ensure!(read > 0, "the receiver failed; what it said stands above");
        Ok(answer.trim_end().to_owned())
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.orders = None;
        // It ends with its input; if it could not be waited for it is gone already.
        let _ = self.child.wait();
    }
}

/// The other side: receives until standard input ends. Each line on it is how many spans and logs are expected; the
/// answer is how many were acknowledged, and how full the first items were.
pub(crate) fn serve() -> Result<()> {
    let testbed = Arc::new(Testbed::start()?);
    println!("{}", testbed.endpoint());
    let shown = Arc::clone(&testbed);
    std::thread::spawn(move || {
        const FOREVER: Duration = Duration::from_secs(1 << 24);
        // An event without attributes may come before the span that it belongs to.
        let full = |received: &Received| {
            let spans = received.spans().into_iter().any(|span| !span.attributes.is_empty());
            spans || received.logs().into_iter().any(|log| !log.attributes.is_empty())
        };
        shown.wait_for(full, FOREVER);
        shown.count_only();
    });
    for order in io::stdin().lock().lines() {
        let order = order?;
        let (spans, logs) = order.split_once(' ').context("two numbers")?;
        let (spans, logs): (u64, u64) = (spans.parse()?, logs.parse()?);
        testbed.wait_for(
            |received| {
                received.acknowledged(Signal::Traces) >= spans && received.acknowledged(Signal::Logs) >= logs
            },
            PATIENCE,
        );
        let received = testbed.received();
        let attributes = received.spans().iter().map(|span| span.attributes.len()).max();
        let attributes = attributes.max(received.logs().iter().map(|log| log.attributes.len()).max());
        let events = received.spans().iter().map(|span| span.events.len()).max();
        println!(
            "{} {} {} {}",
            received.acknowledged(Signal::Traces),
            received.acknowledged(Signal::Logs),
            attributes.unwrap_or_default(),
            events.unwrap_or_default(),
        );
    }
    Ok(())
}
