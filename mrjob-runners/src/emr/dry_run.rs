//! What would be done on EMR, for `--dry-run`: cluster, price, uploads, steps, calls, permissions.

use std::collections::BTreeSet;
use std::fmt::Write;

use serde_json::{Map, Value};

use super::EmrConfig;
use super::steps::Steps;
use crate::fs::Address;
use crate::input::Input;
use crate::plan::Plan;
use crate::report;

/// Where temporary files are where the user names no place.
const OWN_BUCKET: &str = "s3://mrjob-tmp-…/tmp";
/// What is called for each run; what isn't looked up here costs nothing.
const CALLS: [&str; 4] = [
    "DescribeCluster",
    "ListSteps",
    "ListSupportedInstanceTypes",
    "ListReleaseLabels",
];

/// All of it, lines with their ends.
pub(crate) fn dry_run(plan: &Plan, config: &EmrConfig) -> String {
    let mut text = String::new();
    let mut config = config.clone();
    if config.tmp_dir.is_empty() {
        config.tmp_dir = OWN_BUCKET.to_owned();
    }
    if config.log_dir.is_empty() {
        config.log_dir = format!("{}/logs", config.tmp_dir);
    }
    let mut row = |name: &str, value: &str| {
        writeln!(text, "  {name:11} {value}").expect("a String takes all text");
    };
    row("temporary", &format!("{}/{}", config.tmp_dir, plan.job_key));
    row("logs", &config.log_dir);
    for (number, upload) in uploads(plan, &config).iter().enumerate() {
        row(if number == 0 { "uploads" } else { "" }, upload);
    }
    steps(plan, &config, &mut row);
    let (calls, permissions) = needed(plan, &config);
    row("calls", &calls.join(", "));
    for (number, permission) in permissions.iter().enumerate() {
        row(if number == 0 { "permissions" } else { "" }, permission);
    }
    match &config.cluster_id {
        Some(id) => row("cluster", &format!("{id}, which is there and stays")),
        None => {
            row("price", &price(&config.cluster, &config.prices));
            row("cluster", "a new one, which ends with the job:");
            let request = Value::Object(config.cluster.clone());
            text += &format!("{request:#}\n");
        }
    }
    text
}

fn uploads(plan: &Plan, config: &EmrConfig) -> Vec<String> {
    let program = config.program().ok().and_then(|path| path.metadata().ok());
    let size = program.map_or(0, |found| found.len());
    let mut all = vec![
        format!("this program, {}, unless it is there", report::bytes(size)),
        "mrjob-task.json, what tasks are to do".to_owned(),
    ];
    let around = &plan.surroundings;
    for file in around
        .own_files
        .iter()
        .chain(&around.files)
        .chain(&config.bootstrap_files)
    {
        if Address::of(&file.path.to_string_lossy()).is_local() {
            all.push(format!("{} as {}", file.path.display(), file.name));
        }
    }
    let jars = config.libjars.iter().chain(&config.streaming_jar);
    all.extend(jars.filter(|jar| Address::of(jar).is_local()).cloned());
    if !config.bootstrap.is_empty() && config.cluster_id.is_none() {
        all.push("bootstrap.sh, with the lines of `bootstrap`".to_owned());
    }
    for input in &plan.inputs {
        all.push(match input {
            Input::File { name, bytes, .. } => format!("{name}, {}", report::bytes(*bytes)),
            Input::Pipe { name, .. } => format!("{name}, a pipe"),
            _ => "standard input".to_owned(),
        });
    }
    all
}

fn steps(plan: &Plan, config: &EmrConfig, row: &mut dyn FnMut(&str, &str)) {
    let own = format!("{}/{}", config.tmp_dir, plan.job_key);
    let steps = Steps {
        plan,
        config,
        own: &own,
        one_by_one: false,
    };
    let mut inputs = config.inputs.join(", ");
    if !plan.inputs.is_empty() {
        let copied = format!("{own}/input");
        inputs = [inputs, copied].join(if config.inputs.is_empty() { "" } else { ", " });
    }
    for number in 0..plan.steps.len() {
        let output = steps.output_of(number);
        let failing = steps.action_on_failure();
        let streaming = config
            .streaming_jar
            .as_deref()
            .unwrap_or("hadoop-streaming");
        row(
            &format!("step {}", number + 1),
            &format!("{streaming} from {inputs} to {output}; if it fails {failing}"),
        );
        inputs = output;
    }
}

/// The calls that are made, and what the user must be allowed.
fn needed(plan: &Plan, config: &EmrConfig) -> (Vec<&'static str>, Vec<String>) {
    let mut calls = CALLS.to_vec();
    let is_new = config.cluster_id.is_none();
    calls.extend(match is_new {
        true => [
            "RunJobFlow",
            "TerminateJobFlows",
            "AddTags",
            "GetRole",
            "GetInstanceProfile",
        ]
        .as_slice(),
        false => ["AddJobFlowSteps", "CancelSteps", "ListInstances"].as_slice(),
    });
    let of_emr = calls.iter().filter(|call| !call.starts_with("Get"));
    let policies = [
        ("AutoTerminationPolicy", "PutAutoTerminationPolicy"),
        ("ManagedScalingPolicy", "PutManagedScalingPolicy"),
    ];
    // They go with RunJobFlow, as tags do.
    let policies = policies
        .into_iter()
        .filter_map(|(part, call)| (is_new && config.cluster.contains_key(part)).then_some(call));
    let of_emr = of_emr.copied().chain(policies);
    let of_emr: Vec<String> = of_emr
        .map(|call| format!("elasticmapreduce:{call}"))
        .collect();
    // Tags go with RunJobFlow; for them no call of their own is made.
    calls.retain(|call| *call != "AddTags");
    let mut permissions = vec![of_emr.join(", ")];
    if is_new {
        let roles = ["ServiceRole", "JobFlowRole"].map(|name| config.cluster.get(name));
        let roles = roles.into_iter().flatten().filter_map(Value::as_str);
        let roles: Vec<&str> = roles.collect();
        permissions.push(format!("iam:PassRole for {}; iam:GetRole and iam:GetInstanceProfile, to look whether they are there", roles.join(" and ")));
    }
    let bucket = |address: &str| {
        let rest = address.split_once("://").map_or("", |(_, rest)| rest);
        rest.split('/').next().unwrap_or_default().to_owned()
    };
    let read = config.inputs.iter().filter(|uri| crate::fs::s3::is_s3(uri));
    let read: BTreeSet<String> = read.map(|uri| bucket(uri)).collect();
    let places = [Some(&config.tmp_dir), Some(&config.log_dir)];
    let output = plan.output.remote.as_ref().map(|folder| &folder.address);
    let written = places.into_iter().flatten().chain(output);
    let written: BTreeSet<String> = written.map(|uri| bucket(uri)).collect();
    for bucket in &written {
        permissions.push(format!(
            "s3:ListBucket, GetObject, PutObject, DeleteObject, AbortMultipartUpload in {bucket}"
        ));
    }
    for bucket in read.difference(&written) {
        permissions.push(format!("s3:ListBucket, GetObject in {bucket}"));
    }
    let profile = config.cluster.get("JobFlowRole").and_then(Value::as_str);
    let list = |buckets: &BTreeSet<String>| buckets.iter().cloned().collect::<Vec<_>>().join(", ");
    if let Some(role) = &config.step_role {
        permissions.push(format!(
            "iam:PassRole for {role}; the nodes' instance profile: sts:AssumeRole, sts:TagSession for it"
        ));
    }
    permissions.push(format!(
        "the nodes, by {}: s3:ListBucket, GetObject in {}; PutObject, DeleteObject, AbortMultipartUpload in {}",
        match (profile, is_new) {
            _ if config.step_role.is_some() => "the role of the steps".to_owned(),
            (Some(profile), true) => format!("the instance profile {profile}"),
            _ => "the cluster's instance profile".to_owned(),
        },
        list(&read.union(&written).cloned().collect()),
        list(&written)
    ));
    if config.tmp_dir == OWN_BUCKET {
        permissions.push(
            "s3:ListAllMyBuckets, CreateBucket, PutBucketPublicAccessBlock, PutEncryptionConfiguration, PutLifecycleConfiguration \
             for mrjob-tmp-*"
                .to_owned(),
        );
    }
    (calls, permissions)
}

/// What the cluster costs an hour, as far as the user says what its instances do.
fn price(cluster: &Map<String, Value>, prices: &Map<String, Value>) -> String {
    let groups = cluster
        .get("Instances")
        .and_then(|found| found.get("InstanceGroups"));
    let Some(groups) = groups.and_then(Value::as_array) else {
        return "unknown: fleets take what they find".to_owned();
    };
    let (mut dollars, mut count, mut unknown) = (0.0, 0, BTreeSet::new());
    for group in groups {
        let number = group["InstanceCount"].as_u64().unwrap_or(1);
        let kind = group["InstanceType"].as_str().unwrap_or_default();
        count += number;
        let price = prices.get(kind).and_then(|price| match price {
            Value::String(text) => text.parse().ok(),
            price => price.as_f64(),
        });
        match price {
            Some(price) => dollars += price * number as f64,
            None => drop(unknown.insert(kind)),
        }
    }
    let hours = format!("{} an hour", report::counted(count, "instance hour"));
    if unknown.is_empty() {
        return format!("{dollars:.2} dollars an hour, by `prices`; {hours}");
    }
    let unknown: Vec<&str> = unknown.into_iter().collect();
    format!(
        "unknown, as `prices` doesn't have {}; {hours}",
        unknown.join(" and ")
    )
}
