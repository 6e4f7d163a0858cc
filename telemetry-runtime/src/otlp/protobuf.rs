//! Writes messages of the protocol field by field into one buffer. The protocol's own types want an allocation for
//! each name, value and list of each record: some ten thousand for a message of spans, made and freed on the worker.

use prost::Message;

/// How the bytes of a field are to be read.
#[derive(Debug, Clone, Copy)]
enum Wire {
    Varint = 0,
    SixtyFour = 1,
    Delimited = 2,
    ThirtyTwo = 5,
}

/// The fields of a message, or a part of them.
#[derive(Debug, Default)]
pub(crate) struct Fields(Vec<u8>);

impl Fields {
    pub(crate) fn with_capacity(bytes: usize) -> Fields {
        Fields(Vec::with_capacity(bytes))
    }

    /// Bytes so far.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// Forgets what was written behind so many bytes.
    pub(crate) fn truncate(&mut self, bytes: usize) {
        self.0.truncate(bytes);
    }

    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    /// A whole number.
    pub(crate) fn varint(&mut self, tag: u32, number: u64) {
        self.key(tag, Wire::Varint);
        self.base_128(number);
    }

    /// A whole number, left out when it is the 0 that its absence means.
    pub(crate) fn count(&mut self, tag: u32, number: u32) {
        if number > 0 {
            self.varint(tag, number.into());
        }
    }

    /// A number of 64 bits.
    pub(crate) fn fixed64(&mut self, tag: u32, bits: u64) {
        self.key(tag, Wire::SixtyFour);
        self.0.extend_from_slice(&bits.to_le_bytes());
    }

    /// A number of 32 bits.
    pub(crate) fn fixed32(&mut self, tag: u32, bits: u32) {
        self.key(tag, Wire::ThirtyTwo);
        self.0.extend_from_slice(&bits.to_le_bytes());
    }

    /// Bytes or a text.
    pub(crate) fn bytes(&mut self, tag: u32, bytes: impl AsRef<[u8]>) {
        let bytes = bytes.as_ref();
        self.key(tag, Wire::Delimited);
        self.base_128(bytes.len() as u64);
        self.0.extend_from_slice(bytes);
    }

    /// A text, left out when it is the empty one that its absence means.
    pub(crate) fn text(&mut self, tag: u32, text: &str) {
        if !text.is_empty() {
            self.bytes(tag, text);
        }
    }

    /// A short message.
    pub(crate) fn message(&mut self, tag: u32, write: impl FnOnce(&mut Fields)) {
        self.long_message(tag, 0, write);
    }

    /// A message of about `guess` bytes: its length stands before it, and when that takes more or fewer bytes than
    /// was guessed, all of it has to move.
    pub(crate) fn long_message(&mut self, tag: u32, guess: usize, write: impl FnOnce(&mut Fields)) {
        self.key(tag, Wire::Delimited);
        let place = self.0.len();
        self.base_128(guess as u64);
        let from = self.0.len();
        write(self);
        let end = self.0.len();
        // The length is written behind the message, and then both change places, unless it fits where it was guessed.
        self.base_128((end - from) as u64);
        let takes = self.0.len() - end;
        if takes == from - place {
            self.0.copy_within(end.., place);
            self.0.truncate(end);
        } else {
            self.0.drain(place..from);
            self.0[place..].rotate_right(takes);
        }
    }

    /// A message in the protocol's own type.
    pub(crate) fn whole(&mut self, tag: u32, message: &impl Message) {
        self.key(tag, Wire::Delimited);
        // Only a buffer without room can fail.
        let _ = message.encode_length_delimited(&mut self.0);
    }

    fn key(&mut self, tag: u32, wire: Wire) {
        self.base_128(u64::from(tag) << 3 | wire as u64);
    }

    /// A number in as few bytes as it takes, seven bits in each, the lowest first.
    #[inline]
    fn base_128(&mut self, mut number: u64) {
        while number > 0x7f {
            self.0.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.0.push(number as u8);
    }

    /// Fields that were written before.
    pub(crate) fn append(&mut self, fields: &Fields) {
        self.0.extend_from_slice(&fields.0);
    }
}

#[cfg(test)]
mod tests {
    use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
    use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span};

    use super::*;

    #[test]
    fn the_length_before_a_message_is_right_however_long_it_was_guessed() {
        for length in [0, 1, 100, 127, 128, 129, 16_383, 16_384, 2_097_152] {
            for guess in [0, 127, 128, 16_384, 3_000_000] {
                let name = "n".repeat(length);
                let mut fields = Fields::default();
                fields.long_message(1, guess, |fields| {
                    fields.message(2, |fields| {
                        fields.message(2, |fields| {
                            fields.text(5, &name);
                            fields.fixed64(7, 7);
                            fields.fixed32(16, 0x101);
                            fields.varint(6, 3);
                            fields.count(10, 0);
                            fields.count(14, 300);
                        });
                    });
                    fields.text(3, "url");
                    fields.text(3, "");
                });
                let span = Span {
                    name,
                    kind: 3,
                    start_time_unix_nano: 7,
                    dropped_links_count: 300,
                    flags: 0x101,
                    ..Span::default()
                };
                let expected = ExportTraceServiceRequest {
                    resource_spans: vec![ResourceSpans {
                        scope_spans: vec![ScopeSpans {
                            spans: vec![span],
                            ..ScopeSpans::default()
                        }],
                        schema_url: "url".to_owned(),
                        ..ResourceSpans::default()
                    }],
                };
                let mut whole = Fields::default();
                whole.whole(1, &expected.resource_spans[0]);
                assert_eq!(fields.len(), whole.len(), "as short as the protocol's own types");
                let read = ExportTraceServiceRequest::decode(fields.into_bytes().as_slice());
                assert_eq!(read, Ok(expected), "{length} bytes, guessed {guess}");
            }
        }
    }
}
