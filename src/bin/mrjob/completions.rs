//! `mrjob completions`: what a shell completes after `mrjob`.

use clap::{Arg, ArgMatches, Command, value_parser};
use clap_complete::Shell;

use crate::{Refused, print};

pub(crate) fn command() -> Command {
    Command::new("completions")
        .about("Print a script by which a shell completes this command; a job has `--completions SHELL`")
        .arg(
            Arg::new("shell")
                .value_name("SHELL")
                .required(true)
                .value_parser(value_parser!(Shell))
                .help("The shell"),
        )
}

pub(crate) fn run(matches: &ArgMatches) -> Result<(), Refused> {
    let shell: Shell = *matches.get_one("shell").expect("clap asks for it");
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut crate::command(), "mrjob", &mut script);
    print(&String::from_utf8_lossy(&script))
}
