//! A short run as an operator has it: how long the program is held up before its first record and at its end.

use std::fmt::Write;
use std::time::Instant;

use anyhow::{Context, Result, bail};

use crate::exporters::{emit, fastrace, ours, sdk, tracing};
use crate::quantity::{spread, time};
use crate::receiver::Items;
use crate::trials::{EMITTED, Order, Trier, Way, emitted};

const TURNS: usize = 31;

/// Nanoseconds from the start of the process to the return of the first emit, and of the clean exit.
const TARGETS: (f64, f64) = (5e6, 50e6);

/// Places of the four numbers of a turn: until the first emit, on processors until then, the exit, the whole process.
const FIRST: usize = 0;
const PROCESSORS: usize = 1;
const EXIT: usize = 2;
const WHOLE: usize = 3;

/// Our place in [`WAYS`].
const OURS: usize = 1;

/// Everybody.
pub(crate) static WAYS: [Way; 6] = [
    Way {
        name: "start/nothing",
        what: "a process that does nothing",
        make: None,
    },
    Way {
        name: "start/ours",
        what: "`start` and `finish`",
        make: Some(ours::short_run),
    },
    Way {
        name: "start/tracing",
        what: "`tracing` with both layers",
        make: Some(tracing::short_run),
    },
    Way {
        name: "start/sdk",
        what: "the SDK",
        make: Some(sdk::short_run),
    },
    Way {
        name: "start/fastrace",
        what: "fastrace",
        make: Some(fastrace::short_run),
    },
    Way {
        name: "start/emit",
        what: "`emit`, `emit_otlp`",
        make: Some(emit::short_run),
    },
];

/// The process: a short run, and how long until its first record, and for its end.
pub(crate) fn run(way: &Way, order: &Order) -> Result<()> {
    let (mut sent, mut exit) = (Items::default(), 0);
    match way.make {
        Some(make) => {
            let mut exporter = order.exporter(make)?;
            sent = sent + exporter.emit(1);
            let clock = Instant::now();
            sent = sent + exporter.finish()?;
            exit = clock.elapsed().as_nanos();
        }
        None => emitted(),
    }
    let (first, processors) = EMITTED.get().context("nothing was emitted")?;
    let first = first.saturating_sub(order.since);
    println!("{} {} {first} {processors} {exit}", sent.spans, sent.logs);
    Ok(())
}

/// Measures, and makes the table.
pub(crate) fn measure(quick: bool) -> Result<String> {
    let turns = if quick { 1 } else { TURNS };
    let mut triers = WAYS.iter().map(Trier::new).collect::<Result<Vec<_>>>()?;
    let mut took = vec![Vec::new(); triers.len()];
    for turn in 0..turns {
        for place in 0..triers.len() {
            let index = (turn + place) % triers.len();
            let (answer, _) = triers[index].turn(1)?;
            let [first, processors, exit] = answer.numbers[..] else {
                bail!("a trial answers with three numbers");
            };
            took[index].push([first, processors, exit, answer.whole].map(|number| number as f64));
        }
    }
    Ok(table(turns, &took))
}

fn table(turns: usize, took: &[Vec<[f64; 4]>]) -> String {
    let of = |way: usize, number: usize| spread(took[way].iter().map(|turn| turn[number]));
    // What a way takes beyond the process that does nothing, within a turn.
    let added = |way: usize, number: usize| {
        let pairs = took[way].iter().zip(&took[0]);
        spread(pairs.map(|(own, nothing)| own[number] - nothing[number])).median
    };
    let mut page = String::new();
    // Writing to a string cannot fail, so nothing is lost with these results.
    let _ = writeln!(
        page,
        "\n### Start and exit of a short run\n\nA process with a visit, twelve stages and forty events, to a healthy \
         receiver, which has to acknowledge all of it; medians of {turns} interleaved turns. **first emit** is from the \
         start of the process until the first event was emitted, and **on processors** what of it the process was running, \
         with all threads, which is what to compare on a machine that does something else too. **exit** is what the program \
         waits for when it ends the library, with everything delivered; **process** is from its start until it is gone. \
         All ways are the same executable, so **added** is what a way takes beyond the first row. Most of that row is \
         fastrace's: its clock is calibrated before `main` in every program that links it.\n\n\
         | way | first emit | added | on processors | added | exit | 10th to 90th percentile | process |\n\
         | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    );
    for (index, way) in WAYS.iter().enumerate() {
        let exit = of(index, EXIT);
        let beyond = |number: usize| match way.make {
            Some(_) => time(added(index, number).max(0.0)),
            None => String::new(),
        };
        let _ = writeln!(
            page,
            "| {} | {} | {} | {} | {} | {} | {} to {} | {} |",
            way.what,
            time(of(index, FIRST).median),
            beyond(FIRST),
            time(of(index, PROCESSORS).median),
            beyond(PROCESSORS),
            time(exit.median),
            time(exit.low),
            time(exit.high),
            time(of(index, WHOLE).median)
        );
    }
    let promises = [
        (
            "the first emit, beyond a process that does nothing,",
            added(OURS, FIRST),
            TARGETS.0,
        ),
        ("a clean exit", of(OURS, EXIT).median, TARGETS.1),
    ];
    for (what, found, limit) in promises {
        let word = if found <= limit { "kept" } else { "**missed**" };
        let _ = writeln!(
            page,
            "\nTarget for {}: {what} within {}. Measured: {}: {word}.",
            WAYS[OURS].what,
            time(limit),
            time(found.max(0.0))
        );
    }
    page
}
