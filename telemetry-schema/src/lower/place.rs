//! Where the pieces of a model were written, in more detail than the model itself remembers: what `check` needs
//! to underline the right token.

use std::collections::HashMap;

use crate::diagnostic::At;

/// The n-th attribute that an item uses.
pub(crate) const USE: &str = "attributes";

/// A part of a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Section {
    Attribute,
    Error,
    Screen,
    Stage,
    Event,
    Span,
    Metric,
}

impl Section {
    /// What one item of it is called.
    pub(crate) fn noun(self) -> &'static str {
        match self {
            Section::Attribute => "attribute",
            Section::Error => "error",
            Section::Screen => "screen",
            Section::Stage => "stage",
            Section::Event => "event",
            Section::Span => "span",
            Section::Metric => "metric",
        }
    }
}

/// The places of all items, in the order of the model.
#[derive(Debug)]
pub(crate) struct Places {
    items: HashMap<Section, Vec<ItemPlaces>>,
    /// Attributes that carry the run id.
    pub(crate) run_ids: Vec<String>,
    /// Where ids were given to roles.
    pub(crate) roles: HashMap<&'static str, At>,
    /// The schema's name.
    pub(crate) schema_name: At,
}

impl Places {
    /// No item yet.
    pub(super) fn new(schema_name: At) -> Self {
        Places {
            items: HashMap::new(),
            run_ids: Vec::new(),
            roles: HashMap::new(),
            schema_name,
        }
    }

    /// Begins the places of the next item of a section.
    pub(super) fn begin(&mut self, section: Section, id: &At) {
        self.items.entry(section).or_default().push(ItemPlaces {
            id: id.clone(),
            parts: Vec::new(),
        });
    }

    /// The item that was begun last.
    pub(super) fn last(&mut self, section: Section) -> &mut ItemPlaces {
        let items = self.items.entry(section).or_default();
        if items.is_empty() {
            items.push(ItemPlaces {
                id: nowhere(),
                parts: Vec::new(),
            });
        }
        let last = items.len() - 1;
        &mut items[last]
    }

    /// The place of an item's id.
    pub(crate) fn id(&self, section: Section, index: usize) -> At {
        self.item(section, index)
            .map_or_else(nowhere, |item| item.id.clone())
    }

    /// The place of the n-th value under a key of an item, or of its id where there is none.
    pub(crate) fn part(&self, section: Section, index: usize, key: &str, n: usize) -> At {
        let item = self.item(section, index);
        let part = item.and_then(|item| item.parts.iter().filter(|(part, _)| *part == key).nth(n));
        part.map_or_else(|| self.id(section, index), |(_, at)| at.clone())
    }

    fn item(&self, section: Section, index: usize) -> Option<&ItemPlaces> {
        self.items.get(&section)?.get(index)
    }
}

/// The places of an item.
#[derive(Debug)]
pub(crate) struct ItemPlaces {
    id: At,
    parts: Vec<(&'static str, At)>,
}

impl ItemPlaces {
    /// Remembers the place of the next value under a key.
    pub(super) fn push(&mut self, key: &'static str, at: &At) {
        self.parts.push((key, at.clone()));
    }
}

/// The place of what stands in no file.
fn nowhere() -> At {
    At {
        file: "".into(),
        line: 0,
        column: 0,
        bytes: 0..0,
    }
}
