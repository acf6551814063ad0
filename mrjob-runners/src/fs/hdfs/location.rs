//! Where a file of the cluster is.

use std::fmt;

use crate::fs::address::scheme;

/// A URI of a file system of the cluster.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Location(String);

/// Whether `text` begins as a URI does: `hdfs:`, `s3a:`.
pub(crate) fn has_scheme(text: &str) -> bool {
    scheme(text).is_some()
}

impl Location {
    /// What a person means: a URI is itself, an absolute path is on the default file system, any other in the folder `home`.
    pub(crate) fn of(text: &str, default: &str, home: &str) -> Self {
        let (whole, text) = (text, text.trim_end_matches('/'));
        if has_scheme(whole) && text.ends_with(':') {
            // A root, of which the slashes are all.
            Location(whole.to_owned())
        } else if has_scheme(text) {
            Location(text.to_owned())
        } else if text.starts_with('/') || text.is_empty() {
            Location(format!("{default}{text}"))
        } else {
            Location(format!("{default}{home}/{text}"))
        }
    }

    /// What is below it by this name.
    pub(crate) fn join(&self, name: &str) -> Self {
        let separator = if self.0.ends_with('/') { "" } else { "/" };
        Location(format!("{}{separator}{name}", self.0))
    }

    /// The folder that it is in, and its name there; the root has none.
    pub(crate) fn split(&self) -> Option<(Self, &str)> {
        let (scheme, rest) = self.0.split_once(":/")?;
        let before_path = match rest.strip_prefix('/') {
            Some(rest) => scheme.len() + "://".len() + rest.find('/')?,
            None => scheme.len() + ":".len(),
        };
        let (folder, name) = self.0[before_path..].rsplit_once('/')?;
        let folder = &self.0[..before_path + folder.len()];
        // Without a machine the slash of the root is all that says where it is.
        let is_bare_root = folder.len() == before_path && folder.ends_with(['/', ':']);
        let slash = if is_bare_root { "/" } else { "" };
        (!name.is_empty()).then(|| (Location(format!("{folder}{slash}")), name))
    }

    /// The path on the file system `default`, if it is there: `hdfs://node:8020/x`, and `hdfs:///x` as well.
    pub(crate) fn path_on(&self, default: &str) -> Option<&str> {
        let path = match self.0.strip_prefix(default) {
            Some(path) => path,
            None => {
                let (scheme, _) = default.split_once(':')?;
                let rest = self.0.strip_prefix(scheme)?.strip_prefix(':')?;
                rest.strip_prefix("//")
                    .filter(|path| path.starts_with('/'))
                    .or_else(|| {
                        (rest.starts_with('/') && !rest.starts_with("//")).then_some(rest)
                    })?
            }
        };
        match path {
            "" => Some("/"),
            path => path.starts_with('/').then_some(path),
        }
    }

    /// Its text.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEFAULT: &str = "hdfs://node:8020";

    #[test]
    fn what_people_mean() {
        let meant = |text| Location::of(text, DEFAULT, "/user/ann").0;
        assert_eq!(meant("out"), "hdfs://node:8020/user/ann/out");
        assert_eq!(meant("/out/"), "hdfs://node:8020/out");
        assert_eq!(meant("hdfs:///out"), "hdfs:///out");
        assert_eq!(meant("hdfs:///"), "hdfs:///");
        assert_eq!(meant("s3a://bucket/out/"), "s3a://bucket/out");
        assert!(!has_scheme("a b:/c") && !has_scheme("out:x") && has_scheme("file:/x"));
    }

    #[test]
    fn paths_on_the_default_file_system() {
        let path = |text: &str| {
            Location(text.to_owned())
                .path_on(DEFAULT)
                .map(str::to_owned)
        };
        assert_eq!(path("hdfs://node:8020/a").unwrap(), "/a");
        assert_eq!(path("hdfs:///a").unwrap(), "/a");
        assert_eq!(path("hdfs:/a").unwrap(), "/a");
        assert_eq!(path("hdfs://node:8020").unwrap(), "/");
        assert_eq!(path("hdfs://node:80201/a"), None);
        assert_eq!(path("hdfs://other/a"), None);
        assert_eq!(path("s3a://bucket/a"), None);
    }

    #[test]
    fn folders_and_names() {
        let place = Location("hdfs://node/a/b".to_owned());
        let (parent, name) = place.split().unwrap();
        assert_eq!((parent.as_str(), name), ("hdfs://node/a", "b"));
        assert!(Location("hdfs://node".to_owned()).split().is_none());
        assert_eq!(parent.split().unwrap().0.as_str(), "hdfs://node");
        for (out, root, beside) in [
            ("hdfs:///out", "hdfs:///", "hdfs:///.out"),
            ("hdfs:/out", "hdfs:/", "hdfs:/.out"),
            ("hdfs://node/out", "hdfs://node", "hdfs://node/.out"),
        ] {
            let place = Location(out.to_owned());
            let (parent, name) = place.split().unwrap();
            assert_eq!((parent.as_str(), name), (root, "out"));
            assert_eq!(parent.join(".out").as_str(), beside);
        }
        for root in ["hdfs:///", "hdfs://node/", "hdfs:/", "hdfs://node"] {
            assert!(Location(root.to_owned()).split().is_none(), "{root}");
        }
    }
}
