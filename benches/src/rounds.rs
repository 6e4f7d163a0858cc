//! Rounds of a group's cases, one after the other in turns (A B C, B C A, …), so that whatever else the machine
//! does falls on all of them; each round is the same short time, each ratio is taken within one turn.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use crate::case::{Case, Group};
use crate::quantity::{Spread, spread};

/// How much is done for a number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Effort {
    /// Turns.
    pub(crate) turns: usize,
    /// Length of a round, roughly: shorter than the time a scheduler gives before it lets somebody else work.
    pub(crate) round: Duration,
}

impl Effort {
    /// What the README shows.
    pub(crate) const FULL: Self = Self {
        turns: 151,
        round: Duration::from_millis(1),
    };
    /// Enough to see that everything works.
    pub(crate) const SMOKE: Self = Self {
        turns: 3,
        round: Duration::from_millis(1),
    };
}

/// What the rounds of one case took.
pub(crate) struct Rounds {
    /// Nanoseconds an operation on the calling thread.
    pub(crate) clock: Spread,
    /// Nanoseconds an operation on all processors, other threads' work included.
    pub(crate) processors: f64,
    /// Times the group's base, within a turn.
    pub(crate) ratio: f64,
    /// Nanoseconds an operation on the calling thread, turn by turn.
    turns: Vec<f64>,
}

impl Rounds {
    /// How many times as long as `other` it takes, within a turn.
    pub(crate) fn times(&self, other: &Self) -> f64 {
        let ratios = self.turns.iter().zip(&other.turns);
        spread(ratios.map(|(own, other)| own / other)).median
    }
}

/// Measures all cases of a group; the answers stand in the group's order.
pub(crate) fn measure(group: &Group, effort: Effort) -> Result<Vec<Rounds>> {
    let mut workers = group
        .cases
        .iter()
        .map(Worker::start)
        .collect::<Result<Vec<_>>>()?;
    for worker in &mut workers {
        worker.calibrate(effort.round)?;
    }
    let mut turns = vec![Vec::new(); workers.len()];
    for turn in 0..effort.turns {
        for place in 0..workers.len() {
            let index = (turn + place) % workers.len();
            turns[index].push(workers[index].round()?);
        }
    }
    for worker in workers {
        worker.finish()?;
    }
    let base = group
        .cases
        .iter()
        .position(|case| case.name == group.base)
        .with_context(|| format!("{} is no case of its group", group.base))?;
    let clock = |index: usize| turns[index].iter().map(|sample: &Sample| sample.clock);
    Ok((0..turns.len())
        .map(|index| Rounds {
            clock: spread(clock(index)),
            processors: spread(turns[index].iter().map(|sample| sample.processors)).median,
            ratio: spread(clock(index).zip(clock(base)).map(|(own, base)| own / base)).median,
            turns: clock(index).collect(),
        })
        .collect())
}

/// Nanoseconds an operation in one round.
#[derive(Debug, Clone, Copy)]
struct Sample {
    clock: f64,
    processors: f64,
}

/// The process of one case.
struct Worker {
    name: &'static str,
    child: Child,
    orders: ChildStdin,
    answers: BufReader<ChildStdout>,
    /// Operations a round.
    times: u64,
    /// Operations that a round may have.
    most: u64,
    /// Its files; dropped with it.
    _folder: tempfile::TempDir,
}

impl Worker {
    fn start(case: &Case) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let mut child = Command::new(std::env::current_exe()?)
            .args(["--case", case.name, "--serve", "--folder"])
            .arg(folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let (orders, answers) = child
            .stdin
            .take()
            .zip(child.stdout.take())
            .context("a process without its pipes")?;
        Ok(Self {
            name: case.name,
            child,
            orders,
            answers: BufReader::new(answers),
            times: 1,
            most: case.most,
            _folder: folder,
        })
    }

    /// Finds out how many operations fill a round, which warms everything up on the way.
    fn calibrate(&mut self, round: Duration) -> Result<()> {
        let round = round.as_nanos() as f64;
        loop {
            let took = self.round()?.clock * self.times as f64;
            if took >= round / 4.0 || self.times == self.most {
                self.times = ((self.times as f64 * round / took) as u64).clamp(1, self.most);
                self.round()?;
                return Ok(());
            }
            self.times = (self.times * 2).min(self.most);
        }
    }

    fn round(&mut self) -> Result<Sample> {
        let answer = self.ask(&format!("run {}", self.times))?;
        let (clock, processors) = answer
            .split_once(' ')
            .context("a round answers with two numbers")?;
        let each = |text: &str| Ok::<_, anyhow::Error>(text.parse::<f64>()? / self.times as f64);
        Ok(Sample {
            clock: each(clock)?,
            processors: each(processors)?,
        })
    }

    fn finish(mut self) -> Result<()> {
        let answer = self.ask("verify")?;
        ensure!(answer == "verified", "{} did not do its work", self.name);
        drop(self.orders);
        let status = self.child.wait()?;
        ensure!(status.success(), "{} ended with {status}", self.name);
        Ok(())
    }

    fn ask(&mut self, order: &str) -> Result<String> {
        writeln!(self.orders, "{order}").with_context(|| format!("{} is gone", self.name))?;
        let mut answer = String::new();
        let read = self.answers.read_line(&mut answer)?;
        ensure!(read > 0, "{} failed; what it said stands above", self.name);
        Ok(answer.trim_end().to_owned())
    }
}
