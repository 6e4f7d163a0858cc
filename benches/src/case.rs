//! What is measured: a group of cases that do the same thing in different ways, and what the group has to reach.

use std::path::Path;

use anyhow::Result;

/// Cases that are compared with each other, in interleaved rounds.
pub(crate) struct Group {
    /// Beginning of its cases' names.
    pub(crate) name: &'static str,
    /// Heading of its table.
    pub(crate) title: &'static str,
    /// What one operation is, and what a reader has to know about the comparison.
    pub(crate) about: &'static str,
    /// The case that the ratios are taken against.
    pub(crate) base: &'static str,
    /// Rows of the table, in order.
    pub(crate) cases: &'static [Case],
    /// What has to be reached.
    pub(crate) targets: &'static [Target],
}

/// One way to do it.
pub(crate) struct Case {
    /// `group/way`, unique.
    pub(crate) name: &'static str,
    /// Its row's label.
    pub(crate) what: &'static str,
    /// Sets everything up in an empty folder, outside the measured time.
    pub(crate) prepare: fn(&Path) -> Result<Prepared>,
    /// Operations of the shorter of the two counted runs; enough that what happens once is over by then.
    pub(crate) counted: u64,
    /// Operations that a round may have at most, for a case whose queue holds no more.
    pub(crate) most: u64,
}

impl Case {
    /// A case with a thousand counted operations and rounds of any length.
    pub(crate) const fn new(
        name: &'static str,
        what: &'static str,
        prepare: fn(&Path) -> Result<Prepared>,
    ) -> Self {
        Self {
            name,
            what,
            prepare,
            counted: 1_000,
            most: u64::MAX,
        }
    }

    /// The same with another number of counted operations.
    pub(crate) const fn counted(self, counted: u64) -> Self {
        Self { counted, ..self }
    }

    /// The same with rounds of at most so many operations.
    pub(crate) const fn at_most(self, most: u64) -> Self {
        Self { most, ..self }
    }
}

/// A promise about a case, checked against the numbers of the run that is printed.
pub(crate) enum Target {
    /// At most so many nanoseconds an operation.
    Nanoseconds(&'static str, f64),
    /// At most so many times the group's base.
    Ratio(&'static str, f64),
    /// At most so many nanoseconds an operation, or at most so many times the group's base: the first was measured
    /// elsewhere, the second here.
    NanosecondsOrRatio(&'static str, f64, f64),
    /// Faster than another case, so many times.
    Faster(&'static str, &'static str, f64),
    /// Faster than each of the others.
    Ahead(&'static str, &'static [&'static str]),
    /// Not one allocation on the calling thread.
    NoAllocation(&'static str),
}

/// A case that is ready to run.
pub(crate) struct Prepared {
    run: Box<dyn FnMut(u64)>,
    settle: Box<dyn FnMut(u64)>,
    verify: Box<dyn FnOnce(u64) -> Result<()>>,
}

impl Prepared {
    /// `run` does the operation as many times as it is told, and is all that is timed.
    pub(crate) fn new(run: impl FnMut(u64) + 'static) -> Self {
        Self {
            run: Box::new(run),
            settle: Box::new(|_| ()),
            verify: Box::new(|_| Ok(())),
        }
    }

    /// Waits until other threads have done all operations so far, so many of them; that is counted as processor
    /// time and not as the caller's.
    pub(crate) fn settle(mut self, settle: impl FnMut(u64) + 'static) -> Self {
        self.settle = Box::new(settle);
        self
    }

    /// Proves that the operations were really done, so many of them: numbers of a case that fails are not shown.
    pub(crate) fn verify(mut self, verify: impl FnOnce(u64) -> Result<()> + 'static) -> Self {
        self.verify = Box::new(verify);
        self
    }

    /// Does the operation `times` times.
    pub(crate) fn run(&mut self, times: u64) {
        (self.run)(times);
    }

    /// See [`Prepared::settle`].
    pub(crate) fn wait(&mut self, done: u64) {
        (self.settle)(done);
    }

    /// Ends the case after `done` operations.
    pub(crate) fn end(self, done: u64) -> Result<()> {
        let Self { run, settle, verify } = self;
        // What they hold of the measured thing is let go, so that it can be ended.
        drop((run, settle));
        verify(done)
    }
}
