//! What the machines of EMR's releases have.

/// The release that clusters have unless the user says otherwise.
pub const NEWEST: &str = "emr-7.13.0";

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
