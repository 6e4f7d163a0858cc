use telemetry_runtime::config::StartError;
use telemetry_runtime::line::{AttributeValue, Ledger, Outcome, Record, Why};
use telemetry_runtime::value::Value;
use telemetry_runtime::{Options, Run, SpanGuard, emit, enabled, screen};

use crate::items::*;
use crate::vocabulary::*;
use crate::{ended, lines, options, start, started};

fn first_line(lines: &[telemetry_runtime::line::Line]) -> &telemetry_runtime::line::Run {
    match &lines[0].record {
        Record::Run(run) => run,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_run_begins_with_what_it_is_and_ends_with_how_it_went() {
    let started = start(
        options()
            .version("1.2.3")
            .component("host")
            .resource("app.flavour", "plain"),
    );
    let id = started.run.id().to_owned();
    let file = started.run.file().expect("a file");
    assert_eq!(
        file,
        started.home.path().join(".app/runs").join(format!("{id}.jsonl"))
    );
    screen::enter(&LIST);
    tick(1, 0);
    let delivery = started.run.finish((&Err::<(), _>(Refusal("no more")), 3));

    let lines = lines(&file);
    let names: Vec<_> = lines
        .iter()
        .map(|line| serde_json::to_value(&line.record).expect("json")["record"].clone())
        .collect();
    assert_eq!(
        names,
        [
            "run",
            "span_start",
            "span_start",
            "event",
            "span_end",
            "metrics",
            "summary",
            "span_end",
            "end"
        ]
    );
    let run = first_line(&lines);
    assert_eq!(
        (run.run_id.as_str(), run.command.as_str(), run.why),
        (id.as_str(), "test", Why::NoEndpoint)
    );
    let text = |key: &str| match &run.resource[key] {
        AttributeValue::String(text) => text.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(text("service.name"), "app");
    assert_eq!(text("service.version"), "1.2.3");
    assert_eq!(text("app.component"), "host");
    assert_eq!(text("app.run.id"), id);
    assert_eq!(text("app.flavour"), "plain");
    let command = ended(&lines, "command");
    assert_eq!(
        (command.outcome, command.error_type.as_deref()),
        (Outcome::Failure, Some("refused"))
    );
    assert_eq!(command.status_message.as_deref(), Some("no more"));
    assert_eq!(
        command.attributes["error.type"],
        AttributeValue::String("refused".into())
    );
    let Some(Record::End(end)) = lines.last().map(|line| &line.record) else {
        panic!("an end")
    };
    assert_eq!(
        (end.outcome, end.exit_code, end.error_type.as_deref()),
        (Outcome::Failure, Some(3), Some("refused"))
    );
    assert_eq!(delivery.outcome, Outcome::Failure);
    assert_eq!(
        delivery.to_string(),
        format!("run {id}: 9 records in {}", file.display())
    );
}

#[test]
fn a_run_that_is_dropped_ends_as_abandoned() {
    let started = start(options());
    let file = started.run.file().expect("a file");
    drop(started.run);
    let lines = lines(&file);
    let Some(Record::End(end)) = lines.last().map(|line| &line.record) else {
        panic!("an end")
    };
    assert_eq!(end.outcome, Outcome::Abandoned);
}

#[test]
fn events_of_the_debug_tier_are_recorded_only_in_debug_runs() {
    let quiet = start(options());
    let file = quiet.run.file().expect("a file");
    emit(&PROBE, &[]);
    quiet.run.finish(Outcome::Success);
    assert!(!std::fs::read_to_string(file).expect("a file").contains("probe"));

    drop(quiet.home);
    drop(quiet._alone);
    let loud = start(options().vars([("APP_DEBUG", "1")]));
    let file = loud.run.file().expect("a file");
    emit(&PROBE, &[]);
    loud.run.finish(Outcome::Success);
    assert!(std::fs::read_to_string(file).expect("a file").contains("probe"));
}

#[test]
fn a_run_that_is_off_records_nothing_and_hides_the_ambient_one() {
    let started = start(options());
    let file = started.run.file().expect("a file");
    let off = Run::<App>::off();
    off.scope(|| {
        tick(1, 0);
        screen::enter(&LIST);
        assert!(screen::current().is_none());
        work(1).done();
    });
    tick(2, 0);
    drop(off.lease_terminal());
    off.flush();
    let delivery = off.finish(Outcome::Success);
    assert_eq!(delivery.ledger, Ledger::default());
    assert_eq!(delivery.to_string(), "telemetry was off: nothing was recorded");
    started.run.finish(Outcome::Success);
    let text = std::fs::read_to_string(file).expect("a file");
    assert!(
        text.contains("tick 2 of 0") && !text.contains("tick 1 of 0") && !text.contains("\"name\":\"work\"")
    );
}

#[test]
fn the_disabled_switch_turns_the_run_off_before_any_file_exists() {
    let started = start(options().vars([("OTEL_SDK_DISABLED", "true")]));
    assert_eq!((started.run.id(), started.run.file()), ("", None));
    assert!(
        std::fs::read_dir(started.home.path())
            .expect("a folder")
            .next()
            .is_none()
    );
}

#[test]
fn a_protocol_that_is_not_spoken_stops_the_start_before_any_file_exists() {
    let home = tempfile::tempdir().expect("a folder");
    let vars = [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4317"),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
    ];
    let error = Run::<App>::start(options().vars(vars).home(home.path())).expect_err("an error");
    assert!(matches!(error, StartError::UnsupportedProtocol { .. }));
    assert_eq!(error.code(), Some("E016"));
    assert!(std::fs::read_dir(home.path()).expect("a folder").next().is_none());

    let error = Run::<App>::start(options()).expect_err("an error");
    assert!(error.to_string().contains("HOME"), "{error}");
}

#[test]
fn the_latest_run_alive_is_the_ambient_one() {
    let first = start(options());
    let home = tempfile::tempdir().expect("a folder");
    let second = Run::<App>::start(options().home(home.path())).expect("a run");
    let (one, two) = (first.run.file().expect("a file"), second.file().expect("a file"));
    tick(1, 0);
    first.run.scope(|| tick(2, 0));
    second.finish(Outcome::Success);
    tick(3, 0);
    first.run.finish(Outcome::Success);
    tick(4, 0);
    let ticks = |file: &std::path::Path| -> Vec<i64> {
        let text = lines(file).into_iter().filter_map(|line| match line.record {
            Record::Event(event) => event
                .body
                .split(' ')
                .nth(1)
                .and_then(|number| number.parse().ok()),
            _ => None,
        });
        text.collect()
    };
    assert_eq!((ticks(&one), ticks(&two)), (vec![2, 3], vec![1]));
}

#[test]
fn a_span_of_one_run_is_no_place_for_the_records_of_another() {
    let first = start(options());
    let of_first = work(1);
    let home = tempfile::tempdir().expect("a folder");
    let second = Run::<App>::start(options().home(home.path())).expect("a run");
    let file = second.file().expect("a file");
    tick(1, 0);
    work(2).done();
    second.finish(Outcome::Success);
    of_first.done();
    drop(first);
    let lines = lines(&file);
    let event = lines.iter().find_map(|line| match &line.record {
        Record::Event(event) => Some(event),
        _ => None,
    });
    assert_eq!(event.and_then(|event| event.span_id.as_deref()), None);
    assert_eq!(started(&lines, "work").parent_span_id, None);
}

#[test]
fn a_tag_set_again_replaces_the_one_before_and_no_value_takes_it_away() {
    let started = start(options());
    let file = started.run.file().expect("a file");
    screen::enter(&LAUNCH);
    for value in ["old".into(), "new".into(), Value::Absent] {
        screen::tag(&LAUNCH, 0, value);
        tick(1, 0);
    }
    started.run.finish(Outcome::Success);
    // Of the text, because a reader hides a key that stands twice.
    let text = std::fs::read_to_string(file).expect("a file");
    let tags: Vec<_> = text
        .lines()
        .filter(|line| line.contains("\"tick 1 of 0\""))
        .map(|line| line.matches("\"app.workspace\":").count())
        .collect();
    assert_eq!(tags, [1, 1, 0]);
}

#[test]
fn nobody_listens_before_a_run_and_after_it() {
    let started = start(options());
    assert!(enabled(TICK.severity));
    started.run.finish(Outcome::Success);
    // Captures of other tests may be alive in this process; they take everything, so only guards can tell.
    assert_eq!(format!("{:?}", work(1)), "SpanGuard(\"off\")");
}

#[test]
fn an_adopted_id_goes_on_in_its_file_under_a_new_run_line() {
    let started = start(options().vars([("APP_RUN_ID", "run_8b4766")]));
    assert_eq!(started.run.id(), "8b4766");
    let file = started.run.file().expect("a file");
    started.run.finish(Outcome::Success);
    let again = Options::new("again")
        .vars([("APP_RUN_ID", "8b4766")])
        .home(started.home.path());
    Run::<App>::start(again).expect("a run").finish(Outcome::Success);
    let runs: Vec<_> = lines(&file)
        .into_iter()
        .filter_map(|line| match line.record {
            Record::Run(run) => Some(run.command),
            _ => None,
        })
        .collect();
    assert_eq!(runs, ["test", "again"]);
}

#[test]
fn a_minted_id_whose_file_exists_is_minted_again() {
    let started = start(options().ids(7));
    let first = started.run.id().to_owned();
    started.run.finish(Outcome::Success);
    let second = Run::<App>::start(options().ids(7).home(started.home.path())).expect("a run");
    assert_ne!(second.id(), first);
    assert_eq!(second.id().len(), 6);
}

#[test]
fn the_parent_that_the_process_was_started_with_is_linked_where_the_schema_says_so() {
    let traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    let started_run = start(options().vars([("TRACEPARENT", traceparent)]));
    let file = started_run.run.file().expect("a file");
    SpanGuard::start(&TAB, &[]).done();
    started_run.run.finish(Outcome::Success);
    let lines = lines(&file);
    let links = &started(&lines, "tab").links;
    assert_eq!(links.len(), 1);
    assert_eq!(
        (links[0].trace_id.as_str(), links[0].span_id.as_str()),
        ("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331")
    );
}

#[test]
fn a_panic_of_any_thread_is_recorded_in_its_run_and_leaves_the_locks_usable() {
    let started = start(options());
    let file = started.run.file().expect("a file");
    screen::enter(&LIST);
    let thread = std::thread::Builder::new().name("courier".into()).spawn(|| {
        let _work = work(1);
        panic!("lost the parcel");
    });
    assert!(thread.expect("a thread").join().is_err());
    // On disk before the run ends, because the program may be about to die.
    let text = std::fs::read_to_string(&file).expect("a file");
    assert!(
        text.contains("lost the parcel") && text.contains("courier"),
        "{text}"
    );
    screen::navigate(&LIST, &SETTINGS);
    tick(1, 0);
    let delivery = started.run.finish(Outcome::Failure);
    assert_eq!(
        (delivery.ledger.dropped, delivery.ledger.in_file),
        (0, lines(&file).len() as u64)
    );
    assert_eq!(ended(&lines(&file), "work").outcome, Outcome::Abandoned);
}

#[test]
fn a_run_that_begins_makes_room_for_itself() {
    let home = tempfile::tempdir().expect("a folder");
    let folder = home.path().join(".app/runs");
    std::fs::create_dir_all(&folder).expect("a folder");
    for run in 0..205 {
        let line = format!("{{\"seq\":0,\"time\":\"2020-01-01T00:00:00.{run:09}Z\",\"record\":\"other\"}}\n");
        std::fs::write(folder.join(format!("{run:06}.jsonl")), line).expect("a file");
    }
    let alone = start(options());
    let run = Run::<App>::start(options().home(home.path())).expect("a run");
    let left = std::fs::read_dir(&folder).expect("a folder").count();
    assert!(left <= 200, "{left}");
    assert!(run.file().is_some_and(|file| file.exists()));
    drop(alone);
}

#[test]
fn what_a_thread_says_while_it_ends_is_recorded() {
    struct LastWords;
    impl Drop for LastWords {
        fn drop(&mut self) {
            tick(7, 7);
            work(7).done();
        }
    }
    thread_local! {
        static LAST: LastWords = const { LastWords };
    }
    let started = start(options());
    let file = started.run.file().expect("a file");
    let thread = std::thread::spawn(|| {
        // Made first, so that it goes last: after everything that telemetry keeps for the thread.
        LAST.with(|_| ());
        tick(6, 6);
    });
    assert!(thread.join().is_ok());
    started.run.finish(Outcome::Success);
    let text = std::fs::read_to_string(file).expect("a file");
    assert!(
        text.contains("tick 6 of 6") && text.contains("tick 7 of 7"),
        "{text}"
    );
}
