//! A span with four attributes and one event inside.

use std::hint::black_box;
use std::path::Path;

use anyhow::Result;
use depot::prelude::{event, span};
use tracing_subscriber::fmt::format::FmtSpan;

use crate::by_hand::ByHand;
use crate::case::{Case, Group, Prepared};
use crate::peers::{self, PARCEL, Parcel};

/// Into a file.
pub(crate) static FILE: Group = Group {
    name: "span",
    title: "A span with four attributes and one event, into a file",
    about: "Three lines: the start, so that a killed process leaves what was open, the event, and the end. \
            `tracing` is shown with the same three lines and with the event's alone; `emit` writes two, when the \
            span is over, from another thread.",
    base: "span/by-hand",
    cases: &[
        Case::new(
            "span/by-hand",
            "by hand into a reused buffer, three `write(2)`",
            by_hand,
        ),
        Case::new("span/ours", "`span!` and `event!`", ours),
        Case::new(
            "span/tracing",
            "`tracing`, JSON layer with start and end, `File`",
            tracing,
        ),
        Case::new(
            "span/tracing-event",
            "`tracing`, JSON layer, the event's line only, `File`",
            tracing_event,
        ),
        Case::new(
            "span/emit",
            "`#[emit::span]`, `emit_file` (another thread writes)",
            emit,
        )
        .at_most(4_000),
    ],
    targets: &[],
};

/// Records the span and its event.
pub(crate) fn record(parcel: &Parcel) {
    let route = span!(ParcelRoute {
        parcel: parcel.number,
        hall: parcel.hall,
        weight: parcel.weight,
        express: parcel.express,
    })
    .start();
    event!(ParcelLoaded);
    route.done();
}

fn ours(folder: &Path) -> Result<Prepared> {
    let (run, file) = peers::run(folder)?;
    Ok(
        Prepared::new(|times| (0..times).for_each(|_| record(black_box(&PARCEL))))
            .verify(move |done| peers::finish(run, &file, "\"name\":\"parcel.", 3 * done)),
    )
}

fn by_hand(folder: &Path) -> Result<Prepared> {
    let path = folder.join("by-hand.jsonl");
    let mut hand = ByHand::create(&path)?;
    Ok(Prepared::new(move |times| {
        for _ in 0..times {
            let parcel = black_box(&PARCEL);
            // A line that was not written is missed when the lines are counted.
            if let Ok(route) = hand.route_start(parcel) {
                let _ = hand.loaded(route);
                let _ = hand.route_end(parcel, route);
            }
        }
    })
    .verify(move |done| peers::ensure_lines(&path, "\"name\":\"parcel.", 3 * done)))
}

fn tracing(folder: &Path) -> Result<Prepared> {
    tracing_with(folder, FmtSpan::NEW | FmtSpan::CLOSE, 3)
}

fn tracing_event(folder: &Path) -> Result<Prepared> {
    tracing_with(folder, FmtSpan::NONE, 1)
}

fn tracing_with(folder: &Path, spans: FmtSpan, lines: u64) -> Result<Prepared> {
    let path = peers::tracing_to_file(folder, spans)?;
    Ok(Prepared::new(|times| {
        for _ in 0..times {
            let parcel = black_box(&PARCEL);
            let span = tracing::info_span!(
                "route",
                parcel = parcel.number,
                hall = parcel.hall.as_str(),
                weight = parcel.weight,
                express = parcel.express,
            );
            let _entered = span.enter();
            tracing::info!("parcel loaded");
        }
    })
    .verify(move |done| peers::ensure_lines(&path, "", lines * done)))
}

fn emit(folder: &Path) -> Result<Prepared> {
    let flush = peers::emit_to_file(folder);
    let folder = folder.to_owned();
    Ok(Prepared::new(|times| {
        for _ in 0..times {
            let parcel = black_box(&PARCEL);
            route(parcel.number, parcel.hall.as_str(), parcel.weight, parcel.express);
        }
    })
    .settle(flush)
    .verify(move |done| peers::ensure_emitted(&folder, 2 * done)))
}

#[emit::span("route", parcel, hall, weight, express)]
fn route(parcel: &str, hall: &str, weight: i64, express: bool) {
    emit::info!("parcel loaded");
}
