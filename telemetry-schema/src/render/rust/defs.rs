//! The static definitions: what the runtime and its sinks know of each item.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::ident;
use crate::model::*;

/// The static of an item, such as `EVENT_CONTAINER_EXITED`.
pub(super) fn static_ident(class: &str, id: &str) -> Ident {
    let word: String = id
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() {
                c.to_ascii_uppercase()
            } else {
                '_'
            }
        })
        .collect();
    ident(&format!("{class}_{word}"))
}

pub(super) fn attribute(model: &Model, index: AttributeIndex) -> TokenStream {
    let name = static_ident("ATTRIBUTE", &model.attributes[index].item.id);
    quote! { crate::__defs::#name }
}

pub(super) fn event(model: &Model, index: EventIndex) -> TokenStream {
    let name = static_ident("EVENT", &model.events[index].item.id);
    quote! { crate::__defs::#name }
}

pub(super) fn metric(model: &Model, index: MetricIndex) -> TokenStream {
    let name = static_ident("METRIC", &model.metrics[index].item.id);
    quote! { crate::__defs::#name }
}

pub(super) fn span(model: &Model, index: SpanIndex) -> TokenStream {
    let name = static_ident("SPAN", &model.spans[index].item.id);
    quote! { crate::__defs::#name }
}

pub(super) fn screen(screen: &Screen) -> TokenStream {
    let name = static_ident("SCREEN", &screen.item.id);
    quote! { crate::__defs::#name }
}

pub(super) fn stage(stage: &Stage) -> TokenStream {
    let name = static_ident("STAGE", &stage.item.id);
    quote! { crate::__defs::#name }
}

pub(super) fn timing(timing: &Timing) -> TokenStream {
    let name = static_ident("TIMING", &timing.id);
    quote! { crate::__defs::#name }
}

pub(super) fn error(error: &ErrorType) -> TokenStream {
    let name = static_ident("ERROR", &error.item.id);
    quote! { crate::__defs::#name }
}

/// The module of all statics, and `SCHEMA` on top of it.
pub(super) fn tokens(model: &Model) -> TokenStream {
    let attributes = model
        .attributes
        .iter()
        .enumerate()
        .map(|(index, _)| attribute_static(model, index));
    let errors = model.errors.iter().map(error_static);
    let screens = model.screens.iter().map(|screen| screen_static(model, screen));
    let stages = model.stages.iter().map(|stage| stage_statics(model, stage));
    let events = model.events.iter().map(|event| event_static(model, event));
    let spans = model.spans.iter().map(|span| span_static(model, span));
    let metrics = model.metrics.iter().map(|metric| metric_static(model, metric));
    let schema = schema_static(model);
    quote! {
        #[doc(hidden)]
        #[allow(missing_docs, reason = "generated; the public items carry the documentation")]
        pub mod __defs {
            use super::__rt::def::*;
            #(#attributes)* #(#errors)* #(#screens)* #(#stages)* #(#events)* #(#spans)* #(#metrics)*
            #schema
        }
    }
}

fn option<T: quote::ToTokens>(value: Option<T>) -> TokenStream {
    match value {
        Some(value) => quote! { Some(#value) },
        None => quote! { None },
    }
}

fn slots(model: &Model, uses: &[AttributeUse]) -> TokenStream {
    let slots = uses.iter().map(|used| {
        let (attribute, required) = (attribute(model, used.attribute), used.required);
        quote! { Slot { attribute: &#attribute, required: #required } }
    });
    quote! { &[#(#slots),*] }
}

fn attribute_static(model: &Model, index: AttributeIndex) -> TokenStream {
    let Attribute {
        item,
        kind,
        sensitivity,
        max_length,
        unit,
        scrub,
        ..
    } = &model.attributes[index];
    let name = static_ident("ATTRIBUTE", &item.id);
    let key = &item.id;
    let (value_kind, values): (_, Vec<String>) = match kind {
        AttributeKind::String => (quote!(String), Vec::new()),
        AttributeKind::Bool => (quote!(Bool), Vec::new()),
        AttributeKind::Int => (quote!(Int), Vec::new()),
        AttributeKind::Double => (quote!(Double), Vec::new()),
        AttributeKind::Strings => (quote!(Strings), Vec::new()),
        AttributeKind::Ints => (quote!(Ints), Vec::new()),
        AttributeKind::Doubles => (quote!(Doubles), Vec::new()),
        AttributeKind::Bools => (quote!(Bools), Vec::new()),
        AttributeKind::Enum(values) => (
            quote!(String),
            values.iter().map(|value| value.id.clone()).collect(),
        ),
        AttributeKind::Screen => (
            quote!(String),
            model.screens.iter().map(|s| s.item.id.clone()).collect(),
        ),
        AttributeKind::Stage => (
            quote!(String),
            model.stages.iter().map(|s| s.item.id.clone()).collect(),
        ),
        AttributeKind::Error => (
            quote!(String),
            model.errors.iter().map(|e| e.item.id.clone()).collect(),
        ),
    };
    let secret = *sensitivity == Sensitivity::Secret;
    let max_length = *max_length as usize;
    let unit = option(unit.as_ref());
    quote! {
        pub static #name: AttributeDef = AttributeDef {
            key: #key, kind: ValueKind::#value_kind, values: &[#(#values),*], secret: #secret, scrub: #scrub,
            max_length: #max_length, unit: #unit,
        };
    }
}

fn error_static(error: &ErrorType) -> TokenStream {
    let name = static_ident("ERROR", &error.item.id);
    let (id, brief, code) = (&error.item.id, &error.item.brief, option(error.code.as_ref()));
    quote! { pub static #name: ErrorDef = ErrorDef { id: #id, code: #code, brief: #brief }; }
}

/// What differs between the defs of the four classes of spans.
struct SpanParts<'a> {
    id: &'a str,
    name: String,
    class: TokenStream,
    kind: TokenStream,
    new_trace: bool,
    links: TokenStream,
    screen: Option<&'a str>,
    stage: Option<&'a str>,
    label: &'a str,
    slow_after_ms: Option<u64>,
    slots: TokenStream,
}

fn span_def(parts: SpanParts<'_>) -> TokenStream {
    let SpanParts {
        id,
        name,
        class,
        kind,
        new_trace,
        links,
        screen,
        stage,
        label,
        slow_after_ms,
        slots,
    } = parts;
    let (screen, stage, slow_after_ms) = (option(screen), option(stage), option(slow_after_ms));
    quote! {
        SpanDef {
            id: #id, name: #name, class: SpanClass::#class, kind: SpanKind::#kind, new_trace: #new_trace,
            links: #links, screen: #screen, stage: #stage, label: #label, slow_after_ms: #slow_after_ms,
            attributes: #slots,
        }
    }
}

fn screen_static(model: &Model, screen: &Screen) -> TokenStream {
    let name = static_ident("SCREEN", &screen.item.id);
    let span = span_def(SpanParts {
        id: &screen.item.id,
        name: screen.item.id.clone(),
        class: quote!(Screen),
        kind: quote!(Internal),
        new_trace: true,
        links: quote!(&[]),
        screen: None,
        stage: None,
        label: &screen.item.id,
        slow_after_ms: None,
        slots: slots(model, &screen.attributes),
    });
    let targets = screen.navigates_to.iter().map(|&to| &model.screens[to].item.id);
    let actions = screen.actions.iter().map(|&event| &model.events[event].item.id);
    quote! {
        pub static #name: ScreenDef =
            ScreenDef { span: #span, navigates_to: &[#(#targets),*], actions: &[#(#actions),*] };
    }
}

fn stage_statics(model: &Model, stage: &Stage) -> TokenStream {
    let screen = &model.screens[stage.screen].item.id;
    let name = static_ident("STAGE", &stage.item.id);
    let def = span_def(SpanParts {
        id: &stage.item.id,
        name: format!("{screen}.{}", stage.item.id),
        class: quote!(Stage),
        kind: quote!(Internal),
        new_trace: false,
        links: quote!(&[]),
        screen: Some(screen),
        stage: None,
        label: &stage.label,
        slow_after_ms: stage.slow_after_ms,
        slots: slots(model, &stage.attributes),
    });
    let timings = stage.timings.iter().map(|timing| {
        let name = static_ident("TIMING", &timing.id);
        let def = span_def(SpanParts {
            id: &timing.id,
            name: format!("{screen}.{}.{}", stage.item.id, timing.id),
            class: quote!(Timing),
            kind: quote!(Internal),
            new_trace: false,
            links: quote!(&[]),
            screen: Some(screen),
            stage: Some(&stage.item.id),
            label: &timing.id,
            slow_after_ms: stage.slow_after_ms,
            slots: quote!(&[]),
        });
        quote! { pub static #name: SpanDef = #def; }
    });
    quote! { pub static #name: SpanDef = #def; #(#timings)* }
}

fn span_static(model: &Model, span: &Span) -> TokenStream {
    let name = static_ident("SPAN", &span.item.id);
    let kind = ident(&format!("{:?}", span.kind));
    let links = span.links.iter().map(|rule| ident(&format!("{rule:?}")));
    let def = span_def(SpanParts {
        id: &span.item.id,
        name: span.item.id.clone(),
        class: quote!(Span),
        kind: quote!(#kind),
        new_trace: span.new_trace,
        links: quote!(&[#(LinkRule::#links),*]),
        screen: None,
        stage: None,
        label: &span.item.id,
        slow_after_ms: None,
        slots: slots(model, &span.attributes),
    });
    quote! { pub static #name: SpanDef = #def; }
}

fn event_static(model: &Model, event: &Event) -> TokenStream {
    let name = static_ident("EVENT", &event.item.id);
    let id = &event.item.id;
    let severity = ident(&format!("{:?}", event.severity));
    let body = event.body.iter().map(|part| match part {
        BodyPart::Text(text) => quote! { BodyPart::Text(#text) },
        BodyPart::Slot(slot) => quote! { BodyPart::Slot(#slot) },
    });
    let log = event.record != EventRecord::SpanEvent;
    let span_event = event.record != EventRecord::Log;
    let (action, slots) = (event.action, slots(model, &event.attributes));
    let feeds = event.feeds.iter().map(|feed| {
        let (metric, slots, value) = (metric(model, feed.metric), &feed.slots, option(feed.value));
        quote! { Feed { metric: &#metric, slots: &[#(#slots),*], value: #value } }
    });
    quote! {
        pub static #name: EventDef = EventDef {
            name: #id, severity: Severity::#severity, body: &[#(#body),*], log: #log, span_event: #span_event,
            action: #action, attributes: #slots, feeds: &[#(#feeds),*],
        };
    }
}

fn metric_static(model: &Model, metric: &Metric) -> TokenStream {
    let name = static_ident("METRIC", &metric.item.id);
    let (id, brief, unit, double) = (&metric.item.id, &metric.item.brief, &metric.unit, metric.double);
    let instrument = ident(&format!("{:?}", metric.instrument));
    let (slots, buckets) = (slots(model, &metric.attributes), &metric.buckets);
    let observes = option(metric.observes.map(|observed| {
        let observed = ident(&format!("{observed:?}"));
        quote! { Observed::#observed }
    }));
    quote! {
        pub static #name: MetricDef = MetricDef {
            name: #id, brief: #brief, instrument: Instrument::#instrument, double: #double, unit: #unit,
            attributes: #slots, buckets: &[#(#buckets),*], observes: #observes,
        };
    }
}

fn schema_static(model: &Model) -> TokenStream {
    let Manifest {
        name,
        version,
        url,
        service,
        run,
        unsupported_protocol,
        log_targets,
        ..
    } = &model.manifest;
    let Run {
        id_attributes,
        adopt_resource_attributes,
        adopt_env,
        directory,
        keep_days,
        file_env,
        debug_env,
        ..
    } = run;
    let keep_runs = run.keep_runs as usize;
    let keep_days = u32::try_from(*keep_days).unwrap_or(u32::MAX);
    let attributes = (0..model.attributes.len()).map(|index| attribute(model, index));
    let screens = model.screens.iter().map(screen);
    let stages = model.stages.iter().map(stage);
    let events = (0..model.events.len()).map(|index| event(model, index));
    let spans = (0..model.spans.len()).map(|index| span(model, index));
    let metrics = (0..model.metrics.len()).map(|index| metric(model, index));
    let errors = model.errors.iter().map(error);
    let roles = roles(model);
    quote! {
        /// The whole vocabulary.
        pub static SCHEMA: SchemaDef = SchemaDef {
            name: #name, version: #version, url: #url, service: #service,
            run: RunDef {
                id_attributes: &[#(#id_attributes),*],
                adopt_resource_attributes: &[#(#adopt_resource_attributes),*],
                adopt_env: &[#(#adopt_env),*],
                directory: #directory, keep_runs: #keep_runs, keep_days: #keep_days, file_env: #file_env,
                debug_env: #debug_env,
            },
            unsupported_protocol: #unsupported_protocol,
            log_targets: &[#(#log_targets),*],
            attributes: &[#(&#attributes),*],
            screens: &[#(&#screens),*],
            stages: &[#(&#stages),*],
            events: &[#(&#events),*],
            spans: &[#(&#spans),*],
            metrics: &[#(&#metrics),*],
            errors: &[#(&#errors),*],
            roles: #roles,
        };
    }
}

fn roles(model: &Model) -> TokenStream {
    let r = &model.roles;
    let attributes = [
        ("screen", r.screen),
        ("screen_from", r.screen_from),
        ("screen_to", r.screen_to),
        ("stage", r.stage),
        ("timing", r.timing),
        ("skip_reason", r.skip_reason),
        ("duration", r.duration),
        ("threshold", r.threshold),
        ("component", r.component),
        ("command_name", r.command_name),
        ("outcome", r.outcome),
        ("error_type", r.error_type),
        ("session", r.session),
        ("exception_message", r.exception_message),
        ("code_file", r.code_file),
        ("code_line", r.code_line),
        ("thread_name", r.thread_name),
    ]
    .map(|(role, index)| {
        let (role, attribute) = (ident(role), attribute(model, index));
        quote! { #role: &#attribute }
    });
    let events = [
        ("navigate", r.navigate),
        ("slow_wait", r.slow_wait),
        ("panic", r.panic),
        ("summary", r.summary),
    ]
    .map(|(role, index)| {
        let (role, event) = (ident(role), event(model, index));
        quote! { #role: &#event }
    });
    let reference = |def: TokenStream| quote! { &#def };
    let command = span(model, r.command);
    let session_span = option(r.session_span.map(|index| reference(span(model, index))));
    let cache_hits = option(r.cache_hits.map(|index| reference(metric(model, index))));
    let cache_misses = option(r.cache_misses.map(|index| reference(metric(model, index))));
    quote! {
        Roles {
            #(#attributes,)* #(#events,)* command: &#command, session_span: #session_span,
            cache_hits: #cache_hits, cache_misses: #cache_misses,
        }
    }
}
