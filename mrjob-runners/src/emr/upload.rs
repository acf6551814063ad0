//! What a job needs in S3, brought there.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use mrjob_core::codec::Decoder;
use tempfile::TempDir;

use super::run::temp_folder;
use super::{EmrConfig, EmrError};
use crate::cluster::ship::{
    Form, READING, Shipment, hash, input_name, input_place, plain_name, unread_by_hadoop,
};
use crate::cluster::{PROGRAM, TASK_FILE, TaskFile};
use crate::event::Event;
use crate::fs::{Address, FileSystem};
use crate::input::Input;
use crate::run::{Run, RunError};
use crate::task_env::{plain, quoted};

/// Files of this machine with the addresses that they will have.
pub(super) struct Uploads {
    /// For `-files`.
    pub(super) tasks: Vec<String>,
    /// For `-archives`.
    pub(super) archives: Vec<String>,
    /// For `-libjars`: files of each node.
    pub(super) libjars: Vec<String>,
    /// Hadoop's archive for streaming, if it isn't the release's.
    pub(super) streaming_jar: Option<String>,
    /// Where inputs are, each with the name that the user knows.
    pub(super) inputs: Vec<(String, String)>,
    /// Their folder, if there are any.
    pub(super) input_folder: Option<String>,
    /// The script that nodes run first.
    pub(super) bootstrap: Option<String>,
    files: Vec<(PathBuf, String)>,
    program: String,
    /// Where those are that were made for it.
    temp: TempDir,
}

impl Uploads {
    /// Finds out what is to be sent. Nothing is sent yet.
    pub(super) fn new(run: &Run<'_>, config: &EmrConfig, own: &str) -> Result<Self, EmrError> {
        let temp = temp_folder(run)?;
        let path = config.program()?;
        let read = format!("read `{}`", path.display());
        let (hash, _) = hash(&path).map_err(EmrError::io(read))?;
        let name = plain(&path.file_name().unwrap_or_default().to_string_lossy());
        let program = format!("{}/programs/{name}-{hash:016x}", config.tmp_dir);
        let mut uploads = Uploads {
            tasks: vec![
                format!("{program}#{PROGRAM}"),
                format!("{own}/{TASK_FILE}#{TASK_FILE}"),
            ],
            archives: Vec::new(),
            libjars: Vec::new(),
            streaming_jar: None,
            inputs: Vec::new(),
            input_folder: (!run.plan.inputs.is_empty()).then(|| format!("{own}/input")),
            bootstrap: None,
            files: vec![(path, program.clone())],
            program,
            temp,
        };
        for shipment in Shipment::all(run.plan, run.shipped) {
            let place = match shipment.form {
                Form::There => shipment.from.to_string_lossy().into_owned(),
                Form::Copied => uploads.here(&shipment.from, &format!("{own}/{}", shipment.place)),
                Form::Packed | Form::Decompressed => {
                    uploads.made_by(own, &shipment.place, |to| shipment.write(to))?
                }
            };
            let list = match shipment.is_archive {
                true => &mut uploads.archives,
                false => &mut uploads.tasks,
            };
            list.push(format!("{place}#{}", shipment.name));
        }
        uploads.streaming_jar = config.streaming_jar.as_ref().map(|jar| {
            let path = Path::new(jar);
            uploads.here(path, &format!("{own}/jars/{}", base_name(path)))
        });
        uploads.bootstrap(own, config, &run.plan.job_key)?;
        for (number, input) in run.plan.inputs.iter().enumerate() {
            let by_tasks = run.plan.steps[0].takes_files();
            uploads.input(own, number, input, by_tasks)?;
        }
        Ok(uploads)
    }

    /// The task file, which is made when the steps are known.
    pub(super) fn task_file(&mut self, own: &str, file: &TaskFile) -> Result<(), EmrError> {
        let made = self.made(own, TASK_FILE, &mut file.to_json().as_bytes());
        made.map(drop)
    }

    /// A list of what map tasks read; where it will be.
    pub(super) fn list(&mut self, own: &str, manifest: &str) -> Result<String, EmrError> {
        self.made(own, "splits/0000", &mut manifest.as_bytes())
    }

    /// The script of a step; where it will be.
    pub(super) fn script(
        &mut self,
        own: &str,
        number: usize,
        text: &str,
    ) -> Result<String, EmrError> {
        self.made(own, &format!("steps/{number:04}.sh"), &mut text.as_bytes())
    }

    /// The inputs that are sent, each with its bytes.
    pub(super) fn input_sizes(&self) -> Vec<(String, u64)> {
        let size = |(place, _): &(String, String)| {
            let from = self.files.iter().find(|(_, to)| to == place);
            let found = from.and_then(|(path, _)| path.metadata().ok());
            (place.clone(), found.map_or(0, |found| found.len()))
        };
        self.inputs.iter().map(size).collect()
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

    /// An input of this machine, which tasks read by themselves or Hadoop does.
    fn input(
        &mut self,
        own: &str,
        number: usize,
        input: &Input,
        by_tasks: bool,
    ) -> Result<(), EmrError> {
        let name = input_name(input);
        let path = match input {
            Input::File { path, .. } | Input::Pipe { path, .. } => Some(path),
            _ => None,
        };
        let base = input_place(number, &name, by_tasks);
        let read = || EmrError::io(format!("read input `{name}`"));
        let open = |path: &PathBuf| File::open(path).map_err(read());
        // What can be read once is copied before it is looked at.
        let path = match (input, path) {
            (Input::File { .. }, Some(path)) => path.clone(),
            (Input::Memory(text), _) => self.copied(&mut &text[..])?,
            (_, Some(path)) => self.copied(&mut open(path)?)?,
            _ => self.copied(&mut io::stdin().lock())?,
        };
        let codec = match by_tasks {
            true => None,
            false => unread_by_hadoop(&name, &path).map_err(read())?,
        };
        let place = match codec {
            None => {
                let place = format!("{own}/{base}");
                self.files.push((path, place.clone()));
                place
            }
            Some(codec) => {
                let decoder = Decoder::new(codec, open(&path)?, READING);
                self.made(own, plain_name(&base), &mut decoder.map_err(read())?)?
            }
        };
        self.inputs.push((place, name));
        Ok(())
    }

    /// The script that nodes of a new cluster run first, if they have anything to do.
    fn bootstrap(&mut self, own: &str, config: &EmrConfig, key: &str) -> Result<(), EmrError> {
        let (script, jars) = bootstrap_script(config, own, key, &mut self.files);
        self.libjars = jars;
        if let Some(script) = script {
            let place = self.made(own, "bootstrap/bootstrap.sh", &mut script.as_bytes())?;
            self.bootstrap = Some(place);
        }
        Ok(())
    }

    /// Where a file will be that the user names.
    fn here(&mut self, path: &Path, place: &str) -> String {
        here(&mut self.files, path, place)
    }

    /// A temporary copy.
    fn copied(&self, from: &mut dyn Read) -> Result<PathBuf, EmrError> {
        let path = self
            .temp
            .path()
            .join(format!("copy-{:05}", self.files.len()));
        let copied = File::create(&path).and_then(|mut file| io::copy(from, &mut file));
        copied.map_err(EmrError::io("copy an input for the cluster"))?;
        Ok(path)
    }

    /// A file that is made for it.
    fn made(&mut self, own: &str, name: &str, from: &mut dyn Read) -> Result<String, EmrError> {
        self.made_by(own, name, |to| io::copy(from, to).map(drop))
    }

    /// A file that `write` makes for it.
    fn made_by(
        &mut self,
        own: &str,
        name: &str,
        write: impl FnOnce(&mut File) -> io::Result<()>,
    ) -> Result<String, EmrError> {
        let path = self.temp.path().join(format!("{:05}", self.files.len()));
        let copied = File::create(&path).and_then(|mut file| write(&mut file));
        copied.map_err(EmrError::io(format!("make `{name}` for the cluster")))?;
        let place = format!("{own}/{name}");
        self.files.push((path, place.clone()));
        Ok(place)
    }
}

/// Whether it is an address and no path.
fn is_remote(path: &Path) -> bool {
    !Address::of(&path.to_string_lossy()).is_local()
}

/// The last part of a path, as a name that needs no quoting.
fn base_name(path: &Path) -> String {
    plain(&path.file_name().unwrap_or_default().to_string_lossy())
}

/// Where a file will be that the user names, which is noted in `files`: what is in S3 stays there.
fn here(files: &mut Vec<(PathBuf, String)>, path: &Path, place: &str) -> String {
    if is_remote(path) {
        return path.to_string_lossy().into_owned();
    }
    files.push((path.to_owned(), place.to_owned()));
    place.to_owned()
}

/// What new nodes run, if anything, and where they have Java archives then. The files that they fetch are noted in `files`.
pub(super) fn bootstrap_script(
    config: &EmrConfig,
    own: &str,
    key: &str,
    files: &mut Vec<(PathBuf, String)>,
) -> (Option<String>, Vec<String>) {
    let (mut copies, mut jars) = (String::new(), Vec::new());
    for jar in &config.libjars {
        if jar.starts_with("file://") {
            jars.push(jar.clone());
            continue;
        }
        let path = Path::new(jar);
        let base = format!("{:02}-{}", jars.len(), base_name(path));
        let place = here(files, path, &format!("{own}/jars/{base}"));
        let node = format!("/home/hadoop/mrjob/{key}/{base}");
        copies += &format!("aws s3 cp {} {}\n", quoted(&place), quoted(&node));
        jars.push(format!("file://{node}"));
    }
    let is_there = config.cluster_id.is_some();
    if is_there || (copies.is_empty() && config.bootstrap.is_empty()) {
        return (None, jars);
    }
    for file in &config.bootstrap_files {
        let place = here(files, &file.path, &format!("{own}/bootstrap/{}", file.name));
        let node = format!("\"$__mrjob_PWD\"/{}", quoted(&file.name));
        copies += &format!("aws s3 cp {} {node}\nchmod u+rx {node}\n", quoted(&place));
    }
    let lines = config.bootstrap.iter().map(|line| line.script.as_str());
    let lines: Vec<&str> = lines.collect();
    let script = format!(
        "#!/bin/sh\nset -ex\nexec >&2\n__mrjob_PWD=$(mktemp -d)\n{copies}{}\n",
        lines.join("\n")
    );
    (Some(script), jars)
}
