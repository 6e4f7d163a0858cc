//! As many records as a library takes without losing one, until the receiver has acknowledged the last: how many a
//! second, how much processor time, how much memory.

use std::fmt::Write;
use std::fs;
use std::time::Instant;

use anyhow::{Context, Result, ensure};

use crate::exporters::{self, STRIDE, emit, fastrace, ours, sdk, tracing};
use crate::quantity::{count, digits, memory, spread, time};
use crate::receiver::Items;
use crate::trials::{Order, Trier, Way};
use crate::worker::processor_time;

/// Turns, and a smoke run's.
const TURNS: usize = 5;

/// Events that are sent.
pub(crate) const EVENTS: u64 = 500_000;
/// Spans that are sent.
pub(crate) const SPANS: u64 = 200_000;

/// What is sent.
pub(crate) struct Load {
    /// Beginning of its ways' names.
    pub(crate) name: &'static str,
    title: &'static str,
    /// What is counted.
    unit: &'static str,
    size: u64,
    /// Span events of an item.
    events: u64,
    pub(crate) ways: &'static [Way],
}

/// Both loads; the first way of each is ours.
pub(crate) static ALL: [Load; 2] = [
    Load {
        name: "throughput-event",
        title: "Events a second until acknowledged",
        unit: "events",
        size: EVENTS,
        events: 0,
        ways: &[
            way("throughput-event/ours", "`event!`", ours::events),
            way(
                "throughput-event/appender",
                "`tracing::info!`, appender, a queue for all of them",
                tracing::roomy_events,
            ),
            way(
                "throughput-event/appender-flush",
                "`tracing::info!`, appender, flushed in time",
                tracing::events,
            ),
            way(
                "throughput-event/sdk",
                "the SDK's logger, a queue for all of them",
                sdk::roomy_events,
            ),
            way(
                "throughput-event/sdk-flush",
                "the SDK's logger, flushed in time",
                sdk::events,
            ),
            way(
                "throughput-event/emit",
                "`emit::info!`, flushed in time",
                emit::events,
            ),
        ],
    },
    Load {
        name: "throughput-span",
        title: "Spans a second until acknowledged",
        unit: "spans",
        size: SPANS,
        events: 1,
        ways: &[
            way("throughput-span/ours", "`span!` and `event!`", ours::spans),
            way(
                "throughput-span/tracing",
                "`tracing-opentelemetry`, a queue for all of them",
                tracing::roomy_spans,
            ),
            way(
                "throughput-span/tracing-flush",
                "`tracing-opentelemetry`, flushed in time",
                tracing::spans,
            ),
            way(
                "throughput-span/sdk",
                "the SDK's tracer, a queue for all of them",
                sdk::roomy_spans,
            ),
            way(
                "throughput-span/sdk-flush",
                "the SDK's tracer, flushed in time",
                sdk::spans,
            ),
            way(
                "throughput-span/fastrace",
                "fastrace, flushed in time",
                fastrace::roots,
            ),
            way(
                "throughput-span/emit",
                "`#[emit::span]`, flushed in time",
                emit::spans,
            ),
        ],
    },
];

const fn way(name: &'static str, what: &'static str, make: exporters::Make) -> Way {
    Way {
        name,
        what,
        make: Some(make),
    }
}

/// The process: sends, waits, and says how long that took, in time and processor time, and how much memory.
pub(crate) fn run(way: &Way, order: &Order) -> Result<()> {
    let make = way.make.context("nothing to send with")?;
    let mut exporter = order.exporter(make)?;
    let mut sent = Items::default();
    let (processors, clock) = (processor_time(), Instant::now());
    let mut left = order.size;
    while left > 0 {
        let times = left.min(STRIDE);
        sent = sent + exporter.emit(times);
        exporter.wait_for_room();
        left -= times;
    }
    exporter.flush();
    let (clock, processors) = (clock.elapsed().as_nanos(), processor_time() - processors);
    let peak = peak_memory();
    let sent = sent + exporter.finish()?;
    println!("{} {} {clock} {processors} {peak}", sent.spans, sent.logs);
    Ok(())
}

/// Bytes of memory that this process has had at most; zero where the system does not tell.
fn peak_memory() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kibibytes = peak.and_then(|peak| peak.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    kibibytes.unwrap_or_default() * 1024
}

/// Measures a load, and makes its table.
pub(crate) fn measure(load: &'static Load, quick: bool) -> Result<String> {
    let (turns, size) = if quick {
        (1, load.size / 50)
    } else {
        (TURNS, load.size)
    };
    let mut triers = load.ways.iter().map(Trier::new).collect::<Result<Vec<_>>>()?;
    let mut took = vec![Vec::new(); triers.len()];
    for turn in 0..turns {
        for place in 0..triers.len() {
            let index = (turn + place) % triers.len();
            let (answer, shape) = triers[index].turn(size)?;
            // `emit` has no span events, so what stands for one is a log record.
            let events = if answer.sent.logs >= size { 0 } else { load.events };
            exporters::check(shape, events).with_context(|| load.ways[index].name)?;
            ensure!(answer.numbers.len() == 3, "a trial answers with three numbers");
            took[index].push(
                answer
                    .numbers
                    .iter()
                    .map(|number| *number as f64)
                    .collect::<Vec<_>>(),
            );
        }
    }
    Ok(table(load, size, turns, &took))
}

/// What a way's turns came to.
struct Row {
    /// Times ours, within a turn.
    clock: f64,
    rate: f64,
    processors: f64,
    memory: f64,
}

fn table(load: &Load, size: u64, turns: usize, took: &[Vec<Vec<f64>>]) -> String {
    let median = |way: usize, number: usize| spread(took[way].iter().map(|turn| turn[number])).median;
    let rows: Vec<Row> = (0..took.len())
        .map(|way| Row {
            clock: spread(took[way].iter().zip(&took[0]).map(|(own, ours)| own[0] / ours[0])).median,
            rate: size as f64 / median(way, 0) * 1e9,
            processors: median(way, 1) / size as f64 * 1e6,
            memory: median(way, 2),
        })
        .collect();
    let mut page = String::new();
    // Writing to a string cannot fail, so nothing is lost with these results.
    let _ = writeln!(
        page,
        "\n### {}\n\n{} {}, from the first call until the receiver has acknowledged the last, each way in a process of \
         its own; medians of {turns} interleaved turns. **ratio** is the time beside the first row's. Whoever could lose \
         records is given a queue for all of them, or flushed before its queue is full. Processor time is that of the \
         process a million {}; peak memory is that of the whole process.\n\n\
         | way | a second | ratio | processor time | peak memory |\n| --- | ---: | ---: | ---: | ---: |",
        load.title,
        count(size as f64),
        load.unit,
        load.unit
    );
    for (way, row) in load.ways.iter().zip(&rows) {
        let _ = writeln!(
            page,
            "| {} | {} | {} | {} | {} |",
            way.what,
            count(row.rate),
            digits(row.clock),
            time(row.processors),
            memory(row.memory)
        );
    }
    let Some((ours, others)) = rows.split_first() else {
        return page;
    };
    let columns: [(&str, fn(&Row) -> f64); 3] = [
        ("time", |row| row.clock),
        ("processor time", |row| row.processors),
        ("peak memory", |row| row.memory),
    ];
    for (column, of) in columns {
        let nearest = others
            .iter()
            .map(|row| of(row) / of(ours))
            .fold(f64::INFINITY, f64::min);
        let word = if nearest > 1.0 { "kept" } else { "**missed**" };
        let _ = writeln!(
            page,
            "\nTarget for {}: less {column} than everybody else. Measured: the nearest takes {} times as much: {word}.",
            load.ways[0].what,
            digits(nearest)
        );
    }
    page
}
