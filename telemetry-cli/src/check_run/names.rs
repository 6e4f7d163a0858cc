//! The schema, looked up as records name it: a span by its kind and name, everything else by its id.

use std::collections::{BTreeMap, HashMap};

use telemetry_runtime::line::{Kind, SpanKind};
use telemetry_schema::model::{
    Attribute, AttributeIndex, AttributeUse, ErrorType, Event, Metric, Model, Place, Screen, Span, Stage,
    Timing,
};

/// A schema by its names.
pub(super) struct Names<'m> {
    pub(super) model: &'m Model,
    attributes: HashMap<&'m str, AttributeIndex>,
    events: HashMap<&'m str, &'m Event>,
    metrics: HashMap<&'m str, &'m Metric>,
    screens: HashMap<&'m str, &'m Screen>,
    errors: HashMap<&'m str, &'m ErrorType>,
    spans: BTreeMap<Kind, HashMap<String, Declared<'m>>>,
}

/// What a span can stand for.
#[derive(Debug, Clone, Copy)]
pub(super) enum Declared<'m> {
    /// A visit of a screen.
    Screen(&'m Screen),
    /// A step of a launch.
    Stage(&'m Stage),
    /// A named step inside it.
    Timing(&'m Stage, &'m Timing),
    /// Anything else.
    Span(&'m Span),
}

impl<'m> Names<'m> {
    pub(super) fn of(model: &'m Model) -> Names<'m> {
        let mut spans: BTreeMap<Kind, HashMap<String, Declared<'m>>> = BTreeMap::new();
        let mut put = |kind, name, declared| spans.entry(kind).or_default().insert(name, declared);
        for screen in &model.screens {
            put(Kind::Screen, screen.item.id.clone(), Declared::Screen(screen));
        }
        for stage in &model.stages {
            let name = format!("{}.{}", model.screens[stage.screen].item.id, stage.item.id);
            for timing in &stage.timings {
                let name = format!("{name}.{}", timing.id);
                put(Kind::Timing, name, Declared::Timing(stage, timing));
            }
            put(Kind::Stage, name, Declared::Stage(stage));
        }
        for span in &model.spans {
            put(Kind::Span, span.item.id.clone(), Declared::Span(span));
        }
        let attributes = model.attributes.iter().enumerate();
        Names {
            model,
            attributes: attributes.map(|(index, a)| (a.item.id.as_str(), index)).collect(),
            events: model.events.iter().map(|e| (e.item.id.as_str(), e)).collect(),
            metrics: model.metrics.iter().map(|m| (m.item.id.as_str(), m)).collect(),
            screens: model.screens.iter().map(|s| (s.item.id.as_str(), s)).collect(),
            errors: model.errors.iter().map(|e| (e.item.id.as_str(), e)).collect(),
            spans,
        }
    }

    pub(super) fn attribute(&self, id: &str) -> Option<AttributeIndex> {
        self.attributes.get(id).copied()
    }

    pub(super) fn event(&self, id: &str) -> Option<&'m Event> {
        self.events.get(id).copied()
    }

    pub(super) fn metric(&self, id: &str) -> Option<&'m Metric> {
        self.metrics.get(id).copied()
    }

    pub(super) fn screen(&self, id: &str) -> Option<&'m Screen> {
        self.screens.get(id).copied()
    }

    pub(super) fn error(&self, id: &str) -> Option<&'m ErrorType> {
        self.errors.get(id).copied()
    }

    /// What a span of this kind and name is declared as.
    pub(super) fn span(&self, kind: Kind, name: &str) -> Option<Declared<'m>> {
        self.spans.get(&kind)?.get(name).copied()
    }

    /// What a span of this name is declared as, whatever its kind is.
    pub(super) fn span_of_any_kind(&self, name: &str) -> Option<(Kind, Declared<'m>)> {
        let kinds = [Kind::Screen, Kind::Stage, Kind::Timing, Kind::Span];
        kinds
            .into_iter()
            .find_map(|kind| Some((kind, self.span(kind, name)?)))
    }

    /// The id of an attribute that plays a role.
    pub(super) fn key(&self, attribute: AttributeIndex) -> &'m str {
        &self.attribute_of(attribute).item.id
    }

    pub(super) fn attribute_of(&self, attribute: AttributeIndex) -> &'m Attribute {
        &self.model.attributes[attribute]
    }

    /// Attributes that the runtime adds to such a span.
    pub(super) fn added(&self, declared: Declared<'m>) -> Vec<AttributeIndex> {
        let roles = &self.model.roles;
        match declared {
            Declared::Screen(_) => vec![roles.screen, roles.screen_from],
            Declared::Stage(_) => vec![roles.screen, roles.stage, roles.skip_reason],
            Declared::Timing(..) => vec![roles.screen, roles.stage, roles.timing, roles.skip_reason],
            Declared::Span(_) => vec![roles.screen],
        }
    }
}

impl<'m> Declared<'m> {
    /// Where it is declared: the file's place, and the line in it.
    pub(super) fn place(self) -> (&'m Place, u32) {
        match self {
            Declared::Screen(screen) => (&screen.item.place, screen.item.place.line),
            Declared::Stage(stage) => (&stage.item.place, stage.item.place.line),
            Declared::Timing(stage, timing) => (&stage.item.place, timing.line),
            Declared::Span(span) => (&span.item.place, span.item.place.line),
        }
    }

    /// Its own attributes.
    pub(super) fn uses(self) -> &'m [AttributeUse] {
        match self {
            Declared::Screen(screen) => &screen.attributes,
            Declared::Stage(stage) => &stage.attributes,
            Declared::Timing(..) => &[],
            Declared::Span(span) => &span.attributes,
        }
    }

    /// Its kind on the wire.
    pub(super) fn span_kind(self) -> SpanKind {
        use telemetry_schema::model::SpanKind as Declares;
        match self {
            Declared::Span(span) => match span.kind {
                Declares::Internal => SpanKind::Internal,
                Declares::Client => SpanKind::Client,
                Declares::Server => SpanKind::Server,
                Declares::Producer => SpanKind::Producer,
                Declares::Consumer => SpanKind::Consumer,
            },
            _ => SpanKind::Internal,
        }
    }

    /// Whether it is the root of a trace of its own.
    pub(super) fn is_root(self) -> bool {
        match self {
            Declared::Screen(_) => true,
            Declared::Span(span) => span.new_trace,
            Declared::Stage(_) | Declared::Timing(..) => false,
        }
    }
}
