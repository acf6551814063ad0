//! A row by its name.

use super::row::{OptionRow, RunnerKind, Status};
use super::{absent, all, emr, hadoop, machine};
use crate::features;

/// Whether the program has the rows of clusters: it reads files, or has such a runner.
pub(crate) const CLUSTERS: bool = features::CONFIGURATION || cfg!(feature = "cluster");

/// Rows that a program has a use for: all where it reads files, else those of the runners that it has.
pub fn rows() -> std::vec::IntoIter<&'static OptionRow> {
    let mut rows = Vec::new();
    rows.extend(all::ROWS);
    rows.extend(machine::ROWS);
    if CLUSTERS {
        rows.extend(hadoop::ROWS);
        rows.extend(emr::ROWS);
    }
    if features::CONFIGURATION {
        rows.extend(absent::ROWS);
    }
    rows.into_iter()
}

/// The row that has this name, or had it in mrjob.
pub fn find(name: &str) -> Option<&'static OptionRow> {
    rows().find(|row| row.name == name || row.mrjob_name() == Some(name))
}

/// What mrjob's options of old are called today: a line each. As one text it is smaller in a program than as a table.
const RENAMED: &str = "\
ami_version image_version
aws_availability_zone zone
aws_region region
base_tmp_dir local_tmp_dir
bootstrap_cmds bootstrap
bootstrap_files bootstrap
bootstrap_scripts bootstrap
check_emr_status_every check_cluster_every
cloud_upload_part_size cloud_part_size_mb
ec2_core_instance_bid_price core_instance_bid_price
ec2_core_instance_type core_instance_type
ec2_instance_type instance_type
ec2_master_instance_bid_price master_instance_bid_price
ec2_master_instance_type master_instance_type
ec2_task_instance_bid_price task_instance_bid_price
ec2_task_instance_type task_instance_type
emr_applications applications
emr_job_flow_id cluster_id
emr_tags tags
hdfs_scratch_dir hadoop_tmp_dir
num_ec2_core_instances num_core_instances
num_ec2_task_instances num_task_instances
pool_emr_job_flows pool_clusters
s3_log_uri cloud_log_dir
s3_scratch_uri cloud_tmp_dir
s3_sync_wait_time cloud_fs_sync_secs
s3_tmp_dir cloud_tmp_dir
s3_upload_part_size cloud_part_size_mb
setup_cmds setup
setup_scripts setup
";

/// Today's name of an option of old.
pub(crate) fn new_name(name: &str) -> Option<&'static str> {
    let name = name.replace('-', "_");
    let mut renamed = RENAMED.lines().filter_map(|line| line.split_once(' '));
    renamed.find(|(old, _)| *old == name).map(|(_, new)| new)
}

/// That one of `names` which is nearest to `name`, if it is near enough to have been meant.
pub(crate) fn nearest<'a>(name: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let folded = |name: &str| name.to_ascii_lowercase().replace('-', "_");
    let wanted = folded(name);
    names
        .into_iter()
        .map(|known| (strsim::jaro(&wanted, &folded(known)), known))
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, known)| known)
}

impl RunnerKind {
    /// The rows that may stand in its section.
    pub fn rows(self) -> impl Iterator<Item = &'static OptionRow> {
        rows().filter(move |row| row.stands_in(self) && !matches!(row.status, Status::Refused(..)))
    }
}
