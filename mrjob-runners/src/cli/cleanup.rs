//! What is deleted after a run, as `--cleanup MODES` says it.

use crate::config::cleanup_problem;
use crate::plan::Cleanup;

/// The modes that delete temporary files on this machine.
const HERE: [&str; 3] = ["ALL", "TMP", "LOCAL_TMP"];

/// Reads modes with commas between them.
///
/// # Errors
///
/// A sentence for the user.
pub(super) fn parse(text: &str) -> Result<Vec<String>, String> {
    let modes: Vec<&str> = text.split(',').map(str::trim).collect();
    match cleanup_problem(&modes) {
        None => Ok(modes.into_iter().map(str::to_owned).collect()),
        Some((message, hint)) => Err(format!("it {message}; hint: {hint}")),
    }
}

/// The modes that delete temporary files on a Hadoop cluster.
#[cfg(feature = "hadoop")]
const ON_CLUSTER: [&str; 3] = ["ALL", "TMP", "HADOOP_TMP"];

/// What is deleted on this machine; everything, where nobody says anything.
pub(super) fn here(done: Option<Vec<&str>>, failed: Option<Vec<&str>>) -> Cleanup {
    of(&HERE, done, failed)
}

/// What is deleted on a Hadoop cluster.
#[cfg(feature = "hadoop")]
pub(super) fn on_cluster(done: Option<Vec<&str>>, failed: Option<Vec<&str>>) -> Cleanup {
    of(&ON_CLUSTER, done, failed)
}

/// What is deleted in S3.
#[cfg(feature = "emr")]
pub(super) fn in_cloud(done: Option<Vec<&str>>, failed: Option<Vec<&str>>) -> Cleanup {
    of(&["ALL", "TMP", "CLOUD_TMP"], done, failed)
}

fn of(deleting: &[&str], done: Option<Vec<&str>>, failed: Option<Vec<&str>>) -> Cleanup {
    let deletes = |modes: Option<Vec<&str>>| {
        modes.is_none_or(|modes| modes.iter().any(|mode| deleting.contains(mode)))
    };
    Cleanup {
        when_done: deletes(done),
        when_failed: deletes(failed),
    }
}
