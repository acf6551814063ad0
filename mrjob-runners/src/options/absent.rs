//! mrjob's options that are refused here, with the reason and what to do instead.

use super::row::{OptionRow, Refusal, refused};

pub(super) const ROWS: &[OptionRow] = &[
    python("bootstrap_mrjob"),
    python("bootstrap_python"),
    python("python_bin"),
    python("task_python_bin"),
    refused(
        "py_files",
        &Refusal {
            why: "a job is one program, which has no Python files",
            instead: "`files` puts any file beside each task",
        },
    ),
    refused(
        "max_hours_idle",
        &Refusal {
            why: "the time is said in minutes today",
            instead: "`max_mins_idle: 60` is an hour",
        },
    ),
    refused(
        "strict_protocols",
        &Refusal {
            why: "a record that can't be read always fails its task",
            instead: "leave it out",
        },
    ),
    spark("bootstrap_spark"),
    spark("emulate_map_input_file"),
    spark("max_output_files"),
    spark("skip_internal_protocol"),
    spark("spark_args"),
    spark("spark_deploy_mode"),
    spark("spark_master"),
    spark("spark_submit_bin"),
    spark("spark_tmp_dir"),
    refused(
        "s3_region",
        &Refusal {
            why: "it makes buckets for Spark, which isn't there",
            instead: "`region` in the section `emr` says where buckets are made",
        },
    ),
    dataproc("cluster_properties"),
    dataproc("core_instance_config"),
    dataproc("gcloud_bin"),
    dataproc("gcs_region"),
    dataproc("master_instance_config"),
    dataproc("network"),
    dataproc("project_id"),
    dataproc("service_account"),
    dataproc("service_account_scopes"),
    dataproc("task_instance_config"),
];

const fn python(name: &'static str) -> OptionRow {
    refused(
        name,
        &Refusal {
            why: "a job is one program that needs no Python",
            instead: "leave it out; `setup` prepares what a task calls itself",
        },
    )
}

const fn spark(name: &'static str) -> OptionRow {
    refused(
        name,
        &Refusal {
            why: "there are no Spark steps and no runner for Spark",
            instead: "leave it out; `hadoop` and `emr` run steps without Spark",
        },
    )
}

const fn dataproc(name: &'static str) -> OptionRow {
    refused(
        name,
        &Refusal {
            why: "there is no runner for Google Cloud Dataproc",
            instead: "leave it out; `hadoop` is for a cluster of any provider",
        },
    )
}
