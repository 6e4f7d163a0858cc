//! Times of a line: RFC 3339 in UTC with nanoseconds, both ways. Writing keeps the text of the last second of
//! the thread, because records come many a second.

use std::cell::Cell;
use std::io::Write;
use std::time::{Duration, UNIX_EPOCH};

use crate::record::UnixNanos;

const NANOS: u64 = 1_000_000_000;

/// `2026-11-23T01:59:00`.
type Second = [u8; 19];

thread_local! {
    static LAST: Cell<(u64, Second)> = const { Cell::new((u64::MAX, [0; 19])) };
}

/// Writes a time, in quotes.
pub(crate) fn write(out: &mut Vec<u8>, time: UnixNanos) {
    let (seconds, mut nanos) = (time / NANOS, time % NANOS);
    let last = LAST
        .try_with(Cell::get)
        .ok()
        .filter(|(second, _)| *second == seconds);
    let second = last.map_or_else(|| format(seconds), |(_, text)| text);
    let mut fraction = *b".000000000Z\"";
    for digit in fraction[1..10].iter_mut().rev() {
        *digit += (nanos % 10) as u8;
        nanos /= 10;
    }
    out.push(b'"');
    out.extend_from_slice(&second);
    out.extend_from_slice(&fraction);
}

fn format(seconds: u64) -> Second {
    let mut text = [0; 19];
    let time = UNIX_EPOCH + Duration::from_secs(seconds);
    // The year has four digits until 2554, where `UnixNanos` ends: the text always fits, and its `Z` never does.
    let _ = write!(&mut text[..], "{}", humantime::format_rfc3339_seconds(time));
    let _ = LAST.try_with(|last| last.set((seconds, text)));
    text
}

/// Nanoseconds since the Unix epoch of a line's time; `None` when it is none, or lies outside 1970 to 2554.
///
/// ```
/// assert_eq!(telemetry_runtime::timestamp::parse("1970-01-01T00:00:01.000000002Z"), Some(1_000_000_002));
/// assert_eq!(telemetry_runtime::timestamp::parse("yesterday"), None);
/// ```
pub fn parse(text: &str) -> Option<UnixNanos> {
    let time = humantime::parse_rfc3339(text).ok()?;
    u64::try_from(time.duration_since(UNIX_EPOCH).ok()?.as_nanos()).ok()
}
