//! A line's bytes back into a [`Line`]: the other half of `encode`, used by [`crate::reader`] and by everything
//! that looks at records in memory.
//!
//! The writer puts `seq`, `time` and `record` first, so that one pass is enough: the kind is known before its
//! fields come. Lines with another order are read too, in two passes. What a newer writer has added is tolerated
//! and noted.

use std::fmt;

use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, Visitor};
use serde_json::{Map, Value};

use crate::line::{Line, Record};

/// Why the bytes of a line are no record.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    /// Not JSON, or not UTF-8.
    #[error("is not JSON: {0}")]
    NotJson(String),
    /// JSON, and not one of our records.
    #[error("is JSON, but no record: {0}")]
    NotARecord(String),
    /// A kind of record that this version does not know; a newer one wrote it.
    #[error("is a record of a kind that this version does not know: `{0}`")]
    UnknownRecord(String),
}

/// What one pass over a line noted.
#[derive(Debug, Default)]
struct Notes {
    /// Kind of the record, when it is none of ours.
    unknown_record: Option<String>,
    /// Whether it may have fields that are not in the types: then a second, slower pass tells which.
    look_again: bool,
}

/// Reads one line, with or without its end. Any bytes will do: what is no record is a [`Flaw`], never a panic.
///
/// # Errors
/// When the bytes are no record of this version of the format.
///
/// ```
/// let text = br#"{"seq":7,"time":"2026-11-23T01:59:00.000000000Z","record":"notice","code":"c","body":"b"}"#;
/// let line = telemetry_runtime::reader::parse(text).expect("it is a record");
/// assert_eq!(line.seq, 7);
/// ```
pub fn parse(bytes: &[u8]) -> Result<Line, Flaw> {
    read(bytes).map(|(line, _)| line)
}

/// Reads one line, and names its fields that are not in the types, with their place, such as `schema.colour`.
pub(crate) fn parse_all(bytes: &[u8]) -> Result<(Line, Vec<String>), Flaw> {
    let (line, notes) = read(bytes)?;
    let unknown = if notes.look_again {
        unknown_fields(bytes)
    } else {
        Vec::new()
    };
    Ok((line, unknown))
}

fn read(bytes: &[u8]) -> Result<(Line, Notes), Flaw> {
    // Once for the line, and not once for each of its strings.
    let text = std::str::from_utf8(bytes).map_err(|error| Flaw::NotJson(error.to_string()))?;
    let mut notes = Notes::default();
    let mut input = serde_json::Deserializer::from_str(text.trim_ascii_end());
    let line = Seed(&mut notes)
        .deserialize(&mut input)
        .and_then(|line| input.end().map(|()| line));
    match line {
        Ok(line) => Ok((line, notes)),
        Err(error) => Err(match notes.unknown_record {
            Some(kind) => Flaw::UnknownRecord(kind),
            None if error.is_data() => Flaw::NotARecord(words(&error)),
            None => Flaw::NotJson(words(&error)),
        }),
    }
}

/// What serde says, with the place in the line; it counts lines too, of which there is one.
fn words(error: &serde_json::Error) -> String {
    let said = error.to_string();
    let what = said
        .rsplit_once(" at line ")
        .map_or(said.as_str(), |(what, _)| what);
    format!("{what}, at column {}", error.column())
}

impl<'de> Deserialize<'de> for Line {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Line, D::Error> {
        Seed(&mut Notes::default()).deserialize(input)
    }
}

/// Reads a line and notes what it did not know.
struct Seed<'n>(&'n mut Notes);

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = Line;

    fn deserialize<D: Deserializer<'de>>(self, input: D) -> Result<Line, D::Error> {
        input.deserialize_map(self)
    }
}

#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "snake_case")]
enum Key {
    Seq,
    Time,
    Record,
    Other(String),
}

#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "snake_case")]
enum Kind {
    Run,
    SpanStart,
    SpanEnd,
    Event,
    Log,
    Metrics,
    Notice,
    Summary,
    End,
    Other(String),
}

impl<'de> Visitor<'de> for Seed<'_> {
    type Value = Line;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with `seq`, `time` and `record`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Line, A::Error> {
        let (mut seq, mut time) = (None, None);
        while let Some(key) = map.next_key::<Key>()? {
            match (key, seq, time.take()) {
                (Key::Seq, None, was) => (seq, time) = (Some(map.next_value()?), was),
                (Key::Time, _, None) => time = Some(map.next_value()?),
                (Key::Record, Some(seq), Some(time)) => {
                    let kind = map.next_value::<Kind>()?;
                    let mut kept = Kept { map, all: true };
                    let record = record(kind, MapAccessDeserializer::new(&mut kept), self.0)?;
                    self.0.look_again |= !kept.all;
                    return Ok(Line { seq, time, record });
                }
                (key, seq, time) => return in_any_order(self.0, seq, time, key, map),
            }
        }
        Err(A::Error::missing_field("record"))
    }
}

/// A line whose fields stand in an order that our writer never uses: gathered first, then read.
fn in_any_order<'de, A: MapAccess<'de>>(
    notes: &mut Notes,
    seq: Option<u64>,
    time: Option<String>,
    key: Key,
    mut map: A,
) -> Result<Line, A::Error> {
    let name = |key| match key {
        Key::Seq => "seq".to_owned(),
        Key::Time => "time".to_owned(),
        Key::Record => "record".to_owned(),
        Key::Other(name) => name,
    };
    notes.look_again = true;
    let mut fields = Map::new();
    fields.extend(seq.map(|seq| ("seq".to_owned(), seq.into())));
    fields.extend(time.map(|time| ("time".to_owned(), time.into())));
    fields.insert(name(key), map.next_value()?);
    while let Some(key) = map.next_key()? {
        fields.insert(name(key), map.next_value()?);
    }
    let mut take = |name: &'static str| fields.remove(name).ok_or_else(|| A::Error::missing_field(name));
    let (kind, seq, time) = (take("record")?, take("seq")?, take("time")?);
    let line = || {
        let (kind, seq, time) = (
            Kind::deserialize(kind)?,
            u64::deserialize(seq)?,
            String::deserialize(time)?,
        );
        Ok(Line {
            seq,
            time,
            record: record(kind, Value::Object(fields), notes)?,
        })
    };
    line().map_err(|error: serde_json::Error| A::Error::custom(error))
}

fn record<'de, D: Deserializer<'de>>(kind: Kind, input: D, notes: &mut Notes) -> Result<Record, D::Error> {
    // Only these come in numbers. The others have objects within, and so have links: there is more to look at.
    notes.look_again |= !matches!(kind, Kind::SpanStart | Kind::SpanEnd | Kind::Event | Kind::Log);
    let record = match kind {
        Kind::Run => Record::Run(Deserialize::deserialize(input)?),
        Kind::SpanStart => Record::SpanStart(Deserialize::deserialize(input)?),
        Kind::SpanEnd => Record::SpanEnd(Deserialize::deserialize(input)?),
        Kind::Event => Record::Event(Deserialize::deserialize(input)?),
        Kind::Log => Record::Log(Deserialize::deserialize(input)?),
        Kind::Metrics => Record::Metrics(Deserialize::deserialize(input)?),
        Kind::Notice => Record::Notice(Deserialize::deserialize(input)?),
        Kind::Summary => Record::Summary(Deserialize::deserialize(input)?),
        Kind::End => Record::End(Deserialize::deserialize(input)?),
        Kind::Other(kind) => {
            // Read to its end all the same: a line that breaks off is torn, not new.
            IgnoredAny::deserialize(input)?;
            notes.unknown_record = Some(kind);
            return Err(D::Error::custom("unknown record"));
        }
    };
    notes.look_again |= match &record {
        Record::SpanStart(span) => !span.links.is_empty(),
        Record::SpanEnd(span) => !span.links.is_empty(),
        _ => false,
    };
    Ok(record)
}

/// A map that notices when a value of it is not kept.
struct Kept<A> {
    map: A,
    all: bool,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for &mut Kept<A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, A::Error> {
        self.map.next_key_seed(seed)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        // No field of a record is of a type that takes no room: such a value is one that is thrown away.
        self.all &= size_of::<V::Value>() > 0;
        self.map.next_value_seed(seed)
    }
}

/// The fields of a line that was read before, as far as they are not in the types.
fn unknown_fields(bytes: &[u8]) -> Vec<String> {
    let mut unknown = Vec::new();
    let mut note = |field: serde_ignored::Path<'_>| unknown.push(field.to_string());
    if let Ok(mut fields) = serde_json::from_slice::<Map<String, Value>>(bytes) {
        let kind = fields
            .remove("record")
            .and_then(|kind| Kind::deserialize(kind).ok());
        fields.retain(|name, _| name != "seq" && name != "time");
        let fields = serde_ignored::Deserializer::new(Value::Object(fields), &mut note);
        // It was read once already: there is no error to tell.
        let _ = kind.map(|kind| record(kind, fields, &mut Notes::default()));
    }
    unknown
}
