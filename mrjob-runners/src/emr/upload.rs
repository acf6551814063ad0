//! What a job needs in S3, brought there.

use std::env;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use mrjob_core::codec::{Codec, Decoder};
use tempfile::TempDir;

use super::{EmrConfig, EmrError};
use crate::event::Event;
use crate::fs::FileSystem;
use crate::hadoop::hash;
use crate::plan::Input;
use crate::runner::{Run, RunError};
use crate::streaming::{PROGRAM, TASK_FILE, TaskFile};
use crate::surroundings::plain;

/// Bytes of memory for reading a compressed file.
const READING: usize = 64 << 20;

/// Files of this machine with the addresses that they will have.
pub(super) struct Uploads {
    /// For `-files`.
    pub(super) tasks: Vec<String>,
    /// For `-input`, each with the name that the user knows.
    pub(super) inputs: Vec<(String, String)>,
    /// The script that nodes run first.
    pub(super) bootstrap: Option<String>,
    files: Vec<(PathBuf, String)>,
    program: String,
    /// Where those are that were made for it.
    temp: TempDir,
}

impl Uploads {
    /// Finds out what is to be sent. Nothing is sent yet.
    pub(super) fn new(
        run: &Run<'_>,
        config: &EmrConfig,
        own: &str,
        task_file: &TaskFile,
    ) -> Result<Self, EmrError> {
        let dir = &run.plan.temp_dir;
        let temp = tempfile::Builder::new()
            .prefix(&format!("{}.", run.plan.job_key))
            .tempdir_in(dir)
            .map_err(EmrError::io(format!(
                "make a folder in `{}`",
                dir.display()
            )))?;
        let path = env::current_exe().map_err(EmrError::io("find this program's own file"))?;
        let read = format!("read `{}`", path.display());
        let (hash, _) = hash(&path).map_err(EmrError::io(read))?;
        let name = plain(&path.file_name().unwrap_or_default().to_string_lossy());
        let program = format!("{}/programs/{name}-{hash:016x}", config.tmp_dir);
        let mut uploads = Uploads {
            tasks: vec![format!("{program}#{PROGRAM}")],
            inputs: Vec::new(),
            bootstrap: None,
            files: vec![(path, program.clone())],
            program,
            temp,
        };
        let json = task_file.to_json();
        let place = uploads.made(own, TASK_FILE, &mut json.as_bytes())?;
        uploads.tasks.push(format!("{place}#{TASK_FILE}"));
        for file in &run.shipped.files {
            let place = format!("{own}/files/{}", file.name);
            uploads.tasks.push(format!("{place}#{}", file.name));
            uploads.files.push((file.path.clone(), place));
        }
        if !config.bootstrap.is_empty() && config.cluster_id.is_none() {
            let script = format!("#!/bin/sh -ex\n{}\n", config.bootstrap.join("\n"));
            let place = uploads.made(own, "bootstrap.sh", &mut script.as_bytes())?;
            uploads.bootstrap = Some(place);
        }
        for (number, input) in run.plan.inputs.iter().enumerate() {
            uploads.input(own, number, input)?;
        }
        Ok(uploads)
    }

    /// Sends it all; the program only where it isn't there already. A run that is told to stop takes back what it sent.
    pub(super) fn send(mut self, run: &Run<'_>, to: &dyn FileSystem) -> Result<(), RunError> {
        let failed = |error| RunError::from(EmrError::Files(error));
        let there = to.file(&self.program).map_err(failed)?;
        let bytes = fs::metadata(&self.files[0].0).map_or(0, |found| found.len());
        if there.is_some_and(|there| there.file.bytes == bytes) {
            self.files.remove(0);
        }
        for (path, place) in &self.files {
            let message = format!("copying `{}` to {place}", path.display());
            (run.events)(Event::Detail { message });
        }
        let upload: Arc<dyn crate::fs::Upload> = Arc::from(to.upload(&Vec::new()));
        let (cancelled, undone) = (Arc::clone(&upload), Arc::clone(&upload));
        run.stop.on_request(move || cancelled.cancel());
        run.stop.note_undo(move || drop(undone.abort()));
        let sent = upload.send(&self.files).and_then(|()| upload.complete());
        if let Err(error) = sent {
            let aborted = upload.abort();
            if run.stop.requested() {
                return Err(RunError::Stopped);
            }
            if let Err(error) = aborted {
                let message = error.to_string();
                (run.events)(Event::Warning { message });
            }
            return Err(failed(error));
        }
        upload.keep();
        Ok(())
    }

    fn input(&mut self, own: &str, number: usize, input: &Input) -> Result<(), EmrError> {
        let (name, path) = match input {
            Input::File { path, name, .. } | Input::Pipe { path, name } => {
                (name.clone(), Some(path))
            }
            _ => ("standard input".to_owned(), None),
        };
        let base = Path::new(&name).file_name().unwrap_or_default();
        let base = format!("input/{number:05}-{}", plain(&base.to_string_lossy()));
        let read = || EmrError::io(format!("read input `{name}`"));
        let open = |path: &PathBuf| File::open(path).map_err(read());
        // Hadoop may not be able to decompress others.
        let codec = Codec::of(&name).filter(|codec| !["gz", "bz2"].contains(&codec.suffix()));
        let place = match (input, path, codec) {
            (Input::File { .. }, Some(path), None) => {
                let place = format!("{own}/{base}");
                self.files.push((path.clone(), place.clone()));
                place
            }
            (Input::File { .. }, Some(path), Some(codec)) => {
                let decoder = Decoder::new(codec, open(path)?, READING);
                let base = base.trim_end_matches(codec.suffix());
                self.made(
                    own,
                    base.trim_end_matches('.'),
                    &mut decoder.map_err(read())?,
                )?
            }
            (Input::Memory(text), ..) => self.made(own, &base, &mut &text[..])?,
            (_, Some(path), _) => self.made(own, &base, &mut open(path)?)?,
            _ => self.made(own, &base, &mut io::stdin().lock())?,
        };
        self.inputs.push((place, name));
        Ok(())
    }

    /// A file that is made for it.
    fn made(&mut self, own: &str, name: &str, from: &mut dyn Read) -> Result<String, EmrError> {
        let path = self.temp.path().join(format!("{:05}", self.files.len()));
        let copied = File::create(&path).and_then(|mut file| io::copy(from, &mut file));
        copied.map_err(EmrError::io(format!("write `{}`", path.display())))?;
        let place = format!("{own}/{name}");
        self.files.push((path, place.clone()));
        Ok(place)
    }
}
