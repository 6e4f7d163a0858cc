//! A small schema, written by hand as a build script would generate it: the runtime's tests know no compiler.

use telemetry_runtime::def::*;
use telemetry_runtime::{ErrorItem, Vocabulary};

macro_rules! attributes {
    ($($name:ident $key:literal $kind:ident;)*) => {$(
        pub(crate) static $name: AttributeDef = AttributeDef {
            key: $key,
            kind: ValueKind::$kind,
            values: &[],
            secret: false,
            scrub: true,
            max_length: 1024,
            unit: None,
        };
    )*
    static ATTRIBUTES: &[&AttributeDef] = &[$(&$name),*];
    };
}

attributes! {
    SCREEN "app.screen.name" String;
    SCREEN_FROM "app.screen.from" String;
    SCREEN_TO "app.screen.to" String;
    STAGE "app.stage" String;
    TIMING "app.timing" String;
    SKIP_REASON "app.skip.reason" String;
    DURATION "app.duration" Int;
    THRESHOLD "app.threshold" Int;
    COMPONENT "app.component" String;
    COMMAND_NAME "app.command" String;
    OUTCOME "app.outcome" String;
    ERROR_TYPE "error.type" String;
    SESSION "session.id" String;
    EXCEPTION "exception.message" String;
    CODE_FILE "code.file.path" String;
    CODE_LINE "code.line.number" Int;
    THREAD "thread.name" String;
    WORKSPACE "app.workspace" String;
    NUMBER "app.number" Int;
    WORKER "app.worker" Int;
    EXIT_CODE "process.exit.code" Int;
    PROGRAM "process.executable.name" String;
    CACHE "app.cache" String;
}

/// Its schema forgot to ask for the scrubber.
pub(crate) static ARGUMENTS: AttributeDef = AttributeDef {
    key: "process.command_args",
    kind: ValueKind::Strings,
    values: &[],
    secret: false,
    scrub: false,
    max_length: 1024,
    unit: None,
};

const fn required(attribute: &'static AttributeDef) -> Slot {
    Slot {
        attribute,
        required: true,
    }
}

const fn optional(attribute: &'static AttributeDef) -> Slot {
    Slot {
        attribute,
        required: false,
    }
}

const fn screen(id: &'static str, navigates_to: &'static [&'static str]) -> ScreenDef {
    let span = SpanDef {
        id,
        name: id,
        class: SpanClass::Screen,
        kind: SpanKind::Internal,
        new_trace: true,
        links: &[],
        screen: None,
        stage: None,
        label: id,
        slow_after_ms: None,
        attributes: const { &[optional(&WORKSPACE)] },
    };
    ScreenDef {
        span,
        navigates_to,
        actions: &["select"],
    }
}

pub(crate) static LIST: ScreenDef = screen("list", &["settings", "editor", "launch"]);
pub(crate) static SETTINGS: ScreenDef = screen("settings", &["list"]);
pub(crate) static EDITOR: ScreenDef = screen("editor", &["list"]);
pub(crate) static LAUNCH: ScreenDef = screen("launch", &[]);

const fn stage(id: &'static str, name: &'static str, slow_after_ms: Option<u64>) -> SpanDef {
    SpanDef {
        id,
        name,
        class: SpanClass::Stage,
        kind: SpanKind::Internal,
        new_trace: false,
        links: &[],
        screen: Some("launch"),
        stage: None,
        label: id,
        slow_after_ms,
        attributes: const { &[optional(&CACHE)] },
    }
}

pub(crate) static IMAGE: SpanDef = stage("image", "launch.image", Some(500));
pub(crate) static NETWORK: SpanDef = stage("network", "launch.network", None);
pub(crate) static BUILD: SpanDef = SpanDef {
    class: SpanClass::Timing,
    stage: Some("image"),
    attributes: &[],
    ..stage("build", "launch.image.build", Some(300))
};

const fn span(id: &'static str, new_trace: bool, attributes: &'static [Slot]) -> SpanDef {
    SpanDef {
        name: id,
        class: SpanClass::Span,
        new_trace,
        links: &[],
        screen: None,
        attributes,
        ..stage(id, id, None)
    }
}

pub(crate) static WORK: SpanDef = span("work", false, const { &[optional(&NUMBER)] });
pub(crate) static PROCESS: SpanDef = span(
    "process",
    false,
    const { &[required(&PROGRAM), optional(&EXIT_CODE), optional(&ARGUMENTS)] },
);
pub(crate) static TAB: SpanDef = SpanDef {
    links: &[LinkRule::Handover, LinkRule::Visit, LinkRule::Previous],
    ..span("tab", true, &[])
};
static COMMAND: SpanDef = span(
    "command",
    true,
    const { &[required(&COMMAND_NAME), optional(&OUTCOME), optional(&ERROR_TYPE)] },
);

pub(crate) static SESSION_SPAN: SpanDef = SpanDef {
    links: &[LinkRule::Handover],
    ..span("stay", true, const { &[required(&SESSION)] })
};

const fn event(name: &'static str, severity: Severity, attributes: &'static [Slot]) -> EventDef {
    EventDef {
        name,
        severity,
        body: &[],
        log: true,
        span_event: false,
        action: false,
        attributes,
        feeds: &[],
    }
}

pub(crate) static TICK: EventDef = EventDef {
    body: &[
        BodyPart::Text("tick "),
        BodyPart::Slot(0),
        BodyPart::Text(" of "),
        BodyPart::Slot(1),
    ],
    ..event(
        "tick",
        Severity::Info,
        const { &[required(&NUMBER), required(&WORKER)] },
    )
};
pub(crate) static PROBE: EventDef = event("probe", Severity::Debug, &[]);
pub(crate) static SELECT: EventDef = EventDef {
    log: false,
    span_event: true,
    action: true,
    ..event("select", Severity::Info, &[])
};
pub(crate) static MARK: EventDef = EventDef {
    log: false,
    span_event: true,
    ..event("mark", Severity::Info, &[])
};
pub(crate) static BOTH: EventDef = EventDef {
    span_event: true,
    ..event("both", Severity::Info, &[])
};
pub(crate) static CACHE_HIT: EventDef = EventDef {
    feeds: const {
        &[Feed {
            metric: &HITS,
            slots: &[0],
            value: None,
        }]
    },
    ..event("cache.hit", Severity::Info, const { &[required(&CACHE)] })
};
pub(crate) static DOWNLOADED: EventDef = EventDef {
    feeds: const {
        &[Feed {
            metric: &SIZES,
            slots: &[],
            value: Some(0),
        }]
    },
    ..event("downloaded", Severity::Info, const { &[optional(&NUMBER)] })
};
static NAVIGATE: EventDef = EventDef {
    log: false,
    span_event: true,
    ..event("navigate", Severity::Info, const { &[required(&SCREEN_TO)] })
};
static SLOW_WAIT: EventDef = event(
    "slow.wait",
    Severity::Warn,
    const {
        &[
            required(&STAGE),
            optional(&TIMING),
            required(&DURATION),
            required(&THRESHOLD),
        ]
    },
);
static PANIC: EventDef = event(
    "panic",
    Severity::Error,
    const {
        &[
            required(&EXCEPTION),
            optional(&CODE_FILE),
            optional(&CODE_LINE),
            optional(&THREAD),
        ]
    },
);
static SESSION_START: EventDef = event("stay.start", Severity::Info, const { &[required(&SESSION)] });
static SESSION_END: EventDef = event(
    "stay.end",
    Severity::Info,
    const {
        &[
            required(&SESSION),
            optional(&DURATION),
            optional(&OUTCOME),
            optional(&ERROR_TYPE),
        ]
    },
);
static SUMMARY: EventDef = event(
    "summary",
    Severity::Info,
    &[optional(&OUTCOME), optional(&DURATION)],
);

const fn metric(name: &'static str, instrument: Instrument, attributes: &'static [Slot]) -> MetricDef {
    MetricDef {
        name,
        brief: "",
        instrument,
        double: false,
        unit: "1",
        attributes,
        buckets: &[],
        observes: None,
    }
}

pub(crate) static HITS: MetricDef = metric("hits", Instrument::Counter, const { &[required(&CACHE)] });
pub(crate) static MISSES: MetricDef = metric("misses", Instrument::Counter, const { &[required(&CACHE)] });
pub(crate) static ACTIVE: MetricDef = metric("active", Instrument::UpDownCounter, &[]);
pub(crate) static DEPTH: MetricDef = metric("depth", Instrument::Gauge, &[]);
pub(crate) static SIZES: MetricDef = MetricDef {
    buckets: &[10.0, 100.0],
    ..metric("sizes", Instrument::Histogram, &[])
};

/// The runtime observes it by itself.
static MEMORY: MetricDef = MetricDef {
    observes: Some(Observed::ProcessMemoryUsage),
    ..metric("process.memory.usage", Instrument::UpDownCounter, &[])
};

pub(crate) static REFUSED: ErrorDef = ErrorDef {
    id: "refused",
    code: None,
    brief: "Refused.",
};

pub(crate) static SCHEMA: SchemaDef = SchemaDef {
    name: "app",
    version: "1.0.0",
    url: "https://example.com/app/1.0.0",
    service: "app",
    run: RunDef {
        id_attributes: &["app.run.id"],
        adopt_resource_attributes: &["app.run.id"],
        adopt_env: &["APP_RUN_ID"],
        directory: "~/.app/runs",
        keep_runs: 200,
        keep_days: 30,
        file_env: "APP_FILE",
        debug_env: "APP_DEBUG",
    },
    unsupported_protocol: "E016",
    log_targets: &["app"],
    attributes: ATTRIBUTES,
    screens: &[&LIST, &SETTINGS, &EDITOR, &LAUNCH],
    stages: &[&IMAGE, &NETWORK],
    timings: &[&BUILD],
    events: &[
        &TICK,
        &PROBE,
        &SELECT,
        &MARK,
        &BOTH,
        &CACHE_HIT,
        &DOWNLOADED,
        &NAVIGATE,
        &SLOW_WAIT,
        &PANIC,
    ],
    spans: &[&WORK, &PROCESS, &TAB, &COMMAND],
    metrics: &[&HITS, &MISSES, &ACTIVE, &DEPTH, &SIZES, &MEMORY],
    errors: &[&REFUSED],
    roles: Roles {
        screen: &SCREEN,
        screen_from: &SCREEN_FROM,
        screen_to: &SCREEN_TO,
        stage: &STAGE,
        timing: &TIMING,
        skip_reason: &SKIP_REASON,
        duration: &DURATION,
        threshold: &THRESHOLD,
        component: &COMPONENT,
        command_name: &COMMAND_NAME,
        outcome: &OUTCOME,
        error_type: &ERROR_TYPE,
        session: &SESSION,
        exception_message: &EXCEPTION,
        code_file: &CODE_FILE,
        code_line: &CODE_LINE,
        thread_name: &THREAD,
        navigate: &NAVIGATE,
        slow_wait: &SLOW_WAIT,
        panic: &PANIC,
        summary: &SUMMARY,
        command: &COMMAND,
        session_span: Some(&SESSION_SPAN),
        session_start: Some(&SESSION_START),
        session_end: Some(&SESSION_END),
        cache_hits: Some(&HITS),
        cache_misses: Some(&MISSES),
    },
};

/// The vocabulary.
#[derive(Debug)]
pub(crate) enum App {}

impl Vocabulary for App {
    const SCHEMA: &'static SchemaDef = &SCHEMA;
    type ErrorType = ErrorType;
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ErrorType {
    Refused,
}

impl ErrorItem for ErrorType {
    fn def(self) -> &'static ErrorDef {
        &REFUSED
    }
}
