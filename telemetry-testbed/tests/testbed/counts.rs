//! What the ledger of a client is checked against: the testbed's count of what it answered OK.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use telemetry_testbed::{Behaviour, Code, Signal, Testbed};

use crate::Outcome;
use crate::client::{Client, SOON, gauge, logs, spans};

/// Sends until told to stop, on a channel of its own, and returns how many spans were acknowledged to it.
async fn send_until(
    testbed: Arc<Testbed>,
    stop: Arc<AtomicBool>,
    sent: Arc<AtomicU64>,
) -> Result<u64, tonic::transport::Error> {
    let client = Client::of(&testbed)?;
    let mut acknowledged = 0;
    while !stop.load(Ordering::SeqCst) {
        sent.fetch_add(2, Ordering::SeqCst);
        // Two calls share the connection, so that a reset hits one that is being answered.
        let (one, other) = tokio::join!(client.spans(spans(["a", "b"])), client.spans(spans(["c"])));
        sent.fetch_add(1, Ordering::SeqCst);
        for (answer, items) in [(one, 2), (other, 1)] {
            if let Ok(answer) = answer {
                let rejected = answer.partial_success.map_or(0, |partial| partial.rejected_spans);
                acknowledged += items - rejected.unsigned_abs();
            }
        }
    }
    Ok(acknowledged)
}

/// Runs eight clients while `disturb` does its worst, and compares both sides of the ledger.
async fn storm(testbed: Testbed, disturb: impl FnOnce(&Testbed) -> Outcome + Send + 'static) -> Outcome {
    let testbed = Arc::new(testbed);
    let (stop, sent) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    let clients: Vec<_> = (0..8)
        .map(|_| tokio::spawn(send_until(testbed.clone(), stop.clone(), sent.clone())))
        .collect();
    disturb(&testbed)?;
    stop.store(true, Ordering::SeqCst);
    let mut acknowledged = 0;
    for client in clients {
        acknowledged += client.await??;
    }
    let tally = testbed.received().tally(Signal::Traces);
    assert_eq!(
        acknowledged, tally.acknowledged,
        "the clients' count against {tally:?}"
    );
    assert!(
        acknowledged > 0 && acknowledged < sent.load(Ordering::SeqCst),
        "{tally:?}"
    );
    assert!(
        tally.kept >= tally.acknowledged && tally.arrived >= tally.kept + tally.rejected,
        "{tally:?}"
    );
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
    storm(testbed, |testbed| {
        assert!(testbed.wait_for(|seen| seen.tally(Signal::Traces).calls > 14 * 100, SOON));
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clients_and_testbed_count_the_same_through_deaths() -> Outcome {
    storm(Testbed::start()?, |testbed| {
        for round in 1..=60 {
            let calls = testbed.received().tally(Signal::Traces).calls;
            assert!(
                testbed.wait_for(|seen| seen.tally(Signal::Traces).calls > calls + 20, SOON),
                "round {round}"
            );
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
