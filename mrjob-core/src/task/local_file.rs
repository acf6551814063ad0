//! Files as mappers of whole files get them: the source itself, or a copy of its plain bytes.

use std::borrow::Cow;
use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;

use tempfile::TempDir;

use super::Monitor;
use super::input::open;
use super::remote::Opener;
use super::spec::{MapTask, Source, Split};
use super::trace::TaskError;
use crate::codec::{Codec, Decoder, peek};

const BUFFER: usize = 256 << 10;

/// A file on this machine that isn't compressed.
pub(crate) struct LocalFile<'s> {
    path: Cow<'s, Path>,
    /// The size of the source.
    pub(crate) bytes: u64,
    /// What the copy is in, if it is one.
    _folder: Option<TempDir>,
}

impl<'s> LocalFile<'s> {
    pub(crate) fn of(
        remote: Opener,
        split: &'s Split,
        task: &MapTask,
        monitor: &Monitor,
        is_source: bool,
    ) -> Result<Self, TaskError> {
        let name = split.source.name();
        let reading = || TaskError::io(format!("read `{name}`"));
        let (from, bytes) = open(remote, &split.source, 0, None).map_err(reading())?;
        let (start, from) = peek(from).map_err(reading())?;
        let codec = match is_source {
            true => Codec::of_file(split.codec, &start).map_err(reading())?,
            false => None,
        };
        let mut from: Box<dyn Read + Send> = match (codec, &split.source) {
            (None, Source::File { path, .. }) => {
                return Ok(LocalFile {
                    path: path.into(),
                    bytes,
                    _folder: None,
                });
            }
            (None, _) => Box::new(from),
            (Some(codec), _) => {
                Box::new(Decoder::new(codec, from, task.memory).map_err(reading())?)
            }
        };
        let copying = || TaskError::io(format!("copy `{name}` to `{}`", task.temp_dir.display()));
        let folder = tempfile::tempdir_in(&task.temp_dir).map_err(copying())?;
        let path = folder.path().join(plain_name(name, codec));
        let mut to = File::create_new(&path).map_err(copying())?;
        let mut buffer = vec![0; BUFFER];
        loop {
            match from.read(&mut buffer).map_err(reading())? {
                0 => break,
                read => to.write_all(&buffer[..read]).map_err(copying())?,
            }
            if monitor.is_cancelled() {
                return Err(TaskError::Cancelled);
            }
        }
        Ok(LocalFile {
            path: path.into(),
            bytes,
            _folder: Some(folder),
        })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

/// `a/b.csv.gz` as `b.csv` where it was compressed.
fn plain_name(name: &str, codec: Option<Codec>) -> String {
    let file = name.rsplit('/').next().unwrap_or(name);
    let stem = |suffix| file.strip_suffix(suffix).filter(|stem| !stem.is_empty());
    match file.rsplit_once('.') {
        _ if codec.is_none() => file.to_owned(),
        Some((stem, _)) if Codec::of(file).is_some() => stem.to_owned(),
        _ => match stem(".tgz").or_else(|| stem(".tbz2")) {
            Some(stem) => format!("{stem}.tar"),
            None => file.to_owned(),
        },
    }
}
