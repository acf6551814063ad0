//! The tool `mrjob`, which launches jobs on EMR for programs that were built without it.

use std::env;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// What the tool prints when it is asked whether it does: programs of the same version hand their jobs over.
pub const TAKES_OVER: &str = concat!("mrjob ", env!("CARGO_PKG_VERSION"), " launches jobs on emr");

/// The tool on the search path, of this version and built with the runner. Python's mrjob has one of the same name.
pub(crate) fn find() -> Option<PathBuf> {
    let takes_over = |tool: &PathBuf| {
        let mut command = Command::new(tool);
        let asked = command.args(["launch", "--check"]).stdin(Stdio::null());
        let answer = asked.output().map(|output| output.stdout);
        answer.is_ok_and(|answer| answer.trim_ascii() == TAKES_OVER.as_bytes())
    };
    let path = env::var_os("PATH")?;
    let mut places = env::split_paths(&path).map(|dir| dir.join("mrjob"));
    places.find(|place| place.is_file() && takes_over(place))
}
