//! Spans that are neither screen nor stage, and the guard that stages share with them.

use super::builder::{self, Builder, Last};
use super::template::{fill, filled};
use super::{EXCUSED, accept_ident, defs, ident, item_attributes, one_line, place, type_ident};
use crate::model::*;

const MODULE: &str = r#"
/// What has a start and an end and is neither screen nor stage. Begin one with [`span!`](crate::prelude::span).
$excused
pub mod spans {
    $spans
}
"#;

const SPAN: &str = r#"
$guard
impl $name {
    /// Begins the span: attributes first. [`span!`](crate::prelude::span) writes this.
    pub fn span<'a>() -> $module::Builder<'a> { $module::begin() }

    $setters
}

"#;

pub(super) fn write(out: &mut String, model: &Model) {
    let mut spans = String::new();
    for (index, span) in model.spans.iter().enumerate() {
        write_span(&mut spans, model, index, span);
    }
    fill(out, MODULE, &[("excused", EXCUSED), ("spans", &spans)]);
}

fn write_span(out: &mut String, model: &Model, index: SpanIndex, span: &Span) {
    let name = type_ident(&span.item);
    fill(
        out,
        SPAN,
        &[
            ("guard", &guard(&span.item, "The span", &defs::span(model, index))),
            ("name", &name),
            ("module", &builder::module(&span.item)),
            ("setters", &setters(model, &span.attributes)),
        ],
    );
    Builder {
        model,
        item: &span.item,
        what: "span",
        uses: &span.attributes,
        last: &[Last {
            documentation: "The span, about to start.",
            name: "ready",
            parameters: "",
            returns: &format!(
                "-> crate::__rt::Start<'a, super::{name}, {}>",
                span.attributes.len()
            ),
            body: "crate::__rt::Start::new(self.values)",
        }],
    }
    .write(out);
}

const SETTER: &str = r#"
/// $brief
pub fn $setter<'a>(&self, value: impl crate::attributes::accept::$accept<'a, crate::__rt::value::Optional>) -> &Self {
    self.guard.set($slot, value.into_value());
    self
}
"#;

/// One setter an attribute, for what is learned on the way.
pub(super) fn setters(model: &Model, uses: &[AttributeUse]) -> String {
    let mut out = String::new();
    for (slot, used) in uses.iter().enumerate() {
        let attribute = &model.attributes[used.attribute];
        fill(
            &mut out,
            SETTER,
            &[
                ("brief", &one_line(&attribute.item.brief)),
                ("setter", &ident(&attribute.item.rust_name)),
                ("accept", &accept_ident(attribute)),
                ("slot", &slot.to_string()),
            ],
        );
    }
    out
}

const GUARD: &str = r#"
$documentation
#[derive(Debug)]
pub struct $name { // $place
    guard: crate::__rt::SpanGuard,
}

impl crate::__rt::SpanItem for $name {
    const DEF: &'static crate::__rt::def::SpanDef = &$def;
    type ErrorType = crate::ErrorType;
    fn from_guard(guard: crate::__rt::SpanGuard) -> Self { Self { guard } }
    fn guard(&self) -> &crate::__rt::SpanGuard { &self.guard }
    fn into_guard(self) -> crate::__rt::SpanGuard { self.guard }
}

impl $name {
    /// Ends it: success.
    pub fn done(self) { self.guard.done(); }

    /// Ends it: the operator stopped it.
    pub fn cancel(self) { self.guard.cancel(); }

    /// Ends it: failure, with the error's type and words.
    pub fn fail(self, error: crate::ErrorType, message: &dyn ::core::fmt::Display) {
        self.guard.fail(crate::__rt::ErrorItem::def(error), message);
    }

    /// Ends it by a result: success, or failure with the error's type and words. Call it before a `?` leaves the
    /// function: a guard that is dropped without a word ends as abandoned.
    pub fn finish<T, E: crate::__rt::Fails<crate::ErrorType> + ::core::fmt::Display>(self, result: &Result<T, E>) {
        match result {
            Ok(_) => self.done(),
            Err(error) => self.fail(crate::__rt::Fails::error_type(error), error),
        }
    }

    /// Runs `work` in its place: what `work` records belongs to it.
    pub fn scope<R>(&self, work: impl FnOnce() -> R) -> R { self.guard.scope(work) }

    /// Runs a future in its place, on whichever threads it is polled.
    pub fn within<F: ::core::future::Future>(&self, work: F) -> impl ::core::future::Future<Output = F::Output> {
        self.guard.within(work)
    }
}
"#;

/// The open stage or span: how it ends, and how work runs in its place.
pub(super) fn guard(item: &Item, what: &str, def: &str) -> String {
    filled(
        GUARD,
        &[
            ("documentation", &item_attributes(item, what)),
            ("name", &type_ident(item)),
            ("place", &place(item)),
            ("def", def),
        ],
    )
}
