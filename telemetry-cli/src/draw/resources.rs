//! What the run used: CPU and memory as sparklines, the caches, and the last state of every other instrument.

use std::io;

use telemetry_runtime::line::PointKind;

use crate::draw::View;
use crate::look::{Ink, Signs};
use crate::quantity::{bytes, count, grouped, measured};
use crate::sheet::Sheet;
use crate::story::Story;
use crate::story::series::{Series, greatest};
use crate::text::{clean, columns};

/// Share of the available processors that the process used, 0 to 1. OpenTelemetry's name.
const CPU: &str = "process.cpu.utilization";
/// Resident memory in bytes. OpenTelemetry's name.
const MEMORY: &str = "process.memory.usage";
/// Other instruments that are shown.
const SHOWN: usize = 12;

/// Draws it; nothing when nothing was measured.
pub(crate) fn draw(sheet: &mut Sheet<'_>, story: &Story, view: View<'_>) -> io::Result<()> {
    let signs = sheet.look.signs();
    let (hits, misses) = story.cache();
    if story.metrics.is_empty() && hits + misses == 0 {
        return Ok(());
    }
    sheet.section("Resources", "")?;
    let share = |value: f64| format!("{:.0}%", value * 100.0);
    if let Some(cpu) = story.metrics.get(CPU) {
        let words = format!("peak {}, last {}", share(cpu.peak), share(cpu.last));
        spark(sheet, "cpu", cpu, 1.0, &words)?;
    }
    if let Some(memory) = story.metrics.get(MEMORY) {
        let words = format!("peak {}, last {}", bytes(memory.peak), bytes(memory.last));
        spark(sheet, "memory", memory, memory.peak, &words)?;
    }
    if hits + misses > 0 {
        let rate = hits as f64 / (hits + misses) as f64;
        let hit = if hits == 1 {
            "1 hit".to_owned()
        } else {
            format!("{} hits", grouped(hits))
        };
        let miss = if misses == 1 {
            "1 miss".to_owned()
        } else {
            format!("{} misses", grouped(misses))
        };
        let separator = format!(" {} ", signs.dot);
        sheet.flow(
            2,
            &separator,
            &[
                (Ink::Plain, format!("cache   {hit}")),
                (Ink::Plain, miss),
                (Ink::Faint, format!("{} hit", share(rate))),
            ],
        )?;
    }
    let others: Vec<_> = story
        .metrics
        .iter()
        .filter(|(_, series)| ![CPU, MEMORY].contains(&&*series.name))
        .collect();
    let shown = if view.all { others.len() } else { SHOWN };
    let keys = others
        .iter()
        .take(shown)
        .map(|(key, _)| columns(&clean(story.short_key(key))));
    let widest = keys.max().unwrap_or(0).min(sheet.look.width / 2);
    for (key, series) in others.iter().take(shown) {
        let value = match (series.kind, series.mean) {
            (PointKind::Histogram, mean) => {
                let mean = mean.map(|mean| format!(", mean {}", measured(mean, &series.unit, signs)));
                format!(
                    "{}{}",
                    count(series.last as u64, "value"),
                    mean.unwrap_or_default()
                )
            }
            (PointKind::Counter, _) => measured(series.last, &series.unit, signs),
            _ => format!(
                "{}, peak {}",
                measured(series.last, &series.unit, signs),
                measured(series.peak, &series.unit, signs)
            ),
        };
        let mut row = sheet.row();
        row.to(2)
            .put_at_most(Ink::Faint, story.short_key(key), widest)
            .to(2 + widest + 2)
            .put(Ink::Plain, &value);
        sheet.put(&row)?;
    }
    let rest = others.len().saturating_sub(shown) as u64;
    if rest + story.more_metrics > 0 {
        let more = format!(
            "{} {} (--all shows them)",
            signs.more,
            count(rest.max(1), "more measurement")
        );
        sheet.flow(2, "", &[(Ink::Faint, more)])?;
    }
    Ok(())
}

fn spark(sheet: &mut Sheet<'_>, name: &str, series: &Series, full: f64, words: &str) -> io::Result<()> {
    let signs = sheet.look.signs();
    // The words come first in importance: the line gets what they leave.
    let room = sheet.look.width.saturating_sub(10 + 2 + words.len());
    let line = if room >= 8 {
        heights(&series.samples, room.min(48), full, signs)
    } else {
        String::new()
    };
    let mut row = sheet.row();
    row.to(2).put(Ink::Plain, name).to(10).put(Ink::Bar, &line);
    row.put(Ink::Plain, if line.is_empty() { "" } else { "  " })
        .put(Ink::Plain, words);
    sheet.put(&row)
}

/// Samples as heights between nothing and `full`, at most one a column; neighbours share a column by the greater.
fn heights(samples: &[f64], columns: usize, full: f64, signs: &Signs) -> String {
    let size = samples.len().div_ceil(columns).max(1);
    let highest = signs.heights.len() - 1;
    let height = |value: f64| {
        let share = if full > 0.0 {
            (value / full).clamp(0.0, 1.0)
        } else {
            0.0
        };
        signs.heights[(share * highest as f64).round() as usize]
    };
    samples
        .chunks(size)
        .map(|chunk| height(greatest(chunk)))
        .collect()
}
