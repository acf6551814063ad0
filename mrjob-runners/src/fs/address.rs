//! Addresses of files and folders: paths of this machine, and URIs.

use std::fmt::{self, Display, Formatter};

use super::system::{SYSTEMS, SystemDef};

/// What the name of a file or folder means.
#[derive(Debug, Clone, Copy)]
pub enum Address<'a> {
    /// A path of this machine, without the `file:` of a URI.
    Local(&'a str),
    /// On a file system that this version knows, whether or not it is built in.
    Known(&'static SystemDef),
    /// A URI of any other scheme.
    Other(&'a str),
    /// A `file:` URI of another machine.
    OtherHost,
}

impl<'a> Address<'a> {
    /// Takes a name apart. A file of this machine may have any name, so look for one of exactly this name first.
    pub fn of(text: &'a str) -> Self {
        let Some(scheme) = scheme(text) else {
            return Address::Local(text);
        };
        if scheme == "file" {
            // Hadoop writes `file:/path` as well as `file:///path`.
            let rest = &text["file:".len()..];
            let path = rest
                .strip_prefix("//localhost")
                .or(rest.strip_prefix("//"))
                .unwrap_or(rest);
            return match path.starts_with('/') {
                true => Address::Local(path),
                false => Address::OtherHost,
            };
        }
        match SYSTEMS.iter().find(|known| known.schemes.contains(&scheme)) {
            Some(system) => Address::Known(system),
            None => Address::Other(scheme),
        }
    }

    /// Whether it is a path of this machine.
    pub fn is_local(self) -> bool {
        matches!(self, Address::Local(_))
    }

    /// The path, where it is of this machine.
    pub fn path(self) -> Option<&'a str> {
        match self {
            Address::Local(path) => Some(path),
            _ => None,
        }
    }
}

/// Where it is, behind "which is": `in S3`, ``a `ftp` URI``.
impl Display for Address<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Address::Local(_) => f.write_str("on this machine"),
            Address::Known(system) => f.write_str(system.place),
            Address::Other(scheme) => write!(f, "a `{scheme}` URI"),
            Address::OtherHost => f.write_str("on another host"),
        }
    }
}

/// The scheme of a URI: two letters or more before `:/`.
pub(crate) fn scheme(text: &str) -> Option<&str> {
    let (scheme, _) = text.split_once(":/")?;
    let mut letters = scheme.bytes();
    let begins = letters
        .next()
        .is_some_and(|byte| byte.is_ascii_alphabetic());
    let goes_on = scheme.len() > 1
        && letters.all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    (begins && goes_on).then_some(scheme)
}

/// Whether `text` may be a pattern.
pub fn is_pattern(text: &str) -> bool {
    text.contains(['*', '?', '[', '{'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_names_mean() {
        let meant = |text| Address::of(text).to_string();
        for here in [
            "a/b",
            "/a",
            "C:/x",
            "a/b://c",
            "-a:/b",
            "a:b",
            "file:///a",
            "file:/a",
            "file://localhost/a",
        ] {
            assert_eq!(meant(here), "on this machine", "{here}");
        }
        assert_eq!(Address::of("file://localhost/a").path(), Some("/a"));
        for (text, place) in [
            ("s3://b/k", "in S3"),
            ("s3a://b/k", "in S3"),
            ("hdfs:///a", "in HDFS"),
            ("hdfs:/a", "in HDFS"),
            ("viewfs://c/a", "in HDFS"),
            ("s3+x:/a", "a `s3+x` URI"),
            ("a.b://c", "a `a.b` URI"),
            ("file://elsewhere/a", "on another host"),
        ] {
            assert_eq!(meant(text), place, "{text}");
        }
    }
}
