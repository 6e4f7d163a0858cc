//! A batch becomes a message, and what became of the message is remembered before anything else is sent.

use std::io::Write;

use jiff::Timestamp;
use telemetry_runtime::export::{Signal, TroubleKind};

use crate::failure::Failure;
use crate::runs::replay::batch::Lane;
use crate::runs::replay::delivery::{Fate, deliver};
use crate::runs::replay::memory::Entry;
use crate::runs::replay::pass::{Going, Pass};

/// After so many refusals in a row a signal is not tried any more.
const REFUSALS: u32 = 3;

impl<W: Write> Pass<'_, W> {
    /// Sends what waits in a lane.
    pub(super) fn send(&mut self, going: &mut Going<'_>, lane: Lane) -> Result<(), Failure> {
        let batch = std::mem::take(&mut going.batches[lane as usize]);
        let (Some(lines), count) = (batch.lines, batch.count) else {
            return Ok(());
        };
        let signal = lane.signal();
        let Some(exporter) = &self.exporter else {
            self.report.of(signal).would += count;
            return Ok(());
        };
        if self.report.of(signal).closed {
            self.report.of(signal).left += count;
            return Ok(());
        }
        let message = going.envelope.seal(signal, batch);
        let fate = deliver(exporter, &message, self.patience, self.progress);
        let rejected = match fate {
            Fate::Acknowledged(warning) => {
                self.report.of(signal).acknowledged += count;
                self.report.of(signal).refusals = 0;
                self.report.warned(signal, warning);
                0
            }
            Fate::Partial(rejected, why) => {
                let rejected = rejected.min(count);
                let told = self.report.of(signal);
                told.acknowledged += count - rejected;
                told.rejected += rejected;
                told.refusals = 0;
                told.why.get_or_insert(why);
                rejected
            }
            Fate::Refused(trouble) => {
                let told = self.report.of(signal);
                told.left += count;
                told.refusals += 1;
                let hopeless = !matches!(trouble.kind, TroubleKind::Message | TroubleKind::Other);
                told.closed = hopeless || told.refusals >= REFUSALS;
                told.why.get_or_insert(trouble.words);
                return Ok(());
            }
            Fate::GivenUp(trouble) => {
                self.report.of(signal).left += count;
                self.give_up(signal, &trouble.words);
                return Ok(());
            }
        };
        self.memory.keep(&Entry {
            time: Timestamp::now(),
            endpoint: self.report.of(signal).endpoint.clone().unwrap_or_default(),
            lane,
            lines,
            count,
            rejected,
        })
    }

    /// A backend that does not take one signal for so long is not asked for the others of the same address.
    fn give_up(&mut self, signal: Signal, why: &str) {
        let endpoint = self.report.of(signal).endpoint.clone();
        for other in Signal::ALL {
            let told = self.report.of(other);
            if told.endpoint == endpoint {
                told.closed = true;
                told.why.get_or_insert_with(|| why.to_owned());
            }
        }
    }
}
