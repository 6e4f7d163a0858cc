//! `schema export`: a schema in the forms that other tools read: JSON Schema for editors, resolved JSON for scripts,
//! a registry with advice for OpenTelemetry Weaver. The compiler writes them; this decides where they go.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use telemetry_schema::render::{resolved, weaver};

use super::{colour, compile, source};
use crate::args::Export;
use crate::failure::{Failure, Verdict};
use crate::look::Look;
use crate::output::put_text;

/// How standard output is typed.
const STDOUT: &str = "-";

/// Writes a schema in another form. What is wrong with it goes to `err` where the form itself would go to `out`.
pub(crate) fn export(
    asked: &Export,
    look: &Look,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Result<Verdict, Failure> {
    let (folder, output) = match asked {
        Export::JsonSchema { folder: None, output } => {
            one(&telemetry_schema::json_schema(), output, out)?;
            return Ok(Verdict::Fine);
        }
        Export::JsonSchema {
            folder: Some(folder),
            output,
        }
        | Export::Json { folder, output }
        | Export::Weaver { folder, output } => (folder, output),
    };
    // What is written names files as they stand in the repository, from wherever it is written.
    let Some(model) = compile(folder, &source::name(folder))?.model else {
        tell(folder, look, if is_stdout(output) { err } else { out })?;
        return Ok(Verdict::Findings);
    };
    match asked {
        Export::JsonSchema { .. } => one(&telemetry_schema::json_schema_of(&model), output, out)?,
        Export::Json { .. } => one(&resolved::render(&model), output, out)?,
        Export::Weaver { .. } => many(&weaver::render(&model), output, out)?,
    }
    Ok(Verdict::Fine)
}

/// Says what is wrong with a schema, as `schema check` does.
fn tell(folder: &Path, look: &Look, out: &mut dyn Write) -> Result<(), Failure> {
    let shown = folder.display().to_string();
    let compiled = compile(folder, &shown)?;
    out.write_all(compiled.draw(colour(look)).as_bytes())?;
    writeln!(out, "\n{shown}: a schema that is wrong is not exported")?;
    Ok(())
}

fn is_stdout(path: &Path) -> bool {
    path.as_os_str() == STDOUT
}

/// Writes one file, or the output.
fn one(text: &str, path: &Path, out: &mut dyn Write) -> Result<(), Failure> {
    if is_stdout(path) {
        out.write_all(text.as_bytes())?;
        return Ok(());
    }
    put_text(path, text)?;
    writeln!(out, "wrote {}", path.display())?;
    Ok(())
}

/// Writes the files of a folder, which must be ours if there is anything in it.
fn many(files: &[weaver::File], folder: &Path, out: &mut dyn Write) -> Result<(), Failure> {
    if !is_ours(files, folder)? {
        return Err(Failure::Asked(format!(
            "{} holds something else than an export: name a folder that is new, empty, or written by this command",
            folder.display()
        )));
    }
    for file in files {
        put_text(&folder.join(file.path), &file.text)?;
    }
    writeln!(out, "wrote {}", folder.display())?;
    for file in files {
        writeln!(out, "  {:<24}  {}", file.path, file.holds)?;
    }
    Ok(())
}

/// Whether a folder is absent, empty, or has a first file that begins as ours does.
fn is_ours(files: &[weaver::File], folder: &Path) -> Result<bool, Failure> {
    let mut entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(true),
        Err(error) => return Err(Failure::path("write into", folder, error)),
    };
    if entries.next().is_none() {
        return Ok(true);
    }
    let first_line = |text: &str| text.lines().next().map(ToOwned::to_owned);
    let ours = files.first().is_some_and(|file| {
        let there = fs::read_to_string(folder.join(file.path)).unwrap_or_default();
        first_line(&there).is_some_and(|line| Some(line) == first_line(&file.text))
    });
    Ok(ours)
}
