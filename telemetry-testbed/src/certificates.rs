//! Certificates for tests of TLS: an authority, a server and a client, minted anew each time. Two of these do not
//! know each other, so the second one is the stranger that a test of a refusal needs.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::{Path, PathBuf};

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, SanType,
};
use tempfile::TempDir;
use tonic::transport::{Certificate, Identity, ServerTlsConfig};

/// Who has to show a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TlsMode {
    /// The server.
    Server,
    /// The server and the client.
    Mutual,
}

/// An authority with a server and a client certificate that it signed. The files live as long as this value.
pub struct Certificates {
    files: TempDir,
    authority: String,
    server: (String, String),
}

impl Certificates {
    /// Mints all of them, for `localhost`, `127.0.0.1` and `::1`.
    ///
    /// # Errors
    /// When keys cannot be made or the files cannot be written to the temporary directory.
    pub fn mint() -> io::Result<Certificates> {
        let (authority, issuer) = authority().map_err(io::Error::other)?;
        let sign = |usage| signed(&issuer, usage).map_err(io::Error::other);
        let server = sign(ExtendedKeyUsagePurpose::ServerAuth)?;
        let client = sign(ExtendedKeyUsagePurpose::ClientAuth)?;
        let certificates = Certificates {
            files: tempfile::tempdir()?,
            authority,
            server,
        };
        std::fs::write(certificates.authority(), &certificates.authority)?;
        std::fs::write(certificates.client_certificate(), client.0)?;
        std::fs::write(certificates.client_key(), client.1)?;
        Ok(certificates)
    }

    /// PEM file of the authority: for `OTEL_EXPORTER_OTLP_CERTIFICATE`.
    pub fn authority(&self) -> PathBuf {
        self.file("authority.pem")
    }

    /// PEM file of the client's certificate: for `OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE`.
    pub fn client_certificate(&self) -> PathBuf {
        self.file("client.pem")
    }

    /// PEM file of the client's key, as PKCS #8: for `OTEL_EXPORTER_OTLP_CLIENT_KEY`.
    pub fn client_key(&self) -> PathBuf {
        self.file("client.key")
    }

    pub(crate) fn server(&self, mode: TlsMode) -> ServerTlsConfig {
        self.server_for((mode == TlsMode::Mutual).then_some(self))
    }

    /// A server that shows its certificate, to clients that have to show one by the authority of `clients`.
    pub(crate) fn server_for(&self, clients: Option<&Certificates>) -> ServerTlsConfig {
        let (certificate, key) = &self.server;
        let config = ServerTlsConfig::new().identity(Identity::from_pem(certificate, key));
        match clients {
            None => config,
            Some(clients) => config.client_ca_root(Certificate::from_pem(&clients.authority)),
        }
    }

    fn file(&self, name: &str) -> PathBuf {
        Path::join(self.files.path(), name)
    }
}

fn authority() -> Result<(String, Issuer<'static, KeyPair>), rcgen::Error> {
    let mut params = CertificateParams::default();
    params
        .distinguished_name
        .push(DnType::CommonName, "telemetry-testbed authority");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let key = KeyPair::generate()?;
    let certificate = params.self_signed(&key)?;
    Ok((certificate.pem(), Issuer::new(params, key)))
}

fn signed(
    issuer: &Issuer<'_, KeyPair>,
    usage: ExtendedKeyUsagePurpose,
) -> Result<(String, String), rcgen::Error> {
    let mut params = CertificateParams::new(vec!["localhost".to_owned()])?;
    params
        .distinguished_name
        .push(DnType::CommonName, "telemetry-testbed");
    params.subject_alt_names.extend([
        SanType::IpAddress(IpAddr::V4(Ipv4Addr::LOCALHOST)),
        SanType::IpAddress(IpAddr::V6(Ipv6Addr::LOCALHOST)),
    ]);
    params.use_authority_key_identifier_extension = true;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![usage];
    let key = KeyPair::generate()?;
    let certificate = params.signed_by(&key, issuer)?;
    Ok((certificate.pem(), key.serialize_pem()))
}
