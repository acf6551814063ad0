//! Files that change while a job reads them, which would give a short answer, or a mixed one.

use std::fs::{self, Metadata};
use std::io::ErrorKind;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use crate::input::Input;
use crate::plan::Plan;
use crate::run::RunError;

/// The files of a plan as they were when its run began.
pub(super) struct Unchanged<'a> {
    files: Vec<Noted<'a>>,
}

struct Noted<'a> {
    path: &'a Path,
    name: &'a str,
    /// The size when the plan was made.
    bytes: u64,
    /// Device and number on it.
    identity: (u64, u64),
}

impl<'a> Unchanged<'a> {
    /// Notes what there is.
    pub(super) fn note(plan: &'a Plan) -> Result<Self, RunError> {
        let mut files = Vec::new();
        for input in &plan.inputs {
            if let Input::File { path, name, bytes } = input {
                let found = fs::metadata(path);
                let found = found.map_err(RunError::io(format!("read input `{name}`")))?;
                files.push(Noted {
                    path,
                    name,
                    bytes: *bytes,
                    identity: identity(&found),
                });
            }
        }
        Ok(Unchanged { files })
    }

    /// Refuses what was read if a file is shorter now, or another one. One that has grown was read as far as it went when
    /// the task came to its end; one that is gone was read from the start by whoever had it open.
    pub(super) fn check(&self) -> Result<(), RunError> {
        for file in &self.files {
            let now = match fs::metadata(file.path) {
                Err(error) if error.kind() == ErrorKind::NotFound => continue,
                now => now.map_err(RunError::io(format!("read input `{}`", file.name)))?,
            };
            let change = if identity(&now) != file.identity {
                "was replaced by another file".to_owned()
            } else if now.len() < file.bytes {
                format!("shrank from {} bytes to {}", file.bytes, now.len())
            } else {
                continue;
            };
            return Err(RunError::InputChanged {
                name: file.name.to_owned(),
                change,
            });
        }
        Ok(())
    }
}

fn identity(found: &Metadata) -> (u64, u64) {
    (found.dev(), found.ino())
}
