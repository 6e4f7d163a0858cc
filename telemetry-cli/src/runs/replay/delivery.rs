//! One message until its fate is known: sent, and sent again with pauses as long as the backend may take it later and
//! the operator's patience lasts.

use std::io::Write;
use std::time::{Duration, Instant};

use telemetry_runtime::export::{Answer, Export, Exporter, Trouble};

use crate::progress::Progress;

/// Pause after the first failure; it doubles.
const PAUSE: Duration = Duration::from_millis(200);

/// Longest pause that the backend did not ask for.
const LONGEST: Duration = Duration::from_secs(5);

/// What became of a message.
#[derive(Debug)]
pub(super) enum Fate {
    /// The backend has it; perhaps it said something.
    Acknowledged(Option<String>),
    /// It has all but so many items.
    Partial(u64, String),
    /// It will not have it.
    Refused(Trouble),
    /// It did not take it for as long as it was tried.
    GivenUp(Trouble),
}

/// Sends a message until its fate is known.
pub(super) fn deliver(
    exporter: &Exporter,
    message: &Export,
    patience: Duration,
    progress: &mut Progress<impl Write>,
) -> Fate {
    let begun = Instant::now();
    let mut pause = PAUSE;
    loop {
        let answer = progress.during(
            || "waiting for the backend to answer".to_owned(),
            || exporter.send(message.clone()),
        );
        let (after, trouble) = match answer {
            Answer::Acknowledged(warning) => return Fate::Acknowledged(warning),
            Answer::Partial { rejected, why } => return Fate::Partial(rejected, why),
            Answer::Refused(trouble) => return Fate::Refused(trouble),
            Answer::Retry { after, trouble } => (after, trouble),
        };
        let wait = after.unwrap_or(pause);
        // Either may be longer than the clock can tell.
        if begun.elapsed().saturating_add(wait) > patience {
            return Fate::GivenUp(trouble);
        }
        progress.during(
            || format!("waiting for the backend: {}", trouble.words),
            || std::thread::sleep(wait),
        );
        pause = (pause * 2).min(LONGEST);
    }
}
