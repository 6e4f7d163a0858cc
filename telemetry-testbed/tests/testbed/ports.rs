//! What the port does while the testbed lives, dies and comes back.

use std::io::{ErrorKind, Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, TcpListener, TcpStream};
use std::time::{Duration, Instant};

use telemetry_testbed::{Answer, Behaviour, Signal, Testbed};
use tonic::transport::Endpoint;

use crate::Outcome;
use crate::client::{A_MOMENT, Client, SOON, logs, span_names, spans};

fn connect(testbed: &Testbed, timeout: Duration) -> std::io::Result<TcpStream> {
    TcpStream::connect_timeout(&testbed.address(), timeout)
}

fn failure(testbed: &Testbed, timeout: Duration) -> Option<ErrorKind> {
    connect(testbed, timeout).err().map(|error| error.kind())
}

/// Reads to the end, which must be the end and not the timeout.
fn assert_closed(open: &mut TcpStream) -> Outcome {
    open.set_read_timeout(Some(SOON))?;
    match open.read_to_end(&mut Vec::new()) {
        Err(error) if error.kind() != ErrorKind::ConnectionReset => Err(error.into()),
        _ => Ok(()),
    }
}

#[tokio::test]
async fn a_dead_testbed_refuses_and_comes_back_on_the_same_port_with_its_memory() -> Outcome {
    let testbed = Testbed::start()?;
    let client = Client::of(&testbed)?;
    let endpoint = testbed.endpoint();
    client.spans(spans(["before"])).await?;
    testbed.set([(1, Behaviour::Accept), (1, Behaviour::Partial { rejected: 0 })]);
    for round in 0..20 {
        testbed.die();
        assert_eq!(
            failure(&testbed, SOON),
            Some(ErrorKind::ConnectionRefused),
            "round {round}"
        );
        let outcome = client.logs(logs(["lost"])).await;
        assert!(outcome.is_err(), "a dead testbed answered {outcome:?}");
        testbed.come_back()?;
        assert_eq!(testbed.endpoint(), endpoint);
        client.logs(logs(["after"])).await?;
    }
    client.spans(spans(["after"])).await?;
    let warned = client
        .spans(spans(["script goes on"]))
        .await?
        .partial_success
        .is_some();
    assert!(warned, "a script survives a death");
    assert_eq!(span_names(&testbed), ["before", "after", "script goes on"]);
    assert_eq!(testbed.acknowledged(Signal::Logs), 20);
    Ok(())
}

#[test]
fn dying_closes_the_connections_that_are_open() -> Outcome {
    let testbed = Testbed::start()?;
    let mut open = connect(&testbed, SOON)?;
    assert!(testbed.wait_for(|seen| seen.connections() == 1, SOON));
    testbed.die();
    assert_closed(&mut open)
}

#[tokio::test]
async fn dying_ends_the_calls_that_are_under_way() -> Outcome {
    let testbed = Testbed::start()?;
    let client = Client::of(&testbed)?;
    testbed.set(Behaviour::BlackHole);
    let call = tokio::spawn(async move { client.spans(spans(["a"])).await });
    while testbed.requests().is_empty() {
        tokio::task::yield_now().await;
    }
    testbed.die();
    assert_eq!(testbed.requests()[0].answer, Answer::Lost);
    let outcome = tokio::time::timeout(SOON, call).await??;
    assert!(outcome.is_err(), "{outcome:?}");
    Ok(())
}

#[test]
fn a_dead_testbed_keeps_its_port_from_everybody_else() -> Outcome {
    let testbed = Testbed::start()?;
    testbed.die();
    let taken = TcpListener::bind(testbed.address())
        .err()
        .map(|error| error.kind());
    assert_eq!(taken, Some(ErrorKind::AddrInUse));
    let address = testbed.address();
    drop(testbed);
    TcpListener::bind(address)?;
    Ok(())
}

#[test]
fn dying_twice_and_coming_back_twice_is_as_good_as_once() -> Outcome {
    let testbed = Testbed::start()?;
    testbed.die();
    testbed.die();
    assert_eq!(failure(&testbed, SOON), Some(ErrorKind::ConnectionRefused));
    testbed.come_back()?;
    testbed.come_back()?;
    connect(&testbed, SOON)?;
    Ok(())
}

#[test]
fn dropping_a_testbed_ends_its_thread_and_its_connections_whatever_it_was_doing() -> Outcome {
    for make in [Testbed::start, Testbed::mute] {
        let testbed = make()?;
        let mut open = connect(&testbed, SOON)?;
        assert!(testbed.wait_for(|seen| seen.connections() == 1, SOON));
        let address = testbed.address();
        drop(testbed);
        assert_closed(&mut open)?;
        let refused = TcpStream::connect_timeout(&address, SOON)
            .err()
            .map(|error| error.kind());
        assert_eq!(refused, Some(ErrorKind::ConnectionRefused));
    }
    Ok(())
}

#[test]
fn a_mute_testbed_takes_the_connection_and_everything_that_is_said_and_says_nothing() -> Outcome {
    let testbed = Testbed::mute()?;
    let mut open = connect(&testbed, SOON)?;
    open.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")?;
    open.set_read_timeout(Some(A_MOMENT))?;
    let heard = open.read(&mut [0; 64]).err().map(|error| error.kind());
    assert!(
        matches!(heard, Some(ErrorKind::WouldBlock | ErrorKind::TimedOut)),
        "{heard:?}"
    );
    assert!(testbed.wait_for(|seen| seen.connections() == 1, SOON));
    assert_eq!(testbed.requests().len(), 0);
    Ok(())
}

#[tokio::test]
async fn a_client_of_a_mute_testbed_waits_until_its_own_timeout() -> Outcome {
    let testbed = Testbed::mute()?;
    let client = Client::on(&Endpoint::from_shared(testbed.endpoint())?.timeout(A_MOMENT));
    let started = Instant::now();
    assert!(client.spans(spans(["a"])).await.is_err());
    assert!(started.elapsed() >= A_MOMENT, "{:?}", started.elapsed());
    testbed.come_back()?;
    let client = Client::of(&testbed)?;
    client.spans(spans(["a"])).await?;
    assert_eq!(testbed.acknowledged(Signal::Traces), 1);
    Ok(())
}

#[test]
fn a_connect_to_a_full_backlog_hangs_until_somebody_listens_again() -> Outcome {
    let testbed = Testbed::full_backlog()?;
    let started = Instant::now();
    assert_eq!(
        failure(&testbed, Duration::from_millis(700)),
        Some(ErrorKind::TimedOut)
    );
    assert!(started.elapsed() >= Duration::from_millis(700));
    let address = testbed.address();
    // Without a timeout of its own it hangs for as long as the kernel likes: here, until the port listens again
    // and the kernel's next SYN gets its answer.
    let plain = std::thread::spawn(move || TcpStream::connect(address).map(|_| Instant::now()));
    assert_eq!(
        failure(&testbed, Duration::from_millis(700)),
        Some(ErrorKind::TimedOut)
    );
    assert!(!plain.is_finished(), "a plain connect came through");
    let listening = Instant::now();
    testbed.come_back()?;
    let connected = plain.join().map_err(|_| "the connecting thread panicked")??;
    assert!(connected >= listening);
    Ok(())
}

#[tokio::test]
async fn a_testbed_can_change_its_mind_in_the_middle_of_a_run() -> Outcome {
    let testbed = Testbed::start()?;
    let endpoint = Endpoint::from_shared(testbed.endpoint())?
        .connect_timeout(A_MOMENT)
        .timeout(A_MOMENT);
    let client = Client::on(&endpoint);
    client.spans(spans(["a"])).await?;
    testbed.fall_mute()?;
    assert!(client.spans(spans(["lost"])).await.is_err());
    testbed.fill_backlog()?;
    assert!(client.spans(spans(["lost"])).await.is_err());
    assert_eq!(failure(&testbed, A_MOMENT), Some(ErrorKind::TimedOut));
    testbed.die();
    assert_eq!(failure(&testbed, SOON), Some(ErrorKind::ConnectionRefused));
    testbed.come_back()?;
    Client::of(&testbed)?.spans(spans(["b"])).await?;
    assert_eq!(span_names(&testbed), ["a", "b"]);
    Ok(())
}

#[tokio::test]
async fn testbeds_stand_side_by_side_and_see_only_their_own_calls() -> Outcome {
    let testbeds = (0..16).map(|_| Testbed::start()).collect::<Result<Vec<_>, _>>()?;
    for (number, testbed) in testbeds.iter().enumerate() {
        Client::of(testbed)?
            .spans(spans([number.to_string().as_str()]))
            .await?;
    }
    for (number, testbed) in testbeds.iter().enumerate() {
        assert_eq!(span_names(testbed), [number.to_string()]);
    }
    Ok(())
}

#[tokio::test]
async fn a_testbed_serves_on_other_addresses_too() -> Outcome {
    for ip in [IpAddr::V6(Ipv6Addr::LOCALHOST), Ipv4Addr::UNSPECIFIED.into()] {
        let testbed = Testbed::start_on(ip)?;
        Client::of(&testbed)?.spans(spans(["a"])).await?;
        assert_eq!(testbed.acknowledged(Signal::Traces), 1, "{ip}");
    }
    assert!(
        Testbed::start_on(Ipv4Addr::new(192, 0, 2, 1).into()).is_err(),
        "not an address of this machine"
    );
    Ok(())
}
