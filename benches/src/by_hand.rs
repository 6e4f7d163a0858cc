//! The lines that the runtime writes, put together by hand by somebody who knows the format, needs none of the
//! runtime's promises and wants speed: constant pieces, one reused buffer, the text of the second kept, numbers
//! through `itoa`, strings looked through for what JSON escapes, and one `write(2)` a line. No lock, no clamping,
//! no scrubbing, no context, no ledger.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::peers::Parcel;

/// Ids of a span: trace and span.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ids {
    pub(crate) trace: u128,
    pub(crate) span: u64,
}

/// A span that was started.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Open {
    pub(crate) ids: Ids,
    started: u64,
}

/// A visit and the one before it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Visit {
    pub(crate) screen: &'static str,
    pub(crate) open: Open,
    /// Ids and screen of the visit that it came from.
    pub(crate) from: Option<(Ids, &'static str)>,
}

/// A file, a buffer and a counter.
pub(crate) struct ByHand {
    file: File,
    buffer: Vec<u8>,
    seq: u64,
    second: u64,
    second_text: String,
    random: u64,
}

impl ByHand {
    /// A new file in `folder`, appended to as the run file is.
    pub(crate) fn create(path: &Path) -> io::Result<Self> {
        Ok(Self {
            file: OpenOptions::new().append(true).create_new(true).open(path)?,
            buffer: Vec::with_capacity(1024),
            seq: 0,
            second: u64::MAX,
            second_text: String::new(),
            random: 0x9e37_79b9_7f4a_7c15,
        })
    }

    /// The measured event, perhaps on a visit.
    pub(crate) fn sorted(&mut self, parcel: &Parcel, visit: Option<&Visit>) -> io::Result<()> {
        self.begin();
        self.text(r#","record":"event","name":"parcel.sorted","severity":"info","body":"parcel sorted""#);
        if let Some(visit) = visit {
            self.screen(visit);
        }
        self.parcel(parcel);
        self.write()
    }

    /// The start of the measured span.
    pub(crate) fn route_start(&mut self, parcel: &Parcel) -> io::Result<Open> {
        let ids = self.ids();
        let started = self.begin();
        self.text(r#","record":"span_start","name":"parcel.route","kind":"span""#);
        self.identity(ids);
        self.parcel(parcel);
        self.write()?;
        Ok(Open { ids, started })
    }

    /// The event inside it.
    pub(crate) fn loaded(&mut self, open: Open) -> io::Result<()> {
        self.begin();
        self.text(r#","record":"event","name":"parcel.loaded","severity":"info","body":"parcel loaded""#);
        self.identity(open.ids);
        self.text(r#","attributes":{}"#);
        self.write()
    }

    /// The end of the measured span.
    pub(crate) fn route_end(&mut self, parcel: &Parcel, open: Open) -> io::Result<()> {
        let now = self.begin();
        self.text(r#","record":"span_end","name":"parcel.route","kind":"span""#);
        self.identity(open.ids);
        self.ended(now, open);
        self.parcel(parcel);
        self.write()
    }

    /// Opens a visit.
    pub(crate) fn visit(
        &mut self,
        screen: &'static str,
        from: Option<(Ids, &'static str)>,
    ) -> io::Result<Visit> {
        let ids = self.ids();
        let started = self.begin();
        let visit = Visit {
            screen,
            open: Open { ids, started },
            from,
        };
        self.text(r#","record":"span_start","name":""#);
        self.text(screen);
        self.text(r#"","kind":"screen""#);
        self.identity(ids);
        self.visit_rest(&visit);
        self.write()?;
        Ok(visit)
    }

    /// Leaves a visit for another screen: `navigate`, the end of the visit, the start of the next.
    pub(crate) fn navigate(&mut self, visit: &Visit, to: &'static str) -> io::Result<Visit> {
        self.begin();
        self.text(r#","record":"event","name":"navigate","severity":"info""#);
        self.text(r#","body":"The operator went to another screen""#);
        self.screen(visit);
        self.text(r#","on_span":true,"attributes":{"depot.screen.to":""#);
        self.text(to);
        self.text("\"}");
        self.write()?;

        let now = self.begin();
        self.text(r#","record":"span_end","name":""#);
        self.text(visit.screen);
        self.text(r#"","kind":"screen""#);
        self.identity(visit.open.ids);
        self.ended(now, visit.open);
        self.visit_rest(visit);
        self.write()?;
        self.visit(to, Some((visit.open.ids, visit.screen)))
    }

    fn visit_rest(&mut self, visit: &Visit) {
        if let Some((ids, screen)) = visit.from {
            self.text(r#","links":[{"trace_id":""#);
            self.hex(ids.trace, 32);
            self.text(r#"","span_id":""#);
            self.hex(ids.span.into(), 16);
            self.text(r#"","name":""#);
            self.text(screen);
            self.text("\"}]");
        }
        self.text(r#","attributes":{"depot.screen.name":""#);
        self.text(visit.screen);
        if let Some((_, from)) = visit.from {
            self.text(r#"","depot.screen.from":""#);
            self.text(from);
        }
        self.text("\"}");
    }

    fn screen(&mut self, visit: &Visit) {
        self.text(r#","screen":""#);
        self.text(visit.screen);
        self.text("\"");
        self.identity(visit.open.ids);
    }

    fn ended(&mut self, now: u64, open: Open) {
        self.text(r#","started":"#);
        self.time(open.started);
        self.text(r#","duration_ns":"#);
        self.number(now.saturating_sub(open.started));
        self.text(r#","outcome":"success""#);
    }

    fn parcel(&mut self, parcel: &Parcel) {
        self.text(r#","attributes":{"#);
        self.text(r#""depot.parcel":"#);
        self.string(parcel.number);
        self.text(r#","depot.hall":"#);
        self.string(parcel.hall.as_str());
        self.text(r#","depot.weight":"#);
        self.number(parcel.weight.unsigned_abs());
        self.text(r#","depot.express":"#);
        self.text(if parcel.express { "true}" } else { "false}" });
    }

    fn begin(&mut self) -> u64 {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let now = now.as_secs() * 1_000_000_000 + u64::from(now.subsec_nanos());
        self.buffer.clear();
        self.text(r#"{"seq":"#);
        self.number(self.seq);
        self.seq += 1;
        self.text(r#","time":"#);
        self.time(now);
        now
    }

    fn write(&mut self) -> io::Result<()> {
        self.text("}\n");
        self.file.write_all(&self.buffer)
    }

    fn time(&mut self, time: u64) {
        let (second, mut nanos) = (time / 1_000_000_000, time % 1_000_000_000);
        if self.second != second {
            let at = UNIX_EPOCH + std::time::Duration::from_secs(second);
            self.second_text = humantime::format_rfc3339_seconds(at).to_string();
            self.second = second;
        }
        let mut fraction = *b".000000000Z\"";
        for digit in fraction[1..10].iter_mut().rev() {
            *digit = b'0' + (nanos % 10) as u8;
            nanos /= 10;
        }
        self.buffer.push(b'"');
        self.buffer
            .extend_from_slice(self.second_text.trim_end_matches('Z').as_bytes());
        self.buffer.extend_from_slice(&fraction);
    }

    fn identity(&mut self, ids: Ids) {
        self.text(r#","trace_id":""#);
        self.hex(ids.trace, 32);
        self.text(r#"","span_id":""#);
        self.hex(ids.span.into(), 16);
        self.text("\"");
    }

    fn ids(&mut self) -> Ids {
        let mut next = || {
            self.random ^= self.random << 13;
            self.random ^= self.random >> 7;
            self.random ^= self.random << 17;
            self.random
        };
        Ids {
            trace: u128::from(next()) << 64 | u128::from(next()),
            span: next(),
        }
    }

    fn hex(&mut self, id: u128, digits: u32) {
        for place in (0..digits).rev() {
            self.buffer
                .push(b"0123456789abcdef"[(id >> (4 * place)) as usize & 15]);
        }
    }

    fn number(&mut self, number: u64) {
        self.buffer
            .extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
    }

    fn string(&mut self, text: &str) {
        if text
            .bytes()
            .any(|byte| byte < 0x20 || byte == b'"' || byte == b'\\')
        {
            // Seldom; a vector takes everything, so nothing is lost with this result.
            let _ = serde_json::to_writer(&mut self.buffer, text);
        } else {
            self.buffer.push(b'"');
            self.buffer.extend_from_slice(text.as_bytes());
            self.buffer.push(b'"');
        }
    }

    fn text(&mut self, text: &str) {
        self.buffer.extend_from_slice(text.as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use depot::prelude::screen;

    use super::*;
    use crate::cases::{event, span};
    use crate::peers::{self, PARCEL};

    /// A line without what differs from line to line: numbers, times, ids.
    fn masked(line: &str) -> String {
        const CHANGING: [&str; 6] = [
            "\"seq\":",
            "\"duration_ns\":",
            "\"time\":\"",
            "\"started\":\"",
            "\"trace_id\":\"",
            "\"span_id\":\"",
        ];
        CHANGING.iter().fold(line.to_owned(), |line, key| {
            let mut parts = line.split(key);
            let mut masked = parts.next().unwrap_or_default().to_owned();
            for part in parts {
                let rest = part.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || "-:.".contains(c));
                masked.push_str(key);
                masked.push_str(rest);
            }
            masked
        })
    }

    #[test]
    fn the_hand_written_lines_are_those_of_the_runtime() {
        let folder = tempfile::tempdir().expect("a folder");
        let (run, file) = peers::run(folder.path()).expect("a run");
        event::record(&PARCEL);
        span::record(&PARCEL);
        screen!(Board).enter();
        event::record(&PARCEL);
        screen!(Board)
            .navigate(depot::screens::Ramp)
            .navigate(depot::screens::Board);
        run.finish(depot::Outcome::Success);
        let ours = std::fs::read_to_string(file).expect("a run file");
        let ours: Vec<String> = ours
            .lines()
            .filter(|line| {
                ["parcel.", "\"screen\"", "navigate"]
                    .iter()
                    .any(|part| line.contains(part))
            })
            .filter(|line| !line.contains("summary"))
            .map(masked)
            .collect();

        let path = folder.path().join("by-hand.jsonl");
        let mut hand = ByHand::create(&path).expect("a file");
        hand.sorted(&PARCEL, None).expect("written");
        let route = hand.route_start(&PARCEL).expect("written");
        hand.loaded(route).expect("written");
        hand.route_end(&PARCEL, route).expect("written");
        let board = hand.visit("board", None).expect("written");
        hand.sorted(&PARCEL, Some(&board)).expect("written");
        let ramp = hand.navigate(&board, "ramp").expect("written");
        hand.navigate(&ramp, "board").expect("written");
        let by_hand = std::fs::read_to_string(path).expect("its file");
        let by_hand: Vec<String> = by_hand.lines().map(masked).collect();

        for (by_hand, ours) in by_hand.iter().zip(&ours) {
            assert_eq!(by_hand, ours);
        }
        // The run's last visit also ends.
        assert_eq!(by_hand.len() + 1, ours.len());
    }
}
