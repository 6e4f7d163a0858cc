//! The agent's binary: from the cache, or downloaded into it. Here the vendor's server is a folder.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use jackin_telemetry::prelude::*;
use jackin_telemetry::stages::*;

use super::Job;
use crate::error::LaunchError;

/// The only version that the vendors offer.
const VERSION: &str = "2.1.4";

/// Makes the agent's binary available.
pub(crate) fn fetch(job: &Job) -> Result<PathBuf, LaunchError> {
    stage!(AgentBinaries).run(|stage| stage.timing(EnsureAgentBinary).run(|| ensure(job)))
}

fn ensure(job: &Job) -> Result<PathBuf, LaunchError> {
    let (agent, version, started) = (job.workspace.agent(), VERSION, Instant::now());
    let name = format!("{agent}-{version}");
    let cached = job.world.cache.join("binaries").join(&name);
    let binary_source = if cached.is_file() {
        event!(CacheHit {
            cache: Cache::AgentBinary,
            agent
        });
        BinarySource::Cache
    } else {
        event!(CacheMiss {
            cache: Cache::AgentBinary,
            miss_reason: MissReason::BinaryMissing,
            agent
        });
        event!(AgentBinaryDownloadStarted { agent, version });
        if let Err(error) = download(&job.world.downloads.join(&name), &cached) {
            let error_type = ErrorType::AgentBinaryFailed;
            event!(AgentBinaryFailed {
                agent,
                error_type,
                version,
                message: format_args!("{error}")
            });
            return Err(LaunchError::AgentBinary { agent, source: error });
        }
        BinarySource::Download
    };
    event!(AgentBinaryReady {
        agent,
        version,
        elapsed: started.elapsed(),
        binary_source
    });
    Ok(cached)
}

/// Copies beside its place first: a cache never shows half a file.
fn download(from: &Path, to: &Path) -> std::io::Result<()> {
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder)?;
    }
    let part = to.with_extension(format!("part-{}", std::process::id()));
    fs::copy(from, &part)?;
    fs::rename(part, to)
}
