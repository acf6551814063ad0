//! What the machines of EMR's releases have.

/// The release that clusters have unless the user says otherwise: the newest one of 30 November 2026, out since 8 September.
/// From AWS's page "Amazon EMR release 7.14.0".
pub const NEWEST: &str = "emr-7.14.0";

/// Labels of the releases that have Spark and no Hadoop begin with this.
const SPARK_ALONE: &str = "emr-spark-";

/// The version of the GNU C library of a release, and the system that it is of; none, if the release isn't known.
pub fn glibc(label: &str) -> Option<((u32, u32), &'static str)> {
    let version = label.strip_prefix("emr-")?;
    match version.split('.').next()?.parse() {
        Ok(7) => Some(((2, 34), "Amazon Linux 2023")),
        Ok(6) => Some(((2, 26), "Amazon Linux 2")),
        // Before 5.30 it was Amazon Linux 1, with less.
        Ok(5) => Some(((2, 26), "Amazon Linux")),
        _ => None,
    }
}

/// Whether a release has Hadoop, and with it Hadoop Streaming.
pub fn has_hadoop(label: &str) -> bool {
    !label.starts_with(SPARK_ALONE)
}

/// Whether clusters of a release end by themselves when they are idle, and grow and shrink with their work: from 5.30 and from 6.1
/// on, by AWS's pages "Using an auto-termination policy" and "Managed scaling". Of labels of another form nothing is known, so
/// they do.
pub fn has_policies(label: &str) -> bool {
    match version(label) {
        Some((5, minor)) => minor >= 30,
        Some(version) => version >= (6, 1),
        None => true,
    }
}

/// Whether steps on clusters of a release may have a role of their own: from 6.7 on, by AWS's page "Runtime roles for Amazon EMR
/// steps". Of labels of another form nothing is known, so they may.
pub fn has_step_roles(label: &str) -> bool {
    version(label).is_none_or(|version| version >= (6, 7))
}

/// The first two numbers of `emr-7.14.0`.
fn version(label: &str) -> Option<(u32, u32)> {
    let mut numbers = label.strip_prefix("emr-")?.split('.');
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_releases_have() {
        for label in ["emr-5.30.0", "emr-5.36.2", "emr-6.1.0", NEWEST, "mine"] {
            assert!(has_policies(label), "{label}");
        }
        for label in ["emr-4.9.6", "emr-5.29.0", "emr-6.0.0"] {
            assert!(!has_policies(label), "{label}");
        }
        assert!(has_hadoop(NEWEST) && !has_hadoop("emr-spark-8.0.0"));
    }
}
