//! On what the numbers were measured, found out and not typed: machine, compiler, crates, date, load.

use std::path::Path;
use std::time::SystemTime;

use anyhow::Result;
use sysinfo::{CpuRefreshKind, Disks, MemoryRefreshKind, RefreshKind, System};

/// What a reader has to know about the place of the numbers.
#[derive(Debug)]
pub(crate) struct Machine {
    /// Processor, cores, memory, operating system.
    pub(crate) hardware: String,
    /// File system that the run files were written to.
    pub(crate) file_system: String,
    /// Load averages of the last minute and of the last five, at the start.
    pub(crate) load: String,
    /// Day, in UTC.
    pub(crate) date: String,
}

impl Machine {
    /// This machine, at this moment.
    pub(crate) fn now() -> Result<Self> {
        let system = System::new_with_specifics(
            RefreshKind::nothing()
                .with_cpu(CpuRefreshKind::nothing().with_frequency())
                .with_memory(MemoryRefreshKind::nothing().with_ram()),
        )?;
        let hardware = format!(
            "{}, {} cores, {} GiB, {} {}, kernel {}",
            system.cpus().first().map_or("", |cpu| cpu.brand().trim()),
            system.cpus().len(),
            system.total_memory().div_ceil(1 << 30),
            System::name()?,
            System::os_version()?,
            System::kernel_version()?,
        );
        let load = System::load_average()?;
        Ok(Self {
            hardware,
            file_system: file_system(&std::env::temp_dir())?,
            load: format!("{:.2} and {:.2}", load.one, load.five),
            date: date(),
        })
    }
}

/// Today, in UTC.
fn date() -> String {
    humantime::format_rfc3339_seconds(SystemTime::now())
        .to_string()
        .chars()
        .take(10)
        .collect()
}

/// The compiler that built this program.
pub(crate) fn rustc() -> &'static str {
    env!("BENCH_RUSTC")
}

/// Names and versions of our crates and the peers, as the lock file has them.
pub(crate) fn crates() -> String {
    const SHOWN: [&str; 18] = [
        "telemetry-runtime",
        "tracing",
        "tracing-subscriber",
        "tracing-appender",
        "tracing-opentelemetry",
        "opentelemetry-appender-tracing",
        "opentelemetry",
        "opentelemetry_sdk",
        "opentelemetry-otlp",
        "tonic",
        "fastrace",
        "fastrace-opentelemetry",
        "emit",
        "emit_file",
        "emit_otlp",
        "crossbeam-channel",
        "serde_json",
        "itoa",
    ];
    SHOWN
        .map(|name| format!("{name} {}", version(name).unwrap_or("unknown")))
        .join(", ")
}

/// The version of a crate in the lock file.
pub(crate) fn version(name: &str) -> Option<&'static str> {
    let quoted = format!("name = \"{name}\"");
    let mut lines = include_str!("../Cargo.lock")
        .lines()
        .skip_while(|line| *line != quoted);
    lines.nth(1)?.strip_prefix("version = \"")?.strip_suffix('"')
}

fn file_system(folder: &Path) -> Result<String> {
    let disks = Disks::new_with_refreshed_list()?;
    Ok(disks
        .iter()
        .filter(|disk| folder.starts_with(disk.mount_point()))
        .max_by_key(|disk| disk.mount_point().components().count())
        .map_or_else(
            || "unknown".to_owned(),
            |disk| disk.file_system().to_string_lossy().into_owned(),
        ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_crate_of_the_tables_has_its_version_in_the_lock_file() {
        assert!(!crates().contains("unknown"), "{}", crates());
        assert_eq!(version("no-such-crate"), None);
    }
}
