//! EMR's API by AWS's library.
//!
//! Requests with much in them are sent as the JSON that they were made of: so a parameter that the library doesn't know reaches
//! EMR, and `--dry-run` shows what is sent.

use std::fmt;
use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_sdk_emr::Client;
use aws_sdk_emr::operation::list_instances::builders::ListInstancesFluentBuilder;
use aws_sdk_emr::types::{
    ClusterState, ClusterStatus, InstanceCollectionType, InstanceFleetType, InstanceGroupType,
};
use aws_sdk_s3::primitives::{DateTime, SdkBody};
use serde_json::{Map, Value, json};

use super::EmrError;
use super::api::{Api, Cluster, Instance, InstanceKind, Step};
use super::iam::{Iam, Role};
use crate::fs::Access;
use crate::fs::s3::{Failure, configured, wait};

/// How long one answer may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// AWS's library as EMR. It asks once: who uses it knows what may be asked again.
pub struct Sdk(Client, Iam);

impl fmt::Debug for Sdk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sdk").finish_non_exhaustive()
    }
}

impl Sdk {
    /// EMR for `access`.
    ///
    /// # Errors
    ///
    /// When there are no credentials or there is no region.
    pub fn connect(access: &Access) -> Result<Self, EmrError> {
        let sdk = wait(configured(access))??;
        let patience = TimeoutConfig::builder().operation_attempt_timeout(PATIENCE);
        let once = aws_sdk_emr::config::Builder::from(&sdk)
            .retry_config(RetryConfig::disabled())
            .timeout_config(patience.build())
            .build();
        Ok(Sdk(Client::from_conf(once), Iam::new(&sdk)))
    }
}

/// Sends `$request` with this text in it.
macro_rules! sent {
    ($request:expr, $text:expr) => {{
        let text: String = $text;
        let request = $request.customize().mutate_request(move |request| {
            let length = text.len().to_string();
            request.headers_mut().insert("content-length", length);
            *request.body_mut() = SdkBody::from(text.clone());
        });
        wait(request.send())?
    }};
}

/// What failed, for `map_err`.
macro_rules! refused {
    ($($action:tt)*) => {
        |error| {
            let failure = Failure::of(error);
            EmrError::Refused { action: format!($($action)*), code: failure.code, reason: failure.reason }
        }
    };
}

impl Sdk {
    /// The instances of a cluster that `chosen` asks for.
    fn listed(
        &self,
        cluster: &str,
        chosen: impl FnOnce(ListInstancesFluentBuilder) -> ListInstancesFluentBuilder,
    ) -> Result<Vec<Instance>, EmrError> {
        let request = chosen(self.0.list_instances().cluster_id(cluster));
        let mut pages = request.into_paginator().send();
        let mut instances = Vec::new();
        while let Some(page) = wait(pages.next())? {
            let page = page.map_err(refused!("list the instances of cluster {cluster}"))?;
            instances.extend(page.instances().iter().map(instance));
        }
        Ok(instances)
    }
}

impl Api for Sdk {
    fn make_cluster(&self, request: &Map<String, Value>) -> Result<String, EmrError> {
        let text = Value::Object(request.clone()).to_string();
        let made = sent!(self.0.run_job_flow().name("mrjob"), text);
        let made = made.map_err(refused!("make a cluster"))?;
        Ok(text_of(made.job_flow_id()))
    }

    fn add_steps(
        &self,
        cluster: &str,
        steps: &[Value],
        role: Option<&str>,
    ) -> Result<Vec<String>, EmrError> {
        let mut request = json!({"JobFlowId": cluster, "Steps": steps});
        if let Some(role) = role {
            request["ExecutionRoleArn"] = role.into();
        }
        let text = request.to_string();
        let added = sent!(self.0.add_job_flow_steps().job_flow_id(cluster), text);
        let added = added.map_err(refused!("add steps to cluster {cluster}"))?;
        Ok(added.step_ids().to_vec())
    }

    fn cluster(&self, id: &str) -> Result<Cluster, EmrError> {
        let found = wait(self.0.describe_cluster().cluster_id(id).send())?;
        let found = found.map_err(refused!("look at cluster {id}"))?;
        let Some(cluster) = found.cluster() else {
            return Ok(Cluster::default());
        };
        let tag = |tag: &aws_sdk_emr::types::Tag| (text_of(tag.key()), text_of(tag.value()));
        Ok(Cluster {
            log_uri: cluster.log_uri().map(str::to_owned),
            release: cluster.release_label().map(str::to_owned),
            tags: cluster.tags().iter().map(tag).collect(),
            concurrency: cluster.step_concurrency_level(),
            ends_itself: cluster.auto_terminate(),
            image: cluster.custom_ami_id().map(str::to_owned),
            has_fleets: cluster.instance_collection_type()
                == Some(&InstanceCollectionType::InstanceFleet),
            ..described(
                cluster.id(),
                cluster.name(),
                cluster.status(),
                cluster.normalized_instance_hours(),
            )
        })
    }

    fn steps(&self, cluster: &str) -> Result<Vec<Step>, EmrError> {
        let mut pages = self
            .0
            .list_steps()
            .cluster_id(cluster)
            .into_paginator()
            .send();
        let mut steps = Vec::new();
        while let Some(page) = wait(pages.next())? {
            let page = page.map_err(refused!("list the steps of cluster {cluster}"))?;
            steps.extend(page.steps().iter().map(step));
        }
        steps.reverse();
        Ok(steps)
    }

    fn clusters(&self, states: &[&str]) -> Result<Vec<Cluster>, EmrError> {
        let states = states.iter().map(|&state| ClusterState::from(state));
        let states: Vec<ClusterState> = states.collect();
        let request = self.0.list_clusters();
        let request = request.set_cluster_states((!states.is_empty()).then_some(states));
        let mut pages = request.into_paginator().send();
        let mut clusters = Vec::new();
        while let Some(page) = wait(pages.next())? {
            let page = page.map_err(refused!("list clusters"))?;
            clusters.extend(page.clusters().iter().map(|found| Cluster {
                log_uri: None,
                ..described(
                    found.id(),
                    found.name(),
                    found.status(),
                    found.normalized_instance_hours(),
                )
            }));
        }
        clusters.sort_by_key(|cluster| std::cmp::Reverse(cluster.created));
        Ok(clusters)
    }

    fn instances(&self, cluster: &str) -> Result<Vec<Instance>, EmrError> {
        self.listed(cluster, |request| request)
    }

    fn workers(&self, cluster: &Cluster) -> Result<Vec<Instance>, EmrError> {
        let mut workers = match cluster.has_fleets {
            // A request takes one type.
            true => {
                let of =
                    |kind| self.listed(&cluster.id, |request| request.instance_fleet_type(kind));
                let mut workers = of(InstanceFleetType::Core)?;
                workers.extend(of(InstanceFleetType::Task)?);
                workers
            }
            false => {
                let kinds = vec![InstanceGroupType::Core, InstanceGroupType::Task];
                self.listed(&cluster.id, |request| {
                    request.set_instance_group_types(Some(kinds))
                })?
            }
        };
        workers.retain(|worker| worker.state != "TERMINATED");
        Ok(workers)
    }

    fn instance_kinds(&self, release: &str) -> Result<Vec<InstanceKind>, EmrError> {
        let (mut kinds, mut marker) = (Vec::new(), None);
        loop {
            let request = self.0.list_supported_instance_types();
            let request = request.release_label(release).set_marker(marker.take());
            let page = wait(request.send())?;
            let page = page.map_err(refused!("list the instance types of release {release}"))?;
            kinds.extend(
                page.supported_instance_types()
                    .iter()
                    .map(|kind| InstanceKind {
                        name: text_of(kind.r#type()),
                        architecture: text_of(kind.architecture()),
                        vcpus: kind.vcpu().and_then(|vcpus| vcpus.try_into().ok()),
                    }),
            );
            match page.marker() {
                Some(next) => marker = Some(next.to_owned()),
                None => return Ok(kinds),
            }
        }
    }

    fn releases(&self) -> Result<Vec<String>, EmrError> {
        let mut pages = self.0.list_release_labels().into_paginator().send();
        let mut releases = Vec::new();
        while let Some(page) = wait(pages.next())? {
            let page = page.map_err(refused!("list EMR's releases"))?;
            releases.extend(page.release_labels().iter().cloned());
        }
        Ok(releases)
    }

    fn role(&self, name: &str) -> Result<Role, EmrError> {
        Ok(wait(self.1.role(name))?)
    }

    fn instance_profile(&self, name: &str) -> Result<Role, EmrError> {
        Ok(wait(self.1.profile(name))?)
    }

    fn cancel_steps(&self, cluster: &str, steps: &[String]) -> Result<(), EmrError> {
        // A request takes so many.
        for steps in steps.chunks(256) {
            let request = self.0.cancel_steps().cluster_id(cluster);
            let answer = wait(request.set_step_ids(Some(steps.to_vec())).send())?;
            answer.map_err(refused!("cancel steps of cluster {cluster}"))?;
        }
        Ok(())
    }

    fn terminate(&self, clusters: &[String]) -> Result<(), EmrError> {
        // A request takes so many.
        for clusters in clusters.chunks(10) {
            let request = self.0.terminate_job_flows();
            let answer = wait(request.set_job_flow_ids(Some(clusters.to_vec())).send())?;
            answer.map_err(refused!("terminate {}", clusters.join(", ")))?;
        }
        Ok(())
    }
}

fn described(
    id: Option<&str>,
    name: Option<&str>,
    status: Option<&ClusterStatus>,
    hours: Option<i32>,
) -> Cluster {
    let reason = status.and_then(ClusterStatus::state_change_reason);
    let times = status.and_then(ClusterStatus::timeline);
    Cluster {
        id: text_of(id),
        name: text_of(name),
        state: status
            .and_then(|status| Some(status.state()?.as_str().to_owned()))
            .unwrap_or_default(),
        code: reason.and_then(|reason| Some(reason.code()?.as_str().to_owned())),
        reason: reason.and_then(|reason| reason.message().map(str::to_owned)),
        created: seconds(times.and_then(|times| times.creation_date_time())),
        ready: seconds(times.and_then(|times| times.ready_date_time())),
        ended: seconds(times.and_then(|times| times.end_date_time())),
        hours: hours.unwrap_or(0).into(),
        ..Cluster::default()
    }
}

fn step(found: &aws_sdk_emr::types::StepSummary) -> Step {
    let status = found.status();
    let times = status.and_then(|status| status.timeline());
    let details = status.and_then(|status| status.failure_details());
    let reason = details.and_then(|details| match (details.reason(), details.message()) {
        (Some(reason), Some(message)) => Some(format!("{reason} {message}")),
        (one, other) => one.or(other).map(str::to_owned),
    });
    let changed = || status?.state_change_reason()?.message().map(str::to_owned);
    Step {
        id: text_of(found.id()),
        name: text_of(found.name()),
        state: status
            .and_then(|status| Some(status.state()?.as_str().to_owned()))
            .unwrap_or_default(),
        reason: reason.or_else(changed),
        started: seconds(times.and_then(|times| times.start_date_time())),
        ended: seconds(times.and_then(|times| times.end_date_time())),
    }
}

fn instance(found: &aws_sdk_emr::types::Instance) -> Instance {
    let status = found.status();
    let times = status.and_then(|status| status.timeline());
    Instance {
        id: text_of(found.ec2_instance_id()),
        kind: text_of(found.instance_type()),
        market: found
            .market()
            .map(|market| market.as_str().to_owned())
            .unwrap_or_default(),
        state: status
            .and_then(|status| Some(status.state()?.as_str().to_owned()))
            .unwrap_or_default(),
        created: seconds(times.and_then(|times| times.creation_date_time())),
        ended: seconds(times.and_then(|times| times.end_date_time())),
    }
}

fn text_of(text: Option<&str>) -> String {
    text.unwrap_or_default().to_owned()
}

fn seconds(time: Option<&DateTime>) -> Option<i64> {
    time.map(DateTime::secs)
}
