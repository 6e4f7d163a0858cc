//! `man`: every command has a page with all sections, which real formatters take without a warning.

use std::fs;
use std::process::{Command, Stdio};

use crate::manners::commands;
use crate::{fine, run, skipped};

/// The programs that draw pages here, each with what makes it complain; one that is not installed is left out.
const FORMATTERS: [(&str, &[&str]); 3] = [
    ("groff", &["-man", "-Tutf8", "-ww", "-P-cbou"]),
    ("man", &["--warnings=w", "-l"]),
    // It warns of line breaks beside empty lines, which the library that writes the pages likes, and of the missing date.
    ("mandoc", &["-T", "lint", "-W", "error"]),
];

#[test]
fn every_command_has_a_page_with_its_sections() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = folder.path().join("man1").display().to_string();
    let told = fine(&["man", "-o", &place]);
    let mut all = commands();
    all.insert(0, Vec::new());
    assert_eq!(
        told.lines().count(),
        fs::read_dir(&place).expect("a folder").count()
    );
    for command in &all {
        let name = [&["telemetry".to_owned()], command.as_slice()].concat().join("-");
        let page =
            fs::read_to_string(format!("{place}/{name}.1")).unwrap_or_else(|_| panic!("{name} has a page"));
        let mut sections = vec![
            "NAME",
            "SYNOPSIS",
            "DESCRIPTION",
            "OPTIONS",
            "EXIT STATUS",
            "ENVIRONMENT",
            "SEE ALSO",
        ];
        let words: Vec<&str> = command.iter().map(String::as_str).collect();
        let help = fine(&[&words[..], &["--help"]].concat());
        if help.contains("\nExample") {
            sections.push("EXAMPLES");
        }
        for section in sections {
            let heads = page.lines().filter(|line| {
                line.trim_matches('"') == format!(".SH \"{section}").trim_matches('"')
                    || *line == format!(".SH {section}")
            });
            assert_eq!(heads.count(), 1, "{name}: {section}");
        }
        assert_eq!(fine(&[&["man"][..], &words].concat()), page, "{name}");
    }
    let said = run(&["man", "runs", "lst"]);
    assert_eq!((said.code, said.out.as_str()), (Some(2), ""));
}

#[test]
fn formatters_draw_every_page_without_a_warning() {
    let folder = tempfile::tempdir().expect("a folder");
    fine(&["man", "-o", &folder.path().display().to_string()]);
    for (program, arguments) in FORMATTERS {
        let there = Command::new(program)
            .arg("--version")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        if there.is_err() {
            skipped(&format!(
                "{program} is not installed here, so it has drawn no page"
            ));
            continue;
        }
        for page in fs::read_dir(folder.path()).expect("pages") {
            let path = page.expect("a page").path();
            let drawn = Command::new(program)
                .args(arguments)
                .arg(&path)
                .env("MANROFFSEQ", "")
                .env("LC_ALL", "C.UTF-8")
                .output()
                .expect("it starts");
            let complaints = String::from_utf8_lossy(&drawn.stderr);
            assert!(
                drawn.status.success() && complaints.is_empty(),
                "{program} {path:?}: {complaints}"
            );
            let text = String::from_utf8_lossy(&drawn.stdout);
            if program == "mandoc" {
                assert_eq!(text, "", "{path:?}");
            } else {
                assert!(text.contains("EXIT STATUS"), "{program} {path:?}: {text}");
            }
        }
    }
}
