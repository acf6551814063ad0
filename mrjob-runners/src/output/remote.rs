//! Output to other machines: written to a folder here, sent when the job is done, and visible when all of it is there.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::OutputError;
use super::staging::SUCCESS;
use crate::event::Event;
use crate::fs::{Address, FileSystem, FsError, Upload, system};
use crate::plan::RemoteFolder;
use crate::report::{bytes, counted};
use crate::stop::Stop;

/// The file that a run makes before it makes others visible: of two runs one makes it.
const CLAIM: &str = ".mrjob-commit";

/// Whether output may go to the folder: nothing is there.
pub(crate) fn check(folder: &RemoteFolder) -> Result<(), OutputError> {
    open(folder).map(drop)
}

fn open(folder: &RemoteFolder) -> Result<Box<dyn FileSystem>, OutputError> {
    let system = system(&folder.address, &folder.access).map_err(failed(folder))?;
    let system = system.ok_or_else(|| OutputError::Elsewhere {
        uri: folder.address.clone(),
        place: Address::of(&folder.address).to_string(),
    })?;
    let dir = || PathBuf::from(&folder.address);
    if system
        .file(&folder.address)
        .map_err(failed(folder))?
        .is_some()
    {
        return Err(OutputError::NotFolder { dir: dir() });
    }
    let there = system.some_below(&folder.join(""), 1);
    if there.map_err(failed(folder))?.is_empty() {
        Ok(system)
    } else {
        Err(OutputError::NotEmpty { dir: dir() })
    }
}

fn failed(folder: &RemoteFolder) -> impl Fn(FsError) -> OutputError {
    let address = folder.address.clone();
    move |source| OutputError::Fs {
        address: address.clone(),
        source,
    }
}

/// Output on its way: nobody sees it unless it is committed.
pub(crate) struct RemoteStaging {
    to: RemoteFolder,
    system: Box<dyn FileSystem>,
    upload: Arc<dyn Upload>,
    /// Where parts are written before.
    folder: PathBuf,
}

impl std::fmt::Debug for RemoteStaging {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RemoteStaging")
            .field("to", &self.to)
            .finish_non_exhaustive()
    }
}

impl RemoteStaging {
    /// The way to `to`, by a folder in `temp`.
    pub(crate) fn new(to: &RemoteFolder, temp: &Path) -> Result<Self, OutputError> {
        let system = open(to)?;
        Ok(RemoteStaging {
            upload: system.upload(&to.tags).into(),
            to: to.clone(),
            system,
            folder: temp.join("output"),
        })
    }

    /// Where parts are written.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Puts the output in its place, `_SUCCESS` last. Of two runs one wins.
    pub(crate) fn commit(&self, events: &dyn Fn(Event), stop: &Stop) -> Result<(), OutputError> {
        let [cancelled, undone] = [(); 2].map(|()| Arc::clone(&self.upload));
        stop.on_request(move || cancelled.cancel());
        // What is left then nobody can be told: the program ends.
        stop.note_undo(move || drop(undone.abort()));
        let committed = self.send(events).and_then(|()| {
            if stop.requested() {
                return Err(OutputError::Interrupted);
            }
            self.make_visible()
        });
        if committed.is_err()
            && let Err(error) = self.upload.abort()
        {
            let message = format!(
                "something may be left of the output in `{}`: {error}",
                self.to.address
            );
            events(Event::Warning { message });
        }
        match committed {
            Err(_) if stop.requested() => Err(OutputError::Interrupted),
            committed => committed,
        }
    }

    fn send(&self, events: &dyn Fn(Event)) -> Result<(), OutputError> {
        let files = self
            .files()
            .map_err(OutputError::io(format!("read `{}`", self.folder.display())))?;
        let total = files.iter().map(|(_, _, bytes)| bytes).sum();
        let message = format!(
            "sending {}, {}, to {}",
            counted(files.len() as u64, "file"),
            bytes(total),
            self.to.address
        );
        events(Event::Note { message });
        let files: Vec<_> = files
            .into_iter()
            .map(|(path, address, _)| (path, address))
            .collect();
        self.upload.send(&files).map_err(failed(&self.to))
    }

    /// The files with their addresses and sizes: parts, and what tasks wrote beside them.
    fn files(&self) -> std::io::Result<Vec<(PathBuf, String, u64)>> {
        let mut files = Vec::new();
        for entry in walkdir::WalkDir::new(&self.folder).sort_by_file_name() {
            let entry = entry?;
            if entry.file_type().is_dir() {
                continue;
            }
            let below = entry.path().strip_prefix(&self.folder);
            let name = below.expect("a walk stays below its start").to_str();
            let name = name.ok_or_else(|| {
                let path = entry.path().display();
                std::io::Error::other(format!("the name of `{path}` isn't UTF-8"))
            })?;
            let bytes = entry.metadata()?.len();
            files.push((entry.path().to_owned(), self.to.join(name), bytes));
        }
        Ok(files)
    }

    fn make_visible(&self) -> Result<(), OutputError> {
        let lost = || OutputError::Lost {
            dir: PathBuf::from(&self.to.address),
        };
        let claim = self.to.join(CLAIM);
        let claimed = self.system.make(&claim, true, &self.to.tags);
        if !claimed.map_err(failed(&self.to))? {
            return Err(lost());
        }
        let done = self
            .system
            .some_below(&self.to.join(""), 2)
            .map_err(failed(&self.to))
            .and_then(|there| {
                if there.iter().any(|found| found.file.address != claim) {
                    return Err(lost());
                }
                self.upload.complete().map_err(failed(&self.to))?;
                let success = self.to.join(SUCCESS);
                let made = self.system.make(&success, false, &self.to.tags);
                made.map(drop).map_err(failed(&self.to))
            });
        if done.is_ok() {
            self.upload.keep();
        } else {
            // In this order: the claim keeps others off what is half there.
            let _ = self.upload.abort();
        }
        let unclaimed = self.system.delete(&[claim]).map_err(failed(&self.to));
        done.and(unclaimed)
    }
}
