//! What is on a page. The script in `page/` reads it as JSON, so a field that is renamed here is renamed there.

use jiff::Timestamp;
use serde::Serialize;

use crate::draw::{Unended, doubts};
use crate::look::Look;
use crate::report::part::{Part, part};
use crate::report::sampled;
use crate::report::texts::{Texts, visible};
use crate::story::RunFile;

/// A page of a run file.
#[derive(Debug, Serialize)]
pub(crate) struct Page {
    /// What made it.
    pub(crate) tool: &'static str,
    /// When it was made.
    pub(crate) written: String,
    /// Name of the run file.
    pub(crate) file: String,
    /// Records in it.
    pub(crate) records: u64,
    /// What is to be doubted of the file as a whole.
    pub(crate) doubts: Vec<String>,
    /// What is not on the page.
    pub(crate) sampled: Vec<String>,
    /// The file's runs.
    pub(crate) parts: Vec<Part>,
    /// What numbers of texts stand for. After the parts, which fill it.
    pub(crate) texts: Texts,
}

/// Makes the page of a file.
pub(crate) fn page(name: &str, file: &RunFile, unended: Unended, now: Timestamp, look: &Look) -> Page {
    let mut texts = Texts::default();
    let last = file.runs.len().saturating_sub(1);
    let parts: Vec<Part> = file
        .runs
        .iter()
        .enumerate()
        .map(|(index, story)| {
            // Only the last run of a file can still be written.
            let unended = if index == last { unended } else { Unended::Killed };
            part(story, unended, look, &mut texts)
        })
        .collect();
    Page {
        tool: concat!("telemetry ", env!("CARGO_PKG_VERSION")),
        written: crate::draw::header::moment(now, look),
        file: visible(name),
        records: file.records,
        doubts: doubts::of_file(file).iter().map(|words| visible(words)).collect(),
        sampled: file.runs.iter().flat_map(sampled::words).collect(),
        parts,
        texts,
    }
}
