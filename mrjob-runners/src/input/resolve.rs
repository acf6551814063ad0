//! From what the user named to files that exist.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs::{self, File};
use std::os::unix::fs::FileTypeExt;
use std::path::{Path, PathBuf};

use mrjob_core::codec::{Codec, CodecError, known_suffix, unknown_codec};

use super::place::Place;
use super::{Contents, InputError, pattern, remote, walk};
use crate::fs::{Access, FileEntry, FsError};
use crate::input::Input;
use crate::options::nearest;

/// The files that `given` names, by `access` where they are remote, in its order, sorted inside a folder or pattern. Nothing given is standard input.
///
/// Every file exists, can be opened and begins as `contents` has it when this returns.
///
/// # Errors
///
/// Everything that is wrong with any of them.
pub fn resolve(
    given: &[OsString],
    access: &Access,
    contents: Contents,
) -> Result<Vec<Input>, Vec<InputError>> {
    if given.is_empty() {
        return Ok(vec![Input::Stdin]);
    }
    let mut inputs = Vec::new();
    let mut errors = Vec::new();
    for given in given {
        if let Err(error) = Place::of(given)
            .and_then(|place| add(place, access, contents, &mut inputs, &mut errors))
        {
            errors.push(error);
        }
    }
    if errors.is_empty() {
        Ok(inputs)
    } else {
        Err(errors)
    }
}

fn add(
    place: Place,
    access: &Access,
    contents: Contents,
    inputs: &mut Vec<Input>,
    errors: &mut Vec<InputError>,
) -> Result<(), InputError> {
    let paths = match place {
        Place::Stdin if inputs.iter().any(|input| matches!(input, Input::Stdin)) => {
            return Err(InputError::StdinTwice);
        }
        Place::Stdin => {
            inputs.push(Input::Stdin);
            return Ok(());
        }
        Place::Path(path) if is_pipe(&path) => {
            let name = path.display().to_string();
            readable(&name, contents)?;
            inputs.push(Input::Pipe { path, name });
            return Ok(());
        }
        Place::Path(path) => below(&path)?,
        Place::Pattern(pattern) => matches(pattern)?,
        Place::Remote(address) => {
            for found in remote::find(&address, access)? {
                match remote_file(found, contents) {
                    Ok(input) => inputs.push(input),
                    Err(error) => errors.push(error),
                }
            }
            return Ok(());
        }
    };
    for path in paths {
        match file(&path, contents) {
            Ok(input) => inputs.push(input),
            Err(error) => errors.push(error),
        }
    }
    Ok(())
}

/// Checks that a remote file can be read.
fn remote_file(found: FileEntry, contents: Contents) -> Result<Input, InputError> {
    let address = &found.file.address;
    readable(address, contents)?;
    match found.archived {
        None => Ok(Input::Remote(found.file)),
        Some(archive) => Err(InputError::Archived(FsError::Archived {
            address: address.clone(),
            archive,
        })),
    }
}

/// Whether `path` is a pipe, or a file that only this process has by that name, as `<(command)` and `3<file` make them. Only
/// for what was named: a pipe that happens to be in a folder may have nobody who ever writes.
fn is_pipe(path: &Path) -> bool {
    let ours = path.starts_with("/dev/fd") || path.starts_with("/proc/self/fd");
    fs::metadata(path).is_ok_and(|found| found.file_type().is_fifo() || ours && found.is_file())
}

/// Checks that files of this name are read, as far as their compression goes.
fn readable(name: &str, contents: Contents) -> Result<(), InputError> {
    let unread = unknown_codec(name).filter(|_| contents != Contents::Files);
    if let Some(command) = unread {
        let name = name.to_owned();
        return Err(InputError::Compressed { name, command });
    }
    if let (Some(codec), false) = (Codec::of(name), Codec::BUILT_IN) {
        let name = name.to_owned();
        return Err(InputError::NotBuiltIn { name, codec });
    }
    Ok(())
}

/// The files that `pattern` means, in its own matches and below them: each once.
fn matches(pattern: String) -> Result<Vec<PathBuf>, InputError> {
    let mut files = BTreeSet::new();
    for path in pattern::expand(&pattern)? {
        match below(&path) {
            Ok(found) => files.extend(found),
            // One empty folder among the matches is no mistake.
            Err(InputError::EmptyFolder(_)) => {}
            Err(error) => return Err(error),
        }
    }
    if files.is_empty() {
        Err(InputError::NoMatch(pattern))
    } else {
        Ok(files.into_iter().collect())
    }
}

/// The files of a folder, or `path` itself.
fn below(path: &Path) -> Result<Vec<PathBuf>, InputError> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let files = walk::files(path)?;
    if files.is_empty() {
        Err(InputError::EmptyFolder(path.display().to_string()))
    } else {
        Ok(files)
    }
}

/// What stands where `path` should, and has a name much like it.
fn near(path: &Path) -> Option<String> {
    let wanted = path.file_name()?.to_str()?;
    let folder = path.parent()?;
    let listed = match folder.as_os_str().is_empty() {
        true => Path::new("."),
        false => folder,
    };
    let names: Vec<String> = fs::read_dir(listed)
        .ok()?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| name != wanted)
        .collect();
    let name = nearest(wanted, names.iter().map(String::as_str))?;
    Some(folder.join(name).display().to_string())
}

/// Checks that `path` is a regular file which can be opened and read.
fn file(path: &Path, contents: Contents) -> Result<Input, InputError> {
    let name = path.display().to_string();
    let metadata = match fs::metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let near = near(path);
            return Err(InputError::Missing { name, near });
        }
        Err(source) => return Err(InputError::Unreadable { name, source }),
    };
    if !metadata.is_file() {
        return Err(InputError::Special(name));
    }
    match File::open(path).map(|file| contents.check_file(&name, file)) {
        Ok(Ok(())) => {}
        Ok(Err(source)) if CodecError::of(&source).is_some() => {
            return Err(InputError::Content { name, source });
        }
        Ok(Err(source)) | Err(source) => return Err(InputError::Unreadable { name, source }),
    }
    match known_suffix(&name).filter(|_| contents == Contents::Lines) {
        // The first bytes aren't what the name says.
        Some(suffix) if metadata.len() > 0 => return Err(InputError::Misnamed { name, suffix }),
        _ => readable(&name, contents)?,
    }
    Ok(Input::File {
        path: path.to_owned(),
        name,
        bytes: metadata.len(),
    })
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    /// A folder with the given files, each with its own path as its text.
    fn folder(files: &[&str]) -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        for name in files {
            let path = root.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, name).unwrap();
        }
        root
    }

    /// What `given`, below `root`, comes to: names or errors, without the root.
    fn resolved(root: &Path, given: &[&str]) -> String {
        let absolute = |given: &&str| match *given {
            "-" => "-".into(),
            given if given.contains(':') => given.replace("ROOT", root.to_str().unwrap()).into(),
            given => root.join(given).into_os_string(),
        };
        let given: Vec<OsString> = given.iter().map(absolute).collect();
        let text = match resolve(&given, &Access::default(), Contents::Lines) {
            Ok(inputs) => {
                let name = |input: &Input| match input {
                    Input::File { path, name, bytes } => {
                        assert_eq!(*bytes, path.metadata().unwrap().len());
                        assert_eq!(Path::new(name), path);
                        name.clone()
                    }
                    Input::Stdin => "-".to_owned(),
                    Input::Pipe { name, .. } => format!("{name} (pipe)"),
                    other => unreachable!("nobody gave {other:?}"),
                };
                inputs.iter().map(name).collect::<Vec<_>>().join(" ")
            }
            Err(errors) => errors
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join("\n"),
        };
        text.replace(&format!("{}/", root.display()), "")
    }

    #[test]
    fn order_is_as_given_and_sorted_inside() {
        let root = folder(&["d/b", "d/a", "d/c/x", "z", "a"]);
        assert_eq!(
            resolved(root.path(), &["z", "-", "d", "a"]),
            "z - d/a d/b d/c/x a"
        );
        assert_eq!(resolved(root.path(), &["a", "a"]), "a a");
        assert_eq!(
            resolve(&[], &Access::default(), Contents::Lines)
                .unwrap()
                .len(),
            1
        );
    }

    #[test]
    fn hidden_names_are_left_out_unless_named() {
        let root = folder(&[
            "d/_SUCCESS",
            "d/.crc",
            "d/_logs/x",
            "d/part-0",
            "_d/x",
            "_d/.y",
            ".h",
        ]);
        assert_eq!(resolved(root.path(), &["d"]), "d/part-0");
        assert_eq!(resolved(root.path(), &["_d", ".h"]), "_d/x .h");
        assert_eq!(resolved(root.path(), &["d/*"]), "d/part-0");
        assert_eq!(
            resolved(root.path(), &["d/_*", "d/.c*"]),
            "d/_SUCCESS d/_logs/x d/.crc"
        );
        assert_eq!(
            resolved(root.path(), &["**/x"]),
            "input `**/x` matches no file\nhint: `*` and `?` don't match `/` or a leading `.` or `_`; `**` matches folders"
        );
    }

    #[test]
    fn patterns() {
        let root = folder(&[
            "a1.log",
            "a2.log",
            "b1.log",
            "x/a1.log",
            "x/y/a3.log",
            "a[1].log",
            "q",
        ]);
        let found = |pattern: &str| resolved(root.path(), &[pattern]);
        assert_eq!(found("*.log"), "a1.log a2.log a[1].log b1.log");
        assert_eq!(found("a?.log"), "a1.log a2.log");
        assert_eq!(found("[!a]1.log"), "b1.log");
        assert_eq!(found("{b,a}1.log"), "a1.log b1.log");
        assert_eq!(found("{q,x/y/*}"), "q x/y/a3.log");
        assert_eq!(
            found("**/a*.log"),
            "a1.log a2.log a[1].log x/a1.log x/y/a3.log"
        );
        assert_eq!(
            found("**"),
            "a1.log a2.log a[1].log b1.log q x/a1.log x/y/a3.log"
        );
        assert_eq!(
            found("*"),
            "a1.log a2.log a[1].log b1.log q x/a1.log x/y/a3.log"
        );
        assert_eq!(found("x/*"), "x/a1.log x/y/a3.log");
        assert_eq!(found("*/*/a3.log"), "x/y/a3.log");
    }

    #[test]
    fn a_file_of_that_very_name_wins_over_the_pattern() {
        let root = folder(&["a1.log", "a[1].log"]);
        assert_eq!(resolved(root.path(), &["a[1].log"]), "a[1].log");
        fs::remove_file(root.path().join("a[1].log")).unwrap();
        assert_eq!(resolved(root.path(), &["a[1].log"]), "a1.log");
    }

    #[test]
    fn all_mistakes_are_told_at_once() {
        let root = folder(&["ok"]);
        fs::create_dir(root.path().join("empty")).unwrap();
        let given = [
            "ok",
            "missing",
            "no*",
            "empty",
            "a{b",
            "-",
            "-",
            "ftp://h/x",
        ];
        assert_eq!(
            resolved(root.path(), &given),
            "input `missing` doesn't exist\n\
             input `no*` matches no file\n\
             hint: `*` and `?` don't match `/` or a leading `.` or `_`; `**` matches folders\n\
             input `empty` is a folder without files\n\
             hint: names in it that begin with `_` or `.` are left out\n\
             input `a{b` is neither a file nor a pattern: `{` without `}`\n\
             standard input (`-`) is given more than once\n\
             input `ftp://h/x` is a `ftp` URI, which this version doesn't read yet\n\
             hint: copy it to a local file first"
        );
    }

    #[test]
    fn what_is_compressed_in_other_ways_is_refused() {
        let root = folder(&["d/a.br", "d/a.xz", "d/b"]);
        assert_eq!(
            resolved(root.path(), &["d"]),
            "input `d/a.br` is compressed in a way that isn't read\n\
             hint: decompress it on the way, as in `brotli -dc d/a.br | … -`; .gz, .bz2, .zst, .lz4 and .snappy are read\n\
             input `d/a.xz` isn't what its name says: `.xz` files begin otherwise\n\
             hint: give the file the name of what it is"
        );
    }

    #[test]
    fn file_uris() {
        let root = folder(&["a", "b*"]);
        for uri in [
            "file:ROOT/a",
            "file://ROOT/a",
            "file://localhostROOT/a",
            "file://ROOT/[a]",
        ] {
            assert_eq!(resolved(root.path(), &[uri]), "a", "{uri}");
        }
        assert!(resolved(root.path(), &["file://host/a"]).contains("is on another host"));
    }

    #[test]
    fn links_are_followed_and_cycles_noticed() {
        let root = folder(&["real/a", "real/b", "d/x"]);
        symlink(root.path().join("real"), root.path().join("d/link")).unwrap();
        symlink(root.path().join("real/a"), root.path().join("l")).unwrap();
        assert_eq!(
            resolved(root.path(), &["d", "l"]),
            "d/link/a d/link/b d/x l"
        );
        symlink(root.path().join("d"), root.path().join("d/loop")).unwrap();
        assert_eq!(
            resolved(root.path(), &["d"]),
            "input `d/loop` leads back to `d`"
        );
        assert_eq!(
            resolved(root.path(), &["d/**/x"]),
            "input `d/loop` leads back to `d`"
        );
        symlink("nowhere", root.path().join("dangling")).unwrap();
        assert_eq!(
            resolved(root.path(), &["dangling"]),
            "input `dangling` doesn't exist"
        );
    }

    #[test]
    fn devices_are_refused() {
        let Err(errors) = resolve(&["/dev/null".into()], &Access::default(), Contents::Lines)
        else {
            panic!("a device is no file")
        };
        assert_eq!(
            errors[0].to_string(),
            "input `/dev/null` is neither a file nor a folder\n\
             hint: pass its data by standard input: `… - < /dev/null`"
        );
    }
}
