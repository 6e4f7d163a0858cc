//! Compiling a schema: what a build script pays when a YAML file changed.

use std::collections::HashSet;
use std::fmt::Write;
use std::hint::black_box;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use telemetry_schema::model::Model;
use telemetry_schema::{Source, compile, render};

use crate::case::{Case, Group, Prepared, Target};

/// A large one.
pub(crate) static SCHEMA: Group = Group {
    name: "compile",
    title: "Compiling a schema of 1,000 events",
    about: "One YAML file, generated: 1,000 events with four attributes each, of 250 attributes of every plain type, \
            20 screens and 200 stages. From the text of the YAML to the text of the Rust code, in this process; \
            one operation is one schema.",
    base: "compile/all",
    cases: &[
        Case::new("compile/all", "YAML to Rust", all).counted(1),
        Case::new("compile/model", "YAML to the checked model", model).counted(1),
        Case::new("compile/rust", "the model to Rust", rust).counted(1),
    ],
    targets: &[Target::Nanoseconds("compile/all", 300e6)],
};

/// A very large one, as a command that only looks for mistakes meets it.
pub(crate) static CHECK: Group = Group {
    name: "check",
    title: "Checking a schema of 10,000 items",
    about: "One YAML file, generated: 6,800 events with four attributes each, of 1,704 attributes of every plain type, \
            136 screens and 1,360 stages. What `telemetry schema check` does, without starting a process; one operation \
            is one schema.",
    base: "check/model",
    cases: &[Case::new("check/model", "YAML to the checked model", ten_thousand).counted(1)],
    targets: &[Target::Nanoseconds("check/model", 500e6)],
};

/// How much of everything there is.
#[derive(Clone, Copy)]
struct Size {
    events: usize,
    attributes: usize,
    screens: usize,
    stages: usize,
}

const LARGE: Size = Size {
    events: 1_000,
    attributes: 250,
    screens: 20,
    stages: 200,
};

/// With as many of each for an event as a large one has, and a few attributes more for a round number.
const TEN_THOUSAND: Size = Size {
    events: 6_800,
    attributes: 1_704,
    screens: 136,
    stages: 1_360,
};

fn ten_thousand(_folder: &Path) -> Result<Prepared> {
    let sources = sources_of(TEN_THOUSAND);
    let model = read(&sources)?;
    let declared = model.events.len() + model.attributes.len() + model.screens.len() + model.stages.len();
    ensure!(declared >= 10_000, "there are {declared} items only");
    Ok(Prepared::new(move |times| {
        for _ in 0..times {
            black_box(compile(black_box(&sources)));
        }
    }))
}

fn all(_folder: &Path) -> Result<Prepared> {
    let sources = sources();
    proved(&render::rust::render(&read(&sources)?))?;
    Ok(Prepared::new(move |times| {
        for _ in 0..times {
            let compiled = compile(black_box(&sources));
            black_box(compiled.model.as_ref().map(render::rust::render));
        }
    }))
}

fn model(_folder: &Path) -> Result<Prepared> {
    let sources = sources();
    read(&sources)?;
    Ok(Prepared::new(move |times| {
        for _ in 0..times {
            black_box(compile(black_box(&sources)));
        }
    }))
}

fn rust(_folder: &Path) -> Result<Prepared> {
    let model = read(&sources())?;
    proved(&render::rust::render(&model))?;
    Ok(Prepared::new(move |times| {
        for _ in 0..times {
            black_box(render::rust::render(black_box(&model)));
        }
    }))
}

fn read(sources: &[Source]) -> Result<Model> {
    let compiled = compile(sources);
    let drawing = compiled.draw(telemetry_schema::draw::Colour::Plain);
    ensure!(
        drawing.is_empty(),
        "the generated schema has mistakes:\n{drawing}"
    );
    compiled.model.context("no model")
}

/// Every event is in the generated code.
fn proved(rust: &str) -> Result<()> {
    let declared = |line: &str| {
        line.trim_start()
            .strip_prefix("pub struct ")?
            .split(' ')
            .next()
            .map(str::to_owned)
    };
    let items: HashSet<String> = rust.lines().filter_map(declared).collect();
    for event in 0..LARGE.events {
        let item = format!("Area{}Happened{event}", event % LARGE.screens);
        ensure!(items.contains(&item), "the generated code lacks `{item}`");
    }
    Ok(())
}

/// The schema, as one file.
pub(crate) fn sources() -> Vec<Source> {
    sources_of(LARGE)
}

fn sources_of(size: Size) -> Vec<Source> {
    vec![Source {
        path: "schema/large.yaml".to_owned(),
        text: text(size),
    }]
}

fn text(size: Size) -> String {
    let Size {
        events,
        attributes,
        screens,
        stages,
    } = size;
    let mut yaml = String::from(
        "schema: { name: large, version: 1.0.0, url: https://large.example/telemetry/1.0.0, namespace: large }\n",
    );
    // Writing to a string cannot fail, so nothing is lost with these results.
    yaml.push_str("attributes:\n");
    for n in 0..attributes {
        let kind = ["string", "int", "double", "bool", "string[]"][n % 5];
        let _ = writeln!(yaml, "  large.group{}.value{n}:", n % 10);
        let _ = writeln!(
            yaml,
            "    type: {kind}\n    brief: The measured value number {n}."
        );
    }
    yaml.push_str("screens:\n");
    for n in 0..screens {
        let _ = writeln!(
            yaml,
            "  screen{n}:\n    brief: The screen number {n}.\n    entry: {}",
            n == 0
        );
        let _ = writeln!(yaml, "    navigates_to: [screen{}]", (n + 1) % screens);
    }
    yaml.push_str("stages:\n");
    for screen in 0..screens {
        let _ = writeln!(yaml, "  screen{screen}:\n    slow_after: 500ms\n    stages:");
        for n in 0..stages / screens {
            let n = screen * stages / screens + n;
            let _ = writeln!(
                yaml,
                "      step{n}:\n        label: step {n}\n        brief: The step number {n}."
            );
        }
    }
    yaml.push_str("events:\n");
    for n in 0..events {
        let uses = [n, n + 1, n + 2, n + 3].map(|place| place % attributes);
        let severity = ["debug", "info", "warn", "error"][n % 4];
        let _ = writeln!(yaml, "  area{}.happened{n}:", n % screens);
        let _ = writeln!(
            yaml,
            "    brief: The event number {n} happened.\n    severity: {severity}"
        );
        let _ = writeln!(
            yaml,
            "    body: \"event {n} with {{{}}}\"\n    attributes:",
            id(uses[0])
        );
        for (place, used) in uses.into_iter().enumerate() {
            let need = if place < 3 { "required" } else { "optional" };
            let _ = writeln!(yaml, "      {}: {need}", id(used));
        }
    }
    yaml
}

fn id(attribute: usize) -> String {
    format!("large.group{}.value{attribute}", attribute % 10)
}
