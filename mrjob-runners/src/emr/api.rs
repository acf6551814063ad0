//! The calls of EMR's API that are used.

use serde_json::{Map, Value};

use super::{EmrError, Role};

/// The states of clusters that cost money, or will.
pub const ALIVE: [&str; 5] = [
    "STARTING",
    "BOOTSTRAPPING",
    "RUNNING",
    "WAITING",
    "TERMINATING",
];

/// EMR as one user in one region, and IAM as far as EMR needs it. Calls block.
pub trait Api {
    /// Makes a cluster of a request as EMR's API has it (RunJobFlow), and gives its id.
    ///
    /// # Errors
    ///
    /// When EMR refuses.
    fn make_cluster(&self, request: &Map<String, Value>) -> Result<String, EmrError>;

    /// Adds steps as EMR's API has them (AddJobFlowSteps), which have the role whose ARN is given or else the nodes' rights, and
    /// gives their ids.
    ///
    /// # Errors
    ///
    /// When EMR refuses.
    fn add_steps(
        &self,
        cluster: &str,
        steps: &[Value],
        role: Option<&str>,
    ) -> Result<Vec<String>, EmrError>;

    /// Looks at a cluster (DescribeCluster).
    ///
    /// # Errors
    ///
    /// When EMR doesn't know it.
    fn cluster(&self, id: &str) -> Result<Cluster, EmrError>;

    /// The cluster's steps, the oldest first (ListSteps).
    ///
    /// # Errors
    ///
    /// When EMR doesn't know the cluster.
    fn steps(&self, cluster: &str) -> Result<Vec<Step>, EmrError>;

    /// The clusters in these states, the newest first (ListClusters); all, if no state is named.
    ///
    /// # Errors
    ///
    /// When EMR refuses.
    fn clusters(&self, states: &[&str]) -> Result<Vec<Cluster>, EmrError>;

    /// The cluster's machines, those that have ended too (ListInstances).
    ///
    /// # Errors
    ///
    /// When EMR doesn't know the cluster.
    fn instances(&self, cluster: &str) -> Result<Vec<Instance>, EmrError>;

    /// The core and task nodes of a cluster that haven't ended (ListInstances).
    ///
    /// # Errors
    ///
    /// When EMR doesn't know the cluster.
    fn workers(&self, cluster: &Cluster) -> Result<Vec<Instance>, EmrError>;

    /// The types of instances that a release may have here (ListSupportedInstanceTypes).
    ///
    /// # Errors
    ///
    /// When EMR doesn't know the release.
    fn instance_kinds(&self, release: &str) -> Result<Vec<InstanceKind>, EmrError>;

    /// All releases, the newest first (ListReleaseLabels).
    ///
    /// # Errors
    ///
    /// When EMR refuses.
    fn releases(&self) -> Result<Vec<String>, EmrError>;

    /// Whether a role is there (GetRole).
    ///
    /// # Errors
    ///
    /// When nothing can be asked at all.
    fn role(&self, name: &str) -> Result<Role, EmrError>;

    /// Whether an instance profile is there (GetInstanceProfile).
    ///
    /// # Errors
    ///
    /// When nothing can be asked at all.
    fn instance_profile(&self, name: &str) -> Result<Role, EmrError>;

    /// Ends steps that run or wait (CancelSteps).
    ///
    /// # Errors
    ///
    /// When EMR refuses.
    fn cancel_steps(&self, cluster: &str, steps: &[String]) -> Result<(), EmrError>;

    /// Ends clusters (TerminateJobFlows).
    ///
    /// # Errors
    ///
    /// When EMR refuses.
    fn terminate(&self, clusters: &[String]) -> Result<(), EmrError>;
}

/// A cluster as EMR describes it. Times are seconds from 1970.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Cluster {
    /// `j-…`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// `STARTING`, `BOOTSTRAPPING`, `RUNNING`, `WAITING`, `TERMINATING`, `TERMINATED` or `TERMINATED_WITH_ERRORS`.
    pub state: String,
    /// Why it is in this state: a name of EMR's.
    pub code: Option<String>,
    /// Why it is in this state.
    pub reason: Option<String>,
    /// When it was asked for.
    pub created: Option<i64>,
    /// When it could run steps.
    pub ready: Option<i64>,
    /// When it ended.
    pub ended: Option<i64>,
    /// Instance hours as EMR reckons them.
    pub hours: i64,
    /// Where its logs go.
    pub log_uri: Option<String>,
    /// Its release. Not in lists.
    pub release: Option<String>,
    /// Its tags. Not in lists.
    pub tags: Vec<(String, String)>,
    /// Steps that it runs at once. Not in lists.
    pub concurrency: Option<i32>,
    /// Whether it ends when there is no step left. Not in lists.
    pub ends_itself: Option<bool>,
    /// An image of the user's, with a C library of its own perhaps. Not in lists.
    pub image: Option<String>,
    /// Whether its instances are fleets; else they are groups. Not in lists.
    pub has_fleets: bool,
}

/// A step as EMR describes it. Times are seconds from 1970.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Step {
    /// `s-…`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// `PENDING`, `CANCEL_PENDING`, `RUNNING`, `COMPLETED`, `CANCELLED`, `FAILED` or `INTERRUPTED`.
    pub state: String,
    /// Why it failed, as far as EMR says it.
    pub reason: Option<String>,
    /// When it began.
    pub started: Option<i64>,
    /// When it ended.
    pub ended: Option<i64>,
}

/// A machine of a cluster. Times are seconds from 1970.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Instance {
    /// `i-…`.
    pub id: String,
    /// `m5.xlarge`.
    pub kind: String,
    /// `ON_DEMAND` or `SPOT`.
    pub market: String,
    /// `RUNNING`, `TERMINATED` and others.
    pub state: String,
    /// When it began.
    pub created: Option<i64>,
    /// When it ended.
    pub ended: Option<i64>,
}

/// A type of instances.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct InstanceKind {
    /// `m5.xlarge`.
    pub name: String,
    /// `X86_64` or `AARCH64`.
    pub architecture: String,
    /// Virtual processors, if EMR says it.
    pub vcpus: Option<u32>,
}
