//! An event with four attributes that is wanted: one line in a file.

use std::fs::{File, OpenOptions};
use std::hint::black_box;
use std::io::Write;
use std::path::Path;
use std::time::SystemTime;

use anyhow::Result;
use depot::prelude::{event, screen};
use serde::Serialize;
use tracing_subscriber::fmt::format::FmtSpan;

use crate::by_hand::{ByHand, Visit};
use crate::case::{Case, Group, Prepared, Target};
use crate::peers::{self, Background, PARCEL, Parcel};

/// No screen is open: the same content for everybody.
pub(crate) static FILE: Group = Group {
    name: "event",
    title: "An event with four attributes, into a file",
    about: "One line of JSON for each event. The hand-written rows make exactly the line of `event!` (a test holds \
            them together) without any of its promises. \"Another thread writes\" means that the call returns before the line \
            is anywhere but in memory, so that a killed process loses it: compare those rows by processor time.",
    base: "event/by-hand",
    cases: &[
        Case::new(
            "event/write",
            "one `write(2)` of the line, formatted before",
            write,
        ),
        Case::new(
            "event/by-hand",
            "by hand into a reused buffer, one `write(2)`",
            by_hand,
        ),
        Case::new(
            "event/serde",
            "`serde_json` into a reused buffer, one `write(2)`",
            serde,
        ),
        Case::new("event/ours", "`event!`", ours),
        Case::new("event/tracing", "`tracing::info!`, JSON layer, `File`", tracing),
        Case::new(
            "event/appender",
            "`tracing::info!`, JSON layer, `tracing-appender` (another thread writes)",
            appender,
        ),
        Case::new(
            "event/emit",
            "`emit::info!`, `emit_file` (another thread writes)",
            emit,
        )
        .at_most(8_000),
    ],
    targets: &[
        Target::Ratio("event/ours", 1.3),
        Target::NoAllocation("event/ours"),
    ],
};

/// On a screen: the line also says which one, and carries the ids of the visit.
pub(crate) static ON_A_SCREEN: Group = Group {
    name: "screen-event",
    title: "The same event on a screen",
    about: "The line also carries the screen and the ids of its visit, which `event!` finds by itself and the \
            hand-written row is given.",
    base: "screen-event/by-hand",
    cases: &[
        Case::new(
            "screen-event/by-hand",
            "by hand into a reused buffer, one `write(2)`",
            by_hand_on_screen,
        ),
        Case::new("screen-event/ours", "`event!`", ours_on_screen),
    ],
    targets: &[
        Target::Ratio("screen-event/ours", 1.3),
        Target::NoAllocation("screen-event/ours"),
    ],
};

/// What all rows' lines say of the event.
const NAME: &str = "\"name\":\"parcel.sorted\"";

/// Records the event: our row, and what the test of the hand-written line compares with.
pub(crate) fn record(parcel: &Parcel) {
    event!(ParcelSorted {
        parcel: parcel.number,
        hall: parcel.hall,
        weight: parcel.weight,
        express: parcel.express,
    });
}

fn ours(folder: &Path) -> Result<Prepared> {
    let (run, file) = peers::run(folder)?;
    Ok(
        Prepared::new(|times| (0..times).for_each(|_| record(black_box(&PARCEL))))
            .verify(move |done| peers::finish(run, &file, NAME, done)),
    )
}

fn ours_on_screen(folder: &Path) -> Result<Prepared> {
    let prepared = ours(folder)?;
    screen!(Board).enter();
    Ok(prepared)
}

fn by_hand(folder: &Path) -> Result<Prepared> {
    let path = folder.join("by-hand.jsonl");
    let hand = ByHand::create(&path)?;
    Ok(by_hand_in(hand, None).verify(move |done| peers::ensure_lines(&path, NAME, done)))
}

fn by_hand_on_screen(folder: &Path) -> Result<Prepared> {
    let path = folder.join("by-hand.jsonl");
    let mut hand = ByHand::create(&path)?;
    let visit = hand.visit("board", None)?;
    Ok(by_hand_in(hand, Some(visit)).verify(move |done| peers::ensure_lines(&path, NAME, done)))
}

fn by_hand_in(mut hand: ByHand, visit: Option<Visit>) -> Prepared {
    Prepared::new(move |times| {
        for _ in 0..times {
            // A line that was not written is missed when the lines are counted.
            let _ = hand.sorted(black_box(&PARCEL), visit.as_ref());
        }
    })
}

fn write(folder: &Path) -> Result<Prepared> {
    let (form, path) = (folder.join("form.jsonl"), folder.join("written.jsonl"));
    ByHand::create(&form)?.sorted(&PARCEL, None)?;
    let line = std::fs::read(form)?;
    let mut file = append(&path)?;
    Ok(Prepared::new(move |times| {
        for _ in 0..times {
            let _ = file.write_all(black_box(&line));
        }
    })
    .verify(move |done| peers::ensure_lines(&path, NAME, done)))
}

/// The line as types, for `serde_json`.
#[derive(Serialize)]
struct Line<'a> {
    seq: u64,
    time: String,
    record: &'a str,
    name: &'a str,
    severity: &'a str,
    body: &'a str,
    attributes: Attributes<'a>,
}

#[derive(Serialize)]
struct Attributes<'a> {
    #[serde(rename = "depot.parcel")]
    parcel: &'a str,
    #[serde(rename = "depot.hall")]
    hall: &'a str,
    #[serde(rename = "depot.weight")]
    weight: i64,
    #[serde(rename = "depot.express")]
    express: bool,
}

fn serde(folder: &Path) -> Result<Prepared> {
    let path = folder.join("serde.jsonl");
    let mut file = append(&path)?;
    let mut buffer = Vec::with_capacity(1024);
    let mut seq = 0;
    Ok(Prepared::new(move |times| {
        for _ in 0..times {
            let parcel = black_box(&PARCEL);
            buffer.clear();
            let line = Line {
                seq,
                time: humantime::format_rfc3339_nanos(SystemTime::now()).to_string(),
                record: "event",
                name: "parcel.sorted",
                severity: "info",
                body: "parcel sorted",
                attributes: Attributes {
                    parcel: parcel.number,
                    hall: parcel.hall.as_str(),
                    weight: parcel.weight,
                    express: parcel.express,
                },
            };
            seq += 1;
            let _ = serde_json::to_writer(&mut buffer, &line);
            buffer.push(b'\n');
            let _ = file.write_all(&buffer);
        }
    })
    .verify(move |done| peers::ensure_lines(&path, NAME, done)))
}

fn append(path: &Path) -> Result<File> {
    Ok(OpenOptions::new().append(true).create_new(true).open(path)?)
}

fn tracing(folder: &Path) -> Result<Prepared> {
    let path = peers::tracing_to_file(folder, FmtSpan::NONE)?;
    Ok(
        Prepared::new(|times| (0..times).for_each(|_| trace(black_box(&PARCEL))))
            .verify(move |done| peers::ensure_lines(&path, "parcel sorted", done)),
    )
}

fn appender(folder: &Path) -> Result<Prepared> {
    let background = Background::start(folder)?;
    Ok(
        Prepared::new(|times| (0..times).for_each(|_| trace(black_box(&PARCEL))))
            .settle(background.waiter())
            .verify(move |done| background.ensure_lines(done)),
    )
}

fn trace(parcel: &Parcel) {
    tracing::info!(
        parcel = parcel.number,
        hall = parcel.hall.as_str(),
        weight = parcel.weight,
        express = parcel.express,
        "parcel sorted"
    );
}

fn emit(folder: &Path) -> Result<Prepared> {
    let flush = peers::emit_to_file(folder);
    let folder = folder.to_owned();
    Ok(Prepared::new(|times| {
        for _ in 0..times {
            let parcel = black_box(&PARCEL);
            emit::info!(
                "parcel sorted",
                parcel: parcel.number,
                hall: parcel.hall.as_str(),
                weight: parcel.weight,
                express: parcel.express,
            );
        }
    })
    .settle(flush)
    .verify(move |done| peers::ensure_emitted(&folder, done)))
}
