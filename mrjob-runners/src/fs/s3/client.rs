//! Connections to S3.

use std::collections::BTreeSet;
use std::future::Future;
use std::io;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::retry::RetryConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_s3::config::{Builder, ProvideCredentials};
use aws_smithy_http_client::tls;
use tokio::runtime::Runtime;

use super::error::S3Error;
use super::failure::{Failure, chain};
use crate::fs::{Access, FsError};

/// How often a request is tried that S3 is too busy for: about two minutes.
const ATTEMPTS: u32 = 10;

/// S3 as one user in one region.
#[derive(Debug)]
pub(super) struct Client {
    pub(super) s3: aws_sdk_s3::Client,
    pub(super) region: String,
    /// The buckets that are known to be in the region.
    here: Mutex<BTreeSet<String>>,
}

/// Runs on a thread of its own, so that reading ahead goes on while a task works.
static RUNTIME: LazyLock<io::Result<Runtime>> = LazyLock::new(|| {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .thread_name("network")
        .enable_all()
        .build()
});

/// The runtime under all connections.
pub(super) fn runtime() -> io::Result<&'static Runtime> {
    RUNTIME
        .as_ref()
        .map_err(|error| io::Error::new(error.kind(), error.to_string()))
}

/// Waits for what is asked of S3.
pub(crate) fn wait<T>(asked: impl Future<Output = T>) -> Result<T, FsError> {
    let runtime = runtime().map_err(|error| FsError::Failed {
        action: "start the thread for the network".to_owned(),
        reason: error.to_string(),
    })?;
    Ok(runtime.block_on(asked))
}

/// The client for `access`, made once.
pub(super) fn client(access: &Access) -> Result<Arc<Client>, FsError> {
    static CLIENTS: Mutex<Vec<(Access, Arc<Client>)>> = Mutex::new(Vec::new());
    let mut clients = CLIENTS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, client)) = clients.iter().find(|(known, _)| known == access) {
        return Ok(Arc::clone(client));
    }
    let client = Arc::new(wait(connect(access))??);
    clients.push((access.clone(), Arc::clone(&client)));
    Ok(client)
}

/// What AWS's libraries need to know, once it is sure that there are a region and credentials.
pub(crate) async fn configured(access: &Access) -> Result<SdkConfig, FsError> {
    let sdk = patient(configuration(access).await);
    sdk.region().ok_or(S3Error::NoRegion)?;
    log_in(&sdk).await?;
    Ok(sdk)
}

async fn connect(access: &Access) -> Result<Client, FsError> {
    let sdk = configured(access).await?;
    let region = sdk.region().ok_or(S3Error::NoRegion)?.to_string();
    // A server of the user's has no names for buckets.
    let own_server =
        sdk.endpoint_url().is_some() || std::env::var_os("AWS_ENDPOINT_URL_S3").is_some();
    let configuration = Builder::from(&sdk).force_path_style(own_server).build();
    Ok(Client {
        s3: aws_sdk_s3::Client::from_conf(configuration),
        region,
        here: Mutex::default(),
    })
}

/// What the user, the environment and AWS's files say, in this order.
async fn configuration(access: &Access) -> SdkConfig {
    let http = aws_smithy_http_client::Builder::new()
        .tls_provider(tls::Provider::Rustls(
            tls::rustls_provider::CryptoMode::Ring,
        ))
        .build_https();
    let mut loader = aws_config::defaults(BehaviorVersion::latest()).http_client(http.clone());
    let region = access
        .get("region")
        .map(|name| Region::new(name.to_owned()));
    if let Some(region) = &region {
        loader = loader.region(region.clone());
    }
    let Some(profile) = access.get("aws_profile") else {
        return loader.load().await;
    };
    // A profile that was asked for counts more than keys in the environment.
    let sdk = loader.profile_name(profile).load().await;
    let providers = ProviderConfig::without_region()
        .with_http_client(http)
        .with_region(sdk.region().cloned());
    let provider = ProfileFileCredentialsProvider::builder()
        .configure(&providers)
        .profile_name(profile)
        .build();
    let provider = aws_sdk_s3::config::SharedCredentialsProvider::new(provider);
    sdk.into_builder().credentials_provider(provider).build()
}

/// Tries requests more often than the library does by itself, unless the user says how often.
fn patient(sdk: SdkConfig) -> SdkConfig {
    let library = RetryConfig::standard();
    match sdk.retry_config() {
        Some(said) if said.max_attempts() != library.max_attempts() => sdk,
        _ => {
            let retry = library.with_max_attempts(ATTEMPTS);
            sdk.into_builder().retry_config(retry).build()
        }
    }
}

/// Finds out before anything else whether there are credentials: later, the reason is lost in the request's.
async fn log_in(sdk: &SdkConfig) -> Result<(), FsError> {
    let Some(provider) = sdk.credentials_provider() else {
        let reason = "there are no credentials".to_owned();
        return Err(S3Error::NoCredentials { reason }.into());
    };
    match provider.provide_credentials().await {
        Ok(_) => Ok(()),
        Err(error) => Err(S3Error::NoCredentials {
            reason: chain(&error),
        }
        .into()),
    }
}

impl Client {
    /// Checks that a bucket is there, and in the client's region.
    pub(super) fn check(&self, bucket: &str) -> Result<(), FsError> {
        let here = || self.here.lock().unwrap_or_else(PoisonError::into_inner);
        if here().contains(bucket) {
            return Ok(());
        }
        let found = wait(self.s3.head_bucket().bucket(bucket).send())?;
        let (actual, failure) = match found {
            Ok(found) => (found.bucket_region().map(str::to_owned), None),
            Err(error) => {
                let failure = Failure::of(error);
                (failure.region.clone(), Some(failure))
            }
        };
        match (actual, failure) {
            (Some(actual), _) if actual != self.region => Err(S3Error::Elsewhere {
                bucket: bucket.to_owned(),
                asked: self.region.clone(),
                actual,
            }
            .into()),
            (_, Some(failure)) if failure.status == Some(404) => {
                Err(S3Error::NoBucket(bucket.to_owned()).into())
            }
            // Who may not ask for the bucket may still be allowed to use it.
            (_, Some(failure)) if failure.status != Some(403) => {
                Err(failure.error(format!("find the bucket `{bucket}`")))
            }
            _ => {
                here().insert(bucket.to_owned());
                Ok(())
            }
        }
    }
}
