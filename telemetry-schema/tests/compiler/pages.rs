//! The pages of mistakes under `tests/bad`: each shows files and the exact drawing of what is wrong with them.
//! `UPDATE_PAGES=1` writes the drawings anew, for a person to read in the diff.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use telemetry_schema::diagnostic::Code;
use telemetry_schema::draw::Colour;
use telemetry_schema::{Source, compile};

use super::{MANIFEST, source};

/// Above the drawing.
const SAID: &str = "## What is said\n\n";

/// A page, as it stands on the disk.
pub(crate) struct Page {
    pub(crate) code: String,
    path: PathBuf,
    text: String,
    pub(crate) sources: Vec<Source>,
}

/// All pages, sorted.
pub(crate) fn all() -> Vec<Page> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/bad");
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.retain(|path| {
        path.extension().is_some_and(|extension| extension == "md") && !path.ends_with("README.md")
    });
    paths.sort();
    paths.into_iter().map(page).collect()
}

fn page(path: PathBuf) -> Page {
    let text = fs::read_to_string(&path).unwrap();
    let code = path.file_stem().unwrap().to_string_lossy().into_owned();
    let mut sources = Vec::new();
    let mut rest = text.as_str();
    while let Some((_, after)) = rest.split_once("`:\n\n```yaml\n") {
        let heading = &rest[..rest.len() - after.len() - "`:\n\n```yaml\n".len()];
        let name = heading.rsplit('`').next().unwrap();
        let (yaml, after) = after.split_once("```\n").unwrap();
        sources.push(source(name, yaml));
        rest = after;
    }
    assert!(!sources.is_empty(), "{code} shows no file");
    // A page is about one mistake; what every schema needs is not repeated on it.
    if !sources
        .iter()
        .any(|source| source.text.starts_with("schema:") || source.text.contains("\nschema:"))
    {
        sources.insert(0, source("schema/manifest.yaml", MANIFEST));
    }
    Page {
        code,
        path,
        text,
        sources,
    }
}

#[test]
fn every_page_shows_exactly_what_the_compiler_says() {
    let mut stale = Vec::new();
    for page in all() {
        let compiled = compile(&page.sources);
        let (before, _) = page.text.split_once(SAID).unwrap_or((&page.text, ""));
        let code = Code::from_name(&page.code);
        let code = code.unwrap_or_else(|| panic!("there is no code {}", page.code));
        let now = format!(
            "# {}\n\n{} ({}.)\n\n{}{SAID}```text\n{}```\n",
            page.code,
            code.explanation(),
            code.severity().as_str(),
            before.split_once("\n\n").unwrap().1.split_once("\n\n").unwrap().1,
            compiled.draw(Colour::Plain)
        );
        assert!(
            compiled
                .diagnostics
                .iter()
                .any(|diagnostic| diagnostic.code == code),
            "{} does not show its mistake, but:\n{}",
            page.code,
            compiled.draw(Colour::Plain)
        );
        if now != page.text {
            if std::env::var_os("UPDATE_PAGES").is_some() {
                fs::write(&page.path, &now).unwrap();
            }
            stale.push(format!("{}\n{now}", page.path.display()));
        }
    }
    let updated = std::env::var_os("UPDATE_PAGES").is_some();
    assert!(
        stale.is_empty() || updated,
        "UPDATE_PAGES=1 writes these anew:\n{}",
        stale.join("\n")
    );
}

#[test]
fn every_code_has_a_page_and_every_page_a_code() {
    let pages: BTreeSet<String> = all().into_iter().map(|page| page.code).collect();
    let codes: BTreeSet<String> = Code::ALL.iter().map(|code| code.as_str().to_owned()).collect();
    assert_eq!(pages, codes);
}
