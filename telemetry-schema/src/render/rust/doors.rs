//! The doors of a schema's crate: the macros, bound to the crate's own items, the functions that begin a run,
//! and the prelude.

use super::template::fill;
use super::{EXCUSED, doc, examples, ident};
use crate::model::Model;

/// `macro_rules!` carry `$crate`, so that a macro finds its schema under any name and from any crate.
const MACRO: &str = r#"
$documentation
$example
#[macro_export]
macro_rules! __telemetry_$name {
    ($($tokens:tt)*) => { $crate::__macros::$inner!{ [$crate] $($tokens)* } };
}
"#;

const DOORS: &str = r#"
#[doc(hidden)]
pub use ::telemetry_macros as __macros;

/// Runs a function as a stage, which its `Result` ends: `#[stage(Name)]` above a function or an async function;
/// `#[stage(Name as stage)]` names the open stage inside.
///
/// It is written with its path, because `stage!` of the prelude has the same name, and needs that macro in scope.
$stage_example
pub use ::telemetry_macros::stage;

$macros
/// The vocabulary `$schema`, version $version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum $vocabulary {}

$excused
impl crate::__rt::Vocabulary for $vocabulary {
    const SCHEMA: &'static crate::__rt::def::SchemaDef = &__defs::SCHEMA;
    type ErrorType = ErrorType;
}

pub use crate::__rt::line::Outcome;
pub use crate::__rt::value::Secret;
pub use crate::__rt::{Delivery, Options, Place, StartError};

/// One execution of the program: the only guard. See [`start`].
$excused
pub type Run = crate::__rt::Run<$vocabulary>;

/// What [`capture`] recorded.
$excused
pub type Captured<R> = crate::__rt::Captured<$vocabulary, R>;

/// Begins a run: call it once, at the start of the program, and [`Run::finish`] at its end.
///
/// # Errors
///
/// A variable of the environment that cannot be honoured, by name; see [`StartError`]. [`Run::off`] is there for a
/// program that goes on without.
$start
$excused
pub fn start(options: Options) -> Result<Run, StartError> {
    Run::start(options)
}

$join_door
/// What to tell a container that is launched from here, so that the session inside of it continues this run: see
/// [`Run::handover`], which this is for code that does not hold the run.
$handover
pub use crate::__rt::{Handover, handover};

/// Says which screen the operator sees, for a program that computes it: cheap when nothing changed.
$show
$excused
pub fn show(screen: Screen) {
    crate::__rt::screen::show(screen.def());
}

/// Runs `work` under a run of its own, which records into memory: for tests, in parallel ones too.
$capture
$excused
pub fn capture<R>(work: impl FnOnce() -> R) -> Captured<R> {
    crate::__rt::capture(work)
}

/// The same for a future.
$excused
pub fn capture_async<F: ::core::future::Future>(
    work: F,
) -> impl ::core::future::Future<Output = Captured<F::Output>> {
    crate::__rt::capture_async(work)
}

/// The layer through which `tracing` events arrive as logs.
pub use crate::__rt::layer::layer;

/// What a call site needs, next to the items of `screens` and `stages`.
pub mod prelude {
    // By their textual names: a path to a macro that an expansion exported is refused.
    pub use __telemetry_event as event;
    pub use __telemetry_metric as metric;
    pub use __telemetry_screen as screen;
    pub use __telemetry_span as span;
    pub use __telemetry_stage as stage;
    #[allow(unused_imports, reason = "a schema may have no closed sets")]
    pub use crate::attributes::*;
    pub use crate::{ErrorType, Options, Outcome, Screen, Secret, Stage};
}
"#;

/// Only for a schema that has a word for the stay in a container.
const JOIN: &str = r#"
/// Joins the run that launched this container, in the place of [`start`]: this stay in it is a session of that run,
/// with a `session.id` of its own, linked to the launch, and exported as it happens.
///
/// What [`Run::handover`] gave is taken from the environment; without it the session is a run of its own. The
/// command's name says which part of the product this is, unless [`Options::component`] does.
///
/// # Errors
///
/// As [`start`].
$join
$excused
pub fn join(options: Options) -> Result<Run, StartError> {
    Run::join(options)
}
"#;

const MACROS: [(&str, &str, &str); 5] = [
    (
        "screen",
        "screen",
        "A screen of the schema: `screen!(List).navigate(Settings)`, `screen!(List).enter()`, and a setter for each of\n\
         its tags.",
    ),
    (
        "event",
        "event",
        "Records an event: `event!(Name { attribute: value, punned })`. Nothing in the braces is evaluated unless\n\
         somebody listens. `event!(Name { … } on Screen)` also checks that the screen lists the event as an action.",
    ),
    (
        "stage",
        // `#[stage]` has the plain name: one crate cannot export two macros under it.
        "stage_call",
        "A stage, about to start: `stage!(Name).run(|stage| …)`, `.run_async(async |stage| …)`, `.start()`,\n\
         `.instrument(future)`, `.skip(reason)`.",
    ),
    (
        "span",
        "span",
        "A span, about to start: `span!(Name { attribute: value }).run(|span| …)`, `.start()`,\n\
         `.instrument(future)`, `.run_command(&mut command)`.",
    ),
    (
        "metric",
        "metric",
        "Measures: `metric!(Name { attribute: value }).add(1)`, `.set(…)` for a gauge, `.record(…)` for a histogram.",
    ),
];

pub(super) fn write(out: &mut String, model: &Model) {
    let mut macros = String::new();
    for (name, inner, documentation) in MACROS {
        fill(
            &mut macros,
            MACRO,
            &[
                ("documentation", &doc(documentation)),
                ("example", &examples::of(model, name)),
                ("name", name),
                ("inner", inner),
            ],
        );
    }
    let mut join = String::new();
    if model.roles.session_span.is_some() {
        let example = examples::of(model, "join");
        fill(&mut join, JOIN, &[("excused", EXCUSED), ("join", &example)]);
    }
    fill(
        out,
        DOORS,
        &[
            ("excused", EXCUSED),
            ("macros", &macros),
            ("stage_example", &examples::of(model, "#[stage]")),
            ("schema", &model.manifest.name),
            ("version", &model.manifest.version),
            (
                "vocabulary",
                &ident(&crate::name::upper_camel(&model.manifest.name)),
            ),
            ("start", &examples::of(model, "start")),
            ("join_door", &join),
            ("handover", &examples::of(model, "handover")),
            ("show", &examples::of(model, "show")),
            ("capture", &examples::of(model, "capture")),
        ],
    );
}
