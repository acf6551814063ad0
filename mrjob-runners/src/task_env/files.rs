//! Files, folders and archives, each with its name in a task's working directory.

use std::path::{Path, PathBuf};

use crate::fs::Address;
use mrjob_core::codec::Codec;
use serde::Serialize;

/// Something that tasks find in their working directory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct NamedFile {
    /// Where it is now: an absolute path, or a URI that only a cluster reads.
    pub path: PathBuf,
    /// What it is called in the working directory.
    pub name: String,
    /// What it is.
    pub kind: FileKind,
}

/// What a shipped path is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum FileKind {
    /// A file.
    File,
    /// A folder.
    Dir,
    /// An archive, which tasks find unpacked.
    Archive,
}

/// How an archive is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    /// A tar archive, perhaps compressed.
    Tar(Option<Codec>),
    /// A zip archive.
    Zip,
}

const FORMATS: [(&str, Format); 8] = [
    (".tar", Format::Tar(None)),
    (".tar.gz", Format::Tar(Some(Codec::Gzip))),
    (".tgz", Format::Tar(Some(Codec::Gzip))),
    (".tar.bz2", Format::Tar(Some(Codec::Bzip2))),
    (".tbz2", Format::Tar(Some(Codec::Bzip2))),
    (".tar.zst", Format::Tar(Some(Codec::Zstd))),
    (".zip", Format::Zip),
    (".jar", Format::Zip),
];

impl Format {
    /// How the archive of this name is packed, and its name without the ending that says so.
    pub(super) fn of(name: &str) -> Option<(Self, &str)> {
        let ending = |(ending, format): (&str, Format)| Some((format, name.strip_suffix(ending)?));
        FORMATS.into_iter().find_map(ending)
    }
}

impl NamedFile {
    /// Reads `PATH`, `PATH#NAME`, or `PATH#NAME/` for what is a folder in the end; a folder's path may end in `/`.
    ///
    /// # Errors
    ///
    /// A sentence for the user.
    pub(super) fn parse(text: &str, kind: FileKind) -> Result<Self, String> {
        let (path, name) = match text.rsplit_once('#') {
            Some((path, name)) => (path, Some(name)),
            None => (text, None),
        };
        let name = match kind {
            FileKind::File => name,
            _ => name.map(|name| name.strip_suffix('/').unwrap_or(name)),
        };
        let name = name.filter(|name| !name.is_empty());
        NamedFile::new(path, name, kind)
    }

    /// What is at `path`, under `name` or else its own.
    ///
    /// # Errors
    ///
    /// A sentence for the user.
    pub(super) fn new(path: &str, name: Option<&str>, kind: FileKind) -> Result<Self, String> {
        let own = path.trim_end_matches('/').rsplit('/').next();
        let name = name.or(own).unwrap_or_default();
        if name.is_empty() || name.contains(['/', '\0']) || [".", ".."].contains(&name) {
            return Err(format!(
                "`{name}` can't be a name in the working directory\nhint: `PATH#NAME`, where NAME is one word without `/`"
            ));
        }
        if kind == FileKind::Archive && Format::of(path).is_none() {
            let endings: Vec<&str> = FORMATS.iter().map(|(ending, _)| *ending).collect();
            return Err(format!(
                "it is no archive that can be unpacked\nhint: names of archives end in one of {}",
                endings.join(", ")
            ));
        }
        let path = if !Address::of(path).is_local() || path.starts_with("file:") {
            PathBuf::from(path)
        } else {
            std::path::absolute(path).map_err(|error| error.to_string())?
        };
        let name = name.to_owned();
        Ok(NamedFile { path, name, kind })
    }

    /// Whether a cluster can do with it what it is for.
    pub(super) fn check_remote(&self) -> Result<(), String> {
        let name = self.path.to_string_lossy();
        match self.kind {
            FileKind::Dir => Err(
                "only folders of this machine can be packed for tasks\nhint: `archives` are for what is packed already".to_owned(),
            ),
            FileKind::Archive if !is_unpacked_by_hadoop(&name) => Err(
                "Hadoop doesn't unpack such an archive\nhint: it does `.tar`, `.tar.gz`, `.tgz`, `.zip` and `.jar`".to_owned(),
            ),
            _ => Ok(()),
        }
    }

    /// Whether it is there, as what it is.
    pub(super) fn check(&self) -> Result<(), String> {
        let found = std::fs::metadata(&self.path).map_err(|error| error.to_string())?;
        match self.kind {
            FileKind::Dir if !found.is_dir() => {
                Err("it isn't a folder\nhint: `files` are for files".to_owned())
            }
            FileKind::File if found.is_dir() => {
                Err("it is a folder\nhint: `dirs` are for folders".to_owned())
            }
            FileKind::Archive if found.is_dir() => {
                Err("it is a folder, not an archive\nhint: `dirs` are for folders".to_owned())
            }
            FileKind::Dir => Ok(()),
            _ => readable(&self.path).map_err(|error| error.to_string()),
        }
    }
}

/// Whether Hadoop unpacks an archive of this name.
pub(crate) fn is_unpacked_by_hadoop(name: &str) -> bool {
    let formats = [
        Format::Tar(None),
        Format::Tar(Some(Codec::Gzip)),
        Format::Zip,
    ];
    Format::of(name).is_some_and(|(format, _)| formats.contains(&format))
}

/// A name that needs no quoting anywhere.
pub(crate) fn plain(name: &str) -> String {
    let plain = |c: char| match c {
        '.' | '_' | '-' => c,
        c if c.is_ascii_alphanumeric() => c,
        _ => '_',
    };
    name.chars().map(plain).collect()
}

fn readable(path: &Path) -> std::io::Result<()> {
    std::fs::File::open(path).map(drop)
}
