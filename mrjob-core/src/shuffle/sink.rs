//! Where the bytes of runs go, and where they are read from.

use std::fs::{DirBuilder, File};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, FileExt};
use std::path::{Path, PathBuf};

use super::error::ShuffleError;
use super::options::RunOutput;

/// Bytes of a full page in memory.
const PAGE: usize = 16 << 10;

/// A file in memory, in pages that are never copied.
#[derive(Debug, Default)]
pub(super) struct Pages {
    pages: Vec<Vec<u8>>,
    len: usize,
}

impl Pages {
    fn append(&mut self, mut bytes: &[u8]) {
        self.len += bytes.len();
        while !bytes.is_empty() {
            let room = self.pages.last().map_or(0, |page| PAGE - page.len());
            if room == 0 {
                // The first page grows from nothing, for most runs of a tiny job are tiny.
                let capacity = if self.pages.is_empty() { 0 } else { PAGE };
                self.pages.push(Vec::with_capacity(capacity));
                continue;
            }
            let (now, later) = bytes.split_at(room.min(bytes.len()));
            if let Some(page) = self.pages.last_mut() {
                page.extend_from_slice(now);
            }
            bytes = later;
        }
    }

    fn read_exact_at(&self, mut to: &mut [u8], offset: u64) -> io::Result<()> {
        let mut at = offset as usize;
        while !to.is_empty() {
            let page = self
                .pages
                .get(at / PAGE)
                .and_then(|page| page.get(at % PAGE..));
            let page = page.filter(|page| !page.is_empty());
            let page = page.ok_or(io::ErrorKind::UnexpectedEof)?;
            let now = page.len().min(to.len());
            let (head, tail) = to.split_at_mut(now);
            head.copy_from_slice(&page[..now]);
            to = tail;
            at += now;
        }
        Ok(())
    }
}

/// Bytes that can be read at any place.
#[derive(Debug)]
pub(super) enum Store {
    Memory(Pages),
    File { file: File, path: PathBuf },
}

impl Store {
    /// Nothing, in memory.
    #[cfg(feature = "streaming")]
    pub(super) fn empty() -> Self {
        Self::Memory(Pages::default())
    }

    pub(super) fn open(path: &Path) -> Result<Self, ShuffleError> {
        let file = File::open(path).map_err(|source| ShuffleError::Read {
            path: path.into(),
            offset: 0,
            source,
        })?;
        Ok(Self::File {
            file,
            path: path.into(),
        })
    }

    pub(super) fn path(&self) -> &Path {
        match self {
            Self::Memory(_) => Path::new("memory"),
            Self::File { path, .. } => path,
        }
    }

    pub(super) fn len(&self) -> Result<u64, ShuffleError> {
        match self {
            Self::Memory(pages) => Ok(pages.len as u64),
            Self::File { file, .. } => match file.metadata() {
                Ok(metadata) => Ok(metadata.len()),
                Err(source) => Err(self.unreadable(0, source)),
            },
        }
    }

    pub(super) fn read_exact_at(&self, to: &mut [u8], offset: u64) -> Result<(), ShuffleError> {
        let done = match self {
            Self::Memory(pages) => pages.read_exact_at(to, offset),
            Self::File { file, .. } => file.read_exact_at(to, offset),
        };
        done.map_err(|source| self.unreadable(offset, source))
    }

    pub(super) fn read_vec(&self, from: u64, bytes: usize) -> Result<Vec<u8>, ShuffleError> {
        let mut read = vec![0; bytes];
        self.read_exact_at(&mut read, from)?;
        Ok(read)
    }

    fn unreadable(&self, offset: u64, source: io::Error) -> ShuffleError {
        if source.kind() == io::ErrorKind::UnexpectedEof {
            return self.damaged(offset, "the file ends too early");
        }
        ShuffleError::Read {
            path: self.path().into(),
            offset,
            source,
        }
    }

    pub(super) fn damaged(&self, offset: u64, what: &'static str) -> ShuffleError {
        ShuffleError::Damaged {
            path: self.path().into(),
            offset,
            what,
        }
    }
}

/// Bytes that are appended to a [`Store`].
#[derive(Debug)]
pub(super) struct Sink {
    store: Store,
    /// Where memory turns into a file, and at how many bytes.
    spill: Option<(PathBuf, usize)>,
    len: u64,
}

impl Sink {
    /// Up to `limit` bytes stay in memory where the output is memory.
    pub(super) fn new(output: RunOutput, limit: usize) -> Result<Self, ShuffleError> {
        let (store, spill) = match output {
            RunOutput::Memory { spill_dir } => {
                (Store::Memory(Pages::default()), Some((spill_dir, limit)))
            }
            RunOutput::File(path) => match File::create(&path) {
                Ok(file) => (Store::File { file, path }, None),
                Err(source) => return Err(ShuffleError::create(&path, source)),
            },
        };
        Ok(Self {
            store,
            spill,
            len: 0,
        })
    }

    /// To a file without a name, which is gone when it is closed.
    pub(super) fn unnamed(dir: &Path) -> Result<Self, ShuffleError> {
        let file = tempfile::tempfile_in(dir).map_err(|error| ShuffleError::create(dir, error))?;
        let path = dir.into();
        Ok(Self {
            store: Store::File { file, path },
            spill: None,
            len: 0,
        })
    }

    pub(super) fn len(&self) -> u64 {
        self.len
    }

    /// Bytes of memory held.
    pub(super) fn memory(&self) -> usize {
        match &self.store {
            Store::Memory(pages) => pages.len.next_multiple_of(PAGE),
            Store::File { .. } => 0,
        }
    }

    pub(super) fn append(&mut self, bytes: &[u8]) -> Result<(), ShuffleError> {
        if let (Store::Memory(pages), Some((dir, limit))) = (&self.store, &self.spill)
            && pages.len + bytes.len() > *limit
        {
            self.store = spill(pages, dir)?;
        }
        self.len += bytes.len() as u64;
        match &mut self.store {
            Store::Memory(pages) => pages.append(bytes),
            Store::File { file, path } => {
                let written = file.write_all(bytes);
                written.map_err(|source| ShuffleError::write(path, source))?;
            }
        }
        Ok(())
    }

    pub(super) fn into_store(self) -> Store {
        self.store
    }
}

/// A file with what was in memory, in `dir`, which is made if it isn't there: most jobs never come to need it.
fn spill(pages: &Pages, dir: &Path) -> Result<Store, ShuffleError> {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(dir);
    made.map_err(|source| ShuffleError::create(dir, source))?;
    let named = tempfile::Builder::new().prefix("runs-").tempfile_in(dir);
    let named = named.map_err(|source| ShuffleError::create(dir, source))?;
    let kept = named.keep();
    let (mut file, path) = kept.map_err(|error| ShuffleError::create(dir, error.error))?;
    for page in &pages.pages {
        let written = file.write_all(page);
        written.map_err(|source| ShuffleError::write(&path, source))?;
    }
    Ok(Store::File { file, path })
}
