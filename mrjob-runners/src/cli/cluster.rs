//! What the command line and the options say of a cluster.

use std::ffi::OsString;
#[cfg(feature = "hadoop")]
use std::path::{Path, PathBuf};

#[cfg(feature = "hadoop")]
use super::cleanup;
#[cfg(feature = "hadoop")]
use super::problems::{Problems, said};
#[cfg(feature = "hadoop")]
use crate::config::Settings;
#[cfg(feature = "hadoop")]
use crate::hadoop::HadoopConfig;

/// Whether an input is a cluster's: a URI that isn't of this machine.
pub(super) fn is_remote(given: &OsString) -> bool {
    let text = given.to_string_lossy();
    let scheme = text.split_once(":/").map(|(scheme, _)| scheme);
    scheme.is_some_and(|scheme| {
        scheme != "file"
            && scheme
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    })
}

/// What the options say of a cluster.
#[cfg(feature = "hadoop")]
pub(super) fn config(
    settings: &Settings,
    remote: Vec<OsString>,
    problems: &mut Problems,
) -> HadoopConfig {
    let mut config = HadoopConfig::default();
    let mut text = |path: PathBuf| match path.into_os_string().into_string() {
        Ok(text) => text,
        Err(path) => {
            problems.add(format_args!(
                "`{}` isn't UTF-8, as names on a cluster are",
                path.display()
            ));
            String::new()
        }
    };
    config.inputs = remote.into_iter().map(|uri| text(uri.into())).collect();
    config.output = settings.path("output_dir").map(&mut text);
    config.step_output = settings.path("step_output_dir").map(&mut text);
    if let Some(dir) = settings.path("hadoop_tmp_dir") {
        config.tmp_dir = text(dir);
    }
    config.bin = settings.command("hadoop_bin").unwrap_or_default();
    config.streaming_jar = settings.path("hadoop_streaming_jar");
    config.extra_args = settings.list("hadoop_extra_args");
    config.libjars = settings.list("libjars");
    config.cmdenv = settings.pairs("cmdenv");
    config.files = settings.list("files");
    config.archives = settings.list("archives");
    for name in ["setup", "sh_bin", "dirs"] {
        if settings.is_set(name) {
            problems.add(format_args!(
                "{} isn't in this version yet with `-r hadoop`\nhint: leave it out for now; without it the job might do something else",
                said(settings, name)
            ));
        }
    }
    for path in config
        .files
        .iter()
        .chain(&config.archives)
        .chain(&config.libjars)
    {
        let path = path
            .rsplit_once('#')
            .map_or(path.as_str(), |(path, _)| path);
        if !is_remote(&path.into()) && !Path::new(path).is_file() {
            problems.add(format_args!(
                "`{path}`, which the cluster is to get, isn't a file"
            ));
        }
    }
    config.read_logs = settings.bool("read_logs").unwrap_or(true);
    config.check_input_paths = settings.bool("check_input_paths").unwrap_or(true);
    config.cleanup = cleanup::on_cluster(
        settings.words("cleanup"),
        settings.words("cleanup_on_failure"),
    );
    config
}
