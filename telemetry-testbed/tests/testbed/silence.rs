//! Behaviours that do not answer.

use std::time::{Duration, Instant};

use telemetry_testbed::{Answer, Behaviour, Code, Signal, Testbed};
use tonic::{Request, Status};

use crate::Outcome;
use crate::client::{A_MOMENT, Client, SOON, logs, span_names, spans};

/// Everything that an error says, with its causes.
fn whole_story(status: &Status) -> String {
    let mut story = format!("{status:?}");
    let mut cause = std::error::Error::source(status);
    while let Some(error) = cause {
        story = format!("{story}; {error}");
        cause = error.source();
    }
    story
}

#[tokio::test]
async fn a_black_hole_takes_the_call_and_never_answers() -> Outcome {
    let testbed = Testbed::start()?;
    let client = Client::of(&testbed)?;
    testbed.set_for(Signal::Traces, Behaviour::BlackHole);
    let in_the_hole = tokio::spawn({
        let client = client.clone();
        async move { client.spans(spans(["a"])).await }
    });
    // The other signals go through on the same connection meanwhile.
    while testbed.requests().is_empty() {
        client.logs(logs(["on"])).await?;
    }
    let started = Instant::now();
    while started.elapsed() < A_MOMENT {
        client.logs(logs(["on"])).await?;
    }
    assert!(!in_the_hole.is_finished());
    let seen = testbed.received();
    let call = seen
        .requests()
        .iter()
        .find(|call| call.body.signal() == Signal::Traces)
        .ok_or("no call")?;
    assert_eq!((call.answer, call.kept, call.connection), (Answer::Pending, 0, 0));
    // A client that gives up is noticed.
    in_the_hole.abort();
    assert!(in_the_hole.await.is_err());
    client.logs(logs(["on"])).await?;
    let lost = |seen: &telemetry_testbed::Received| {
        seen.requests()
            .iter()
            .any(|call| call.body.signal() == Signal::Traces && call.answer == Answer::Lost)
    };
    assert!(testbed.wait_for(lost, SOON));
    assert_eq!(testbed.acknowledged(Signal::Traces), 0);
    Ok(())
}

#[tokio::test]
async fn a_black_hole_with_a_grpc_timeout_ends_in_the_clients_own_deadline() -> Outcome {
    let testbed = Testbed::start()?;
    let client = Client::of(&testbed)?;
    testbed.set(Behaviour::BlackHole);
    let mut request = Request::new(spans(["a"]));
    request.set_timeout(A_MOMENT);
    let started = Instant::now();
    let status = client
        .spans(request)
        .await
        .err()
        .ok_or("the black hole answered")?;
    assert!(started.elapsed() >= A_MOMENT, "{:?}", started.elapsed());
    assert!(
        matches!(status.code(), Code::Cancelled | Code::DeadlineExceeded),
        "{status:?}"
    );
    let lost = testbed.wait_for(|seen| seen.requests()[0].answer == Answer::Lost, SOON);
    assert!(lost, "{:?}", testbed.requests());
    Ok(())
}

#[tokio::test]
async fn a_reset_ends_the_call_without_an_answer_and_the_next_call_connects_again() -> Outcome {
    let testbed = Testbed::start()?;
    let client = Client::of(&testbed)?;
    testbed.set([(1, Behaviour::ResetMidStream)]);
    let status = client
        .spans(spans(["a"]))
        .await
        .err()
        .ok_or("the reset answered")?;
    // A status of the client's own making: no backend sends a cause.
    assert!(std::error::Error::source(&status).is_some(), "{status:?}");
    assert_eq!(testbed.requests()[0].answer, Answer::Lost);
    assert_eq!(testbed.spans().len(), 0);
    client.spans(spans(["b"])).await?;
    assert_eq!(span_names(&testbed), ["b"]);
    let connections: Vec<_> = testbed.requests().iter().map(|call| call.connection).collect();
    assert_eq!(connections, [0, 1]);
    assert_eq!(testbed.received().connections(), 2);
    Ok(())
}

/// A connection that ends with FIN never says this to any client. One that is reset does not say it to a client that
/// finds out while it writes: its HTTP/2 layer then tells the calls of a broken pipe. So one in many has to.
#[tokio::test]
async fn a_reset_is_one_and_no_orderly_end() -> Outcome {
    const ATTEMPTS: usize = 20;
    let mut stories = Vec::new();
    for _ in 0..ATTEMPTS {
        let testbed = Testbed::start()?;
        testbed.set(Behaviour::ResetMidStream);
        let status = Client::of(&testbed)?.spans(spans(["a"])).await;
        let story = whole_story(&status.err().ok_or("the reset answered")?).to_lowercase();
        if story.contains("connection reset") || story.contains("connectionreset") {
            return Ok(());
        }
        stories.push(story);
    }
    Err(format!("none of {ATTEMPTS} resets was seen as one: {stories:#?}").into())
}

#[tokio::test]
async fn a_reset_takes_every_other_call_on_its_connection_with_it() -> Outcome {
    let testbed = Testbed::start()?;
    let client = Client::of(&testbed)?;
    testbed.set_for(Signal::Traces, Behaviour::BlackHole);
    testbed.set_for(Signal::Logs, [(1, Behaviour::ResetMidStream)]);
    let waiting = tokio::spawn({
        let client = client.clone();
        async move { client.spans(spans(["a"])).await }
    });
    while testbed.requests().is_empty() {
        tokio::task::yield_now().await;
    }
    assert!(client.logs(logs(["cut"])).await.is_err());
    let outcome = tokio::time::timeout(SOON, waiting).await??;
    assert!(outcome.is_err(), "{outcome:?}");
    let lost =
        |seen: &telemetry_testbed::Received| seen.requests().iter().all(|call| call.answer == Answer::Lost);
    assert!(testbed.wait_for(lost, SOON));
    Ok(())
}

#[tokio::test]
async fn a_lost_answer_leaves_the_items_with_the_backend_and_the_client_in_doubt() -> Outcome {
    let testbed = Testbed::start()?;
    let client = Client::of(&testbed)?;
    testbed.set([(1, Behaviour::LoseAnswer)]);
    assert!(client.spans(spans(["a"])).await.is_err());
    let tally = testbed.received().tally(Signal::Traces);
    assert_eq!((tally.kept, tally.acknowledged), (1, 0));
    assert_eq!(testbed.requests()[0].answer, Answer::Lost);
    // What a client sends again, because it cannot know, is there twice.
    client.spans(spans(["a"])).await?;
    assert_eq!(span_names(&testbed), ["a", "a"]);
    let tally = testbed.received().tally(Signal::Traces);
    assert_eq!((tally.kept, tally.acknowledged), (2, 1));
    Ok(())
}

#[tokio::test]
async fn a_reset_after_a_delay_happens_after_the_delay() -> Outcome {
    let testbed = Testbed::start()?;
    let client = Client::of(&testbed)?;
    let delay = Duration::from_millis(120);
    testbed.set(Behaviour::Delay(delay, Box::new(Behaviour::ResetMidStream)));
    let started = Instant::now();
    assert!(client.spans(spans(["a"])).await.is_err());
    assert!(started.elapsed() >= delay);
    Ok(())
}
