//! What is copied to a cluster, in which form, and where: data that both uploads and dry runs go by.

use std::fs::File;
use std::hash::{DefaultHasher, Hasher};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use mrjob_core::codec::{Codec, Decoder, peek};

use super::TASK_FILE;
use crate::fs::Address;
use crate::input::Input;
use crate::plan::Plan;
use crate::report;
use crate::task_env::job_files::JobArguments;
use crate::task_env::{FileKind, is_unpacked_by_hadoop, pack, plain};

/// Bytes of memory for reading a compressed file.
pub(crate) const READING: usize = 64 << 20;

/// A file that tasks find in their working directory.
#[derive(Debug)]
pub(crate) struct Shipment {
    /// Its path on this machine, or an address that the cluster knows.
    pub(crate) from: PathBuf,
    pub(crate) form: Form,
    /// Where it goes, below the run's folder.
    pub(crate) place: String,
    /// Its name in the working directory of tasks.
    pub(crate) name: String,
    /// Whether Hadoop unpacks it there.
    pub(crate) is_archive: bool,
}

/// In which form a file is brought there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// It is there already.
    There,
    /// As it is.
    Copied,
    /// A folder, as an archive.
    Packed,
    /// An archive, without a compression that Hadoop doesn't know.
    Decompressed,
}

impl Shipment {
    /// All of a run: the files that the job's arguments name, and what its tasks find around them.
    pub(crate) fn all(plan: &Plan, job: &JobArguments) -> Vec<Self> {
        let own = job.files.iter().map(|file| Shipment {
            from: file.path.clone(),
            form: Form::Copied,
            place: format!("files/{}", file.name),
            name: file.name.clone(),
            is_archive: false,
        });
        let around = plan.surroundings.files.iter().enumerate();
        let around = around.map(|(number, file)| {
            let text = file.path.to_string_lossy();
            let base = plain(&file.path.file_name().unwrap_or_default().to_string_lossy());
            let (form, ending) = match file.kind {
                _ if !Address::of(&text).is_local() => (Form::There, ""),
                FileKind::Dir => (Form::Packed, ".tar.gz"),
                FileKind::Archive if !is_unpacked_by_hadoop(&base) => (Form::Decompressed, ".tar"),
                FileKind::File | FileKind::Archive => (Form::Copied, ""),
            };
            Shipment {
                from: file.path.clone(),
                form,
                place: format!("around/{number:03}-{base}{ending}"),
                name: file.name.clone(),
                is_archive: file.kind != FileKind::File,
            }
        });
        own.chain(around).collect()
    }

    /// Where it is in the run's folder `own`, or where it is already.
    pub(crate) fn place_below(&self, own: &str) -> String {
        match self.form {
            Form::There => self.from.to_string_lossy().into_owned(),
            _ => format!("{own}/{}", self.place),
        }
    }

    /// Writes what isn't brought as it is.
    pub(crate) fn write(&self, to: &mut File) -> io::Result<()> {
        match self.form {
            Form::Packed => pack(&self.from, to),
            _ => {
                // `.tbz2` is `.tar.bz2`.
                let name = self.from.to_string_lossy().replace(".tbz2", ".tar.bz2");
                let codec = Codec::of(&name).ok_or(io::ErrorKind::Unsupported)?;
                let from = File::open(&self.from)?;
                io::copy(&mut Decoder::new(codec, from, READING)?, to).map(drop)
            }
        }
    }
}

/// Where the input `number` of this machine goes, below the run's folder.
pub(crate) fn input_place(number: usize, name: &str, by_tasks: bool) -> String {
    let base = Path::new(name).file_name().unwrap_or_default();
    let base = plain(&base.to_string_lossy());
    match by_tasks {
        // A mapper of whole files may look at the name.
        true => format!("input/{number:05}/{base}"),
        // Hadoop leaves out names that begin with `_` or `.`.
        false => format!("input/{number:05}-{base}"),
    }
}

/// What messages call an input.
pub(crate) fn input_name(input: &Input) -> String {
    match input {
        Input::File { name, .. } | Input::Pipe { name, .. } => name.clone(),
        Input::Remote(file) => file.address.clone(),
        Input::Stdin | Input::Memory(_) => "standard input".to_owned(),
    }
}

/// What a run would copy, a line each, for a person.
pub(crate) fn described(plan: &Plan, job: &JobArguments, program: Option<&Path>) -> Vec<String> {
    let size = program.and_then(|path| path.metadata().ok());
    let size = report::bytes(size.map_or(0, |found| found.len()));
    let mut all = vec![
        format!("this program, {size}, unless it is there"),
        format!("{TASK_FILE}, what tasks are to do"),
    ];
    for shipment in Shipment::all(plan, job) {
        let form = match shipment.form {
            Form::There => continue,
            Form::Copied => "",
            Form::Packed => ", packed,",
            Form::Decompressed => ", decompressed,",
        };
        all.push(format!(
            "{}{form} as {}",
            shipment.from.display(),
            shipment.name
        ));
    }
    all.extend(plan.inputs.iter().map(|input| match input {
        Input::File { name, bytes, .. } => format!("{name}, {}", report::bytes(*bytes)),
        Input::Pipe { name, .. } => format!("{name}, a pipe"),
        other => input_name(other),
    }));
    all
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
