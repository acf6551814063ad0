//! Options of the runner for Amazon EMR.

use super::row::{InMrjob, Kind, OptionRow, Runners, Status, row};

pub(super) const ROWS: &[OptionRow] = &[
    of(
        "zone",
        Kind::Text,
        "any",
        "Availability zone of the cluster",
    ),
    of(
        "subnet",
        Kind::Texts,
        "",
        "Subnet of the cluster; several for instance fleets",
    )
    .works(),
    of(
        "instance_type",
        Kind::Text,
        "m5.xlarge",
        "Instance type of the nodes that work",
    )
    .works(),
    of(
        "master_instance_type",
        Kind::Text,
        "m5.xlarge",
        "Instance type of the master node",
    )
    .works(),
    of(
        "core_instance_type",
        Kind::Text,
        "instance_type",
        "Instance type of core nodes",
    )
    .works(),
    of(
        "task_instance_type",
        Kind::Text,
        "core_instance_type",
        "Instance type of task nodes",
    )
    .works(),
    of(
        "num_core_instances",
        Kind::Whole(0),
        "0",
        "Number of core nodes; 0 is a cluster of one node",
    )
    .works(),
    of(
        "num_task_instances",
        Kind::Whole(0),
        "0",
        "Number of task nodes, which hold no data",
    )
    .works(),
    of(
        "master_instance_bid_price",
        Kind::Text,
        "on demand",
        "Most to pay an hour for a spot master node, in dollars",
    ),
    of(
        "core_instance_bid_price",
        Kind::Text,
        "on demand",
        "Most to pay an hour for a spot core node, in dollars",
    ),
    of(
        "task_instance_bid_price",
        Kind::Text,
        "on demand",
        "Most to pay an hour for a spot task node, in dollars",
    ),
    of(
        "instance_fleets",
        Kind::Json,
        "",
        "Instance fleets, as EMR's API has them",
    ),
    of(
        "instance_groups",
        Kind::Json,
        "",
        "Instance groups, as EMR's API has them",
    ),
    of("release_label", Kind::Text, "emr-7.14.0", "EMR release").works(),
    of(
        "image_version",
        Kind::Text,
        "",
        "EMR release, as a number, where there is no release_label",
    ),
    of(
        "image_id",
        Kind::Text,
        "",
        "Amazon machine image of the nodes",
    ),
    of(
        "applications",
        Kind::List,
        "",
        "Applications to install on the cluster",
    ),
    of(
        "bootstrap",
        Kind::List,
        "",
        "Shell lines that run once on each node",
    ),
    of(
        "bootstrap_actions",
        Kind::List,
        "",
        "Scripts that run once on each node, with their arguments",
    ),
    of(
        "emr_configurations",
        Kind::Objects,
        "",
        "Configurations of applications, as EMR's API has them",
    ),
    of(
        "managed_scaling",
        Kind::Params,
        "",
        "How far the cluster grows and shrinks: ComputeLimits as EMR's API has them",
    )
    .mrjob(InMrjob::Absent),
    of(
        "security_configuration",
        Kind::Text,
        "",
        "Name of a security configuration of EMR's",
    )
    .mrjob(InMrjob::Absent),
    of(
        "security_groups",
        Kind::Params,
        "EMR's own",
        "Security groups by EMR's names: EmrManagedMasterSecurityGroup, …",
    )
    .mrjob(InMrjob::Absent),
    of(
        "prices",
        Kind::Params,
        "",
        "Dollars an hour of instance types, EMR's fee included, for the estimate of --dry-run",
    )
    .mrjob(InMrjob::Absent),
    of(
        "extra_cluster_params",
        Kind::Params,
        "",
        "More parameters of RunJobFlow",
    ),
    of(
        "additional_emr_info",
        Kind::Json,
        "",
        "AdditionalInfo of RunJobFlow",
    ),
    of(
        "iam_instance_profile",
        Kind::Text,
        "EMR_EC2_DefaultRole",
        "IAM instance profile of the nodes",
    )
    .works(),
    of(
        "iam_service_role",
        Kind::Text,
        "EMR_DefaultRole, or EMR_DefaultRole_V2 where only that is there",
        "IAM role of EMR",
    )
    .works(),
    of(
        "emr_step_role",
        Kind::Text,
        "the nodes' own rights",
        "IAM role of the job's steps, by its ARN: a runtime role",
    )
    .works()
    .mrjob(InMrjob::Absent),
    of(
        "aws_access_key_id",
        Kind::Text,
        "AWS's own chain",
        "AWS access key; better left to AWS's own chain",
    )
    .secret(),
    of(
        "aws_secret_access_key",
        Kind::Text,
        "AWS's own chain",
        "AWS secret key; better left to AWS's own chain",
    )
    .secret(),
    of(
        "aws_session_token",
        Kind::Text,
        "AWS's own chain",
        "AWS session token; better left to AWS's own chain",
    )
    .secret(),
    of(
        "cluster_id",
        Kind::Text,
        "",
        "Run on this cluster, which is there",
    )
    .works(),
    of(
        "max_mins_idle",
        Kind::Number,
        "10",
        "Minutes without work after which a cluster ends itself",
    )
    .works(),
    of(
        "max_concurrent_steps",
        Kind::Whole(1),
        "1",
        "Steps that run at once on a cluster that `mrjob create-cluster` makes",
    ),
    of(
        "add_steps_in_batch",
        Kind::Bool,
        "false",
        "Submit all steps at once",
    )
    .with_status(Status::Ignored("all steps are always submitted at once")),
    of(
        "emr_action_on_failure",
        Kind::Text,
        "chosen",
        "ActionOnFailure of steps",
    ),
    of(
        "enable_emr_debugging",
        Kind::Bool,
        "false",
        "EMR's own debugging, for old releases",
    )
    .with_status(Status::Ignored("EMR has its logs of steps without it")),
    of(
        "cloud_tmp_dir",
        Kind::Path,
        "tmp/ in a bucket mrjob-tmp-… of yours, made if there is none",
        "Folder for temporary files on S3",
    )
    .works(),
    of(
        "cloud_log_dir",
        Kind::Path,
        "logs/ in cloud_tmp_dir",
        "Folder for the cluster's logs on S3",
    )
    .works(),
    of(
        "cloud_part_size_mb",
        Kind::Number,
        "100",
        "Size of the parts of an upload, in MiB; 0 is all in one",
    )
    .with_status(Status::Ignored(
        "the size of parts goes by that of the file",
    )),
    of(
        "cloud_fs_sync_secs",
        Kind::Number,
        "0",
        "Seconds to wait after uploads; S3 needs none",
    )
    .with_status(Status::Ignored("S3 shows what is written at once")),
    of(
        "check_cluster_every",
        Kind::Number,
        "30",
        "Seconds between looks at the cluster",
    )
    .works(),
    of(
        "pool_clusters",
        Kind::Bool,
        "false",
        "Share clusters with others",
    ),
    of(
        "pool_name",
        Kind::Text,
        "default",
        "The clusters to share are those of this name",
    )
    .with_status(Status::Ignored(
        "clusters aren't pooled; `cluster_id` names one to run on",
    )),
    of(
        "pool_wait_minutes",
        Kind::Number,
        "0",
        "Minutes to wait for a cluster to share",
    ),
    of(
        "pool_timeout_minutes",
        Kind::Number,
        "",
        "Minutes of waiting for a cluster after which to give up",
    )
    .with_status(Status::Ignored("clusters aren't pooled")),
    of(
        "pool_jitter_seconds",
        Kind::Number,
        "60",
        "Most seconds to wait before a second look at the pool",
    )
    .with_status(Status::Ignored("clusters aren't pooled")),
    of(
        "max_clusters_in_pool",
        Kind::Whole(0),
        "0, without limit",
        "Most clusters in a pool",
    )
    .with_status(Status::Ignored("clusters aren't pooled")),
    of(
        "min_available_mb",
        Kind::Whole(0),
        "0",
        "Free memory that a shared cluster must have, in MiB",
    )
    .with_status(Status::Ignored("clusters aren't pooled")),
    of(
        "min_available_virtual_cores",
        Kind::Whole(0),
        "0",
        "Free virtual cores that a shared cluster must have",
    )
    .with_status(Status::Ignored("clusters aren't pooled")),
    of(
        "ebs_root_volume_gb",
        Kind::Whole(0),
        "0, EMR's own",
        "Size of the nodes' root volume, in GiB",
    ),
    of(
        "docker_image",
        Kind::Text,
        "",
        "Docker image that tasks run in",
    ),
    of(
        "docker_client_config",
        Kind::Text,
        "",
        "Docker's client configuration on HDFS",
    ),
    of("docker_mounts", Kind::List, "", "HOST:CONTAINER:ro"),
    of(
        "ec2_key_pair",
        Kind::Text,
        "",
        "Name of the key pair for ssh",
    )
    .works(),
    of(
        "ec2_key_pair_file",
        Kind::Path,
        "",
        "The key pair's private key, for ssh",
    )
    .with_status(Status::Ignored(
        "no connection by ssh is made; logs are read from S3",
    )),
    of("ssh_bin", Kind::Command, "ssh", "The ssh program")
        .with_status(Status::Ignored("no connection by ssh is made")),
    of(
        "ssh_add_bin",
        Kind::Command,
        "ssh-add",
        "The ssh-add program",
    )
    .with_status(Status::Ignored("no connection by ssh is made")),
    of(
        "ssh_bind_ports",
        Kind::Texts,
        "40001:40840",
        "Ports of this machine for ssh tunnels: a number or FIRST:LAST",
    )
    .with_status(Status::Ignored("no tunnel is opened")),
    of(
        "ssh_tunnel",
        Kind::Bool,
        "false",
        "Open a tunnel to the cluster's web pages",
    )
    .with_status(Status::Ignored(
        "no tunnel is opened; `ssh -i KEY -ND 8157 hadoop@MASTER` is one",
    )),
    of(
        "ssh_tunnel_is_open",
        Kind::Bool,
        "false",
        "Let other machines use the tunnel",
    )
    .with_status(Status::Ignored("no tunnel is opened")),
    of("ec2_endpoint", Kind::Text, "AWS's", "Address of EC2's API"),
    of("emr_endpoint", Kind::Text, "AWS's", "Address of EMR's API"),
    of("iam_endpoint", Kind::Text, "AWS's", "Address of IAM's API"),
    of("s3_endpoint", Kind::Text, "AWS's", "Address of S3's API"),
];

const fn of(
    name: &'static str,
    kind: Kind,
    default: &'static str,
    help: &'static str,
) -> OptionRow {
    row(name, kind, Runners::EMR, default, help)
}
