//! Options of the runner for Hadoop clusters, and those that it shares with EMR's.

use super::row::{InMrjob, Kind, OptionRow, Runners, Status, row};

pub(super) const ROWS: &[OptionRow] = &[
    row(
        "hadoop_bin",
        Kind::Command,
        Runners::HADOOP,
        "searched for",
        "The hadoop program",
    )
    .works(),
    row(
        "hadoop_streaming_jar",
        Kind::Path,
        Runners::CLUSTERS,
        "searched for",
        "Hadoop's archive for streaming; on EMR file:// is a path on the master node",
    )
    .works(),
    row(
        "hadoop_extra_args",
        Kind::List,
        Runners::CLUSTERS,
        "",
        "More arguments for Hadoop streaming",
    )
    .works(),
    row(
        "hadoop_input_format",
        Kind::Text,
        Runners::CLUSTERS,
        "lines",
        "Java class that reads the input of the first step",
    )
    .works()
    .mrjob(InMrjob::Absent),
    row(
        "hadoop_output_format",
        Kind::Text,
        Runners::CLUSTERS,
        "lines",
        "Java class that writes the output of the last step",
    )
    .works()
    .mrjob(InMrjob::Absent),
    row(
        "shuffle",
        Kind::Choice(&["block", "text"]),
        Runners::CLUSTERS,
        "block",
        "How records go to reducers: sorted by the job, in blocks, or by Hadoop, as lines that people can read",
    )
    .works()
    .mrjob(InMrjob::Absent),
    row(
        "hadoop_log_dirs",
        Kind::Paths,
        Runners::HADOOP,
        "searched for",
        "Where Hadoop's logs are",
    )
    .with_status(Status::Ignored(
        "logs are read from the cluster's web services",
    )),
    row(
        "hadoop_tmp_dir",
        Kind::Path,
        Runners::HADOOP,
        "tmp/mrjob",
        "Folder for temporary files on HDFS",
    )
    .works(),
    row(
        "splits",
        Kind::Choice(&["own", "hadoop"]),
        Runners::HADOOP,
        "own where that is possible",
        "Who divides the input and reads it: map tasks by themselves (own), or Hadoop",
    )
    .works()
    .mrjob(InMrjob::Absent),
    row(
        "total_order",
        Kind::Bool,
        Runners::HADOOP,
        "false",
        "Give reduce tasks ranges of keys, so that the part files in a row are in order",
    )
    .works()
    .mrjob(InMrjob::Absent),
];
