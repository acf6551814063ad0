//! What a job needs on the cluster, brought there.

use std::collections::hash_map::DefaultHasher;
use std::env;
use std::fs::File;
use std::hash::Hasher;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use mrjob_core::codec::{Codec, Decoder};

use super::hdfs::{FileSystems, Location};
use super::{HadoopError, has_scheme};
use crate::event::Event;
use crate::plan::Input;
use crate::report;
use crate::runner::Run;
use crate::streaming::{PROGRAM, TASK_FILE, TaskFile};

/// Bytes of memory for reading a compressed file.
const READING: usize = 64 << 20;

/// Copies files of this machine to the cluster.
pub(super) struct Uploads<'a> {
    pub(super) run: &'a Run<'a>,
    pub(super) files: &'a FileSystems,
    /// The folder for temporary files of all runs.
    pub(super) all: &'a Location,
    /// That of this run.
    pub(super) own: &'a Location,
}

impl Uploads<'_> {
    /// The program, the task file and the job's files, each as `URI#NAME`.
    pub(super) fn tasks(&self, task_file: &TaskFile) -> Result<Vec<String>, HadoopError> {
        let program = self.program()?;
        let mut all = vec![format!("{program}#{PROGRAM}")];
        let place = self.own.join(TASK_FILE);
        self.files
            .put_bytes(task_file.to_json().as_bytes(), &place)
            .map_err(HadoopError::hdfs(format!("write `{place}`")))?;
        all.push(format!("{place}#{TASK_FILE}"));
        for file in &self.run.shipped.files {
            let place = self.own.join("files").join(&file.name);
            self.put(&file.path, &place)?;
            all.push(format!("{place}#{}", file.name));
        }
        Ok(all)
    }

    /// The program, by the hash of its content: it isn't copied where it is there already.
    fn program(&self) -> Result<Location, HadoopError> {
        let path = env::current_exe().map_err(HadoopError::io("find this program's own file"))?;
        let (hash, bytes) =
            hash(&path).map_err(HadoopError::io(format!("read `{}`", path.display())))?;
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
            return Ok(place);
        }
        if cfg!(debug_assertions) {
            let message = format!(
                "this program is a debug build: slow, and {} to copy\nhint: `cargo build --release`",
                report::bytes(bytes)
            );
            (self.run.events)(Event::Warning { message });
        }
        // Nobody sees half of it.
        let on_the_way = self.own.join(PROGRAM);
        self.put(&path, &on_the_way)?;
        let moved = self
            .files
            .make_folders(&self.all.join("programs"))
            .and_then(|()| self.files.rename(&on_the_way, &place));
        moved.map_err(HadoopError::hdfs(format!("move the program to `{place}`")))?;
        Ok(place)
    }

    /// Files or archives that the user names, each as `URI#NAME`; what is on the cluster already stays where it is.
    pub(super) fn named(&self, given: &[String]) -> Result<Vec<String>, HadoopError> {
        let mut all = Vec::new();
        for (number, given) in given.iter().enumerate() {
            let (path, name) = match given.rsplit_once('#') {
                Some((path, name)) if !name.is_empty() => (path, name.to_owned()),
                Some((path, _)) => (path, base_name(path)),
                None => (given.as_str(), base_name(given)),
            };
            if has_scheme(path) && !path.starts_with("file:") {
                all.push(format!("{path}#{name}"));
                continue;
            }
            let place = self
                .own
                .join("named")
                .join(&format!("{number:03}-{}", base_name(path)));
            self.put(Path::new(path), &place)?;
            all.push(format!("{place}#{name}"));
        }
        Ok(all)
    }

    /// Inputs of this machine, by their places there: for the step's command, and with the names that the user knows.
    pub(super) fn inputs(&self) -> Result<Vec<(Location, String)>, HadoopError> {
        let folder = self.own.join("input");
        let mut uploaded = Vec::new();
        for (number, input) in self.run.plan.inputs.iter().enumerate() {
            if self.run.stop.requested() {
                break;
            }
            let (name, path) = match input {
                Input::File { path, name, .. } => (name.clone(), path.clone()),
                Input::Pipe { path, name } => (name.clone(), path.clone()),
                _ => ("standard input".to_owned(), PathBuf::new()),
            };
            let base = Path::new(&name)
                .file_name()
                .unwrap_or_default()
                .to_string_lossy();
            let place = folder.join(&format!("{number:05}-{}", plain(&base)));
            let place = match input {
                Input::File { .. } => self.file(&path, &name, place)?,
                Input::Pipe { .. } => {
                    let pipe = File::open(&path)
                        .map_err(HadoopError::io(format!("read input `{name}`")))?;
                    self.spooled(pipe, &name, place)?
                }
                Input::Memory(text) => self.spooled(&text[..], &name, place)?,
                _ => self.spooled(io::stdin().lock(), &name, place)?,
            };
            uploaded.push((place, name));
        }
        Ok(uploaded)
    }

    /// A file, decompressed on the way where Hadoop may not be able to.
    fn file(&self, path: &Path, name: &str, place: Location) -> Result<Location, HadoopError> {
        let Some(codec) = Codec::of(name).filter(|codec| !["gz", "bz2"].contains(&codec.suffix()))
        else {
            self.put(path, &place)?;
            return Ok(place);
        };
        let text = place
            .as_str()
            .strip_suffix(codec.suffix())
            .unwrap_or(place.as_str());
        let place = self.files.locate(text.trim_end_matches('.'));
        let read = format!("read input `{name}`");
        let file = File::open(path).map_err(HadoopError::io(read.clone()))?;
        let decoder = Decoder::new(codec, file, READING).map_err(HadoopError::io(read))?;
        self.spooled(decoder, name, place)
    }

    /// What can be read once, by a temporary file of this machine, so that its length is known.
    fn spooled(
        &self,
        mut from: impl Read,
        name: &str,
        place: Location,
    ) -> Result<Location, HadoopError> {
        let dir = &self.run.plan.temp_dir;
        let mut file = tempfile::NamedTempFile::new_in(dir).map_err(HadoopError::io(format!(
            "make a file in `{}`",
            dir.display()
        )))?;
        io::copy(&mut from, &mut file)
            .and_then(|_| file.flush())
            .map_err(HadoopError::io(format!(
                "copy {name} to `{}`",
                file.path().display()
            )))?;
        self.put(file.path(), &place)?;
        Ok(place)
    }

    fn put(&self, from: &Path, to: &Location) -> Result<(), HadoopError> {
        let action = format!("copy `{}` to `{to}`", from.display());
        self.detail(action.clone());
        self.files.put(from, to).map_err(HadoopError::hdfs(action))
    }

    fn detail(&self, message: String) {
        (self.run.events)(Event::Detail { message });
    }
}

/// A hash of a file's content, and its length.
pub(crate) fn hash(path: &Path) -> io::Result<(u64, u64)> {
    let mut file = File::open(path)?;
    let mut hasher = DefaultHasher::new();
    let mut buffer = vec![0; 1 << 20];
    let mut bytes = 0;
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            return Ok((hasher.finish(), bytes));
        }
        hasher.write(&buffer[..read]);
        bytes += read as u64;
    }
}

/// The last part of a path, as a name that needs no quoting.
fn base_name(path: &str) -> String {
    plain(
        path.trim_end_matches('/')
            .rsplit('/')
            .next()
            .unwrap_or(path),
    )
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
