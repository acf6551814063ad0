//! Java, as it is found on this machine.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use crate::trouble::Trouble;

/// What Hadoop's own script opens, since Java 17 closes it.
const OPENS: [&str; 11] = [
    "java.io",
    "java.lang",
    "java.lang.reflect",
    "java.math",
    "java.net",
    "java.text",
    "java.util",
    "java.util.concurrent",
    "java.util.zip",
    "sun.security.util",
    "sun.security.x509",
];

/// What makes short-lived and small processes start sooner.
pub(super) const QUICK: &str = "-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xshare:auto";

/// The folder of a Java: `$JAVA_HOME`, or that of the `java` on the search path.
pub(super) fn home() -> Result<PathBuf, Trouble> {
    if let Some(home) = env::var_os("JAVA_HOME").map(PathBuf::from)
        && home.join("bin/java").is_file()
    {
        return Ok(home);
    }
    let java = on_path("java").and_then(|java| fs::canonicalize(java).ok());
    let home = java
        .as_deref()
        .and_then(Path::parent)
        .and_then(Path::parent);
    home.map(Path::to_owned).ok_or_else(|| {
        Trouble::Missing(
            "no Java found; hint: `apt-get install openjdk-17-jre-headless`, or set `JAVA_HOME`"
                .to_owned(),
        )
    })
}

/// The options that every process of Hadoop needs.
pub(super) fn options() -> String {
    let opens = OPENS.map(|package| format!("--add-opens=java.base/{package}=ALL-UNNAMED"));
    format!(
        "{} {QUICK} -Djava.net.preferIPv4Stack=true",
        opens.join(" ")
    )
}

/// The program of this name on the search path.
pub(super) fn on_path(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path)
        .map(|dir| dir.join(name))
        .find(|file| file.is_file())
}
