//! What the daemons' web servers answer.

use std::io;
use std::sync::LazyLock;
use std::time::Duration;

use rustls::crypto::ring;
use ureq::Agent;
use ureq::http::Request;
use ureq::tls::{RootCerts, TlsConfig};

use super::configuration::Scheme;

const PATIENCE: Duration = Duration::from_secs(5);

static AGENT: LazyLock<Agent> = LazyLock::new(|| {
    // It is the only one of this process.
    let _ = ring::default_provider().install_default();
    let tls = TlsConfig::builder()
        .root_certs(RootCerts::Specific(Vec::new().into()))
        // Nobody else is on the loopback interface.
        .disable_verification(true);
    let config = Agent::config_builder()
        .tls_config(tls.build())
        .proxy(None)
        .timeout_global(Some(PATIENCE));
    config.build().new_agent()
});

/// The body of the answer to a request for `path`, if it is one of success.
pub(super) fn request(method: &str, scheme: Scheme, port: u16, path: &str) -> io::Result<String> {
    let request = Request::builder()
        .method(method)
        .uri(format!("{}://127.0.0.1:{port}{path}", scheme.name()));
    let mut answer = match method {
        "GET" => AGENT.run(request.body(()).map_err(io::Error::other)?),
        _ => AGENT.run(request.body("").map_err(io::Error::other)?),
    }
    .map_err(io::Error::other)?;
    answer.body_mut().read_to_string().map_err(io::Error::other)
}
