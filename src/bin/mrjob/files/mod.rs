//! `mrjob ls`, `cat`, `cp`, `rm`: files here, in S3 and HDFS.

use clap::{ArgMatches, Command};

use crate::Ended;

#[cfg(feature = "emr")]
mod cat;
#[cfg(feature = "emr")]
mod cp;
#[cfg(feature = "emr")]
mod ls;
#[cfg(feature = "emr")]
mod place;
#[cfg(feature = "emr")]
mod rm;

#[cfg(feature = "emr")]
pub(crate) fn commands() -> [Command; 4] {
    [ls::command(), cat::command(), cp::command(), rm::command()]
}

#[cfg(feature = "emr")]
pub(crate) fn run(name: &str, matches: &ArgMatches) -> Result<(), Ended> {
    match name {
        "ls" => ls::run(matches),
        "cat" => cat::run(matches),
        "cp" => cp::run(matches),
        _ => rm::run(matches),
    }
}

/// Without S3 and HDFS there is nothing that the shell's own don't do.
#[cfg(not(feature = "emr"))]
pub(crate) fn commands() -> [Command; 4] {
    [
        ("ls", "List files, here, in S3 or HDFS"),
        ("cat", "Print files, here, in S3 or HDFS, decompressed"),
        ("cp", "Copy files between here, S3 and HDFS"),
        ("rm", "Delete files, here, in S3 or HDFS"),
    ]
    .map(|(name, about)| {
        let rest = clap::Arg::new("rest").num_args(0..).trailing_var_arg(true);
        let rest = rest.allow_hyphen_values(true).hide(true);
        Command::new(name).about(about).arg(rest)
    })
}

#[cfg(not(feature = "emr"))]
pub(crate) fn run(name: &str, _: &ArgMatches) -> Result<(), Ended> {
    let message = format!(
        "`mrjob {name}` is for files in S3 and HDFS, which this tool was built without\n\
         hint: `cargo install --path . --features emr` builds it with them"
    );
    Err(vec![message].into())
}
