//! Why S3 can't be used.

use crate::fs::FsError;

/// Why S3 can't be used as the user, the environment and AWS's files have it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum S3Error {
    /// Nothing says who the user is.
    #[error(
        "failed to log in to AWS: {reason}\n\
         hint: `aws configure` or `aws sso login` makes credentials, `--aws-profile NAME` takes those of a profile, and \
         so do AWS's environment variables, such as AWS_ACCESS_KEY_ID"
    )]
    NoCredentials {
        /// What the chain of providers says.
        reason: String,
    },
    /// Nothing says which region.
    #[error(
        "the AWS region isn't known\nhint: say it by `--region`, as in `--region eu-west-1`, by AWS_REGION, or in the profile"
    )]
    NoRegion,
    /// There is no such bucket.
    #[error("there is no bucket `{0}`")]
    NoBucket(String),
    /// The bucket is in another region.
    #[error(
        "the bucket `{bucket}` is in region {actual}, not in {asked}\nhint: `--region {actual}`"
    )]
    Elsewhere {
        /// The bucket.
        bucket: String,
        /// The region that is in force.
        asked: String,
        /// Where the bucket is.
        actual: String,
    },
}

impl From<S3Error> for FsError {
    fn from(error: S3Error) -> Self {
        FsError::Unusable(Box::new(error))
    }
}
