//! The items of a schema by the words that a call site has for them: `ContainerExited` for `container.exited`.

use std::collections::HashMap;

use telemetry_schema::model::{AttributeIndex, AttributeUse, Item, Model, Place, Timing};

/// What kind of item it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Kind {
    Screen,
    Stage,
    Timing,
    Event,
    Span,
    Metric,
    Error,
    Attribute,
}

impl Kind {
    pub(super) const ALL: [Kind; 8] = [
        Kind::Screen,
        Kind::Stage,
        Kind::Timing,
        Kind::Event,
        Kind::Span,
        Kind::Metric,
        Kind::Error,
        Kind::Attribute,
    ];

    /// The word for it.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Kind::Screen => "screen",
            Kind::Stage => "stage",
            Kind::Timing => "timing",
            Kind::Event => "event",
            Kind::Span => "span",
            Kind::Metric => "metric",
            Kind::Error => "error",
            Kind::Attribute => "attribute",
        }
    }

    /// The kind of what a macro of the prelude takes, such as that of `event!`.
    pub(super) fn of_macro(name: &str) -> Option<Kind> {
        match name {
            "screen" => Some(Kind::Screen),
            "stage" => Some(Kind::Stage),
            "event" => Some(Kind::Event),
            "span" => Some(Kind::Span),
            "metric" => Some(Kind::Metric),
            _ => None,
        }
    }
}

/// An item: its kind, and its index among those of its kind. Timings are counted through all stages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Id {
    pub(super) kind: Kind,
    pub(super) index: usize,
}

/// A schema by the words of its call sites.
pub(super) struct Catalogue<'m> {
    pub(super) model: &'m Model,
    /// Each timing with its stage.
    timings: Vec<(usize, &'m Timing)>,
    words: HashMap<(Kind, String), usize>,
    /// Attributes that the guard of a stage or span has setters for.
    setters: HashMap<&'m str, Vec<AttributeIndex>>,
}

impl<'m> Catalogue<'m> {
    pub(super) fn of(model: &'m Model) -> Catalogue<'m> {
        let stages = model.stages.iter().enumerate();
        let timings: Vec<(usize, &Timing)> = stages
            .flat_map(|(stage, each)| each.timings.iter().map(move |timing| (stage, timing)))
            .collect();
        let mut catalogue = Catalogue {
            model,
            timings,
            words: HashMap::new(),
            setters: HashMap::new(),
        };
        for kind in Kind::ALL.into_iter().filter(|kind| *kind != Kind::Attribute) {
            for index in 0..catalogue.count(kind) {
                let word = match kind {
                    Kind::Timing => catalogue.timings[index].1.rust_type.clone(),
                    _ => catalogue.item(Id { kind, index }).rust_type(),
                };
                catalogue.words.insert((kind, word), index);
            }
        }
        let of_stages = model.stages.iter().map(|stage| &stage.attributes);
        let of_spans = model.spans.iter().map(|span| &span.attributes);
        for used in of_stages.chain(of_spans).flatten() {
            let name = model.attributes[used.attribute].item.rust_name.as_str();
            let known = catalogue.setters.entry(name).or_default();
            if !known.contains(&used.attribute) {
                known.push(used.attribute);
            }
        }
        catalogue
    }

    /// How many items of a kind there are.
    pub(super) fn count(&self, kind: Kind) -> usize {
        match kind {
            Kind::Screen => self.model.screens.len(),
            Kind::Stage => self.model.stages.len(),
            Kind::Timing => self.timings.len(),
            Kind::Event => self.model.events.len(),
            Kind::Span => self.model.spans.len(),
            Kind::Metric => self.model.metrics.len(),
            Kind::Error => self.model.errors.len(),
            Kind::Attribute => self.model.attributes.len(),
        }
    }

    /// What is declared of an item; of a timing, what is of its stage.
    pub(super) fn item(&self, id: Id) -> &'m Item {
        let index = id.index;
        match id.kind {
            Kind::Screen => &self.model.screens[index].item,
            Kind::Stage => &self.model.stages[index].item,
            Kind::Timing => &self.model.stages[self.timings[index].0].item,
            Kind::Event => &self.model.events[index].item,
            Kind::Span => &self.model.spans[index].item,
            Kind::Metric => &self.model.metrics[index].item,
            Kind::Error => &self.model.errors[index].item,
            Kind::Attribute => &self.model.attributes[index].item,
        }
    }

    /// The id as people read it: of a stage with its screen in front, of a timing with its stage.
    pub(super) fn shown(&self, id: Id) -> String {
        let stage = |stage: usize| {
            let stage = &self.model.stages[stage];
            format!("{}.{}", self.model.screens[stage.screen].item.id, stage.item.id)
        };
        match id.kind {
            Kind::Stage => stage(id.index),
            Kind::Timing => {
                let (of, timing) = self.timings[id.index];
                format!("{}.{}", stage(of), timing.id)
            }
            _ => self.item(id).id.clone(),
        }
    }

    /// File and line of its declaration.
    pub(super) fn place(&self, id: Id) -> Place {
        let place = self.item(id).place.clone();
        match id.kind {
            Kind::Timing => Place {
                line: self.timings[id.index].1.line,
                ..place
            },
            _ => place,
        }
    }

    /// The item that a call site calls so.
    pub(super) fn find(&self, kind: Kind, word: &str) -> Option<Id> {
        // A word that cannot be the name of a type is not worth a look.
        if !word.starts_with(|first: char| first.is_ascii_uppercase()) {
            return None;
        }
        let index = *self.words.get(&(kind, word.to_owned()))?;
        Some(Id { kind, index })
    }

    /// The attribute that an item's setter of this name gives.
    pub(super) fn attribute(&self, of: Id, setter: &str) -> Option<Id> {
        let used = self.uses(of).iter().map(|used| used.attribute);
        let index = { used }.find(|&index| self.model.attributes[index].item.rust_name == setter)?;
        let kind = Kind::Attribute;
        Some(Id { kind, index })
    }

    /// Attributes that some open stage or span has a setter of this name for.
    pub(super) fn of_guards(&self, setter: &str) -> impl Iterator<Item = Id> {
        let kind = Kind::Attribute;
        let known = self.setters.get(setter).into_iter().flatten();
        known.map(move |&index| Id { kind, index })
    }

    /// The attributes that an item uses.
    pub(super) fn uses(&self, of: Id) -> &'m [AttributeUse] {
        match of.kind {
            Kind::Screen => &self.model.screens[of.index].attributes,
            Kind::Stage => &self.model.stages[of.index].attributes,
            Kind::Event => &self.model.events[of.index].attributes,
            Kind::Span => &self.model.spans[of.index].attributes,
            Kind::Metric => &self.model.metrics[of.index].attributes,
            Kind::Timing | Kind::Error | Kind::Attribute => &[],
        }
    }
}
