//! Whole processes: each turn starts one for each way, to a receiver that the way has for itself, and reads back what
//! it says of itself. `throughput` asks for as much as a library takes, `start` for a short run. The processes take
//! turns as the rounds do.

pub(crate) mod start;
pub(crate) mod throughput;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use anyhow::{Context, Result, ensure};
use rustix::time::{ClockId, clock_gettime};

use crate::exporters::{Exporter, Make};
use crate::receiver::{Items, Receiver, Shape};
use crate::worker::processor_time;

/// One way to do it.
pub(crate) struct Way {
    /// `trial/way`, unique.
    pub(crate) name: &'static str,
    /// Its row's label.
    pub(crate) what: &'static str,
    /// Sets it up; `None` is a process that does nothing.
    pub(crate) make: Option<Make>,
}

/// The argument that makes a process one of a trial.
const TRIAL: &str = "--trial";

/// What the harness tells a process, as plain arguments in this order: reading options would be part of what a start
/// takes.
pub(crate) struct Order {
    name: String,
    /// When it was started, on the machine's steady clock.
    since: u64,
    /// When `main` began, and how long this process had been on processors by then.
    began: (u64, i64),
    /// How much it does.
    size: u64,
    endpoint: String,
    folder: PathBuf,
}

impl Order {
    /// Reads the process's arguments; `None` when it is not one of a trial.
    pub(crate) fn given(mut arguments: impl Iterator<Item = String>) -> Option<Self> {
        let began = (steady(), processor_time());
        if arguments.next()? != TRIAL {
            return None;
        }
        Some(Self {
            name: arguments.next()?,
            since: arguments.next()?.parse().ok()?,
            began,
            size: arguments.next()?.parse().ok()?,
            endpoint: arguments.next()?,
            folder: arguments.next()?.into(),
        })
    }

    /// The exporter that is asked for.
    fn exporter(&self, make: Make) -> Result<Exporter> {
        make(&self.endpoint, &self.folder)
    }
}

/// Does what this process was started for.
pub(crate) fn run(order: &Order) -> Result<()> {
    let name = &order.name;
    let throughput = throughput::ALL.iter().flat_map(|load| load.ways);
    if let Some(way) = throughput.into_iter().find(|way| way.name == *name) {
        return throughput::run(way, order);
    }
    let way = start::WAYS.iter().find(|way| way.name == *name);
    start::run(way.with_context(|| format!("no trial `{name}`"))?, order)
}

/// What a process sent, and the numbers that it gave of itself.
struct Answer {
    sent: Items,
    numbers: Vec<u64>,
    /// Nanoseconds from its start to its end.
    whole: u64,
}

/// A way with its receiver and what that has to have by now.
struct Trier {
    way: &'static Way,
    receiver: Receiver,
    sent: Items,
}

impl Trier {
    fn new(way: &'static Way) -> Result<Self> {
        Ok(Self {
            way,
            receiver: Receiver::start()?,
            sent: Items::default(),
        })
    }

    /// A process of this way, from its start to its end; whatever it sent has to have been acknowledged.
    fn turn(&mut self, size: u64) -> Result<(Answer, Shape)> {
        let name = self.way.name;
        let folder = tempfile::tempdir()?;
        let answer = process(name, self.receiver.endpoint(), folder.path(), size)
            .with_context(|| format!("trial {name}"))?;
        self.sent = self.sent + answer.sent;
        let shape = self
            .receiver
            .ensure(self.sent)
            .with_context(|| format!("trial {name}"))?;
        Ok((answer, shape))
    }
}

fn process(name: &str, endpoint: &str, folder: &Path, size: u64) -> Result<Answer> {
    let since = steady();
    let child = Command::new(std::env::current_exe()?)
        .args([TRIAL, name, &since.to_string(), &size.to_string(), endpoint])
        .arg(folder)
        .stdout(Stdio::piped())
        .spawn()?;
    let said = child.wait_with_output()?;
    let whole = steady() - since;
    ensure!(said.status.success(), "ended with {}", said.status);
    let said = String::from_utf8(said.stdout)?;
    let mut numbers: Vec<u64> = said
        .split_whitespace()
        .map(str::parse)
        .collect::<Result<_, _>>()?;
    ensure!(numbers.len() >= 2, "it answered `{said}`");
    let rest = numbers.split_off(2);
    Ok(Answer {
        sent: Items {
            spans: numbers[0],
            logs: numbers[1],
        },
        numbers: rest,
        whole,
    })
}

/// When the first record was emitted, and how long this process had been on processors by then.
static EMITTED: OnceLock<(u64, i64)> = OnceLock::new();

/// The first record was emitted just now.
pub(crate) fn emitted() {
    EMITTED.get_or_init(|| (steady(), processor_time()));
}

/// Nanoseconds on the machine's steady clock, which all processes share.
fn steady() -> u64 {
    let time = clock_gettime(ClockId::Monotonic);
    (time.tv_sec * 1_000_000_000 + time.tv_nsec).unsigned_abs()
}
