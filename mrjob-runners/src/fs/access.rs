//! How remote file systems are got at, as far as the user said it.

use serde::{Deserialize, Serialize};

/// Where in AWS, and as whom. What isn't said, AWS's own variables and files say; secrets are never in it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Access {
    /// The region of the buckets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// The profile in AWS's files.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
}
