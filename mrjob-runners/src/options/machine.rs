//! Options of the runners on this machine.

use super::row::{InMrjob, Kind, OptionRow, Runners, Status, row};

pub(super) const ROWS: &[OptionRow] = &[
    row(
        "num_cores",
        Kind::Whole(1),
        Runners::MACHINE,
        "one a core",
        "Number of workers",
    )
    .works(),
    row(
        "memory",
        Kind::Size,
        Runners::MACHINE,
        "half of what there is",
        "Memory for the whole run, such as 400M or 2G",
    )
    .works()
    .mrjob(InMrjob::Absent),
    row(
        "hadoop_version",
        Kind::Text,
        Runners::NONE,
        "",
        "Version of Hadoop to resemble",
    )
    .idle_on(Runners::MACHINE)
    .with_status(Status::Ignored(
        "tasks always see the names of properties that Hadoop 2 and 3 have",
    )),
    row(
        "sort_bin",
        Kind::Command,
        Runners::NONE,
        "",
        "The program that sorts",
    )
    .idle_on(Runners::LOCAL)
    .with_status(Status::Ignored("no program is needed to sort")),
];
