//! Commands on a schema: `check` says everything that is wrong with it, `docs` keeps the reviewers' page fresh,
//! `diff` says what a change breaks, `export` writes it for other tools. The compiler does the work; this is its door
//! for people.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use telemetry_schema::draw::Colour;
use telemetry_schema::model::Model;
use telemetry_schema::{Compiled, render};

mod base;
pub(crate) mod check;
pub(crate) mod diff;
pub(crate) mod export;
pub(crate) mod list;
pub(crate) mod sample;
pub(crate) mod show;
mod source;
pub(crate) mod stats;
pub(crate) mod usage;

use crate::failure::{Failure, Verdict};
use crate::look::Look;
use crate::output;

/// The page, where nobody says another.
const PAGE: &str = "docs/telemetry.md";

/// Writes the reviewers' page, or checks that it is fresh.
pub(crate) fn docs(
    folder: &Path,
    output: Option<PathBuf>,
    check: bool,
    sources: &[PathBuf],
    look: &Look,
    out: &mut dyn Write,
) -> Result<Verdict, Failure> {
    let compiled = compile(folder, &source::name(folder))?;
    let Some(model) = &compiled.model else {
        out.write_all(compiled.draw(colour(look)).as_bytes())?;
        writeln!(
            out,
            "\n{}: no page is made of a schema that is wrong",
            folder.display()
        )?;
        return Ok(Verdict::Findings);
    };
    let page = match sources.is_empty() {
        true => render::markdown::render(model),
        false => render::markdown::render_with(model, &usage::call_sites(model, folder, sources)?),
    };
    let path = output.unwrap_or_else(|| beside(folder));
    if path.as_os_str() == "-" && !check {
        out.write_all(page.as_bytes())?;
        return Ok(Verdict::Fine);
    }
    let was = match fs::read_to_string(&path) {
        Ok(text) => Some(text),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(Failure::path("read", path, error)),
    };
    if was.as_deref() == Some(page.as_str()) {
        writeln!(out, "{} is fresh", path.display())?;
        return Ok(Verdict::Fine);
    }
    if check {
        let why = was
            .as_deref()
            .map_or("does not exist".to_owned(), |was| stale(was, &page));
        writeln!(
            out,
            "{} {why}; write it with `telemetry schema docs{}`",
            path.display(),
            sources
                .iter()
                .map(|source| format!(" --usage {}", source.display()))
                .collect::<String>()
        )?;
        return Ok(Verdict::Findings);
    }
    output::put_text(&path, page)?;
    writeln!(out, "wrote {}", path.display())?;
    Ok(Verdict::Fine)
}

/// The folder of the run files that a schema names.
pub(crate) fn runs_folder(folder: &Path) -> Result<PathBuf, Failure> {
    let ask = |why: String| Failure::Asked(format!("{why}; name their folder with --directory"));
    if !folder.is_dir() {
        return Err(ask(format!(
            "there is no schema in `{}` that says where runs are",
            folder.display()
        )));
    }
    let compiled = compile(folder, &folder.display().to_string())?;
    let model = compiled
        .model
        .ok_or_else(|| ask(format!("the schema in {} does not compile", folder.display())))?;
    let directory = model.manifest.run.directory;
    match directory.strip_prefix("~/") {
        None => Ok(PathBuf::from(directory)),
        Some(rest) => {
            let home = std::env::home_dir().filter(|home| !home.as_os_str().is_empty());
            home.map(|home| home.join(rest))
                .ok_or_else(|| ask("there is no home folder".to_owned()))
        }
    }
}

/// The model of a schema, for commands that only need to know it.
pub(crate) fn model(folder: &Path) -> Result<Model, Failure> {
    let compiled = compile(folder, &folder.display().to_string())?;
    compiled.model.ok_or_else(|| {
        let folder = folder.display();
        Failure::Asked(format!(
            "the schema in {folder} does not compile: `telemetry schema check {folder}` says why"
        ))
    })
}

/// Compiles the files of a folder, which are to be called `<shown>/<name>`.
fn compile(folder: &Path, shown: &str) -> Result<Compiled, Failure> {
    Ok(telemetry_schema::compile(&source::folder(folder, shown)?))
}

fn colour(look: &Look) -> Colour {
    if look.color { Colour::Ansi } else { Colour::Plain }
}

/// Where the page of a schema is: in `docs`, next to the schema's folder.
fn beside(folder: &Path) -> PathBuf {
    folder.parent().unwrap_or(Path::new("")).join(PAGE)
}

/// Where a page begins to differ from what it should be.
fn stale(was: &str, page: &str) -> String {
    let same = was
        .lines()
        .zip(page.lines())
        .take_while(|(was, is)| was == is)
        .count();
    format!("is stale from line {} on", same + 1)
}
