//! Addresses in S3.

use crate::fs::FsError;

/// `scheme://bucket/key`, taken apart. The scheme is as the user wrote it: Hadoop has three.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Address {
    pub(super) scheme: String,
    pub(super) bucket: String,
    /// Without the `/` before it; empty is the whole bucket.
    pub(super) key: String,
}

impl Address {
    /// Takes `text` apart; `None` if it isn't in S3.
    pub(super) fn of(text: &str) -> Result<Option<Self>, FsError> {
        let Some((scheme, rest)) = text.split_once("://") else {
            return Ok(None);
        };
        if !super::SCHEMES.contains(&scheme) {
            return Ok(None);
        }
        let (bucket, key) = rest.split_once('/').unwrap_or((rest, ""));
        let known = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c);
        if bucket.is_empty() || !bucket.chars().all(known) {
            return Err(bad(text));
        }
        Ok(Some(Address {
            scheme: scheme.to_owned(),
            bucket: bucket.to_owned(),
            key: key.to_owned(),
        }))
    }

    /// The address of another object in the same bucket.
    pub(super) fn beside(&self, key: &str) -> String {
        format!("{}://{}/{key}", self.scheme, self.bucket)
    }
}

/// What is said of an address that isn't one.
pub(super) fn bad(text: &str) -> FsError {
    FsError::BadAddress {
        address: text.to_owned(),
        what: "an object",
        form: "s3://BUCKET/KEY",
    }
}
