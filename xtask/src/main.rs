//! Set-up and checks of this repository: `cargo xtask test` is all that a fresh clone needs.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "talks to a person at a terminal"
)]

mod bench;
mod cache;
mod command;
mod hadoop;
mod harness;
mod stage;
mod tally;
mod test;
mod tool;
mod trouble;

use std::env;
use std::process::ExitCode;

const USAGE: &str = "\
Set-up and checks of this repository.

Usage: cargo xtask test [--full] [STAGE]...
       cargo xtask hadoop start [--tls] [DIR]
       cargo xtask hadoop stop|env [DIR]
       cargo xtask bench [--rows W1w,…,claims] [--size 100m] [--pairs N] [--no-peers] [--largest]
       cargo xtask bench --hadoop [--size 500m] [--pairs N]

Without a stage it runs all that a change must pass; `--full` adds the stages that take long. It goes on after a
failure, and ends with the time of each stage, the reasons of skips, the names of failures and a line
`N passed, N failed, N skipped`. Exit codes: 0 nothing failed, 1 something did, 2 wrong usage. With `CI` set, a test
that misses a service counts as failed. A cluster that doesn't start is one failure, and the tests that need it count
as skipped. A test program that prints nothing for 20 minutes is killed and counts as failed.

`hadoop start` runs a Hadoop cluster of six processes on this machine, in DIR, and prints what a shell
executes to use it (`eval \"$(cargo xtask hadoop env)\"` does, too); `hadoop stop` ends it and deletes DIR. It
needs Java and takes 1.5 GB of memory; the first start needs Maven, which fetches 100 MB. With `--tls` its web
servers speak TLS alone; DIR/ca.pem is their authority.

`bench` builds the jobs in `benches` and what they are compared with, makes the data (kept in the user's cache), runs all of
them in turns and writes `benches/RESULTS.md`. It takes half an hour, 10 GB of disk, root for the row in little memory, and a machine
that does nothing else. DuckDB, Polars, Spark (where there is Java) and Python's mrjob come from Python's package index, the text from
Debian's packages; what can't be had is left out and said. `--largest` goes up to 10 GB. With `--hadoop`
it starts a cluster, runs word count and sort there beside Java's own examples and Python's streaming, and writes
`benches/HADOOP.md`: an hour.

Stages:
";

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    if arguments
        .iter()
        .any(|argument| argument == "-h" || argument == "--help")
    {
        print!("{}", usage());
        return ExitCode::SUCCESS;
    }
    match arguments.split_first() {
        Some((command, rest)) if command == "test" => {
            let (full, names): (Vec<String>, Vec<String>) = rest
                .iter()
                .cloned()
                .partition(|argument| argument == "--full");
            match stage::pick(&names, !full.is_empty()) {
                Ok(stages) => test::run(&stages),
                Err(unknown) => misused(&unknown.to_string()),
            }
        }
        Some((command, rest)) if command == "hadoop" => hadoop::main(rest)
            .unwrap_or_else(|| misused("`hadoop` takes `start`, `stop` or `env`, and a folder")),
        Some((command, rest)) if command == "bench" => {
            bench::main(rest).unwrap_or_else(|complaint| misused(&complaint))
        }
        Some((command, _)) => misused(&format!("unknown command `{command}`")),
        None => misused("no command given"),
    }
}

fn usage() -> String {
    let stages = stage::STAGES
        .iter()
        .map(|stage| format!("  {:<12} {}{}\n", stage.name, stage.about, stage.when));
    USAGE
        .chars()
        .chain(stages.collect::<String>().chars())
        .collect()
}

fn misused(complaint: &str) -> ExitCode {
    eprintln!("error: {complaint}\n\n{}", usage());
    ExitCode::from(2)
}
