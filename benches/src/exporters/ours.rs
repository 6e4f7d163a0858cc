//! This project's runtime.

use std::hint::black_box;
use std::path::Path;
use std::rc::Rc;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use depot::prelude::{event, screen, span, stage};

use crate::cases::event;
use crate::exporters::{Exporter, SHORT_RUN};
use crate::peers::{PARCEL, Parcel};
use crate::receiver::Items;
use crate::trials;

/// A span of the command and the summary: what every run adds.
const OF_EVERY_RUN: Items = Items { spans: 1, logs: 1 };

/// Records that may be in flight: so many and those of a stride fit the ring of a thread.
const ROOM: u64 = 4_096;

/// A run that exports.
pub(crate) fn run(endpoint: &str, folder: &Path) -> Result<depot::Run> {
    let options = depot::Options::new("bench")
        .vars([("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint)])
        .home(folder)
        .flush_budget(Duration::from_secs(5));
    Ok(depot::start(options)?)
}

/// The measured event.
pub(crate) fn events(endpoint: &str, folder: &Path) -> Result<Exporter> {
    exporter(run(endpoint, folder)?, |times| {
        (0..times).for_each(|_| event::record(black_box(&PARCEL)));
        Items::logs(times)
    })
}

/// The same with a number that the program has as a `String`.
pub(crate) fn events_of(number: &str, endpoint: &str, folder: &Path) -> Result<Exporter> {
    let number = number.to_owned();
    exporter(run(endpoint, folder)?, move |times| {
        for _ in 0..times {
            let parcel = black_box(&PARCEL);
            event!(ParcelSorted {
                parcel: black_box(&number),
                hall: parcel.hall,
                weight: parcel.weight,
                express: parcel.express,
            });
        }
        Items::logs(times)
    })
}

/// The measured span, with an event that the schema records as a span event.
pub(crate) fn spans(endpoint: &str, folder: &Path) -> Result<Exporter> {
    exporter(run(endpoint, folder)?, |times| {
        (0..times).for_each(|_| route(black_box(&PARCEL)));
        Items::spans(times)
    })
}

/// The same with an event that the schema records as a log record.
pub(crate) fn spans_and_logs(endpoint: &str, folder: &Path) -> Result<Exporter> {
    exporter(run(endpoint, folder)?, |times| {
        (0..times).for_each(|_| crate::cases::span::record(black_box(&PARCEL)));
        Items {
            spans: times,
            logs: times,
        }
    })
}

fn route(parcel: &Parcel) {
    let route = span!(ParcelRoute {
        parcel: parcel.number,
        hall: parcel.hall,
        weight: parcel.weight,
        express: parcel.express,
    })
    .start();
    event!(ParcelLifted);
    route.done();
}

/// A short run: a visit, twelve stages, forty events.
pub(crate) fn short_run(endpoint: &str, folder: &Path) -> Result<Exporter> {
    macro_rules! stages {
        ($($stage:ident)*) => {
            $(
                let stage = stage!($stage).start();
                (0..3).for_each(|_| event::record(&PARCEL));
                stage.done();
            )*
        };
    }
    exporter(run(endpoint, folder)?, |_| {
        event::record(&PARCEL);
        trials::emitted();
        screen!(Board).enter();
        stages!(Unload Weigh Measure Label Scan Route Stack Wrap Load Seal Sign Depart);
        (0..3).for_each(|_| event::record(&PARCEL));
        SHORT_RUN
    })
}

/// A run as everybody else is seen; at its end the ledger has to say that the backend has everything.
pub(crate) fn exporter(run: depot::Run, emit: impl FnMut(u64) -> Items + 'static) -> Result<Exporter> {
    let run = Rc::new(run);
    let (flushed, paced) = (Rc::clone(&run), Rc::clone(&run));
    Ok(Exporter::new(emit, move || flushed.flush())
        .pace(move || {
            while paced.ledger().in_flight > ROOM {
                std::thread::sleep(Duration::from_micros(200));
            }
        })
        .end(move || {
            let run = Rc::into_inner(run).context("the run is still used")?;
            let ledger = run.finish(depot::Outcome::Success).ledger;
            ensure!(
                ledger.acknowledged == ledger.emitted,
                "not everything arrived: {ledger:?}"
            );
            Ok(OF_EVERY_RUN)
        }))
}
