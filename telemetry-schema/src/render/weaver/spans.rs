//! What arrives of each span: its name, its kind, the attributes that it always has, those that name its place, and
//! whether it must link to another. Screens, stages, timings and spans are all spans on the wire.

use crate::model::{AttributeIndex, AttributeUse, Item, LinkRule, Model, SpanKind};

/// A span as it arrives.
pub(super) struct Span<'m> {
    /// Its name on the wire.
    pub(super) name: String,
    /// Screen, stage, timing or span.
    pub(super) class: &'static str,
    pub(super) kind: SpanKind,
    /// What it is an item of; a timing has none of its own, and is told by its stage's.
    pub(super) item: &'m Item,
    pub(super) brief: String,
    /// Name of the span that it is a child of; none for the root of a trace, and for one that may be either.
    pub(super) parent: Option<String>,
    pub(super) new_trace: bool,
    pub(super) links: Vec<&'static str>,
    pub(super) link: Link,
    /// Events that are meant to stand on it.
    pub(super) events: Vec<&'m str>,
    /// Keys in the order of the registry, each with whether it is always there.
    pub(super) attributes: Vec<(&'m str, bool)>,
    /// The attributes that say where it belongs, with what they say.
    pub(super) place: Vec<(&'m str, String)>,
}

/// When a span must link to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Link {
    /// Always.
    Required,
    /// Whenever it says where the operator came from: an entry, which may be where the run begins.
    AfterAnother,
    /// As a rule: there may be nothing yet that it could link to.
    Expected,
    /// It need not, or nobody can tell from the span alone.
    Free,
}

impl Link {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Link::Required => "required",
            Link::AfterAnother => "after_another",
            Link::Expected => "expected",
            Link::Free => "free",
        }
    }
}

/// Every span that may arrive.
pub(super) fn all(model: &Model) -> Vec<Span<'_>> {
    let mut all = screens(model);
    all.extend(steps(model));
    all.extend(others(model));
    all
}

fn screens(model: &Model) -> Vec<Span<'_>> {
    let roles = &model.roles;
    let from = key(model, roles.screen_from);
    let spans = model.screens.iter().map(|screen| {
        let place = vec![(key(model, roles.screen), screen.item.id.clone())];
        let mut attributes = attributes(model, &screen.attributes, &place);
        if !attributes.iter().any(|(known, _)| *known == from) {
            attributes.push((from, !screen.entry));
        }
        Span {
            name: screen.item.id.clone(),
            class: "screen",
            kind: SpanKind::Internal,
            item: &screen.item,
            brief: screen.item.brief.clone(),
            parent: None,
            new_trace: true,
            links: vec!["previous visit"],
            events: std::iter::once(&roles.navigate)
                .chain(&screen.actions)
                .map(|index| model.events[*index].item.id.as_str())
                .collect(),
            // What is no entry comes after another visit.
            link: if screen.entry {
                Link::AfterAnother
            } else {
                Link::Required
            },
            attributes,
            place,
        }
    });
    spans.collect()
}

/// Stages, each followed by its timings.
fn steps(model: &Model) -> Vec<Span<'_>> {
    let roles = &model.roles;
    let (screen, stage, timing) = (
        key(model, roles.screen),
        key(model, roles.stage),
        key(model, roles.timing),
    );
    let mut steps = Vec::new();
    for each in &model.stages {
        let above = &model.screens[each.screen].item.id;
        let name = format!("{above}.{}", each.item.id);
        let place = vec![(stage, each.item.id.clone())];
        let mut own = attributes(model, &each.attributes, &place);
        own.insert(0, (screen, true));
        steps.push(Span {
            name: name.clone(),
            class: "stage",
            kind: SpanKind::Internal,
            item: &each.item,
            brief: each.item.brief.clone(),
            parent: Some(above.clone()),
            new_trace: false,
            links: Vec::new(),
            link: Link::Free,
            events: Vec::new(),
            attributes: own,
            place: place.clone(),
        });
        for inside in &each.timings {
            let mut place = place.clone();
            place.push((timing, inside.id.clone()));
            let mut own = attributes(model, &[], &place);
            own.insert(0, (screen, true));
            steps.push(Span {
                name: format!("{name}.{}", inside.id),
                class: "timing",
                kind: SpanKind::Internal,
                item: &each.item,
                brief: format!("`{}`, a step inside the stage {}.", inside.id, each.label),
                parent: Some(name.clone()),
                new_trace: false,
                links: Vec::new(),
                link: Link::Free,
                events: Vec::new(),
                attributes: own,
                place,
            });
        }
    }
    steps
}

fn others(model: &Model) -> Vec<Span<'_>> {
    let spans = model.spans.iter().map(|span| Span {
        name: span.item.id.clone(),
        class: "span",
        kind: span.kind,
        item: &span.item,
        brief: span.item.brief.clone(),
        parent: None,
        new_trace: span.new_trace,
        links: span.links.iter().map(|rule| rule_word(*rule)).collect(),
        link: link(&span.links),
        events: Vec::new(),
        attributes: attributes(model, &span.attributes, &[]),
        place: Vec::new(),
    });
    spans.collect()
}

fn rule_word(rule: LinkRule) -> &'static str {
    match rule {
        LinkRule::Handover => "handover",
        LinkRule::Visit => "visit",
        LinkRule::Previous => "previous",
    }
}

/// The span that hands over is there before its process is; a visit may not be; of the same name, one is the first.
fn link(rules: &[LinkRule]) -> Link {
    if rules.contains(&LinkRule::Handover) {
        Link::Required
    } else if rules.contains(&LinkRule::Visit) {
        Link::Expected
    } else {
        Link::Free
    }
}

/// The place, what the item declares, and what the runtime adds to every span: how it ended, and with which error.
fn attributes<'m>(
    model: &'m Model,
    uses: &[AttributeUse],
    place: &[(&'m str, String)],
) -> Vec<(&'m str, bool)> {
    let mut all: Vec<(&str, bool)> = place.iter().map(|(key, _)| (*key, true)).collect();
    let mut add = |key: &'m str, always: bool| match all.iter_mut().find(|(known, _)| *known == key) {
        Some(known) => known.1 |= always,
        None => all.push((key, always)),
    };
    for used in uses {
        add(key(model, used.attribute), used.required);
    }
    add(key(model, model.roles.outcome), true);
    add(key(model, model.roles.error_type), false);
    all
}

fn key(model: &Model, index: AttributeIndex) -> &str {
    &model.attributes[index].item.id
}
