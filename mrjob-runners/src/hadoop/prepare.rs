//! What is looked up before anything is made on the cluster.

use std::env;
use std::path::Path;
use std::process::Command;

use mrjob_core::codec::Codec;
use tempfile::TempDir;

use super::cluster::Cluster;
use super::hdfs::FileSystems;
use super::site::Site;
use super::{HadoopConfig, HadoopError, has_scheme, output};
use crate::executable::Executable;
use crate::input::addresses_overlap;
use crate::output::{OutputError, part_path};
use crate::runner::Run;
use crate::web::Credentials;

/// The file system that paths without a scheme are in.
pub(super) fn default_file_system(site: &Site) -> Result<String, HadoopError> {
    let named = site
        .get("fs.defaultFS")
        .or_else(|| site.get("fs.default.name"));
    let found = match &named {
        Some(uri) if has_scheme(uri) && !uri.starts_with("file:") => {
            return Ok(uri.trim_end_matches('/').to_owned());
        }
        Some(uri) => format!("`{uri}`"),
        None => "not set".to_owned(),
    };
    Err(HadoopError::NoCluster {
        dir: site.dir().to_owned(),
        found,
    })
}

/// What runs tasks.
pub(super) enum Framework {
    Yarn,
    /// Hadoop's client, one after the other.
    Local,
}

pub(super) fn framework(site: &Site) -> Result<Framework, HadoopError> {
    let found = site.get("mapreduce.framework.name");
    match found.as_deref() {
        Some("yarn") => Ok(Framework::Yarn),
        Some("local") => Ok(Framework::Local),
        _ => Err(HadoopError::NotYarn {
            found: found.map_or("not set".to_owned(), |found| format!("`{found}`")),
            conf_dir: site.dir().to_owned(),
        }),
    }
}

/// A folder of this machine for temporary files.
pub(super) fn temp_folder(run: &Run<'_>) -> Result<TempDir, HadoopError> {
    let dir = run.plan.temp_dir.display();
    let action = format!("make a folder in `{dir}`");
    run.temp_folder().map_err(HadoopError::io(action))
}

/// Checks that the machines of the cluster, of which some are asked, can execute this program, and says what that needs.
pub(super) fn check_program(cluster: &Cluster) -> Result<String, HadoopError> {
    let path = env::current_exe().map_err(HadoopError::io("find this program's own file"))?;
    let read = || HadoopError::io(format!("read `{}`", path.display()));
    let program = Executable::read(&path).map_err(read())?;
    for (node, system) in cluster.systems() {
        if let Err(mismatch) = program.check(&system) {
            return Err(HadoopError::Program { mismatch, node });
        }
    }
    Ok(match program.glibc() {
        Some((major, minor)) => format!(
            "this program needs GNU's C library {major}.{minor} or newer on the cluster's machines"
        ),
        None => "this program needs no C library on the cluster's machines".to_owned(),
    })
}

/// Checks that no output is in an input, nor an input in it.
pub(super) fn check_overlaps(
    files: &FileSystems,
    config: &HadoopConfig,
    compression: Option<Codec>,
) -> Result<(), HadoopError> {
    let part = part_path(Path::new(""), 0, compression);
    let step_part = part_path(Path::new("0000"), 0, None);
    for (dir, part) in [(&config.output, part), (&config.step_output, step_part)] {
        let Some(dir) = dir else { continue };
        let output = files.address(&files.locate(dir));
        let overlaps = |input: &&String| {
            let input = files.address(&files.locate(input));
            addresses_overlap(&input, &output, &part.to_string_lossy())
        };
        if let Some(input) = config.inputs.iter().find(overlaps) {
            return Err(HadoopError::Overlap(OutputError::Overlap {
                output: dir.clone(),
                input: input.clone(),
            }));
        }
    }
    Ok(())
}

/// Checks that what steps before the last one write has a place.
pub(super) fn check_step_output(
    files: &FileSystems,
    config: &HadoopConfig,
    steps: usize,
) -> Result<(), HadoopError> {
    let Some(dir) = &config.step_output else {
        return Ok(());
    };
    for number in 0..steps.saturating_sub(1) {
        let named = format!("{dir}/{number:04}");
        let place = files.locate(&named);
        output::check(files, &place, &named)?;
        // Hadoop itself wants no folder there, not even an empty one.
        files
            .delete(&place)
            .map_err(HadoopError::hdfs(format!("delete `{place}`")))?;
    }
    Ok(())
}

/// What says at HDFS's web service who `user` is, where that takes a password or a token.
pub(super) fn credentials(user: &str) -> Option<Credentials> {
    let variable = |name: &str| env::var(name).ok().filter(|value| !value.is_empty());
    let token = variable("MRJOB_HDFS_TOKEN").map(Credentials::Token);
    let password = || Some(Credentials::basic(user, &variable("MRJOB_HDFS_PASSWORD")?));
    token.or_else(password)
}

/// Who is logged in, as Hadoop sees it.
pub(super) fn user() -> String {
    if let Ok(user) = env::var("HADOOP_USER_NAME")
        && !user.is_empty()
    {
        return user;
    }
    let output = Command::new("id").arg("-un").output();
    let named = output.ok().filter(|output| output.status.success());
    let named = named.and_then(|output| String::from_utf8(output.stdout).ok());
    let named = named.map(|name| name.trim().to_owned());
    named.or_else(|| env::var("USER").ok()).unwrap_or_default()
}
