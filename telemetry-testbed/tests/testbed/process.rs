//! The testbed seen from another process, and what this process hears of it.

use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use telemetry_testbed::{Answer, Behaviour, Signal, Testbed};
use tonic::transport::Endpoint;
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};

use crate::Outcome;
use crate::client::{Client, SOON, span_names, spans};

const ENDPOINT: &str = "TESTBED_ENDPOINT";

/// This test binary again, as a program that knows nothing but an endpoint.
fn other_process(testbed: &Testbed) -> std::io::Result<Command> {
    let mut command = Command::new(std::env::current_exe()?);
    command.args(["--exact", "process::the_client_in_the_other_process", "--ignored"]);
    command.env(ENDPOINT, testbed.endpoint()).stdout(Stdio::null());
    Ok(command)
}

#[tokio::test]
#[ignore = "the other half of the tests beside it, which start it with an endpoint"]
async fn the_client_in_the_other_process() -> Outcome {
    let endpoint = std::env::var(ENDPOINT)?;
    let client = Client::on(&Endpoint::from_shared(endpoint)?);
    client.spans(spans(["from another process"])).await?;
    Ok(())
}

#[test]
fn a_client_in_another_process_is_served() -> Outcome {
    let testbed = Testbed::start()?;
    assert!(other_process(&testbed)?.status()?.success());
    assert_eq!(span_names(&testbed), ["from another process"]);
    Ok(())
}

#[test]
fn a_process_that_is_killed_in_the_middle_of_a_call_is_noticed() -> Outcome {
    let testbed = Testbed::start()?;
    testbed.set(Behaviour::BlackHole);
    let mut child = other_process(&testbed)?.spawn()?;
    assert!(testbed.wait_for(|seen| seen.requests().len() == 1, SOON));
    child.kill()?;
    child.wait()?;
    let killed = Instant::now();
    assert!(testbed.wait_for(|seen| seen.requests()[0].answer == Answer::Lost, SOON));
    assert!(killed.elapsed() < SOON / 2);
    assert_eq!(testbed.acknowledged(Signal::Traces), 0);
    Ok(())
}

/// Counts what `tracing` tells, on the testbeds' threads and on all others.
struct Ear;

static ON_TESTBEDS: AtomicUsize = AtomicUsize::new(0);
static ELSEWHERE: AtomicUsize = AtomicUsize::new(0);

impl<S: tracing::Subscriber> Layer<S> for Ear {
    fn on_event(&self, _: &tracing::Event<'_>, _: Context<'_, S>) {
        let here = match std::thread::current().name() {
            Some("telemetry-testbed") => &ON_TESTBEDS,
            _ => &ELSEWHERE,
        };
        here.fetch_add(1, Ordering::SeqCst);
    }
}

#[tokio::test]
async fn a_testbed_says_nothing_through_tracing_though_its_transport_would() -> Outcome {
    tracing::subscriber::set_global_default(tracing_subscriber::registry().with(Ear))?;
    let testbed = Testbed::start()?;
    Client::of(&testbed)?.spans(spans(["a"])).await?;
    testbed.die();
    testbed.come_back()?;
    Client::of(&testbed)?.spans(spans(["b"])).await?;
    assert!(
        ELSEWHERE.load(Ordering::SeqCst) > 0,
        "the client's transport is heard"
    );
    assert_eq!(ON_TESTBEDS.load(Ordering::SeqCst), 0);
    Ok(())
}
