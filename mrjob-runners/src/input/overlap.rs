//! Output that a later run would read as input.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Component, Path, PathBuf};

use super::place::Place;
use super::walk;
use crate::fs::glob::Names;

/// Whether `given`, an input of this machine, means files below the folder `output`, or is in it. `part` is a file that will
/// be there.
pub(crate) fn overlaps(given: &OsStr, output: &Path, part: &Path) -> bool {
    let output = resolved(output);
    if output.is_file() {
        // It is refused as what it is.
        return false;
    }
    match Place::of(given) {
        Ok(Place::Path(path)) => {
            resolved(&path).starts_with(&output) || path.is_dir() && holds(&path, &output)
        }
        Ok(Place::Pattern(pattern)) => {
            let (folder, rest) = plain(&pattern);
            let folder = resolved(folder);
            let all = format!("{}/{rest}", folder.display());
            let below = super::expand(&pattern).unwrap_or_default();
            folder.starts_with(&output)
                || means(&all, &output.join(part).to_string_lossy())
                || below
                    .iter()
                    .any(|path| path.is_dir() && holds(path, &output))
        }
        _ => false,
    }
}

/// Whether `given` means files below the folder `output`, or is in it; both are addresses on other machines. `part` is a file
/// that will be there.
pub(crate) fn addresses_overlap(given: &str, output: &str, part: &str) -> bool {
    let (Some(given), Some(output)) = (names(given), names(output)) else {
        return false;
    };
    let is_inside = Path::new(plain(&given).0).starts_with(&output);
    is_inside || means(&given, &format!("{output}/{part}"))
}

/// An address by its names, `s3/bucket/a/b`: without what can be written in several ways. A path has none.
fn names(address: &str) -> Option<String> {
    let (scheme, rest) = address.split_once(":/")?;
    let scheme = match scheme {
        "s3a" | "s3n" => "s3",
        other => other,
    };
    let mut names = vec![scheme];
    for name in rest.split('/').filter(|name| !name.is_empty()) {
        match name {
            "." => {}
            ".." if names.len() > 1 => drop(names.pop()),
            name => names.push(name),
        }
    }
    Some(names.join("/"))
}

/// Whether a pattern, or a plain name, means the file `name` or a folder that it is in.
fn means(pattern: &str, name: &str) -> bool {
    Names::of(pattern).is_ok_and(|names| names.mean(name))
}

/// A pattern's folders without anything special in their names, and the rest.
fn plain(pattern: &str) -> (&Path, &str) {
    let special = pattern.find(['*', '?', '[', '{']).unwrap_or(pattern.len());
    match pattern[..special].rfind('/') {
        Some(0) => (Path::new("/"), &pattern[1..]),
        Some(end) => (Path::new(&pattern[..end]), &pattern[end + 1..]),
        None => (Path::new("."), pattern),
    }
}

/// Whether files of `output` would be among those of `folder`: links are followed, hidden names left out.
fn holds(folder: &Path, output: &Path) -> bool {
    let is_seen = |above: &&Path| {
        let rest = output.strip_prefix(above).unwrap_or(output);
        !rest.iter().any(walk::is_hidden)
    };
    let above: Vec<(u64, u64)> = output
        .ancestors()
        .take_while(is_seen)
        .filter_map(identity)
        .collect();
    let is_above = |folder: &PathBuf| identity(folder).is_some_and(|id| above.contains(&id));
    walk::folders(folder).is_ok_and(|folders| folders.iter().any(is_above))
}

/// What a folder is, by whichever path.
fn identity(folder: &Path) -> Option<(u64, u64)> {
    let found = fs::metadata(folder).ok()?;
    Some((found.dev(), found.ino()))
}

/// The path without links and `..`, as far as it exists.
fn resolved(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let mut resolved = PathBuf::new();
    for name in path.components() {
        match name {
            Component::ParentDir => drop(resolved.pop()),
            name => resolved.push(name),
        }
        if let Ok(real) = resolved.canonicalize() {
            resolved = real;
        }
    }
    resolved
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn folders_of_this_machine() {
        let root = tempfile::tempdir().unwrap();
        let at = |name: &str| root.path().join(name);
        for folder in ["logs/a/deep", "logs2", "real", "empty"] {
            fs::create_dir_all(at(folder)).unwrap();
        }
        for file in ["logs/x.txt", "logs/a/deep/y.txt", "real/z.txt"] {
            fs::write(at(file), "x").unwrap();
        }
        symlink(at("real"), at("logs/link")).unwrap();
        symlink(at("logs"), at("other")).unwrap();
        let overlap = |given: &str, output: &str| {
            let given = match given.strip_prefix("file:") {
                Some(path) => format!("file://{}", at(path).display()),
                None => at(given).display().to_string(),
            };
            overlaps(given.as_ref(), &at(output), Path::new("part-00000"))
        };
        for (given, output) in [
            ("logs", "logs/out"),
            ("logs/", "logs/out/"),
            ("logs", "logs"),
            ("logs", "logs/a/deep/new/out"),
            ("logs", "logs/../logs/out"),
            ("logs", "other/out"),
            ("other", "logs/out"),
            ("logs", "real/out"),
            ("file:logs", "logs/out"),
            ("logs/*", "logs/out"),
            ("logs/**", "logs/out"),
            ("lo*", "logs/out"),
            ("{logs,none}", "logs/out"),
            ("logs/*/part-*", "logs/out"),
            ("**/part-00000", "logs/out"),
            ("oth*", "logs/out"),
            ("logs/lin*", "real/out"),
            ("logs/x.txt", "logs"),
            ("logs/*.txt", "logs"),
            ("logs", "none/../logs/out"),
        ] {
            assert!(overlap(given, output), "{given} {output}");
        }
        for (given, output) in [
            ("logs", "logs2/out"),
            ("logs", "logs2"),
            ("logs", "logs_out"),
            ("logs", "logs/_out"),
            ("logs", "logs/.hidden/out"),
            ("logs/*", "logs/_out"),
            ("logs/a", "logs/out"),
            ("logs/*.txt", "logs/out"),
            ("logs/x.txt", "logs/out"),
            ("logs/a/*", "logs/out"),
            ("logs/*/y*", "logs/out"),
            ("logs2/*", "logs/out"),
            ("-", "logs/out"),
            ("none", "logs/out"),
        ] {
            assert!(!overlap(given, output), "{given} {output}");
        }
    }

    #[test]
    fn addresses() {
        let overlap = |given: &str, output: &str| addresses_overlap(given, output, "part-00000");
        for (given, output) in [
            ("s3://b/logs", "s3://b/logs/out"),
            ("s3a://b/logs/", "s3://b//logs/out/"),
            ("s3://b", "s3://b/out"),
            ("hdfs://n:8020/logs/*", "hdfs://n:8020/logs/out"),
            ("hdfs://n:8020/x/../logs", "hdfs://n:8020/logs/./out"),
            ("hdfs://n/logs/{a,b}", "hdfs://n/logs/a"),
            ("hdfs://n/logs/a/x.txt", "hdfs://n/logs/a"),
        ] {
            assert!(overlap(given, output), "{given} {output}");
        }
        for (given, output) in [
            ("s3://b/logs", "s3://b/logs2"),
            ("in.txt", "s3://b/out"),
            ("s3://b/logs", "s3://c/logs/out"),
            ("s3://b/logs", "hdfs://b/logs/out"),
            ("s3://b/logs", "s3://b/logs/_out"),
            ("hdfs://n/logs/*.txt", "hdfs://n/logs/out"),
        ] {
            assert!(!overlap(given, output), "{given} {output}");
        }
    }
}
