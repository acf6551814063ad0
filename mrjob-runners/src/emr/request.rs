//! Options as EMR's API has them.

use serde_json::{Map, Value, json};

use crate::config::Settings;

/// The release that clusters have unless the user says otherwise.
const RELEASE: &str = "emr-7.13.0";
const INSTANCE_TYPE: &str = "m5.xlarge";
/// Roles by the names that `aws emr create-default-roles` gives them.
const SERVICE_ROLE: &str = "EMR_DefaultRole";
const INSTANCE_PROFILE: &str = "EMR_EC2_DefaultRole";
/// Without this tag EMR's own policies let nobody make a cluster.
const MANAGED: &str = "for-use-with-amazon-emr-managed-policies";
/// Seconds of idleness that EMR takes.
const IDLE: (f64, f64) = (60.0, 604_800.0);

/// A new cluster as RunJobFlow has it, without name, steps and logs. It ends when its steps are done, and when it is idle.
pub(crate) fn cluster(settings: &Settings, wrong: &mut dyn FnMut(String)) -> Map<String, Value> {
    let mut request = Map::new();
    let mut put = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            request.insert(name.to_owned(), value);
        }
    };
    let text = |name: &str| settings.text(name).map(Value::from);
    let list = |name: &str| settings.json(name).filter(|value| value != &json!([]));
    put("ReleaseLabel", Some(release(settings).into()));
    put("Instances", Some(instances(settings, wrong)));
    put(
        "ServiceRole",
        Some(
            settings
                .text("iam_service_role")
                .unwrap_or(SERVICE_ROLE)
                .into(),
        ),
    );
    let profile = settings.text("iam_instance_profile");
    put(
        "JobFlowRole",
        Some(profile.unwrap_or(INSTANCE_PROFILE).into()),
    );
    put("VisibleToAllUsers", Some(true.into()));
    put("Tags", Some(tags(settings)));
    put("Applications", Some(applications(settings)));
    put("Configurations", list("emr_configurations"));
    put("BootstrapActions", bootstrap_actions(settings));
    put("CustomAmiId", text("image_id"));
    put(
        "AdditionalInfo",
        settings.text("additional_emr_info").map(Value::from),
    );
    let volume = number(settings, "ebs_root_volume_gb").filter(|&size| size > 0);
    put("EbsRootVolumeSize", volume.map(Value::from));
    put(
        "StepConcurrencyLevel",
        number(settings, "max_concurrent_steps").map(Value::from),
    );
    let idle = settings
        .json("max_mins_idle")
        .and_then(|value| value.as_f64());
    let idle = (idle.unwrap_or(10.0) * 60.0).clamp(IDLE.0, IDLE.1) as u64;
    put("AutoTerminationPolicy", Some(json!({"IdleTimeout": idle})));
    if let Some(Value::Object(params)) = settings.json("extra_cluster_params") {
        for (name, value) in params {
            lay(&mut request, &name, value);
        }
    }
    request
}

/// The bootstrap action that runs a script of ours.
pub(super) fn bootstrap_action(script: &str) -> Value {
    json!({"Name": "bootstrap", "ScriptBootstrapAction": {"Path": script, "Args": []}})
}

/// A step as EMR's API has it.
pub(super) fn step(name: &str, action_on_failure: &str, arguments: Vec<String>) -> Value {
    let mut all = vec!["hadoop-streaming".to_owned()];
    all.extend(arguments);
    json!({
        "Name": name,
        "ActionOnFailure": action_on_failure,
        "HadoopJarStep": {"Jar": "command-runner.jar", "Args": all},
    })
}

fn release(settings: &Settings) -> String {
    let version = || Some(format!("emr-{}", settings.text("image_version")?));
    let label = settings.text("release_label").map(str::to_owned);
    label.or_else(version).unwrap_or_else(|| RELEASE.to_owned())
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
        (Some(fleets), None) => drop(instances.insert("InstanceFleets".to_owned(), fleets)),
        (None, Some(groups)) => drop(instances.insert("InstanceGroups".to_owned(), groups)),
        (None, None) => drop(instances.insert("InstanceGroups".to_owned(), groups(settings))),
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

/// Groups of simple options: a cluster of one node that works, or of a master node and others.
fn groups(settings: &Settings) -> Value {
    let text = |name: &str| settings.text(name).map(str::to_owned);
    let cores = number(settings, "num_core_instances").unwrap_or(0);
    let tasks = number(settings, "num_task_instances").unwrap_or(0);
    let works = text("instance_type").unwrap_or_else(|| INSTANCE_TYPE.to_owned());
    let alone = cores == 0 && tasks == 0;
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
