//! Options as EMR's API has them.

use serde_json::{Map, Value, json};

use super::script::FETCH;
use crate::config::{Settings, said};
use crate::release::NEWEST;

const INSTANCE_TYPE: &str = "m5.xlarge";
/// Roles by the names that `aws emr create-default-roles` gives them.
const SERVICE_ROLE: &str = "EMR_DefaultRole";
const INSTANCE_PROFILE: &str = "EMR_EC2_DefaultRole";
/// Without this tag EMR's own policies let nobody make a cluster.
const MANAGED: &str = "for-use-with-amazon-emr-managed-policies";
/// Seconds of idleness that EMR takes.
const IDLE: (f64, f64) = (60.0, 604_800.0);
/// Options that say what instances there are, but for lists of them.
const SIMPLE: [&str; 9] = [
    "instance_type",
    "master_instance_type",
    "core_instance_type",
    "task_instance_type",
    "num_core_instances",
    "num_task_instances",
    "master_instance_bid_price",
    "core_instance_bid_price",
    "task_instance_bid_price",
];
/// Security groups by EMR's names.
const SECURITY_GROUPS: [&str; 5] = [
    "EmrManagedMasterSecurityGroup",
    "EmrManagedSlaveSecurityGroup",
    "ServiceAccessSecurityGroup",
    "AdditionalMasterSecurityGroups",
    "AdditionalSlaveSecurityGroups",
];

/// A new cluster as RunJobFlow has it, without name, steps and logs. It ends when its steps are done, and when it is idle.
pub(crate) fn cluster(settings: &Settings, wrong: &mut dyn FnMut(String)) -> Map<String, Value> {
    let mut request = Map::new();
    let mut put = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            request.insert(name.to_owned(), value);
        }
    };
    let text = |name: &str| settings.text(name).map(Value::from);
    put("ReleaseLabel", Some(release(settings).into()));
    put("Instances", Some(instances(settings, wrong)));
    let role = text("iam_service_role").unwrap_or_else(|| SERVICE_ROLE.into());
    put("ServiceRole", Some(role));
    let profile = text("iam_instance_profile").unwrap_or_else(|| INSTANCE_PROFILE.into());
    put("JobFlowRole", Some(profile));
    put("VisibleToAllUsers", Some(true.into()));
    put("Tags", Some(tags(settings)));
    put("Applications", Some(applications(settings)));
    put("Configurations", configurations(settings));
    put("BootstrapActions", bootstrap_actions(settings));
    put("CustomAmiId", text("image_id"));
    put("SecurityConfiguration", text("security_configuration"));
    // The API has it as text with JSON in it.
    let info = settings.json("additional_emr_info");
    put(
        "AdditionalInfo",
        info.map(|info| match info {
            Value::String(_) => info,
            other => other.to_string().into(),
        }),
    );
    let volume = number(settings, "ebs_root_volume_gb").filter(|&size| size > 0);
    put("EbsRootVolumeSize", volume.map(Value::from));
    put("ManagedScalingPolicy", managed_scaling(settings));
    let idle = settings.json("max_mins_idle");
    let idle = idle.and_then(|value| value.as_f64()).unwrap_or(10.0) * 60.0;
    if !(IDLE.0..=IDLE.1).contains(&idle) {
        wrong(format!(
            "{} is {} minutes, and EMR takes from 1 minute to 7 days (10080)\nhint: 10 is what holds without it",
            said(settings, "max_mins_idle"),
            idle / 60.0
        ));
    }
    let policy = json!({"IdleTimeout": idle as u64});
    put("AutoTerminationPolicy", Some(policy));
    if let Some(Value::Object(params)) = settings.json("extra_cluster_params") {
        for (name, value) in params {
            lay(&mut request, &name, value);
        }
    }
    request
}

/// Each type of instance that options name, with the option as the user knows it.
pub(crate) fn types_said(settings: &Settings) -> Vec<(String, String)> {
    let mut types = Vec::new();
    for option in SIMPLE.into_iter().filter(|name| name.ends_with("_type")) {
        if let Some(kind) = settings.text(option) {
            types.push((kind.to_owned(), said(settings, option)));
        }
    }
    for option in ["instance_groups", "instance_fleets"] {
        let found = settings.json(option).unwrap_or_default();
        let named = instance_types(&found).into_iter();
        types.extend(named.map(|kind| (kind, said(settings, option))));
    }
    types
}

/// Whether a cluster stays when its steps are done.
pub(super) fn stays(cluster: &Map<String, Value>) -> bool {
    let instances = cluster.get("Instances");
    let keeps = instances.and_then(|instances| instances.get("KeepJobFlowAliveWhenNoSteps"));
    keeps.and_then(Value::as_bool).unwrap_or(false)
}

/// All types of instances in a part of a request.
pub(super) fn instance_types(part: &Value) -> Vec<String> {
    let mut types = match part {
        Value::Object(map) => {
            let own = map.get("InstanceType").and_then(Value::as_str);
            let inner = map.values().flat_map(instance_types);
            own.map(str::to_owned).into_iter().chain(inner).collect()
        }
        Value::Array(values) => values.iter().flat_map(instance_types).collect(),
        _ => Vec::new(),
    };
    types.sort();
    types.dedup();
    types
}

/// The bootstrap action that runs a script of ours.
pub(super) fn bootstrap_action(script: &str) -> Value {
    json!({"Name": "bootstrap", "ScriptBootstrapAction": {"Path": script, "Args": []}})
}

/// A step as EMR's API has it: the script that is at `script` in S3.
pub(super) fn step(name: &str, action_on_failure: &str, script: &str) -> Value {
    json!({
        "Name": name,
        "ActionOnFailure": action_on_failure,
        "HadoopJarStep": {"Jar": "command-runner.jar", "Args": ["bash", "-c", FETCH, script]},
    })
}

fn release(settings: &Settings) -> String {
    let version = || Some(format!("emr-{}", settings.text("image_version")?));
    let label = settings.text("release_label").map(str::to_owned);
    label.or_else(version).unwrap_or_else(|| NEWEST.to_owned())
}

fn number(settings: &Settings, name: &str) -> Option<u64> {
    settings.json(name)?.as_u64()
}

fn instances(settings: &Settings, wrong: &mut dyn FnMut(String)) -> Value {
    let mut instances = Map::new();
    instances.insert("KeepJobFlowAliveWhenNoSteps".to_owned(), false.into());
    match (settings.json("instance_fleets"), settings.json("instance_groups")) {
        (Some(_), Some(_)) => wrong(
            "`instance_fleets` and `instance_groups` exclude each other: a cluster is made of fleets or of groups\n\
             hint: leave one of them out"
                .to_owned(),
        ),
        (Some(fleets), None) => {
            alone("instance_fleets", settings, wrong);
            instances.insert("InstanceFleets".to_owned(), fleets);
        }
        (None, Some(groups)) => {
            alone("instance_groups", settings, wrong);
            instances.insert("InstanceGroups".to_owned(), groups);
        }
        (None, None) => {
            instances.insert("InstanceGroups".to_owned(), groups(settings, wrong));
        }
    }
    if let Some(Value::Object(groups)) = settings.json("security_groups") {
        for (name, value) in groups {
            if !SECURITY_GROUPS.contains(&&*name) {
                wrong(format!(
                    "`security_groups` has `{name}`, which EMR doesn't know\nhint: there are {}",
                    SECURITY_GROUPS.join(", ")
                ));
            }
            instances.insert(name, value);
        }
    }
    if let Some(key) = settings.text("ec2_key_pair") {
        instances.insert("Ec2KeyName".to_owned(), key.into());
    }
    if let Some(zone) = settings.text("zone") {
        instances.insert("Placement".to_owned(), json!({"AvailabilityZone": zone}));
    }
    match settings.json("subnet") {
        Some(Value::Array(subnets)) if subnets.len() > 1 => {
            if !instances.contains_key("InstanceFleets") {
                wrong(
                    "`subnet` names several, and only clusters of `instance_fleets` choose among subnets\n\
                     hint: name one, or use `instance_fleets`"
                        .to_owned(),
                );
            }
            instances.insert("Ec2SubnetIds".to_owned(), subnets.into());
        }
        Some(Value::Array(mut subnets)) => {
            if let Some(subnet) = subnets.pop() {
                instances.insert("Ec2SubnetId".to_owned(), subnet);
            }
        }
        Some(subnet) => drop(instances.insert("Ec2SubnetId".to_owned(), subnet)),
        None => {}
    }
    instances.into()
}

/// Says so where options say what `list` says already.
fn alone(list: &str, settings: &Settings, wrong: &mut dyn FnMut(String)) {
    for name in SIMPLE.into_iter().filter(|name| settings.says(name)) {
        wrong(format!(
            "{} would do nothing: {} says what instances there are\nhint: leave one of them out",
            said(settings, name),
            said(settings, list)
        ));
    }
}

/// Groups of simple options: a cluster of one node that works, or of a master node and others.
fn groups(settings: &Settings, wrong: &mut dyn FnMut(String)) -> Value {
    let text = |name: &str| settings.text(name).map(str::to_owned);
    let cores = number(settings, "num_core_instances").unwrap_or(0);
    let tasks = number(settings, "num_task_instances").unwrap_or(0);
    let works = text("instance_type").unwrap_or_else(|| INSTANCE_TYPE.to_owned());
    let alone = cores == 0 && tasks == 0;
    if tasks > 0 && cores == 0 {
        wrong(format!(
            "{} needs core nodes, which hold the data of HDFS\nhint: `num_core_instances: 1`, or more",
            said(settings, "num_task_instances")
        ));
    }
    for role in ["master", "core", "task"] {
        let name = format!("{role}_instance_bid_price");
        let price = settings.text(&name);
        if price.is_some_and(|price| !price.parse().is_ok_and(|dollars: f64| dollars > 0.0)) {
            wrong(format!(
                "{} is `{}`, which is no price in dollars\nhint: `'0.20'`",
                said(settings, &name),
                price.unwrap_or_default()
            ));
        }
    }
    let master = text("master_instance_type");
    let master = master.unwrap_or_else(|| match alone {
        true => works.clone(),
        false => INSTANCE_TYPE.to_owned(),
    });
    let core = text("core_instance_type").unwrap_or(works);
    let task = text("task_instance_type").unwrap_or_else(|| core.clone());
    let all = [
        ("master", 1, master),
        ("core", cores, core),
        ("task", tasks, task),
    ];
    let groups = all.into_iter().filter(|(_, count, _)| *count > 0);
    let group = |(role, count, kind): (&str, u64, String)| {
        let mut group = json!({
            "Name": role,
            "InstanceRole": role.to_uppercase(),
            "InstanceType": kind,
            "InstanceCount": count,
            "Market": "ON_DEMAND",
        });
        if let Some(price) = settings.text(&format!("{role}_instance_bid_price")) {
            group["Market"] = "SPOT".into();
            group["BidPrice"] = price.into();
        }
        group
    };
    groups.map(group).collect()
}

fn tags(settings: &Settings) -> Value {
    let mut tags = settings.pairs("tags");
    if !tags.iter().any(|(key, _)| key == MANAGED) {
        tags.push((MANAGED.to_owned(), "true".to_owned()));
    }
    let tag = |(key, value)| json!({"Key": key, "Value": value});
    tags.into_iter().map(tag).collect()
}

/// Those that the user names, and Hadoop.
fn applications(settings: &Settings) -> Value {
    let mut names = settings.list("applications");
    if !names.iter().any(|name| name.eq_ignore_ascii_case("hadoop")) {
        names.insert(0, "Hadoop".to_owned());
    }
    names
        .into_iter()
        .map(|name| json!({"Name": name}))
        .collect()
}

/// The user's, of which a later one of a classification counts; an empty one takes it away.
fn configurations(settings: &Settings) -> Option<Value> {
    let Some(Value::Array(all)) = settings.json("emr_configurations") else {
        return None;
    };
    let mut kept: Vec<Value> = Vec::new();
    for configuration in all {
        let same = |kept: &Value| kept["Classification"] == configuration["Classification"];
        kept.retain(|kept| !same(kept));
        let has = |name: &str| {
            !matches!(&configuration[name], Value::Null)
                && configuration[name] != json!({})
                && configuration[name] != json!([])
        };
        if has("Properties") || has("Configurations") {
            kept.push(configuration);
        }
    }
    (!kept.is_empty()).then_some(kept.into())
}

/// Limits of a cluster that grows and shrinks, counted in instances, or in the units of fleets.
fn managed_scaling(settings: &Settings) -> Option<Value> {
    let Some(Value::Object(mut limits)) = settings.json("managed_scaling") else {
        return None;
    };
    let unit = match settings.says("instance_fleets") {
        true => "InstanceFleetUnits",
        false => "Instances",
    };
    limits.entry("UnitType").or_insert(unit.into());
    Some(json!({"ComputeLimits": limits}))
}

/// Scripts with their arguments, split at spaces.
fn bootstrap_actions(settings: &Settings) -> Option<Value> {
    let actions = settings.list("bootstrap_actions");
    let action = |(number, line): (usize, &String)| {
        let mut words = line.split_whitespace();
        let path = words.next().unwrap_or_default();
        let arguments: Vec<&str> = words.collect();
        json!({"Name": format!("action {number}"), "ScriptBootstrapAction": {"Path": path, "Args": arguments}})
    };
    (!actions.is_empty()).then(|| actions.iter().enumerate().map(action).collect())
}

/// Lays `value` over what is at `name`, whose dots lead into mappings; null removes.
fn lay(request: &mut Map<String, Value>, name: &str, value: Value) {
    if let Some((first, rest)) = name.split_once('.') {
        let inner = request.entry(first).or_insert_with(|| json!({}));
        if !inner.is_object() {
            *inner = json!({});
        }
        if let Value::Object(inner) = inner {
            lay(inner, rest, value);
        }
        return;
    }
    match (request.get_mut(name), value) {
        (_, Value::Null) => drop(request.remove(name)),
        (Some(Value::Object(there)), Value::Object(values)) => {
            for (name, value) in values {
                lay(there, &name, value);
            }
        }
        (_, value) => drop(request.insert(name.to_owned(), value)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_laid_over() {
        let mut request = json!({"Instances": {"A": 1, "B": {"C": 2}}, "D": 3});
        let Value::Object(map) = &mut request else {
            unreachable!()
        };
        lay(map, "Instances.B.E", json!(5));
        lay(map, "Instances", json!({"A": null}));
        lay(map, "D", Value::Null);
        lay(map, "F.G", json!([1]));
        assert_eq!(
            request,
            json!({"Instances": {"B": {"C": 2, "E": 5}}, "F": {"G": [1]}})
        );
    }
}
