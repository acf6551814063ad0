//! How many reduce tasks a job has where nobody says it: by what the cluster is made of, and by its input.

use serde_json::{Map, Value};

use super::api::{Instance, InstanceKind};
use crate::cluster::reducers::{BYTES_A_REDUCER, reducers};
use crate::report;

/// Virtual processors assumed for a node of unknown type: an `m5.xlarge` has as many.
const ASSUMED: u64 = 4;

/// The virtual processors of the nodes that run tasks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Vcpus {
    count: u64,
    /// Types of instances whose processors aren't known.
    unknown: Vec<String>,
    /// Whether nothing is known of the nodes.
    is_guess: bool,
}

impl Vcpus {
    /// Counts a cluster that RunJobFlow will make: its core and task nodes, up to the limit of managed scaling. A cluster of one
    /// node counts that node.
    pub(super) fn of_request(request: &Map<String, Value>, known: &[InstanceKind]) -> Self {
        let instances = request.get("Instances").unwrap_or(&Value::Null);
        let parts = ["InstanceGroups", "InstanceFleets"].map(|name| instances[name].as_array());
        let parts: Vec<&Value> = parts.into_iter().flatten().flatten().collect();
        let role = |part: &Value| {
            let role = part["InstanceRole"].as_str();
            role.or_else(|| part["InstanceFleetType"].as_str()) == Some("MASTER")
        };
        let (masters, others): (Vec<&Value>, Vec<&Value>) =
            parts.iter().partition(|part| role(part));
        let working = if others.is_empty() { masters } else { others };
        if working.is_empty() {
            return Vcpus::guess();
        }
        let mut kinds = Kinds::new(known);
        let mut sum = 0.0;
        // What a unit of managed scaling is worth: an instance, or a unit of a fleet.
        let mut unit = f64::INFINITY;
        for part in working {
            let (units, worth) = kinds.of_part(part);
            sum += units * worth;
            unit = unit.min(worth);
        }
        let limits = &request.get("ManagedScalingPolicy").unwrap_or(&Value::Null)["ComputeLimits"];
        if let Some(most) = limits["MaximumCapacityUnits"].as_f64() {
            sum = match limits["UnitType"].as_str() {
                Some("VCPU") => most,
                _ => most * unit,
            };
        }
        kinds.sum(sum)
    }

    /// Counts running nodes.
    pub(super) fn of_nodes(nodes: &[Instance], known: &[InstanceKind]) -> Self {
        if nodes.is_empty() {
            return Vcpus::guess();
        }
        let mut kinds = Kinds::new(known);
        let sum = nodes.iter().map(|node| kinds.vcpus(&node.kind)).sum();
        kinds.sum(sum)
    }

    /// Assumes one node, where nothing can be looked up.
    pub(super) fn guess() -> Self {
        Vcpus {
            count: ASSUMED,
            unknown: Vec::new(),
            is_guess: true,
        }
    }

    /// As many reduce tasks as the input is worth, and as half of the processors run at once; and how that was found. Of an
    /// input whose size isn't known, none but the processors count.
    pub(super) fn reducers(&self, input: Option<u64>) -> (u32, String) {
        let most = u32::try_from(self.count).unwrap_or(u32::MAX);
        let number = reducers(input.or(Some(u64::MAX)), Some(most));
        let tasks = report::counted(number.into(), "reduce task");
        let why = match input {
            Some(bytes) if u64::from(number) < (self.count / 2).max(1) => format!(
                "one for each {} of the input's {}",
                report::bytes(BYTES_A_REDUCER),
                report::bytes(bytes)
            ),
            _ => format!("half of the cluster's {} vCPUs", report::count(self.count)),
        };
        let assumed = match self.unknown.as_slice() {
            _ if self.is_guess => format!(
                " (it couldn't be looked up what the cluster is: {ASSUMED} vCPUs are assumed)"
            ),
            [] => String::new(),
            unknown => format!(
                " ({ASSUMED} are assumed of each {}, which couldn't be looked up)",
                unknown.join(" and ")
            ),
        };
        (
            number,
            format!("{tasks}, {why}{assumed}; `reducers` sets another number"),
        )
    }
}

/// Types of instances that are looked up.
struct Kinds<'a> {
    known: &'a [InstanceKind],
    unknown: Vec<String>,
}

impl<'a> Kinds<'a> {
    fn new(known: &'a [InstanceKind]) -> Self {
        Kinds {
            known,
            unknown: Vec::new(),
        }
    }

    /// The units of an instance group or fleet, and the processors of each. A fleet takes which of its types it finds: the
    /// smallest one counts.
    fn of_part(&mut self, part: &Value) -> (f64, f64) {
        let number = |value: &Value| value.as_f64();
        let Some(types) = part["InstanceTypeConfigs"].as_array() else {
            let kind = part["InstanceType"].as_str().unwrap_or_default();
            let count = number(&part["InstanceCount"]).unwrap_or(1.0);
            return (count, self.vcpus(kind));
        };
        let targets = ["TargetOnDemandCapacity", "TargetSpotCapacity"];
        let units = targets.into_iter().filter_map(|name| number(&part[name]));
        let worth = types.iter().map(|config| {
            let kind = config["InstanceType"].as_str().unwrap_or_default();
            let weight = number(&config["WeightedCapacity"]).filter(|&weight| weight > 0.0);
            self.vcpus(kind) / weight.unwrap_or(1.0)
        });
        let worth = worth.fold(f64::INFINITY, f64::min);
        (
            units.sum(),
            if worth.is_finite() {
                worth
            } else {
                ASSUMED as f64
            },
        )
    }

    fn vcpus(&mut self, kind: &str) -> f64 {
        let found = self.known.iter().find(|known| known.name == kind);
        if let Some(vcpus) = found.and_then(|found| found.vcpus) {
            return vcpus.into();
        }
        if !self.unknown.iter().any(|unknown| unknown == kind) {
            self.unknown.push(kind.to_owned());
        }
        ASSUMED as f64
    }

    fn sum(self, count: f64) -> Vcpus {
        Vcpus {
            count: count.max(1.0) as u64,
            unknown: self.unknown,
            is_guess: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn known() -> Vec<InstanceKind> {
        let kind = |(name, vcpus): (&str, u32)| InstanceKind {
            name: name.to_owned(),
            architecture: "X86_64".to_owned(),
            vcpus: Some(vcpus),
        };
        [("m5.xlarge", 4), ("m5.2xlarge", 8), ("m5.4xlarge", 16)]
            .map(kind)
            .into()
    }

    fn of(request: Value) -> Vcpus {
        let Value::Object(request) = request else {
            unreachable!()
        };
        Vcpus::of_request(&request, &known())
    }

    #[test]
    fn groups_and_fleets_and_their_limits() {
        let group = |role: &str, kind: &str, count: u32| json!({"InstanceRole": role, "InstanceType": kind, "InstanceCount": count});
        let alone = json!({"Instances": {"InstanceGroups": [group("MASTER", "m5.2xlarge", 1)]}});
        assert_eq!(of(alone).count, 8);
        let groups = json!([
            group("MASTER", "m5.2xlarge", 1),
            group("CORE", "m5.xlarge", 3),
            group("TASK", "m5.2xlarge", 6)
        ]);
        let mut request = json!({"Instances": {"InstanceGroups": groups}});
        assert_eq!(of(request.clone()).count, 60);
        request["ManagedScalingPolicy"] =
            json!({"ComputeLimits": {"UnitType": "Instances", "MaximumCapacityUnits": 20}});
        assert_eq!(of(request.clone()).count, 80);
        request["ManagedScalingPolicy"]["ComputeLimits"]["UnitType"] = "VCPU".into();
        assert_eq!(of(request).count, 20);
        let types = json!([{"InstanceType": "m5.2xlarge", "WeightedCapacity": 2}, {"InstanceType": "m5.4xlarge", "WeightedCapacity": 5}]);
        let fleets = json!([
            {"InstanceFleetType": "MASTER", "TargetOnDemandCapacity": 1, "InstanceTypeConfigs": [{"InstanceType": "m5.xlarge"}]},
            {"InstanceFleetType": "CORE", "TargetOnDemandCapacity": 4, "TargetSpotCapacity": 6, "InstanceTypeConfigs": types},
        ]);
        assert_eq!(
            of(json!({"Instances": {"InstanceFleets": fleets}})).count,
            32
        );
        assert!(of(json!({})).is_guess);
    }

    #[test]
    fn the_number_is_told_with_its_reason() {
        let request = json!({"Instances": {"InstanceGroups": [
            {"InstanceRole": "MASTER", "InstanceType": "m5.xlarge", "InstanceCount": 1},
            {"InstanceRole": "CORE", "InstanceType": "m5.4xlarge", "InstanceCount": 2},
            {"InstanceRole": "TASK", "InstanceType": "x9.large", "InstanceCount": 1},
        ]}});
        let vcpus = of(request);
        let said = |input| vcpus.reducers(input).1;
        assert_eq!(
            said(None),
            "18 reduce tasks, half of the cluster's 36 vCPUs (4 are assumed of each x9.large, which couldn't be looked up); \
             `reducers` sets another number"
        );
        assert_eq!(vcpus.reducers(Some(1 << 40)).0, 18);
        assert!(
            said(Some(1 << 30))
                .starts_with("4 reduce tasks, one for each 268 MB of the input's 1.07 GB")
        );
        assert_eq!(
            Vcpus::guess().reducers(None).1,
            "2 reduce tasks, half of the cluster's 4 vCPUs (it couldn't be looked up what the cluster is: 4 vCPUs are assumed); \
             `reducers` sets another number"
        );
    }
}
