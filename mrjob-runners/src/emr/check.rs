//! What is refused before anything costs money: releases, instance types and roles that aren't there, and programs that
//! wouldn't run on them.

use serde_json::{Map, Value};

use super::api::{Api, InstanceKind};
use super::iam::Role;
use super::reducers::Vcpus;
use super::request::{self, instance_types};
use super::{EmrConfig, EmrError};
use crate::executable::{Executable, System};
use crate::release;

/// Processors by Java's names.
const ARM: &str = "aarch64";
const INTEL: &str = "amd64";
/// EMR's service role by its newer name.
const SERVICE_ROLE_V2: &str = "EMR_DefaultRole_V2";
const MAKE_ROLES: &str =
    "`aws emr create-default-roles` makes EMR_DefaultRole and EMR_EC2_DefaultRole";

/// The program that will run on a cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Program {
    /// This one.
    This,
    /// Nobody knows yet.
    Unknown,
}

/// Checks a new cluster, and takes the newer service role where the user names none and only that is there. A policy that its
/// release doesn't have is left out where nothing is lost by that. `told` takes what couldn't be looked up, or has to be known.
pub(super) fn new_cluster(
    api: &dyn Api,
    config: &EmrConfig,
    cluster: &mut Map<String, Value>,
    program: Program,
    told: &dyn Fn(String),
) -> Result<Vcpus, EmrError> {
    let text = |name: &str| {
        cluster
            .get(name)
            .and_then(Value::as_str)
            .unwrap_or_default()
    };
    let release = text("ReleaseLabel").to_owned();
    let types = cluster.get("Instances").map(instance_types);
    let types = types.unwrap_or_default();
    hadoop(&release, "`release_label`")?;
    policies(cluster, &release)?;
    scaling(cluster, told);
    let program = match program {
        Program::This => Some(executable(config)?),
        Program::Unknown => None,
    };
    let known = fits(api, config, &release, &types, program.as_ref(), told)?;
    // Of an image of the user's own nobody knows which C library it has.
    if let Some(program) = program.filter(|_| !cluster.contains_key("CustomAmiId")) {
        c_library(&program, &release)?;
    }
    roles(api, config, cluster, told)?;
    Ok(Vcpus::of_request(cluster, &known))
}

/// Checks a cluster that is there, and counts the processors of its nodes.
pub(super) fn running_cluster(
    api: &dyn Api,
    config: &EmrConfig,
    id: &str,
    told: &dyn Fn(String),
) -> Result<(super::Cluster, Vcpus), EmrError> {
    let cluster = api.cluster(id)?;
    if cluster.state.starts_with("TERMINAT") {
        return Err(EmrError::NotRunning {
            id: id.to_owned(),
            state: cluster.state,
        });
    }
    let nodes = api.instances(id).and_then(|all| {
        let workers = api.workers(&cluster)?;
        Ok((all, workers))
    });
    let (all, mut workers) = nodes.unwrap_or_else(|error| {
        told(format!("{error}; its instance types aren't checked"));
        Default::default()
    });
    if workers.is_empty() {
        // The one node of a small cluster is its master.
        workers = all
            .iter()
            .filter(|node| node.state != "TERMINATED")
            .cloned()
            .collect();
    }
    let mut known = Vec::new();
    if let Some(release) = &cluster.release {
        hadoop(release, &format!("cluster {id}"))?;
        let mut types: Vec<String> = all.into_iter().map(|instance| instance.kind).collect();
        types.sort();
        types.dedup();
        types.retain(|kind| !kind.is_empty());
        let program = executable(config)?;
        known = fits(api, config, release, &types, Some(&program), told)?;
        if cluster.image.is_none() {
            c_library(&program, release)?;
        }
    }
    Ok((cluster, Vcpus::of_nodes(&workers, &known)))
}

/// Checks that a release has Hadoop.
fn hadoop(release: &str, whose: &str) -> Result<(), EmrError> {
    if release::has_hadoop(release) {
        return Ok(());
    }
    Err(EmrError::Unfit(format!(
        "the release of {whose} is {release}, which has Spark and no Hadoop\n\
         hint: take `{}`",
        release::NEWEST
    )))
}

/// Checks that the release has the policies that the cluster asks for.
fn policies(cluster: &mut Map<String, Value>, release: &str) -> Result<(), EmrError> {
    if release::has_policies(release) {
        return Ok(());
    }
    let lacks = |what: &str, way: &str| {
        EmrError::Unfit(format!(
            "release {release} has no {what}: releases from 5.30 and from 6.1 on do\n\
             hint: take `{}`, or {way}",
            release::NEWEST
        ))
    };
    if cluster.contains_key("ManagedScalingPolicy") {
        return Err(lacks("managed scaling", "leave `managed_scaling` out"));
    }
    if request::stays(cluster) {
        let way = "make a cluster that ends with its steps";
        return Err(lacks(
            "auto-termination, so an idle cluster would run on",
            way,
        ));
    }
    cluster.remove("AutoTerminationPolicy");
    Ok(())
}

/// Says that managed scaling has nothing to scale on a cluster of one node.
fn scaling(cluster: &Map<String, Value>, told: &dyn Fn(String)) {
    let instances = cluster.get("Instances").unwrap_or(&Value::Null);
    let has = |kinds: &str, role: &str| {
        let all = instances[kinds].as_array();
        all.is_some_and(|all| all.iter().any(|one| one[role] == "CORE"))
    };
    let has_core =
        has("InstanceGroups", "InstanceRole") || has("InstanceFleets", "InstanceFleetType");
    if cluster.contains_key("ManagedScalingPolicy") && !has_core {
        told(
            "`managed_scaling` changes the number of core and task nodes, and this cluster has none\n\
             hint: `num_core_instances: 1`, or more"
                .to_owned(),
        );
    }
}

/// Checks that the release is there and has the types of instances, and that the program runs on them. Gives the types that
/// the release has; none, if that couldn't be looked up.
fn fits(
    api: &dyn Api,
    config: &EmrConfig,
    release: &str,
    types: &[String],
    program: Option<&Executable>,
    told: &dyn Fn(String),
) -> Result<Vec<InstanceKind>, EmrError> {
    let known = match api.instance_kinds(release) {
        Ok(kinds) => kinds,
        Err(error) if error.is_denied() => {
            told(format!(
                "{error}; release and instance types aren't checked"
            ));
            Vec::new()
        }
        Err(error @ EmrError::Refused { .. }) if !error.is_passing() => {
            return Err(no_release(api, release, error));
        }
        Err(error) => return Err(error),
    };
    for kind in types {
        let found = known.iter().find(|known| known.name == *kind);
        if found.is_none() && !known.is_empty() {
            let names = known.iter().map(|known| known.name.as_str());
            let near = crate::options::nearest(kind, names).unwrap_or("m5.xlarge");
            return Err(EmrError::Unfit(format!(
                "{} has the instance type `{kind}`, which release {release} doesn't have in this region\n\
                 hint: `{near}` is one; `aws emr list-supported-instance-types --release-label {release}` lists them all",
                said(config, kind)
            )));
        }
        let architecture = match found.map(|found| found.architecture.as_str()) {
            Some("AARCH64" | "ARM64") => ARM,
            Some(_) => INTEL,
            None => by_name(kind),
        };
        let system = System {
            name: "Linux".to_owned(),
            architecture: architecture.to_owned(),
        };
        if let Some(Err(mismatch)) = program.map(|program| program.check(&system)) {
            let (arch, other) = match architecture {
                ARM => ("aarch64", "m5.xlarge"),
                _ => ("x86_64", "m7g.xlarge"),
            };
            return Err(EmrError::Unfit(format!(
                "{} has the instance type `{kind}`: {mismatch}\n\
                 hint: `mrjob build --arch {arch}` builds it for them; or take a type such as `{other}`",
                said(config, kind)
            )));
        }
    }
    Ok(known)
}

/// Checks that the release has the C library that the program needs.
fn c_library(program: &Executable, release: &str) -> Result<(), EmrError> {
    if let (Some(needed), Some((has, system))) = (program.glibc(), release::glibc(release))
        && needed > has
    {
        return Err(EmrError::Unfit(format!(
            "this program needs glibc {}.{}, and release {release} ({system}) has {}.{}\n\
             hint: `mrjob build --release-label {release}` builds it for that; or name a newer `release_label`",
            needed.0, needed.1, has.0, has.1
        )));
    }
    Ok(())
}

fn executable(config: &EmrConfig) -> Result<Executable, EmrError> {
    let path = config.program()?;
    let read = format!("read `{}`", path.display());
    Executable::read(&path).map_err(EmrError::io(read))
}

/// Graviton's types have a `g` behind the number of their generation; a1 was the first.
fn by_name(kind: &str) -> &'static str {
    let family = kind.split('.').next().unwrap_or(kind);
    let behind = family.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    let behind = behind.trim_start_matches(|c: char| c.is_ascii_digit());
    match family == "a1" || behind.starts_with('g') {
        true => ARM,
        false => INTEL,
    }
}

fn no_release(api: &dyn Api, release: &str, error: EmrError) -> EmrError {
    let Ok(known) = api.releases() else {
        return error;
    };
    if known.iter().any(|known| known == release) {
        return error;
    }
    let near = crate::options::nearest(release, known.iter().map(String::as_str));
    let near = near.or(known.first().map(String::as_str));
    EmrError::Unfit(format!(
        "`release_label` is `{release}`, which EMR doesn't have in this region\n\
         hint: `{}` is one; `aws emr list-release-labels` lists them all",
        near.unwrap_or(release::NEWEST)
    ))
}

/// The option that names a type of instances, as the user knows it.
fn said(config: &EmrConfig, kind: &str) -> String {
    let option = config.types_said.iter().find(|(named, _)| named == kind);
    match (option, &config.cluster_id) {
        (Some((_, option)), _) => option.clone(),
        (None, Some(id)) => format!("cluster {id}"),
        (None, None) => "the cluster".to_owned(),
    }
}

fn roles(
    api: &dyn Api,
    config: &EmrConfig,
    cluster: &mut Map<String, Value>,
    told: &dyn Fn(String),
) -> Result<(), EmrError> {
    let text = |cluster: &Map<String, Value>, name: &str| {
        cluster.get(name).and_then(Value::as_str).map(str::to_owned)
    };
    if let Some(role) = text(cluster, "ServiceRole") {
        let mut found = api.role(&role)?;
        let is_ours = found == Role::Missing && !config.service_role_said;
        if is_ours && api.role(SERVICE_ROLE_V2)? == Role::There {
            cluster.insert("ServiceRole".to_owned(), SERVICE_ROLE_V2.into());
            found = Role::There;
            told(format!(
                "the service role is {SERVICE_ROLE_V2}, since there is no {role}: EMR may use only a subnet and security groups \
                 with the tag `for-use-with-amazon-emr-managed-policies=true`; hint: give the subnet this tag, and name it by `subnet`"
            ));
        }
        one("iam_service_role", "role", &role, found, told)?;
    }
    if let Some(profile) = text(cluster, "JobFlowRole") {
        let found = api.instance_profile(&profile)?;
        one(
            "iam_instance_profile",
            "instance profile",
            &profile,
            found,
            told,
        )?;
    }
    Ok(())
}

fn one(
    option: &str,
    what: &str,
    name: &str,
    found: Role,
    told: &dyn Fn(String),
) -> Result<(), EmrError> {
    match found {
        Role::There => Ok(()),
        Role::Unknown => {
            told(format!(
                "whether there is the {what} {name} couldn't be looked up in IAM"
            ));
            Ok(())
        }
        Role::Missing => Err(EmrError::Unfit(format!(
            "there is no {what} `{name}`, which the cluster needs (`{option}`)\n\
             hint: {MAKE_ROLES}; or name one of your own"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn processors_by_name() {
        for kind in [
            "m6g.xlarge",
            "c7gn.large",
            "a1.large",
            "x2gd.metal",
            "im4gn.large",
            "hpc7g.4xlarge",
        ] {
            assert_eq!(by_name(kind), ARM, "{kind}");
        }
        for kind in [
            "m5.xlarge",
            "g4dn.xlarge",
            "r6id.large",
            "u-6tb1.metal",
            "g5.large",
        ] {
            assert_eq!(by_name(kind), INTEL, "{kind}");
        }
    }
}
