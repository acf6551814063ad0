//! The files of an input, as tasks read them by themselves.

use glob::Pattern;
use mrjob_core::task::RemoteFile;

use super::error::HdfsError;
use super::files::{FileSystems, Status};
use super::location::Location;
use crate::fs::glob::{alternatives, is_hidden};

/// Why files can't be told.
#[derive(Debug)]
pub(crate) enum FindError {
    /// Hadoop may know them, and we don't.
    Unknown(String),
    /// There is no file.
    Missing,
    /// The file system refused.
    Failed(HdfsError),
}

impl From<HdfsError> for FindError {
    fn from(error: HdfsError) -> Self {
        FindError::Failed(error)
    }
}

impl FileSystems<'_> {
    /// The files that `text` names, sorted within a folder or pattern: names that begin with `_` or `.` are left out below
    /// what is named.
    pub(crate) fn find(&self, text: &str) -> Result<Vec<RemoteFile>, FindError> {
        let place = self.locate(text);
        let Some(access) = self.access().filter(|_| self.is_default(&place)) else {
            return Err(FindError::Unknown(format!(
                "`{text}` isn't read by WebHDFS"
            )));
        };
        let mut files = Vec::new();
        let mut add = |at: Location, status: Status| {
            files.push(RemoteFile {
                address: self.address(&at),
                bytes: status.bytes,
                version: Some(status.modified.to_string()),
                access: Some(access.to_owned()),
            });
        };
        if let Some(status) = self.status(&place)? {
            self.below(place, status, &mut add)?;
            return Ok(files);
        }
        let mut found = false;
        for (at, status) in self.matches(text, &place)? {
            found = true;
            self.below(at, status, &mut add)?;
        }
        if found {
            Ok(files)
        } else {
            Err(FindError::Missing)
        }
    }

    /// All files of a folder and below, or the file itself.
    fn below(
        &self,
        at: Location,
        status: Status,
        add: &mut dyn FnMut(Location, Status),
    ) -> Result<(), HdfsError> {
        if !status.is_folder {
            add(at, status);
            return Ok(());
        }
        let mut inside = self.list(&at)?;
        inside.retain(|entry| !is_hidden(&entry.name));
        inside.sort_by(|one, other| one.name.cmp(&other.name));
        for entry in inside {
            self.below(at.join(&entry.name), entry, add)?;
        }
        Ok(())
    }

    /// What a pattern means, by names; nothing for a name that isn't one.
    fn matches(&self, text: &str, place: &Location) -> Result<Vec<(Location, Status)>, FindError> {
        let is_theirs = |part: &str| text.contains(part);
        if ["\\", "[^", "**"].into_iter().any(is_theirs) {
            let why = format!("`{text}` is a pattern of Hadoop's");
            return Err(FindError::Unknown(why));
        }
        let mut found = Vec::new();
        let path = self.path(place).unwrap_or_default();
        for plain in alternatives(path).map_err(|_| FindError::Missing)? {
            if plain.contains(',') {
                let why = format!("`{text}` may be several inputs for Hadoop");
                return Err(FindError::Unknown(why));
            }
            let parts: Vec<&str> = plain.split('/').filter(|part| !part.is_empty()).collect();
            self.search(self.locate(""), &parts, &mut found)?;
        }
        found.sort_by(|(one, _), (other, _)| one.cmp(other));
        found.dedup_by(|(one, _), (other, _)| one == other);
        Ok(found)
    }

    fn search(
        &self,
        base: Location,
        parts: &[&str],
        found: &mut Vec<(Location, Status)>,
    ) -> Result<(), FindError> {
        let [part, rest @ ..] = parts else {
            if let Some(status) = self.status(&base)? {
                found.push((base, status));
            }
            return Ok(());
        };
        if !part.contains(['*', '?', '[']) {
            return self.search(base.join(part), rest, found);
        }
        let glob = Pattern::new(part)
            .map_err(|_| FindError::Unknown(format!("`{part}` is a pattern of Hadoop's")))?;
        match self.status(&base)? {
            Some(status) if status.is_folder => {}
            _ => return Ok(()),
        }
        for entry in self.list(&base)? {
            let wanted = part.starts_with(['.', '_']) || !is_hidden(&entry.name);
            if wanted && glob.matches(&entry.name) {
                self.search(base.join(&entry.name), rest, found)?;
            }
        }
        Ok(())
    }
}
