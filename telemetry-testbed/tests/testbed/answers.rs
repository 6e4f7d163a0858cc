//! Behaviours that answer.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use telemetry_testbed::proto::collector::trace::v1::trace_service_client::TraceServiceClient;
use telemetry_testbed::{Answer, Behaviour, Code, Signal, Testbed};
use tonic::codec::CompressionEncoding::Gzip;
use tonic::{Request, Status};
use tonic_types::StatusExt;

use crate::Outcome;
use crate::client::{A_MOMENT, Client, SOON, gauge, logs, span_names, spans};

/// The refusal that a call has to end in.
fn refusal<T>(result: Result<T, Status>) -> Result<Status, &'static str> {
    result.err().ok_or("the call was accepted")
}

#[tokio::test]
async fn an_accepting_testbed_says_ok_to_all_three_signals_and_keeps_them() -> Outcome {
    let testbed = Testbed::start()?;
    let client = Client::of(&testbed)?;
    assert_eq!(client.spans(spans(["a", "b"])).await?.partial_success, None);
    assert_eq!(client.logs(logs(["x"])).await?.partial_success, None);
    assert_eq!(
        client.metrics(gauge("load", &[1, 2, 3])).await?.partial_success,
        None
    );
    assert_eq!(span_names(&testbed), ["a", "b"]);
    assert_eq!(testbed.logs()[0].event_name, "x");
    let points = testbed.metric_points();
    let values: Vec<_> = points.iter().filter_map(|point| point.number()).collect();
    assert_eq!(values, [1.0, 2.0, 3.0]);
    assert_eq!(Signal::ALL.map(|signal| testbed.acknowledged(signal)), [2, 1, 3]);
    Ok(())
}

#[tokio::test]
async fn every_code_arrives_at_the_client_as_that_code_and_nothing_is_kept() -> Outcome {
    let testbed = Testbed::start()?;
    let client = Client::of(&testbed)?;
    let mut seen = BTreeSet::new();
    for number in 1..=16 {
        let code = Code::from_i32(number);
        testbed.set(Behaviour::Refuse(code));
        let by_signal = [
            refusal(client.spans(spans(["a"])).await)?,
            refusal(client.logs(logs(["a"])).await)?,
            refusal(client.metrics(gauge("a", &[1])).await)?,
        ];
        assert_eq!(by_signal.map(|status| status.code()), [code; 3]);
        seen.insert(number);
        assert_eq!(
            testbed.requests().last().map(|call| call.answer),
            Some(Answer::Refused(code))
        );
    }
    assert_eq!(seen.len(), 16);
    for signal in Signal::ALL {
        let tally = testbed.received().tally(signal);
        assert_eq!(
            (tally.calls, tally.arrived, tally.kept, tally.acknowledged),
            (16, 16, 0, 0)
        );
    }
    Ok(())
}

#[tokio::test]
async fn an_ok_without_a_message_is_no_acknowledgement() -> Outcome {
    let testbed = Testbed::start()?;
    testbed.set(Behaviour::Refuse(Code::Ok));
    let status = refusal(Client::of(&testbed)?.spans(spans(["a"])).await)?;
    assert!(status.message().contains("Missing"), "{status:?}");
    assert_eq!(testbed.acknowledged(Signal::Traces), 0);
    Ok(())
}

#[tokio::test]
async fn a_refusal_carries_the_retry_info_that_it_was_given() -> Outcome {
    let testbed = Testbed::start()?;
    let client = Client::of(&testbed)?;
    for wait in [
        Duration::ZERO,
        Duration::from_millis(1),
        Duration::from_millis(90_500),
    ] {
        testbed.set(Behaviour::RefuseWithRetryInfo(Code::ResourceExhausted, wait));
        let status = refusal(client.logs(logs(["a"])).await)?;
        assert_eq!(status.code(), Code::ResourceExhausted);
        let info = status.get_details_retry_info().ok_or("no RetryInfo")?;
        assert_eq!(info.retry_delay, Some(wait));
    }
    testbed.set(Behaviour::Refuse(Code::ResourceExhausted));
    let status = refusal(client.logs(logs(["a"])).await)?;
    assert!(
        status.get_details_retry_info().is_none(),
        "a plain refusal asks for no pause"
    );
    Ok(())
}

#[tokio::test]
async fn a_partial_success_names_the_number_and_keeps_the_first_items() -> Outcome {
    let testbed = Testbed::start()?;
    let client = Client::of(&testbed)?;
    testbed.set(Behaviour::Partial { rejected: 2 });
    let traces = client
        .spans(spans(["a", "b", "c"]))
        .await?
        .partial_success
        .ok_or("no partial success")?;
    let of_logs = client
        .logs(logs(["a", "b", "c"]))
        .await?
        .partial_success
        .ok_or("no partial success")?;
    let metrics = client
        .metrics(gauge("a", &[7, 8, 9]))
        .await?
        .partial_success
        .ok_or("no partial success")?;
    assert_eq!(
        (
            traces.rejected_spans,
            of_logs.rejected_log_records,
            metrics.rejected_data_points
        ),
        (2, 2, 2)
    );
    assert!(
        traces.error_message.contains("rejects 2"),
        "{}",
        traces.error_message
    );
    assert_eq!(span_names(&testbed), ["a"]);
    assert_eq!(testbed.logs().len(), 1);
    assert_eq!(
        testbed.metric_points().first().and_then(|point| point.number()),
        Some(7.0)
    );
    for signal in Signal::ALL {
        let tally = testbed.received().tally(signal);
        assert_eq!(
            (tally.arrived, tally.kept, tally.acknowledged, tally.rejected),
            (3, 1, 1, 2)
        );
    }
    Ok(())
}

#[tokio::test]
async fn a_partial_success_never_rejects_more_than_was_sent_and_none_is_a_warning() -> Outcome {
    let testbed = Testbed::start()?;
    let client = Client::of(&testbed)?;
    testbed.set([
        (1, Behaviour::Partial { rejected: u64::MAX }),
        (1, Behaviour::Partial { rejected: 0 }),
    ]);
    let all = client
        .spans(spans(["a", "b"]))
        .await?
        .partial_success
        .ok_or("no partial success")?;
    assert_eq!(all.rejected_spans, 2);
    assert_eq!(testbed.spans().len(), 0);
    let warning = client
        .spans(spans(["c", "d"]))
        .await?
        .partial_success
        .ok_or("no warning")?;
    assert_eq!(warning.rejected_spans, 0);
    assert!(!warning.error_message.is_empty());
    assert_eq!(span_names(&testbed), ["c", "d"]);
    assert_eq!(testbed.acknowledged(Signal::Traces), 2);
    Ok(())
}

#[tokio::test]
async fn a_delay_comes_before_whatever_follows_it() -> Outcome {
    let testbed = Testbed::start()?;
    let client = Client::of(&testbed)?;
    let twice = Behaviour::Delay(A_MOMENT / 2, Box::new(Behaviour::Refuse(Code::Aborted)));
    testbed.set([(1, Behaviour::Delay(A_MOMENT / 2, Box::new(twice)))]);
    let started = Instant::now();
    let status = refusal(client.spans(spans(["a"])).await)?;
    assert_eq!(status.code(), Code::Aborted);
    assert!(started.elapsed() >= A_MOMENT, "{:?}", started.elapsed());
    Ok(())
}

#[tokio::test]
async fn a_client_that_leaves_during_a_delay_leaves_nothing_behind() -> Outcome {
    let testbed = Testbed::start()?;
    let client = Client::of(&testbed)?;
    testbed.set_for(
        Signal::Traces,
        Behaviour::Delay(SOON, Box::new(Behaviour::Accept)),
    );
    let call = client.spans(spans(["a"]));
    assert!(tokio::time::timeout(A_MOMENT, call).await.is_err());
    // The client's connection has its turn, and says that it gave up.
    client.logs(logs(["still alive"])).await?;
    let lost = testbed.wait_for(|seen| seen.requests()[0].answer == Answer::Lost, SOON);
    assert!(lost, "{:?}", testbed.requests());
    assert_eq!(testbed.spans().len(), 0);
    assert_eq!(testbed.acknowledged(Signal::Traces), 0);
    Ok(())
}

#[tokio::test]
async fn a_required_header_lets_in_who_has_it_and_nobody_else() -> Outcome {
    let testbed = Testbed::start()?;
    let client = Client::of(&testbed)?;
    testbed.set(Behaviour::RequireHeader(
        "Authorization".into(),
        "Bearer right".into(),
    ));
    let with = |value: &'static str| {
        let mut request = Request::new(spans(["a"]));
        request.metadata_mut().insert(
            "authorization",
            tonic::metadata::MetadataValue::from_static(value),
        );
        request
    };
    assert_eq!(
        refusal(client.spans(spans(["a"])).await)?.code(),
        Code::Unauthenticated
    );
    assert_eq!(
        refusal(client.spans(with("Bearer wrong")).await)?.code(),
        Code::Unauthenticated
    );
    assert_eq!(
        refusal(client.spans(with("bearer right")).await)?.code(),
        Code::Unauthenticated
    );
    assert_eq!(testbed.acknowledged(Signal::Traces), 0);
    client.spans(with("Bearer right")).await?;
    assert_eq!(testbed.acknowledged(Signal::Traces), 1);
    let seen: Vec<_> = testbed
        .headers()
        .iter()
        .map(|headers| headers.get("authorization").cloned())
        .collect();
    assert_eq!(seen[0], None);
    assert_eq!(seen[3].as_deref(), Some("Bearer right"));
    Ok(())
}

#[tokio::test]
async fn a_script_counts_the_calls_of_each_signal_and_then_accepts() -> Outcome {
    let testbed = Testbed::start()?;
    let client = Client::of(&testbed)?;
    let script = vec![
        (2, Behaviour::Refuse(Code::Unavailable)),
        (0, Behaviour::BlackHole),
        (1, Behaviour::Partial { rejected: 1 }),
    ];
    testbed.set(script);
    for _ in 0..2 {
        assert_eq!(
            refusal(client.spans(spans(["a"])).await)?.code(),
            Code::Unavailable
        );
    }
    assert!(client.spans(spans(["a"])).await?.partial_success.is_some());
    assert!(client.spans(spans(["a"])).await?.partial_success.is_none());
    assert!(client.spans(spans(["a"])).await?.partial_success.is_none());
    // The logs begin their own script where the traces have ended theirs.
    assert_eq!(refusal(client.logs(logs(["a"])).await)?.code(), Code::Unavailable);
    Ok(())
}

#[tokio::test]
async fn a_behaviour_of_one_signal_leaves_the_others_alone() -> Outcome {
    let testbed = Testbed::start()?;
    let client = Client::of(&testbed)?;
    testbed.set_for(Signal::Logs, Behaviour::Refuse(Code::PermissionDenied));
    client.spans(spans(["a"])).await?;
    client.metrics(gauge("a", &[1])).await?;
    assert_eq!(
        refusal(client.logs(logs(["a"])).await)?.code(),
        Code::PermissionDenied
    );
    testbed.set(Behaviour::Accept);
    client.logs(logs(["a"])).await?;
    Ok(())
}

#[tokio::test]
async fn compressed_messages_are_read_and_answered() -> Outcome {
    let testbed = Testbed::start()?;
    let channel = Client::of(&testbed)?.channel();
    let mut client = TraceServiceClient::new(channel)
        .send_compressed(Gzip)
        .accept_compressed(Gzip);
    let answer = client.export(spans(["squeezed"])).await?;
    assert_eq!(
        answer
            .metadata()
            .get("grpc-encoding")
            .map(|value| value.as_bytes()),
        Some(&b"gzip"[..])
    );
    assert_eq!(span_names(&testbed), ["squeezed"]);
    let headers = testbed.headers();
    assert_eq!(headers[0].get("grpc-encoding").map(String::as_str), Some("gzip"));
    Ok(())
}

#[tokio::test]
async fn a_message_above_four_mebibytes_is_refused_as_a_collector_does() -> Outcome {
    let testbed = Testbed::start()?;
    let client = Client::of(&testbed)?;
    let name = "n".repeat(5 << 20);
    let status = refusal(client.spans(spans([name.as_str()])).await)?;
    assert_eq!(status.code(), Code::OutOfRange, "{status:?}");
    assert_eq!(testbed.requests().len(), 0);
    client.spans(spans([&name[..3 << 20]])).await?;
    assert_eq!(testbed.acknowledged(Signal::Traces), 1);
    Ok(())
}
