//! What a job needs on the cluster, brought there.

use std::collections::BTreeSet;
use std::env;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use mrjob_core::codec::{Codec, Decoder};
use tempfile::NamedTempFile;

use super::HadoopError;
use super::piped::Piped;
use crate::cluster::ship::{
    Form, READING, Shipment, hash, input_name, input_place, plain_name, unread_by_hadoop,
};
use crate::cluster::{PROGRAM, TASK_FILE, TaskFile};
use crate::event::Event;
use crate::fs::hdfs::{AUTHORITIES, FileSystems, Location};
use crate::fs::stoppable::Stoppable;
use crate::input::Input;
use crate::plan::Plan;
use crate::report;
use crate::run::Run;
use crate::task_env::job_files::JobArguments;
use crate::task_env::plain;

/// Checks that no two files have the same name where tasks run.
pub(super) fn check_names(plan: &Plan, job: &JobArguments) -> Result<(), HadoopError> {
    let mut taken = BTreeSet::from([PROGRAM, TASK_FILE, AUTHORITIES]);
    taken.extend(job.files.iter().map(|file| file.name.as_str()));
    for shipped in &plan.surroundings.files {
        if !taken.insert(&shipped.name) {
            return Err(HadoopError::SameName(shipped.name.clone()));
        }
    }
    Ok(())
}

/// Copies files of this machine to the cluster.
pub(super) struct Uploads<'a> {
    pub(super) run: &'a Run<'a>,
    pub(super) files: &'a FileSystems<'a>,
    /// The folder for temporary files of all runs.
    pub(super) all: &'a Location,
    /// That of this run.
    pub(super) own: &'a Location,
    /// The folder of this machine where Hadoop's client looks for what tasks need, where it runs them itself: it doesn't find
    /// that on the cluster.
    pub(super) here: Option<&'a Path>,
    /// A file of certificates that tasks trust.
    pub(super) authorities: Option<&'a Path>,
    /// Whether tasks read the input by themselves.
    pub(super) by_tasks: bool,
}

impl Uploads<'_> {
    /// The program, the task file and the job's files, each as `URI#NAME`.
    pub(super) fn tasks(&self, task_file: &TaskFile) -> Result<Vec<String>, HadoopError> {
        let program = self.program()?;
        let mut all = vec![format!("{program}#{PROGRAM}")];
        all.push(self.task_file(task_file, "task")?);
        if let Some(authorities) = self.authorities {
            let place = self.bring(authorities, self.own.join("task").join(AUTHORITIES))?;
            all.push(format!("{place}#{AUTHORITIES}"));
        }
        Ok(all)
    }

    /// The task file, in the run's folder of this name.
    pub(super) fn task_file(&self, file: &TaskFile, folder: &str) -> Result<String, HadoopError> {
        let mut text = self.temp_file()?;
        text.write_all(file.to_json().as_bytes())
            .map_err(HadoopError::io("write the task file"))?;
        let place = self.bring(text, self.own.join(folder).join(TASK_FILE))?;
        Ok(format!("{place}#{TASK_FILE}"))
    }

    /// The program, by the hash of its content: it isn't copied where it is there already.
    fn program(&self) -> Result<String, HadoopError> {
        let path = env::current_exe().map_err(HadoopError::io("find this program's own file"))?;
        if self.here.is_some() {
            return self.bring(&path, self.own.join(PROGRAM));
        }
        let (hash, bytes) =
            hash(&path).map_err(HadoopError::io(format!("read `{}`", path.display())))?;
        if cfg!(debug_assertions) {
            let message = format!(
                "this program is a debug build: slow, and {} large\nhint: `cargo build --release`",
                report::bytes(bytes)
            );
            (self.run.events)(Event::Warning { message });
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let place = self
            .all
            .join("programs")
            .join(&format!("{}-{hash:016x}", plain(&name)));
        let there = self
            .files
            .status(&place)
            .map_err(HadoopError::hdfs(format!("look at `{place}`")))?;
        if there.is_some_and(|there| there.bytes == bytes) {
            self.detail(format!("the program is at {place} already"));
            return Ok(place.to_string());
        }
        // Nobody sees half of it.
        let on_the_way = self.own.join(PROGRAM);
        self.put(&path, &on_the_way)?;
        let moved = self
            .files
            .make_folders(&self.all.join("programs"))
            .and_then(|()| self.files.rename(&on_the_way, &place));
        moved.map_err(HadoopError::hdfs(format!("move the program to `{place}`")))?;
        Ok(place.to_string())
    }

    /// The job's files and what tasks find around them: files, and archives that Hadoop unpacks, each as `URI#NAME`.
    pub(super) fn shipments(&self) -> Result<(Vec<String>, Vec<String>), HadoopError> {
        let (mut files, mut archives) = (Vec::new(), Vec::new());
        for shipment in Shipment::all(self.run.plan, self.run.shipped) {
            let from = shipment.from.as_path();
            let place = self.below(&shipment.place);
            let place = match shipment.form {
                Form::There => from.to_string_lossy().into_owned(),
                Form::Copied => self.bring(from, place)?,
                Form::Packed | Form::Decompressed => {
                    let mut file = self.temp_file()?;
                    let action = format!("make an archive of `{}`", from.display());
                    shipment
                        .write(file.as_file_mut())
                        .map_err(HadoopError::io(action))?;
                    self.bring(file, place)?
                }
            };
            let list = match shipment.is_archive {
                true => &mut archives,
                false => &mut files,
            };
            list.push(format!("{place}#{}", shipment.name));
        }
        Ok((files, archives))
    }

    /// The place of this name in the run's folder.
    fn below(&self, place: &str) -> Location {
        let names = place.split('/');
        names.fold(self.own.clone(), |folder, name| folder.join(name))
    }

    /// Inputs of this machine, by their places there: for the step's command, and with the names that the user knows.
    pub(super) fn inputs(&self) -> Result<Vec<(Location, String)>, HadoopError> {
        let folder = self.own.join("input");
        let (mut uploaded, mut copies) = (Vec::new(), Vec::new());
        for (number, input) in self.run.plan.inputs.iter().enumerate() {
            if self.run.stop.requested() {
                break;
            }
            let name = input_name(input);
            let path = match input {
                Input::File { path, .. } | Input::Pipe { path, .. } => path.clone(),
                _ => PathBuf::new(),
            };
            let place = self.below(&input_place(number, &name, self.by_tasks));
            let reading = || HadoopError::io(format!("read input `{name}`"));
            let place = match input {
                Input::File { .. } => match self.codec_for_us(&name, &path).map_err(reading())? {
                    None => {
                        copies.push((path, place.clone()));
                        place
                    }
                    Some(codec) => self.decompressed(&path, &name, codec, place)?,
                },
                Input::Pipe { .. } => {
                    let pipe = File::open(&path).map_err(reading())?;
                    self.spooled(Piped::new(pipe, self.run.stop), &name, place)?
                }
                Input::Memory(text) => self.spooled(&text[..], &name, place)?,
                _ => self.spooled(Piped::new(io::stdin(), self.run.stop), &name, place)?,
            };
            uploaded.push((place, name));
        }
        self.put_all(&copies, &folder)?;
        Ok(uploaded)
    }

    /// Copies files into `folder`: several at once, or all by one Java.
    fn put_all(
        &self,
        copies: &[(PathBuf, Location)],
        folder: &Location,
    ) -> Result<(), HadoopError> {
        if let [(from, to)] = copies {
            return self.put(from, to);
        }
        for (from, to) in copies {
            self.detail(copying(from, to));
        }
        let failed = |(number, error): (usize, _)| {
            let (from, to) = &copies[number];
            HadoopError::hdfs(copying(from, to))(error)
        };
        if self
            .files
            .put_at_once(copies, self.run.stop)
            .map_err(failed)?
        {
            return Ok(());
        }
        let staged = || format!("make links to {} inputs", copies.len());
        let stage = self.run.temp_folder().map_err(HadoopError::io(staged()))?;
        link_all(copies, folder, stage.path()).map_err(HadoopError::io(staged()))?;
        let put = self.files.put_folder(stage.path(), folder);
        put.map_err(HadoopError::hdfs(format!(
            "copy {} inputs to `{folder}`",
            copies.len()
        )))
    }

    /// How the input `name` at `path` is compressed, if Hadoop reads it and may not be able to.
    fn codec_for_us(&self, name: &str, path: &Path) -> io::Result<Option<Codec>> {
        match self.by_tasks {
            true => Ok(None),
            false => unread_by_hadoop(name, path),
        }
    }

    /// A file, decompressed on the way.
    fn decompressed(
        &self,
        path: &Path,
        name: &str,
        codec: Codec,
        place: Location,
    ) -> Result<Location, HadoopError> {
        let place = self.files.locate(plain_name(place.as_str()));
        let read = format!("read input `{name}`");
        let file = File::open(path).map_err(HadoopError::io(read.clone()))?;
        let decoder = Decoder::new(codec, file, READING).map_err(HadoopError::io(read))?;
        let file = self.copied(decoder, name)?;
        self.put(file.path(), &place)?;
        Ok(place)
    }

    /// What can be read once, by a temporary file of this machine, so that its length is known.
    fn spooled(
        &self,
        from: impl Read,
        name: &str,
        place: Location,
    ) -> Result<Location, HadoopError> {
        let file = self.copied(from, name)?;
        let codec = self.codec_for_us(name, file.path());
        if let Some(codec) = codec.map_err(HadoopError::io(format!("read input `{name}`")))? {
            return self.decompressed(file.path(), name, codec, place);
        }
        self.put(file.path(), &place)?;
        Ok(place)
    }

    /// Brings a file that tasks need to `place`, or to where Hadoop's client looks for it; its URI.
    fn bring(&self, file: impl Into<LocalFile>, place: Location) -> Result<String, HadoopError> {
        let file = file.into();
        let Some(here) = self.here else {
            self.put(file.path(), &place)?;
            return Ok(place.to_string());
        };
        let name = place.split().map_or(PROGRAM, |(_, name)| name);
        // Not where the client makes its links, which have the names that tasks know.
        let dir = here.join("files");
        let to = dir.join(name);
        fs::create_dir_all(&dir)
            .and_then(|()| file.keep(&to))
            .map_err(HadoopError::io(format!("make `{}`", to.display())))?;
        Ok(format!("file://{}", to.display()))
    }

    /// A temporary file with all that `from` has.
    fn copied(&self, from: impl Read, name: &str) -> Result<NamedTempFile, HadoopError> {
        let mut file = self.temp_file()?;
        let stop = self.run.stop;
        io::copy(&mut Stoppable { from, stop }, &mut file)
            .and_then(|_| file.flush())
            .map_err(HadoopError::io(format!(
                "copy {name} to `{}`",
                file.path().display()
            )))?;
        Ok(file)
    }

    fn temp_file(&self) -> Result<NamedTempFile, HadoopError> {
        let dir = &self.run.plan.temp_dir;
        let made = NamedTempFile::new_in(dir);
        made.map_err(HadoopError::io(format!(
            "make a file in `{}`",
            dir.display()
        )))
    }

    fn put(&self, from: &Path, to: &Location) -> Result<(), HadoopError> {
        let action = copying(from, to);
        self.detail(action.clone());
        let put = self.files.put(from, to, self.run.stop);
        put.map_err(HadoopError::hdfs(action))
    }

    fn detail(&self, message: String) {
        (self.run.events)(Event::Detail { message });
    }
}

fn copying(from: &Path, to: &Location) -> String {
    format!("copy `{}` to `{to}`", from.display())
}

/// Makes links in `stage` that lie there as the copies are to lie in `folder`.
fn link_all(copies: &[(PathBuf, Location)], folder: &Location, stage: &Path) -> io::Result<()> {
    for (from, to) in copies {
        let below = to.as_str().strip_prefix(folder.as_str());
        let link = stage.join(below.unwrap_or_default().trim_start_matches('/'));
        fs::create_dir_all(link.parent().unwrap_or(stage))?;
        symlink(std::path::absolute(from)?, link)?;
    }
    Ok(())
}

/// A file that tasks need.
enum LocalFile {
    /// One of the user's.
    Own(PathBuf),
    /// One that was made for it.
    Made(NamedTempFile),
}

impl LocalFile {
    fn path(&self) -> &Path {
        match self {
            LocalFile::Own(path) => path,
            LocalFile::Made(file) => file.path(),
        }
    }

    /// Makes it be at `to`.
    fn keep(self, to: &Path) -> io::Result<()> {
        match self {
            LocalFile::Own(path) => symlink(path, to),
            LocalFile::Made(file) => file.persist(to).map(drop).map_err(|error| error.error),
        }
    }
}

impl<P: AsRef<Path> + ?Sized> From<&P> for LocalFile {
    fn from(path: &P) -> Self {
        LocalFile::Own(path.as_ref().to_owned())
    }
}

impl From<NamedTempFile> for LocalFile {
    fn from(file: NamedTempFile) -> Self {
        LocalFile::Made(file)
    }
}
