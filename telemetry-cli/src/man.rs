//! `man`: manual pages, one a command, from the same declarations as the help. What the help says under its options
//! becomes sections of its own: EXIT STATUS, EXAMPLES, and the rest belongs to the description.

use std::io::{self, Write};
use std::path::Path;

use clap::Command;
use clap_mangen::roff::{Roff, bold, roman};

use crate::args::Man;
use crate::failure::{Failure, Verdict};
use crate::output;

/// What every command heeds.
const HEEDED: [(&str, &str); 4] = [
    (
        "NO_COLOR",
        "When it is set and not empty, there are no colours unless --color asks for them.",
    ),
    (
        "COLUMNS",
        "Columns of the output, in the place of the terminal's.",
    ),
    ("TERM", "A terminal that is called dumb gets no colours."),
    ("TZ", "Time zone of the moments that are shown."),
];

/// What those heed that ask where an export goes.
const EXPORT: [(&str, &str); 2] = [
    (
        "OTEL_EXPORTER_OTLP_*",
        "Where an export goes and how, as OpenTelemetry specifies; `telemetry doctor` says what each of them does.",
    ),
    ("OTEL_SDK_DISABLED", "When it is true, nothing is exported."),
];

/// Prints one page, or writes all of them.
pub(crate) fn man(asked: &Man, all: &Command, out: &mut dyn Write) -> Result<Verdict, Failure> {
    let mut all = all.clone();
    all.build();
    match &asked.output {
        Some(folder) => {
            write_all(&all, None, folder, out)?;
        }
        None => {
            let mut command = &all;
            // As several words, or as one in quotes.
            let words = asked.command.join(" ");
            for word in words.split_whitespace() {
                command = command.find_subcommand(word).ok_or_else(|| {
                    Failure::Asked(format!(
                        "there is no command `{words}`: `telemetry --help` lists those that there are"
                    ))
                })?;
            }
            let above = words.rsplit_once(' ').map_or("", |(above, _)| above);
            let above = (command.get_name() != all.get_name())
                .then(|| format!("telemetry {above}").trim_end().replace(' ', "-"));
            out.write_all(&page(command, above.as_deref())?)?;
        }
    }
    Ok(Verdict::Fine)
}

/// Writes the pages of a command and of those below it.
fn write_all(
    command: &Command,
    above: Option<&str>,
    folder: &Path,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let name = name(command);
    let path = folder.join(format!("{name}.1"));
    let page = page(command, above)?;
    output::put_text(&path, page)?;
    writeln!(out, "wrote {}", path.display())?;
    for below in command.get_subcommands() {
        write_all(below, Some(name), folder, out)?;
    }
    Ok(())
}

/// What a page is called, such as `telemetry-runs-show`.
fn name(command: &Command) -> &str {
    command.get_display_name().unwrap_or_else(|| command.get_name())
}

fn page(command: &Command, above: Option<&str>) -> io::Result<Vec<u8>> {
    let mut page = Vec::new();
    let man = clap_mangen::Man::new(command.clone())
        .title(name(command).to_uppercase())
        .source(concat!("telemetry ", env!("CARGO_PKG_VERSION")))
        .manual("Telemetry");
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    let help = command
        .get_after_help()
        .map(ToString::to_string)
        .unwrap_or_default();
    let mut codes = "0 fine, 1 findings, 2 could not run.";
    let mut examples = "";
    let mut more = Roff::default();
    for paragraph in help.split("\n\n") {
        if let Some(said) = paragraph.strip_prefix("Exit codes: ") {
            codes = said;
        } else if let Some((_, typed)) = paragraph
            .split_once(":\n")
            .filter(|(head, _)| head.starts_with("Example"))
        {
            examples = typed;
        } else if !paragraph.trim().is_empty() {
            more.control("PP", []).text([roman(paragraph.trim())]);
        }
    }
    more.to_writer(&mut page)?;
    if command.has_subcommands() {
        man.render_subcommands_section(&mut page)?;
    }
    man.render_options_section(&mut page)?;
    exit_status(codes).to_writer(&mut page)?;
    environment(command).to_writer(&mut page)?;
    let mut rest = Roff::default();
    if !examples.is_empty() {
        rest.control("SH", ["EXAMPLES"]).control("nf", []);
        for line in examples.lines() {
            rest.text([roman(line.trim())]);
        }
        rest.control("fi", []);
    }
    see_also(command, above, &mut rest);
    rest.to_writer(&mut page)?;
    Ok(page)
}

/// `0 fine, 1 findings` as a list.
fn exit_status(codes: &str) -> Roff {
    let mut roff = Roff::default();
    roff.control("SH", ["EXIT STATUS"]);
    let mut parts: Vec<(&str, String)> = Vec::new();
    for piece in codes.trim_end_matches('.').split(", ") {
        let code = piece.split_once(' ');
        match code.filter(|(code, _)| code.bytes().all(|digit| digit.is_ascii_digit())) {
            Some((code, means)) => parts.push((code, means.to_owned())),
            // A comma within what a code means.
            None => {
                if let Some((_, means)) = parts.last_mut() {
                    means.extend([", ", piece]);
                }
            }
        }
    }
    if parts.iter().all(|(code, _)| *code != "130") {
        parts.push(("130", "stopped with Ctrl-C".to_owned()));
    }
    for (code, means) in parts {
        roff.control("TP", []).text([bold(code)]).text([roman(means)]);
    }
    roff
}

fn environment(command: &Command) -> Roff {
    let mut roff = Roff::default();
    roff.control("SH", ["ENVIRONMENT"]);
    let mut put = |name: &str, words: &str| {
        roff.control("TP", []).text([bold(name)]).text([roman(words)]);
    };
    for argument in command.get_arguments() {
        if let (Some(variable), Some(help)) = (argument.get_env(), argument.get_help()) {
            put(&variable.to_string_lossy(), &help.to_string());
        }
    }
    if matches!(command.get_name(), "doctor" | "replay") {
        EXPORT.iter().for_each(|(name, words)| put(name, words));
    }
    HEEDED.iter().for_each(|(name, words)| put(name, words));
    roff
}

/// The page above, and those below.
fn see_also(command: &Command, above: Option<&str>, roff: &mut Roff) {
    let below = command.get_subcommands().map(name);
    let pages: Vec<String> = above
        .into_iter()
        .chain(below)
        .map(|page| format!("{page}(1)"))
        .collect();
    if !pages.is_empty() {
        roff.control("SH", ["SEE ALSO"]).text([roman(pages.join(", "))]);
    }
}
