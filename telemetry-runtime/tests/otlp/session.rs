//! The session inside of the container: it tells its story as it happens, under the run's id, linked to the launch.

use std::time::Duration;

use telemetry_runtime::line::{Outcome, Record};
use telemetry_runtime::{Handover, Number, Options, Run, SpanGuard, handover, measure, screen};
use telemetry_testbed::proto::trace::v1::Span;
use telemetry_testbed::{Behaviour, Placed, Received, Signal, Testbed};

use crate::handover::{ENDPOINT, container, value};
use crate::vocabulary::*;
use crate::wire::{log, span, text};
use crate::{Ended, LONG, Started, items, start, start_at};

/// How long after its end an activity may be on its way, and what the way takes on a busy machine.
const SOON: Duration = Duration::from_millis(100 + 400);

fn join(handover: &Handover) -> Started {
    join_with(Options::new("capsule"), handover)
}

fn join_with(options: Options, handover: &Handover) -> Started {
    let vars = container(handover);
    let vars: Vec<_> = vars
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    crate::begin(options, &vars, Run::join)
}

/// A launch that is on its way, and what it hands over.
fn launch(testbed: &Testbed) -> (Started, Handover) {
    let started = start(testbed);
    let handover = started.run.scope(|| {
        screen::enter(&LIST);
        screen::navigate(&LIST, &LAUNCH);
        let stage = SpanGuard::start(&NETWORK, &[]);
        let handover = handover();
        stage.done();
        handover
    });
    (started, handover)
}

fn is_delivered(ended: &Ended) {
    let ledger = ended.balances();
    assert_eq!(ledger.acknowledged, ledger.emitted, "{:?}", ended.told);
    assert!(ended.files().is_empty(), "a healthy backend needs no file");
}

fn session_span(received: &Received) -> Option<Placed<Span>> {
    received.spans().into_iter().find(|span| span.name == "stay")
}

#[test]
fn the_session_has_the_run_id_an_id_of_its_own_and_its_part_on_every_resource() {
    let testbed = Testbed::start().expect("a testbed");
    let (host, handover) = launch(&testbed);
    let session = join(&handover);
    assert_eq!(session.run.id(), host.run.id(), "one run");
    let id = session.run.session_id().expect("a session").to_owned();
    let run_id = host.run.id().to_owned();
    assert_eq!(host.run.session_id(), None);
    session.run.scope(|| {
        items::tick(1, 1);
        measure(&HITS, &["image".into()], Number::Int(1));
    });
    is_delivered(&session.finish());
    let (spans, logs, points) = (testbed.spans(), testbed.logs(), testbed.metric_points());
    // The host has not ended a span yet but for the ones before the launch.
    let of_session = |resource: &telemetry_testbed::proto::resource::v1::Resource| {
        let of = |key| text(&resource.attributes, key);
        assert_eq!(of("app.run.id").as_deref(), Some(run_id.as_str()));
        assert_eq!(of("service.name").as_deref(), Some("app"));
        if of("app.component").is_none() {
            assert_eq!(of("session.id"), None, "the host is no session");
            return false;
        }
        assert_eq!(of("app.component").as_deref(), Some("capsule"));
        assert_eq!(of("session.id").as_deref(), Some(id.as_str()));
        true
    };
    assert!(spans.iter().filter(|span| of_session(&span.resource)).count() > 0);
    assert!(logs.iter().filter(|log| of_session(&log.resource)).count() > 2);
    assert!(points.iter().filter(|point| of_session(&point.resource)).count() > 0);
    is_delivered(&host.finish());
}

#[test]
fn the_session_is_a_root_in_its_own_trace_and_links_to_the_launch_which_links_to_the_list() {
    let testbed = Testbed::start().expect("a testbed");
    let (host, handover) = launch(&testbed);
    let session = join(&handover);
    let id = session.run.session_id().expect("a session").to_owned();
    is_delivered(&session.finish());
    is_delivered(&host.finish());
    let (stay, launch, list) = (
        span(&testbed, "stay"),
        span(&testbed, "launch"),
        span(&testbed, "list"),
    );
    assert!(stay.parent_span_id.is_empty());
    assert!(stay.trace_id != launch.trace_id && launch.trace_id != list.trace_id);
    assert_eq!(text(&stay.attributes, "session.id").as_deref(), Some(id.as_str()));
    for (from, to) in [(&stay, &launch), (&launch, &list)] {
        let [link] = &from.links[..] else {
            panic!("{:?}", from.links);
        };
        assert_eq!((&link.trace_id, &link.span_id), (&to.trace_id, &to.span_id));
    }
    let commands = testbed.spans();
    let commands = commands.iter().filter(|span| span.name == "command");
    assert_eq!(commands.count(), 1, "a run has one command");
}

#[test]
fn what_happens_in_a_session_outside_of_everything_else_is_in_its_span() {
    let testbed = Testbed::start().expect("a testbed");
    let (host, handover) = launch(&testbed);
    let session = join(&handover);
    session.run.scope(|| {
        items::tick(7, 1);
        let work = items::work(1);
        items::tick(8, 1);
        work.done();
        telemetry_runtime::emit(&MARK, &[]);
    });
    let ended = session.run.finish((&Err::<(), _>(items::Refusal("no more")), 3));
    assert_eq!(ended.ledger.acknowledged, ended.ledger.emitted);
    drop(host.finish());
    let (stay, work) = (span(&testbed, "stay"), span(&testbed, "work"));
    assert_eq!(
        (&work.trace_id, &work.parent_span_id),
        (&stay.trace_id, &stay.span_id)
    );
    let place =
        |log: &telemetry_testbed::proto::logs::v1::LogRecord| (log.trace_id.clone(), log.span_id.clone());
    let in_stay = (stay.trace_id.clone(), stay.span_id.clone());
    let logs = testbed.logs();
    let ticks: Vec<_> = logs
        .iter()
        .filter(|log| log.event_name == "tick")
        .map(|log| place(log))
        .collect();
    assert_eq!(
        ticks,
        [in_stay.clone(), (work.trace_id.clone(), work.span_id.clone())]
    );
    // An event of a span that has been told already is told as a log record.
    for name in ["stay.start", "mark", "stay.end"] {
        assert_eq!(place(&log(&testbed, name)), in_stay, "{name}");
    }
    let end = log(&testbed, "stay.end");
    let of = |key| text(&end.attributes, key);
    assert_eq!(of("app.outcome").as_deref(), Some("failure"));
    assert_eq!(of("error.type").as_deref(), Some("refused"));
    assert_eq!(of("session.id"), text(&stay.attributes, "session.id"));
}

#[test]
fn each_activity_is_on_its_way_as_soon_as_it_ended() {
    let testbed = Testbed::start().expect("a testbed");
    let (host, handover) = launch(&testbed);
    let session = join(&handover);
    // Nobody flushes: what arrives came by itself.
    assert!(
        testbed.wait_for(|received| session_span(received).is_some(), SOON),
        "the session is told at its beginning"
    );
    session.run.scope(|| {
        for number in 1..=5 {
            items::work(number).done();
            items::tick(number, 1);
            let arrived = |received: &Received| {
                let done = received.spans().iter().filter(|span| span.name == "work").count();
                let ticks = received
                    .logs()
                    .iter()
                    .filter(|log| log.event_name == "tick")
                    .count();
                (done, ticks) == (number as usize, number as usize)
            };
            assert!(testbed.wait_for(arrived, SOON), "activity {number}");
        }
    });
    is_delivered(&session.finish());
    is_delivered(&host.finish());
}

#[test]
fn headers_and_the_endpoints_of_signals_work_from_inside() {
    let (general, logs) = (
        Testbed::start().expect("a testbed"),
        Testbed::start().expect("a testbed"),
    );
    let secret = "a, b=c%20; \"d\"";
    for testbed in [&general, &logs] {
        testbed.set(Behaviour::RequireHeader("x-secret".into(), secret.into()));
    }
    let own = logs.endpoint();
    let vars = [
        ("OTEL_EXPORTER_OTLP_LOGS_ENDPOINT", own.as_str()),
        (
            "OTEL_EXPORTER_OTLP_HEADERS",
            "x-secret=a%2C%20b%3Dc%2520%3B%20%22d%22",
        ),
        ("OTEL_EXPORTER_OTLP_COMPRESSION", "gzip"),
    ];
    let host = start_at(&general.endpoint(), &vars);
    let session = join(&host.run.handover());
    session.run.scope(|| items::tick(1, 1));
    is_delivered(&session.finish());
    is_delivered(&host.finish());
    let is_session = |resource: &telemetry_testbed::proto::resource::v1::Resource| {
        text(&resource.attributes, "session.id").is_some()
    };
    assert!(general.spans().iter().any(|span| is_session(&span.resource)));
    assert!(logs.logs().iter().any(|log| is_session(&log.resource)));
    assert!(general.logs().is_empty() && logs.spans().is_empty());
    for headers in general.headers().iter().chain(&logs.headers()) {
        assert_eq!(headers.get("grpc-encoding").map(String::as_str), Some("gzip"));
    }
}

#[test]
fn a_session_without_a_backend_is_in_the_file_of_its_own_home() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let vars = [("APP_RUN_ID", "8b4766")];
    let host = Run::<App>::start(Options::new("test").vars(vars).home(home.path())).expect("a run");
    host.scope(|| screen::enter(&LAUNCH));
    let session = join(&host.handover());
    let id = session.run.session_id().expect("a session").to_owned();
    session.run.scope(|| items::tick(1, 1));
    let ended = session.finish();
    let ledger = ended.balances();
    assert_eq!(ledger.in_file, ledger.emitted);
    assert_eq!(ended.delivery.run_id, "8b4766");
    let file = ended.delivery.file.as_ref().and_then(|file| file.file_stem());
    assert_eq!(
        file.and_then(|file| file.to_str()),
        Some(format!("8b4766-{}", &id[..8]).as_str())
    );
    let lines = ended.lines();
    let visit = host.handover();
    let spans: Vec<_> = lines
        .iter()
        .filter_map(|line| match &line.record {
            Record::SpanEnd(span) => Some(span),
            _ => None,
        })
        .collect();
    let [stay] = &spans[..] else { panic!("{spans:?}") };
    let [link] = &stay.links[..] else {
        panic!("{stay:?}")
    };
    assert_eq!(
        value(&visit, "TRACEPARENT"),
        Some(format!("00-{}-{}-01", link.trace_id, link.span_id).as_str())
    );
    assert!(matches!(lines[0].record, Record::Run(_)));
    assert!(matches!(lines[lines.len() - 1].record, Record::End(_)));
    drop(host.finish(Outcome::Success));
}

#[test]
fn a_session_in_a_home_that_it_shares_with_the_launch_writes_a_file_of_its_own() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let vars: [(&str, &str); 0] = [];
    let host = Run::<App>::start(Options::new("test").vars(vars).home(home.path())).expect("a run");
    let handed_over = container(&host.handover());
    let sessions: Vec<Run<App>> = (0..2)
        .map(|_| {
            Options::new("capsule")
                .vars(handed_over.clone())
                .home(home.path())
        })
        .map(|options| Run::join(options).expect("a session"))
        .collect();
    for run in sessions.iter().chain([&host]) {
        run.scope(|| items::tick(1, 1));
        assert_eq!(run.id(), host.id());
    }
    let deliveries: Vec<_> = sessions
        .into_iter()
        .chain([host])
        .map(|run| run.finish(Outcome::Success))
        .collect();
    for delivery in deliveries {
        let file = delivery.file.expect("a file of its own");
        let text = std::fs::read_to_string(file).expect("a run file");
        assert_eq!(text.lines().count() as u64, delivery.ledger.emitted);
        for (number, line) in text.lines().enumerate() {
            let line = telemetry_runtime::reader::parse(line.as_bytes()).expect(line);
            assert_eq!(line.seq, number as u64);
        }
    }
}

#[test]
fn a_session_whose_backend_is_away_is_in_its_file_and_balances() {
    let testbed = Testbed::start().expect("a testbed");
    let (host, handover) = launch(&testbed);
    testbed.die();
    let session = join(&handover);
    session.run.scope(|| items::tick(1, 1));
    let ended = session.finish();
    let ledger = ended.balances();
    assert_eq!(
        (ledger.in_file, ledger.dropped),
        (ledger.emitted, 0),
        "{ledger:?}"
    );
    assert_eq!(ended.told, ["not_delivered"]);
    drop(host.finish());
}

#[test]
fn a_session_that_was_handed_nothing_works_alone_and_says_so() {
    let testbed = Testbed::start().expect("a testbed");
    let endpoint = testbed.endpoint();
    let alone = |debug| {
        let vars = [(ENDPOINT, endpoint.as_str())];
        crate::begin(Options::new("capsule").debug(debug), &vars, Run::join)
    };
    let session = alone(true);
    assert_eq!(session.run.id().len(), 6, "a run of its own");
    let told = session.told.lock().map(|told| told.clone()).expect("notices");
    let words: Vec<_> = told.iter().map(|notice| notice.body.as_str()).collect();
    assert!(
        words.iter().any(|words| words.contains("APP_RUN_ID is not set")),
        "{words:?}"
    );
    assert!(
        words.iter().any(|words| words.contains("TRACEPARENT")),
        "{words:?}"
    );
    session.finish().balances();
    assert!(span(&testbed, "stay").links.is_empty());
    let ended = alone(false).finish();
    is_delivered(&ended);
    assert_eq!(ended.told, [""; 0]);
    assert!(testbed.acknowledged(Signal::Traces) >= 2);
}

#[test]
fn the_part_of_the_product_is_the_commands_name_unless_the_program_says_more() {
    let testbed = Testbed::start().expect("a testbed");
    let (host, handover) = launch(&testbed);
    let session = join_with(Options::new("capsule").component("sidecar"), &handover);
    is_delivered(&session.finish());
    drop(host.finish());
    let stay = span(&testbed, "stay");
    assert_eq!(
        text(&stay.resource.attributes, "app.component").as_deref(),
        Some("sidecar")
    );
}

#[test]
fn two_sessions_of_one_launch_have_ids_of_their_own() {
    let testbed = Testbed::start().expect("a testbed");
    let (host, handover) = launch(&testbed);
    let ids: Vec<String> = (0..2)
        .map(|_| {
            let session = join(&handover);
            let id = session.run.session_id().expect("a session").to_owned();
            is_delivered(&session.finish());
            id
        })
        .collect();
    assert_ne!(ids[0], ids[1]);
    assert_eq!(ids[0].len(), 36, "a UUID: {}", ids[0]);
    drop(host.finish());
    let all = |received: &Received| received.spans().iter().filter(|span| span.name == "stay").count() == 2;
    assert!(testbed.wait_for(all, LONG));
}
