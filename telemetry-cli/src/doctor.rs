//! `doctor`: says what the environment asks for and which variable said it, sends one probe a signal and waits for its
//! acknowledgement, and looks at the folder of the run files.
//!
//! [`settings`] reads the environment as a program would, [`probe`](mod@probe) sends, [`advice`] knows what to do about each
//! kind of trouble, [`folder`] looks at the files, [`report`] shows all of it.

use std::io::Write;
use std::time::Duration;

use telemetry_runtime::backend::Backend;

use crate::args::{Doctor, Format};
use crate::doctor::folder::Folder;
use crate::doctor::probe::probe;
use crate::doctor::report::Report;
use crate::doctor::settings::Settings;
use crate::environment::Known;
use crate::failure::{Failure, Verdict};
use crate::look::Look;
use crate::progress::Progress;
use crate::runs::{find, json};

mod advice;
mod folder;
mod probe;
mod report;
mod settings;

pub(crate) use report::shape;

/// Looks at everything that an export needs.
pub(crate) fn doctor(
    asked: &Doctor,
    look: &Look,
    progress: &mut Progress<impl Write>,
    out: &mut dyn Write,
) -> Result<Verdict, Failure> {
    let known = Known::of(&asked.place);
    let mut settings = Settings::read(&known.words());
    if let (Some(seconds), Some(config)) = (asked.timeout, &mut settings.config)
        && let Some(backend) = &mut config.backend
    {
        shorten(backend, Duration::from_secs(seconds));
    }
    let signals = match settings
        .config
        .as_ref()
        .and_then(|config| config.backend.as_ref())
    {
        Some(backend) if settings.refused.is_empty() => probe(backend, known.model(), progress),
        _ => Vec::new(),
    };
    // Without a schema nobody says where runs are: then there is no folder to look at.
    let folder = find::folder(&asked.place).ok().map(|path| Folder::look(&path));
    let report = Report::of(&settings, signals, folder, known.model());
    match asked.format {
        Format::Json => json::write(&report, out)?,
        Format::Human => report.draw(look, out)?,
    }
    Ok(match report.well {
        true => Verdict::Fine,
        false => Verdict::Findings,
    })
}

fn shorten(backend: &mut Backend, timeout: Duration) {
    let targets = [&mut backend.traces, &mut backend.logs, &mut backend.metrics];
    for target in targets.into_iter().flatten() {
        target.timeout = timeout;
        target.origins.timeout = Some("--timeout".to_owned());
    }
}
