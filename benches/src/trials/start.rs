//! A short run as an operator has it: how long the program is held up before its first record and at its end.

use std::fmt::Write;
use std::time::Instant;

use anyhow::{Context, Result, bail};

use crate::exporters::{emit, fastrace, ours, sdk, tracing};
use crate::quantity::{Spread, spread, time};
use crate::receiver::Items;
use crate::trials::{EMITTED, Order, Trier, Way, emitted};

const TURNS: usize = 31;

/// Nanoseconds from `main` to the return of the first emit, and of the clean exit.
const TARGETS: (f64, f64) = (5e6, 50e6);

/// Places of the numbers of a turn: from `main` until the first emit, on processors between them, the exit, from the
/// start of the process until the first emit, and until its end.
const FIRST: usize = 0;
const PROCESSORS: usize = 1;
const EXIT: usize = 2;
const SINCE: usize = 3;
const WHOLE: usize = 4;

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

/// The process: a short run, how long until its first record, and how long for its end.
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
    let whole = first.saturating_sub(order.since);
    let first = first.saturating_sub(order.began.0);
    let processors = processors - order.began.1;
    println!("{} {} {first} {processors} {exit} {whole}", sent.spans, sent.logs);
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
            let [first, processors, exit, since] = answer.numbers[..] else {
                bail!("a trial answers with four numbers");
            };
            took[index].push([first, processors, exit, since, answer.whole].map(|number| number as f64));
        }
    }
    Ok(table(turns, &took))
}

fn table(turns: usize, took: &[Vec<[f64; 5]>]) -> String {
    let of = |way: usize, number: usize| spread(took[way].iter().map(|turn| turn[number]));
    let range = |spread: Spread| format!("{} to {}", time(spread.low), time(spread.high));
    let mut page = String::new();
    // Writing to a string cannot fail, so nothing is lost with these results.
    let _ = writeln!(
        page,
        "\n### Start and exit of a short run\n\nA process with a visit, twelve stages and forty events, to a healthy \
         receiver, which has to acknowledge all of it; medians of {turns} interleaved turns. **first emit** is from the \
         first line of `main` until the first event was emitted, and **on processors** what of it the process was running, \
         with all threads, which is what to compare on a machine that does something else too. **exit** is what the program \
         waits for when it ends the library, with everything delivered. The last two are from the start of the process, \
         until the first emit and until it is gone: all ways are one executable, and most of what it takes before `main` is \
         fastrace's, whose clock is calibrated there in every program that links it. The table of weights runs programs that \
         link one library each.\n\n\
         | way | first emit | 10th to 90th percentile | on processors | exit | 10th to 90th percentile | with what is before \
         `main` | process |\n| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    );
    for (index, way) in WAYS.iter().enumerate() {
        let (first, exit) = (of(index, FIRST), of(index, EXIT));
        let _ = writeln!(
            page,
            "| {} | {} | {} | {} | {} | {} | {} | {} |",
            way.what,
            time(first.median),
            range(first),
            time(of(index, PROCESSORS).median),
            time(exit.median),
            range(exit),
            time(of(index, SINCE).median),
            time(of(index, WHOLE).median)
        );
    }
    let promises = [("first emit", FIRST, TARGETS.0), ("clean exit", EXIT, TARGETS.1)];
    for (column, number, limit) in promises {
        let found = of(OURS, number).median;
        let word = if found <= limit { "kept" } else { "**missed**" };
        let _ = writeln!(
            page,
            "\nTarget for {}: {column} within {}. Measured: {}: {word}.",
            WAYS[OURS].what,
            time(limit),
            time(found)
        );
    }
    page
}
