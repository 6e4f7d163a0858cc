//! What the ledger of a client is checked against: the testbed's count of what it answered OK.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use telemetry_testbed::{Behaviour, Code, Signal, Testbed};

use crate::Outcome;
use crate::client::{A_MOMENT, Client, SOON, gauge, logs, spans};

/// How long a client waits for an answer. Without a timeout a call can wait for ever: rarely, tonic's client does
/// not notice that the connection of a call has ended.
const PATIENCE: Duration = Duration::from_secs(5);

/// A client's side of the ledger, in spans.
#[derive(Debug, Default)]
struct Ledger {
    acknowledged: u64,
    failed: u64,
    /// Of calls that the client gave up: it cannot know.
    in_doubt: u64,
}

impl Ledger {
    async fn send(&mut self, client: &Client) {
        // Two calls share the connection, so that what ends one comes while the other is being answered.
        let one = tokio::time::timeout(PATIENCE, client.spans(spans(["a", "b"])));
        let other = tokio::time::timeout(PATIENCE, client.spans(spans(["c"])));
        let (one, other) = tokio::join!(one, other);
        for (outcome, items) in [(one, 2), (other, 1)] {
            match outcome {
                Ok(Ok(answer)) => {
                    let rejected = answer.partial_success.map_or(0, |partial| partial.rejected_spans);
                    self.acknowledged += items - rejected.unsigned_abs();
                }
                Ok(Err(_)) => self.failed += items,
                Err(_) => self.in_doubt += items,
            }
        }
    }
}

/// Sends on eight connections, each shared by `senders`, while `disturb` does its worst, and compares both sides.
async fn storm(testbed: Testbed, senders: usize, disturb: impl FnOnce(&Testbed) -> Outcome) -> Outcome {
    let stop = Arc::new(AtomicBool::new(false));
    let mut tasks = Vec::new();
    for _ in 0..8 {
        let client = Client::of(&testbed)?;
        for _ in 0..senders {
            let (client, stop) = (client.clone(), stop.clone());
            tasks.push(tokio::spawn(async move {
                let mut ledger = Ledger::default();
                while !stop.load(Ordering::SeqCst) {
                    ledger.send(&client).await;
                }
                ledger
            }));
        }
    }
    disturb(&testbed)?;
    stop.store(true, Ordering::SeqCst);
    let mut clients = Ledger::default();
    for task in tasks {
        let ledger = task.await?;
        clients.acknowledged += ledger.acknowledged;
        clients.failed += ledger.failed;
        clients.in_doubt += ledger.in_doubt;
    }
    let tally = testbed.received().tally(Signal::Traces);
    let possible = clients.acknowledged..=clients.acknowledged + clients.in_doubt;
    assert!(
        possible.contains(&tally.acknowledged),
        "{clients:?} against {tally:?}"
    );
    assert!(
        clients.acknowledged > 0 && clients.failed > 0,
        "nothing happened: {clients:?}"
    );
    assert!(
        clients.in_doubt * 100 < clients.acknowledged,
        "that proves little: {clients:?}"
    );
    assert!(tally.kept >= tally.acknowledged, "{tally:?}");
    assert!(tally.arrived >= tally.kept + tally.rejected, "{tally:?}");
    assert_eq!(testbed.spans().len() as u64, tally.kept);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clients_and_testbed_count_the_same_through_resets_refusals_and_partial_successes() -> Outcome {
    let testbed = Testbed::start()?;
    let round = [
        (7, Behaviour::Accept),
        (1, Behaviour::ResetMidStream),
        (3, Behaviour::Partial { rejected: 1 }),
        (2, Behaviour::Refuse(Code::Unavailable)),
        (1, Behaviour::LoseAnswer),
    ];
    let script: Vec<_> = round.into_iter().cycle().take(5 * 100).collect();
    testbed.set(script);
    storm(testbed, 1, |testbed| {
        assert!(testbed.wait_for(|seen| seen.tally(Signal::Traces).calls > 14 * 100, SOON));
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clients_and_testbed_count_the_same_through_deaths() -> Outcome {
    storm(Testbed::start()?, 3, |testbed| {
        for round in 1..=60 {
            let calls = testbed.received().tally(Signal::Traces).calls;
            let goes_on = testbed.wait_for(|seen| seen.tally(Signal::Traces).calls > calls + 20, SOON);
            assert!(goes_on, "round {round}");
            testbed.die();
            testbed.come_back()?;
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn counting_goes_on_when_nothing_is_kept() -> Outcome {
    let testbed = Testbed::start()?;
    let client = Client::of(&testbed)?;
    client.spans(spans(["kept"])).await?;
    testbed.count_only();
    testbed.set([
        (1, Behaviour::Partial { rejected: 1 }),
        (1, Behaviour::Refuse(Code::Internal)),
    ]);
    client.spans(spans(["a", "b"])).await?;
    assert!(client.spans(spans(["c"])).await.is_err());
    client.logs(logs(["a", "b"])).await?;
    assert!(client.logs(logs(["c"])).await.is_err());
    client.metrics(gauge("m", &[1, 2, 3])).await?;
    let tally = testbed.received().tally(Signal::Traces);
    assert_eq!((tally.calls, tally.arrived, tally.kept), (3, 4, 2));
    assert_eq!((tally.acknowledged, tally.rejected), (2, 1));
    assert_eq!(testbed.acknowledged(Signal::Logs), 1);
    assert_eq!(testbed.acknowledged(Signal::Metrics), 2);
    assert_eq!((testbed.requests().len(), testbed.spans().len()), (1, 1));
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_long_test_takes_what_was_answered_and_later_answers_still_find_their_calls() -> Outcome {
    let testbed = Testbed::start()?;
    let client = Client::of(&testbed)?;
    client.spans(spans(["a"])).await?;
    // The call in the middle is answered only after the one behind it.
    let wait = Behaviour::Delay(A_MOMENT, Behaviour::Accept.into());
    testbed.set_for(Signal::Traces, [(1, wait)]);
    let late = client.clone();
    let late = tokio::spawn(async move { late.spans(spans(["b"])).await });
    assert!(testbed.wait_for(|seen| seen.tally(Signal::Traces).calls == 2, SOON));
    client.spans(spans(["c"])).await?;
    let names = |received: telemetry_testbed::Received| {
        let spans = received.spans();
        spans.into_iter().map(|span| span.item.name).collect::<Vec<_>>()
    };
    assert_eq!(names(testbed.take()), ["a"]);
    assert_eq!(
        names(testbed.received()),
        ["c"],
        "nothing is taken past a call without an answer"
    );
    late.await??;
    assert_eq!(names(testbed.take()), ["b", "c"]);
    assert!(testbed.requests().is_empty());
    assert_eq!(testbed.acknowledged(Signal::Traces), 3, "the counts are of all");
    Ok(())
}
