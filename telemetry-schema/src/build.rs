//! The door for build scripts: compiles a schema folder to `OUT_DIR/telemetry.rs`, says everything that is
//! wrong with it in the drawing that the command line shows too, and stops the build if that is an error.

use std::env;
use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process;

use crate::draw::Colour;
use crate::load;

/// Compiles a folder of the crate that is being built, for `include_schema!()` to take in.
///
/// `folder` is relative to the crate's manifest, and is how generated code and diagnostics name the files. On an
/// error the drawing goes to standard error and the process exits with 1, which is what cargo expects of a build
/// script.
///
/// ```no_run
/// // build.rs
/// telemetry_schema::build::compile("schema");
/// ```
pub fn compile(folder: &str) {
    if let Err(failure) = run(folder) {
        // A closed standard error must not turn a schema's mistake into a panic.
        let _ = writeln!(io::stderr(), "{failure}");
        process::exit(1);
    }
}

fn run(folder: &str) -> Result<(), String> {
    let manifest = variable("CARGO_MANIFEST_DIR")?;
    let out = variable("OUT_DIR")?.join("telemetry.rs");
    let mut cargo = format!("cargo::rerun-if-changed={folder}\n");
    let sources = load::sources(&manifest.join(folder), folder).map_err(|error| error.to_string())?;
    let compiled = crate::compile(&sources);
    let drawing = compiled.draw(Colour::Plain);
    let Some(model) = compiled.model else {
        return tell(&cargo).and(Err(drawing));
    };
    for line in drawing.lines() {
        cargo.push_str("cargo::warning=");
        cargo.push_str(line);
        cargo.push('\n');
    }
    tell(&cargo)?;
    fs::write(&out, crate::render::rust::render(&model))
        .map_err(|error| format!("cannot write {}: {error}", out.display()))
}

fn variable(name: &str) -> Result<PathBuf, String> {
    env::var_os(name)
        .map(PathBuf::from)
        .ok_or_else(|| format!("{name} is not set: call this from a build script, which cargo runs"))
}

fn tell(cargo: &str) -> Result<(), String> {
    io::stdout()
        .write_all(cargo.as_bytes())
        .map_err(|error| format!("cannot speak to cargo: {error}"))
}
