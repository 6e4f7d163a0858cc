//! `schema usage`: where each item of a schema is emitted, what is declared and never emitted, and what is emitted by
//! hand around the schema.
//!
//! [`sources`] finds the files, [`scan`] reads one with what [`scope`] and [`tokens`] know of Rust and [`above`] of
//! attributes, [`tally`] holds what was [`found`] to the [`catalogue`], and [`human`] and [`machine`] show it.

mod above;
mod by_hand;
mod calls;
mod catalogue;
mod found;
mod human;
pub(crate) mod machine;
mod scan;
mod scope;
mod sources;
mod tally;
mod test_files;
mod tokens;

use std::collections::HashMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use proc_macro2::TokenTree;
use quote::ToTokens;
use telemetry_schema::model::Model;
use telemetry_schema::render::markdown::{CallSites, Emitted};

use super::model;
use crate::args::{Denied, UsageFormat, Used};
use crate::failure::{Failure, Verdict};
use crate::look::Look;
use catalogue::Catalogue;
use found::Found;
use scan::Scan;
use sources::{SourceFile, Unread};
use tally::{OfFile, Usage};

/// Says where the items of a schema are emitted.
pub(crate) fn usage(asked: &Used, look: &Look, out: &mut dyn Write) -> Result<Verdict, Failure> {
    let model = model(&asked.schema)?;
    let catalogue = Catalogue::of(&model);
    let usage = of(&catalogue, &asked.sources)?;
    match asked.format {
        UsageFormat::Human => human::write(&usage, look, out)?,
        UsageFormat::Json => machine::json(&usage, &catalogue, out)?,
        UsageFormat::Github => machine::github(&usage, &asked.deny, out)?,
    }
    let denied = asked.deny.iter().any(|denied| match denied {
        Denied::Unused => usage.items.iter().any(|item| item.status.is_unused()),
        Denied::Raw => !usage.raw.is_empty(),
    });
    Ok(match denied || !usage.unread.is_empty() {
        true => Verdict::Findings,
        false => Verdict::Fine,
    })
}

/// Where the items are emitted, for the page, which names files as they stand beside the schema's folder.
///
/// # Errors
///
/// A source that cannot be read: the page would be silent about what is in it.
pub(super) fn call_sites(model: &Model, folder: &Path, asked: &[PathBuf]) -> Result<CallSites, Failure> {
    let catalogue = Catalogue::of(model);
    let usage = of(&catalogue, asked)?;
    if let Some(unread) = usage.unread.first() {
        return Err(Failure::Asked(format!(
            "cannot read {}: {}",
            unread.file, unread.why
        )));
    }
    let root = folder.canonicalize().ok();
    let root = root.as_deref().and_then(Path::parent);
    let beside = |file: &str| {
        let real = Path::new(file).canonicalize().ok()?;
        let below = real.strip_prefix(root?).ok()?;
        Some(below.display().to_string().replace('\\', "/"))
    };
    let mut names: HashMap<String, String> = HashMap::new();
    let mut calls = CallSites::looked();
    for item in &usage.items {
        let mut places: Vec<(String, u32)> = Vec::new();
        for site in human::shown(item).filter(|site| !site.spot.test) {
            let name = names
                .entry(site.file.clone())
                .or_insert_with(|| beside(&site.file).unwrap_or_else(|| site.file.clone()));
            places.push((name.clone(), u32::try_from(site.spot.line).unwrap_or(u32::MAX)));
        }
        let remark = human::said(&item.status).1;
        calls.put(
            item.id.kind.as_str(),
            item.shown.clone(),
            Emitted { places, remark },
        );
    }
    Ok(calls)
}

/// Reads the sources.
fn of(catalogue: &Catalogue<'_>, asked: &[PathBuf]) -> Result<Usage, Failure> {
    let mut unread = Vec::new();
    let sources = sources::find(asked, &mut unread)?;
    let mut files = Vec::new();
    let mut read = Vec::new();
    for source in sources {
        match scan(catalogue, &source) {
            Ok(found) => {
                files.push(OfFile {
                    shown: source.shown.clone(),
                    found,
                });
                read.push(source);
            }
            Err(why) => unread.push(why),
        }
    }
    test_files::mark(&read, &mut files);
    Ok(tally::tally(catalogue, files, unread))
}

/// Reads one file.
fn scan(catalogue: &Catalogue<'_>, source: &SourceFile) -> Result<Found, Unread> {
    let failed = |at, why| Unread {
        file: source.shown.clone(),
        at,
        why,
    };
    let text = fs::read(&source.path).map_err(|error| failed(None, error.to_string()))?;
    let text = String::from_utf8(text).map_err(|_| failed(None, "it is not UTF-8".to_owned()))?;
    let parsed = syn::parse_file(&text).map_err(|error| {
        let start = error.span().start();
        failed(Some((start.line, start.column + 1)), error.to_string())
    })?;
    let tokens: Vec<TokenTree> = parsed.to_token_stream().into_iter().collect();
    let found = Scan::file(catalogue, &tokens);
    drop((tokens, parsed));
    // Each text is held for its places; what was found has them by now.
    proc_macro2::extra::invalidate_current_thread_spans();
    Ok(found)
}
