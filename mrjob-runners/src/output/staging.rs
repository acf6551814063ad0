//! A folder of output that appears in its place at once, complete.

use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use super::OutputError;

/// The file that says that the output is complete.
pub(super) const SUCCESS: &str = "_SUCCESS";
/// What the names of folders on their way have in them.
const HIDDEN: &str = ".mrjob-";

/// Whether output may go to `dir`: it doesn't exist, or is an empty folder.
///
/// # Errors
///
/// [`OutputError::NotEmpty`] and [`OutputError::NotFolder`] say what is in the way.
pub fn check(dir: &Path) -> Result<(), OutputError> {
    match is_empty(dir) {
        Ok(true) => Ok(()),
        Ok(false) => Err(OutputError::NotEmpty {
            dir: dir.to_owned(),
        }),
        Err(error) if error.kind() == ErrorKind::NotFound && !dir.is_symlink() => Ok(()),
        // A link that leads nowhere can't be replaced by a folder.
        Err(error) if matches!(error.kind(), ErrorKind::NotADirectory | ErrorKind::NotFound) => {
            Err(OutputError::NotFolder {
                dir: dir.to_owned(),
            })
        }
        Err(error) => Err(OutputError::io(format!("look into `{}`", dir.display()))(
            error,
        )),
    }
}

/// Output on its way, deleted unless it is committed.
#[derive(Debug)]
pub(crate) struct Staging {
    /// As the user wrote it, for messages.
    dir: PathBuf,
    /// Where it is: links followed.
    place: PathBuf,
    /// Where parts are written before.
    folder: PathBuf,
    kind: Kind,
}

/// Where the parts are on their way.
#[derive(Debug, Clone, Copy)]
enum Kind {
    /// In a hidden folder beside the output's, which it becomes.
    Beside,
    /// In a hidden folder inside it: for one that is a mount point, or the working directory, from which whoever is in it
    /// would not see another in its place, or whose parent isn't ours to write.
    Inside,
}

impl Staging {
    /// Makes the folder for parts that will be `dir`'s.
    pub(crate) fn new(dir: &Path, job_key: &str) -> Result<Self, OutputError> {
        check(dir)?;
        let made = resolve(dir).and_then(|place| {
            let (folder, kind) = make_folder(&place, job_key)?;
            Ok((place, folder, kind))
        });
        let (place, folder, kind) = made.map_err(|source| OutputError::NotMade {
            dir: dir.to_owned(),
            source,
        })?;
        Ok(Staging {
            dir: dir.to_owned(),
            place,
            folder,
            kind,
        })
    }

    /// Where parts are written.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Puts the output in its place, `_SUCCESS` last. Gives the folder. Of two runs one wins.
    pub(crate) fn commit(self) -> Result<PathBuf, OutputError> {
        let committed = match self.kind {
            Kind::Beside => self.replace(),
            Kind::Inside => self.move_up(),
        };
        committed.map_err(|error| match error.kind() {
            ErrorKind::DirectoryNotEmpty | ErrorKind::AlreadyExists | ErrorKind::NotADirectory => {
                OutputError::Lost {
                    dir: self.dir.clone(),
                }
            }
            _ => OutputError::io(format!("put the output into `{}`", self.dir.display()))(error),
        })?;
        Ok(self.dir.clone())
    }

    /// Renames the folder, which the system does over an empty one or not at all.
    fn replace(&self) -> io::Result<()> {
        File::create(self.folder.join(SUCCESS))?;
        if let Ok(existing) = fs::metadata(&self.place) {
            fs::set_permissions(&self.folder, existing.permissions())?;
        }
        fs::rename(&self.folder, &self.place)
    }

    /// Moves the files up, if no other run has or does.
    fn move_up(&self) -> io::Result<()> {
        let claim = self.place.join(format!("{HIDDEN}commit"));
        fs::create_dir(&claim)?;
        let mut moved = Vec::new();
        let outcome = self.move_files(&mut moved);
        if outcome.is_err() {
            moved.iter().for_each(|path| drop(fs::remove_file(path)));
        }
        fs::remove_dir(&claim)?;
        outcome
    }

    fn move_files(&self, moved: &mut Vec<PathBuf>) -> io::Result<()> {
        if !is_empty(&self.place)? {
            return Err(ErrorKind::DirectoryNotEmpty.into());
        }
        for entry in fs::read_dir(&self.folder)? {
            let entry = entry?;
            let place = self.place.join(entry.file_name());
            fs::rename(entry.path(), &place)?;
            moved.push(place);
        }
        File::create(self.place.join(SUCCESS))?;
        Ok(())
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        // After a commit there is nothing in it any more.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Makes the folder for the parts of `place`: beside it where that can be renamed to it.
fn make_folder(place: &Path, job_key: &str) -> io::Result<(PathBuf, Kind)> {
    let inside = || {
        let folder = place.join(format!("{HIDDEN}{job_key}"));
        fs::create_dir(&folder).map(|()| (folder, Kind::Inside))
    };
    let Some((parent, name)) = place.parent().zip(place.file_name()) else {
        return inside();
    };
    if is_mount_point(place, parent) || std::env::current_dir().is_ok_and(|here| here == place) {
        return inside();
    }
    let folder = parent.join(format!(".{}{HIDDEN}{job_key}", name.to_string_lossy()));
    match fs::create_dir(&folder) {
        Ok(()) => Ok((folder, Kind::Beside)),
        Err(error) if error.kind() == ErrorKind::PermissionDenied && place.exists() => inside(),
        Err(error) => Err(error),
    }
}

fn is_mount_point(place: &Path, parent: &Path) -> bool {
    match (fs::metadata(place), fs::metadata(parent)) {
        (Ok(place), Ok(parent)) => place.dev() != parent.dev(),
        _ => false,
    }
}

/// Whether there is nothing in `dir` but the folders of runs that write to it.
fn is_empty(dir: &Path) -> io::Result<bool> {
    for entry in fs::read_dir(dir)? {
        if !entry?
            .file_name()
            .as_encoded_bytes()
            .starts_with(HIDDEN.as_bytes())
        {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The absolute path of `dir`, whose parents exist afterwards.
fn resolve(dir: &Path) -> io::Result<PathBuf> {
    match dir.canonicalize() {
        Ok(place) => Ok(place),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let place = std::path::absolute(dir)?;
            if let Some(parent) = place.parent() {
                fs::create_dir_all(parent)?;
            }
            Ok(place)
        }
        Err(error) => Err(error),
    }
}
