//! What a job needs on the cluster, brought there.

use std::collections::BTreeSet;
use std::collections::hash_map::DefaultHasher;
use std::env;
use std::fs::{self, File};
use std::hash::Hasher;
use std::io::{self, Read, Write};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use mrjob_core::codec::{Codec, Decoder, peek};
use tempfile::NamedTempFile;

use super::hdfs::{FileSystems, Location};
use super::stoppable::{Piped, Stoppable};
use super::{HadoopError, has_scheme};
use crate::event::Event;
use crate::plan::Input;
use crate::report;
use crate::runner::Run;
use crate::streaming::{AUTHORITIES, PROGRAM, TASK_FILE, TaskFile};
use crate::surroundings::{FileKind, Shipped, is_unpacked_by_hadoop, pack, plain};

/// Bytes of memory for reading a compressed file.
const READING: usize = 64 << 20;

/// Checks that no two files have the same name where tasks run.
pub(super) fn check_names(run: &Run<'_>) -> Result<(), HadoopError> {
    let mut taken = BTreeSet::from([PROGRAM, TASK_FILE, AUTHORITIES]);
    taken.extend(run.shipped.files.iter().map(|file| file.name.as_str()));
    for shipped in &run.plan.surroundings.files {
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
        for file in &self.run.shipped.files {
            let place = self.own.join("files").join(&file.name);
            let place = self.bring(&file.path, place)?;
            all.push(format!("{place}#{}", file.name));
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

    /// What tasks find around them beside the job's own files: files, and archives that Hadoop unpacks, each as `URI#NAME`.
    pub(super) fn surroundings(&self) -> Result<(Vec<String>, Vec<String>), HadoopError> {
        let (mut files, mut archives) = (Vec::new(), Vec::new());
        for (number, shipped) in self.run.plan.surroundings.files.iter().enumerate() {
            let place = self.around(number, shipped)?;
            let named = format!("{place}#{}", shipped.name);
            match shipped.kind {
                FileKind::File => files.push(named),
                FileKind::Dir | FileKind::Archive => archives.push(named),
            }
        }
        Ok((files, archives))
    }

    /// Brings one of them there, in a form that Hadoop knows; what is on the cluster already stays where it is.
    fn around(&self, number: usize, shipped: &Shipped) -> Result<String, HadoopError> {
        let path = shipped.path.as_path();
        let text = path.to_string_lossy();
        if has_scheme(&text) {
            return Ok(text.into_owned());
        }
        let name = plain(&path.file_name().unwrap_or_default().to_string_lossy());
        let place = |name: &str| self.own.join("around").join(&format!("{number:03}-{name}"));
        let read = || HadoopError::io(format!("read `{text}`"));
        match shipped.kind {
            FileKind::Dir => {
                let mut file = self.temp_file()?;
                pack(path, &mut file).map_err(HadoopError::io(format!("pack `{text}`")))?;
                self.bring(file, place(&format!("{name}.tar.gz")))
            }
            FileKind::Archive if !is_unpacked_by_hadoop(&name) => {
                let file = File::open(path).map_err(read())?;
                let codec = Codec::of(&codec_name(&name)).ok_or(io::ErrorKind::Unsupported.into());
                let decoder = codec.and_then(|codec| Decoder::new(codec, file, READING));
                let file = self.copied(decoder.map_err(read())?, &text)?;
                self.bring(file, place(&format!("{name}.tar")))
            }
            FileKind::File | FileKind::Archive => self.bring(path, place(&name)),
        }
    }

    /// Inputs of this machine, by their places there: for the step's command, and with the names that the user knows.
    pub(super) fn inputs(&self) -> Result<Vec<(Location, String)>, HadoopError> {
        let folder = self.own.join("input");
        let (mut uploaded, mut copies) = (Vec::new(), Vec::new());
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
            let place = match self.by_tasks {
                // A mapper of whole files may look at the name.
                true => folder.join(&format!("{number:05}")).join(&plain(&base)),
                // Hadoop leaves out names that begin with `_` or `.`.
                false => folder.join(&format!("{number:05}-{}", plain(&base))),
            };
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
    fn bring(&self, file: impl Into<Brought>, place: Location) -> Result<String, HadoopError> {
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

/// How the input `name` at `path` is compressed, if Hadoop may not be able to read it: it goes by names, and knows few.
pub(crate) fn unread_by_hadoop(name: &str, path: &Path) -> io::Result<Option<Codec>> {
    let (start, _) = peek(File::open(path)?)?;
    let named = Codec::of(name);
    // What isn't read as lines is told by the task that gets it.
    let codec = Codec::of_lines(name, named, &start).unwrap_or(None);
    let is_hadoops = |codec: &Codec| match codec {
        Codec::Gzip => name.ends_with(".gz"),
        Codec::Bzip2 => name.ends_with(".bz2"),
        _ => false,
    };
    Ok(codec.filter(|codec| !is_hadoops(codec)))
}

/// The name of a compressed file once it is decompressed.
pub(crate) fn plain_name(name: &str) -> &str {
    match name.rsplit_once('.') {
        Some((stem, _)) if Codec::of(name).is_some() => stem,
        _ => name,
    }
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
enum Brought {
    /// One of the user's.
    Own(PathBuf),
    /// One that was made for it.
    Made(NamedTempFile),
}

impl Brought {
    fn path(&self) -> &Path {
        match self {
            Brought::Own(path) => path,
            Brought::Made(file) => file.path(),
        }
    }

    /// Makes it be at `to`.
    fn keep(self, to: &Path) -> io::Result<()> {
        match self {
            Brought::Own(path) => symlink(path, to),
            Brought::Made(file) => file.persist(to).map(drop).map_err(|error| error.error),
        }
    }
}

impl<P: AsRef<Path> + ?Sized> From<&P> for Brought {
    fn from(path: &P) -> Self {
        Brought::Own(path.as_ref().to_owned())
    }
}

impl From<NamedTempFile> for Brought {
    fn from(file: NamedTempFile) -> Self {
        Brought::Made(file)
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

/// What an archive's compression is told by: `.tbz2` is `.tar.bz2`.
fn codec_name(archive: &str) -> String {
    archive.replace(".tbz2", ".tar.bz2")
}
