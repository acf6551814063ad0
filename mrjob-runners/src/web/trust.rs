//! TLS: the authorities whose certificates are trusted, and what is wrong with others.
//!
//! Trusted are the system's authorities (`SSL_CERT_FILE` and `SSL_CERT_DIR` name others) and those in a file of the user's.

use std::error::Error;
use std::path::Path;
#[cfg(feature = "tls")]
use std::sync::Arc;

#[cfg(feature = "tls")]
use rustls::pki_types::{CertificateDer, pem::PemObject};
#[cfg(feature = "tls")]
use rustls::{AlertDescription, CertificateError, Error as TlsError};
use ureq::config::ConfigBuilder;
#[cfg(feature = "tls")]
use ureq::tls::{Certificate, RootCerts, TlsConfig};
use ureq::typestate::AgentScope;

use super::error::Reason;

type Builder = ConfigBuilder<AgentScope>;

/// Adds TLS, by which authorities in `file` are trusted, too.
#[cfg(feature = "tls")]
pub(super) fn secured(config: Builder, file: Option<&Path>) -> Result<Builder, Reason> {
    let mut trusted = rustls_native_certs::load_native_certs().certs;
    if let Some(file) = file {
        let failed = |why: String| {
            Reason::Tls(format!(
                "isn't asked: failed to read certificates from `{}`: {why}",
                file.display()
            ))
        };
        let found: Result<Vec<_>, _> = CertificateDer::pem_file_iter(file)
            .map_err(|error| failed(error.to_string()))?
            .collect();
        let found = found.map_err(|error| failed(error.to_string()))?;
        if found.is_empty() {
            return Err(failed("there is none in it".to_owned()));
        }
        trusted.extend(found);
    }
    let trusted: Vec<_> = trusted
        .iter()
        .map(|certificate| Certificate::from_der(certificate).to_owned())
        .collect();
    let roots = RootCerts::Specific(trusted.into());
    let tls = TlsConfig::builder()
        .root_certs(roots)
        .unversioned_rustls_crypto_provider(Arc::new(super::crypto::provider()));
    Ok(config.tls_config(tls.build()))
}

#[cfg(not(feature = "tls"))]
pub(super) fn secured(_: Builder, _: Option<&Path>) -> Result<Builder, Reason> {
    Err(Reason::NoTls)
}

/// What an error of TLS means, if it is one.
#[cfg(feature = "tls")]
pub(super) fn reason(error: &(dyn Error + 'static)) -> Option<Reason> {
    let error = match error.downcast_ref::<ureq::Error>() {
        Some(ureq::Error::Rustls(error)) => error,
        _ => error.downcast_ref::<TlsError>()?,
    };
    Some(match error {
        TlsError::InvalidCertificate(error) => Reason::Tls(match error {
            CertificateError::UnknownIssuer => {
                "has a certificate of an authority that isn't trusted".to_owned()
            }
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
                "has a certificate that has expired".to_owned()
            }
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                "has a certificate that isn't valid yet".to_owned()
            }
            CertificateError::NotValidForName => "has a certificate for another name".to_owned(),
            CertificateError::NotValidForNameContext { presented, .. } => {
                format!(
                    "has a certificate for other names: {}",
                    presented.join(", ")
                )
            }
            CertificateError::Revoked => "has a certificate that was revoked".to_owned(),
            other => format!("has a certificate that can't be trusted: {other}"),
        }),
        TlsError::AlertReceived(AlertDescription::CertificateRequired) => {
            Reason::Tls("wants a certificate of the client, which isn't known here".to_owned())
        }
        TlsError::InvalidMessage(_) => Reason::Strange("it doesn't speak TLS".to_owned()),
        other => Reason::Tls(format!("doesn't agree on a secure connection: {other}")),
    })
}

#[cfg(not(feature = "tls"))]
pub(super) fn reason(_: &(dyn Error + 'static)) -> Option<Reason> {
    None
}
