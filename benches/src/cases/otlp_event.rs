//! An event with four attributes on its way to a backend: what the emitting thread pays.

use std::cell::RefCell;
use std::hint::black_box;
use std::path::Path;
use std::rc::Rc;

use anyhow::Result;

use crate::candidate::{Candidate, Value};
use crate::case::{Case, Group, Prepared, Target};
use crate::exporters::{self, emit, ours, sdk, tracing};
use crate::peers::PARCEL;

/// Operations of a round at the most, and of a counted run: the SDK's batch processors hold 2,048 and drop what
/// comes beyond.
pub(crate) const BURST: u64 = 1_000;
pub(crate) const COUNTED: u64 = 500;

/// Into the queue of an exporter.
pub(crate) static QUEUE: Group = Group {
    name: "otlp-event",
    title: "An event with four attributes, exported",
    about: "Over OTLP/gRPC to a receiver in a process of its own, which has to acknowledge every record before a \
            row is shown. **time** is that of the emitting thread, in bursts of at most 1,000, since the SDK's batch processors \
            hold 2,048 and drop the rest without a word; **processor time** is that of all threads until everything was \
            acknowledged. The first row is what the targets were measured with: a clock, an id and a record of fixed size \
            into a bounded queue, which wakes nobody, and which nobody exports. `emit` without output exports nothing \
            either.",
    base: "otlp-event/by-hand",
    cases: &[
        case(
            "otlp-event/by-hand",
            "by hand into a bounded queue, not exported",
            by_hand,
        ),
        case(
            "otlp-event/by-hand-owned",
            "the same with an owned string (`Box<str>`)",
            by_hand_owned,
        ),
        case("otlp-event/ours", "`event!`", |folder| {
            exporters::case(folder, ours::events, 0)
        }),
        case(
            "otlp-event/ours-14",
            "`event!`, a `String` of 14 bytes",
            |folder| {
                let make =
                    |endpoint: &str, folder: &Path| ours::events_of("P-2026-0831-AB", endpoint, folder);
                exporters::case(folder, make, 0)
            },
        ),
        case(
            "otlp-event/ours-22",
            "`event!`, a `String` of 22 bytes",
            |folder| {
                let make = |endpoint: &str, folder: &Path| {
                    ours::events_of("P-2026-0831-AB-NORTH-7", endpoint, folder)
                };
                exporters::case(folder, make, 0)
            },
        ),
        case(
            "otlp-event/appender",
            "`tracing::info!`, `opentelemetry-appender-tracing`, batch processor",
            |folder| exporters::case(folder, tracing::events, 0),
        ),
        case("otlp-event/sdk", "the SDK's logger, batch processor", |folder| {
            exporters::case(folder, sdk::events, 0)
        }),
        case("otlp-event/emit", "`emit::info!`, `emit_otlp`", |folder| {
            exporters::case(folder, emit::events, 0)
        }),
        case(
            "otlp-event/emit-nothing",
            "`emit::info!`, without output",
            into_nothing,
        ),
    ],
    targets: &[
        Target::NanosecondsOrRatio("otlp-event/ours", 48.0, 1.0),
        Target::NoAllocation("otlp-event/ours"),
        Target::NoAllocation("otlp-event/ours-14"),
        Target::NoAllocation("otlp-event/ours-22"),
        Target::Ahead(
            "otlp-event/ours",
            &[
                "otlp-event/appender",
                "otlp-event/sdk",
                "otlp-event/emit",
                "otlp-event/emit-nothing",
            ],
        ),
    ],
};

/// A case whose bursts fit into everybody's queue.
pub(crate) const fn case(
    name: &'static str,
    what: &'static str,
    prepare: fn(&Path) -> Result<Prepared>,
) -> Case {
    Case::new(name, what, prepare).at_most(BURST).counted(COUNTED)
}

/// The hand-written candidate; each operation queues `records` records.
pub(crate) fn candidate(each: fn(&mut Candidate), records: u64) -> Prepared {
    let candidate = Rc::new(RefCell::new(Candidate::new()));
    let (drained, checked) = (Rc::clone(&candidate), Rc::clone(&candidate));
    Prepared::new(move |times| {
        let mut candidate = candidate.borrow_mut();
        (0..times).for_each(|_| each(&mut candidate));
    })
    .settle(move |_| drained.borrow_mut().drain())
    .verify(move |done| checked.borrow().ensure(records * done))
}

fn by_hand(_folder: &Path) -> Result<Prepared> {
    let each = |candidate: &mut Candidate| {
        let parcel = black_box(&PARCEL);
        candidate.sorted(parcel, Value::Text(parcel.number));
    };
    Ok(candidate(each, 1))
}

fn by_hand_owned(_folder: &Path) -> Result<Prepared> {
    let each = |candidate: &mut Candidate| {
        let number: &str = black_box("P-2026-0831-AB");
        candidate.sorted(black_box(&PARCEL), Value::Owned(number.into()));
    };
    Ok(candidate(each, 1))
}

fn into_nothing(_folder: &Path) -> Result<Prepared> {
    emit::into_nothing();
    Ok(Prepared::new(|times| {
        (0..times).for_each(|_| emit::sorted(black_box(&PARCEL)));
    }))
}
