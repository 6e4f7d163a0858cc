//! Where items are emitted, for a page that shows it: whoever reads the sources says so, the compiler sees none.

use std::collections::BTreeMap;

use super::page::code;
use super::remarks;

/// So many places are shown of an item; the rest is counted.
const SHOWN: usize = 5;

/// Where the items of a schema are emitted. The page says nothing of it unless somebody looked.
///
/// ```
/// use telemetry_schema::render::markdown::{CallSites, Emitted};
///
/// let mut calls = CallSites::looked();
/// let places = vec![("src/main.rs".to_owned(), 12)];
/// calls.put("event", "container.exited", Emitted { places, remark: String::new() });
/// ```
#[derive(Debug, Clone, Default)]
pub struct CallSites {
    items: Option<BTreeMap<(&'static str, String), Emitted>>,
}

/// Where an item is emitted.
#[derive(Debug, Clone, Default)]
pub struct Emitted {
    /// File, relative to the folder of the schema's folder, and line from 1.
    pub places: Vec<(String, u32)>,
    /// What else is to be said of it, such as `by the runtime`; may be empty.
    pub remark: String,
}

impl CallSites {
    /// Of a program whose sources were read; nothing is known yet.
    pub fn looked() -> CallSites {
        CallSites {
            items: Some(BTreeMap::new()),
        }
    }

    /// Takes what is known of an item: its kind as `telemetry schema list` has it, or `timing`, and its id, for a stage
    /// with its screen in front and for a timing with both.
    pub fn put(&mut self, kind: &'static str, id: impl Into<String>, emitted: Emitted) {
        if let Some(items) = &mut self.items {
            items.insert((kind, id.into()), emitted);
        }
    }

    /// Heads of a table, with one for this before the last, where somebody looked.
    pub(super) fn heads<'h>(&self, heads: &[&'h str]) -> Vec<&'h str> {
        let mut heads = heads.to_vec();
        if self.items.is_some() {
            heads.insert(heads.len().saturating_sub(1), "Emitted");
        }
        heads
    }

    /// The cells of a row, with one for this before the last, where somebody looked.
    pub(super) fn row(&self, mut cells: Vec<String>, places: impl FnOnce() -> String) -> Vec<String> {
        if self.items.is_some() {
            cells.insert(cells.len().saturating_sub(1), places());
        }
        cells
    }

    /// A paragraph for an item, where somebody looked.
    pub(super) fn paragraph(&self, kind: &'static str, id: &str) -> String {
        match self.items {
            Some(_) => format!("Emitted: {}", self.places(kind, id)),
            None => String::new(),
        }
    }

    /// The places of an item, as links.
    pub(super) fn places(&self, kind: &'static str, id: &str) -> String {
        let found = self
            .items
            .as_ref()
            .and_then(|items| items.get(&(kind, id.to_owned())));
        let Some(Emitted { places, remark }) = found else {
            // Only what the compiler supplied is asked for and not known.
            return "by the runtime".to_owned();
        };
        let mut parts: Vec<String> = (!remark.is_empty()).then(|| remark.clone()).into_iter().collect();
        parts.extend(
            places
                .iter()
                .take(SHOWN)
                .map(|(file, line)| remarks::place(file, *line)),
        );
        if places.len() > SHOWN {
            parts.push(format!("and {} more", places.len() - SHOWN));
        }
        if parts.is_empty() {
            parts.push("nowhere".to_owned());
        }
        parts.join(", ")
    }

    /// The same for the steps inside a stage, each by its name.
    pub(super) fn of_timings<'t>(&self, stage: &str, timings: impl Iterator<Item = &'t str>) -> String {
        let each = timings.map(|timing| {
            let places = self.places("timing", &format!("{stage}.{timing}"));
            format!("; {}: {places}", code(timing))
        });
        each.collect()
    }
}
