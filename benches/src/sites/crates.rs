//! The generated workspace: a vocabulary of 40 events, 40 plain functions, and the crates that call them.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use anyhow::Result;

/// Functions of a calling crate, and events of the vocabulary.
pub(crate) const FUNCTIONS: usize = 40;
/// Calls of a calling crate.
pub(crate) const CALLS: usize = 400;

/// What a crate calls.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Sites {
    /// Nothing: what the others are compared with.
    None,
    /// Functions of another crate with four parameters.
    Plain,
    /// `event!` with four attributes.
    Event,
    /// `tracing::info!` with four fields.
    Tracing,
}

impl Sites {
    /// All of them; the first is the one without calls.
    pub(crate) const ALL: [Self; 4] = [Self::None, Self::Plain, Self::Event, Self::Tracing];

    /// Name of the crate.
    pub(crate) fn package(self) -> &'static str {
        match self {
            Self::None => "calls-nothing",
            Self::Plain => "calls-plain",
            Self::Event => "calls-event",
            Self::Tracing => "calls-tracing",
        }
    }

    /// The row's label.
    pub(crate) fn what(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Plain => "400 plain function calls",
            Self::Event => "400 `event!`",
            Self::Tracing => "400 `tracing::info!`",
        }
    }

    /// One call, written as a person would.
    fn call(self, event: usize, site: usize) -> String {
        match self {
            Self::None => String::new(),
            Self::Plain => {
                format!("plain::happened_{event}(parcel, Hall::North, weight + {site}, express);")
            }
            Self::Event => {
                format!(
                    "event!(Happened{event} {{ parcel, hall: Hall::North, weight: weight + {site}, express }});"
                )
            }
            Self::Tracing => format!(
                "tracing::info!(parcel, hall = \"north\", weight = weight + {site}, express, \"happened {event}\");"
            ),
        }
    }

    /// The crate's source.
    fn source(self) -> String {
        let mut source =
            String::from("//! Calls.\n\n#![allow(unused_imports, unused_variables, dead_code)]\n\n");
        source.push_str(match self {
            Self::None => "",
            Self::Plain => "use plain::Hall;\n",
            Self::Event => "use words::{events::*, prelude::*};\n",
            Self::Tracing => "",
        });
        for function in 0..FUNCTIONS {
            let _ = writeln!(
                source,
                "pub fn work_{function}(parcel: &str, weight: i64, express: bool) {{"
            );
            for call in 0..CALLS / FUNCTIONS {
                let site = function * CALLS / FUNCTIONS + call;
                let _ = writeln!(source, "    {}", self.call((site * 7) % FUNCTIONS, site));
            }
            source.push_str("}\n");
        }
        source
    }
}

/// Writes the workspace, with the versions of our own lock file.
pub(crate) fn write(workspace: &Path) -> Result<()> {
    let mut members = vec!["words", "plain"];
    members.extend(Sites::ALL.map(Sites::package));
    file(
        workspace,
        "Cargo.toml",
        &format!("[workspace]\nresolver = \"3\"\nmembers = {members:?}\n"),
    )?;
    file(workspace, "Cargo.lock", include_str!("../../Cargo.lock"))?;

    telemetry_crate(workspace, "words", "")?;
    file(workspace, "plain/Cargo.toml", &manifest("plain", ""))?;
    file(workspace, "plain/src/lib.rs", &functions())?;
    let callees = "words = { path = \"../words\" }\nplain = { path = \"../plain\" }\ntracing = \"0.1\"\n";
    for sites in Sites::ALL {
        let folder = sites.package();
        file(
            workspace,
            &format!("{folder}/Cargo.toml"),
            &manifest(folder, callees),
        )?;
        file(workspace, &format!("{folder}/src/lib.rs"), &sites.source())?;
    }
    Ok(())
}

/// Writes a crate with the vocabulary compiled into it, as a program's telemetry crate is; `more` stands beside the
/// path of the runtime.
pub(crate) fn telemetry_crate(workspace: &Path, name: &str, more: &str) -> Result<()> {
    let ours = Path::new(env!("CARGO_MANIFEST_DIR"));
    let of_ours =
        |name: &str, more: &str| format!("{name} = {{ path = {:?}{more} }}\n", ours.join("..").join(name));
    let runtime = of_ours("telemetry-runtime", more) + &of_ours("telemetry-macros", "");
    let build = format!("[build-dependencies]\n{}", of_ours("telemetry-schema", ""));
    file(
        workspace,
        &format!("{name}/Cargo.toml"),
        &(manifest(name, &runtime) + &build),
    )?;
    let script = "fn main() { telemetry_schema::build::compile(\"schema\"); }\n";
    file(workspace, &format!("{name}/build.rs"), script)?;
    let source = "telemetry_runtime::include_schema!();\n";
    file(workspace, &format!("{name}/src/lib.rs"), source)?;
    file(workspace, &format!("{name}/schema/words.yaml"), &vocabulary())
}

/// Changes a crate so that cargo has to look at all of it again.
pub(crate) fn touch(workspace: &Path, sites: Sites, turn: usize) -> Result<()> {
    let source = format!("{}\n// Turn {turn}.\n", sites.source());
    file(workspace, &format!("{}/src/lib.rs", sites.package()), &source)
}

/// Writes a file of the workspace, with its folders.
pub(crate) fn file(workspace: &Path, path: &str, text: &str) -> Result<()> {
    let path = workspace.join(path);
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    Ok(fs::write(path, text)?)
}

/// A crate with these dependencies.
pub(crate) fn manifest(name: &str, dependencies: &str) -> String {
    format!(
        "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[dependencies]\n{dependencies}\n"
    )
}

fn vocabulary() -> String {
    let mut yaml = String::from(
        "schema: { name: words, version: 1.0.0, url: https://words.example/telemetry/1.0.0, namespace: words }\n\
         attributes:\n  words.parcel: { type: string, brief: Number of a parcel. }\n  words.hall:\n    type: enum\n    \
         brief: Hall of a parcel.\n    values: { north: The northern one., south: The southern one. }\n  \
         words.weight: { type: int, brief: Weight in grams. }\n  words.express: { type: bool, brief: Leaves today. }\n\
         screens:\n  board: { brief: The board., entry: true }\nevents:\n",
    );
    for event in 0..FUNCTIONS {
        let _ = writeln!(
            yaml,
            "  happened{event}:\n    brief: The event number {event} happened.\n    attributes:"
        );
        for attribute in ["parcel", "hall", "weight", "express"] {
            let _ = writeln!(yaml, "      words.{attribute}: required");
        }
    }
    yaml
}

fn functions() -> String {
    let mut source = String::from("pub enum Hall { North, South }\n");
    for function in 0..FUNCTIONS {
        let _ = writeln!(
            source,
            "#[inline(never)]\npub fn happened_{function}(_parcel: &str, _hall: Hall, _weight: i64, _express: bool) {{}}"
        );
    }
    source
}
