//! Certificates and the lack of them, in the same matrix: what was right when the program started may be wrong later.

use std::path::PathBuf;

use telemetry_testbed::{Certificates, Testbed, TlsMode};

use super::{Expect, Stand, matrix_at};

impl Stand {
    /// Server and client show certificates.
    fn mutual_tls() -> Stand {
        let [own, strange] = [0; 2].map(|_| Certificates::mint().expect("certificates"));
        let path = |path: PathBuf| path.to_str().expect("UTF-8").to_owned();
        Stand {
            testbed: Testbed::tls(&own, TlsMode::Mutual).expect("a testbed"),
            vars: vec![
                ("OTEL_EXPORTER_OTLP_CERTIFICATE", path(own.authority())),
                (
                    "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE",
                    path(own.client_certificate()),
                ),
                ("OTEL_EXPORTER_OTLP_CLIENT_KEY", path(own.client_key())),
            ],
            certificates: Some([own, strange]),
        }
    }

    fn certificates(&self) -> [&Certificates; 2] {
        self.certificates.as_ref().expect("it has some").each_ref()
    }
}

#[test]
fn a_backend_that_keeps_its_certificates_has_everything() {
    matrix_at(Stand::mutual_tls, |_| (), Expect::Delivered);
}

#[test]
fn what_a_backend_with_the_certificate_of_a_stranger_cannot_take_is_in_the_file() {
    let replace = |stand: &Stand| {
        let [own, strange] = stand.certificates();
        let replaced = stand.testbed.come_back_with(strange, Some(own));
        replaced.expect("a stranger");
    };
    matrix_at(Stand::mutual_tls, replace, Expect::Undelivered);
}

#[test]
fn what_a_backend_refuses_for_our_certificate_is_in_the_file() {
    let refuse = |stand: &Stand| {
        let [own, strange] = stand.certificates();
        let replaced = stand.testbed.come_back_with(own, Some(strange));
        replaced.expect("a backend for others");
    };
    matrix_at(Stand::mutual_tls, refuse, Expect::Undelivered);
}

#[test]
fn what_a_backend_without_tls_cannot_take_under_tls_is_in_the_file() {
    let plain = |stand: &Stand| stand.testbed.come_back_plain().expect("the same port");
    matrix_at(Stand::mutual_tls, plain, Expect::Undelivered);
}

#[test]
fn what_a_backend_that_wants_tls_cannot_take_without_is_in_the_file() {
    let wants = |stand: &Stand| {
        let own = Certificates::mint().expect("certificates");
        stand.testbed.come_back_with(&own, None).expect("the same port");
    };
    matrix_at(Stand::plain, wants, Expect::Undelivered);
}
