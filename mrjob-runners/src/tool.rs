//! The tool `mrjob`, which launches jobs on EMR for programs that were built without it.

/// What the tool prints when it is asked whether it does: programs of the same version hand their jobs over.
pub const TAKES_OVER: &str = concat!("mrjob ", env!("CARGO_PKG_VERSION"), " launches jobs on emr");

/// The tool on the search path, of this version and built with the runner; why there is none. Python's mrjob has one of the same
/// name.
#[cfg(all(feature = "hadoop", not(feature = "emr")))]
pub(crate) fn find() -> Result<std::path::PathBuf, String> {
    use std::process::{Command, Stdio};

    let path = std::env::var_os("PATH").unwrap_or_default();
    let places = std::env::split_paths(&path).map(|dir| dir.join("mrjob"));
    let mut found = false;
    for place in places.filter(|place| place.is_file()) {
        let asked = Command::new(&place)
            .args(["launch", "--check"])
            .stdin(Stdio::null())
            .output();
        let answer = asked.map(|output| output.stdout).unwrap_or_default();
        if answer.trim_ascii() == TAKES_OVER.as_bytes() {
            return Ok(place);
        }
        found = true;
    }
    Err(match found {
        false => "there is no tool `mrjob` in `$PATH`".to_owned(),
        true => {
            let version = env!("CARGO_PKG_VERSION");
            format!("the `mrjob` in `$PATH` lacks it as well, or isn't version {version}")
        }
    })
}

/// Of a program that has no runner of its own for clusters: it asks nobody.
#[cfg(not(any(feature = "hadoop", feature = "emr")))]
pub(crate) fn find() -> Result<std::path::PathBuf, String> {
    Err("without the feature `hadoop` it can't use the tool `mrjob`".to_owned())
}
