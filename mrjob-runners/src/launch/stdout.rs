//! Standard output, which belongs to the data.

use std::fs::File;
use std::io::{self, ErrorKind, Write};
use std::sync::Arc;
#[cfg(feature = "streaming")]
use std::sync::atomic::AtomicU64;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::error::JobError;

/// Takes standard output away from everybody else: what a job's methods print goes to standard error from now on.
pub(super) fn claim() -> io::Result<File> {
    io::stdout().flush()?;
    let data = rustix::io::fcntl_dupfd_cloexec(io::stdout(), 3)?;
    rustix::stdio::dup2_stdout(io::stderr())?;
    Ok(File::from(data))
}

pub(super) fn cannot_write(error: io::Error) -> JobError {
    JobError::Job(format!("failed to write to standard output: {error}").into())
}

/// What a task writes, seen by who watches it.
pub(super) struct Output<W> {
    inner: W,
    watch: Watch,
}

/// What is seen of an [`Output`].
#[derive(Clone, Default)]
pub(super) struct Watch {
    closed: Arc<AtomicBool>,
    #[cfg(feature = "streaming")]
    written: Arc<AtomicU64>,
}

impl<W> Output<W> {
    pub(super) fn new(inner: W) -> (Self, Watch) {
        let watch = Watch::default();
        let output = Output {
            inner,
            watch: watch.clone(),
        };
        (output, watch)
    }

    fn note<T>(&self, result: io::Result<T>) -> io::Result<T> {
        if matches!(&result, Err(error) if error.kind() == ErrorKind::BrokenPipe) {
            self.watch.closed.store(true, Ordering::Relaxed);
        }
        result
    }
}

impl Watch {
    /// Whether its reader went away, which is no failure of the task's.
    pub(super) fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Relaxed)
    }

    /// Bytes written.
    #[cfg(feature = "streaming")]
    pub(super) fn written(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.written)
    }
}

impl<W: Write> Write for Output<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes);
        #[cfg(feature = "streaming")]
        if let Ok(written) = written {
            let written = written as u64;
            self.watch.written.fetch_add(written, Ordering::Relaxed);
        }
        self.note(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        let flushed = self.inner.flush();
        self.note(flushed)
    }
}
