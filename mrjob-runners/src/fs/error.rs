//! What can be wrong with a remote file system.

/// Why a remote file or folder can't be listed, read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FsError {
    /// The address isn't one.
    #[error("`{0}` isn't the name of an object\nhint: write `s3://BUCKET/KEY`")]
    BadAddress(String),
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
    /// The user may not do that.
    #[error(
        "failed to {action}: {reason}\nhint: the user or role that AWS takes you for needs the permission; \
         `aws sts get-caller-identity` says who that is"
    )]
    Denied {
        /// What was tried: "list `s3://bucket/key`".
        action: String,
        /// What AWS says.
        reason: String,
    },
    /// It can't be read before someone has restored it.
    #[error(
        "`{address}` is archived ({class}) and can't be read\n\
         hint: restore it first, as by `aws s3api restore-object`, or leave it out"
    )]
    Archived {
        /// The object.
        address: String,
        /// Its storage class.
        class: String,
    },
    /// It was told to stop.
    #[error("interrupted")]
    Cancelled,
    /// Anything else.
    #[error("failed to {action}: {reason}")]
    Failed {
        /// What was tried.
        action: String,
        /// Why it failed.
        reason: String,
    },
}
