//! fastrace with its OpenTelemetry reporter over the SDK's exporter. It has spans with events and no log records,
//! and its attributes are strings. A thread's ring holds 10,240 commands, four for a root span: what comes beyond
//! 2,560 of them waits at the thread until its next span, and no flush reaches it, so that the last ones of a burst are
//! lost at the end. It also sends all of an interval in one message, which a backend refuses above 4 MiB. A producer
//! that never stops has to flush in time.

use std::borrow::Cow;
use std::hint::black_box;
use std::path::Path;

use anyhow::Result;
use fastrace::collector::{Config, SpanContext};
use fastrace::local::LocalSpan;
use fastrace::{Event, Span};
use fastrace_opentelemetry::OpenTelemetryReporter;
use opentelemetry::InstrumentationScope;
use tokio::runtime::Runtime;

use crate::exporters::{Exporter, SHORT_RUN, STAGES, every, sdk};
use crate::peers::{PARCEL, Parcel};
use crate::receiver::Items;
use crate::trials;

/// Sets the reporter; it lives as long as the runtime.
pub(crate) fn report(runtime: &Runtime, endpoint: &str) -> Result<()> {
    let exporter = sdk::span_exporter(runtime, endpoint)?;
    let scope = InstrumentationScope::builder("bench").build();
    let handle = runtime.handle().clone();
    let reporter = OpenTelemetryReporter::new(exporter, Cow::Owned(sdk::resource()), scope)
        .with_block_on(move |export| handle.block_on(export));
    fastrace::set_reporter(reporter, Config::default());
    Ok(())
}

/// The measured span, a root each.
pub(crate) fn roots(endpoint: &str, _folder: &Path) -> Result<Exporter> {
    exporter(endpoint, |times| {
        for _ in 0..times {
            let parcel = black_box(&PARCEL);
            let root =
                Span::root("parcel.route", SpanContext::random()).with_properties(|| properties(parcel));
            root.add_event(Event::new("parcel loaded"));
        }
        Items::spans(times)
    })
}

/// The measured span as a local one, under one root for a burst of them.
pub(crate) fn locals(endpoint: &str, _folder: &Path) -> Result<Exporter> {
    exporter(endpoint, |times| {
        let root = Span::root("depot", SpanContext::random());
        let _under = root.set_local_parent();
        for _ in 0..times {
            let parcel = black_box(&PARCEL);
            let _route =
                LocalSpan::enter_with_local_parent("parcel.route").with_properties(|| properties(parcel));
            LocalSpan::add_event(Event::new("parcel loaded"));
        }
        Items::spans(times + 1)
    })
}

/// A short run: a visit, twelve stages, forty events, which are span events here.
pub(crate) fn short_run(endpoint: &str, _folder: &Path) -> Result<Exporter> {
    let sorted = || Event::new("parcel sorted").with_properties(|| properties(&PARCEL));
    exporter(endpoint, move |_| {
        let visit = Span::root("board", SpanContext::random());
        visit.add_event(sorted());
        trials::emitted();
        let under = visit.set_local_parent();
        for stage in STAGES {
            let _stage = LocalSpan::enter_with_local_parent(stage);
            (0..3).for_each(|_| LocalSpan::add_event(sorted()));
        }
        drop(under);
        (0..3).for_each(|_| visit.add_event(sorted()));
        Items::spans(SHORT_RUN.spans)
    })
}

fn properties(parcel: &Parcel) -> [(&'static str, Cow<'static, str>); 4] {
    [
        ("depot.parcel", parcel.number.into()),
        ("depot.hall", parcel.hall.as_str().into()),
        ("depot.weight", parcel.weight.to_string().into()),
        (
            "depot.express",
            if parcel.express { "true" } else { "false" }.into(),
        ),
    ]
}

/// fastrace as everybody else is seen.
pub(crate) fn exporter(endpoint: &str, emit: impl FnMut(u64) -> Items + 'static) -> Result<Exporter> {
    let runtime = sdk::runtime()?;
    report(&runtime, endpoint)?;
    Ok(Exporter::new(emit, fastrace::flush)
        .pace(every(2, fastrace::flush))
        .end(move || {
            fastrace::flush();
            drop(runtime);
            Ok(Items::default())
        }))
}
