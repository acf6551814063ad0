//! What went wrong with a request.

use std::error::Error;

use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};

use crate::fs::FsError;

/// What S3 calls credentials that were good once.
const EXPIRED: [&str; 3] = ["ExpiredToken", "ExpiredTokenException", "RequestExpired"];
const LOG_IN_AGAIN: &str =
    "\nhint: the credentials are too old: log in again, as by `aws sso login`, and run it again";

/// What S3 calls an object in an archive tier. Listings don't tell of those of Intelligent-Tiering.
const ARCHIVED: &str = "InvalidObjectState";
const RESTORE: &str = "\nhint: the object is in an archive tier: `aws s3api restore-object` brings it back, within minutes or hours";

/// A request that failed, after all its retries.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) status: Option<u16>,
    pub(crate) code: Option<String>,
    /// The region of the bucket, where the answer says it.
    pub(crate) region: Option<String>,
    pub(crate) reason: String,
}

impl Failure {
    pub(crate) fn of<E>(error: SdkError<E>) -> Self
    where
        E: ProvideErrorMetadata + Error + 'static,
    {
        let response = error.raw_response();
        let code = error.code().map(str::to_owned);
        let status = response.map(|response| response.status().as_u16());
        let region = response.and_then(|response| response.headers().get("x-amz-bucket-region"));
        let reason = match (error.message(), &code, status) {
            (Some(message), Some(code), _) => format!("{message} ({code})"),
            (None, Some(code), _) => code.clone(),
            (_, None, Some(status)) if status >= 300 => format!("the answer has status {status}"),
            (_, None, _) => chain(&error),
        };
        let hint = match code.as_deref() {
            Some(ARCHIVED) => RESTORE,
            Some(code) if EXPIRED.contains(&code) => LOG_IN_AGAIN,
            _ => "",
        };
        let reason = reason + hint;
        Failure {
            status,
            region: region.map(str::to_owned),
            code,
            reason,
        }
    }

    /// The same as an error of `action`: "list `s3://bucket`".
    pub(super) fn error(self, action: String) -> FsError {
        let reason = self.reason;
        match self.status {
            Some(403) => FsError::Denied {
                action,
                reason,
                hint: "the user or role that AWS takes you for needs the permission; \
                       `aws sts get-caller-identity` says who that is",
            },
            _ => FsError::Failed { action, reason },
        }
    }
}

/// An error and its causes, joined by colons; a cause that the message already ends with isn't said twice.
pub(super) fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let said = error.to_string();
        if !text.ends_with(&said) {
            text.push_str(": ");
            text.push_str(&said);
        }
        cause = error.source();
    }
    text
}
