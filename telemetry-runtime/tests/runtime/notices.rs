use std::sync::{Arc, Mutex};

use telemetry_runtime::line::Outcome;
use telemetry_runtime::{Delivery, Options, Run};

use crate::items::*;
use crate::vocabulary::*;
use crate::{lines, options, start};

/// Options that keep what the operator is shown.
fn watched() -> (Options, Arc<Mutex<Vec<String>>>) {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&seen);
    let options = options().on_notice(move |notice| {
        // What a hook records must not come back to it, nor stand still.
        tick(99, 99);
        if let Ok(mut log) = log.lock() {
            log.push(notice.code.clone());
        }
    });
    (options, seen)
}

#[test]
fn a_notice_waits_for_the_end_of_the_last_terminal_lease_and_is_recorded_at_once() {
    let (options, seen) = watched();
    let started = start(options);
    let shown = || seen.lock().map(|seen| seen.clone()).unwrap_or_default();
    let file = started.run.file().expect("a file");
    let (one, two) = (started.run.lease_terminal(), started.run.lease_terminal());
    for set in 0..300 {
        telemetry_runtime::measure(&HITS, &[format!("{set}").as_str().into()], 1.into());
    }
    assert!(
        std::fs::read_to_string(&file)
            .expect("a file")
            .contains("metric_overflow")
    );
    drop(one);
    assert!(shown().is_empty());
    drop(two);
    assert_eq!(shown(), ["metric_overflow"]);
    let Delivery { notices, ledger, .. } = started.run.finish(Outcome::Success);
    assert_eq!(notices.len(), 1);
    assert_eq!(ledger.in_file, lines(&file).len() as u64);
}

#[test]
fn a_file_that_cannot_be_written_is_one_notice_and_a_right_ledger() {
    let (options, seen) = watched();
    let home = tempfile::tempdir().expect("a folder");
    std::fs::write(home.path().join(".app"), "a file where a folder should be").expect("a file");
    let alone = start(self::options());
    let run = Run::<App>::start(options.home(home.path())).expect("a run");
    run.scope(|| (0..10).for_each(|number| tick(number, 0)));
    let delivery = run.finish(Outcome::Success);
    assert_eq!(
        delivery.to_string(),
        format!("run {}: no record was kept; 18 records lost", delivery.run_id)
    );
    let Delivery {
        ledger,
        file,
        outcome,
        notices,
        ..
    } = delivery;
    assert_eq!(outcome, Outcome::Success);
    assert_eq!(file, None);
    assert_eq!((ledger.in_file, ledger.acknowledged), (0, 0));
    // The run, the command's start, the notice and ten ticks; then metrics, summary, the command's end and the
    // end. The hook's own tick went to whichever run is the ambient one: this.
    assert_eq!((ledger.emitted, ledger.dropped), (18, 18));
    assert_eq!(notices.len(), 1);
    assert_eq!(seen.lock().map(|seen| seen.len()).ok(), Some(1));
    drop(alone);
}

#[test]
fn a_hook_that_panics_takes_nothing_with_it() {
    let started = start(options().on_notice(|_| panic!("the hook")));
    for set in 0..300 {
        telemetry_runtime::measure(&HITS, &[format!("{set}").as_str().into()], 1.into());
    }
    tick(1, 0);
    let delivery = started.run.finish(Outcome::Success);
    assert_eq!(delivery.ledger.dropped, 0);
}
