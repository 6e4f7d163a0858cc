//! Everybody who exports over OTLP/gRPC, set up the way their documentation shows it, behind one face: the cases
//! measure what a call costs, the trials what a whole process costs. Each is set up once, in a process of its own,
//! and all send to a [`Receiver`](crate::receiver::Receiver).

pub(crate) mod emit;
pub(crate) mod fastrace;
pub(crate) mod ours;
pub(crate) mod sdk;
pub(crate) mod tracing;

use std::cell::Cell;
use std::path::Path;
use std::rc::Rc;

use anyhow::{Result, ensure};

use crate::case::Prepared;
use crate::receiver::{Items, Receiver, Shape};

/// A library that is ready to be told of parcels.
pub(crate) struct Exporter {
    emit: Box<dyn FnMut(u64) -> Items>,
    flush: Box<dyn FnMut()>,
    pace: Box<dyn FnMut()>,
    end: Box<dyn FnOnce() -> Result<Items>>,
}

impl Exporter {
    /// `emit` does the operation as many times as it is told, and says what is now on its way; `flush` returns when
    /// all of that was acknowledged.
    pub(crate) fn new(emit: impl FnMut(u64) -> Items + 'static, flush: impl FnMut() + 'static) -> Self {
        Self {
            emit: Box::new(emit),
            flush: Box::new(flush),
            pace: Box::new(|| ()),
            end: Box::new(|| Ok(Items::default())),
        }
    }

    /// Called after each [`STRIDE`] operations of a producer that never stops: returns when the queue has room for
    /// as many again.
    pub(crate) fn pace(mut self, pace: impl FnMut() + 'static) -> Self {
        self.pace = Box::new(pace);
        self
    }

    /// Ends the library as a program does at its exit, and says what that sent besides.
    pub(crate) fn end(mut self, end: impl FnOnce() -> Result<Items> + 'static) -> Self {
        self.end = Box::new(end);
        self
    }

    /// See [`Exporter::new`].
    pub(crate) fn emit(&mut self, times: u64) -> Items {
        (self.emit)(times)
    }

    /// See [`Exporter::new`].
    pub(crate) fn flush(&mut self) {
        (self.flush)();
    }

    /// See [`Exporter::pace`].
    pub(crate) fn wait_for_room(&mut self) {
        (self.pace)();
    }

    /// See [`Exporter::end`].
    pub(crate) fn finish(self) -> Result<Items> {
        let Self {
            emit,
            flush,
            pace,
            end,
        } = self;
        // What they hold of the library is let go, so that it can be ended.
        drop((emit, flush, pace));
        end()
    }
}

/// Operations between two calls of [`Exporter::wait_for_room`]: half of the smallest queue.
pub(crate) const STRIDE: u64 = 1_000;

/// Calls `f` once in so many calls.
pub(crate) fn every(times: u32, mut f: impl FnMut() + 'static) -> impl FnMut() + 'static {
    let mut calls = 0;
    move || {
        calls += 1;
        if calls % times == 0 {
            f();
        }
    }
}

/// What a short run goes through, with three events in each.
pub(crate) const STAGES: [&str; 12] = [
    "unload", "weigh", "measure", "label", "scan", "route", "stack", "wrap", "load", "seal", "sign", "depart",
];

/// What a short run sends: a visit, its stages, and forty events.
pub(crate) const SHORT_RUN: Items = Items { spans: 13, logs: 40 };

/// How an exporter is set up: endpoint, and a folder of its own.
pub(crate) type Make = fn(&str, &Path) -> Result<Exporter>;

/// A case that exports to a receiver of its own, and ends well only if that acknowledged everything; items have
/// four attributes and `events` span events.
pub(crate) fn case(folder: &Path, make: Make, events: u64) -> Result<Prepared> {
    let mut receiver = Receiver::start()?;
    let Exporter {
        mut emit,
        mut flush,
        end,
        ..
    } = make(receiver.endpoint(), folder)?;
    let sent = Rc::new(Cell::new(Items::default()));
    let sum = Rc::clone(&sent);
    Ok(Prepared::new(move |times| sum.set(sum.get() + emit(times)))
        .settle(move |_| flush())
        .verify(move |_| {
            check(receiver.ensure(sent.get())?, events)?;
            receiver.ensure(sent.get() + end()?)?;
            Ok(())
        }))
}

/// Checks that items arrived as they were told: four attributes, and so many span events.
pub(crate) fn check(shape: Shape, events: u64) -> Result<()> {
    ensure!(
        shape.attributes >= 4 && shape.events == events,
        "no item with four attributes and {events} events arrived, but {shape:?}"
    );
    Ok(())
}
