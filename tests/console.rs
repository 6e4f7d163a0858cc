//! The console example, run as a person runs it, and what its run file tells: the path through the screens, the
//! waterfall of the launch, each way in which a container can end, and what `--debug` adds. With a backend, the story
//! goes on inside of the container.

mod capsule;
mod endings;
mod namespace;
pub(crate) mod told;
mod tour;

use telemetry_runtime::line::{AttributeValue, Event, Kind};
use told::{Told, home, run, run_script, run_with, text};

const TOUR: &str = "examples/console/tour.script";
const CRASH: &str = "examples/console/crash.script";

#[test]
fn debug_adds_the_firehose_of_each_command_and_says_the_run_id_first() {
    let by_variable = run_with(&home(), &["--script", CRASH], &[("JACKIN_DEBUG", "1")]);
    for told in [run(&home(), &["--script", CRASH, "--debug"]), by_variable] {
        assert_firehose(&told);
    }
}

fn assert_firehose(told: &Told) {
    told.assert_sound();
    let id = told
        .stderr
        .lines()
        .next()
        .and_then(|line| line.strip_prefix("run "))
        .expect("the run id comes first");
    assert!(
        told.stdout.contains(&format!("runs show {id}")),
        "{}",
        told.stdout
    );
    let lines = told.events("command.output");
    let of = |program: &str| {
        let of = |event: &&&Event| text(&event.attributes, "process.executable.name") == Some(program);
        lines
            .iter()
            .filter(of)
            .filter_map(|event| text(&event.attributes, "jackin.output.line"))
            .collect::<Vec<_>>()
    };
    assert!(
        of("git").iter().any(|line| line.contains("Fast-forward")),
        "{:?}",
        of("git")
    );
    assert!(of("git").contains(&"Thomas A. Anderson"), "{:?}", of("git"));
    assert!(
        of("capsule").contains(&"there is no spoon"),
        "{:?}",
        of("capsule")
    );
    let commands = told.ends(Kind::Span);
    let clone = commands.iter().any(|(_, end)| {
        let arguments = end.attributes.get("process.command_args");
        matches!(arguments, Some(AttributeValue::Strings(words)) if words.contains(&"clone".to_owned()))
    });
    assert!(clone, "with --debug a command has its arguments");
    assert_eq!(
        told.events("input.key").len() + told.events("input.mouse").len(),
        3,
        "two keys and a click"
    );
}

#[test]
fn a_mistake_in_a_script_is_told_with_its_line() {
    let cases = [
        (
            "see my-app\n\nclcik my-app\n",
            "line 3: `clcik my-app` is no command; write key, click",
        ),
        (
            "key return\n",
            "line 1: there is no key `return`; write a letter, enter",
        ),
        (
            "launch notes\nchild exit many\n",
            "line 2: `exit many` is nothing to tell a container",
        ),
        (
            "click your-app\n",
            "line 1: the screen does not show `your-app`; it shows",
        ),
        (
            "key s\nkey esc\n",
            "the script ends while the console still waits",
        ),
        ("key q\nkey q\n", "line 2: the console ended before this line"),
    ];
    for (script, words) in cases {
        let told = run_script(&home(), script, &[]);
        assert_eq!(told.code, Some(2), "{script}");
        assert!(told.stderr.contains(words), "{script} says {}", told.stderr);
        assert_eq!(told.end().2, Some("invalid_arguments"), "{script}");
    }
}
