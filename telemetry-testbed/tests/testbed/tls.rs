//! TLS: who is let in, and who sees what.

use std::error::Error;

use telemetry_testbed::{Certificates, Signal, Testbed, TlsMode};
use tonic::transport::{Certificate, ClientTlsConfig, Endpoint, Identity};

use crate::Outcome;
use crate::client::{A_MOMENT, Client, SOON, span_names, spans};

type Made<T> = Result<T, Box<dyn Error>>;

/// A client that trusts the authority of these certificates.
fn trusting(certificates: &Certificates) -> Made<ClientTlsConfig> {
    let authority = std::fs::read(certificates.authority())?;
    Ok(ClientTlsConfig::new().ca_certificate(Certificate::from_pem(authority)))
}

/// What a client shows about itself.
fn identity(certificates: &Certificates) -> Made<Identity> {
    let certificate = std::fs::read(certificates.client_certificate())?;
    Ok(Identity::from_pem(
        certificate,
        std::fs::read(certificates.client_key())?,
    ))
}

fn client(endpoint: String, tls: ClientTlsConfig) -> Made<Client> {
    let endpoint = Endpoint::from_shared(endpoint)?.tls_config(tls)?;
    Ok(Client::on(&endpoint.connect_timeout(SOON).timeout(SOON)))
}

#[tokio::test]
async fn a_client_that_trusts_the_authority_is_served_under_either_name() -> Outcome {
    let certificates = Certificates::mint()?;
    let testbed = Testbed::tls(&certificates, TlsMode::Server)?;
    assert!(testbed.endpoint().starts_with("https://127.0.0.1:"));
    client(testbed.endpoint(), trusting(&certificates)?)?
        .spans(spans(["by address"]))
        .await?;
    let by_name = format!("https://localhost:{}", testbed.address().port());
    client(by_name, trusting(&certificates)?)?
        .spans(spans(["by name"]))
        .await?;
    assert_eq!(span_names(&testbed), ["by address", "by name"]);
    Ok(())
}

#[tokio::test]
async fn a_client_that_trusts_somebody_else_turns_away() -> Outcome {
    let (certificates, stranger) = (Certificates::mint()?, Certificates::mint()?);
    let testbed = Testbed::tls(&certificates, TlsMode::Server)?;
    let outcome = client(testbed.endpoint(), trusting(&stranger)?)?
        .spans(spans(["a"]))
        .await;
    let status = outcome.err().ok_or("an unknown authority was trusted")?;
    assert!(
        format!("{status:?}").contains("BadSignature") || format!("{status:?}").contains("UnknownIssuer")
    );
    assert_eq!(testbed.requests().len(), 0);
    assert!(testbed.received().connections() >= 1);
    Ok(())
}

#[tokio::test]
async fn plain_text_and_tls_do_not_understand_each_other() -> Outcome {
    let certificates = Certificates::mint()?;
    let under_tls = Testbed::tls(&certificates, TlsMode::Server)?;
    let plain = Endpoint::from_shared(format!("http://{}", under_tls.address()))?;
    let outcome = Client::on(&plain.timeout(SOON)).spans(spans(["a"])).await;
    assert!(outcome.is_err(), "{outcome:?}");
    assert_eq!(under_tls.requests().len(), 0);

    let without_tls = Testbed::start()?;
    let to_plain = format!("https://{}", without_tls.address());
    let outcome = client(to_plain, trusting(&certificates)?)?
        .spans(spans(["a"]))
        .await;
    assert!(outcome.is_err(), "{outcome:?}");
    assert_eq!(without_tls.requests().len(), 0);
    Ok(())
}

#[tokio::test]
async fn mutual_tls_lets_in_clients_of_its_own_authority_only() -> Outcome {
    let (certificates, stranger) = (Certificates::mint()?, Certificates::mint()?);
    let testbed = Testbed::tls(&certificates, TlsMode::Mutual)?;
    let nobody = trusting(&certificates)?;
    assert!(
        client(testbed.endpoint(), nobody)?
            .spans(spans(["nobody"]))
            .await
            .is_err()
    );
    let unknown = trusting(&certificates)?.identity(identity(&stranger)?);
    assert!(
        client(testbed.endpoint(), unknown)?
            .spans(spans(["unknown"]))
            .await
            .is_err()
    );
    let known = trusting(&certificates)?.identity(identity(&certificates)?);
    client(testbed.endpoint(), known)?.spans(spans(["known"])).await?;
    assert_eq!(span_names(&testbed), ["known"]);
    Ok(())
}

#[tokio::test]
async fn behaviours_hold_under_tls_and_so_does_coming_back() -> Outcome {
    let certificates = Certificates::mint()?;
    let testbed = Testbed::tls(&certificates, TlsMode::Server)?;
    let client = client(testbed.endpoint(), trusting(&certificates)?)?;
    testbed.set([(1, telemetry_testbed::Behaviour::ResetMidStream)]);
    assert!(client.spans(spans(["reset"])).await.is_err());
    client.spans(spans(["a"])).await?;
    testbed.die();
    assert!(client.spans(spans(["dead"])).await.is_err());
    testbed.come_back()?;
    client.spans(spans(["b"])).await?;
    assert_eq!(span_names(&testbed), ["a", "b"]);
    Ok(())
}

#[test]
fn one_silent_client_does_not_keep_the_others_from_their_handshake() -> Outcome {
    let certificates = Certificates::mint()?;
    let testbed = Testbed::tls(&certificates, TlsMode::Server)?;
    let _silent = std::net::TcpStream::connect(testbed.address())?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let client = client(testbed.endpoint(), trusting(&certificates)?)?;
        client.spans(spans(["a"])).await?;
        Ok::<(), Box<dyn Error>>(())
    })?;
    assert!(testbed.wait_for(|seen| seen.acknowledged(Signal::Traces) == 1, A_MOMENT));
    Ok(())
}

#[test]
fn the_files_are_pem_and_vanish_with_their_value() -> Outcome {
    let certificates = Certificates::mint()?;
    let files = [
        certificates.authority(),
        certificates.client_certificate(),
        certificates.client_key(),
    ];
    let heads = files
        .iter()
        .map(std::fs::read_to_string)
        .collect::<Result<Vec<_>, _>>()?;
    assert!(heads[0].starts_with("-----BEGIN CERTIFICATE-----"));
    assert!(heads[1].starts_with("-----BEGIN CERTIFICATE-----"));
    assert!(heads[2].starts_with("-----BEGIN PRIVATE KEY-----"));
    drop(certificates);
    assert!(files.iter().all(|file| !file.exists()));
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn certificates_can_be_replaced_while_a_client_lives() -> Outcome {
    let (own, stranger) = (Certificates::mint()?, Certificates::mint()?);
    let testbed = Testbed::tls(&own, TlsMode::Mutual)?;
    let endpoint = testbed.endpoint();
    let config = trusting(&own)?.identity(identity(&own)?);
    let client = client(endpoint.clone(), config)?;
    client.spans(spans(["before"])).await?;
    testbed.come_back_with(&stranger, None)?;
    assert!(client.spans(spans(["to a stranger"])).await.is_err());
    testbed.come_back_with(&own, Some(&stranger))?;
    assert!(client.spans(spans(["as a stranger"])).await.is_err());
    testbed.come_back_plain()?;
    assert!(client.spans(spans(["in the open"])).await.is_err());
    assert!(testbed.endpoint().starts_with("http://"));
    testbed.come_back_with(&own, Some(&own))?;
    assert_eq!(testbed.endpoint(), endpoint);
    client.spans(spans(["after"])).await?;
    assert_eq!(span_names(&testbed), ["before", "after"]);
    Ok(())
}
