//! What a subcommand is about: files and folders, here or on other machines.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use clap::{Arg, ArgMatches};
use mrjob_core::task::{Remote, RemoteFile};
use mrjob_runners::fs::{
    Access, Address, Archive, FileEntry, FileSystem, Files, is_pattern, options as fs_options,
    system,
};
use mrjob_runners::input::Input;
use mrjob_runners::input::{self, Contents};
use mrjob_runners::options::{OptionRow, find};

/// A file that was found.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) file: RemoteFile,
    /// Seconds from 1970.
    pub(super) modified: Option<i64>,
    /// Where one is that can't be read as it is.
    pub(super) archived: Option<Archive>,
    pub(super) is_here: bool,
}

/// A file or folder that was named.
pub(super) struct Place {
    /// As it was written; a `file:` URI as a path.
    pub(super) address: String,
    /// Where it is, if it isn't here.
    pub(super) system: Option<Box<dyn FileSystem>>,
}

/// What is in a folder: its files, and the addresses of its folders.
type Children = (Vec<Entry>, Vec<String>);

/// The options by which other machines are got at.
pub(super) fn options() -> impl Iterator<Item = Arg> {
    access_rows().filter_map(|row| {
        let switch = row.switch()?;
        Some(
            Arg::new(row.name)
                .long(switch)
                .value_name("TEXT")
                .help(row.help),
        )
    })
}

/// The rows of those options in the table.
fn access_rows() -> impl Iterator<Item = &'static OptionRow> {
    fs_options().filter_map(find)
}

/// What was said of how to get there.
pub(super) fn access(matches: &ArgMatches) -> Access {
    let mut access = Access::default();
    for row in access_rows() {
        if let Ok(Some(value)) = matches.try_get_one::<String>(row.name) {
            access.set(row.name, value);
        }
    }
    access
}

impl Place {
    pub(super) fn of(given: &str, access: &Access) -> Result<Self, String> {
        let here = Path::new(given).symlink_metadata().is_ok();
        let (address, system) = match Address::of(given) {
            _ if here => (given.to_owned(), None),
            Address::Local(path) => (path.to_owned(), None),
            Address::Known(known) if !known.is_built() => {
                return Err(format!(
                    "`{given}` is {}, which this tool was built without\n\
                     hint: `cargo install --path . --features {}` builds it with that",
                    known.place(),
                    known.feature()
                ));
            }
            Address::Known(_) => {
                let system = system(given, access).map_err(|error| error.to_string())?;
                (given.to_owned(), system)
            }
            other => return Err(format!("`{given}` is {other}, which isn't known here")),
        };
        Ok(Place { address, system })
    }

    /// Its address with a `/` at its end.
    pub(super) fn folder(&self) -> String {
        format!("{}/", self.address.trim_end_matches('/'))
    }

    /// Whether it is a whole bucket or file system on other machines.
    pub(super) fn is_root(&self) -> bool {
        let folder = self.folder();
        let (_, rest) = folder.split_once(':').unwrap_or_default();
        let path = match rest.strip_prefix("//") {
            Some(rest) => rest.split_once('/').map(|(_, path)| path),
            None => rest.strip_prefix('/'),
        };
        self.system.is_some() && path == Some("")
    }

    /// Whether it looks like a pattern.
    pub(super) fn is_pattern(&self) -> bool {
        is_pattern(&self.address)
    }

    /// The file of exactly this address, if there is one.
    pub(super) fn file(&self) -> Result<Option<Entry>, String> {
        let Some(system) = &self.system else {
            let path = Path::new(&self.address);
            return match fs::metadata(path) {
                Ok(found) if !found.is_dir() => entry(path).map(Some),
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    Err(format!("failed to look at `{}`: {error}", self.address))
                }
                _ => Ok(None),
            };
        };
        let found = system
            .file(&self.address)
            .map_err(|error| error.to_string())?;
        Ok(found.map(Entry::from))
    }

    /// What is in the folder: files, and the addresses of folders, with a `/` at their ends. `None` where there is no such
    /// folder.
    pub(super) fn children(&self) -> Result<Option<Children>, String> {
        if let Some(system) = &self.system {
            let (files, folders) = system
                .children(&self.folder())
                .map_err(|error| error.to_string())?;
            let files: Vec<Entry> = files.into_iter().map(Entry::from).collect();
            let is_empty = files.is_empty() && folders.is_empty();
            let is_there = !is_empty || self.is_root() || self.is_folder(system.as_ref())?;
            return Ok(is_there.then_some((files, folders)));
        }
        if !Path::new(&self.address).is_dir() {
            return Ok(None);
        }
        let (mut files, mut folders) = (Vec::new(), Vec::new());
        for path in names(Path::new(&self.address))? {
            // A link to a folder is a name that one may delete, and no way.
            if path.symlink_metadata().is_ok_and(|found| found.is_dir()) {
                folders.push(format!("{}/", text(&path)?));
            } else {
                files.push(entry(&path)?);
            }
        }
        Ok(Some((files, folders)))
    }

    fn is_folder(&self, system: &dyn FileSystem) -> Result<bool, String> {
        let is_folder = system.is_folder(&self.address);
        is_folder.map_err(|error| error.to_string())
    }

    /// All files below the folder, sorted. `None` where there is no such folder.
    pub(super) fn below(&self) -> Result<Option<Vec<Entry>>, String> {
        let mut files = match &self.system {
            Some(system) => {
                let found = system.below(&self.folder());
                let found = found.map_err(|error| error.to_string())?;
                if found.is_empty() && !self.is_folder(system.as_ref())? {
                    return Ok(None);
                }
                found.into_iter().map(Entry::from).collect()
            }
            None if !Path::new(&self.address).is_dir() => return Ok(None),
            None => {
                let mut files = Vec::new();
                descend(Path::new(&self.address), &mut files)?;
                files
            }
        };
        files.sort_by(|one, other| one.file.address.cmp(&other.file.address));
        Ok(Some(files))
    }

    /// The files that the pattern means.
    pub(super) fn matches(&self, access: &Access) -> Result<Vec<Entry>, Vec<String>> {
        let given = OsString::from(&self.address);
        let inputs = input::resolve(&[given], access, Contents::Files)
            .map_err(|errors| errors.iter().map(ToString::to_string).collect::<Vec<_>>())?;
        let entry = |input| match input {
            Input::File { path, .. } => entry(&path).map_err(|error| vec![error]),
            Input::Remote(file) => Ok(Entry {
                file,
                modified: None,
                archived: None,
                is_here: false,
            }),
            _ => Err(vec![format!("`{}` isn't a file", self.address)]),
        };
        inputs.into_iter().map(entry).collect()
    }

    /// What is said where there is nothing.
    pub(super) fn missing(&self) -> String {
        format!("`{}` doesn't exist", self.address)
    }
}

impl Entry {
    pub(super) fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        if let Some(Archive { class, hint, .. }) = &self.archived {
            return Err(io::Error::other(format!(
                "it is archived ({class})\nhint: {hint}"
            )));
        }
        if self.is_here {
            return Ok(Box::new(File::open(&self.file.address)?));
        }
        Files.open(&self.file, 0, self.file.bytes)
    }

    /// The last part of its address.
    pub(super) fn name(&self) -> &str {
        let address = &self.file.address;
        address.rsplit('/').next().unwrap_or(address)
    }
}

impl From<FileEntry> for Entry {
    fn from(found: FileEntry) -> Self {
        Entry {
            file: found.file,
            modified: found.modified,
            archived: found.archived,
            is_here: false,
        }
    }
}

/// A file of this machine.
fn entry(path: &Path) -> Result<Entry, String> {
    let found = fs::metadata(path).or_else(|_| fs::symlink_metadata(path));
    let found =
        found.map_err(|error| format!("failed to look at `{}`: {error}", path.display()))?;
    let modified = found.modified().ok();
    let since = modified.and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    Ok(Entry {
        file: RemoteFile {
            address: text(path)?,
            bytes: found.len(),
            version: None,
            access: None,
        },
        modified: since.and_then(|since| since.as_secs().try_into().ok()),
        archived: None,
        is_here: true,
    })
}

fn names(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let names = fs::read_dir(folder).and_then(|entries| {
        entries
            .map(|entry| Ok(entry?.path()))
            .collect::<Result<Vec<_>, _>>()
    });
    names.map_err(|error| format!("failed to read `{}`: {error}", folder.display()))
}

fn descend(folder: &Path, files: &mut Vec<Entry>) -> Result<(), String> {
    for path in names(folder)? {
        if path.symlink_metadata().is_ok_and(|found| found.is_dir()) {
            descend(&path, files)?;
        } else {
            files.push(entry(&path)?);
        }
    }
    Ok(())
}

fn text(path: &Path) -> Result<String, String> {
    let text = path.to_str().map(str::to_owned);
    text.ok_or_else(|| format!("the name of `{}` isn't UTF-8", path.display()))
}
