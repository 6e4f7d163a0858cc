//! `tracing` events of the program and its libraries become `log` records: sites that have no declared name yet
//! are served, and found again.
//!
//! The layer takes what the run takes: the severities of its tier, and the targets of its list. Its filter is its
//! own, so that other layers see what they always saw. What happens while a record is made, in a field's `Debug`
//! or in a sink, never becomes another record.

use std::cell::Cell;

use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::{Context, Filter};
use tracing_subscriber::registry::LookupSpan;

use crate::def::Severity;
use crate::fields::Fields;
use crate::value::Value;
use crate::{ambient, context, emit};

/// Attribute with the names of the enclosing `tracing` spans, outermost first.
pub const SPANS: &str = "tracing.spans";

/// The layer: `tracing_subscriber::registry().with(telemetry_runtime::layer::layer())`.
///
/// It records into the run of the thread that speaks; without one it costs a relaxed load an event.
///
/// ```
/// use tracing_subscriber::layer::SubscriberExt;
///
/// let subscriber = tracing_subscriber::registry().with(telemetry_runtime::layer::layer());
/// tracing::subscriber::with_default(subscriber, || tracing::info!(answer = 42, "nobody listens yet"));
/// ```
pub fn layer<S: Subscriber + for<'s> LookupSpan<'s>>() -> impl Layer<S> {
    Logs.with_filter(Tier)
}

/// Makes the records.
struct Logs;

/// Keeps away what no run takes, before anything is looked at.
struct Tier;

impl<S> Filter<S> for Tier {
    fn enabled(&self, metadata: &Metadata<'_>, _: &Context<'_, S>) -> bool {
        // Spans of the ordinary tier are kept also while nobody listens: a run may start inside of them.
        metadata.is_span() && *metadata.level() <= Level::INFO || ambient::enabled(severity(metadata.level()))
    }
}

impl<S: Subscriber + for<'s> LookupSpan<'s>> Layer<S> for Logs {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, ctx: Context<'_, S>) {
        let Some(span) = ctx.span(id) else { return };
        outermost(|| {
            let mut fields = Fields::default();
            attributes.record(&mut fields);
            span.extensions_mut().replace(fields);
        });
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, ctx: Context<'_, S>) {
        let Some(span) = ctx.span(id) else { return };
        outermost(|| {
            // Collected before the extensions are locked: a field's `Debug` is the program's code.
            let mut more = Fields::default();
            values.record(&mut more);
            if let Some(fields) = span.extensions_mut().get_mut::<Fields>() {
                fields.update(more);
            }
        });
    }

    fn on_event(&self, event: &Event<'_>, ctx: Context<'_, S>) {
        let metadata = event.metadata();
        let (severity, target) = (severity(metadata.level()), metadata.target());
        let taken = || context::here(|run, _| run.takes_log(severity, target)).unwrap_or(false);
        outermost(|| {
            if context::in_sink() || !taken() {
                return;
            }
            let mut fields = Fields::default();
            event.record(&mut fields);
            let body = fields.take_message();
            let names = add_enclosing(&mut fields, event, &ctx);
            let mut all: Vec<(&str, Value<'_>)> = Vec::new();
            if !names.is_empty() {
                all.push((SPANS, Value::Strings(names.into_iter().map(Into::into).collect())));
            }
            all.extend(fields.iter());
            emit::log(severity, target, &body, &all);
        });
    }
}

/// Adds the fields of the spans around an event, the innermost first: its own fields and those of closer spans
/// win. Returns the spans' names, outermost first.
fn add_enclosing<S>(fields: &mut Fields, event: &Event<'_>, ctx: &Context<'_, S>) -> Vec<&'static str>
where
    S: Subscriber + for<'s> LookupSpan<'s>,
{
    let mut names = Vec::new();
    for span in ctx.event_scope(event).into_iter().flatten() {
        // A library's spans are the library's, also around an event of ours.
        if context::here(|run, _| run.allows_target(span.metadata().target())) != Some(true) {
            continue;
        }
        names.push(span.name());
        if let Some(outer) = span.extensions().get::<Fields>() {
            fields.add_missing(outer);
        }
    }
    names.reverse();
    names
}

/// Runs `f` unless this thread is in here already.
fn outermost(f: impl FnOnce()) {
    thread_local! {
        static INSIDE: Cell<bool> = const { Cell::new(false) };
    }
    /// Marks the thread as outside again, also when a field's `Debug` panics.
    struct Outside;
    impl Drop for Outside {
        fn drop(&mut self) {
            let _ = INSIDE.try_with(|inside| inside.set(false));
        }
    }
    if INSIDE.try_with(|inside| inside.replace(true)) == Ok(false) {
        let _outside = Outside;
        f();
    }
}

fn severity(level: &Level) -> Severity {
    match *level {
        Level::ERROR => Severity::Error,
        Level::WARN => Severity::Warn,
        Level::INFO => Severity::Info,
        Level::DEBUG => Severity::Debug,
        Level::TRACE => Severity::Trace,
    }
}
