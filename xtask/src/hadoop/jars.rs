//! Hadoop from Maven's central repository: a flat folder of archives is the whole installation.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{self, Command, Stdio};
use std::time::Instant;

use super::java;
use crate::cache;
use crate::trouble::Trouble;

const VERSION: &str = "3.4.2";

/// Archives that Maven fetches together.
#[derive(Debug, Clone, Copy)]
pub(super) struct Set {
    name: &'static str,
    pom: &'static str,
    megabytes: u32,
}

/// All that a cluster runs on.
pub(super) const HADOOP: Set = Set {
    name: "hadoop",
    pom: include_str!("pom.xml"),
    megabytes: 100,
};
/// What Hadoop has more of for files in S3.
pub(super) const S3A: Set = Set {
    name: "hadoop-s3a",
    pom: include_str!("s3a.xml"),
    megabytes: 10,
};

/// A folder of archives, which outlives the working tree; they are fetched where they aren't there.
pub(super) fn folder(set: Set) -> Result<PathBuf, Trouble> {
    let cache = cache::folder()?;
    let name = set.name;
    let folder = cache.join(format!("{name}-{VERSION}"));
    if folder.is_dir() {
        return Ok(folder);
    }
    let Some(maven) = java::on_path("mvn") else {
        return Err(Trouble::Missing(
            "no Maven found to fetch Hadoop with; hint: `apt-get install maven`".to_owned(),
        ));
    };
    fs::create_dir_all(&cache).map_err(Trouble::failed(format!("make `{}`", cache.display())))?;
    let on_the_way = cache.join(format!(".{name}-{VERSION}.{}", process::id()));
    let fetched = fetch(set, &maven, &on_the_way).and_then(|()| {
        // Another process may have been quicker.
        match fs::rename(on_the_way.join("lib"), &folder) {
            Err(error) if !folder.is_dir() => Err(Trouble::failed(format!(
                "make `{}`",
                folder.display()
            ))(error)),
            _ => Ok(()),
        }
    });
    let _ = fs::remove_dir_all(&on_the_way);
    fetched.map(|()| folder)
}

fn fetch(set: Set, maven: &Path, dir: &Path) -> Result<(), Trouble> {
    let Set {
        name, megabytes, ..
    } = set;
    eprintln!("fetching {name} {VERSION} by Maven, about {megabytes} MB");
    let begun = Instant::now();
    let pom = dir.join("pom.xml");
    fs::create_dir_all(dir)
        .and_then(|()| fs::write(&pom, set.pom))
        .map_err(Trouble::failed(format!("write `{}`", pom.display())))?;
    let status = Command::new(maven)
        .args(["--batch-mode", "--quiet", "--file"])
        .arg(&pom)
        .args(["dependency:copy-dependencies", "-DincludeScope=runtime"])
        .arg(format!("-DoutputDirectory={}", dir.join("lib").display()))
        .stdin(Stdio::null())
        .stdout(Stdio::from(std::io::stderr()))
        .status()
        .map_err(Trouble::failed("run `mvn`"))?;
    if status.success() {
        eprintln!("fetched in {:.0} s", begun.elapsed().as_secs_f64());
        Ok(())
    } else {
        Err(Trouble::Failed(format!(
            "`mvn` couldn't fetch Hadoop {VERSION}: {status}; its messages are above"
        )))
    }
}
