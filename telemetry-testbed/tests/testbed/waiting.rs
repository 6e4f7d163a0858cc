//! Waiting without sleeping.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use telemetry_testbed::{Signal, Testbed};

use crate::Outcome;
use crate::client::{A_MOMENT, Client, SOON, spans};

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_waiter_wakes_when_its_condition_comes_true() -> Outcome {
    let testbed = Testbed::start()?;
    let client = Client::of(&testbed)?;
    let started = Instant::now();
    let sender = tokio::spawn(async move {
        tokio::time::sleep(A_MOMENT).await;
        for name in ["a", "b", "c"] {
            client.spans(spans([name])).await?;
        }
        Ok::<(), tonic::Status>(())
    });
    assert!(testbed.wait_for(|seen| seen.acknowledged(Signal::Traces) == 3, SOON));
    assert!(started.elapsed() >= A_MOMENT, "it was not true before");
    assert!(
        started.elapsed() < SOON / 2,
        "it was not the timeout that ended it"
    );
    sender.await??;
    Ok(())
}

#[test]
fn a_waiter_asks_once_when_nothing_happens_and_gives_up_in_time() -> Outcome {
    let testbed = Testbed::start()?;
    let asked = AtomicUsize::new(0);
    let started = Instant::now();
    let never = |_: &telemetry_testbed::Received| {
        asked.fetch_add(1, Ordering::SeqCst);
        false
    };
    assert!(!testbed.wait_for(never, A_MOMENT));
    assert!(started.elapsed() >= A_MOMENT);
    assert_eq!(asked.load(Ordering::SeqCst), 1);
    Ok(())
}

#[test]
fn a_condition_that_holds_already_waits_for_nothing_and_may_ask_the_testbed() -> Outcome {
    let testbed = Testbed::start()?;
    assert!(testbed.wait_for(|_| testbed.spans().is_empty(), Duration::ZERO));
    assert!(testbed.wait_for(|_| testbed.spans().is_empty(), Duration::MAX));
    Ok(())
}

#[test]
fn a_panic_in_a_condition_leaves_the_testbed_in_order() -> Outcome {
    let testbed = Testbed::start()?;
    let panicked = std::thread::scope(|scope| {
        let waiter = scope.spawn(|| testbed.wait_for(|_| panic!("a failing assertion"), A_MOMENT));
        waiter.join().is_err()
    });
    assert!(panicked);
    assert_eq!(testbed.spans().len(), 0);
    testbed.die();
    testbed.come_back()?;
    Ok(())
}
