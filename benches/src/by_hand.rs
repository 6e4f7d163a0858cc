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

/// The two digits of every byte.
const HEX: [[u8; 2]; 256] = {
    let digits = b"0123456789abcdef";
    let mut all = [[0; 2]; 256];
    let mut byte = 0;
    while byte < 256 {
        all[byte] = [digits[byte >> 4], digits[byte & 15]];
        byte += 1;
    }
    all
};

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
            self.hex((ids.trace >> 64) as u64);
            self.hex(ids.trace as u64);
            self.text(r#"","span_id":""#);
            self.hex(ids.span);
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
        self.hex((ids.trace >> 64) as u64);
        self.hex(ids.trace as u64);
        self.text(r#"","span_id":""#);
        self.hex(ids.span);
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

    fn hex(&mut self, id: u64) {
        let digits = id.to_be_bytes().map(|byte| HEX[usize::from(byte)]);
        self.buffer.extend_from_slice(digits.as_flattened());
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
mod tests;
