//! A step of nothing but shell commands, which the command line gives.

use std::process::ExitCode;

use mrjob::prelude::*;

/// Run two commands as mapper and reducer.
#[derive(MrJob)]
#[mrjob(sort_values)]
struct Pipeline {
    /// The mapper.
    #[arg(long, default_value = "cat")]
    map_by: String,
    /// The reducer.
    #[arg(long, default_value = "cat")]
    reduce_by: String,
}

#[mrjob::steps]
impl Pipeline {
    #[mapper_cmd]
    fn map(&self) -> String {
        self.map_by.clone()
    }

    #[reducer_cmd]
    fn reduce(&self) -> String {
        self.reduce_by.clone()
    }
}

fn main() -> ExitCode {
    Pipeline::run()
}
