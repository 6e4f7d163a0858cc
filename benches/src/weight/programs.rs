//! The generated programs: each sets a library up for OTLP/gRPC, tells it of a parcel and ends it.

use std::path::Path;

use anyhow::Result;

use crate::receiver::Items;
use crate::sites::crates::{file, manifest, telemetry_crate};

/// What a program is built on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Program {
    /// Nothing: what the others are compared with.
    Nothing,
    /// This project's runtime, macros and schema compiler.
    Ours,
    /// The same without the export.
    OursFileOnly,
    /// `tracing` over the SDK, with TLS and gzip as ours has them.
    Tracing,
    /// The same without TLS and gzip.
    TracingPlain,
    /// fastrace over the SDK's exporter, without TLS and gzip.
    Fastrace,
    /// `emit` and `emit_otlp` with their defaults: TLS and gzip.
    Emit,
}

impl Program {
    /// All of them; the first is the one with nothing.
    pub(crate) const ALL: [Self; 7] = [
        Self::Nothing,
        Self::Ours,
        Self::OursFileOnly,
        Self::Tracing,
        Self::TracingPlain,
        Self::Fastrace,
        Self::Emit,
    ];

    /// Name of the crate.
    pub(crate) fn package(self) -> &'static str {
        match self {
            Self::Nothing => "on-nothing",
            Self::Ours => "on-ours",
            Self::OursFileOnly => "on-ours-file-only",
            Self::Tracing => "on-tracing",
            Self::TracingPlain => "on-tracing-plain",
            Self::Fastrace => "on-fastrace",
            Self::Emit => "on-emit",
        }
    }

    /// The row's label.
    pub(crate) fn what(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Ours => "ours: TLS, gzip, run file, schema compiler",
            Self::OursFileOnly => "ours without the export (`default-features = false`)",
            Self::Tracing => "`tracing` and both bridges over the SDK: TLS, gzip",
            Self::TracingPlain => "the same without TLS and gzip",
            Self::Fastrace => "fastrace over the SDK's exporter, without TLS and gzip",
            Self::Emit => "`emit`, `emit_otlp`: TLS, gzip",
        }
    }

    /// What a run of it sends.
    pub(crate) fn sends(self) -> Items {
        match self {
            Self::Nothing | Self::OursFileOnly => Items::default(),
            // The span of the command and the summary beside the event.
            Self::Ours => Items { spans: 1, logs: 2 },
            Self::Tracing | Self::TracingPlain | Self::Emit => Items::logs(1),
            Self::Fastrace => Items::spans(1),
        }
    }

    fn dependencies(self) -> String {
        const OTLP: &str = "opentelemetry-otlp = { version = \"0.33\", default-features = false, features = ";
        const SDK: &str = "opentelemetry = \"0.33\"\nopentelemetry_sdk = \"0.33\"\n\
                           tokio = { version = \"1\", features = [\"rt-multi-thread\"] }\n";
        const LAYERS: &str = "tracing = \"0.1\"\ntracing-subscriber = \"0.3\"\n\
                              tracing-opentelemetry = \"0.34\"\nopentelemetry-appender-tracing = \"0.33\"\n";
        let all = "[\"grpc-tonic\", \"logs\", \"metrics\", \"trace\", \"gzip-tonic\", \"tls-ring\", \"tls-roots\"] }\n";
        let plain = "[\"grpc-tonic\", \"logs\", \"metrics\", \"trace\"] }\n";
        match self {
            Self::Nothing | Self::Ours | Self::OursFileOnly => String::new(),
            Self::Tracing => format!("{SDK}{LAYERS}{OTLP}{all}"),
            Self::TracingPlain => format!("{SDK}{LAYERS}{OTLP}{plain}"),
            Self::Fastrace => format!(
                "{SDK}fastrace = {{ version = \"0.7\", features = [\"enable\"] }}\nfastrace-opentelemetry = \"0.19\"\n\
                 {OTLP}[\"grpc-tonic\", \"trace\"] }}\n"
            ),
            Self::Emit => "emit = \"2\"\nemit_otlp = \"2\"\n".to_owned(),
        }
    }

    fn source(self) -> String {
        match self {
            Self::Nothing => "fn main() {\n    println!(\"nothing\");\n}\n".to_owned(),
            Self::Ours | Self::OursFileOnly => OURS.replace("LIBRARY", &self.package().replace('-', "_")),
            Self::Tracing => TRACING.replace(
                "/* how */",
                ".with_compression(Compression::Gzip).with_tls_config(ClientTlsConfig::new().with_enabled_roots())",
            ),
            Self::TracingPlain => TRACING
                .replace("/* how */", "")
                .replace("use opentelemetry_otlp::tonic_types::transport::ClientTlsConfig;\n", "")
                .replace(", Compression, WithTonicConfig", ""),
            Self::Fastrace => FASTRACE.to_owned(),
            Self::Emit => EMIT.to_owned(),
        }
    }
}

/// Writes the workspace, with the versions of our own lock file.
pub(crate) fn write(workspace: &Path) -> Result<()> {
    let members = Program::ALL.map(Program::package);
    file(
        workspace,
        "Cargo.toml",
        &format!(
            "[workspace]\nresolver = \"3\"\nmembers = {members:?}\n\n[profile.release]\nstrip = \"symbols\"\n"
        ),
    )?;
    file(workspace, "Cargo.lock", include_str!("../../Cargo.lock"))?;
    for program in Program::ALL {
        let name = program.package();
        match program {
            Program::Ours => telemetry_crate(workspace, name, "")?,
            Program::OursFileOnly => telemetry_crate(workspace, name, ", default-features = false")?,
            _ => file(
                workspace,
                &format!("{name}/Cargo.toml"),
                &manifest(name, &program.dependencies()),
            )?,
        }
        file(workspace, &format!("{name}/src/main.rs"), &program.source())?;
    }
    Ok(())
}

const OURS: &str = r#"use LIBRARY::{Options, Outcome, attributes::Hall, prelude::*};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let run = LIBRARY::start(Options::new("weigh"))?;
    event!(Happened0 { parcel: "P-1", hall: Hall::North, weight: 1840, express: true });
    println!("{}", run.finish(Outcome::Success));
    Ok(())
}
"#;

const TRACING: &str = r#"use opentelemetry::trace::TracerProvider;
use opentelemetry_appender_tracing::layer::OpenTelemetryTracingBridge;
use opentelemetry_otlp::tonic_types::transport::ClientTlsConfig;
use opentelemetry_otlp::{LogExporter, MetricExporter, SpanExporter, Compression, WithTonicConfig};
use opentelemetry_sdk::{logs::SdkLoggerProvider, metrics::SdkMeterProvider, trace::SdkTracerProvider};
use tracing_subscriber::prelude::*;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let inside = runtime.enter();
    let spans = SpanExporter::builder().with_tonic()/* how */.build()?;
    let logs = LogExporter::builder().with_tonic()/* how */.build()?;
    let metrics = MetricExporter::builder().with_tonic()/* how */.build()?;
    drop(inside);
    let traces = SdkTracerProvider::builder().with_batch_exporter(spans).build();
    let logs = SdkLoggerProvider::builder().with_batch_exporter(logs).build();
    let metrics = SdkMeterProvider::builder().with_periodic_exporter(metrics).build();
    tracing_subscriber::registry()
        .with(tracing_subscriber::filter::LevelFilter::INFO)
        .with(tracing_opentelemetry::layer().with_tracer(traces.tracer("weigh")))
        .with(OpenTelemetryTracingBridge::new(&logs))
        .init();
    tracing::info!(parcel = "P-1", hall = "north", weight = 1840, express = true, "happened");
    metrics.shutdown()?;
    traces.shutdown()?;
    logs.shutdown()?;
    println!("delivered, perhaps");
    Ok(())
}
"#;

const FASTRACE: &str = r#"use std::borrow::Cow;

use fastrace::collector::{Config, SpanContext};
use fastrace::Span;
use opentelemetry::InstrumentationScope;
use opentelemetry_otlp::SpanExporter;
use opentelemetry_sdk::Resource;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let inside = runtime.enter();
    let exporter = SpanExporter::builder().with_tonic().build()?;
    drop(inside);
    let scope = InstrumentationScope::builder("weigh").build();
    let reporter = fastrace_opentelemetry::OpenTelemetryReporter::new(
        exporter,
        Cow::Owned(Resource::builder().build()),
        scope,
    );
    let handle = runtime.handle().clone();
    fastrace::set_reporter(reporter.with_block_on(move |export| handle.block_on(export)), Config::default());
    drop(Span::root("happened", SpanContext::random()).with_properties(|| {
        [("parcel", "P-1"), ("hall", "north"), ("weight", "1840"), ("express", "true")]
    }));
    fastrace::flush();
    println!("delivered, perhaps");
    Ok(())
}
"#;

const EMIT: &str = r#"fn main() {
    let otlp = emit_otlp::from_env().spawn();
    let started = emit::setup().emit_to(otlp).init();
    emit::info!("happened", parcel: "P-1", hall: "north", weight: 1840, express: true);
    started.blocking_flush(std::time::Duration::from_secs(2));
    println!("delivered, perhaps");
}
"#;
