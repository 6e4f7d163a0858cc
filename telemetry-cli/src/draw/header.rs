//! The first rows: which run this is, how it ended, what wrote it and why it is in a file.

use std::io;

use jiff::Timestamp;
use telemetry_runtime::line::Why;

use crate::draw::{Unended, View, ink, word};
use crate::look::{Ink, Look};
use crate::quantity::duration;
use crate::sheet::Sheet;
use crate::story::Story;

/// Draws them.
pub(crate) fn draw(sheet: &mut Sheet<'_>, story: &Story, view: View<'_>) -> io::Result<()> {
    let signs = sheet.look.signs();
    let dot = format!(" {} ", signs.dot);
    let (id, command) = match &story.run {
        Some(run) => (format!("run {}", run.run_id), run.command.clone()),
        None => ("run without its first line".to_owned(), String::new()),
    };
    let part = if view.part.1 > 1 {
        format!("part {} of {}", view.part.0, view.part.1)
    } else {
        String::new()
    };
    let (status_ink, status) = status(story, view.unended);
    let took = took(story, view.unended, duration(story.duration_ns(), signs));
    let exit = story
        .end
        .as_ref()
        .and_then(|end| end.exit_code)
        .map(|code| format!("exit {code}"));
    let error = story.end.as_ref().and_then(|end| end.error_type.clone());
    sheet.flow(
        0,
        &dot,
        &[
            (Ink::Strong, id),
            (Ink::Strong, command),
            (Ink::Plain, part),
            (status_ink, status.to_owned()),
            (Ink::Bad, error.unwrap_or_default()),
            (Ink::Plain, exit.unwrap_or_default()),
            (Ink::Plain, took),
        ],
    )?;
    let mut facts = vec![(Ink::Faint, moment(story.began, &sheet.look))];
    facts.extend(self::facts(story).map(|text| (Ink::Faint, text)));
    sheet.flow(0, &dot, &facts)
}

/// How long a run took, in words.
pub(crate) fn took(story: &Story, unended: Unended, took: String) -> String {
    match (&story.end, unended) {
        (Some(_), _) => took,
        (None, Unended::Running) => format!("for {took} so far"),
        (None, Unended::Killed) => format!("last spoke after {took}"),
    }
}

/// What wrote a run, with which schema, and why it is in a file.
pub(crate) fn facts(story: &Story) -> impl Iterator<Item = String> {
    let facts = story.run.as_ref().map(|run| {
        let service =
            ["service.name", "service.version"].map(|key| run.resource.get(key).map(crate::story::plain));
        let service = service.into_iter().flatten().collect::<Vec<_>>().join(" ");
        let why = match run.why {
            Why::NoEndpoint => "in a file: no backend was configured",
            Why::Requested => "in a file too: it was asked for beside the backend",
            Why::Undelivered => "in a file: the backend could not be delivered to",
            Why::Received => "in a file: a receiver kept what was sent to it",
        };
        let schema = format!("schema {} {}", run.schema.name, run.schema.version);
        let debug = if run.debug { "debug" } else { "" };
        [
            service,
            schema,
            format!("pid {}", run.pid),
            debug.to_owned(),
            why.to_owned(),
        ]
    });
    facts.into_iter().flatten().filter(|fact| !fact.is_empty())
}

/// How a run stands, in a word.
pub(crate) fn status(story: &Story, unended: Unended) -> (Ink, &'static str) {
    match (&story.end, unended) {
        (Some(end), _) => (ink(end.outcome), word(end.outcome)),
        (None, Unended::Running) => (Ink::Warn, "running"),
        (None, Unended::Killed) => (Ink::Bad, "killed"),
    }
}

/// A moment in the operator's time zone, to the second.
pub(crate) fn moment(time: Timestamp, look: &Look) -> String {
    time.to_zoned(look.zone.clone())
        .strftime("%Y-%m-%d %H:%M:%S %Z")
        .to_string()
}
