//! The ways in which a launch and its container can end badly.

use telemetry_runtime::def::Severity;
use telemetry_runtime::line::{AttributeValue, Kind, Outcome};

use super::CRASH;
use super::told::{home, run, run_script, text};

#[test]
fn a_crash_is_an_error_and_ends_the_run_and_the_process_with_its_story() {
    let told = run(&home(), &["--script", CRASH]);
    told.assert_sound();
    assert_eq!(told.code, Some(101), "{}", told.stderr);
    assert_eq!(
        told.end(),
        (Outcome::Failure, Some(101), Some("container_crashed"))
    );
    let crashed = told.event("container.crashed");
    assert_eq!(crashed.severity, Severity::Error);
    assert_eq!(text(&crashed.attributes, "error.type"), Some("container_crashed"));
    assert_eq!(
        crashed.attributes.get("process.exit.code"),
        Some(&AttributeValue::Int(101))
    );
    let Some(AttributeValue::Strings(tail)) = crashed.attributes.get("jackin.container.log_tail") else {
        panic!("the crash keeps no last lines");
    };
    assert!(tail.iter().any(|line| line == "there is no spoon"), "{tail:?}");
    assert!(told.events("container.exited").is_empty());
    let spans = told.ends(Kind::Span);
    let (_, attach) = spans
        .iter()
        .find(|(_, end)| end.name == "hardline.attach")
        .expect("the stay");
    assert_eq!(
        (attach.outcome, attach.error_type.as_deref()),
        (Outcome::Failure, Some("container_crashed"))
    );
    assert!(
        told.stderr.contains("ended with exit code 101"),
        "{}",
        told.stderr
    );
}

#[test]
fn a_killed_container_and_one_that_exits_with_an_error_tell_their_exit_codes() {
    for (order, code) in [("kill", 137), ("exit 3", 3)] {
        let told = run_script(&home(), &format!("launch notes\nchild {order}\n"), &[]);
        told.assert_sound();
        assert_eq!(told.code, Some(code), "{order}: {}", told.stderr);
        assert_eq!(
            told.end(),
            (Outcome::Failure, Some(code), Some("container_crashed")),
            "{order}"
        );
        let crashed = told.event("container.crashed");
        assert_eq!(
            crashed.attributes.get("process.exit.code"),
            Some(&AttributeValue::Int(code.into())),
            "{order}"
        );
    }
}

#[test]
fn a_launch_that_fails_says_in_which_stage_and_with_which_error() {
    let cases = [
        (
            "key tab\nkey tab\ntype -of-old",
            "launch.role",
            "role_not_found",
            "there is no role `the-architect-of-old`",
        ),
        (
            "key tab\ntype -gone",
            "launch.workspace",
            "mount_source_missing",
            "does not exist",
        ),
    ];
    for (edit, stage, error, words) in cases {
        let script = format!("click notes\nkey e\n{edit}\nkey enter\nlaunch notes\n");
        let told = run_script(&home(), &script, &[]);
        told.assert_sound();
        assert_eq!(told.code, Some(1), "{}", told.stderr);
        assert_eq!(told.end(), (Outcome::Failure, Some(1), Some(error)));
        let failed: Vec<_> = told
            .ends(Kind::Stage)
            .into_iter()
            .filter(|(_, end)| end.outcome == Outcome::Failure)
            .collect();
        let [(_, end)] = failed.as_slice() else {
            panic!("{failed:?}")
        };
        assert_eq!(
            (end.name.as_str(), end.error_type.as_deref()),
            (stage, Some(error))
        );
        assert!(
            end.status_message
                .as_deref()
                .is_some_and(|message| message.contains(words)),
            "{end:?}"
        );
        let event = told.event("launch.failed");
        assert_eq!(
            (event.severity, text(&event.attributes, "error.type")),
            (Severity::Error, Some(error))
        );
        assert!(told.stderr.contains(words), "{}", told.stderr);
    }
}
