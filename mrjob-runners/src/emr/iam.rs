//! Whether roles are there: two calls of IAM, which aren't worth a library of their own.

use std::fmt;
use std::time::{Duration, SystemTime};

use aws_config::SdkConfig;
use aws_sdk_s3::config::ProvideCredentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4::SigningParams;
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::{Connector, tls};
use aws_smithy_runtime_api::client::http::HttpConnector;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;

/// How long one answer may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// What IAM says of a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Role {
    /// It is there.
    There,
    /// There is none of this name.
    Missing,
    /// Nobody knows: the user may not ask, or IAM can't be reached.
    Unknown,
}

/// IAM as one user.
pub(super) struct Iam {
    sdk: SdkConfig,
    endpoint: String,
    /// The region that requests are signed for.
    region: &'static str,
}

impl fmt::Debug for Iam {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Iam").finish_non_exhaustive()
    }
}

impl Iam {
    pub(super) fn new(sdk: &SdkConfig) -> Self {
        let region = sdk.region().map(ToString::to_string).unwrap_or_default();
        // A partition of AWS has one IAM, in one region.
        let (region, usual) = if region.starts_with("cn-") {
            ("cn-north-1", "https://iam.cn-north-1.amazonaws.com.cn")
        } else if region.starts_with("us-gov-") {
            ("us-gov-west-1", "https://iam.us-gov.amazonaws.com")
        } else {
            ("us-east-1", "https://iam.amazonaws.com")
        };
        let own = std::env::var("AWS_ENDPOINT_URL_IAM").ok();
        let own = own.or_else(|| sdk.endpoint_url().map(str::to_owned));
        Iam {
            endpoint: own.unwrap_or_else(|| usual.to_owned()),
            region,
            sdk: sdk.clone(),
        }
    }

    /// Asks for a role.
    pub(super) async fn role(&self, name: &str) -> Role {
        self.found("GetRole", "RoleName", name).await
    }

    /// Asks for an instance profile.
    pub(super) async fn profile(&self, name: &str) -> Role {
        self.found("GetInstanceProfile", "InstanceProfileName", name)
            .await
    }

    async fn found(&self, action: &str, parameter: &str, name: &str) -> Role {
        // Of an address, `arn:aws:iam::1:role/path/NAME`, IAM wants the name.
        let name = name.rsplit('/').next().unwrap_or(name);
        let query = format!(
            "Action={action}&{parameter}={}&Version=2010-05-08",
            escaped(name)
        );
        let status = tokio::time::timeout(PATIENCE, self.status(&query)).await;
        match status.ok().flatten() {
            Some(200) => Role::There,
            Some(404) => Role::Missing,
            _ => Role::Unknown,
        }
    }

    /// The status of the answer, if there is one.
    async fn status(&self, query: &str) -> Option<u16> {
        let credentials = self.sdk.credentials_provider()?;
        let identity = credentials.provide_credentials().await.ok()?.into();
        let parameters = SigningParams::builder()
            .identity(&identity)
            .region(self.region)
            .name("iam")
            .time(SystemTime::now())
            .settings(SigningSettings::default())
            .build()
            .ok()?
            .into();
        let uri = format!("{}/?{query}", self.endpoint.trim_end_matches('/'));
        let body = SignableBody::Bytes(&[]);
        let request = SignableRequest::new("GET", &uri, std::iter::empty(), body).ok()?;
        let (signature, _) = sign(request, &parameters).ok()?.into_parts();
        let mut request = HttpRequest::get(&uri).ok()?;
        for (name, value) in signature.headers() {
            let (name, value) = (name.to_owned(), value.to_owned());
            request.headers_mut().insert(name, value);
        }
        let ring = tls::rustls_provider::CryptoMode::Ring;
        let connector = Connector::builder()
            .tls_provider(tls::Provider::Rustls(ring))
            .proxy_config(ProxyConfig::from_env())
            .build();
        let answer = connector.call(request).await.ok()?;
        Some(answer.status().as_u16())
    }
}

/// A name as it stands in an address.
fn escaped(name: &str) -> String {
    let mut text = String::new();
    for byte in name.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => text.push(byte.into()),
            other => text.push_str(&format!("%{other:02X}")),
        }
    }
    text
}
