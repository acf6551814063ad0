//! `mrjob ls`, `cat`, `cp`, `rm`: files here, in S3 and HDFS.

use clap::{ArgMatches, Command};

use crate::Failure;

mod cat;
mod cp;
mod ls;
mod place;
mod rm;

pub(crate) fn commands() -> [Command; 4] {
    [ls::command(), cat::command(), cp::command(), rm::command()]
}

pub(crate) fn run(name: &str, matches: &ArgMatches) -> Result<(), Failure> {
    match name {
        "ls" => ls::run(matches),
        "cat" => cat::run(matches),
        "cp" => cp::run(matches),
        _ => rm::run(matches),
    }
}
