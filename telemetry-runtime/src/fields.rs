//! Fields of a `tracing` event or span as values of a record: `layer` collects them, the recorder takes them.

use std::error::Error;
use std::fmt::{self, Debug, Write};

use tracing::field::{Field, Visit};

use crate::clamp;
use crate::value::Value;

/// Most fields that are kept. A record takes fewer; so many more are counted as dropped there.
const MOST: usize = 2 * clamp::ATTRIBUTES;

/// Longest text that is taken from a field's `Debug`. What is recorded of it is shorter, but scrubbed before it is
/// cut, for which it has to be here.
const LONGEST: usize = 64 * 1024;

/// Fields by name, each once.
#[derive(Debug, Default, Clone)]
pub(crate) struct Fields {
    message: String,
    named: Vec<(&'static str, Value<'static>)>,
}

impl Fields {
    /// The event's own words.
    pub(crate) fn take_message(&mut self) -> String {
        std::mem::take(&mut self.message)
    }

    /// Every field but the message.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&'static str, Value<'static>)> {
        self.named.iter().cloned()
    }

    /// Takes over what was recorded later.
    pub(crate) fn update(&mut self, later: Fields) {
        for (name, value) in later.named {
            self.set(name, value);
        }
    }

    /// Takes over the fields that are not here yet.
    pub(crate) fn add_missing(&mut self, others: &Fields) {
        for (name, value) in &others.named {
            if self.named.len() < MOST && !self.named.iter().any(|(known, _)| known == name) {
                self.named.push((name, value.clone()));
            }
        }
    }

    fn set(&mut self, name: &'static str, value: Value<'static>) {
        if let Some((_, known)) = self.named.iter_mut().find(|(known, _)| *known == name) {
            *known = value;
        } else if self.named.len() < MOST {
            self.named.push((name, value));
        }
    }

    fn text(&mut self, field: &Field, text: String) {
        if field.name() == "message" {
            self.message = text;
        } else {
            self.set(field.name(), Value::Str(text.into()));
        }
    }
}

impl Visit for Fields {
    fn record_i64(&mut self, field: &Field, number: i64) {
        self.set(field.name(), Value::Int(number));
    }

    fn record_u64(&mut self, field: &Field, number: u64) {
        self.set(
            field.name(),
            Value::Int(i64::try_from(number).unwrap_or(i64::MAX)),
        );
    }

    fn record_f64(&mut self, field: &Field, number: f64) {
        self.set(field.name(), Value::Double(number));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.set(field.name(), Value::Bool(value));
    }

    fn record_str(&mut self, field: &Field, text: &str) {
        self.text(field, clamp::clamp(text, LONGEST).to_owned());
    }

    fn record_error(&mut self, field: &Field, error: &(dyn Error + 'static)) {
        let mut words = Bounded::default();
        let mut next = Some(error);
        // A chain that leads back to its beginning ends at the bound.
        while let Some(error) = next {
            let colon = if words.0.is_empty() { "" } else { ": " };
            if write!(words, "{colon}{error}").is_err() {
                break;
            }
            next = error.source();
        }
        self.text(field, words.0);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let mut words = Bounded::default();
        // The only error is that the bound is reached.
        let _ = write!(words, "{value:?}");
        self.text(field, words.0);
    }
}

/// Text up to [`LONGEST`]; then it stops whoever writes.
#[derive(Default)]
struct Bounded(String);

impl Write for Bounded {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let room = LONGEST - self.0.len();
        self.0.push_str(clamp::clamp(text, room));
        if text.len() > room || self.0.len() == LONGEST {
            Err(fmt::Error)
        } else {
            Ok(())
        }
    }
}
