//! Options of all runners.

use super::row::{InMrjob, Kind, OptionRow, Runners, row};

pub(super) const ROWS: &[OptionRow] = &[
    row(
        "jobconf",
        Kind::Jobconf,
        Runners::ALL,
        "",
        "Hadoop properties for all steps",
    )
    .works(),
    row(
        "reducers",
        Kind::Whole(1),
        Runners::ALL,
        "even ranges of keys",
        "Divide the keys among N reduce tasks as Hadoop does",
    )
    .works()
    .mrjob(InMrjob::Absent),
    row(
        "output_dir",
        Kind::Path,
        Runners::ALL,
        "",
        "Write the output as part files to this new folder",
    )
    .works()
    .mrjob(InMrjob::Absent),
    row(
        "cat_output",
        Kind::Bool,
        Runners::ALL,
        "true without output_dir",
        "Write the output to standard output",
    )
    .works()
    .mrjob(InMrjob::Absent),
    row(
        "step_output_dir",
        Kind::Path,
        Runners::ALL,
        "",
        "Keep the output of the steps before the last in DIR/0000, DIR/0001, …",
    )
    .works()
    .mrjob(InMrjob::Absent),
    row(
        "local_tmp_dir",
        Kind::Path,
        Runners::ALL,
        "the system's",
        "Folder for temporary files",
    )
    .works(),
    row(
        "label",
        Kind::Text,
        Runners::ALL,
        "the job's name",
        "First part of the name of a run",
    )
    .works(),
    row(
        "owner",
        Kind::Text,
        Runners::ALL,
        "who is logged in",
        "Second part of the name of a run",
    )
    .works(),
    row(
        "cleanup",
        Kind::Cleanup,
        Runners::ALL,
        "ALL",
        "What is deleted when a job is done: ALL, NONE, or some of LOCAL_TMP, HADOOP_TMP, CLOUD_TMP, TMP, LOGS, JOB, CLUSTER",
    )
    .works(),
    row(
        "cleanup_on_failure",
        Kind::Cleanup,
        Runners::ALL,
        "ALL",
        "What is deleted when a job has failed",
    )
    .works(),
    row(
        "region",
        Kind::Text,
        Runners::WITH_S3,
        "the environment's, else the profile's",
        "AWS region, for programs that have S3",
    )
    .works(),
    row(
        "aws_profile",
        Kind::Text,
        Runners::WITH_S3,
        "the environment's",
        "Profile of AWS's files, for programs that have S3",
    )
    .works()
    .mrjob(InMrjob::Absent),
    row(
        "hdfs_url",
        Kind::Text,
        Runners::WITH_HDFS,
        "of Hadoop's configuration",
        "Address of HDFS's web service: WebHDFS, HttpFS or Knox, https://HOST:PORT/PATH",
    )
    .works()
    .secret()
    .mrjob(InMrjob::Absent),
    row(
        "hadoop_ca_file",
        Kind::Path,
        Runners::WITH_HDFS,
        "the system's alone",
        "File with certificates of authorities to trust beside the system's, as PEM",
    )
    .works()
    .mrjob(InMrjob::Absent),
    row(
        "hadoop_patience",
        Kind::Whole(0),
        Runners::WITH_HDFS,
        "120",
        "Seconds for which a server is asked again that is down, slow or restarting",
    )
    .works()
    .mrjob(InMrjob::Absent),
    row(
        "tags",
        Kind::Dict,
        Runners::WITH_S3,
        "",
        "Tags of what is made in AWS, for who shares the bill: objects, clusters",
    )
    .works(),
    row(
        "cmdenv",
        Kind::Env,
        Runners::ALL,
        "",
        "Environment variables of tasks",
    )
    .works(),
    row(
        "setup",
        Kind::List,
        Runners::ALL,
        "",
        "Shell lines that run before tasks, once a working directory",
    )
    .works(),
    row(
        "sh_bin",
        Kind::Command,
        Runners::ALL,
        "/bin/sh -e",
        "The shell that runs setup",
    )
    .works(),
    row(
        "files",
        Kind::Paths,
        Runners::ALL,
        "",
        "Files for the working directory of tasks, perhaps under another name",
    )
    .works()
    .mrjob(InMrjob::Named("upload_files")),
    row(
        "dirs",
        Kind::Paths,
        Runners::ALL,
        "",
        "Folders for the working directory of tasks",
    )
    .works()
    .mrjob(InMrjob::Named("upload_dirs")),
    row(
        "archives",
        Kind::Paths,
        Runners::ALL,
        "",
        "Archives, unpacked in the working directory of tasks",
    )
    .works()
    .mrjob(InMrjob::Named("upload_archives")),
    row(
        "libjars",
        Kind::Paths,
        Runners::CLUSTERS,
        "",
        "Java archives for Hadoop's class path",
    )
    .works()
    .idle_on(Runners::MACHINE),
    row(
        "read_logs",
        Kind::Bool,
        Runners::CLUSTERS,
        "true",
        "Read the cluster's logs to say why a job failed",
    )
    .works()
    .idle_on(Runners::MACHINE),
    row(
        "check_input_paths",
        Kind::Bool,
        Runners::CLUSTERS,
        "true",
        "Check before the start that inputs exist",
    )
    .works()
    .idle_on(Runners::MACHINE),
];
