//! Examples for the doors' documentation, made of the schema's own items, so that they run as documentation tests
//! of whichever crate includes them.

use super::literal;
use crate::model::*;

/// `#[doc = …]` for an example; `code` writes `CRATE` where the crate's name belongs.
fn doc(code: &str) -> String {
    let text = format!("\n```\n{code}\n```");
    let parts: Vec<String> = text.split("CRATE").map(literal).collect();
    format!(
        "#[doc = concat!({})]\n",
        parts.join(", env!(\"CARGO_CRATE_NAME\"), ")
    )
}

/// The example of a door, where the schema has what it needs.
pub(super) fn of(model: &Model, door: &str) -> String {
    let code = match door {
        "screen" => screen(model),
        "event" | "capture" => event(model),
        "stage" => stage(model),
        "#[stage]" => stage_attribute(model),
        "span" => span(model),
        "metric" => metric(model),
        "start" => Some(START.to_owned()),
        "handover" => Some(HANDOVER.to_owned()),
        "join" => join(model),
        "show" => show(model),
        _ => None,
    };
    code.map(|code| doc(&code)).unwrap_or_default()
}

const START: &str = r#"# let home = std::env::temp_dir().join(format!("telemetry-example-{}", std::process::id()));
let options = CRATE::Options::new("example").version("1.2.3");
# let options = options.vars(Vec::<(String, String)>::new()).home(&home);
let run = CRATE::start(options)?;
let delivery = run.finish(CRATE::Outcome::Success);
assert_eq!(delivery.ledger.emitted, delivery.ledger.in_file);
# std::fs::remove_dir_all(&home)?;
# Ok::<(), Box<dyn std::error::Error>>(())"#;

/// A launch on a machine with a backend on its loopback; nobody is there, and nobody is waited for.
const HANDOVER: &str = r#"use std::process::Command;

# let home = std::env::temp_dir().join(format!("telemetry-handover-{}", std::process::id()));
let options = CRATE::Options::new("example");
# let vars = [("OTEL_EXPORTER_OTLP_ENDPOINT", "http://localhost:1")];
# let options = options.vars(vars).home(&home).on_notice(|_| ()).flush_budget(std::time::Duration::ZERO);
let run = CRATE::start(options)?;
let handover = CRATE::handover();
let mut docker = Command::new("docker");
docker.arg("run").envs(handover.env());
for (name, _) in handover.env() {
    docker.args(["--env", name]); // Without its value, which may be a secret: docker takes it from its own environment.
}
for host in handover.extra_hosts() {
    docker.args(["--add-host", host]);
}
# let told = format!("{docker:?}");
# assert!(told.contains("http://host.docker.internal:1"), "{told}");
# assert!(told.contains("host.docker.internal:host-gateway"), "{told}");
# assert_eq!(run.handover(), handover);
# drop(run);
# std::fs::remove_dir_all(&home)?;
# Ok::<(), Box<dyn std::error::Error>>(())"#;

fn join(model: &Model) -> Option<String> {
    let variable = model.manifest.run.adopt_env.first()?;
    Some(format!(
        r#"# let home = std::env::temp_dir().join(format!("telemetry-join-{{}}", std::process::id()));
// Inside of the container; the launch has set these.
# let vars = [
#     ("{variable}", "8b4766"),
#     ("TRACEPARENT", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
# ];
let options = CRATE::Options::new("capsule").version("1.2.3");
# let options = options.vars(vars).home(&home);
let session = CRATE::join(options)?;
assert_eq!(session.id(), "8b4766");
assert!(session.session_id().is_some());
let delivery = session.finish(CRATE::Outcome::Success);
# assert_eq!(delivery.ledger.emitted, delivery.ledger.in_file);
# std::fs::remove_dir_all(&home)?;
# Ok::<(), Box<dyn std::error::Error>>(())"#
    ))
}

fn screen(model: &Model) -> Option<String> {
    let from = model
        .screens
        .iter()
        .find(|screen| !screen.navigates_to.is_empty())?;
    let to = &model.screens[*from.navigates_to.first()?];
    let (from, to) = (from.item.rust_type(), to.item.rust_type());
    Some(format!(
        "use CRATE::{{prelude::*, screens::{to}}};\n\nlet captured = CRATE::capture(|| {{\n    screen!({from}).enter();\n    \
         screen!({from}).navigate({to});\n}});\ncaptured.assert_conforms();"
    ))
}

fn event(model: &Model) -> Option<String> {
    let event = example_event(model)?;
    let name = event.item.rust_type();
    let attributes = attributes(model, &event.attributes);
    Some(format!(
        "use CRATE::{{events, prelude::*}};\n\nlet captured = CRATE::capture(|| {{\n    event!({name}{attributes});\n}});\n\
         assert_eq!(captured.events::<events::{name}>().len(), 1);"
    ))
}

/// An event that is recorded without `--debug`, with attributes if there is one.
fn example_event(model: &Model) -> Option<&Event> {
    let mut shown = model.events.iter().filter(|event| {
        !event.item.implicit && event.severity > Severity::Debug && event.record != EventRecord::Both
    });
    let first = shown.clone().next();
    shown
        .find(|event| event.attributes.iter().any(|used| used.required))
        .or(first)
}

fn stage(model: &Model) -> Option<String> {
    let stage = model.stages.first()?;
    let (name, recorded) = (stage.item.rust_type(), recorded(model, stage));
    Some(format!(
        "use CRATE::prelude::*;\n\n# let captured = CRATE::capture(|| {{\n\
         let text = stage!({name}).run(|_stage| Ok::<_, std::io::Error>(\"done\"));\n# assert!(text.is_ok());\n# }});\n\
         # assert!(captured.spans().iter().any(|span| span.name == \"{recorded}\"));"
    ))
}

/// The name of a stage's span.
fn recorded(model: &Model, stage: &Stage) -> String {
    format!("{}.{}", model.screens[stage.screen].item.id, stage.item.id)
}

fn stage_attribute(model: &Model) -> Option<String> {
    let stage = model.stages.first()?;
    let (name, recorded) = (stage.item.rust_type(), recorded(model, stage));
    Some(format!(
        "use CRATE::prelude::*;\n\n#[CRATE::stage({name})]\nfn work() -> Result<u32, std::io::Error> {{\n    Ok(7)\n}}\n\n\
         # let captured = CRATE::capture(|| assert!(matches!(work(), Ok(7))));\n# assert!(captured.spans().iter().any(|span| span.name == \"{recorded}\"));"
    ))
}

fn span(model: &Model) -> Option<String> {
    let span = model.spans.iter().find(|span| !span.item.implicit)?;
    let (name, attributes) = (span.item.rust_type(), attributes(model, &span.attributes));
    let recorded = &span.item.id;
    Some(format!(
        "use CRATE::prelude::*;\n\n# let captured = CRATE::capture(|| {{\nlet span = span!({name}{attributes}).start();\n\
         // … the work …\nspan.done();\n# }});\n# assert!(captured.spans().iter().any(|span| span.name == \"{recorded}\"));"
    ))
}

fn metric(model: &Model) -> Option<String> {
    let metric = model.metrics.iter().find(|metric| metric.observes.is_none())?;
    let (name, attributes) = (metric.item.rust_type(), attributes(model, &metric.attributes));
    let verb = match metric.instrument {
        Instrument::Counter | Instrument::UpDownCounter => "add",
        Instrument::Gauge => "set",
        Instrument::Histogram => "record",
    };
    let number = if metric.double { "1.0" } else { "1" };
    Some(format!(
        "use CRATE::prelude::*;\n\nmetric!({name}{attributes}).{verb}({number});"
    ))
}

fn show(model: &Model) -> Option<String> {
    let name = model.screens.first()?.item.rust_type();
    Some(format!(
        "use CRATE::prelude::*;\n\n# let captured = CRATE::capture(|| {{\n// Once in every turn of the program's loop: the second call changes nothing.\n\
         CRATE::show(Screen::{name});\nCRATE::show(Screen::{name});\n# }});\n# assert_eq!(captured.visits().len(), 1);"
    ))
}

/// ` { name: value }` for what is required; nothing when nothing is.
fn attributes(model: &Model, uses: &[AttributeUse]) -> String {
    let given: Vec<String> = uses
        .iter()
        .filter(|used| used.required)
        .map(|used| {
            let attribute = &model.attributes[used.attribute];
            format!("{}: {}", attribute.item.rust_name, value(model, attribute))
        })
        .collect();
    if given.is_empty() {
        String::new()
    } else {
        format!(" {{ {} }}", given.join(", "))
    }
}

/// A value that an attribute takes, as Rust.
fn value(model: &Model, attribute: &Attribute) -> String {
    let first = |names: Vec<String>, of: &str| match names.first() {
        Some(name) => format!("{of}::{name}"),
        None => of.to_owned(),
    };
    match &attribute.kind {
        _ if attribute.sensitivity == Sensitivity::Secret => "Secret::of(\"a secret\")".to_owned(),
        AttributeKind::String => match attribute.examples.first() {
            Some(example) => format!("{example:?}"),
            None => "\"text\"".to_owned(),
        },
        AttributeKind::Bool => "true".to_owned(),
        AttributeKind::Int => "1".to_owned(),
        AttributeKind::Double => "1.0".to_owned(),
        AttributeKind::Strings => "&[\"text\"]".to_owned(),
        AttributeKind::Ints => "&[1]".to_owned(),
        AttributeKind::Doubles => "&[1.0]".to_owned(),
        AttributeKind::Bools => "&[true]".to_owned(),
        AttributeKind::Enum(values) => first(
            values.iter().map(|value| value.rust_type.clone()).collect(),
            &attribute.item.rust_type(),
        ),
        AttributeKind::Screen => first(
            model.screens.iter().map(|s| s.item.rust_type()).collect(),
            "Screen",
        ),
        AttributeKind::Stage => first(model.stages.iter().map(|s| s.item.rust_type()).collect(), "Stage"),
        AttributeKind::Error => "ErrorType::Other".to_owned(),
    }
}
